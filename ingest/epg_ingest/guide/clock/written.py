"""Times as a feed writes them without an offset, and the moments that they mean in a time zone. Pure.

A clock change makes the two differ. The hour that a clock skips is stored as the next one, and of an hour that it shows twice a
stored moment is one of the two. So a programme that goes from zone to zone must keep what was written: `of` reads it from the
stored moments, and `Written.moments` gives them in any zone.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from ...core.times import at_clock, on_clock

#: What `clock_times` holds of a programme: the start (None if the stored one tells it), whether its second moment is meant, and
#: the same of the stop. Times are in seconds from 1970-01-01T00:00:00 on the clock.
ClockTimes = tuple["int | None", "bool | None", "int | None", "bool | None"]


class Written(NamedTuple):
    """Start and stop on a clock, in seconds from 1970-01-01T00:00:00 on it.

    `second` says that of two moments at which the clock shows the start the second is meant. A stop is the first moment after
    the start, unless `stop_second` says which of two it is.
    """

    start: int
    second: bool = False
    stop: int | None = None
    stop_second: bool | None = None

    def moments(self, zone: tzinfo) -> tuple[int, int | None]:
        """Start and stop in epoch seconds, in a zone."""
        start = at_clock(self.start, zone, self.second)
        if self.stop is None:
            return start, None
        if self.stop_second is not None:
            return start, at_clock(self.stop, zone, self.stop_second)
        return start, first_after(start, self.stop, zone)


def first_after(start: int, stop: int, zone: tzinfo) -> int:
    """The first moment after `start` (epoch seconds) at which the clock shows `stop`; the last one if all are before it."""
    first = at_clock(stop, zone)
    return first if first > start else at_clock(stop, zone, second=True)


def of(start: int, stop: int | None, zone: tzinfo) -> Written:
    """What was written, as far as two moments (epoch seconds) in a zone tell it. Its `moments` in that zone are these two."""
    wall, second = on_clock(start, zone)
    if stop is None:
        return Written(wall, second)
    stop_wall, stop_second = on_clock(stop, zone)
    by_rule = first_after(start, stop_wall, zone) == stop
    return Written(wall, second, stop_wall, None if by_rule else stop_second)
