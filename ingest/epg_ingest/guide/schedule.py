"""Pure decisions about time (spec section 4): missing stops, overlaps, one programme per start; which provider's is shown.

Times are epoch seconds (UTC). Spans are half-open, as the DTD says: a programme that ends at 12:00 does not overlap one that
starts at 12:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

HOUR = 3600
DAY = 24 * HOUR
#: no programme is longer, so that a query for overlaps does not need to look back further
LONGEST = 7 * DAY


class Entry(NamedTuple):
    """A programme as the feed gives it.

    `stop` may be missing or impossible (not after the start). `order` is the place in the feed (0 = not in it). `own_stop` is
    the stop that the provider wrote; `noted_source` the `end_source` that an export of this project noted for a stop; `length`
    the `<length>` in seconds; `clump` the `clumpidx`. A stored programme also has the id of its `row`, and the `end` and
    `source` that it has in the guide.
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
    """Of entries with one start: one with a duration before one without, then the last one in the feed."""
    return max(entries, key=lambda entry: (entry.has_duration, entry.order))


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
    """A stored programme as `shadows` needs it."""

    id: int
    start: int | str
    end: int | str


def shadows(providers: Sequence[Sequence[Row]]) -> dict[int, int | None]:
    """Which programme hides which on one channel.

    For the id of each row: the id of the better provider's programme that it overlaps, None where the row is shown.
    `providers` holds the rows of each provider in order of start, the best provider first; rows of one provider do not overlap.
    A row of a worse provider is shown only if it overlaps no shown row of a better one. Starts and ends may be of any type
    that can be compared; the stored ISO texts can.
    """
    result: dict[int, int | None] = {}
    visible: list[Row] = []
    for rows in providers:
        accepted: list[Row] = []
        index, count = 0, len(visible)
        for row in rows:
            start = row[1]
            while index < count and visible[index][2] <= start:  # type: ignore[operator]
                index += 1
            if index < count and visible[index][1] < row[2]:  # type: ignore[operator]
                result[row[0]] = visible[index][0]
            else:
                result[row[0]] = None
                accepted.append(row)
        if accepted:
            # Two sorted runs: the sort merges them in one pass.
            visible = sorted(visible + accepted, key=lambda row: row[1]) if visible else accepted
    return result
