"""Limits on what one SQL statement may build and see, because everybody may send one.

Without them `select zeroblob(999999999)` takes gigabytes: the time limit cannot interrupt inside one
function. Python 3.10 has no `setlimit`: there these limits do not exist, only those of `settings.json`.
"""

import sqlite3

from datasette import hookimpl

MAX_VALUE_BYTES = 8_000_000
MAX_SQL_BYTES = 20_000


def hide_paths(action, table, column, database, source):
    """NULL instead of the absolute path of the database file. The row stays: Datasette itself asks for the list."""
    if action == sqlite3.SQLITE_READ and column == "file" and table.lower() == "pragma_database_list":
        return sqlite3.SQLITE_IGNORE
    return sqlite3.SQLITE_OK


@hookimpl
def prepare_connection(conn, datasette):
    if "epg" not in datasette.databases:
        return
    conn.set_authorizer(hide_paths)
    if hasattr(conn, "setlimit"):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES)
