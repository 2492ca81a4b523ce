"""Missing stops, overlaps, one programme per start, clumps, spans, and which is shown: tables (spec section 4)."""

from __future__ import annotations

from itertools import count, pairwise
from typing import Any

import pytest
from epg_ingest.core.times import from_iso, iso
from epg_ingest.guide.schedule import (
    DAY,
    HOUR,
    LONGEST,
    Entry,
    Row,
    Shown,
    assign_ends,
    best,
    clump,
    covered_until,
    shadows,
)
from hypothesis import given
from hypothesis import strategies as st

H = HOUR


def entry(start: int, stop: int | None = None, order: int = 0, **facts: object) -> Entry:
    return Entry(start, stop, order, stop, **facts)  # type: ignore[arg-type]


ENDS = {
    "the feed's own stop": ([entry(0, H)], [(H, "feed")]),
    "a gap stays a gap": ([entry(0, H), entry(2 * H, 3 * H)], [(H, "feed"), (3 * H, "feed")]),
    "back to back is no overlap": ([entry(0, H), entry(H, 2 * H)], [(H, "feed"), (2 * H, "feed")]),
    "an overlap is cut": ([entry(0, 2 * H), entry(H, 3 * H)], [(H, "cut"), (3 * H, "feed")]),
    "one inside another cuts it too": ([entry(0, 9 * H), entry(H, 2 * H)], [(H, "cut"), (2 * H, "feed")]),
    "no stop: the next start": ([entry(0), entry(5 * H, 6 * H)], [(5 * H, "next"), (6 * H, "feed")]),
    "the next start exactly a day away": (
        [entry(0), entry(DAY, DAY + H)],
        [(DAY, "next"), (DAY + H, "feed")],
    ),
    "the next start more than a day away": (
        [entry(0), entry(DAY + 1, DAY + H)],
        [(H, "assumed"), (DAY + H, "feed")],
    ),
    "no stop, no next: the length": ([entry(0, length=5400)], [(5400, "length")]),
    "a length does not beat the next start": (
        [entry(0, length=5400), entry(H, 2 * H)],
        [(H, "next"), (2 * H, "feed")],
    ),
    "a length with the next far away": (
        [entry(0, length=5400), entry(2 * DAY, 3 * DAY)],
        [(5400, "length"), (3 * DAY, "feed")],
    ),
    "a length never runs into the next": (
        [entry(0, length=3 * DAY), entry(2 * DAY, 2 * DAY + H)],
        [(2 * DAY, "length"), (2 * DAY + H, "feed")],
    ),
    "nothing to go by: an hour": ([entry(0)], [(H, "assumed")]),
    "a stop at the start": ([entry(H, H)], [(2 * H, "assumed")]),
    "a stop before the start": ([entry(2 * H, H), entry(3 * H, 4 * H)], [(3 * H, "next"), (4 * H, "feed")]),
    "a week and no more": ([entry(0, LONGEST)], [(LONGEST, "feed")]),
    "longer than a week": ([entry(0, LONGEST + 1)], [(LONGEST, "cut")]),
    "an absurd length": ([entry(0, length=30 * DAY)], [(LONGEST, "length")]),
    "what an export noted": ([Entry(0, H, 0, None, "assumed")], [(H, "assumed")]),
    "nothing": ([], []),
}


@pytest.mark.parametrize("name", ENDS)
def test_assign_ends(name: str) -> None:
    entries, expected = ENDS[name]
    assert [(end, source) for _, end, source in assign_ends(entries)] == expected
    assert [entry for entry, _, _ in assign_ends(entries)] == entries


BEST = {
    "the later in the feed": ([entry(0, H, 1), entry(0, H, 2)], 2),
    "whatever the order of the list": ([entry(0, H, 2), entry(0, H, 1)], 2),
    "a real duration beats none": ([entry(0, H, 1), entry(0, 0, 2)], 1),
    "a real duration beats a missing stop": ([entry(0, None, 2), entry(0, H, 1)], 1),
    "a real duration beats an impossible stop": ([entry(5, 1, 2), entry(5, 9, 1)], 1),
    "the later of two without": ([entry(0, None, 1), entry(0, 0, 2)], 2),
    "one that says more beats a bare one": ([entry(0, H, 1), entry(0, H, 2, bare=True)], 1),
    "a bare one with a duration beats one without": ([entry(0, None, 2), entry(0, H, 1, bare=True)], 1),
    "the later of two bare ones": ([entry(0, H, 1, bare=True), entry(0, H, 2, bare=True)], 2),
    "the later of two that say more": ([entry(0, H, 1), entry(0, H, 2), entry(0, H, 3, bare=True)], 2),
}


@pytest.mark.parametrize("name", BEST)
def test_best(name: str) -> None:
    entries, order = BEST[name]
    assert best(entries).order == order


#: the clumpidx of each entry in the order of the feed → the places of those that belong together
CLUMPS: dict[str, tuple[list[str | None], list[int]]] = {
    "two halves": (["0/2", "1/2"], [0, 1]),
    "spaces as in the DTD's episode numbers": (["0 / 2", "1/2"], [0, 1]),
    "three parts in any order": (["2/3", "0/3", "1/3"], [0, 1, 2]),
    "no clumpidx": ([None, None], []),
    "one of two": (["0/2", None], []),
    "and another that is no part": (["0/2", None, "1/2"], [0, 2]),
    "the same part twice": (["0/2", "0/2"], []),
    "a second copy of the document": (["0/2", "1/2", "0/2", "1/2"], [2, 3]),
    "alone": (["0/1"], []),
    "words": (["first", "second"], []),
    "of different clumps": (["0/2", "1/3"], []),
}


@pytest.mark.parametrize("name", CLUMPS)
def test_clump(name: str) -> None:
    marks, expected = CLUMPS[name]
    entries = [entry(0, H, order, clump=mark) for order, mark in enumerate(marks)]
    assert [part.order for part in clump(entries)] == expected


COVERED = {
    "the last stop": ([entry(0, H), entry(H, 2 * H)], 2 * H),
    "an early programme that ends last": ([entry(0, 9 * H), entry(H, 2 * H)], 9 * H),
    "no stop at the end: an hour": ([entry(0, H), entry(H)], 2 * H),
    "no stop at the end: its length": ([entry(0, H), entry(H, length=5400)], H + 5400),
    "no stop in the middle": ([entry(0), entry(5 * H, 6 * H)], 6 * H),
    "a stop years ahead counts for a week": ([entry(0, 3000 * DAY)], LONGEST),
}


@pytest.mark.parametrize("name", COVERED)
def test_covered_until(name: str) -> None:
    entries, expected = COVERED[name]
    assert covered_until(entries) == expected


#: the rows of each provider as (id, start, end) in hours → what hides each
SHADOWS: dict[str, tuple[Any, dict[int, int | None]]] = {
    "one provider": ([[(1, 0, 2), (2, 2, 4)]], {1: None, 2: None}),
    "the same slot": ([[(1, 0, 2)], [(2, 0, 2)]], {1: None, 2: 1}),
    "touching is not overlapping": ([[(1, 2, 4)], [(2, 0, 2), (3, 4, 6)]], {1: None, 2: None, 3: None}),
    "a gap is filled": ([[(1, 0, 2), (2, 6, 8)], [(3, 2, 4), (4, 5, 7)]], {1: None, 2: None, 3: None, 4: 2}),
    "the earliest that overlaps is named": ([[(1, 0, 2), (2, 2, 4)], [(3, 1, 3)]], {1: None, 2: None, 3: 1}),
    "a long one hides many": (
        [[(1, 0, 9)], [(2, 0, 1), (3, 4, 5), (4, 9, 10)]],
        {1: None, 2: 1, 3: 1, 4: None},
    ),
    "what is hidden hides nothing": ([[(1, 0, 4)], [(2, 3, 8)], [(3, 5, 7)]], {1: None, 2: 1, 3: None}),
    "three deep": ([[(1, 0, 2)], [(2, 2, 4)], [(3, 1, 3), (4, 4, 5)]], {1: None, 2: None, 3: 1, 4: None}),
    "nobody": ([], {}),
    "an empty provider first": ([[], [(1, 0, 1)]], {1: None}),
}


def showing(providers: Any, unit: int) -> Shown:
    """`shadows` of rows with times in units of `unit` seconds; the cuts come back in that unit too."""
    found = shadows(
        [[Row(ident, iso(a * unit), iso(b * unit)) for ident, a, b in rows] for rows in providers]
    )
    cuts = {ident: (from_iso(a) / unit, from_iso(b) / unit) for ident, (a, b) in found.cuts.items()}
    return found._replace(cuts=cuts)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SHADOWS)
def test_shadows(name: str) -> None:
    providers, expected = SHADOWS[name]
    assert showing(providers, HOUR) == (expected, {})


#: better rows, and one worse row, as (start, end) in minutes → where the worse one is shown (None = hidden)
CUTS: dict[str, tuple[list[tuple[int, int]], tuple[int, int], tuple[int, int] | None]] = {
    "one minute of a long one at its start": ([(-60, 1)], (0, 120), (1, 120)),
    "one minute at its end": ([(119, 180)], (0, 120), (0, 119)),
    "five minutes at its start": ([(-60, 5)], (0, 120), (5, 120)),
    "six minutes at its start": ([(-60, 6)], (0, 120), None),
    "six minutes at its end": ([(114, 180)], (0, 120), None),
    "a tenth of its length": ([(-60, 3)], (0, 30), (3, 30)),
    "more than a tenth": ([(-60, 4)], (0, 30), None),
    "a minute of a very short one": ([(-60, 1)], (0, 9), None),
    "both ends together": ([(-60, 2), (117, 180)], (0, 120), (2, 117)),
    "both ends together, too much": ([(-60, 3), (117, 180)], (0, 120), None),
    "both ends of which one is too much": ([(-60, 1), (60, 180)], (0, 120), None),
    "the same time": ([(0, 120)], (0, 120), None),
    "within a better one": ([(-10, 130)], (0, 120), None),
    "a better one in its middle": ([(60, 62)], (0, 120), None),
    "a short better one within its first minutes": ([(1, 3)], (0, 120), (3, 120)),
    "a short better one within its last minutes": ([(117, 119)], (0, 120), (0, 117)),
    "several short ones at its start": ([(-9, 1), (1, 2), (3, 4)], (0, 120), (4, 120)),
    "several short ones at its start, too many": ([(-9, 1), (1, 2), (3, 6)], (0, 120), None),
    "a better one that begins with it": ([(0, 2)], (0, 120), (2, 120)),
    "a better one that ends with it": ([(118, 120)], (0, 120), (0, 118)),
    "it touches": ([(-60, 0), (120, 180)], (0, 120), (0, 120)),
}


@pytest.mark.parametrize("name", CUTS)
def test_cut_to_fit(name: str) -> None:
    better, (start, end), expected = CUTS[name]
    rows = [(number, *row) for number, row in enumerate(better, 2)]
    hidden, cuts = showing([rows, [(1, start, end)]], 60)
    shown = None if hidden[1] else cuts.get(1, (start, end))
    assert shown == expected
    assert (1 in cuts) == (expected not in (None, (start, end)))


def test_a_third_provider_sees_the_cut() -> None:
    """What the second one is cut to is what the third one may fill."""
    found = showing([[(1, 0, 60)], [(2, 57, 120)], [(4, 30, 64), (3, 118, 180)]], 60)
    assert found == ({1: None, 2: None, 3: None, 4: 1}, {2: (60, 120), 3: (120, 180)})


minutes = st.integers(0, 1000)
#: the rows of one provider: distinct times in order, taken in pairs
schedules = st.lists(
    st.lists(minutes, max_size=24, unique=True)
    .map(sorted)
    .map(lambda drawn: list(zip(*[iter(drawn)] * 2, strict=False))),
    max_size=4,
)


@given(schedules)
def test_shown_programmes_never_overlap(drawn: list[list[tuple[int, int]]]) -> None:
    """Each is hidden, or shown with at most five minutes and a tenth of it lost; nothing is hidden that fits whole."""
    numbers = count(1)
    providers = [[(next(numbers), *row) for row in rows] for rows in drawn]
    hidden, cuts = showing(providers, 60)
    shown: list[tuple[float, float]] = []
    for rows in providers:
        placed = [cuts.get(ident, (a, b)) for ident, a, b in rows if hidden[ident] is None]
        for ident, a, b in rows:
            start, end = cuts.get(ident, (a, b))
            assert a <= start < end <= b
            assert (b - a) - (end - start) <= min(5, (b - a) / 10)
            fits = all(other[1] <= a or b <= other[0] for other in shown)
            assert not fits or (hidden[ident] is None and ident not in cuts)
            assert ident not in cuts or hidden[ident] is None
        shown = sorted(shown + placed)
    assert all(one[1] <= other[0] for one, other in pairwise(shown))
