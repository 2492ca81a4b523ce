"""A backup put back under readers that stay connected: they see the old guide or the restored one, never a mixture.

1. no import may run: its lock is held until the end
2. the backup is copied beside the database, checked, brought to the newest schema, and repaired where that is safe
3. the write lock of the database is taken; under it the guide is copied aside and the pages are replaced, in one transaction
4. the number of the restored guide is above those of both, so that caches and replicas notice

A file is never swapped: programs that have the old one open would go on reading it. SQLite's backup into the database
that is there is an ordinary transaction for its readers, and for Litestream.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import DatabaseError, UsageError
from ..core.times import iso
from ..storage import backup as files
from ..storage.database import BUSY_MILLISECONDS, connect_readonly, open_database, translated, write
from ..storage.vault import Vault

#: fewer than an empty guide has: what must be done under the lock is done after the first step, and the last one commits
PAGES = 8
ATTEMPTS = 10
#: where SQLite keeps `user_version` in the header of a file, which may be readable where the rest is not
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
    """Somebody wrote between the look at the database and its lock."""


def restore(
    source: Path | str, db_path: Path | str, *, now: int, keep: bool = True, vault: Vault | None = None
) -> Restored:
    """Replace what is in the database at `db_path` (made if missing) by the backup `source`.

    `now` is epoch seconds; with `keep` the guide as it was stays in a file beside, else it is deleted when all is done. With
    `vault`, the secrets beside the backup replace those in it. Raises `UsageError` for a source that is not there or is the
    database itself, and `DatabaseError` when the backup is not usable, an import runs, or the disk is too small: the guide
    is then as it was.
    """
    source, path = Path(source), Path(db_path)
    _check_arguments(source, path, vault)
    aside = path.with_name(f"{path.stem}.before-restore-{iso(now).replace('-', '').replace(':', '')}")
    with _no_import(path), files.beside(path) as prepared:
        _check_room(source, path)
        result = Restored(repaired=_prepare(source, prepared, path, now))
        _replace(prepared, path, aside, result)
    if vault is not None:
        _restore_secrets(files.secrets_of(source), vault, files.secrets_of(aside))
    if not keep:
        for file in (*files.family(aside), files.secrets_of(aside)):
            file.unlink(missing_ok=True)
        result.aside = None
    return result


def _check_arguments(source: Path, path: Path, vault: Vault | None) -> None:
    if not source.is_file():
        raise UsageError(f"there is no file {source}; check the path")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it, such as {path / 'epg.db'}")
    if path.exists() and source.samefile(path):
        raise UsageError(f"{source} is the database itself; name a backup of it")
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist; create it first")
    if vault is not None and not files.secrets_of(source).is_file():
        raise UsageError(f"there is no {files.secrets_of(source)}; leave out --secrets")


@contextmanager
def _no_import(path: Path) -> Iterator[None]:
    from ..pipeline.run import import_lock

    lock = import_lock(path, wait=False)
    try:
        lock.__enter__()
    except DatabaseError as error:
        if error.code != "busy":
            raise
        raise DatabaseError(
            f"an import into {path} is running; restore when it has finished", "busy"
        ) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _check_room(source: Path, path: Path) -> None:
    """The prepared copy, the log of the one transaction, and the guide as it was."""
    old = sum(file.stat().st_size for file in files.family(path) if file.exists())
    needed, free = 2 * source.stat().st_size + old, shutil.disk_usage(path.parent).free
    if free < needed:
        raise DatabaseError(
            f"{path.parent} has {free // 10**6:,} MB free and the restore needs {needed // 10**6:,} MB; free some space",
            "diskfull",
        )


def _prepare(source: Path, prepared: Path, path: Path, now: int) -> list[str]:
    """A checked copy of the backup, ready to be served; what had to be repaired in it."""
    from ..pipeline.run import mark_interrupted
    from .doctor_contents import check_contents
    from .doctor_repairs import repair_contents

    files.copy(source, prepared)
    with closing(open_database(prepared)) as db:
        broken = [finding for finding in check_contents(db.conn) if finding.status == "problem"]
        repairable = [finding for finding in broken if finding.repair]
        if len(repairable) == len(broken) and broken:
            repair_contents(db, repairable)
            broken = [finding for finding in check_contents(db.conn) if finding.status == "problem"]
        if broken:
            raise DatabaseError(
                f"{source} is not usable: {broken[0].message}; the guide in {path} was not touched", "damaged"
            )
        mark_interrupted(db)
        _note(db.conn, source, now)
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return [finding.message for finding in repairable]


def _note(conn: sqlite3.Connection, source: Path, now: int) -> None:
    """`write_log` says since when the guide is another one."""
    conn.execute(
        "INSERT INTO write_log (at, actor, action, subject) VALUES (?, 'cli', 'guide.restore', ?)",
        [iso(now), f"backup {source.name}"],
    )


def _replace(prepared: Path, path: Path, aside: Path, result: Restored) -> None:
    existed = path.exists() and path.stat().st_size > 0
    for _ in range(ATTEMPTS):
        result.generation, result.programmes = _number(prepared, _generation(path))
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
    """The number of the guide that is there, from the header of the file if nothing else can be read; 0 without one."""
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


def _number(prepared: Path, present: int) -> tuple[int, int]:
    """Number the restored guide above itself and the `present` one; its number, and how many programmes it has."""
    with closing(open_database(prepared)) as db:
        with write(db) as conn:
            conn.execute("UPDATE generation SET number = max(number, ?)", [present])
        number, programmes = db.conn.execute(
            "SELECT number, (SELECT count(*) FROM programs) FROM generation"
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
        if os.environ.get("EPG_CHECKPOINT") != "external":
            # Gives the room of the log back at once; with readers in the way, SQLite does it later.
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _target(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
    # For a file that is not there yet. Of a damaged one this reads too much, while its pages can still be replaced.
    with suppress(sqlite3.DatabaseError):
        conn.execute("PRAGMA journal_mode = WAL")
    if os.environ.get("EPG_CHECKPOINT") == "external":
        conn.execute("PRAGMA wal_autocheckpoint = 0")
    return conn


def _check_not_overtaken(prepared: Path, path: Path) -> None:
    if _generation(path) >= _generation(prepared):
        raise _Overtaken


def _keep(path: Path, aside: Path) -> None:
    """The guide as it was, byte for byte where it cannot be read as a database."""
    aside.unlink(missing_ok=True)
    try:
        with files.beside(aside) as temporary:
            files.copy(path, temporary)
            shutil.copymode(path, temporary)
            files.publish(temporary, aside)
    except (DatabaseError, sqlite3.DatabaseError):
        for old, kept in zip(files.family(path)[:3], files.family(aside)[:3], strict=True):
            if old.exists():
                shutil.copy2(old, kept)


def _swap(prepared: Path, path: Path, aside: Path) -> None:
    """For a file that SQLite refuses to write into: it goes aside as it is, and the restored one takes its place."""
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


def _restore_secrets(source: Path, vault: Vault, aside: Path) -> None:
    """The providers' addresses of the backup in place of the present ones, in one transaction."""
    with translated(source), closing(connect_readonly(source)) as new:
        if not new.execute("SELECT 1 FROM sqlite_master WHERE name = 'credentials'").fetchone():
            raise DatabaseError(f"{source} holds no secrets; the addresses are as they were", "foreign")
        if vault.path.exists():
            files.copy_secrets(vault.path, aside)
        vault.ensure()
        with translated(vault.path), closing(sqlite3.connect(vault.path, timeout=10)) as old:
            new.backup(old)
    vault.ensure()
