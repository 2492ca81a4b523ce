"""What a channel shows, prepared for comparisons, and what two channels have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .titles import fold_title, titles_agree
from .values import Showing

_HALF_HOUR = 1800
_NEVER = 1 << 62


class Airtime:
    """The showings of one channel by start: three lists of equal length, without overlaps.

    `titles` are folded. Showings whose title says nothing ("Paid programming") and those of no length are left out; of
    two with one start the longer title stays; one that runs into the next is cut there.
    """

    def __init__(self, showings: Iterable[Showing]) -> None:
        rows: dict[int, tuple[int, str]] = {}
        for start, stop, title in showings:
            folded = fold_title(title)
            if folded and stop > start:
                row = (stop, folded)
                rows[start] = _longer(rows[start], row) if start in rows else row
        self.starts = sorted(rows)
        following = [*self.starts[1:], _NEVER]
        self.stops = [min(rows[start][0], then) for start, then in zip(self.starts, following, strict=False)]
        self.titles = [rows[start][1] for start in self.starts]

    def __len__(self) -> int:
        return len(self.starts)


def _longer(*rows: tuple[int, str]) -> tuple[int, str]:
    """Of two showings with one start, stop and title each, the one with the longer title."""
    return max(rows, key=lambda row: (len(row[1]), row))


@dataclass(frozen=True)
class Overlap:
    """What two channels show at the same time, see `Comparison`.

    `together`: programmes with the same start and title. `uneven_more`: of the channel with more uneven starts, the share
    that coincides.
    """

    hours: float
    programmes: int
    titles: float
    starts: float
    uneven: float
    uneven_more: float
    uneven_starts: int
    distinct: int
    together: int


def overlap(one: Airtime, other: Airtime, later: int = 0) -> Overlap:
    """Compare two channels; `later` seconds are added to the times of the other first."""
    common = agreed = together = 0
    mine: dict[int, str] = {}
    theirs: dict[int, str] = {}
    for begin, end, i, j in _shared_stretches(one, other, later):
        start, title = one.starts[i], one.titles[i]
        other_start, other_title = other.starts[j] + later, other.titles[j]
        mine[start], theirs[other_start] = title, other_title
        common += end - begin
        if titles_agree(title, other_title):
            agreed += end - begin
            together += start == other_start
    return _overlap(mine, theirs, common, agreed, together)


def _shared_stretches(one: Airtime, other: Airtime, later: int) -> Iterator[tuple[int, int, int, int]]:
    """The times in which both show something: begin, end, and the number of the showing on either side."""
    # Most of the matching's time is spent here, so lists and their lengths are looked up once, and nothing is called.
    starts, stops, count = one.starts, one.stops, len(one)
    other_starts, other_stops, other_count = other.starts, other.stops, len(other)
    i = j = 0
    while i < count and j < other_count:
        start, other_start = starts[i], other_starts[j] + later
        stop, other_stop = stops[i], other_stops[j] + later
        begin = start if start > other_start else other_start
        if stop <= other_stop:
            if stop > begin:
                yield begin, stop, i, j
            i += 1
        else:
            if other_stop > begin:
                yield begin, other_stop, i, j
            j += 1


def _overlap(
    mine: dict[int, str], theirs: dict[int, str], common: int, agreed: int, together: int
) -> Overlap:
    fewer = min(len(mine), len(theirs))
    uneven, other_uneven = _uneven(mine), _uneven(theirs)
    few, many = sorted((len(uneven), len(other_uneven)))
    both = len(uneven & other_uneven)
    return Overlap(
        hours=common / 3600,
        programmes=fewer,
        titles=agreed / common if common else 0.0,
        starts=len(mine.keys() & theirs.keys()) / fewer if fewer else 0.0,
        uneven=both / few if few else 0.0,
        uneven_more=both / many if many else 0.0,
        uneven_starts=few,
        distinct=min(len(set(mine.values())), len(set(theirs.values()))),
        together=together,
    )


def _uneven(starts: Iterable[int]) -> set[int]:
    """The starts off the full and half hour."""
    return {start for start in starts if start % _HALF_HOUR}
