"""The rows of `programs` and their search index, written as the plan says.

The search index has no triggers: it is kept in bulk, with 'delete' rows before the change and inserts after it. Triggers would
do the same row by row. Everything runs within the open write transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..stage.search_index import first_ever
from ..stage.tables import Stage, over_parts

#: planned elements that differ from the row whose place they take; `words` says whether the search index must change
_FIND_CHANGED = """
    CREATE TEMP TABLE changed AS
    -- for each part
    SELECT n.id AS id, n.seq AS seq, n.number AS number,
           (p.title, p.subtitle, p.description) IS NOT (t.title, t.subtitle, t.description) AS words
    FROM temp.planned n JOIN {part}.content t ON t.id = n.content AND n.part = {place}
    JOIN main.programs p ON p.id = n.id
    WHERE n.id IS NOT NULL AND (
        p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num, p.season, p.episode, p.rating, p.actors,
        p.directors, p.icon_url, p.is_new, p.details, p.end_source
    ) IS NOT (
        strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch'), t.title, t.subtitle, t.description, t.category, t.episode_num,
        t.season, t.episode, t.rating, t.actors, t.directors, t.icon_url, t.is_new,
        CASE WHEN n.own_stop IS NULL THEN t.details
             ELSE json_set(t.details, '$.stop', strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch')) END,
        n.end_source
    )
    -- end of parts
"""
_UNINDEX = """
    INSERT INTO programs_fts (programs_fts, rowid, title, subtitle, description)
    SELECT 'delete', id, title, subtitle, description FROM programs
    WHERE id IN (SELECT id FROM temp.removed UNION ALL SELECT id FROM temp.changed WHERE words)
"""
_DELETE = "DELETE FROM programs WHERE id IN (SELECT id FROM temp.removed)"
_UPDATE = """
    UPDATE programs AS p SET (
        end_time, title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url,
        is_new, details, end_source, content_hash
    ) = (
        -- for each part
        SELECT strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch'), t.title, t.subtitle, t.description, t.category,
               t.episode_num, t.season, t.episode, t.rating, t.actors, t.directors, t.icon_url, t.is_new,
               CASE WHEN n.own_stop IS NULL THEN t.details
                    ELSE json_set(t.details, '$.stop', strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch')) END,
               n.end_source, n.hash
        FROM temp.planned n JOIN {part}.content t ON t.id = n.content AND n.part = {place}
        WHERE n.number = c.number
        -- end of parts
    ), updated_at = :now
    FROM temp.changed c WHERE p.id = c.id
"""
_UPDATE_ENDS = """
    UPDATE programs AS p SET end_time = e.end_time, end_source = e.end_source, updated_at = :now,
        details = CASE WHEN e.own_stop IS NULL THEN json_remove(p.details, '$.stop')
                       ELSE json_set(p.details, '$.stop', e.own_stop) END
    FROM temp.ends e WHERE p.id = e.id AND p.id IN (SELECT id FROM temp.ends)
"""
_INDEX_CHANGED = """
    INSERT INTO programs_fts (rowid, title, subtitle, description)
    SELECT id, title, subtitle, description FROM programs WHERE id IN (SELECT id FROM temp.changed WHERE words)
"""
#: in the order of their ids, which is that of channel and start, so that both indexes of the table grow at their ends
_INSERT = """
    INSERT INTO programs (
        id, channel_id, provider_id, start_time, end_time, title, subtitle, description, category, episode_num, season,
        episode, rating, actors, directors, icon_url, is_new, details, end_source, content_hash, created_at, updated_at
    )
    -- for each part
    SELECT n.number, n.channel_id, :provider, strftime('%Y-%m-%dT%H:%M:%SZ', n.start, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%SZ', n.stop, 'unixepoch'), t.title, t.subtitle, t.description, t.category,
           t.episode_num, t.season, t.episode, t.rating, t.actors, t.directors, t.icon_url, t.is_new,
           CASE WHEN n.own_stop IS NULL THEN t.details
                ELSE json_set(t.details, '$.stop', strftime('%Y-%m-%dT%H:%M:%SZ', n.own_stop, 'unixepoch')) END,
           n.end_source, n.hash, :now, :now
    FROM temp.planned n JOIN {part}.content t ON t.id = n.content AND n.part = {place}
    WHERE n.id IS NULL
    -- end of parts
    ORDER BY 1
"""
_INDEX_NEW = """
    INSERT INTO programs_fts (rowid, title, subtitle, description)
    SELECT id, title, subtitle, description FROM programs WHERE id > :last
"""
#: elements that were left out, with the programme that was chosen: the next import recognises them (`StoredDuplicates`)
_NOTE_DUPLICATES = """
    INSERT OR IGNORE INTO duplicates (program_id, content_hash)
    -- for each part
    SELECT p.id, e.hash FROM temp.same_start l CROSS JOIN {part}.staged e ON e.seq = l.seq
    CROSS JOIN programs p ON p.provider_id = :provider AND p.channel_id = l.channel_id AND p.start_time = l.start_time
    WHERE e.hash <> p.content_hash
    -- end of parts
"""


def find_changed(conn: sqlite3.Connection, schemas: Sequence[str]) -> None:
    """Fill the table `temp.changed` with the planned elements whose row has another content."""
    conn.execute("DROP TABLE IF EXISTS temp.changed")
    conn.execute(over_parts(_FIND_CHANGED, schemas))


def last_id(conn: sqlite3.Connection) -> int:
    """The highest id in `programs`: rows that are inserted from now on have higher ones."""
    (last,) = conn.execute("SELECT ifnull(max(id), 0) FROM programs").fetchone()
    return int(last)


def remove_and_update(conn: sqlite3.Connection, schemas: Sequence[str], moment: str) -> None:
    """Delete removed rows, update changed rows and ends; `moment` (ISO, UTC) becomes their `updated_at`."""
    conn.execute(_UNINDEX)
    conn.execute(_DELETE)
    conn.execute(over_parts(_UPDATE, schemas), {"now": moment})
    conn.execute(_UPDATE_ENDS, {"now": moment})
    conn.execute(_INDEX_CHANGED)


def insert_new(conn: sqlite3.Connection, staging: Stage, provider_id: int, moment: str, last: int) -> None:
    """Insert new rows and index them. `moment` (ISO, UTC) is when they were created; `last` the highest id before."""
    # The process that makes the index of the first programmes ever works on it while the rows are inserted.
    index = staging.index if first_ever(conn) else None
    if index:
        index.begin()
    conn.execute(over_parts(_INSERT, staging.schemas), {"provider": provider_id, "now": moment})
    if not (index and index.take()):
        conn.execute(_INDEX_NEW, {"last": last})


def note_duplicates(conn: sqlite3.Connection, schemas: Sequence[str], provider_id: int) -> None:
    """Note which elements were left out because of which programme; a changed programme may be chosen or not next time."""
    conn.execute("DELETE FROM duplicates WHERE program_id IN (SELECT id FROM temp.changed)")
    conn.execute(over_parts(_NOTE_DUPLICATES, schemas), {"provider": provider_id})
