"""Where a correction moves a programme. Pure: stored times and the clocks before and after in, new times out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from ...core.times import UTC, from_iso, zone
from ..displaced import Displaced
from ..schedule import Entry
from .written import ClockTimes, Written, of


@dataclass(frozen=True)
class Clock:
    """How a provider's times are read: `timezone` (IANA name, None = UTC) is that of times without an offset, `shift_minutes`
    is added to all times."""

    timezone: str | None
    shift_minutes: int

    @property
    def zone(self) -> tzinfo:
        return zone(self.timezone) if self.timezone else UTC


class Moving(NamedTuple):
    """A programme, and its times before and after in epoch seconds: start, end, own stop.

    `written` is what its feed wrote, None where that has an offset. `told` says whether the new times tell it. `aside` is set
    for a programme that is out of the guide.
    """

    id: int
    source: str
    before: tuple[int, int, int | None]
    after: tuple[int, int, int | None]
    written: Written | None
    told: bool
    aside: Displaced | None = None

    def entry(self, order: int, bare: bool) -> Entry:
        """As the schedule sees it, at its new time; `order` is its place among those with one start, `bare` says that it has
        nothing but a title."""
        start, end, own_stop = self.after
        return Entry(start, end if self.source == "feed" else own_stop, order, row=self.id, bare=bare)

    def order(self) -> tuple[int, int, int, bool, int]:
        """The order of those with one start: that of before, then that in which the feed wrote them."""
        wall, second = (self.written.start, self.written.second) if self.written else (self.before[0], False)
        return self.after[0], self.before[0], wall, second, self.id

    def distances(self) -> set[int]:
        """How far its times move. The end counts if the feed gives it; otherwise it follows from the others."""
        pairs = zip(self.before, self.after, strict=True)
        start, end, own_stop = ((old, new) for old, new in pairs)
        used = [start, end] if self.source == "feed" else [start, own_stop]
        return {new - old for old, new in used if old is not None and new is not None}


def moved(
    row: int,
    source: str,
    texts: Sequence[str | None],
    written: Written | None,
    old: Clock,
    new: Clock,
    own_shift: int,
) -> Moving:
    """A programme with its new times; `texts` are its stored ones."""
    before = from_iso(str(texts[0])), from_iso(str(texts[1])), from_iso(texts[2]) if texts[2] else None
    by = 60 * (new.shift_minutes - old.shift_minutes)
    start, stop, told = before[0] + by, None, True
    own = None if before[2] is None else before[2] + by
    end = before[1] + by
    if written is not None:
        extra = 60 * new.shift_minutes + own_shift
        moments = written.moments(new.zone)
        told = of(*moments, new.zone) == written
        start, stop = moments[0] + extra, None if moments[1] is None else moments[1] + extra
        end = before[1] - before[0] + start
        if source == "feed" and stop is not None:
            end = stop
        elif source != "feed":
            own = stop
    return Moving(row, source, before, (start, end, own), written, told)


def written_of(start: str, stop: str | None, clock: Clock, own_shift: int, known: ClockTimes) -> Written:
    """What the feed wrote: what is known of it, and for the rest what the stored times (ISO, UTC) tell."""
    by = 60 * clock.shift_minutes + own_shift
    told = of(from_iso(start) - by, None if stop is None else from_iso(stop) - by, clock.zone)
    start_wall, second, stop_wall, stop_second = known
    if start_wall is not None:
        told = told._replace(start=start_wall, second=bool(second))
    if stop_wall is not None:
        told = told._replace(stop=stop_wall, stop_second=stop_second)
    return told
