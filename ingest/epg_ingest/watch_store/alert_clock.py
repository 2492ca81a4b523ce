"""Whether alerts have to be looked at, for a scheduler that would rather sleep. It only reads, in about a millisecond."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..storage.database import connect_readonly, translated
from ..storage.vault import Vault, vault_path
from ..watches import digests
from . import guide_cursor, target_rows, watch_rows

#: seconds between two looks at what concerns the operator, and at the whole guide, where nothing else is due
ALARMS, WHOLE = 900, 86_400
CURSOR, ALARMS_AT, WHOLE_AT = "cursor", "alarms_at", "whole_at"
_HAS = "SELECT 1 FROM sqlite_master WHERE name = 'watches'"
_ANY = "SELECT EXISTS (SELECT 1 FROM alert_targets WHERE enabled AND ended = '')"
_WAITING = "SELECT min(next_at) FROM outbox WHERE state IN ('waiting', 'sending')"
_BEFORE = "SELECT min(before_at) FROM watch_matches"
_UNSCANNED = "SELECT EXISTS (SELECT 1 FROM watches WHERE enabled AND scanned <> revision)"


def state(conn: sqlite3.Connection, name: str) -> int | None:
    """A number that passes keep: one of the names above."""
    row = conn.execute("SELECT value FROM alert_state WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])


def set_state(conn: sqlite3.Connection, name: str, value: int) -> None:
    conn.execute("INSERT OR REPLACE INTO alert_state VALUES (?, ?)", [name, str(value)])


def alerts_due(database: Path, now: int) -> bool:
    """Whether a pass over the alerts of the guide at `database` would have anything to do at `now` (epoch seconds).

    Raises `DatabaseError` when one of the files cannot be read.
    """
    vault = Vault(vault_path(database))
    if not vault.path.exists():
        return False
    with vault.reading() as conn:
        if not conn.execute(_HAS).fetchone() or not conn.execute(_ANY).fetchone()[0]:
            return False  # nobody wants to be told of anything
        if _of_clock(conn, now) or conn.execute(_UNSCANNED).fetchone()[0]:
            return True
        cursor = state(conn, CURSOR)
    with translated(database), closing(connect_readonly(database)) as guide:
        return guide_cursor.newest(guide) != cursor


def _of_clock(conn: sqlite3.Connection, now: int) -> bool:
    moments = [conn.execute(statement).fetchone()[0] for statement in (_WAITING, _BEFORE)]
    targets = [one for one in target_rows.targets_of(conn) if one.enabled and not one.ended]
    if any(target.operator for target in targets):
        moments.append((state(conn, ALARMS_AT) or 0) + ALARMS)
    if watch_rows.count(conn):
        moments.append((state(conn, WHOLE_AT) or 0) + WHOLE)
    done = target_rows.digests_done(conn)
    moments += [
        digests.next_digest(target.digest_at, target.timezone, done[target.id], now)
        for target in targets
        if target.digest_at is not None
    ]
    return any(moment is not None and moment <= now for moment in moments)
