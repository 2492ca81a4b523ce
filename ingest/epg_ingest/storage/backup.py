"""A consistent copy of `epg.db`, also while an import writes to it; of `epg.secrets` only when asked."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import DatabaseError, UsageError
from .database import connect_readonly, translated
from .destination import Destination, destination, exists_already, require_replaceable, written
from .own_files import SITE_FILES, OwnFiles
from .private_mode import take_mode
from .reading import reading
from .sqlite_errors import RESTORE

#: endings that make a folder served by `datasette .` attach a file
SERVED_SUFFIXES = (".db", ".sqlite", ".sqlite3")

#: what must be the same in a copy; the file numbers of SQLite change with the copying itself
_COUNTS = """
    SELECT (SELECT number FROM generation), (SELECT count(*) FROM providers), (SELECT count(*) FROM channels),
           (SELECT count(*) FROM channel_mappings), (SELECT count(*) FROM programs), (SELECT count(*) FROM import_log)
"""
Counts = tuple[int, ...]
#: what an older output of `backup` is called in messages
WHAT = "a backup of a guide"


@dataclass(frozen=True)
class Backup:
    """What was written: bytes and programmes of the copy, and the copy of the secrets if there is one."""

    size: int
    programmes: int
    secrets: Path | None = None


def backup(
    db_path: Path | str,
    target: Path | str,
    *,
    overwrite: bool = False,
    full: bool = False,
    secrets: Path | None = None,
    own: OwnFiles | None = None,
) -> Backup:
    """Copy the database to `target` and check the copy; with `secrets` (their file) also to `target`.secrets, mode 0600.

    The copy is one moment of the database, in one file without a WAL, and has the same counts. It is written under another
    name and renamed when whole, so `target` is the old file or the new one; a device or pipe gets the whole copy. `full`
    compares every index with its table too. `own` names the files that are never replaced. Raises `UsageError` for a target
    that must not be written to, that exists (unless `overwrite`), that is no older backup, or that Datasette would publish;
    `DatabaseError` when the copy fails or is damaged.
    """
    source, named, own = Path(db_path), Path(target), own or OwnFiles(Path(db_path))
    place = destination(target, own, database=True)
    if place.stream:
        return _send(source, place, full, secrets)
    _check_target(source, place, overwrite)
    if secrets is None:
        _check_no_older_secrets(secrets_of(named))
    kept = None if secrets is None else _check_secrets(secrets, secrets_of(named), overwrite, own)
    try:
        with beside(place.path) as temporary:
            counts = copy(source, temporary)
            verify(temporary, counts, full=full)
            take_mode(temporary, source.stat().st_mode)
            size = temporary.stat().st_size
            if secrets is not None and kept is not None:
                copy_secrets(secrets, kept)
            (publish if overwrite else publish_new)(temporary, place.path)
    except FileExistsError:
        raise exists_already(place, WHAT) from None
    except OSError as error:
        raise DatabaseError(f"cannot write {target}: {error.strerror}", "backup") from error
    return Backup(size, counts[4], secrets_of(named) if secrets else None)


def _send(source: Path, place: Destination, full: bool, secrets: Path | None) -> Backup:
    """Write a checked copy to a device or a pipe. It is made among temporary files, because SQLite cannot write to those."""
    if secrets is not None:
        raise UsageError(
            f"{place.given} is no file, so there is no place for secrets beside it; leave out --secrets"
        )
    with beside(Path(tempfile.gettempdir()) / source.name) as temporary:
        counts = copy(source, temporary)
        verify(temporary, counts, full=full)
        with written(place) as out, open(temporary, "rb") as whole:
            shutil.copyfileobj(whole, out, 1024 * 1024)
        return Backup(temporary.stat().st_size, counts[4])


def secrets_of(backup: Path) -> Path:
    """Where the secrets of a backup are kept: `epg.backup.secrets` for `epg.backup`."""
    return Path(f"{backup}.secrets")


def _check_target(source: Path, place: Destination, overwrite: bool) -> None:
    require_replaceable(place, overwrite, ("generation", "providers", "import_log"), WHAT)
    target = place.path
    if target.suffix.lower() in SERVED_SUFFIXES and _is_served(source, target):
        raise UsageError(
            f"{place.given} would be published by Datasette, which serves every {target.suffix} file there; "
            f"name it {target.with_suffix('.backup').name} or put it in another folder"
        )


def _check_secrets(secrets: Path, target: Path, overwrite: bool, own: OwnFiles) -> Path:
    """Where the copy of the secrets goes."""
    if not secrets.is_file():
        raise UsageError(f"there is no secrets file {secrets}; leave out --secrets")
    place = destination(target, own, database=True)
    if place.stream:
        raise UsageError(f"{place.given} is no file; choose another name for the backup")
    require_replaceable(place, overwrite, ("credentials",), "a secrets file")
    return place.path


def _check_no_older_secrets(target: Path) -> None:
    """A restore would take the secrets that lie beside a backup for those of that backup."""
    if target.exists():
        raise UsageError(
            f"{target} holds the secrets of an older backup; replace them too with --secrets, or move them away"
        )


def _is_served(source: Path, target: Path) -> bool:
    """Whether `target` lies where the guide is served from: beside it, or in a Datasette configuration
    folder.
    """
    folder = target.parent.resolve()
    return folder == source.parent.resolve() or any(
        (folder / name).exists() for name in SITE_FILES if name != "config.yaml"
    )


def copy_secrets(secrets: Path, target: Path) -> None:
    """Make a checked copy of a secrets file. Other users can read it at no moment: `beside` makes it with mode 0600."""
    with beside(target) as temporary:
        with (
            translated(secrets),
            closing(connect_readonly(secrets)) as old,
            closing(sqlite3.connect(temporary)) as new,
        ):
            old.backup(new)
            _quick_check(new)
        publish(temporary, target)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """An empty private file in the folder of `target`, so that a rename stays on one file system; gone at the end."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise DatabaseError(f"cannot write to {target.parent}: {error.strerror}", "backup") from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for path in family(Path(name)):
            path.unlink(missing_ok=True)


def family(path: Path) -> tuple[Path, ...]:
    """A database file and what SQLite may keep beside it."""
    return (path, *(Path(f"{path}{end}") for end in ("-journal", "-wal", "-shm")))


def copy(source: Path, target: Path, remedy: str = RESTORE) -> Counts:
    """Copy a database with SQLite's backup in one step, which holds up no writer of a WAL database; returns its counts.

    Counts and copy are of one moment; `remedy` says what to do about a damaged source. Raises `DatabaseError`, also for a
    database that is no guide.
    """
    with translated(source, remedy), reading(source) as old, closing(sqlite3.connect(target)) as new:
        old.execute("BEGIN")
        counts = count(old, source)
        old.backup(new)
        old.execute("COMMIT")
        # The copy says WAL like its source; read-only media and copies of one file alone need a rollback journal.
        new.execute("PRAGMA journal_mode = DELETE")
    return counts


def count(conn: sqlite3.Connection, path: Path) -> Counts:
    """The generation and how many rows the main tables have. Raises `DatabaseError` for a database that is no guide."""
    try:
        counts: Counts = conn.execute(_COUNTS).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise DatabaseError(f"{path} is a database, but not a guide; check the path", "foreign") from error
    if counts[0] is None:
        raise DatabaseError(f"{path} has no generation number; run: epg-ingest doctor --fix", "damaged")
    return counts


def verify(path: Path, counts: Counts, *, full: bool = False) -> None:
    """Raise `DatabaseError` for a copy that is damaged or counts something else."""
    with translated(path), closing(connect_readonly(path)) as conn:
        _quick_check(conn, full)
        found = count(conn, path)
    if found != counts:
        raise DatabaseError("the copy differs from the database; check the disk and try again", "damaged")


def _quick_check(conn: sqlite3.Connection, full: bool = False) -> None:
    (answer,) = conn.execute("PRAGMA integrity_check(1)" if full else "PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise DatabaseError(
            f"the copy is damaged ({answer[:80]}); check the disk, and the database with: epg-ingest doctor",
            "damaged",
        )


def publish(temporary: Path, target: Path) -> None:
    """Give a finished file its name, in a way that a power cut leaves the old file or the new one."""
    sync(temporary)
    os.replace(temporary, target)
    if os.name != "nt":
        sync(target.parent)


def publish_new(temporary: Path, target: Path) -> None:
    """Like `publish`, for a name that was free. Raises `FileExistsError` if another process has taken it meanwhile."""
    sync(temporary)
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has links (FAT, some network shares); looking first is then the best there is.
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        os.replace(temporary, target)
    if os.name != "nt":
        sync(target.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
