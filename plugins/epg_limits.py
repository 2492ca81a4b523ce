"""Limits on what one SQL statement may build and see, because everybody may send one.

Without them `select zeroblob(999999999)` takes gigabytes: the time limit cannot interrupt inside one function. Python
3.10 has no `setlimit`, so there only the limits of `settings.json` hold.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.instance_names import DATABASE

MAX_VALUE_BYTES = 8_000_000
MAX_SQL_BYTES = 20_000


def hide_paths(
    action: int, table: str | None, column: str | None, database: str | None, source: str | None
) -> int:
    """NULL instead of the absolute path of the database file. The row stays: Datasette itself asks for the list."""
    if action == sqlite3.SQLITE_READ and column == "file" and (table or "").lower() == "pragma_database_list":
        return sqlite3.SQLITE_IGNORE
    return sqlite3.SQLITE_OK


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    if DATABASE not in datasette.databases:
        return
    conn.set_authorizer(hide_paths)
    if sys.version_info >= (3, 11):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES)
