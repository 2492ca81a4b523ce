"""What is old goes: programmes outside the window, logs and changes (spec section 5). Nothing else deletes by age.

With an archive, ended programmes go only after they were found on its disk.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .archive.archive import SETTLED, archive_ended, forget
from .core.limits import DAY, Retention
from .core.times import iso
from .guide.resolve import resolve, shared
from .storage.database import raise_generation, write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: pages given back to the file system in one go: the write lock is held for some 0.15 s, and every commit makes readers
#: forget what they have in memory
VACUUM_PAGES = 8000
#: programmes deleted in one transaction
BATCH = 20_000

# Two searches of the index (channel_id, start_time) for each channel: with OR in one, SQLite reads every row.
_ENDED = """
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN programs p ON p.channel_id = c.id
    WHERE p.start_time < :past AND p.end_time <= :past
"""
_FAR = """
    UNION ALL
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN programs p ON p.channel_id = c.id
    WHERE p.start_time > :future
    LIMIT :batch
"""
_OLD = f"CREATE TEMP TABLE expired AS {_ENDED} {_FAR}"
_OLD_ARCHIVED = f"CREATE TEMP TABLE expired AS {SETTLED} {_FAR}"
_ANY_ENDED = f"SELECT EXISTS ({_ENDED})"
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


@dataclass
class CleanupCounts:
    """What a cleanup deleted and archived, and the pages it gave back. `archive_error`: why ended programmes were kept."""

    programs: int = 0
    imports: int = 0
    changes: int = 0
    writes: int = 0
    pages_freed: int = 0
    archived: int = 0
    archive_error: str | None = None


def cleanup(db: Database, retention: Retention, now: int) -> CleanupCounts:
    """Delete what is outside the window at `now` (epoch seconds), in short transactions, and shrink the file."""
    counts = CleanupCounts()
    if retention.archive is not None:
        _archive(db.conn, retention, now, counts)
    while deleted := _delete_programs(db, retention, now):
        counts.programs += deleted
    if retention.log_days is not None:
        _delete_logs(db, iso(now - retention.log_days * DAY), counts)
    counts.pages_freed = vacuum(db)
    return counts


def _archive(conn: sqlite3.Connection, retention: Retention, now: int, counts: CleanupCounts) -> None:
    """What the cleanup is about to delete goes to the archive, if there is any."""
    forget(conn)
    past = retention.past(now)
    due = past is not None and conn.execute(_ANY_ENDED, {"past": iso(past)}).fetchone()[0]
    if due and past is not None and retention.archive is not None:
        counts.archived, counts.archive_error = archive_ended(conn, retention.archive, iso(past))


def _delete_programs(db: Database, retention: Retention, now: int) -> int:
    """One batch, chosen under the write lock, which is not asked for when nothing is due; how many went."""
    past, future = retention.past(now), retention.future(now)
    if past is None and future is None:
        return 0
    limits = {
        "past": "0000" if past is None else iso(past),
        "future": "9999" if future is None else iso(future),
        "batch": BATCH,
    }
    statement = _OLD if retention.archive is None else _OLD_ARCHIVED
    if not _find_expired(db.conn, statement, limits):
        return 0
    with write(db, changes_guide=False) as conn:
        found = _find_expired(conn, statement, limits)
        if found:
            _delete_expired(conn)
            raise_generation(conn)
    if found and retention.archive is not None:
        # The next batch need not walk over them again.
        db.conn.execute("DELETE FROM temp.archiving WHERE id IN (SELECT id FROM temp.expired)")
    return found


def _find_expired(conn: sqlite3.Connection, statement: str, limits: dict[str, Any]) -> int:
    conn.execute("DROP TABLE IF EXISTS temp.expired")
    conn.execute(statement, limits)
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
        # A step of this statement is a page, and `execute` makes one: it would be a commit for each page.
        db.conn.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")
        (now,) = db.conn.execute("PRAGMA freelist_count").fetchone()
        if now >= left:
            break
        left = now
    return int(before - left)
