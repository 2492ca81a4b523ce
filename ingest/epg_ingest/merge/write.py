"""The rows of `airings`, and the contents that they show, written as the plan says.

The search index has no triggers: it is kept in bulk. Everything runs within the open write transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..guide.contents import drop_unshown, watch
from ..stage.search_index import first_ever
from ..stage.tables import Stage, over_parts
from . import content_ids, content_reuse

#: planned elements that differ from the row whose place they take; a cut row counts with its own times
_FIND_CHANGED = """
    CREATE TEMP TABLE changed AS
    SELECT n.id AS id, n.number AS number, a.content_id AS old_content, c.id AS new_content
    FROM temp.planned n
    CROSS JOIN main.airings a ON a.id = n.id
    CROSS JOIN main.contents c ON c.hash = n.content_hash
    LEFT JOIN main.cuts k ON k.program_id = a.id
    WHERE n.id IS NOT NULL AND (
        (ifnull(k.end_time, a.end_time), a.content_id, ifnull(k.end_source, a.end_source),
         CASE WHEN k.program_id IS NULL THEN a.own_stop ELSE k.own_stop END)
        IS NOT (strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch'), c.id, n.end_source,
                strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch'))
        OR a.content_id IN (SELECT id FROM temp.replaced)
    )
"""
_WATCH = """
    INSERT OR IGNORE INTO temp.watched_contents
    SELECT content_id FROM airings WHERE id IN (SELECT id FROM temp.removed)
    UNION ALL
    SELECT old_content FROM temp.changed WHERE old_content <> new_content
"""
_DELETE = "DELETE FROM airings WHERE id IN (SELECT id FROM temp.removed)"
#: SQLite writes an entry of an index again when a column of it is set, whatever to. So what is indexed has its own statements.
_UPDATE = """
    UPDATE airings AS a SET (end_source, own_stop, unzoned, element_hash, updated_at) = (
        SELECT n.end_source, strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch'), n.unzoned, n.hash, :now
        FROM temp.planned n WHERE n.number = c.number
    )
    FROM temp.changed c WHERE a.id = c.id
"""
_UPDATE_CONTENT = """
    UPDATE airings AS a SET content_id = c.new_content
    FROM temp.changed c WHERE a.id = c.id AND c.new_content <> c.old_content
"""
_UPDATE_STOP = """
    UPDATE airings AS a SET end_time = strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch')
    FROM temp.changed c CROSS JOIN temp.planned n ON n.number = c.number
    WHERE a.id = c.id AND a.end_time <> strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch')
"""
_UPDATE_ENDS = """
    UPDATE airings AS a SET end_time = e.end_time, end_source = e.end_source, own_stop = e.own_stop, updated_at = :now
    FROM temp.ends e WHERE a.id = e.id AND a.id IN (SELECT id FROM temp.ends)
"""
#: in the order of their ids, which is that of channel and start, so that both indexes of the table grow at their ends
_INSERT = """
    INSERT INTO airings (
        id, channel_id, provider_id, start_time, end_time, content_id, end_source, own_stop, unzoned, element_hash, created_at,
        updated_at
    )
    SELECT n.number, n.channel_id, :provider, strftime('%Y-%m-%dT%H:%M:%SZ', n.start, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch'),
           (SELECT c.id FROM main.contents c WHERE c.hash = n.content_hash), n.end_source,
           strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch'), n.unzoned, n.hash, :now, :now
    FROM temp.planned n
    WHERE n.id IS NULL AND n.seq IS NOT NULL
    ORDER BY n.number
"""
#: rows whose element was read again and says the same: where the way of reading has changed, so that it is known next time
_RECOGNISE = """
    UPDATE airings AS a SET element_hash = n.hash, unzoned = n.unzoned
    FROM temp.planned n
    WHERE a.id = n.id AND (a.element_hash, a.unzoned) IS NOT (n.hash, n.unzoned)
"""
#: Elements that were left out, with the programme that was chosen: the next import recognises them (`StoredDuplicates`). A
#: cut programme starts a little later than its element says; no other one of the provider can start in between.
_NOTE_DUPLICATES = """
    INSERT OR IGNORE INTO duplicates (program_id, content_hash)
    -- for each part
    SELECT a.id, e.hash FROM temp.same_start l CROSS JOIN {part}.staged e ON e.seq = l.seq
    CROSS JOIN airings a ON a.id = (
        SELECT b.id FROM airings b
        WHERE b.provider_id = :provider AND b.channel_id = l.channel_id AND b.start_time >= l.start_time
        ORDER BY b.start_time LIMIT 1)
    LEFT JOIN cuts k ON k.program_id = a.id
    WHERE ifnull(k.start_time, a.start_time) = l.start_time AND e.hash <> a.element_hash
    -- end of parts
"""


def store_contents(conn: sqlite3.Connection, staging: Stage) -> None:
    """Store the contents that are new and index them, then find the rows that change (`temp.changed`)."""
    last = content_ids.last_id(conn)
    content_ids.collect(conn)
    content_reuse.prepare(conn)
    # The process that makes the index of the first contents ever works on it while rows are inserted.
    index = staging.index if first_ever(conn) else None
    if index:
        index.begin()
    else:
        content_reuse.replace(conn, staging.schemas)
    if not content_ids.store(conn, staging.schemas) and index:
        index.give_up()
    if not index:
        content_ids.index(conn, last)
    conn.execute("DROP TABLE IF EXISTS temp.changed")
    conn.execute(_FIND_CHANGED)
    content_reuse.keep_others(conn)


def last_id(conn: sqlite3.Connection) -> int:
    """The highest id in `airings`: rows that are inserted from now on have higher ones."""
    (last,) = conn.execute("SELECT ifnull(max(id), 0) FROM airings").fetchone()
    return int(last)


def remove_and_update(conn: sqlite3.Connection, moment: str) -> None:
    """Delete removed rows, update changed rows and ends; `moment` (ISO, UTC) becomes their `updated_at`."""
    watch(conn)
    conn.execute(_WATCH)
    conn.execute(_DELETE)
    conn.execute(_UPDATE, {"now": moment})
    conn.execute(_UPDATE_CONTENT)
    conn.execute(_UPDATE_STOP)
    conn.execute(_UPDATE_ENDS, {"now": moment})


def insert_new(conn: sqlite3.Connection, staging: Stage, provider_id: int, moment: str) -> None:
    """Insert new rows; `moment` (ISO, UTC) is when they were created. Puts in the first search index where there is one."""
    conn.execute(_INSERT, {"provider": provider_id, "now": moment})
    if staging.index and not staging.index.take():
        content_ids.index(conn, 0)


def recognise(conn: sqlite3.Connection) -> None:
    """Note the present hashes of elements that were read again and say the same as before."""
    conn.execute(_RECOGNISE)


def note_duplicates(conn: sqlite3.Connection, schemas: Sequence[str], provider_id: int) -> None:
    """Note which elements were left out because of which programme; a changed programme may be chosen or not next time."""
    conn.execute("DELETE FROM duplicates WHERE program_id IN (SELECT id FROM temp.changed)")
    conn.execute(over_parts(_NOTE_DUPLICATES, schemas), {"provider": provider_id})


__all__ = [
    "drop_unshown", "insert_new", "last_id", "note_duplicates", "recognise", "remove_and_update", "store_contents",
]  # fmt: skip
