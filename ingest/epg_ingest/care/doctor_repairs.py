"""The repairs of `doctor --fix`: data that follows from the rest of the database, and files that are not needed any more."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..guide.contents import drop_unshown, watch
from ..guide.resolve import resolve
from ..storage.database import write
from .doctor_contents import Finding

if TYPE_CHECKING:
    from sqlite_utils import Database

_MISSING = """
    INSERT OR IGNORE INTO generation (id, number, longest_seconds, changed_at)
    VALUES (1, 0, 0, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
"""


def repair_contents(db: Database, findings: Iterable[Finding]) -> None:
    """Make the repairs that the findings name, each kind once, in one write transaction that raises the generation.

    Raises `sqlite3.DatabaseError` when the database is damaged or locked: nothing has changed then.
    """
    wanted = {finding.repair for finding in findings}
    with write(db) as conn:
        for name, repair in _REPAIRS.items():
            if name in wanted:
                repair(conn)


def _generation(conn: sqlite3.Connection) -> None:
    """Raise the number above both: a cache may know either."""
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    if conn.execute(_MISSING).rowcount:
        _longest(conn)
    conn.execute("UPDATE generation SET number = max(number, ?)", [version])


def _contents(conn: sqlite3.Connection) -> None:
    watch(conn)
    conn.execute("INSERT INTO temp.watched_contents SELECT id FROM contents")
    drop_unshown(conn)


def _search(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO contents_fts (contents_fts) VALUES ('rebuild')")


def _schedule(conn: sqlite3.Connection) -> None:
    resolve(conn)


def _longest(conn: sqlite3.Connection) -> None:
    conn.execute(
        "UPDATE generation SET longest_seconds ="
        " (SELECT ifnull(max(strftime('%s', end_time) - strftime('%s', start_time)), 0) FROM airings)"
    )


_REPAIRS: dict[str, Callable[[sqlite3.Connection], None]] = {
    "generation": _generation,
    "contents": _contents,
    "search": _search,
    "schedule": _schedule,
    "longest": _longest,
}


def remove(paths: Iterable[Path]) -> None:
    """Delete files and folders that a killed command left. Raises `OSError` for the first that cannot be deleted."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
