"""Pure decisions about time (spec section 4): stops filled, overlaps cut, one programme a start; which provider shows.

Times are epoch seconds (UTC); spans are half-open, as the DTD says: a programme that ends at 12:00 does not overlap one
that starts then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

HOUR = 3600
DAY = 24 * HOUR
#: no programme is longer: an overlap query then needs to look back no further
LONGEST = 7 * DAY


class Entry(NamedTuple):
    """A programme as the feed gives it. `stop` may be missing or impossible (not after the start); `order` is the place
    in the feed (0 = not in it); `own_stop` is what the provider wrote; `settled` the end_source of a stop that an export of
    ours noted. A stored programme also has the id of its `row`, and the `end` and `source` it has in the guide.
    """

    start: int
    stop: int | None
    order: int
    own_stop: int | None = None
    settled: str | None = None
    length: int | None = None
    clump: str | None = None
    row: int | None = None
    end: int = 0
    source: str = ""

    @property
    def real(self) -> bool:
        """Whether it has a duration of its own."""
        return self.stop is not None and self.stop > self.start


#: an entry with its place in the schedule: where it ends (epoch seconds), and why there (`end_source`)
Slot = tuple[Entry, int, str]


def settle(entries: Sequence[Entry]) -> Iterator[Slot]:
    """The schedule of one channel of one provider from entries with distinct starts in order."""
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
            end, source = filled(entry, following)
        yield entry, end, source


def filled(entry: Entry, following: int | None) -> tuple[int, str]:
    """The end of a programme whose stop is missing or impossible: the next start within 24 hours, else its length, else
    an hour."""
    if following is not None and following - entry.start <= DAY:
        return following, "next"
    if entry.length:
        return entry.start + min(entry.length, LONGEST, (following or 1 << 62) - entry.start), "length"
    return entry.start + HOUR, "assumed"


def best(entries: Sequence[Entry]) -> Entry:
    """Of entries with one start: a real duration beats none, then the later in the feed."""
    return max(entries, key=lambda entry: (entry.real, entry.order))


def clump(entries: Iterable[Entry]) -> list[Entry]:
    """Those of the entries with one start that share it on purpose (`clumpidx` 0/2 and 1/2: DTD, programme).

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


def reach(entries: Sequence[Entry]) -> int:
    """Where the span that a feed covers on a channel ends: the last end of its entries (in order of start).

    None counts for more than LONGEST: a stop in the wrong year would otherwise remove all that follows.
    """
    last = entries[-1]
    ends = [min(entry[1], entry[0] + LONGEST) for entry in entries if entry[1] is not None]
    return max([*ends, last.start if last.real else filled(last, None)[0]])


class Row(NamedTuple):
    """A stored programme as `resolve` needs it."""

    id: int
    start: int | str
    end: int | str


def shadows(providers: Sequence[Sequence[Row]]) -> dict[int, int | None]:
    """Who hides whom on one channel: for each row the id of the better provider's programme it overlaps, None = shown.

    `providers` holds each provider's rows in order of start, best provider first; a provider's own rows do not overlap. A
    row of a worse provider is shown only where it overlaps nothing that is shown from a better one. Starts and ends may be
    any values that compare (the stored ISO texts do).
    """
    result: dict[int, int | None] = {}
    shown: list[Row] = []
    for rows in providers:
        accepted: list[Row] = []
        index, count = 0, len(shown)
        for row in rows:
            start = row[1]
            while index < count and shown[index][2] <= start:  # type: ignore[operator]
                index += 1
            if index < count and shown[index][1] < row[2]:  # type: ignore[operator]
                result[row[0]] = shown[index][0]
            else:
                result[row[0]] = None
                accepted.append(row)
        if accepted:
            # Two sorted runs: the sort merges them in one pass.
            shown = sorted(shown + accepted, key=lambda row: row[1]) if shown else accepted
    return result
