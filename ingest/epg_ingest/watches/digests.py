"""When the daily digest of a target is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..core.times import zone

#: seconds ahead that a digest tells of
SPAN = 86_400


def due_digest(digest_at: int, timezone: str, done: str, now: int) -> tuple[str, int] | None:
    """The local date and the moment of the digest that is due at `now` (epoch seconds), None if none is.

    `digest_at` is a minute of the day, `done` the local date of the last one. A missed one is made up for on its own day only.
    """
    moment = _moment(digest_at, timezone, now, 0)
    date = local_date(timezone, now)
    return (date, moment) if now >= moment and date > done else None


def next_digest(digest_at: int, timezone: str, done: str, now: int) -> int:
    """When the next one is due: now or later."""
    if due_digest(digest_at, timezone, done, now):
        return now
    today = _moment(digest_at, timezone, now, 0)
    return today if today > now else _moment(digest_at, timezone, now, 1)


def local_date(timezone: str, now: int) -> str:
    return f"{datetime.fromtimestamp(now, zone(timezone)):%Y-%m-%d}"


def _moment(digest_at: int, timezone: str, now: int, days: int) -> int:
    """The minute of the day on the local date of `now`, or so many days later. One that the clock skips comes after the gap."""
    here = zone(timezone)
    day = datetime.fromtimestamp(now, here).replace(tzinfo=None) + timedelta(days=days)
    wall = day.replace(hour=digest_at // 60, minute=digest_at % 60, second=0, microsecond=0)
    return int(wall.replace(tzinfo=here).timestamp())
