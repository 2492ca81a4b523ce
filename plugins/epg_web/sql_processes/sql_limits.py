"""Limits on what one SQL statement may build and see, because everybody may send one."""

import sqlite3
import sys

MAX_VALUE_BYTES = 8_000_000
MAX_SQL_BYTES = 20_000


def hide_insides(
    action: int, table: str | None, column: str | None, database: str | None, source: str | None
) -> int:
    """NULL instead of the absolute path of the database file. The row stays: Datasette itself asks for the list.

    `fts3_tokenizer()` is refused: old versions of SQLite answer with an address in memory, which helps those who attack.
    """
    if action == sqlite3.SQLITE_FUNCTION and (column or "").lower() == "fts3_tokenizer":
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and column == "file" and (table or "").lower() == "pragma_database_list":
        return sqlite3.SQLITE_IGNORE
    return sqlite3.SQLITE_OK


def limit(conn: sqlite3.Connection) -> None:
    """Bound the values that SQL may build. Python 3.10 has no `setlimit`; there only `sql_processes` bounds them."""
    conn.set_authorizer(hide_insides)
    if sys.version_info >= (3, 11):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES)
