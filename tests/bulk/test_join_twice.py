"""To take proposals twice is to take them once: no join makes another proposal surer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from epg_ingest.bulk.proposed import join_proposed
from epg_ingest.guide.candidates import Suggestion, proposed
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.guide.feeds_on_air import check, groups
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show
from tests.match.television import Showing, later, schedule

pytestmark = pytest.mark.slow

NAMES = (
    "Sky Select", "Sky Select HD", "Sky Cinema Select", "Sky Valentine", "SkyValentineHD", "Rai1", "Rai Uno", "Arte", "Arte +1",
)  # fmt: skip
#: what a channel shows: a schedule, the same with other programmes for a part of the time, and the same an hour later
SHOWS = (
    "films",
    "films, a tenth other",
    "films, a quarter other",
    "films, half other",
    "films +1",
    "arts",
    "arts +1",
    "none",
)
channels = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(SHOWS)), min_size=1, max_size=4)
feeds = st.dictionaries(st.sampled_from("abcd"), channels, min_size=2)
#: two qualities of one channel, and two that show the same, of which one has the likelier name
TWINS = {
    "a": [("Sky Select HD", "films"), ("Sky Select", "films")],
    "b": [("Sky Cinema Select", "films"), ("Sky Valentine", "films")],
}


def on_air(kind: str) -> list[Showing]:
    seed, _, share = kind.partition(", ")
    if seed == "none":
        return []
    plan = schedule(seed.removesuffix(" +1"), start=NOON - NOON % DAY)
    if share:
        every = {"a tenth other": 10, "a quarter other": 4, "half other": 2}[share]
        plan = [Showing(s, e, f"{kind} {n}" if n % every == 0 else t) for n, (s, e, t) in enumerate(plan)]
    return later(plan, 60) if seed.endswith(" +1") else plan


def imported(folder: Path, feeds: dict[str, list[tuple[str, str]]]) -> Guide:
    guide = Guide(folder)
    for provider, channels in feeds.items():
        shows = [
            show(f"{provider}{n}", *showing)
            for n, (_, kind) in enumerate(channels)
            for showing in on_air(kind)
        ]
        shows.append(show("always", NOON, NOON + HOUR, f"News of {provider}"))
        names = [(f"{provider}{n}", name) for n, (name, _) in enumerate(channels)]
        assert guide.load(provider, feed(shows, names))["status"] == "success"
    return guide


def listed(guide: Guide, score: float) -> list[Suggestion]:
    return [found for found in proposed(guide.db.conn) if found.score >= score]


# Beside the three that are named; an example takes half a second.
@settings(max_examples=15, deadline=None)
@example(TWINS, 0.9)
@example({**TWINS, "c": [("Sky Select", "films, a tenth other"), ("Arte +1", "films +1")]}, 0.9)
@example({"b": TWINS["b"], "a": TWINS["a"], "c": [("Rai1", "films")], "d": [("Rai Uno", "films")]}, 0.5)
@given(feeds, st.sampled_from((0.3, 0.6, 0.8, 0.9, 1.0)))
def test_a_second_time_takes_nothing(feeds: dict[str, list[tuple[str, str]]], score: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        guide = imported(Path(folder), feeds)
        rows = listed(guide, score)
        pairs = [frozenset((row.channel, row.candidate)) for row in rows]
        assert len(set(pairs)) == len(pairs) and all(row.score > 0 for row in proposed(guide.db.conn))
        done = join_proposed(guide.db, score, actor="cli", now=NOON)
        assert len(done.joined) + len(done.left_out) == len(rows)
        check(guide)
        once = groups(guide)
        assert score == 0.3 or not listed(guide, score)
        again = join_proposed(guide.db, score, actor="cli", now=NOON)
        assert again.joined == () and groups(guide) == once
        guide.close()
