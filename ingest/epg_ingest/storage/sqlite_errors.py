"""sqlite3's errors as `DatabaseError`: one line that says what is wrong with the file or the machine, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import DatabaseError

#: what to do about a damaged guide
RESTORE = "restore a backup or move it away"


def _nearly_full(path: Path | str) -> bool:
    """Whether a disk that is used has less than a megabyte left: SQLite calls that an error of the disk now and then."""
    import shutil
    import tempfile

    try:
        used = (Path(path).absolute().parent, Path(tempfile.gettempdir()))
        return any(folder.is_dir() and shutil.disk_usage(folder).free < 10**6 for folder in used)
    except OSError:
        return True  # Python has found no place for temporary files: it tries to write to each


def translate(error: sqlite3.Error, path: Path | str, remedy: str = RESTORE) -> DatabaseError:
    """One line for a sqlite3 error that the state of the machine or the file can cause; `remedy` is for a damaged file."""
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return DatabaseError(
            f"{path} is locked by another program that writes to it; try again when it has finished", "locked"
        )
    if "full" in text or ("disk i/o" in text and _nearly_full(path)):
        return DatabaseError(
            f"no room left on the disk for {path} or for temporary files; free some space and try again",
            "diskfull",
        )
    if "disk i/o" in text:
        said = f"the system could not read or write {path}, or reached a limit of file sizes"
        return DatabaseError(f"{said}; free some space, check the disk and ulimit -f", "diskfull")
    if "not a database" in text or "malformed" in text:
        return DatabaseError(f"{path} is not a usable SQLite database; {remedy}", "damaged")
    if "readonly" in text or "unable to open" in text:
        return DatabaseError(
            f"{path} cannot be opened for writing; check the path and its permissions", "readonly"
        )
    return DatabaseError(f"{path}: {error}", "database")


@contextmanager
def translated(path: Path | str, remedy: str = RESTORE) -> Iterator[None]:
    """Raise `DatabaseError` for sqlite3's operational and file errors; programming errors pass unchanged."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if any(mark in str(error) for mark in ("no such", "syntax error", "near ")):
            raise
        raise translate(error, path, remedy) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)):
            raise
        raise translate(error, path, remedy) from error
