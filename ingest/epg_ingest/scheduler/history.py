"""Reads from the import log what became of each provider, for the decisions of `timetable`."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ..core.times import from_iso, iso
from ..guide.sourcing import quota
from ..guide.sourcing.import_times import import_times
from ..storage.database import connect_readonly, translated
from .timetable import History, OwnTimes

_PROVIDERS = """
    SELECT id, name, schedule, schedule_timezone, downloads_per_day FROM providers
    WHERE enabled AND xmltv_url IS NOT NULL ORDER BY priority, id
"""
#: A row with status `running` counts as a failure. If that import still runs, a new one finds it locked and is tried again
#: later. If it was killed, this is what makes the scheduler try again. Rows from the future are those of a wrong clock.
_TRIED = """
    SELECT count(*) FILTER (WHERE status IN ('success', 'partial')), count(*), max(coalesce(completed_at, started_at))
    FROM import_log WHERE provider_id = :provider AND started_at >= :since AND started_at <= :until
"""
#: seconds that a row of the log may lie ahead of the clock, which may have been set a little
_AHEAD = 86_400


class Defaults(NamedTuple):
    """What the settings say for providers with a schedule of their own: their zone, and the longest delay in minutes."""

    timezone: str = "UTC"
    jitter_minutes: int = 0


class ProviderTimes(NamedTuple):
    """What a provider says of its imports, as in `providers`."""

    ident: int
    name: str
    schedule: str | None
    zone: str | None
    most: int | None


def histories(
    path: Path, since: int, *, now: float | None = None, defaults: Defaults | None = None
) -> list[History]:
    """Every enabled provider with a source, the best first, and what became of it since its latest due moment.

    That is `since` (epoch seconds) for those without a schedule of their own. Imports that people or the API started count
    too; one that began more than a day in the future does not: the clock was wrong then. Raises `DatabaseError` when the file
    cannot be read.
    """
    with translated(path), closing(connect_readonly(path)) as conn:
        return read_histories(conn, since, now, defaults or Defaults())


def read_histories(
    conn: sqlite3.Connection, since: int, now: float | None, defaults: Defaults
) -> list[History]:
    """`histories` from an open guide."""
    installation = installation_id(conn)
    found = [ProviderTimes(*row) for row in conn.execute(_PROVIDERS).fetchall()]
    return [_history(conn, times, since, now, defaults, installation) for times in found]


def _history(
    conn: sqlite3.Connection,
    times: ProviderTimes,
    since: int,
    now: float | None,
    defaults: Defaults,
    installation: str,
) -> History:
    zone = times.zone or defaults.timezone
    own = None
    if times.schedule is not None and now is not None:
        salt = f"{installation} {times.ident}"
        own = OwnTimes(import_times(times.schedule, zone, salt), defaults.jitter_minutes, salt)
        since = own.last(now) - own.least
    until = (time.time() if now is None else now) + _AHEAD
    values = {"provider": times.ident, "since": iso(since), "until": iso(int(until))}
    good, tried, last = conn.execute(_TRIED, values).fetchone()
    ended = from_iso(last) if last else 0
    not_before = 0 if now is None else quota.resumes(conn, times.ident, times.most, now, zone)
    return History(times.name, bool(good), 0 if good else tried, ended, own, not_before)


def installation_id(conn: sqlite3.Connection) -> str:
    """What makes the delays of this guide differ from those of others; always the same for one guide."""
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'installation'").fetchone():
        return ""  # a file of an older version, which nothing has upgraded yet
    row = conn.execute("SELECT id FROM installation").fetchone()
    return str(row[0]) if row else ""


def has_lineups(path: Path) -> bool:
    """Whether there is a line-up with a source. Raises `DatabaseError` when the file cannot be read."""
    with translated(path), closing(connect_readonly(path)) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'lineups'").fetchone():
            return False  # a file of an older version, which nothing has upgraded yet
        return conn.execute("SELECT 1 FROM lineups WHERE source_url IS NOT NULL").fetchone() is not None
