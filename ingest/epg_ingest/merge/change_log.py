"""The rows of `program_changes`: which programmes an import removed, changed and added.

`log_removed` and `log_changed` read the rows before they are written, `log_added` reads them afterwards. What differs is kept
as JSON objects of columns, before and after.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from ..core.compact_json import dumps

#: rows that are compared at a time
BATCH = 2000

_LOG_REMOVED = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, before)
    SELECT :import, p.id, p.channel_id, p.start_time, p.title, 'removed',
           json_object('end_time', p.end_time, 'subtitle', p.subtitle, 'description', p.description)
    FROM temp.removed r JOIN programs p ON p.id = r.id
"""
_LOG_ADDED = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, after)
    SELECT :import, id, channel_id, start_time, title, 'added', json_object('end_time', end_time, 'subtitle', subtitle)
    FROM programs WHERE id > :last
"""
_LOG_CHANGED = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, before, after)
    VALUES (?, ?, ?, ?, ?, 'changed', ?, ?)
"""
#: the columns that are compared, as they stand in both halves of `_CHANGED`
COLUMNS = (
    "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors",
    "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip
#: changed programmes under their new title: the stored values, then the new ones
_CHANGED = """
    SELECT a.id, a.channel_id, a.start_time, k.title,
           a.end_time, o.title, o.subtitle, o.description, o.category, o.episode_num, o.season, o.episode, o.rating, o.actors,
           o.directors, o.icon_url, o.is_new,
           CASE WHEN a.own_stop IS NULL THEN o.details ELSE json_set(o.details, '$.stop', a.own_stop) END, a.end_source,
           strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch'), k.title, k.subtitle, k.description, k.category, k.episode_num,
           k.season, k.episode, k.rating, k.actors, k.directors, k.icon_url, k.is_new,
           CASE WHEN n.own_stop IS NULL THEN k.details
                ELSE json_set(k.details, '$.stop', strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch')) END,
           n.end_source
    FROM temp.changed c
    CROSS JOIN temp.planned n ON n.number = c.number
    CROSS JOIN airings a ON a.id = c.id
    CROSS JOIN temp.former_contents o ON o.id = c.old_content
    CROSS JOIN contents k ON k.id = c.new_content
"""
#: programmes whose end changes because of a neighbour: the columns `END_COLUMNS` as stored, then the new ones
_NEW_ENDS = """
    SELECT p.id, p.channel_id, p.start_time, p.title, p.end_time, p.end_source, e.end_time, e.end_source
    FROM temp.ends e JOIN programs p ON p.id = e.id
"""
END_COLUMNS = ("end_time", "end_source")


def log_removed(conn: sqlite3.Connection, import_id: int) -> None:
    """Log the rows that are about to be removed."""
    conn.execute(_LOG_REMOVED, {"import": import_id})


def log_changed(conn: sqlite3.Connection, import_id: int) -> None:
    """Log the rows that are about to get another content or another end."""
    _log_differences(conn, conn.execute(_CHANGED), COLUMNS, import_id)
    _log_differences(conn, conn.execute(_NEW_ENDS), END_COLUMNS, import_id)


def log_added(conn: sqlite3.Connection, import_id: int, last: int) -> None:
    """Log the rows that were inserted: those with an id above `last`."""
    conn.execute(_LOG_ADDED, {"import": import_id, "last": last})


def _log_differences(
    conn: sqlite3.Connection, found: sqlite3.Cursor, columns: Sequence[str], import_id: int
) -> None:
    while rows := found.fetchmany(BATCH):
        conn.executemany(_LOG_CHANGED, [_difference(row, columns, import_id) for row in rows])


def _difference(row: tuple[Any, ...], columns: Sequence[str], import_id: int) -> tuple[Any, ...]:
    """A row for `_LOG_CHANGED`: the columns that differ as JSON, before and after."""
    before, after = {}, {}
    first_new = 4 + len(columns)
    for name, old, new in zip(columns, row[4:first_new], row[first_new:], strict=True):
        if old != new:
            before[name], after[name] = old, new
    return import_id, *row[:4], dumps(before), dumps(after)
