"""The rows of targets in `epg.secrets`. All functions take a connection inside a transaction of the secrets file."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..core.errors import ConflictError, NotFoundError
from ..watches.target_settings import AlertTarget

_COLUMNS = (
    "id", "owner", "name", "kind", "url", "secret", "private_addresses", "digest_at", "timezone", "operator", "enabled",
    "ended",
)  # fmt: skip
_LIST = """
    SELECT id, owner, name, kind, url, secret, private_addresses, digest_at, timezone, operator, enabled, ended
    FROM alert_targets
    WHERE (:owner IS NULL OR owner = :owner) AND (:id IS NULL OR id = :id) AND (:name IS NULL OR name = :name) ORDER BY id
"""
_INSERT = """
    INSERT INTO alert_targets (id, owner, name, kind, url, secret, private_addresses, digest_at, timezone, digest_done,
                               operator, enabled, ended, created_at)
    VALUES (:id, :owner, :name, :kind, :url, :secret, :private_addresses, :digest_at, :timezone, :digest_done, :operator,
            :enabled, :ended, :now)
"""
_UPDATE = """
    UPDATE alert_targets SET name = :name, kind = :kind, url = :url, secret = :secret, private_addresses = :private_addresses,
        digest_at = :digest_at, timezone = :timezone, digest_done = :digest_done, operator = :operator, enabled = :enabled,
        ended = :ended
    WHERE id = :id
"""


def targets_of(conn: sqlite3.Connection, owner: str | None = None) -> list[AlertTarget]:
    """The targets of an owner; None: of all."""
    return _found(conn, {"owner": owner, "id": None, "name": None})


def target_named(conn: sqlite3.Connection, reference: str | int, owner: str | None = None) -> AlertTarget:
    """One target by name or id. Raises `NotFoundError`, also for that of another owner; `ConflictError` where several
    owners have one of this name."""
    text = str(reference)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    asked = {"owner": owner, "id": number, "name": None if number is not None else text}
    found = _found(conn, asked)
    if not found:
        raise NotFoundError(f"there is no target {text[:60]!r}; see: epg-ingest targets list")
    if len(found) > 1:
        raise ConflictError(
            f"several owners have a target {text[:60]!r}; give its number, as in targets list"
        )
    return found[0]


def insert_target(conn: sqlite3.Connection, target: AlertTarget, digest_done: str, now: int) -> int:
    """Store a new target; its id. `digest_done` is the local date of the digest that it shall not get any more.

    Raises `ConflictError` for a name that its owner has already.
    """
    values = {**_of(target), "id": target.id or None, "digest_done": digest_done, "now": now}
    try:
        return int(conn.execute(_INSERT, values).lastrowid or 0)
    except sqlite3.IntegrityError as error:
        raise _taken(target) from error


def update_target(conn: sqlite3.Connection, target: AlertTarget, digest_done: str) -> None:
    """Store other settings. Raises `ConflictError`."""
    try:
        conn.execute(_UPDATE, {**_of(target), "digest_done": digest_done})
    except sqlite3.IntegrityError as error:
        raise _taken(target) from error


def delete_target(conn: sqlite3.Connection, ident: int, now: int) -> None:
    """Delete a target; what waits for it is dropped."""
    drop_for_target(conn, ident, "the target was removed", now)
    conn.execute("DELETE FROM alert_targets WHERE id = ?", [ident])


def end_target(conn: sqlite3.Connection, ident: int, reason: str, now: int) -> None:
    """Send nothing there any more, because the receiver said so."""
    conn.execute("UPDATE alert_targets SET ended = ? WHERE id = ?", [reason, ident])
    drop_for_target(conn, ident, reason, now)


def drop_for_target(conn: sqlite3.Connection, ident: int, reason: str, now: int) -> None:
    """Drop what waits for a target."""
    conn.execute(
        "UPDATE outbox SET state = 'dropped', reason = ?, done_at = ? "
        "WHERE target_id = ? AND state IN ('waiting', 'sending')",
        [reason, now, ident],
    )


def digests_done(conn: sqlite3.Connection) -> dict[int, str]:
    """The local date of the last digest of each target."""
    return dict(conn.execute("SELECT id, digest_done FROM alert_targets").fetchall())


def note_digest(conn: sqlite3.Connection, ident: int, date: str) -> None:
    conn.execute("UPDATE alert_targets SET digest_done = ? WHERE id = ?", [date, ident])


def _found(conn: sqlite3.Connection, asked: dict[str, Any]) -> list[AlertTarget]:
    return [_target(row) for row in conn.execute(_LIST, asked)]


def _target(row: tuple[Any, ...]) -> AlertTarget:
    values = dict(zip(_COLUMNS, row, strict=True))
    return AlertTarget(**{**values, "operator": bool(values["operator"]), "enabled": bool(values["enabled"])})


def _of(target: AlertTarget) -> dict[str, Any]:
    return {name: getattr(target, name) for name in _COLUMNS}


def _taken(target: AlertTarget) -> ConflictError:
    return ConflictError(f"there is a target {target.name!r} already; choose another name")
