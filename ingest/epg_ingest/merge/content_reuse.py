"""A content that changed keeps its row: the new values take the place of values that no airing shows any more.

Without this, each changed programme would cost a new row in `contents`, the removal of the old one, and an entry in the index
of `airings` by content. Here only the row itself and its hash are written, and the search index only where its texts differ.
Everything runs within the open write transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..stage.tables import over_parts

_DROP = (
    "DROP TABLE IF EXISTS temp.leaving",
    "DROP TABLE IF EXISTS temp.replaced",
    "DROP TABLE IF EXISTS temp.former_contents",
)
_CREATE = (
    # airings that leave their content, and the new content that they get (NULL where it is stored, or they are removed)
    "CREATE TEMP TABLE leaving (content_id INTEGER, number INTEGER)",
    # the rows of `contents` that take new values, and which ones
    "CREATE TEMP TABLE replaced (id INTEGER PRIMARY KEY, number INTEGER UNIQUE, hash INTEGER, part INTEGER, content INTEGER)",
    # contents as they were before
    "CREATE TEMP TABLE former_contents AS SELECT * FROM main.contents WHERE 0",
    "CREATE UNIQUE INDEX temp.former_contents_id ON former_contents (id)",
)
_FIND_LEAVING = """
    INSERT INTO temp.leaving
    SELECT a.content_id, w.number
    FROM temp.planned n
    CROSS JOIN main.airings a ON a.id = n.id
    CROSS JOIN main.contents o ON o.id = a.content_id
    LEFT JOIN temp.new_contents w ON w.hash = n.content_hash
    WHERE n.id IS NOT NULL AND o.hash <> n.content_hash
    UNION ALL
    SELECT a.content_id, NULL FROM temp.removed r CROSS JOIN main.airings a ON a.id = r.id
"""
#: One new content for each stored one that all its airings leave and that no planned element shows; each new one once.
_CHOOSE = """
    INSERT INTO temp.replaced
    SELECT d.id, w.number, w.hash, w.part, w.content
    FROM (
        SELECT min(e.id) AS id, e.number AS number
        FROM (
            SELECT l.content_id AS id, min(l.number) AS number FROM temp.leaving l
            GROUP BY l.content_id
            HAVING min(l.number) IS NOT NULL
                AND count(*) = (SELECT count(*) FROM main.airings a WHERE a.content_id = l.content_id)
        ) e
        CROSS JOIN main.contents o ON o.id = e.id
        WHERE o.hash NOT IN (SELECT n.content_hash FROM temp.planned n WHERE n.content_hash IS NOT NULL)
        GROUP BY e.number
    ) d
    CROSS JOIN temp.new_contents w ON w.number = d.number
"""
_COUNTS = "SELECT (SELECT count(*) FROM temp.replaced), (SELECT count(*) FROM main.contents)"
_KEEP_FORMER = """
    INSERT OR IGNORE INTO temp.former_contents SELECT * FROM main.contents WHERE id IN (SELECT id FROM temp.replaced)
"""
_REPLACE = """
    INSERT INTO main.contents (
        id, title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new,
        details, hash
    )
    SELECT * FROM (
        -- for each part
        SELECT r.id, t.title, t.subtitle, t.description, t.category, t.episode_num, t.season, t.episode, t.rating, t.actors,
               t.directors, t.icon_url, t.is_new, t.details, r.hash
        FROM temp.replaced r CROSS JOIN {part}.content t ON t.id = r.content AND r.part = {place}
        -- end of parts
    )
    WHERE true
    ON CONFLICT (id) DO UPDATE SET
        title = excluded.title, subtitle = excluded.subtitle, description = excluded.description,
        category = excluded.category, episode_num = excluded.episode_num, season = excluded.season,
        episode = excluded.episode, rating = excluded.rating, actors = excluded.actors, directors = excluded.directors,
        icon_url = excluded.icon_url, is_new = excluded.is_new, details = excluded.details, hash = excluded.hash
"""
_UNINDEX = """
    INSERT INTO contents_fts (contents_fts, rowid, title, subtitle, description)
    SELECT 'delete', f.id, f.title, f.subtitle, f.description
    FROM temp.replaced r CROSS JOIN temp.former_contents f ON f.id = r.id CROSS JOIN main.contents c ON c.id = r.id
    WHERE (f.title, f.subtitle, f.description) IS NOT (c.title, c.subtitle, c.description)
"""
_INDEX = """
    INSERT INTO contents_fts (rowid, title, subtitle, description)
    SELECT c.id, c.title, c.subtitle, c.description
    FROM temp.replaced r CROSS JOIN temp.former_contents f ON f.id = r.id CROSS JOIN main.contents c ON c.id = r.id
    WHERE (f.title, f.subtitle, f.description) IS NOT (c.title, c.subtitle, c.description)
"""
#: for the change log: the other contents that changed programmes had
_KEEP_OTHERS = """
    INSERT OR IGNORE INTO temp.former_contents
    SELECT * FROM main.contents WHERE id IN (SELECT old_content FROM temp.changed)
"""


def prepare(conn: sqlite3.Connection) -> None:
    """Create the empty tables `temp.replaced` and `temp.former_contents`."""
    for statement in (*_DROP, *_CREATE):
        conn.execute(statement)


def replace(conn: sqlite3.Connection, schemas: Sequence[str]) -> None:
    """Give new contents to rows that lose their last airing. They leave `temp.new_contents`; `temp.former_contents` has the
    values that were there.

    Where more than half of all contents change, none keeps its row: the search index is then made anew, which costs less than
    taking out and putting in word after word.
    """
    conn.execute(_FIND_LEAVING)
    conn.execute(_CHOOSE)
    replaced, stored = conn.execute(_COUNTS).fetchone()
    if replaced * 2 > stored:
        conn.execute("DELETE FROM temp.replaced")
        return
    conn.execute(_KEEP_FORMER)
    conn.execute("DELETE FROM temp.new_contents WHERE number IN (SELECT number FROM temp.replaced)")
    conn.execute(over_parts(_REPLACE, schemas))
    conn.execute(_UNINDEX)
    conn.execute(_INDEX)


def keep_others(conn: sqlite3.Connection) -> None:
    """Add the contents that changed programmes (`temp.changed`) have now to `temp.former_contents`."""
    conn.execute(_KEEP_OTHERS)


def replaced(conn: sqlite3.Connection) -> list[int]:
    """The contents that took new values in this merge."""
    return [ident for (ident,) in conn.execute("SELECT id FROM temp.replaced")]


def replaced_categories(conn: sqlite3.Connection) -> list[str]:
    """The categories (JSON) of the contents that took new values in this merge."""
    rows = conn.execute(
        "SELECT DISTINCT c.category FROM temp.replaced r CROSS JOIN main.contents c ON c.id = r.id"
    )
    return [category for (category,) in rows]
