"""The days that a grabber is asked for: pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

#: later than any programme
NEVER = 1 << 40


class Days(NamedTuple):
    """Programmes that start from `start` on and before `stop`, in epoch seconds, and with `running` those on at `start`."""

    start: int
    stop: int
    running: bool

    def has(self, start: int, stop: int) -> bool:
        """Whether a programme is in these days; times in epoch seconds."""
        return (self.start <= start or (self.running and stop > self.start)) and start < self.stop


def window(now: float, offset: int, days: int | None) -> Days:
    """Whole days in the local time zone: `offset` days after today, `days` of them or (None) all that there are.

    A programme belongs to the day in which it starts, so that two days grabbed one by one are the two days grabbed at once. One
    that began yesterday belongs to today if it runs into today, because nobody asks for yesterday.
    """
    return Days(
        _midnight(now, offset), NEVER if days is None else _midnight(now, offset + days), running=offset == 0
    )


def _midnight(now: float, days: int) -> int:
    """The local midnight so many days after that of `now`; a day may have 23 or 25 hours."""
    day = datetime.fromtimestamp(now).date() + timedelta(days=days)
    return int(datetime.combine(day, time.min).astimezone().timestamp())
