"""The series of a guide that an older version has made: all its contents are placed at once, before the next import."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

_DUE = "SELECT last_content_id = 0 AND EXISTS (SELECT 1 FROM contents) FROM series_state"


def catch_up(db: Database) -> bool:
    """Place the contents of an older guide in one transaction, if it has none of its series yet; returns whether it had not.

    Memory does not grow with the guide. Call it outside of any transaction.
    """
    if not _due(db.conn):
        return False
    from . import assigning  # not loaded for an import that finds nothing new

    with write(db) as conn:
        if _due(conn):
            assigning.place_all(conn)
    return True


def _due(conn: sqlite3.Connection) -> bool:
    return bool(conn.execute(_DUE).fetchone()[0])
