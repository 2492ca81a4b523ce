"""What must hold for all guides: with any ids and names, and whatever the schedules say about any pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from random import Random

from epg_ingest.match.values import Comparison, FeedChannel, Held, Key, Verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import Feed, Replay

IDS = ["BBC1.uk", "bbc1.uk", "BBC1", "1", "2", "x.uk", "y.uk", "HBO.br", "HBO.pl", "E4+1.uk", "PPV1", "k"]
NAMES = ["BBC One", "BBC ONE HD", "BBC 1", "HBO", "hbo", "E4", "E4 +1", "No Event", "7"]
VERDICTS: list[Verdict] = ["same", "different", "shifted", "unclear", "unclear", "unclear"]


@dataclass(frozen=True)
class Script:
    """Feeds, and a number that decides what the schedules of each pair say."""

    feeds: tuple[Feed, ...]
    seed: int

    def said(self, one: tuple[str, str], other: tuple[str, str]) -> Comparison:
        random = Random(f"{self.seed} {sorted((one, other))}")
        verdict = random.choice(VERDICTS)
        comparable = verdict != "unclear" or random.random() < 0.3
        share = random.choice([0.6, 0.9, 1.0]) if verdict == "same" else random.choice([0.0, 0.4])
        programmes = 40 if comparable else random.choice([0, 8])
        return Comparison(verdict, "scripted", comparable, 20.0, programmes, share, share, share, 10, 8)


class Scripted(Replay):
    """A guide whose schedules say what the script says."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script = script

    def compare(self, one: Key, other: Key) -> Comparison:
        names = {number: name for name, number in self.numbers.items()}
        return self.script.said((names[one.provider], one.id), (names[other.provider], other.id))


def imported(script: Script, *, without: str = "") -> Scripted:
    guide = Scripted(script)
    for feed in script.feeds:
        if feed.name != without:
            guide.add(feed)
    return guide


CHANNELS = st.dictionaries(
    st.sampled_from(IDS), st.lists(st.sampled_from(NAMES), max_size=2).map(tuple), max_size=5
)
FEEDS = st.lists(CHANNELS, min_size=2, max_size=4).map(
    lambda found: tuple(Feed(name, names) for name, names in zip("abcd", found, strict=False))
)
SCRIPTS = st.builds(Script, FEEDS, st.integers(0, 1 << 20))


@settings(max_examples=100, deadline=None)
@given(SCRIPTS, st.randoms(use_true_random=False))
def test_the_order_of_providers_does_not_matter(script: Script, random: Random) -> None:
    turned = replace(script, feeds=tuple(random.sample(script.feeds, len(script.feeds))))
    assert imported(script).groups() == imported(turned).groups()


def test_a_tie_is_nobodys_whoever_came_first() -> None:
    """Two channels of equal content fit a third one equally well, and not each other."""
    names = [
        {"BBC1.uk": (), "bbc1.uk": (), "E4+1.uk": ()},
        {"BBC1.uk": (), "E4+1.uk": ()},
        {"BBC1.uk": (), "E4+1.uk": ()},
    ]
    feeds = [Feed(name, channels) for name, channels in zip("abd", names, strict=True)]
    scripts = [Script(order, 1135) for order in permutations(feeds)]
    said = [
        scripts[0].said((one, "E4+1.uk"), (other, "E4+1.uk")).verdict for one, other in ("ab", "ad", "bd")
    ]
    assert said == ["same", "same", "different"]
    assert all(frozenset({("a", "E4+1.uk")}) in imported(script).groups() for script in scripts)


@settings(max_examples=80, deadline=None)
@given(SCRIPTS, st.randoms(use_true_random=False))
def test_the_order_of_channels_does_not_matter(script: Script, random: Random) -> None:
    guide = imported(script)
    straight = guide.decide()
    items = list(guide.channels.items())
    random.shuffle(items)
    guide.channels = dict(items)
    assert guide.decide() == straight


@settings(max_examples=100, deadline=None)
@given(SCRIPTS)
def test_deciding_again_changes_nothing(script: Script) -> None:
    guide = imported(script)
    held = dict(guide.held)
    matching = guide.decide()
    guide.keep(matching)
    assert guide.held == held
    assert matching.taken_back == ()


@settings(max_examples=80, deadline=None)
@given(SCRIPTS, st.sampled_from("abcd"))
def test_a_removed_provider_leaves_what_the_others_give(script: Script, gone: str) -> None:
    guide = imported(script)
    if gone in guide.numbers:
        guide.remove(gone)
    assert guide.groups() == imported(script, without=gone).groups()


@settings(max_examples=80, deadline=None)
@given(SCRIPTS)
def test_one_to_one_and_nothing_against_the_schedules(script: Script) -> None:
    guide = imported(script)
    names = {number: name for name, number in guide.numbers.items()}
    for group in guide.groups():
        assert len({name for name, _ in group}) == len(group)
        for one in group:
            for other in group - {one}:
                assert script.said(one, other).verdict in ("same", "unclear")
    joined = {place.key for place in guide.decide().placements}
    assert joined == {Key(key.provider, key.id) for key in guide.channels} and names


@settings(max_examples=80, deadline=None)
@given(SCRIPTS, st.data())
def test_what_a_person_did_holds(script: Script, data: st.DataObject) -> None:
    guide = imported(script)
    keys = sorted(guide.channels)
    if not keys:
        return
    chosen = data.draw(st.dictionaries(st.sampled_from(keys), st.sampled_from([None, 1, 2, 900]), max_size=4))
    for key, channel in chosen.items():
        guide.held[key] = Held(channel, "manual")
    matching = guide.decide()
    guide.keep(matching)
    assert {key: guide.held[key].channel for key in chosen} == chosen
    places: dict[int, set[int]] = {}
    for place in matching.placements:
        if place.group is not None and place.channel is not None:
            places.setdefault(place.channel, set()).add(place.group)
    assert all(len(groups) == 1 for groups in places.values())
    held = dict(guide.held)
    guide.keep(guide.decide())
    assert guide.held == held


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(CHANNELS, st.sampled_from("abc")), min_size=1, max_size=12), st.integers(0, 1 << 20)
)
def test_days_of_changing_feeds_leave_no_orphan_and_no_double(
    days: list[tuple[dict[str, tuple[str, ...]], str]], seed: int
) -> None:
    guide = Scripted(Script((), seed))
    for names, name in days:
        guide.add(Feed(name, names))
        assert guide.held.keys() == guide.channels.keys()
        assert all(held.channel is not None for held in guide.held.values())
        live: dict[tuple[int | None, int], list[FeedChannel]] = {}
        for key, channel in guide.channels.items():
            live.setdefault((guide.held[key].channel, key.provider), []).append(channel)
        assert all(len(channels) == 1 for channels in live.values())
        held = dict(guide.held)
        guide.keep(guide.decide())
        assert {key: entry.channel for key, entry in guide.held.items()} == {
            key: entry.channel for key, entry in held.items()
        }
