"""The rows of watches in `epg.secrets`. All functions take a connection in a transaction of `Vault.writing` or `reading`."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

import orjson

from ..core.errors import NotFoundError
from ..watches.watch import Watch

_COLUMNS = (
    "id", "owner", "name", "kind", "value", "channels", "lineup_id", "days", "from_minute", "to_minute", "timezone",
    "new_only", "once_per", "lead_minutes", "tell_match", "digest", "targets", "enabled",
)  # fmt: skip
_LIST = """
    SELECT id, owner, name, kind, value, channels, lineup_id, days, from_minute, to_minute, timezone, new_only, once_per,
           lead_minutes, tell_match, digest, targets, enabled, revision, scanned, reach, created_at, updated_at
    FROM watches
    WHERE (:owner IS NULL OR owner = :owner) AND (:id IS NULL OR id = :id) AND (enabled OR NOT :enabled)
    ORDER BY id
"""
_INSERT = """
    INSERT INTO watches (id, owner, name, kind, value, channels, lineup_id, days, from_minute, to_minute, timezone, new_only,
                         once_per, lead_minutes, tell_match, digest, targets, enabled, created_at, updated_at)
    VALUES (:id, :owner, :name, :kind, :value, :channels, :lineup_id, :days, :from_minute, :to_minute, :timezone, :new_only,
            :once_per, :lead_minutes, :tell_match, :digest, :targets, :enabled, :now, :now)
"""
_UPDATE = """
    UPDATE watches SET name = :name, kind = :kind, value = :value, channels = :channels, lineup_id = :lineup_id, days = :days,
        from_minute = :from_minute, to_minute = :to_minute, timezone = :timezone, new_only = :new_only, once_per = :once_per,
        lead_minutes = :lead_minutes, tell_match = :tell_match, digest = :digest, targets = :targets, enabled = :enabled,
        revision = revision + 1, updated_at = :now
    WHERE id = :id
"""


class StoredWatch(NamedTuple):
    """A watch with what is noted of it.

    `revision` rises with every change; `scanned` is the revision that was looked for in the whole guide; `reach` is the start
    up to which its matches are kept, None for all. Times are epoch seconds.
    """

    watch: Watch
    revision: int
    scanned: int
    reach: int | None
    created_at: int
    updated_at: int


def listed(
    conn: sqlite3.Connection, owner: str | None = None, *, ident: int | None = None, enabled: bool = False
) -> list[StoredWatch]:
    """The watches of an owner (None: of all), or the one with an id; with `enabled` only those that are on."""
    rows = conn.execute(_LIST, {"owner": owner, "id": ident, "enabled": enabled})
    return [_stored(row) for row in rows]


def revisions(conn: sqlite3.Connection) -> dict[int, int]:
    """The revision of each watch that is on."""
    return dict(conn.execute("SELECT id, revision FROM watches WHERE enabled").fetchall())


def note_look(conn: sqlite3.Connection, ident: int, reach: int | None) -> None:
    """Note that a watch was looked for in the whole guide, and up to which start its matches are kept."""
    conn.execute("UPDATE watches SET scanned = revision, reach = ? WHERE id = ?", [reach, ident])


def get(conn: sqlite3.Connection, ident: int, owner: str | None = None) -> StoredWatch:
    """One watch. Raises `NotFoundError`, also for that of another owner."""
    found = listed(conn, owner, ident=ident)
    if not found:
        raise NotFoundError(f"there is no watch {ident}; see: epg-ingest watches list")
    return found[0]


def insert(conn: sqlite3.Connection, watch: Watch, now: int) -> int:
    """Store a new watch; its id. With an id it gets that one."""
    values = {**_values(watch), "id": watch.id or None, "now": now}
    return int(conn.execute(_INSERT, values).lastrowid or 0)


def update(conn: sqlite3.Connection, watch: Watch, now: int) -> None:
    """Store other settings of a watch; it is looked for in the whole guide again."""
    conn.execute(_UPDATE, {**_values(watch), "now": now})


def delete(conn: sqlite3.Connection, ident: int, now: int) -> None:
    """Delete a watch with what it found. Alerts that wait are dropped; those that went out stay in the log.

    What it told is remembered while its removal can be taken back (`match_rows.forget_removed`).
    """
    drop_waiting(conn, ident, "the watch was removed", now)
    conn.execute("DELETE FROM watch_matches WHERE watch_id = ?", [ident])
    conn.execute("DELETE FROM watches WHERE id = ?", [ident])


def drop_waiting(conn: sqlite3.Connection, ident: int, reason: str, now: int) -> None:
    """Drop the alerts of a watch that are not sent yet."""
    conn.execute(
        "UPDATE outbox SET state = 'dropped', reason = ?, done_at = ? WHERE watch_id = ? AND state = 'waiting'",
        [reason, now, ident],
    )


def count(conn: sqlite3.Connection, owner: str | None = None) -> int:
    """How many watches an owner has; None: all of them."""
    row = conn.execute(
        "SELECT count(*) FROM watches WHERE :owner IS NULL OR owner = :owner", {"owner": owner}
    )
    return int(row.fetchone()[0])


def _values(watch: Watch) -> dict[str, Any]:
    lists = {name: json.dumps(getattr(watch, name)) for name in ("channels", "days", "targets")}
    return {**{name: getattr(watch, name) for name in _COLUMNS}, **lists}


def _stored(row: tuple[Any, ...]) -> StoredWatch:
    values = dict(zip(_COLUMNS, row, strict=False))
    for name in ("channels", "days", "targets"):
        values[name] = tuple(orjson.loads(values[name]))
    for name in ("new_only", "tell_match", "digest", "enabled"):
        values[name] = bool(values[name])
    return StoredWatch(Watch(**values), *row[len(_COLUMNS) :])
