"""Groups of channels: what people call "news" or "kids" in their guide. A channel may be in several."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...core.errors import NotFoundError, UsageError
from ...storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

MAX_NAME = 100
_FIND = "SELECT id FROM groups WHERE name = ? COLLATE NOCASE"
_ADD = "INSERT INTO groups (name, position) SELECT ?, ifnull(max(position), 0) + 1 FROM groups"
_KNOWN = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM channels)"
_JOIN = """
    INSERT INTO channel_groups (channel_id, group_id) SELECT value, :group_id FROM json_each(:channels) WHERE true
    ON CONFLICT (channel_id, group_id) DO NOTHING
"""
_LEAVE = "DELETE FROM channel_groups WHERE group_id = :group_id AND channel_id IN (SELECT value FROM json_each(:channels))"
_DROP_EMPTY = (
    "DELETE FROM groups WHERE id = ? AND NOT EXISTS (SELECT 1 FROM channel_groups WHERE group_id = groups.id)"
)


def join_group(db: Database, name: str, channels: Sequence[int]) -> int:
    """Put channels (ids) into the group of this name, which is made if it is new. Returns how many were not in it.

    Raises `UsageError` for a name that cannot be, and `NotFoundError` for a channel that does not exist.
    """
    name = _name(name)
    with write(db) as conn:
        _check(conn, channels)
        group = _find(conn, name)
        if group is None:
            group = conn.execute(_ADD, [name]).lastrowid
        return conn.execute(_JOIN, {"group_id": group, "channels": json.dumps(list(channels))}).rowcount


def leave_group(db: Database, name: str, channels: Sequence[int]) -> int:
    """Take channels out of a group, which goes with its last one. Returns how many were in it.

    Raises `NotFoundError` where there is no such group.
    """
    with write(db) as conn:
        group = _find(conn, _name(name))
        if group is None:
            raise NotFoundError(f"there is no group {name[:MAX_NAME]!r}")
        left = conn.execute(_LEAVE, {"group_id": group, "channels": json.dumps(list(channels))}).rowcount
        conn.execute(_DROP_EMPTY, [group])
    return left


def _name(text: str) -> str:
    name = text.strip() if isinstance(text, str) else ""
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise UsageError(f"the name of a group must have 1 to {MAX_NAME} characters on one line")
    return name


def _find(conn: sqlite3.Connection, name: str) -> int | None:
    row = conn.execute(_FIND, [name]).fetchone()
    return None if row is None else int(row[0])


def _check(conn: sqlite3.Connection, channels: Sequence[int]) -> None:
    if missing := conn.execute(_KNOWN, [json.dumps(list(channels))]).fetchone():
        raise NotFoundError(f"there is no channel {missing[0]} any more")
