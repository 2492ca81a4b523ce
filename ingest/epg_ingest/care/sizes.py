"""How large a guide is and what of it grows: rows and bytes of tables, free pages, the log, pictures. Reads only."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from ..logos.logo_folder import LogoFolder, folder_beside
from ..storage.database import log_of

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
#: bytes of a table, its indexes and, for a search index, the tables that it consists of
_BYTES = """
    SELECT s.tbl_name, sum(d.pgsize) FROM dbstat('main', 1) d JOIN sqlite_schema s ON s.name = d.name GROUP BY s.tbl_name
"""
_SEARCH = "contents_fts"


def sizes(conn: sqlite3.Connection, path: Path) -> dict[str, Any]:
    """The figures, ready for JSON; what grows in `tables` is sorted by bytes, the most first.

    Bytes of tables are None in a SQLite that was built without `dbstat`. It reads every page of the file.
    """
    pages = {
        name: conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    }
    log = log_of(path)
    return {
        "bytes": pages["page_count"] * pages["page_size"],
        "free_bytes": pages["freelist_count"] * pages["page_size"],
        "log_bytes": log.stat().st_size if log.exists() else 0,
        "pictures": _pictures(path),
        "tables": _tables(conn),
    }


def _pictures(path: Path) -> dict[str, int] | None:
    """Addresses of pictures that are remembered, and the bytes of the pictures in the folder beside the guide. None where this
    user may not look into it."""
    folder = LogoFolder(folder_beside(path))
    try:
        return {"addresses": folder.count(), "bytes": folder.size()}
    except PermissionError:
        return None


def _tables(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    taken = _bytes(conn)
    found = []
    for (name,) in conn.execute(_TABLES).fetchall():
        if not name.startswith(f"{_SEARCH}_"):
            (rows,) = conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - a name of the schema
            found.append(
                {"table": name, "rows": rows, "bytes": None if taken is None else taken.get(name, 0)}
            )
    return sorted(found, key=lambda row: (-(row["bytes"] or 0), row["table"]))


def _bytes(conn: sqlite3.Connection) -> dict[str, int] | None:
    try:
        taken = dict(conn.execute(_BYTES).fetchall())
    except sqlite3.OperationalError as error:
        if "dbstat" not in str(error):
            raise
        return None
    inside = sum(taken.pop(name) for name in list(taken) if name.startswith(f"{_SEARCH}_"))
    return {**taken, _SEARCH: inside}
