"""Limits on what one SQL statement may build, because everybody may send one.

Without them `select zeroblob(999999999)` takes gigabytes: the time limit cannot interrupt inside one
function. Python 3.10 has no `setlimit`: there these limits do not exist, only those of `settings.json`.
"""

import sqlite3

from datasette import hookimpl

MAX_VALUE_BYTES = 8_000_000
MAX_SQL_BYTES = 20_000


@hookimpl
def prepare_connection(conn, datasette):
    if "epg" in datasette.databases and hasattr(conn, "setlimit"):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES)
