"""What is old goes: programmes outside the window, logs and changes (spec section 5). Nothing else deletes by age."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from .database import raise_generation, write
from .resolve import resolve, shared
from .times import iso

DAY = 86_400
#: pages given back to the file system in one go; readers are not blocked, and the write lock is held briefly
VACUUM_PAGES = 2000
#: programmes deleted in one transaction
BATCH = 20_000

# Two searches of the index (channel_id, start_time) for each channel: with OR in one, SQLite reads every row.
_OLD = """
    CREATE TEMP TABLE expired AS
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN programs p ON p.channel_id = c.id
    WHERE p.start_time < :past AND p.end_time <= :past
    UNION ALL
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN programs p ON p.channel_id = c.id
    WHERE p.start_time > :future
    LIMIT :batch
"""
_FTS_DELETE = """
    INSERT INTO programs_fts (programs_fts, rowid, title, subtitle, description)
    SELECT 'delete', id, title, subtitle, description FROM programs WHERE id IN (SELECT id FROM temp.expired)
"""
_SECONDS = "max(strftime('%s', end_time) - strftime('%s', start_time))"
_LONGEST_GONE = f"SELECT {_SECONDS} FROM programs WHERE id IN (SELECT id FROM temp.expired)"  # noqa: S608 - a constant
_LONGEST = f"UPDATE generation SET longest_seconds = (SELECT ifnull({_SECONDS}, 0) FROM programs)"  # noqa: S608
_LOGS = """
    DELETE FROM import_log WHERE started_at < :limit AND id NOT IN (SELECT max(id) FROM import_log GROUP BY provider_id)
    AND id NOT IN (SELECT max(id) FROM import_log WHERE status = 'success' GROUP BY provider_id)
"""
_CHANGES = """
    DELETE FROM program_changes WHERE import_id IN (SELECT id FROM import_log WHERE started_at < :limit)
"""
_WRITES = "DELETE FROM write_log WHERE at < :limit"


@dataclass(frozen=True)
class Retention:
    """How many days of ended and of coming programmes, and of logs, are kept; None keeps all."""

    past_days: int | None = 7
    future_days: int | None = 7
    log_days: int | None = 30

    def past(self, now: int) -> int | None:
        """Programmes that ended by then (epoch seconds) go."""
        return None if self.past_days is None else now - self.past_days * DAY

    def future(self, now: int) -> int | None:
        """Programmes that start after then go."""
        return None if self.future_days is None else now + self.future_days * DAY


@dataclass
class CleanupCounts:
    """What a cleanup deleted, and the pages it gave back."""

    programs: int = 0
    imports: int = 0
    changes: int = 0
    writes: int = 0
    pages_freed: int = 0


def cleanup(db: Database, retention: Retention, now: int) -> CleanupCounts:
    """Delete what is outside the window at `now` (epoch seconds), in short transactions, and shrink the file."""
    counts = CleanupCounts()
    while deleted := _delete_programs(db, retention, now):
        counts.programs += deleted
    if retention.log_days is not None:
        _delete_logs(db, iso(now - retention.log_days * DAY), counts)
    counts.pages_freed = vacuum(db)
    return counts


def _delete_programs(db: Database, retention: Retention, now: int) -> int:
    """One batch, chosen under the write lock, which is not asked for when nothing is due; how many went."""
    past, future = retention.past(now), retention.future(now)
    limits = {
        "past": "0000" if past is None else iso(past),
        "future": "9999" if future is None else iso(future),
        "batch": BATCH,
    }
    if not _find_expired(db.conn, limits):
        return 0
    with write(db, changes_guide=False) as conn:
        found = _find_expired(conn, limits)
        if found:
            _delete_expired(conn)
            raise_generation(conn)
    return found


def _find_expired(conn: sqlite3.Connection, limits: dict[str, Any]) -> int:
    conn.execute("DROP TABLE IF EXISTS temp.expired")
    conn.execute(_OLD, limits)
    return int(conn.execute("SELECT count(*) FROM temp.expired").fetchone()[0])


def _delete_expired(conn: sqlite3.Connection) -> None:
    channels = [channel for (channel,) in conn.execute("SELECT DISTINCT channel_id FROM temp.expired")]
    (gone,) = conn.execute(_LONGEST_GONE).fetchone()
    conn.execute(_FTS_DELETE)
    conn.execute("DELETE FROM programs WHERE id IN (SELECT id FROM temp.expired)")
    # The whole table is only read when the longest programme may be among those that went.
    conn.execute(f"{_LONGEST} WHERE longest_seconds <= ?", [gone or 0])
    resolve(conn, shared(conn, channels))


def _delete_logs(db: Database, limit: str, counts: CleanupCounts) -> None:
    (due,) = db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM import_log WHERE started_at < :limit)"
        " OR EXISTS (SELECT 1 FROM write_log WHERE at < :limit)",
        {"limit": limit},
    ).fetchone()
    if not due:
        return
    with write(db, changes_guide=False) as conn:
        counts.changes = conn.execute(_CHANGES, {"limit": limit}).rowcount
        counts.imports = conn.execute(_LOGS, {"limit": limit}).rowcount
        counts.writes = conn.execute(_WRITES, {"limit": limit}).rowcount


def vacuum(db: Database) -> int:
    """Give free pages back to the file system, a few at a time; returns how many."""
    (before,) = db.conn.execute("PRAGMA freelist_count").fetchone()
    left = before
    while left:
        db.conn.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
        (now,) = db.conn.execute("PRAGMA freelist_count").fetchone()
        if now >= left:
            break
        left = now
    return int(before - left)
