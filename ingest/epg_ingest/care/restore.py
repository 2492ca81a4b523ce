"""Puts back a backup while readers stay connected: they see the old guide or the restored one, never a mixture.

1. Take the lock of imports, and hold it to the end.
2. Copy the backup to a file beside the database. Check it, bring it to the newest schema, and repair it where that is safe.
3. Take the write lock of the database. Copy the guide aside and replace its pages, in one transaction.
4. Give the restored guide a higher generation than both had, so that caches and replicas notice.

Pages are replaced, not the file: programs that have the old file open would go on reading it. For readers, and for
Litestream, SQLite's backup into an existing database is an ordinary transaction.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..core.errors import DatabaseError, UsageError
from ..core.given_files import require_file, require_regular
from ..core.times import iso
from ..storage import backup as files
from ..storage.database import connect_readonly, open_database, translated
from ..storage.vault import Vault
from .replacement import Restored, replace_guide


def restore(
    source: Path | str, db_path: Path | str, *, now: int, keep: bool = True, vault: Vault | None = None
) -> Restored:
    """Replace the guide in the database at `db_path` (made if missing) by the backup `source`.

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
        with _secrets_restored(files.secrets_of(source), vault, files.secrets_of(aside)):
            replace_guide(prepared, path, aside, result)
    if not keep:
        for file in (*files.family(aside), files.secrets_of(aside)):
            file.unlink(missing_ok=True)
        result.aside = None
    return result


def _check_arguments(source: Path, path: Path, vault: Vault | None) -> None:
    require_regular(source, "a backup")
    require_file(source)
    require_regular(path, "the guide")
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
    """The disk must hold the prepared copy, the log of the one transaction, and the guide as it was."""
    old = sum(file.stat().st_size for file in files.family(path) if file.exists())
    needed, free = 2 * source.stat().st_size + old, shutil.disk_usage(path.parent).free
    if free < needed:
        raise DatabaseError(
            f"{path.parent} has {free // 10**6:,} MB free and the restore needs {needed // 10**6:,} MB; free some space",
            "diskfull",
        )


def _prepare(source: Path, prepared: Path, path: Path, now: int) -> list[str]:
    """Make a checked copy of the backup that is ready to be served. Returns the messages of what was repaired in it."""
    from ..pipeline.run import mark_interrupted
    from .doctor_contents import check_contents
    from .doctor_repairs import repair_contents

    files.copy(source, prepared, "name a different backup")
    with closing(open_database(prepared, private=True)) as db:
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
    """Record in `write_log` when the guide was restored."""
    conn.execute(
        "INSERT INTO write_log (at, actor, action, subject) VALUES (?, 'cli', 'guide.restore', ?)",
        [iso(now), f"backup {source.name}"],
    )


@contextmanager
def _secrets_restored(source: Path, vault: Vault | None, aside: Path) -> Iterator[None]:
    """Replace the credentials of all providers by those of the backup, in one transaction; put them back if the block fails.

    `aside` is a copy of the secrets as they were.
    """
    if vault is None:
        yield
        return
    _check_secrets(source)
    if vault.path.exists():
        files.copy_secrets(vault.path, aside)
    vault.ensure()
    _replace(vault, source)
    try:
        yield
    except BaseException:
        if aside.exists():
            _replace(vault, aside)
        else:
            vault.clear()
        raise


def _check_secrets(source: Path) -> None:
    with translated(source, "name a different backup"), closing(connect_readonly(source)) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'credentials'").fetchone():
            raise DatabaseError(f"{source} holds no secrets; guide and addresses are as they were", "foreign")


def _replace(vault: Vault, source: Path) -> None:
    with (
        translated(vault.path),
        closing(connect_readonly(source)) as new,
        closing(sqlite3.connect(vault.path, timeout=10)) as old,
    ):
        new.backup(old)
    vault.ensure()
