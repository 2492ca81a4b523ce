"""What the command `status` prints: the database, its contents and the state of each provider. Reads only. Times: ISO, UTC."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.clock_evidence import PATIENCE
from ..core.times import from_iso, iso
from ..storage.migrations import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

_PROVIDERS = """
    WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id)
    SELECT v.id, v.name, v.enabled, v.priority,
           l.status, l.started_at, l.completed_at,
           l.programs_imported, l.programs_updated, l.programs_removed, l.problems,
           l.error_code, l.error_message,
           (SELECT max(s.completed_at) FROM import_log s
            WHERE s.provider_id = v.id AND s.status IN ('success', 'partial') AND s.started_at <= :future) AS last_good_at,
           (SELECT count(*) FROM channel_mappings m
            WHERE m.provider_id = v.id AND m.channel_id IS NOT NULL) AS channels,
           (SELECT count(*) FROM latest t
            JOIN feed_channels f ON f.provider_id = t.provider_id AND f.last_seen < t.seen
            JOIN channel_mappings m ON m.provider_id = f.provider_id AND m.provider_channel_id = f.provider_channel_id
            WHERE t.provider_id = v.id AND m.channel_id IS NOT NULL) AS stale
    FROM providers v
    LEFT JOIN import_log l ON l.id = (SELECT max(id) FROM import_log WHERE provider_id = v.id)
    ORDER BY v.priority, v.id
"""
#: one pass over the table: in the order of an index, SQLite would look up every row on its own
_PROGRAMMES = """
    SELECT p.provider_id, count(*), sum(p.shadowed_by IS NULL AND v.enabled AND NOT c.hidden)
    FROM airings p NOT INDEXED
    JOIN channels c ON c.id = p.channel_id
    JOIN providers v ON v.id = p.provider_id
    GROUP BY p.provider_id
"""
#: the last row of each provider and channel, by the unique index: a hundred times faster than max() over all rows
_AHEAD = """
    SELECT provider_id, max(last) FROM (
        SELECT v.id AS provider_id, (
            SELECT p.end_time FROM airings p
            WHERE p.provider_id = v.id AND p.channel_id = c.id ORDER BY p.start_time DESC LIMIT 1) AS last
        FROM providers v CROSS JOIN channels c
        WHERE EXISTS (SELECT 1 FROM channel_mappings m WHERE m.provider_id = v.id AND m.channel_id = c.id))
    WHERE last IS NOT NULL GROUP BY provider_id
"""
#: the columns of the last import that are printed
_LAST = (
    "status",
    "started_at",
    "completed_at",
    "programs_imported",
    "programs_updated",
    "programs_removed",
    "problems",
    "error_code",
    "error_message",
)


def status(db: Database, path: Path | str, *, now: int) -> dict[str, Any]:
    """Everything that `status` prints, ready for JSON. `hours_ahead` counts from `now` (epoch seconds). An import that
    began later than a day after `now` is no good one: the clock was wrong then, or is now."""
    conn = db.conn
    number, changed_at = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    hidden_channels, channels = conn.execute(
        "SELECT ifnull(sum(hidden), 0), count(*) FROM channels"
    ).fetchone()
    counts = {row[0]: (row[1], row[2]) for row in conn.execute(_PROGRAMMES)}
    total, shown = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
    return {
        "database": {"path": str(path), "bytes": _size(Path(path)), "schema": _schema(db)},
        "generation": {"number": number, "changed_at": changed_at},
        "channels": {"total": channels, "hidden": hidden_channels},
        "programmes": {"total": total, "shown": shown, "hidden": total - shown},
        "providers": _providers(conn, counts, now),
    }


def provider_states(conn: sqlite3.Connection, now: int) -> list[dict[str, Any]]:
    """The part of `status` about providers, without the numbers of programmes, which would need a pass over all of them."""
    return _providers(conn, {}, now)


def _providers(
    conn: sqlite3.Connection, counts: dict[int, tuple[int, int]], now: int
) -> list[dict[str, Any]]:
    cursor = conn.execute(_PROVIDERS, {"future": iso(now + PATIENCE)})
    names = [column[0] for column in cursor.description]
    ends = dict(conn.execute(_AHEAD).fetchall())
    return [_provider(dict(zip(names, row, strict=True)), counts, ends, now) for row in cursor]


def _provider(
    row: dict[str, Any], counts: dict[int, tuple[int, int]], ends: dict[int, str], now: int
) -> dict[str, Any]:
    total, shown = counts.get(row["id"], (0, 0))
    end = ends.get(row["id"])
    return {
        "name": row["name"],
        "enabled": bool(row["enabled"]),
        "priority": row["priority"],
        "channels": row["channels"],
        "stale_channels": row["stale"],
        "programmes": {"total": total, "shown": shown, "hidden": total - shown},
        "hours_ahead": round(max(0, from_iso(end) - now) / 3600, 1) if end else 0.0,
        "last_good_at": row["last_good_at"],
        "last_import": {key: row[key] for key in _LAST} if row["status"] else None,
    }


def _size(path: Path) -> int:
    """Bytes on the disk, with those in the WAL."""
    return sum(file.stat().st_size for file in (path, Path(f"{path}-wal")) if file.exists())


def _schema(db: Database) -> str:
    return max((step.name for step in migrations.applied(db)), default="none")
