"""The archive: ended programmes in one Parquet file per month, `programs-2026-11.parquet`, for years (spec section 5).

A file is written under another name, compared with the database, and renamed; only then may the cleanup delete the rows.
Wherever that is interrupted, each programme is in the guide, in the archive, or in both, and a second run makes no duplicates.
It needs pyarrow (the extra `archive`). Any engine that knows Parquet can read the files.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import DatabaseError, EpgError
from ..settings.extras import require_pyarrow

log = logging.getLogger(__name__)

#: how many seconds to wait for another process that archives
PATIENCE = 600

#: `month` is the month of the start. `position` is the order of the index, by channel and time: it compresses best and needs
#: no sort, which would take memory.
_TABLE = """
    CREATE TEMP TABLE archiving (
        position INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, month TEXT NOT NULL, channel_id INTEGER, end_time TEXT,
        updated_at TEXT, content_hash INTEGER, superseded INTEGER NOT NULL DEFAULT 0, verified INTEGER NOT NULL DEFAULT 0)
"""
_CHOOSE = """
    INSERT INTO temp.archiving (id, month, channel_id, end_time, updated_at, content_hash)
    SELECT p.id, substr(p.start_time, 1, 7), p.channel_id, p.end_time, p.updated_at, p.element_hash
    FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
    WHERE p.start_time < :before AND p.end_time <= :before
      AND p.start_time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-*'
"""
_VERIFIED = "UPDATE temp.archiving SET verified = 1 WHERE month = ?"


@dataclass
class Archived:
    """How many programmes were put into the archive, and into which files."""

    programmes: int = 0
    files: list[str] = field(default_factory=list)


def archive(conn: sqlite3.Connection, folder: Path | str, before: str) -> Archived:
    """Put every programme that ended by `before` (ISO, UTC) into the archive in `folder`; deletes nothing.

    Afterwards the table `temp.archiving` says which rows of `programs` were compared with their copy on the disk (`verified`),
    and how they were then, so that the caller can see whether they have changed since. It says so even after an error.
    Raises `UsageError` without pyarrow, `DatabaseError` if the folder or a file cannot be read or written.
    """
    require_pyarrow()
    folder = Path(folder)
    result = Archived()
    with _alone(folder):
        _tidy(folder)
        conn.execute("BEGIN")  # writing and comparing must see the same state of the guide
        try:
            for month in _choose(conn, before):
                _merge(conn, folder, month, result)
        finally:
            if conn.in_transaction:
                conn.execute("COMMIT")
    return result


def _merge(conn: sqlite3.Connection, folder: Path, month: str, result: Archived) -> None:
    from .month import merge_month

    try:
        file = merge_month(conn, folder, month)
    except OSError as error:
        raise DatabaseError(
            f"cannot write the archive in {folder}: {error.strerror or error}", "archive"
        ) from error
    result.programmes += conn.execute(_VERIFIED, [month]).rowcount
    result.files.append(file.name)
    log.info("archived %s", file.name)


def _choose(conn: sqlite3.Connection, before: str) -> list[str]:
    """Fill `temp.archiving`; returns the months in it, in order."""
    forget(conn)
    conn.execute(_CHOOSE, {"before": before})
    return [month for (month,) in conn.execute("SELECT DISTINCT month FROM temp.archiving ORDER BY month")]


def forget(conn: sqlite3.Connection) -> None:
    """Empty `temp.archiving`, so that nothing counts as archived."""
    conn.execute("DROP TABLE IF EXISTS temp.archiving")
    conn.execute(_TABLE)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time write the archive.

    Makes the folder but not its parent, which may be a disk that is not mounted.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(exist_ok=True)
        lock = FileLock(folder / ".archive.lock", timeout=PATIENCE)
        with lock:
            yield
    except Timeout as error:
        raise DatabaseError(
            f"another program has been writing to {folder} for {PATIENCE} seconds", "busy"
        ) from error
    except OSError as error:
        raise DatabaseError(f"cannot write the archive in {folder}: {error.strerror}", "archive") from error


def _tidy(folder: Path) -> None:
    """Delete files that a killed process was writing; while the lock is held nobody else writes any."""
    for part in folder.glob(".programs-*.part"):
        part.unlink(missing_ok=True)


def archive_ended(conn: sqlite3.Connection, folder: Path | str, before: str) -> tuple[int, str | None]:
    """`archive` for the cleanup, which must go on after an error; returns the number of programmes, and the error's message."""
    try:
        return archive(conn, folder, before).programmes, None
    except EpgError as error:
        log.error("%s; programmes that are not archived are kept", error.message)
        return 0, error.message
