"""Contents that no airing shows any more: found without a scan, and deleted with their entries in the search index.

Every change that takes an airing away from its content does three steps within its write transaction: `watch` before the
first airing goes, the change itself, `drop_unshown` at the end.
"""

from __future__ import annotations

import sqlite3

_WATCH = "CREATE TEMP TABLE IF NOT EXISTS watched_contents (id INTEGER PRIMARY KEY)"
_FORGET_SHOWN = """
    DELETE FROM temp.watched_contents WHERE EXISTS (SELECT 1 FROM airings a WHERE a.content_id = watched_contents.id)
"""
_COUNTS = "SELECT (SELECT count(*) FROM temp.watched_contents), (SELECT count(*) FROM contents)"
_UNINDEX = """
    INSERT INTO contents_fts (contents_fts, rowid, title, subtitle, description)
    SELECT 'delete', c.id, c.title, c.subtitle, c.description
    FROM temp.watched_contents w CROSS JOIN contents c ON c.id = w.id
"""
_DELETE = "DELETE FROM contents WHERE id IN (SELECT id FROM temp.watched_contents)"


def watch(conn: sqlite3.Connection) -> None:
    """Make the empty table `temp.watched_contents`: the caller inserts the contents that may lose their last airing."""
    conn.execute(_WATCH)
    conn.execute("DELETE FROM temp.watched_contents")


def drop_unshown(conn: sqlite3.Connection) -> int:
    """Delete the watched contents that no airing shows; returns how many.

    Where they are more than half of all, the search index is made anew: that costs less than taking out word after word.
    """
    conn.execute(_FORGET_SHOWN)
    unshown, stored = conn.execute(_COUNTS).fetchone()
    if not unshown:
        return 0
    rebuild = unshown * 2 > stored
    if not rebuild:
        conn.execute(_UNINDEX)
    conn.execute(_DELETE)
    if rebuild:
        conn.execute("INSERT INTO contents_fts (contents_fts) VALUES ('rebuild')")
    return int(unshown)
