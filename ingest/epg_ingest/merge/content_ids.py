"""Which row of `contents` each planned element shows: a stored one with equal values, or a new one.

Contents are looked up by the hash of their values, and two contents count as equal only if their values are. Where two hashes
meet by chance, or because somebody wrote a feed for it, one of the contents takes the next free hash. Everything runs within
the open write transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..stage.tables import over_parts

#: the contents of planned elements that are not stored under their hash: `number` is the id that each gets, in the order in
#: which the guide shows them
_CREATE = """
    CREATE TEMP TABLE new_contents (number INTEGER PRIMARY KEY, hash INTEGER UNIQUE, part INTEGER, content INTEGER)
"""
#: so that the first number is the one after the last id; belongs to no part
_BEGIN = "INSERT INTO temp.new_contents (number) VALUES (:last)"
_COLLECT = """
    INSERT OR IGNORE INTO temp.new_contents (hash, part, content)
    SELECT n.content_hash, n.part, n.content FROM temp.planned n
    WHERE n.content IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.contents c WHERE c.hash = n.content_hash)
    ORDER BY n.number
"""
#: By number as it stands: then SQLite merges the parts, each in its own order. What is computed from it, it would sort, with
#: all the texts in memory.
_INSERT = """
    INSERT INTO main.contents (
        id, title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new,
        details, hash
    )
    -- for each part
    SELECT w.number, t.title, t.subtitle, t.description, t.category, t.episode_num, t.season, t.episode, t.rating,
           t.actors, t.directors, t.icon_url, t.is_new, t.details, w.hash
    FROM temp.new_contents w CROSS JOIN {part}.content t ON t.id = w.content AND w.part = {place}
    -- end of parts
    ORDER BY 1
"""
#: staged contents that are not stored themselves, because a content with the same hash is: in most cases an equal one
_FIND_TWINS = """
    CREATE TEMP TABLE twins AS
    SELECT DISTINCT n.part AS part, n.content AS content, n.content_hash AS hash
    FROM temp.planned n LEFT JOIN temp.new_contents w ON w.hash = n.content_hash
    WHERE n.content IS NOT NULL AND (w.part, w.content) IS NOT (n.part, n.content)
"""
#: those of them that have other values
_FIND_OTHERS = """
    CREATE TEMP TABLE other_contents AS
    -- for each part
    SELECT w.part AS part, w.content AS content
    FROM temp.twins w CROSS JOIN main.contents c ON c.hash = w.hash CROSS JOIN {part}.content t ON t.id = w.content
    WHERE w.part = {place}
      AND (c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors,
           c.directors, c.icon_url, c.is_new, c.details)
      IS NOT (t.title, t.subtitle, t.description, t.category, t.episode_num, t.season, t.episode, t.rating, t.actors,
              t.directors, t.icon_url, t.is_new, t.details)
    -- end of parts
"""
#: after the highest hash comes 0
_TAKE_NEXT_HASH = """
    UPDATE temp.planned
    SET content_hash = CASE WHEN content_hash >= 0x7fffffffffff THEN 0 ELSE content_hash + 1 END
    WHERE (part, content) IN (SELECT part, content FROM temp.other_contents)
"""
_INDEX = """
    INSERT INTO contents_fts (rowid, title, subtitle, description)
    SELECT id, title, subtitle, description FROM contents WHERE id > :last
"""


def last_id(conn: sqlite3.Connection) -> int:
    """The highest id that `contents` ever had: new rows get higher ones."""
    (last,) = conn.execute(
        "SELECT ifnull(max(seq), 0) FROM main.sqlite_sequence WHERE name = 'contents'"
    ).fetchone()
    return int(last)


def collect(conn: sqlite3.Connection) -> None:
    """Fill the table `temp.new_contents` from the plan."""
    conn.execute("DROP TABLE IF EXISTS temp.new_contents")
    conn.execute(_CREATE)
    conn.execute(_BEGIN, {"last": last_id(conn)})
    conn.execute(_COLLECT)


def store(conn: sqlite3.Connection, schemas: Sequence[str]) -> bool:
    """Insert what `collect` found. From then on each planned element finds its content in `contents` by `content_hash`.

    Returns whether all hashes were what they seemed; otherwise more contents were inserted than `collect` had found.
    """
    conn.execute(over_parts(_INSERT, schemas))
    exact = True
    while _find_others(conn, schemas):
        exact = False
        conn.execute(_TAKE_NEXT_HASH)
        collect(conn)
        conn.execute(over_parts(_INSERT, schemas))
    return exact


def _find_others(conn: sqlite3.Connection, schemas: Sequence[str]) -> bool:
    conn.execute("DROP TABLE IF EXISTS temp.twins")
    conn.execute("DROP TABLE IF EXISTS temp.other_contents")
    conn.execute(_FIND_TWINS)
    conn.execute(over_parts(_FIND_OTHERS, schemas))
    return conn.execute("SELECT 1 FROM temp.other_contents LIMIT 1").fetchone() is not None


def index(conn: sqlite3.Connection, last: int) -> None:
    """Put the contents with ids above `last` into the search index."""
    conn.execute(_INDEX, {"last": last})
