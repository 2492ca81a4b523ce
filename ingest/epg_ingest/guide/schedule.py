"""Pure decisions about time (spec section 4): missing stops, overlaps, one programme per start; which provider's is shown.

Times are epoch seconds (UTC); those of stored rows are the stored texts. Spans are half-open, as the DTD says: a programme
that ends at 12:00 does not overlap one that starts at 12:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from ..core.times import from_iso

HOUR = 3600
DAY = 24 * HOUR
#: no programme is longer, so that a query for overlaps does not need to look back further
LONGEST = 7 * DAY
#: to fit a gap, a programme may lose at most this many seconds, and at most one part in `CUT_SHARE` of its length
CUT_MOST = 300
CUT_SHARE = 10


class Entry(NamedTuple):
    """A programme as the feed gives it.

    `stop` may be missing or impossible (not after the start). `order` is the place in the feed (0 = not in it). `own_stop` is
    the stop that the provider wrote; `noted_source` the `end_source` that an export of this project noted for a stop; `length`
    the `<length>` in seconds; `clump` the `clumpidx`. A stored programme also has the id of its `row`, and the `end` and
    `source` that it has in the guide. `bare` is known only of entries with a common start: nothing but a title is said.
    """

    start: int
    stop: int | None
    order: int
    own_stop: int | None = None
    noted_source: str | None = None
    length: int | None = None
    clump: str | None = None
    row: int | None = None
    end: int = 0
    source: str = ""
    bare: bool = False

    @property
    def has_duration(self) -> bool:
        """Whether its stop is after its start."""
        return self.stop is not None and self.stop > self.start


#: an entry with its place in the schedule: its end (epoch seconds), and where that end comes from (`end_source`)
Slot = tuple[Entry, int, str]


def assign_ends(entries: Sequence[Entry]) -> Iterator[Slot]:
    """The schedule of one channel of one provider. The entries have distinct starts and come in their order."""
    following: int | None
    starts: list[int | None] = [entry[0] for entry in entries[1:]]
    for entry, following in zip(entries, [*starts, None], strict=False):
        start, stop = entry[0], entry[1]
        if stop is not None and stop > start:
            end, source = stop, entry[4] or "feed"
            if end - start > LONGEST:
                end, source = start + LONGEST, "cut"
            if following is not None and end > following:
                end, source = following, "cut"
        else:
            end, source = end_without_stop(entry, following)
        yield entry, end, source


def end_without_stop(entry: Entry, following: int | None) -> tuple[int, str]:
    """End and `end_source` of a programme whose stop is missing or impossible; `following` is the next start.

    The next start if it is within 24 hours, else the programme's length, else an hour.
    """
    if following is not None and following - entry.start <= DAY:
        return following, "next"
    if entry.length:
        return entry.start + min(entry.length, LONGEST, (following or 1 << 62) - entry.start), "length"
    return entry.start + HOUR, "assumed"


def best(entries: Sequence[Entry]) -> Entry:
    """Of entries with one start: one with a duration before one without, then one that says more than a title before a bare
    one, then the last one in the feed."""
    return max(entries, key=lambda entry: (entry.has_duration, not entry.bare, entry.order))


def clump(entries: Iterable[Entry]) -> list[Entry]:
    """Of entries with one start, those that share it on purpose (`clumpidx` 0/2 and 1/2: DTD, programme); may be none.

    A part that comes again, as in a second copy of the document, replaces the first one.
    """
    parts = {entry.clump.replace(" ", ""): entry for entry in entries if entry.clump}
    indexes = [part.partition("/") for part in parts]
    numbered = all(index[0].isdigit() for index in indexes)
    return (
        list(parts.values())
        if numbered and len(parts) > 1 and len({index[2] for index in indexes}) == 1
        else []
    )


def covered_until(entries: Sequence[Entry]) -> int:
    """The end of the span that a feed covers on a channel: the last end of its entries, which come in order of start.

    No entry counts for more than LONGEST: otherwise a stop in the wrong year would remove all later programmes.
    """
    last = entries[-1]
    ends = [min(entry[1], entry[0] + LONGEST) for entry in entries if entry[1] is not None]
    return max([*ends, last.start if last.has_duration else end_without_stop(last, None)[0]])


class Row(NamedTuple):
    """A stored programme as `shadows` needs it: start and end are the stored texts (ISO, UTC), which sort as their times do."""

    id: int
    start: str
    end: str


class Shown(NamedTuple):
    """What is shown on one channel, by the ids of rows.

    `shadowed_by` names for each row the better provider's programme that hides it, None where the row is shown. `cuts` holds
    the start and end (ISO, UTC) of each row that is shown for a part of its time.
    """

    shadowed_by: dict[int, int | None]
    cuts: dict[int, tuple[str, str]]


def shadows(providers: Sequence[Sequence[Row]]) -> Shown:
    """Which programme hides which on one channel, and which are cut to fit a gap.

    `providers` holds the rows of each provider in order of start, the best provider first; rows of one provider do not overlap,
    and all have their own times, before any cut. A row of a worse provider is shown where it overlaps no shown row of a better
    one. One that overlaps them only a little is cut (`fitting_gap`).
    """
    hidden: dict[int, int | None] = {}
    cuts: dict[int, tuple[str, str]] = {}
    visible: list[Row] = []
    for rows in providers:
        accepted: list[Row] = []
        index, count = 0, len(visible)
        for row in rows:
            start, end = row[1], row[2]
            while index < count and visible[index][2] <= start:
                index += 1
            hidden[row[0]] = None
            if index == count or visible[index][1] >= end:
                accepted.append(row)
            elif gap := fitting_gap(start, end, visible, index):
                cuts[row[0]] = gap
                accepted.append(Row(row[0], *gap))
            else:
                hidden[row[0]] = visible[index][0]
        if accepted:
            # Two sorted runs: the sort merges them in one pass.
            visible = sorted(visible + accepted, key=itemgetter(1)) if visible else accepted
    return Shown(hidden, cuts)


def fitting_gap(start: str, end: str, visible: Sequence[Row], index: int) -> tuple[str, str] | None:
    """Start and end (ISO, UTC) of a programme cut to the gap that it nearly fits, None if there is no such gap.

    `visible` are the shown rows of better providers in order of start, which do not overlap; the one at `index` is the first
    that overlaps the programme. Of its length it may lose `CUT_SHARE`, and at most `CUT_MOST`: both ends together, and also
    time in which nothing is shown. More than nine tenths of it remain, so at most one gap can be the right one.
    """
    if visible[index][1] <= start and visible[index][2] >= end:
        return None
    first, last = from_iso(start), from_iso(end)
    most = min(CUT_MOST, (last - first) // CUT_SHARE)
    gap_start, lost = start, 0
    while index < len(visible) and visible[index][1] < end:
        gap_end = visible[index][1]
        if gap_end > gap_start and lost + last - from_iso(gap_end) <= most:
            return gap_start, gap_end
        gap_start = visible[index][2]
        lost = from_iso(gap_start) - first
        if lost > most:
            return None
        index += 1
    return gap_start, end
