"""Replaces a guide that readers have open by a prepared one. These are the last two steps of a restore.

SQLite's backup into an existing database is an ordinary transaction: readers see the old guide or the new one. A file is
swapped only if SQLite refuses to write into the old one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import DatabaseError
from ..settings.environment import external_checkpoints
from ..storage import backup as files
from ..storage import guide_changes
from ..storage.database import BUSY_MILLISECONDS, connect_readonly, open_database, translated, write
from ..storage.private_mode import take_mode

#: pages for each step of the copy, fewer than an empty guide has: the first step takes the lock, and a later one commits
PAGES = 8
ATTEMPTS = 10
#: where SQLite keeps `user_version` in the header of a file, which may be readable if the rest is not
_MAGIC, _VERSION = b"SQLite format 3\0", slice(60, 64)


@dataclass
class Restored:
    """What a restore did. `aside` is the guide as it was, None when there was none; `swapped` is true when the old file
    could not be written into, so that programs which have it open must be started again."""

    programmes: int = 0
    generation: int = 0
    aside: Path | None = None
    swapped: bool = False
    repaired: list[str] = field(default_factory=list)


class _Overtaken(Exception):
    """Another program wrote after the database was numbered and before it was locked."""


def replace_guide(prepared: Path, path: Path, aside: Path, result: Restored) -> None:
    """Replace the guide at `path` by the `prepared` one and note in `result` what was done.

    `aside` gets the guide as it was, if there was one. Raises `DatabaseError` when the database is locked for long, or damaged
    afterwards.
    """
    existed = path.exists() and path.stat().st_size > 0
    for _ in range(ATTEMPTS):
        result.generation, result.programmes = _number(prepared, _generation(path), _last_change(path))
        try:
            with translated(path):
                _copy_into(prepared, path, lambda: _keep(path, aside) if existed else None)
        except _Overtaken:
            continue
        except DatabaseError as error:
            if error.code != "damaged":
                raise
            _swap(prepared, path, aside)
            result.swapped = True
        _check_result(path, result.generation)
        result.aside = aside if existed else None
        return
    raise DatabaseError(f"{path} is changed all the time; stop the web server and try again", "locked")


def _generation(path: Path) -> int:
    """The generation of the present guide, from the header of the file if nothing else can be read; 0 without a guide."""
    if not path.exists():
        return 0
    try:
        with closing(connect_readonly(path)) as conn:
            (number,) = conn.execute("SELECT max(number) FROM generation").fetchone()
            return int(number or 0)
    except sqlite3.DatabaseError:
        with open(path, "rb") as file:
            header = file.read(100)
        return int.from_bytes(header[_VERSION], "big") if header.startswith(_MAGIC) else 0


def _last_change(path: Path) -> int:
    """The last entry in the log of changes of the present guide; 0 where none can be read, as in a guide without a log."""
    with suppress(sqlite3.DatabaseError), closing(connect_readonly(path)) as conn:
        return guide_changes.newest(conn)
    return 0


def _number(prepared: Path, present: int, last_change: int) -> tuple[int, int]:
    """Raise the generation of the prepared guide above `present`. Returns it and the number of programmes.

    Its log of changes begins anew: copies that followed the guide that is replaced must be made again.
    """
    with closing(open_database(prepared)) as db:
        with write(db) as conn:
            conn.execute("UPDATE generation SET number = max(number, ?)", [present])
            guide_changes.begin_again(conn, last_change)
        number, programmes = db.conn.execute(
            "SELECT number, (SELECT count(*) FROM airings) FROM generation"
        ).fetchone()
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return number, programmes


def _copy_into(prepared: Path, path: Path, locked: Callable[[], None]) -> None:
    """Replace every page of the database in one transaction; `locked` is called once its write lock is held.

    Raises `_Overtaken` when the database is not numbered just below the prepared one any more.
    """
    pending = [locked]

    def step(status: int, remaining: int, total: int) -> None:
        if pending:
            _check_not_overtaken(prepared, path)
            pending.pop()()

    with closing(connect_readonly(prepared)) as new, closing(_target(path)) as old:
        new.backup(old, pages=PAGES, progress=step, sleep=0)
        if not external_checkpoints():
            # Frees the disk space of the log at once; while readers prevent that, SQLite does it later.
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _target(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
    # For a file that is not there yet. Of a damaged one this reads too much, while its pages can still be replaced.
    with suppress(sqlite3.DatabaseError):
        conn.execute("PRAGMA journal_mode = WAL")
    if external_checkpoints():
        conn.execute("PRAGMA wal_autocheckpoint = 0")
    return conn


def _check_not_overtaken(prepared: Path, path: Path) -> None:
    if _generation(path) >= _generation(prepared):
        raise _Overtaken


def _keep(path: Path, aside: Path) -> None:
    """Keep the guide as it was, byte for byte if it cannot be read as a database."""
    aside.unlink(missing_ok=True)
    try:
        with files.beside(aside) as temporary:
            files.copy(path, temporary)
            take_mode(temporary, path.stat().st_mode)
            files.publish(temporary, aside)
    except (DatabaseError, sqlite3.DatabaseError):
        for old, kept in zip(files.family(path)[:3], files.family(aside)[:3], strict=True):
            if old.exists():
                shutil.copy2(old, kept)


def _swap(prepared: Path, path: Path, aside: Path) -> None:
    """Replace a file that SQLite refuses to write into: move it aside and put the restored one in its place."""
    for old, kept in zip(files.family(path), files.family(aside), strict=True):
        if old.exists():
            os.replace(old, kept)
    with translated(path):
        _copy_into(prepared, path, lambda: None)


def _check_result(path: Path, generation: int) -> None:
    with translated(path), closing(connect_readonly(path)) as conn:
        (answer,) = conn.execute("PRAGMA quick_check(1)").fetchone()
        found = files.count(conn, path)[0]
    if answer != "ok" or found < generation:
        raise DatabaseError(f"{path} is damaged after the restore ({answer[:80]}); check the disk", "damaged")
