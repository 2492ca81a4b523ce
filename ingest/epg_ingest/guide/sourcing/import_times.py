"""When a provider is imported, as people write it: `6h`, `03:00`, or the five fields of cron. Pure.

Moments are epoch seconds. Cron is read as cron reads it, and APScheduler finds the times: on a clock without changes, which are
then looked up in the zone. A time that the clock skips in spring is that much after the skip; of a time that comes twice in
autumn the first counts. (With a zone of its own, APScheduler drops the first kind and runs the second twice.)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

from ...core.errors import UsageError
from ...core.times import zone

#: nobody's guide changes more often, and providers lock out who asks more often
LEAST_SECONDS = 15 * 60
MOST_SECONDS = 30 * 86_400
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86_400}
_NAMED = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *"}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(\d|sun|mon|tue|wed|thu|fri|sat)"
_DAYS_ITEM = re.compile(rf"(?:\*|{_DAY}(?:-{_DAY})?)(?:/(\d))?")
#: how far clock changes move a time; the surroundings that are searched
_MARGIN = timedelta(hours=3)
#: how far back the latest time is looked for: a 29 February can be eight years ago
_BACK = tuple(timedelta(hours=hours) for hours in (3, 27, 9 * 24, 33 * 24, 367 * 24, 9 * 366 * 24))
_FORMS = "write 6h, 03:00, or the five fields of cron, such as 0 3 * * 1-5"


class ImportTimes(Protocol):
    """The moments at which a provider is due. `least`: an import that many seconds before one of them counts for it."""

    @property
    def least(self) -> int: ...

    def last(self, now: float) -> int:
        """The latest of them that is not after `now`."""

    def next(self, now: float) -> int:
        """The first of them after `now`."""


@dataclass(frozen=True)
class Every:
    """Every so many `seconds`, `offset` seconds after the multiples of that since 1970."""

    seconds: int
    offset: int = 0

    @property
    def least(self) -> int:
        return self.seconds // 2

    def last(self, now: float) -> int:
        return int((now - self.offset) // self.seconds) * self.seconds + self.offset

    def next(self, now: float) -> int:
        return self.last(now) + self.seconds


@dataclass(frozen=True)
class CronTimes:
    """At the times of the cron fields `text` on the clocks of the IANA zone `timezone`."""

    text: str
    timezone: str
    least: int = 0

    def last(self, now: float) -> int:
        wall = self._wall(now)
        for back in _BACK:
            found = [self._moment(time) for time in _between(self.text, wall - back, wall + _MARGIN)]
            if earlier := [moment for moment in found if moment <= now]:
                return max(earlier)
        return int(now - _BACK[-1].total_seconds())

    def next(self, now: float) -> int:
        wall = self._wall(now)
        later = (time for time in _from(self.text, wall - _MARGIN) if self._moment(time) > now)
        first = next(later)  # `checked` refuses what never comes
        # A time that the clock skips may come after the next one.
        moments = (self._moment(time) for time in _between(self.text, first, first + _MARGIN))
        return min(moment for moment in moments if moment > now)

    def _wall(self, now: float) -> datetime:
        return datetime.fromtimestamp(now, zone(self.timezone)).replace(tzinfo=None, fold=0)

    def _moment(self, wall: datetime) -> int:
        return int(wall.replace(tzinfo=zone(self.timezone)).timestamp())


def import_times(text: str, timezone: str, salt: str) -> ImportTimes:
    """The moments that `text`, as `checked` returned it, means in a zone. `salt` decides where an interval begins."""
    if interval := _interval(text):
        return Every(interval, stable(salt, interval))
    return CronTimes(_cron(text), timezone)


def stable(salt: str, below: int) -> int:
    """A whole number from 0 and below `below`, always the same for `salt`."""
    return int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big") % max(below, 1)


def checked(value: Any) -> str | None:
    """A schedule in its usual form; None for None, an empty text and `none`. Raises `UsageError`."""
    if value is None or (isinstance(value, str) and value.strip().lower() in ("", "none")):
        return None
    if not isinstance(value, str) or len(value) > 200:
        raise UsageError(f"the schedule is not understood; {_FORMS}")
    text = " ".join(value.lower().split())
    text = _NAMED.get(text, text)
    if interval := _interval(text):
        if not LEAST_SECONDS <= interval <= MOST_SECONDS:
            raise UsageError("a schedule must leave 15 minutes to 30 days between two imports")
        return text.replace(" ", "")
    _check_cron(_cron(text))
    clock = _clock(text)
    return f"{clock[0]:02}:{clock[1]:02}" if clock else text


def _interval(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,5}) ?(m|min|h|d)", text)
    return int(found[1]) * _UNITS[found[2]] if found else None


def _clock(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    return (int(found[1]), int(found[2])) if found and int(found[1]) < 24 and int(found[2]) < 60 else None


def _cron(text: str) -> str:
    """The five fields of cron of a time of day, or `text` as it is."""
    clock = _clock(text)
    return f"{clock[1]} {clock[0]} * * *" if clock else text


def _check_cron(text: str) -> None:
    try:
        times = _from(text, datetime(2026, 1, 1))
        first = [time for time, _ in zip(times, range(60), strict=False)]
    except (ValueError, TypeError) as error:
        raise UsageError(f"the schedule is not understood; {_FORMS}") from error
    if not first:
        raise UsageError("the schedule has no day that ever comes; look at its day and month")
    gaps = [(after - before).total_seconds() for before, after in pairwise(first)]
    if min(gaps, default=LEAST_SECONDS) < LEAST_SECONDS:
        raise UsageError("a schedule must leave 15 minutes to 30 days between two imports")


def _between(text: str, start: datetime, end: datetime) -> Iterator[datetime]:
    for time in _from(text, start):
        if time > end:
            return
        yield time


def _from(text: str, start: datetime) -> Iterator[datetime]:
    """The times of the cron fields from `start` on, in order, on a clock that never changes."""
    coming = start.replace(tzinfo=timezone.utc)
    while True:
        found = [trigger.get_next_fire_time(None, coming) for trigger in _triggers(text)]
        times = [time for time in found if time is not None]
        if not times:
            return
        yield min(times).replace(tzinfo=None)
        coming = min(times) + timedelta(seconds=1)


@lru_cache(maxsize=256)
def _triggers(text: str) -> tuple[Any, ...]:
    """The triggers whose times are those of cron. Raises ValueError for what is not cron.

    Where both a day of the month and a day of the week are given, cron takes either, APScheduler days that are both.
    """
    from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

    minute, hour, day, month, weekday = text.split(" ")
    times = {"minute": minute, "hour": hour, "month": month, "timezone": timezone.utc}
    week = {"day_of_week": _weekdays(weekday)}
    if day.startswith("*") or weekday.startswith("*"):
        return (CronTrigger(day=day, **week, **times),)
    return CronTrigger(day=day, **times), CronTrigger(**week, **times)


def _weekdays(field: str) -> str:
    """A day-of-week field of cron, in which 0 and 7 are Sunday, with names: to APScheduler, 0 is Monday."""
    if field == "*":
        return field
    found: set[str] = set()
    for item in field.split(","):
        match = _DAYS_ITEM.fullmatch(item)
        if match is None:
            raise ValueError(item)
        first, last, step = match[1], match[2], int(match[3] or 1)
        low = 0 if first is None else _number(first)
        high = 6 if first is None else low if last is None and match[3] is None else _number(last or "6")
        if high < low and last in ("sun", "0"):
            high = 7
        if high < low or step < 1:
            raise ValueError(item)
        found.update(_DAYS[number] for number in range(low, high + 1, step))
    return ",".join(sorted(found, key=_DAYS.index))


def _number(day: str) -> int:
    number = int(day) if day.isdigit() else _DAYS.index(day)
    if number > 7:
        raise ValueError(day)
    return number
