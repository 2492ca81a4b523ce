"""A consistent copy of `epg.db`, also while an import writes to it. Secrets are in another file and are not
copied.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from .database import translated
from .errors import DatabaseError, UsageError

#: endings that make a folder served by `datasette .` attach a file
SERVED_SUFFIXES = (".db", ".sqlite", ".sqlite3")


def backup(db_path: Path | str, target: Path | str, *, overwrite: bool = False) -> int:
    """Copy the database to `target` and check the copy; returns its size in bytes.

    The copy is one moment of the database, in one file without a WAL. It is written under another name and
    renamed when whole, so `target` is the old file or the new one. Raises `UsageError` for a target that
    exists (unless `overwrite`), that is the database itself, or that Datasette would publish; `DatabaseError`
    when the copy fails or is damaged.
    """
    source, target = Path(db_path), Path(target)
    _check_target(source, target, overwrite)
    temporary = _beside(target)
    try:
        with translated(temporary):
            _copy(source, temporary)
            _verify(temporary)
        shutil.copymode(source, temporary)
        size = temporary.stat().st_size
        _sync(temporary)
        os.replace(temporary, target)
    except OSError as error:
        raise DatabaseError(f"cannot write {target}: {error.strerror}", "backup") from error
    finally:
        for name in (
            temporary,
            Path(f"{temporary}-journal"),
            Path(f"{temporary}-wal"),
            Path(f"{temporary}-shm"),
        ):
            name.unlink(missing_ok=True)
    return size


def _check_target(source: Path, target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder; name a file in it, such as {target / 'epg.backup'}")
    if not target.parent.is_dir():
        raise UsageError(f"the folder {target.parent} does not exist; create it first")
    if target.exists() and target.resolve() in (source.resolve(), source.with_suffix(".secrets").resolve()):
        raise UsageError(f"{target} belongs to the database itself; choose another name")
    if target.exists() and not overwrite:
        raise UsageError(f"{target} exists already; choose another name or add --overwrite")
    if target.suffix.lower() in SERVED_SUFFIXES and _is_served(source, target):
        raise UsageError(
            f"{target} would be published by Datasette, which serves every {target.suffix} file there; "
            f"name it {target.with_suffix('.backup').name} or put it in another folder"
        )


def _is_served(source: Path, target: Path) -> bool:
    """Whether `target` lies where the guide is served from: beside it, or in a Datasette configuration
    folder.
    """
    folder = target.parent.resolve()
    return folder == source.parent.resolve() or any(
        (folder / name).exists()
        for name in ("metadata.yaml", "metadata.yml", "metadata.json", "settings.json")
    )


def _beside(target: Path) -> Path:
    """An empty file in the folder of `target`, so that the rename stays on one file system."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise DatabaseError(f"cannot write to {target.parent}: {error.strerror}", "backup") from error
    os.close(handle)
    return Path(name)


def _copy(source: Path, target: Path) -> None:
    """SQLite's backup in one step: one read transaction, which holds up no writer of a WAL database."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # The copy says WAL like its source; read-only media and copies of one file alone need a rollback
        # journal.
        new.execute("PRAGMA journal_mode = DELETE")


def _verify(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as conn:
        (answer,) = conn.execute("PRAGMA quick_check").fetchone()
    if answer != "ok":
        raise DatabaseError(
            f"the copy is damaged ({answer[:80]}); check the disk and the database", "damaged"
        )


def _sync(path: Path) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())
