"""Channels of different feeds that show the same, whatever they are called."""

from __future__ import annotations

import pytest
from epg_ingest.match.comparison import Airtime
from epg_ingest.match.discovery import discover
from epg_ingest.match.values import Key, Proposal, Showing

from tests.match.television import DAY, later, schedule

A, A2, B, B2, C = Key(1, "a"), Key(1, "a2"), Key(2, "b"), Key(2, "b2"), Key(3, "c")


def found(
    shows: dict[Key, list[Showing]], names: dict[Key, str] | None = None, groups: dict[Key, int] | None = None
) -> list[Proposal]:
    airtimes = {key: Airtime(showings) for key, showings in shows.items()}
    return discover(airtimes, groups or {}, {key: [name] for key, name in (names or {}).items()})


def with_others(shows: list[Showing], seed: str, share: int) -> list[Showing]:
    """The same starts with other titles for one showing in `share`."""
    return [Showing(s, e, f"{seed} {n}" if n % share == 0 else t) for n, (s, e, t) in enumerate(shows)]


def test_equal_schedules_under_different_names() -> None:
    (pair,) = found({A: schedule("rai"), B: schedule("rai"), C: schedule("sky")}, {A: "Rai1", B: "Rai Uno"})
    assert (pair.key, pair.other, pair.score) == (A, B, 1.0)
    assert pair.reason == "60 of 60 programmes at the same time with the same title"


def test_a_delayed_channel_is_not_found() -> None:
    assert found({A: schedule("itv"), B: later(schedule("itv"), 60)}) == []


def test_regional_variants_stay_below() -> None:
    (pair,) = found({A: schedule("bbc"), B: with_others(schedule("bbc"), "west", 4)})
    assert 0.6 <= pair.score < 0.9


def test_variants_of_one_feed_are_not_told_apart() -> None:
    names = {A: "BBC One", B: "BBC One South", B2: "BBC One West"}
    pairs = found(dict.fromkeys((A, B, B2), schedule("bbc")), names)
    assert [pair.score < 0.9 for pair in pairs] == [True, True]
    assert all("other channels of the feed" in pair.reason for pair in pairs)


def test_the_name_tells_them_apart() -> None:
    names = {A: "Sky Select", B: "Sky Cinema Select", B2: "Easter Epics"}
    pairs = found(dict.fromkeys((A, B, B2), schedule("films")), names)
    assert {(pair.other, pair.score >= 0.9) for pair in pairs} == {(B, True), (B2, False)}


def test_two_qualities_of_a_channel_are_both_right() -> None:
    pairs = found(dict.fromkeys((A, B, B2), schedule("sky")), {A: "Arts", B: "Sky Arts", B2: "Sky Arts HD"})
    assert [pair.score for pair in pairs] == [1.0, 1.0]


def test_a_joined_channel_remains_a_rival() -> None:
    """Where `Sky Cinema Select` is joined with one of two qualities, it does not make another channel right for the other."""
    names = {A: "Sky Select HD", A2: "Sky Select", B: "Sky Cinema Select", B2: "Sky Valentine"}
    shows = dict.fromkeys(names, schedule("films"))
    before = {(pair.key, pair.other): pair.score for pair in found(shows, names, {A: 1, A2: 2, B: 3, B2: 4})}
    assert before == {(A, B): 1.0, (A2, B): 1.0, (A, B2): 0.89, (A2, B2): 0.89}
    (after,) = found(shows, names, {A: 3, A2: 2, B: 3, B2: 4})
    assert (after.key, after.other, after.score) == (A2, B2, 0.89)
    assert after.reason.endswith("other channels of the feed show it too")


@pytest.mark.parametrize("chosen", ["SkyShowcaseHD", "Sky ShowcaseSD", "skyshowcase"])
def test_two_qualities_are_no_rivals_however_spelt(chosen: str) -> None:
    names = {A: "Sky Showcase HD", A2: "Sky Showcase", B: "Sky Showcase", B2: chosen}
    (pair,) = found(dict.fromkeys(names, schedule("films")), names, {A: 1, A2: 2, B: 2, B2: 3})
    assert (pair.key, pair.other, pair.score) == (A, B2, 1.0)


def test_what_cannot_be_joined_is_not_proposed() -> None:
    shows = {A: schedule("x"), A2: schedule("y"), B: schedule("x")}
    assert len(found(shows)) == 1
    assert found(shows, groups={A: 1, B: 1}) == []
    assert found(shows, groups={A: 1, A2: 2, B: 2}) == []


def test_few_titles_and_one_feed_find_nothing() -> None:
    loop = [Showing(DAY + 600 * n, DAY + 600 * (n + 1), "Shopping") for n in range(200)]
    assert found({A: loop, B: loop}) == []
    assert found({A: schedule("x"), A2: schedule("x")}) == []
