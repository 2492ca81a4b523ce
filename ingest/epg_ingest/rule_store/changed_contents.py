"""Contents with new columns, written with all that follows: search index, change log, programmes.

Everything runs within the open write transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..core.compact_json import dumps
from ..rules.stored_columns import Columns
from ..series_store.assigning import place_again
from ..stage.columns import MISSING
from .stored_genres import note_categories

#: the highest hash; 0 follows
_LAST_HASH = 0x7FFFFFFFFFFF
_UPDATE = """
    UPDATE contents SET title = ?, subtitle = ?, description = ?, category = ?, episode_num = ?, season = ?, episode = ?,
        rating = ?, actors = ?, directors = ?, icon_url = ?, is_new = ?, details = ?, hash = ?
    WHERE id = ?
"""
_OF_HASH = """
    SELECT id, title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url,
           is_new, details
    FROM contents WHERE hash = ?
"""
_TAKEN = "SELECT hash FROM contents WHERE hash IN (SELECT value FROM json_each(?))"
_HASHES = "SELECT id, hash FROM contents WHERE id IN (SELECT value FROM json_each(?))"
#: Many rows at once: FTS5 writes its index to the file after each statement.
_UNINDEX = """
    INSERT INTO contents_fts (contents_fts, rowid, title, subtitle, description)
    SELECT 'delete', id, title, subtitle, description FROM contents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_INDEX = """
    INSERT INTO contents_fts (rowid, title, subtitle, description)
    SELECT id, title, subtitle, description FROM contents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_TOUCH = "UPDATE airings SET updated_at = ? WHERE content_id IN (SELECT value FROM json_each(?))"
_MOVE = "UPDATE airings SET content_id = ? WHERE content_id = ?"
_DELETE = "DELETE FROM contents WHERE id = ?"
#: the changes belong to the last import of the provider, whose programmes they are
_LOG = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, before, after)
    SELECT :import, a.id, a.channel_id, a.start_time, :title, 'changed', :before, :after
    FROM airings a WHERE a.content_id = :content AND :import IS NOT NULL
"""
_LAST_IMPORT = "SELECT max(id) FROM import_log WHERE provider_id = ? AND status IN ('success', 'partial')"


class Applied(NamedTuple):
    """What a change of rules did: contents that were rewritten, and programmes that show them."""

    contents: int = 0
    programmes: int = 0


class Rewritten(NamedTuple):
    """A content that gets other columns: its provider, its present hash, its columns as they are and as they will be (both as
    an import stages them), and their hash."""

    id: int
    provider: int
    hash: int
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    new_hash: int


def rewrite(
    conn: sqlite3.Connection, contents: Sequence[Rewritten], moment: str, log_changes: bool
) -> Applied:
    """Write them, except those that somebody has changed since they were read; `moment` (ISO, UTC) becomes the `updated_at` of
    their programmes."""
    hashes = dict(conn.execute(_HASHES, [json.dumps([one.id for one in contents])]))
    unchanged = [one for one in contents if hashes.get(one.id) == one.hash]
    indexed = json.dumps([one.id for one in unchanged if one.before[:3] != one.after[:3]])
    conn.execute(_UNINDEX, [indexed])
    programmes = conn.execute(_TOUCH, [moment, json.dumps([one.id for one in unchanged])]).rowcount
    if log_changes:
        imports = {ident: _last_import(conn, ident) for ident in {one.provider for one in unchanged}}
        conn.executemany(_LOG, (_logged(one, imports[one.provider]) for one in unchanged))
    _write(conn, unchanged)
    # A content that an equal one has replaced is not there any more.
    conn.execute(_INDEX, [indexed])
    place_again(conn, [one.id for one in unchanged])
    note_categories(conn, [one.after[3] for one in unchanged if one.after[3] != one.before[3]])
    return Applied(len(unchanged), programmes)


def _write(conn: sqlite3.Connection, contents: Sequence[Rewritten]) -> None:
    """Give the contents their columns: all at once but those whose hash another content has."""
    wanted = Counter(one.new_hash for one in contents)
    wanted.update(one for (one,) in conn.execute(_TAKEN, [json.dumps(list(wanted))]))
    conn.executemany(
        _UPDATE, ([*_values(one), one.new_hash, one.id] for one in contents if wanted[one.new_hash] == 1)
    )
    for one in contents:
        if wanted[one.new_hash] > 1:
            _write_beside(conn, one)


def _write_beside(conn: sqlite3.Connection, one: Rewritten) -> None:
    """Give the content its columns; where an equal one is stored, its programmes show that one instead."""
    values, new_hash = _values(one), one.new_hash
    while (other := conn.execute(_OF_HASH, [new_hash]).fetchone()) is not None and other[0] != one.id:
        if list(other[1:]) == values:
            conn.execute(_MOVE, [other[0], one.id])
            if one.before[:3] == one.after[:3]:
                conn.execute(_UNINDEX, [json.dumps([one.id])])
            conn.execute(_DELETE, [one.id])
            return
        new_hash = 0 if new_hash >= _LAST_HASH else new_hash + 1
    conn.execute(_UPDATE, [*values, new_hash, one.id])


def _values(one: Rewritten) -> list[Any]:
    """The new columns as they are stored."""
    return [None if value == missing and missing in ("", -1) else value
            for value, missing in zip(one.after, MISSING[1:], strict=True)]  # fmt: skip


def _last_import(conn: sqlite3.Connection, provider: int) -> int | None:
    found: int | None = conn.execute(_LAST_IMPORT, [provider]).fetchone()[0]
    return found


def _logged(one: Rewritten, import_id: int | None) -> dict[str, Any]:
    """The values of `_LOG`, which writes rows of `program_changes` for the programmes that show the content, as an import does;
    none without an import."""
    before, after = {}, {}
    for name, old, new, missing in zip(Columns._fields, one.before, one.after, MISSING[1:], strict=True):
        if old != new:
            before[name] = None if old == missing and missing in ("", -1) else old
            after[name] = None if new == missing and missing in ("", -1) else new
    return {
        "title": one.after[0],
        "before": dumps(before),
        "after": dumps(after),
        "content": one.id,
        "import": import_id,
    }
