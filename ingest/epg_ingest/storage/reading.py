"""Opens a guide for a command that only reads: no file is made or changed, and permission to read is enough.

SQLite reads a WAL database with the help of two files beside it, which it makes where they are missing. So it matters where the
database is:

    the folder may be written to       as any reader; files that were made for it are removed again
    it may not, and there is no log    the file alone is the guide, and it is read without locks
    it may not, and there is a log     a program has the guide open, or was killed: with its files, or in a private copy

A guide of an older version is upgraded in a private copy, and read there.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import DatabaseError
from .database import (
    STEPS,
    check_steps,
    connect_readonly,
    log_of,
    open_database,
    opened,
    stands_alone,
    translated,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

log = logging.getLogger(__name__)

#: attempts to copy a guide of one moment while another program writes to it
_TRIES = 5


@contextmanager
def reading_guide(path: Path | str) -> Iterator[Database]:
    """The guide at `path` with the newest schema, in autocommit mode; it cannot be written to.

    Raises `DatabaseError` for a file that this user may not read, that is no guide, or that is of a newer version.
    """
    path = Path(path)
    with translated(path), reading(path) as conn:
        present = check_steps(conn, path)
        if len(present) == len(STEPS):
            yield opened(conn)
            return
        if present:
            said = "%s was made by an older version: it is read in an upgraded copy; upgrade it with: epg-ingest init"
            log.warning(said, path)
        with _upgraded(conn, path) as db:
            yield db


@contextmanager
def reading(path: Path | str) -> Iterator[sqlite3.Connection]:
    """A connection to the SQLite file at `path` that cannot write, in autocommit mode. Raises `DatabaseError`."""
    path = Path(path)
    if path.exists() and not os.access(path, os.R_OK):
        raise DatabaseError(f"this user may not read {path}; ask its owner for permission", "unreadable")
    if _log_cannot_be_read(path):
        with _copied(path) as copy, closing(connect_readonly(copy)) as conn:
            yield conn
        return
    quiet, alone, before = not log_of(path).exists(), stands_alone(path), _state(path)
    try:
        with closing(connect_readonly(path, alone=alone)) as conn:
            yield conn
    finally:
        if quiet:
            _tidy(path)
    if alone and before != _state(path):
        raise DatabaseError(f"{path} was changed while it was read; try again", "changed")


def _state(path: Path) -> tuple[object, ...]:
    """What differs when the file has been written to, or a program has begun to."""
    found = [file.stat() for file in (path, log_of(path)) if file.exists()]
    return tuple((state.st_ino, state.st_size, state.st_mtime_ns) for state in found)


def _log_cannot_be_read(path: Path) -> bool:
    """Whether SQLite would have to make the index of the log in a folder that is closed to this user."""
    index, found = Path(f"{path}-shm"), log_of(path)
    if os.access(path.parent, os.W_OK) or not found.exists() or not found.stat().st_size:
        return False
    return not os.access(index, os.R_OK)


def _tidy(path: Path) -> None:
    """Remove the files that SQLite made for reading. Only the last connection that may write does that, so be it."""
    found = log_of(path)
    with suppress(OSError, sqlite3.DatabaseError):
        if found.exists() and not found.stat().st_size and os.access(path, os.W_OK):
            with closing(sqlite3.connect(path, timeout=0)) as conn:
                conn.execute("SELECT count(*) FROM sqlite_master").fetchone()


@contextmanager
def _private_folder() -> Iterator[Path]:
    import tempfile  # few commands need these, and they take 10 ms to load

    from ..core.locked_folder import locked_folder

    with ExitStack() as stack:
        try:
            folder = stack.enter_context(locked_folder("epg-read-"))
        except OSError as error:
            said = f"cannot write to {tempfile.gettempdir()}: {error.strerror}"
            raise DatabaseError(f"{said}; free some space, or set TMPDIR", "diskfull") from error
        yield folder


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """The file and its log of one moment, copied to a place where SQLite can make its index."""
    import shutil

    with _private_folder() as folder:
        copy = folder / path.name
        for _ in range(_TRIES):
            before = _state(path)
            try:
                shutil.copyfile(path, copy)
                shutil.copyfile(log_of(path), log_of(copy))
            except FileNotFoundError:
                continue
            except OSError as error:
                said = f"cannot copy {path} to {folder.parent}: {error.strerror}"
                raise DatabaseError(f"{said}; free some space, or set TMPDIR", "diskfull") from error
            if before == _state(path):
                break
        else:
            raise DatabaseError(f"{path} changes all the time; try again", "changed")
        yield copy


@contextmanager
def _upgraded(conn: sqlite3.Connection, path: Path) -> Iterator[Database]:
    """A private copy of an older guide, or of an empty file, with the newest schema."""
    with _private_folder() as folder:
        copy = folder / path.name
        with closing(sqlite3.connect(copy)) as new:
            conn.backup(new)
        with closing(open_database(copy, private=True)) as db:
            yield db
