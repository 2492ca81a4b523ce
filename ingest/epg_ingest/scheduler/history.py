"""Reads from the import log what became of each provider, for the decisions of `timetable`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ..core.times import from_iso, iso
from ..storage.database import connect_readonly, translated
from .timetable import History

#: A row with status `running` counts as a failure. If that import still runs, a new one finds it locked and is tried again
#: later. If it was killed, this is what makes the scheduler try again.
_HISTORIES = """
    SELECT p.name,
           count(l.id) FILTER (WHERE l.status IN ('success', 'partial')) AS good,
           count(l.id) AS tried,
           max(coalesce(l.completed_at, l.started_at)) AS last
    FROM providers p
    LEFT JOIN import_log l ON l.provider_id = p.id AND l.started_at >= :since
        AND l.started_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 day')
    WHERE p.enabled AND p.xmltv_url IS NOT NULL
    GROUP BY p.id
    ORDER BY p.priority, p.id
"""


def histories(path: Path, since: int) -> list[History]:
    """Every enabled provider with an address, the best first, and what became of it since `since` (epoch seconds).

    Imports that people or the API started count too; one that began in the future does not: the clock was wrong then.
    Raises `DatabaseError` when the file cannot be read.
    """
    with translated(path), closing(connect_readonly(path)) as conn:
        rows = conn.execute(_HISTORIES, {"since": iso(since)}).fetchall()
    return [
        History(name, bool(good), 0 if good else tried, from_iso(last) if last else 0)
        for name, good, tried, last in rows
    ]


def has_lineups(path: Path) -> bool:
    """Whether there is a line-up with a source. Raises `DatabaseError` when the file cannot be read."""
    with translated(path), closing(connect_readonly(path)) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'lineups'").fetchone():
            return False  # a file of an older version, which nothing has upgraded yet
        return conn.execute("SELECT 1 FROM lineups WHERE source_url IS NOT NULL").fetchone() is not None
