"""How often a provider's addresses may be asked on one day. The log of imports counts, so restarts change nothing."""

from __future__ import annotations

import sqlite3
from datetime import datetime, time, timedelta

from ...core.times import iso, zone

_USED = """
    SELECT total(downloads) FROM import_log
    WHERE provider_id = :provider AND started_at >= :start AND started_at < :end
"""


def day_of(now: float, timezone: str) -> tuple[int, int]:
    """The day of `now` on the clocks of an IANA zone: its first second, and that of the next day (epoch seconds)."""
    here = zone(timezone)
    day = datetime.fromtimestamp(now, here).date()
    first, next_one = (datetime.combine(date, time(), here) for date in (day, day + timedelta(days=1)))
    return int(first.timestamp()), int(next_one.timestamp())


def used(conn: sqlite3.Connection, provider_id: int, now: float, timezone: str) -> int:
    """How often the addresses of a provider were asked on the day of `now` (epoch seconds).

    Rows of a clock that was wrong lie on another day and do not count.
    """
    start, end = day_of(now, timezone)
    values = {"provider": provider_id, "start": iso(start), "end": iso(end)}
    return int(conn.execute(_USED, values).fetchone()[0])


def resumes(conn: sqlite3.Connection, provider_id: int, most: int | None, now: float, timezone: str) -> int:
    """When the addresses of a provider may be asked again that has had its `most` downloads; 0 where it has not."""
    if most is None or used(conn, provider_id, now, timezone) < most:
        return 0
    return day_of(now, timezone)[1]
