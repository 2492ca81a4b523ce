"""What is due next, for people: computed for `status`, and stored in `import_plan` for pages and `/health`.

The web process knows neither the settings of the scheduler nor whether one runs. It shows what a running scheduler has stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ..core.times import iso
from ..settings.settings import Settings
from ..storage.database import connect_readonly, open_database, translated, write
from .history import Defaults, installation_id, read_histories
from .timetable import Daily, Planned, planned

_STORED = "SELECT p.name, n.next_at, n.reason FROM import_plan n JOIN providers p ON p.id = n.provider_id"
_ADD = """
    INSERT INTO import_plan (provider_id, next_at, reason, planned_at)
    SELECT id, :next_at, :reason, :planned_at FROM providers WHERE name = :name
"""


def daily(settings: Settings, path: Path) -> Daily:
    """The schedule of the settings, with the delays of the guide at `path`. Raises `DatabaseError`."""
    with translated(path), closing(connect_readonly(path)) as conn:
        return _daily(settings, conn)


def _daily(settings: Settings, conn: sqlite3.Connection) -> Daily:
    time, zone, jitter = (
        settings[f"scheduler.{name}"] for name in ("import_time", "timezone", "jitter_minutes")
    )
    return Daily(time, zone, jitter, installation_id(conn))


def defaults(settings: Settings) -> Defaults:
    """What the settings say for providers with a schedule of their own."""
    return Defaults(settings["scheduler.timezone"], settings["scheduler.jitter_minutes"])


def upcoming(conn: sqlite3.Connection, settings: Settings, now: float) -> list[Planned]:
    """When a scheduler with these settings would import each provider of a guide next. `now` is epoch seconds."""
    table = _daily(settings, conn)
    return planned(read_histories(conn, table.last(now), now, defaults(settings)), table, now)


def store(path: Path, plan: Sequence[Planned], now: float) -> None:
    """Make the stored plan the same as `plan`. Raises `DatabaseError` when the guide cannot be read or written to."""
    wanted = sorted((each.name, iso(each.moment), each.reason) for each in plan)
    with translated(path), closing(connect_readonly(path)) as conn:
        if sorted(conn.execute(_STORED).fetchall()) == wanted:
            return
    with closing(open_database(path)) as db, write(db, changes_guide=False) as conn:
        conn.execute("DELETE FROM import_plan")
        rows = [
            {"name": name, "next_at": moment, "reason": reason, "planned_at": iso(int(now))}
            for name, moment, reason in wanted
        ]
        conn.executemany(_ADD, rows)
