"""Deletes what is old: programmes outside the retention window, logs and changes, and channels that no feed has any more (spec
section 5). Nothing else deletes by age.

With an archive, ended programmes are deleted only after they were read back from its files.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .archive.archive import archive_ended, forget
from .core.clock_evidence import ClockEvidence, wrong_clock
from .core.limits import DAY, Retention
from .core.times import iso
from .guide import displaced
from .guide.contents import drop_unshown, watch
from .guide.follow import follow
from .guide.joins import hand_over
from .guide.resolve import resolve, shared
from .series_store import shown_ledger
from .storage import guide_changes
from .storage.database import raise_generation, write
from .storage.upkeep import merge_search_index, vacuum

if TYPE_CHECKING:
    from sqlite_utils import Database

log = logging.getLogger(__name__)

#: programmes deleted in one transaction
BATCH = 20_000

#: Two searches of the index (channel_id, start_time) for each channel: with OR in one, SQLite reads every row.
_FIND_EXPIRED = """
    CREATE TEMP TABLE expired AS
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
    WHERE p.start_time < :past AND p.end_time <= :past
    UNION ALL
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
    WHERE p.start_time > :future
    LIMIT :batch
"""
#: the same with an archive: of the ended programmes only those that are in it as they are now (see `archive.archive`)
_FIND_ARCHIVED_OR_FAR = """
    CREATE TEMP TABLE expired AS
    SELECT p.id, p.channel_id FROM temp.archiving a CROSS JOIN airings p ON p.id = a.id
    WHERE a.verified AND (a.channel_id, a.end_time, a.updated_at, a.content_hash)
        IS (p.channel_id, p.end_time, p.updated_at, p.element_hash)
    UNION ALL
    SELECT p.id, p.channel_id FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
    WHERE p.start_time > :future
    LIMIT :batch
"""
_ANY_ENDED = """
    SELECT EXISTS (
        SELECT 1 FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
        WHERE p.start_time < :past AND p.end_time <= :past)
"""
_WATCH_EXPIRED = """
    INSERT OR IGNORE INTO temp.watched_contents
    SELECT content_id FROM airings WHERE id IN (SELECT id FROM temp.expired)
"""
_LONGEST_EXPIRED = """
    SELECT max(strftime('%s', end_time) - strftime('%s', start_time)) FROM airings WHERE id IN (SELECT id FROM temp.expired)
"""
#: reads the whole table, so only if the longest programme may be among those that were deleted
_NOTE_LONGEST = """
    UPDATE generation SET longest_seconds = (
        SELECT ifnull(max(strftime('%s', end_time) - strftime('%s', start_time)), 0) FROM airings)
    WHERE longest_seconds <= :expired
"""
_ANY_OLD_LOGS = """
    SELECT EXISTS (SELECT 1 FROM import_log WHERE started_at < :limit) OR EXISTS (SELECT 1 FROM write_log WHERE at < :limit)
"""
_DELETE_IMPORTS = """
    DELETE FROM import_log WHERE started_at < :limit AND id NOT IN (SELECT max(id) FROM import_log GROUP BY provider_id)
    AND id NOT IN (SELECT max(id) FROM import_log WHERE status = 'success' GROUP BY provider_id)
"""
_DELETE_CHANGES = """
    DELETE FROM program_changes WHERE import_id IN (SELECT id FROM import_log WHERE started_at < :limit)
"""
_DELETE_WRITES = "DELETE FROM write_log WHERE at < :limit"
#: Channels of feeds that are gone: not in the provider's last import, nor in any since the limit; with their mapping, unless a
#: person made it or it still has programmes. Programmes are those of another channel of the feed, if that feeds the same one.
_FIND_GONE = """
    CREATE TEMP TABLE gone AS
    WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id)
    SELECT f.id, m.id AS mapping_id, m.channel_id FROM feed_channels f JOIN latest l ON l.provider_id = f.provider_id
    LEFT JOIN channel_mappings m ON m.provider_id = f.provider_id AND m.provider_channel_id = f.provider_channel_id
    WHERE f.last_seen < l.seen AND f.last_seen < :limit AND (m.id IS NULL OR m.method <> 'manual' AND (
        NOT EXISTS (SELECT 1 FROM airings a WHERE a.provider_id = m.provider_id AND a.channel_id = m.channel_id)
        OR EXISTS (
            SELECT 1 FROM channel_mappings o JOIN feed_channels p
                ON p.provider_id = o.provider_id AND p.provider_channel_id = o.provider_channel_id
            WHERE o.channel_id = m.channel_id AND o.provider_id = m.provider_id AND p.last_seen = l.seen)))
"""
#: Channels without programmes and without hands on them, which nothing but gone channels feeds. Channels without any mapping
#: were made by a person, for a feed that is still to come.
_DELETE_EMPTY = """
    DELETE FROM channels
    WHERE id IN (SELECT channel_id FROM temp.gone) AND hidden = 0 AND pinned = '[]'
      AND NOT EXISTS (SELECT 1 FROM airings a WHERE a.channel_id = channels.id)
      AND NOT EXISTS (
          SELECT 1 FROM channel_mappings m WHERE m.channel_id = channels.id
          AND NOT EXISTS (SELECT 1 FROM temp.gone g WHERE g.mapping_id = m.id))
"""
#: A mapping that is the last one of a channel stays with it: the channel has hands on it, and its id may return.
_DELETE_GONE = """
    DELETE FROM channel_mappings WHERE id IN (SELECT mapping_id FROM temp.gone) AND EXISTS (
        SELECT 1 FROM channel_mappings o WHERE o.channel_id = channel_mappings.channel_id
        AND NOT EXISTS (SELECT 1 FROM temp.gone g WHERE g.mapping_id = o.id))
    RETURNING channel_id, method = 'new' OR (method = 'moved' AND ifnull(score, 0) >= 0.95)
"""
_DELETE_SAID = """
    DELETE FROM feed_channels WHERE id IN (SELECT id FROM temp.gone) AND NOT EXISTS (
        SELECT 1 FROM channel_mappings m
        WHERE m.provider_id = feed_channels.provider_id AND m.provider_channel_id = feed_channels.provider_channel_id)
"""


@dataclass
class CleanupCounts:
    """How many rows a cleanup deleted and archived, and how many pages it gave back to the file system.

    `archive_error` says why ended programmes were kept, None if they were not.
    """

    programs: int = 0
    imports: int = 0
    changes: int = 0
    writes: int = 0
    channels: int = 0
    mappings: int = 0
    pages_freed: int = 0
    archived: int = 0
    archive_error: str | None = None


def cleanup(db: Database, retention: Retention, now: int) -> CleanupCounts:
    """Delete what is outside the window at `now` (epoch seconds), in short transactions, and shrink the file.

    With a clock that stands before this program's time it deletes nothing and logs why; commands look closer (`expiry`).
    Raises `DatabaseError` on a replica. An archive that cannot be written is logged and noted in the
    result.
    """
    counts = CleanupCounts()
    if wrong := wrong_clock(ClockEvidence(now)):
        log.warning("nothing is deleted: %s", wrong)
        return counts
    if retention.archive is not None:
        _archive(db.conn, retention, now, counts)
    while deleted := _delete_programs(db, retention, now):
        counts.programs += deleted
    if retention.log_days is not None:
        _delete_logs(db, iso(now - retention.log_days * DAY), counts)
        _delete_channels(db, iso(now - retention.log_days * DAY), counts)
    _prune_changes(db, retention, now)
    if retention.ledger_days is not None:
        shown_ledger.sweep(db, retention.ledger_days, now)
    if counts.programs:
        merge_search_index(db)
    counts.pages_freed = vacuum(db.conn)
    return counts


def _prune_changes(db: Database, retention: Retention, now: int) -> None:
    """Shorten the log of changes to what is kept of it, and to `log_days` if those are fewer."""
    days = min(guide_changes.KEPT_DAYS, retention.log_days or guide_changes.KEPT_DAYS)
    if guide_changes.older(db.conn, now - days * DAY):
        with write(db, changes_guide=False) as conn:
            guide_changes.prune(conn, now - days * DAY)


def _archive(conn: sqlite3.Connection, retention: Retention, now: int, counts: CleanupCounts) -> None:
    """Archive the programmes that the cleanup is about to delete, if there are any."""
    forget(conn)
    past = retention.past(now)
    due = past is not None and conn.execute(_ANY_ENDED, {"past": iso(past)}).fetchone()[0]
    if due and past is not None and retention.archive is not None:
        counts.archived, counts.archive_error = archive_ended(conn, retention.archive, iso(past))


def _delete_programs(db: Database, retention: Retention, now: int) -> int:
    """Delete one batch of programmes; returns how many. Without any to delete it does not take the write lock."""
    past, future = retention.past(now), retention.future(now)
    if past is None and future is None:
        return 0
    limits = {
        "past": "0000" if past is None else iso(past),
        "future": "9999" if future is None else iso(future),
        "batch": BATCH,
    }
    statement = _FIND_EXPIRED if retention.archive is None else _FIND_ARCHIVED_OR_FAR
    if not _find_expired(db.conn, statement, limits):
        return 0
    with write(db, changes_guide=False) as conn:
        found = _find_expired(conn, statement, limits)
        if found:
            _delete_expired(conn, str(limits["past"]))
            displaced.expire(conn, str(limits["past"]), str(limits["future"]))
            raise_generation(conn)
    if found and retention.archive is not None:
        # So that the next batch does not read them again.
        db.conn.execute("DELETE FROM temp.archiving WHERE id IN (SELECT id FROM temp.expired)")
    return found


def _find_expired(conn: sqlite3.Connection, statement: str, limits: dict[str, Any]) -> int:
    conn.execute("DROP TABLE IF EXISTS temp.expired")
    conn.execute(statement, limits)
    return int(conn.execute("SELECT count(*) FROM temp.expired").fetchone()[0])


def _delete_expired(conn: sqlite3.Connection, past: str) -> None:
    channels = [channel for (channel,) in conn.execute("SELECT DISTINCT channel_id FROM temp.expired")]
    (longest,) = conn.execute(_LONGEST_EXPIRED).fetchone()
    watch(conn)
    conn.execute(_WATCH_EXPIRED)
    showings = shown_ledger.expiring(conn, past)
    conn.execute("DELETE FROM airings WHERE id IN (SELECT id FROM temp.expired)")
    shown_ledger.keep(conn, showings)
    drop_unshown(conn)
    conn.execute(_NOTE_LONGEST, {"expired": longest or 0})
    resolve(conn, shared(conn, channels))


def _delete_logs(db: Database, limit: str, counts: CleanupCounts) -> None:
    (due,) = db.conn.execute(_ANY_OLD_LOGS, {"limit": limit}).fetchone()
    if not due:
        return
    with write(db, changes_guide=False) as conn:
        counts.changes = conn.execute(_DELETE_CHANGES, {"limit": limit}).rowcount
        counts.imports = conn.execute(_DELETE_IMPORTS, {"limit": limit}).rowcount
        counts.writes = conn.execute(_DELETE_WRITES, {"limit": limit}).rowcount


def _delete_channels(db: Database, limit: str, counts: CleanupCounts) -> None:
    """Delete channels that no feed has had since `limit` (ISO, UTC), and mappings of such channels.

    Takes no write lock unless a feed has lost a channel.
    """
    if not _find_gone(db.conn, limit):
        return
    with write(db, changes_guide=False) as conn:
        _find_gone(conn, limit)
        before = _count_mappings(conn)
        counts.channels = conn.execute(_DELETE_EMPTY).rowcount
        deleted = conn.execute(_DELETE_GONE).fetchall()
        conn.execute(_DELETE_SAID)
        hand_over(conn, [channel for channel, made_it in deleted if made_it])
        follow(conn, [channel for channel, _ in deleted])
        counts.mappings = before - _count_mappings(conn)
        if counts.mappings:
            raise_generation(conn)


def _find_gone(conn: sqlite3.Connection, limit: str) -> int:
    conn.execute("DROP TABLE IF EXISTS temp.gone")
    conn.execute(_FIND_GONE, {"limit": limit})
    return int(conn.execute("SELECT count(*) FROM temp.gone").fetchone()[0])


def _count_mappings(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM channel_mappings").fetchone()[0])
