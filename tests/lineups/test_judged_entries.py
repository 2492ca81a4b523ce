"""Real entries that people judged, matched to the channels of real feeds.

The lists are not part of the project: they are in the folder `playlists` beside the one that `EPG_FEEDS` names.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from epg_ingest.lineups.entry import LineupEntry
from epg_ingest.lineups.matched import Matched
from epg_ingest.lineups.matching import match_entries
from epg_ingest.lineups.reading import read

from tests.helpers.paths import FEEDS
from tests.lineups.real_guide import RealGuide, real_guide

pytestmark = pytest.mark.slow

PLAYLISTS = FEEDS.parent / "playlists"
LABELS = PLAYLISTS / "labels-dev.jsonl"
needs_lists = pytest.mark.skipif(
    not LABELS.is_file(),
    reason="there are no real playlists beside the real feeds; EPG_FEEDS may name their folder",
)


@cache
def entries_of(name: str) -> tuple[LineupEntry, ...]:
    return read((PLAYLISTS / name).read_bytes()).entries


@cache
def matches_of(name: str, only: str | None) -> list[Matched]:
    return match_entries(entries_of(name), real_guide(only).index)


def judged(label: dict[str, Any], only: str | None) -> str:
    """What became of a labelled entry: `found`, `first`, `open`, or `WRONG`."""
    said = label["entry"]
    at = next(
        at
        for at, entry in enumerate(entries_of(label["file"]))
        if entry.name.strip() == said["name"].strip() and entry.source_id == said.get("tvg_id", "")
    )
    match, guide, feed = matches_of(label["file"], only)[at], real_guide(only), label["guide"]
    accepted = set(label["accept"]) - {None}
    if match.channel_id is not None:
        return "found" if guide.ids_of(match, feed) & accepted else "WRONG"
    return "first" if guide.first(match, feed) & accepted else "open"


@needs_lists
@pytest.mark.parametrize("joined", [True, False], ids=["five feeds in one guide", "each feed alone"])
def test_no_match_is_wrong_and_most_are_found(joined: bool) -> None:
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    counts: Counter[tuple[bool, str]] = Counter()
    for label in labels:
        outcome = judged(label, None if joined else label["guide"])
        counts[label["answer"] is not None, outcome] += 1
        assert outcome != "WRONG", label["id"]
        if label["answer"] is None and None in label["accept"] and len(label["accept"]) == 1:
            assert outcome == "open", label["id"]
    assert counts[True, "found"] + counts[True, "first"] >= 75, counts
    assert counts[True, "found"] >= 35, counts


def matched(guide: RealGuide, name: str, source_id: str = "", **more: Any) -> Matched:
    """A single entry, in a list of no country."""
    return match_entries([LineupEntry(1, "", name, source_id, **more)], guide.index, home="")[0]


@pytest.mark.parametrize(
    ("name", "source_id", "feed", "ident"),
    [
        ("UK | Film 4 FHD", "film4.uk", "uk1", "Film4.HD.uk"),
        ("Film4 +1", "Film4.uk", "uk1", "Film4+1.uk"),
        ("|DE| KABEL EINS (1080p) [Backup]", "", "de1", "kabel.eins.de"),
        ("🇩🇪 ProSieben ᴴᴰ", "", "de1", "ProSieben.de"),
        ("12. NRJ 12", "NRJ12.fr@SD", "fr1", "NRJ12.fr"),
        ("[FR] Chérie 25 HEVC", "cherie25.fr", "fr1", "Chérie.25.fr"),
        ("FR - PARIS PREMIERE", "", "fr1", "Paris.Première.fr"),
        ("CANAL+ HD", "CanalPlus.fr", "fr1", "CANAL+.fr"),
        ("Channel 5", "Channel5.uk@SD", "uk1", "Channel.5.uk"),
        ("Channel 5 HD", "Channel5.uk@HD", "uk1", "Channel.5.HD.uk"),
        ("Sky Sports Main Event", "SkySpMainEv.uk", "uk1", "SkySpMainEv.uk"),
    ],
)
def test_what_is_certain_is_matched(name: str, source_id: str, feed: str, ident: str) -> None:
    guide = real_guide()
    assert ident in guide.ids_of(matched(guide, name, source_id), feed)


@pytest.mark.parametrize(
    ("name", "source_id", "feed", "first"),
    [
        # the id says another channel than the name
        ("UK: BBC Four HD", "CBBC.HD.uk", "uk1", "BBC.Four.HD.uk"),
        ("UK: Gold", "Quest.uk", "uk1", "U.and.Gold.uk"),
        # a regional feed
        ("BBC One", "BBCOne.uk@NorthernIreland", "uk1", "BBC.One.NI.HD.uk"),
        ("BBC One South East", "", "uk1", "BBC.One.S.East.HD.uk"),
        # another country
        ("ARD-alpha", "ARDalpha.at", "de1", "ARD-alpha.de"),
        # a word more or less
        ("QVC Style UK", "", "uk1", "QVC.Style.HD.uk"),
        # a former name
        ("DE: TNT Comedy", "", "de1", "Warner.TV.Comedy.de"),
        ("UK: BT Sport 2 HD", "BTSport2.uk", "uk1", "TNT.Sports.2.HD.uk"),
        # cut short
        ("Deutsches Musik Fernsehen", "", "de1", "Deutsches.Musik.Ferns..de"),
    ],
)
def test_what_is_likely_is_the_first_candidate(name: str, source_id: str, feed: str, first: str) -> None:
    guide = real_guide()
    match = matched(guide, name, source_id)
    assert match.channel_id is None and match.method == "none" and match.score == 0
    assert first in guide.first(match, feed)
    assert match.candidates[0].reason
    assert [c.score for c in match.candidates] == sorted((c.score for c in match.candidates), reverse=True)


@pytest.mark.parametrize(
    ("name", "source_id"),
    [
        ("BBC News", "BBCNews.uk@MiddleEast"),
        ("a.tv", "a.tv.de"),
        ("E4 Extra", "E4.uk"),
        ("Sky News Arabia", "SkyNews.uk"),
        ("TF1 +2", "TF1.fr"),
        ("Sport 1", ""),
        ("11", "11"),
        ("FR: RTL Radio", "RTL.fr"),
        ("No Event", "BBC.Four.HD.uk@x"),
    ],
)
def test_what_is_no_proof_is_left_open(name: str, source_id: str) -> None:
    match = matched(real_guide(), name, source_id)
    assert (match.channel_id, match.method) == (None, "none")


def test_only_channels_are_matched() -> None:
    guide = real_guide()
    for kind in ("separator", "vod"):
        match = matched(guide, "BBC Four", "BBCFour.uk", kind=kind)
        assert match.channel_id is None and match.candidates == () and match.reason
    assert matched(guide, "RTL", "RTL.fr", kind="radio").channel_id is None
    assert matched(guide, "BBC R4 FM", "BBC.R4.FM.uk", kind="radio").channel_id is not None


def test_two_times_the_same_entry_is_the_same_channel() -> None:
    entries = [
        LineupEntry(at, "", f"BBC Four {mark}", "BBCFour.uk")
        for at, mark in enumerate(("HD", "FHD", "4K"), 1)
    ]
    found = {match.channel_id for match in match_entries(entries, real_guide().index)}
    assert len(found) == 1 and None not in found


def test_the_country_of_the_list_decides_for_entries_that_name_none() -> None:
    guide = real_guide()
    french = [
        LineupEntry(at, "", name)
        for at, name in enumerate(("1. TF1", "2. M6", "3. Gulli", "4. Téva", "5. W9"), 1)
    ]
    assert [match.method for match in match_entries(french, guide.index)] == ["name"] * 5
    assert all(guide.ids_of(match, "fr1") for match in match_entries(french, guide.index))
    assert matched(guide, "1. TF1").channel_id is None
