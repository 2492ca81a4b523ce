"""The archive: ended programmes in one Parquet file a month, `programs-2026-11.parquet`, for years (spec section 5).

A file is written under another name, compared with the database, and renamed; only then may the cleanup delete the rows.
However that is interrupted, each programme is in the guide, in the archive, or in both, and doing it again gives no
duplicates. pyarrow (the extra `archive`) is needed; any engine that knows Parquet reads the files.
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

#: seconds to wait for another process that archives
PATIENCE = 600

# `month` is the month of the start. Rows come in the order of the index, by channel and time, which compresses best; a sort
# would take memory.
_TABLE = """
    CREATE TEMP TABLE archiving (
        position INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, month TEXT NOT NULL, channel_id INTEGER, end_time TEXT,
        updated_at TEXT, content_hash INTEGER, superseded INTEGER NOT NULL DEFAULT 0, verified INTEGER NOT NULL DEFAULT 0)
"""
_CHOOSE = """
    INSERT INTO temp.archiving (id, month, channel_id, end_time, updated_at, content_hash)
    SELECT p.id, substr(p.start_time, 1, 7), p.channel_id, p.end_time, p.updated_at, p.content_hash
    FROM channels c CROSS JOIN programs p ON p.channel_id = c.id
    WHERE p.start_time < :before AND p.end_time <= :before
      AND p.start_time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-*'
"""
_VERIFIED = "UPDATE temp.archiving SET verified = 1 WHERE month = ?"
#: verified rows that are still as they were archived
SETTLED = """
    SELECT p.id, p.channel_id FROM temp.archiving a CROSS JOIN programs p ON p.id = a.id
    WHERE a.verified AND (a.channel_id, a.end_time, a.updated_at, a.content_hash)
        IS (p.channel_id, p.end_time, p.updated_at, p.content_hash)
"""


@dataclass
class Archived:
    """How many programmes are in the archive now that were asked for, and in which files."""

    programmes: int = 0
    files: list[str] = field(default_factory=list)


def archive(conn: sqlite3.Connection, folder: Path | str, before: str) -> Archived:
    """Put every programme that ended by `before` (ISO, UTC) into the archive in `folder`; deletes nothing.

    The table `temp.archiving` then says which rows of `programs` were compared with what is on the disk (`verified`), also
    when this raises: `UsageError` without pyarrow or folder, `DatabaseError` when a file cannot be written or read.
    """
    require_pyarrow()
    folder = Path(folder)
    result = Archived()
    with _alone(folder):
        _tidy(folder)
        conn.execute("BEGIN")  # one moment of the guide for writing and comparing
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
    """Fill `temp.archiving`; the months in it, the first one first."""
    forget(conn)
    conn.execute(_CHOOSE, {"before": before})
    return [month for (month,) in conn.execute("SELECT DISTINCT month FROM temp.archiving ORDER BY month")]


def forget(conn: sqlite3.Connection) -> None:
    """Make `temp.archiving` empty: nothing counts as archived."""
    conn.execute("DROP TABLE IF EXISTS temp.archiving")
    conn.execute(_TABLE)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time writes the archive; its folder is made, but not the one above, which may be a disk that is not
    mounted."""
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
    """Files that a killed process was writing: nobody else is, while the lock is held."""
    for part in folder.glob(".programs-*.part"):
        part.unlink(missing_ok=True)


def archive_ended(conn: sqlite3.Connection, folder: Path | str, before: str) -> tuple[int, str | None]:
    """For the cleanup: `archive`, with what went wrong logged and returned, so that the rest of the cleanup goes on."""
    try:
        return archive(conn, folder, before).programmes, None
    except EpgError as error:
        log.error("%s; programmes that are not archived are kept", error.message)
        return 0, error.message
