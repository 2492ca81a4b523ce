"""The viewer's time zone: which one it is, its days, its clock. Moments are stored text (UTC), `2026-11-22T20:00:00Z`.

Days are calendar days of the zone, so the day of a clock change has 23 or 25 hours. Their bounds come from the
calendar; adding 24 hours would be wrong.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from .http import Scope, cookies_of
from .moments import UTC, from_datetime, to_datetime
from .viewer.written_times import clock

COOKIE = "epg_tz"


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every zone that may be asked for."""
    return frozenset(available_timezones())


def known(name: Any) -> str | None:
    """`name` where it is the name of an IANA zone, else None."""
    return name if isinstance(name, str) and name in names() else None


@dataclass(frozen=True)
class Zone:
    """A zone and its source: `asked` (`?tz=`), `browser` (the cookie that the script sets) or `default`."""

    name: str
    source: str

    @property
    def info(self) -> ZoneInfo:
        return ZoneInfo(self.name)

    def local(self, utc: str) -> datetime:
        return to_datetime(utc).astimezone(self.info)

    def clock(self, utc: str) -> str:
        """Hours and minutes, as the viewer's country writes them: `20:15`; with the name of the offset, `01:15 BST`, where this
        time comes twice on the day.
        """
        local = self.local(utc)
        return clock(local) + (f" {offset_name(local)}" if comes_twice(local) else "")

    def day(self, utc: str) -> date:
        return self.local(utc).date()

    def begins(self, day: date) -> str:
        """The first moment of a day, UTC."""
        return self.at(day, time(0))

    def ends(self, day: date) -> str:
        """The first moment of the next day, UTC."""
        return self.begins(day + timedelta(days=1))

    def at(self, day: date, clock: time) -> str:
        """A local time as UTC text. A time that a clock change skips counts by the old offset; of a time that comes twice
        the first is meant (PEP 495, fold 0).
        """
        return from_datetime(datetime.combine(day, clock, self.info))

    def hours(self, start: str, end: str) -> list[tuple[str, datetime]]:
        """Each full hour of the clock in a range, as UTC text and as local time. An hour that comes twice is listed twice."""
        found, moment, stop = [], to_datetime(start), to_datetime(end)
        moment += timedelta(minutes=-moment.minute % 15, seconds=-moment.second)
        while moment < stop:
            local = moment.astimezone(self.info)
            if local.minute == 0:
                found.append((from_datetime(moment), local))
            moment += timedelta(minutes=15)
        return found


def comes_twice(local: datetime) -> bool:
    """Whether the clocks show this time a second time, because they are put back: before the change or after it."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset() and is_real(local)


def is_real(local: datetime) -> bool:
    """False for a time that the clocks leave out."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(fold=0) == local.replace(fold=0)


def offset_name(local: datetime) -> str:
    """`BST`, or `UTC+10:30` where the zone has no name for it."""
    name = local.tzname() or ""
    sign_and_hours, minutes = f"{local:%z}"[:3], f"{local:%z}"[3:5]
    return name if name.isalpha() else f"UTC{sign_and_hours}:{minutes}"


def choose(scope: Scope, asked: str | None, default: str) -> Zone:
    """The zone of `?tz=`, else of the browser's cookie, else of the site's setting. Unknown names are ignored."""
    if asked and known(asked):
        return Zone(asked, "asked")
    cookie = known(unquote(cookies_of(scope).get(COOKIE, "")))
    return Zone(cookie, "browser") if cookie else Zone(default, "default")


def day_of(texts: str | None) -> date | None:
    """A date as `2026-11-22`, None for anything else."""
    try:
        found = date.fromisoformat(texts or "")
    except ValueError:
        return None
    return found if 1901 <= found.year <= 2998 else None
