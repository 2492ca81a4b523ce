"""The guide by brute force: the rules of merge, schedule and priority, written without a look at the real code.

Slow on purpose and independent of `epg_ingest`: each function loops over everything. Times are epoch seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Item:
    """A programme of a feed. `stop` and `length` (seconds) may be missing; `stop` may be wrong."""

    channel: str
    start: int
    stop: int | None
    title: str
    length: int | None = None

    @property
    def real(self) -> bool:
        return self.stop is not None and self.stop > self.start

    @property
    def says_more(self) -> bool:
        return self.length is not None


@dataclass(frozen=True)
class Placed:
    """A programme with its end and the reason for that end."""

    item: Item
    end: int
    source: str


def ends(items: Iterable[Item]) -> dict[int, Placed]:
    """The schedule of one channel of one provider; one item for each start."""
    placed = {}
    every = sorted(items, key=lambda item: item.start)
    for item in every:
        later = [other.start for other in every if other.start > item.start]
        following = min(later) if later else None
        placed[item.start] = place(item, following)
    return placed


def place(item: Item, following: int | None) -> Placed:
    """The end of an item, given the next start (spec section 4)."""
    if item.real:
        assert item.stop is not None
        limits = [item.stop, item.start + 7 * DAY, *([following] if following else [])]
        end = min(limits)
        return Placed(item, end, "feed" if end == item.stop else "cut")
    if following is not None and following - item.start <= DAY:
        return Placed(item, following, "next")
    if item.length:
        return Placed(item, item.start + item.length, "length")
    return Placed(item, item.start + HOUR, "assumed")


def one_each(items: Sequence[Item]) -> dict[int, Item]:
    """One item for each start: one with a duration wins, then one that says more than a title, then the last in the feed."""
    chosen: dict[int, Item] = {}
    for item in items:
        rival = chosen.get(item.start)
        if rival is None or (item.real, item.says_more) >= (rival.real, rival.says_more):
            chosen[item.start] = item
    return chosen


def span(items: Mapping[int, Item]) -> tuple[int, int]:
    """The time from the first start to the last end; no programme counts for more than seven days."""
    finishes = [min(item.stop, item.start + 7 * DAY) for item in items.values() if item.real and item.stop]
    last = items[max(items)]
    return min(items), max([*finishes, place(last, None).end])


def merged(stored: Iterable[Item], feed: Sequence[Item], past: int, future: int) -> dict[int, Placed]:
    """The programmes of a provider on one channel after a feed that has the items `feed` for it, in this order."""
    old = {item.start: item for item in stored}
    inside = [
        item
        for item in feed
        if item.start <= future and (item.stop if item.real else item.start + DAY) > past
    ]
    if not inside:
        return ends(old.values())
    new = one_each(inside)
    first, last = span(new)
    kept = {start: item for start, item in old.items() if not first <= start < last}
    placed = ends({**kept, **new}.values())
    return {start: slot for start, slot in placed.items() if start in old or slot.end > past}


@dataclass(frozen=True)
class Show:
    """A stored programme, as far as it matters for what is shown. `rank` orders providers; None means disabled."""

    id: int
    rank: tuple[int, int] | None
    start: int
    end: int

    def overlaps(self, other: Show) -> bool:
        return other.start < self.end and self.start < other.end


def showing(shows: Sequence[Show]) -> dict[int, int | tuple[int, int]]:
    """For each programme of one channel: the start and end at which it is shown, or the id of the earliest shown programme of
    a better provider that it overlaps."""
    answer: dict[int, int | tuple[int, int]] = {show.id: (show.start, show.end) for show in shows}
    shown: list[Show] = []
    for rank in sorted({show.rank for show in shows if show.rank is not None}):
        accepted = []
        for show in (show for show in shows if show.rank == rank):
            part = best_part(show, shown)
            if part is None:
                over = [other for other in shown if other.overlaps(show)]
                answer[show.id] = min(over, key=lambda other: other.start).id
            else:
                accepted.append(part)
                answer[show.id] = part.start, part.end
        shown += accepted
    return answer


def best_part(show: Show, shown: Sequence[Show]) -> Show | None:
    """The longest part of a programme that overlaps nothing, if it lacks at most five minutes and a tenth."""
    starts = {show.start, *(other.end for other in shown)}
    ends_ = {show.end, *(other.start for other in shown)}
    parts = [
        replace(show, start=start, end=end)
        for start in starts
        for end in ends_
        if show.start <= start < end <= show.end
    ]
    free = [part for part in parts if not any(part.overlaps(other) for other in shown)]
    longest = max(free, key=lambda part: part.end - part.start, default=None)
    length = show.end - show.start
    if longest is None or length - (longest.end - longest.start) > min(300, length / 10):
        return None
    return longest


def shifted(item: Item, seconds: int) -> Item:
    """The same item at another time."""
    return replace(item, start=item.start + seconds, stop=None if item.stop is None else item.stop + seconds)
