"""Opens `epg.db`: file settings, migrations, write transactions and the generation."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..core.errors import DatabaseError, UsageError
from ..settings.environment import external_checkpoints, is_replica
from .audit import begin, record
from .guide_changes import publish
from .sqlite_errors import translate as translate
from .sqlite_errors import translated as translated

if TYPE_CHECKING:
    from sqlite_utils import Database

log = logging.getLogger(__name__)

#: the names of the steps in `migrations`, in order; for a database that has them, sqlite-utils is not loaded
STEPS = (
    "m001_guide",
    "m002_write_log",
    "m003_duplicates",
    "m004_contents",
    "m005_channels",
    "m006_cuts_and_undo",
    "m007_repair_text",
    "m008_clock_times",
    "m009_guide_changes",
    "m010_lineups",
    "m011_last_retention",
    "m012_rules",
    "m013_sources",
    "m014_series",
    "m015_lineup_hosts",
    "m016_groups",
    "m017_import_progress",
    "m018_commands_written",
)

BUSY_MILLISECONDS = 10_000
#: Litestream keeps writers out while it empties a log; of 600 MB that took over ten seconds on a busy machine
EXTERNAL_BUSY_MILLISECONDS = 60_000
#: kept small enough that an import stays under 250 MB with its parsers, large enough for the upper levels of the b-trees
CACHE_KIB = 20 * 1024


def open_database(path: Path | str, *, private: bool = False) -> Database:
    """The database at `path`, made if it is missing and brought to the newest schema.

    The connection is in autocommit mode: a transaction is opened with `write`. Before an upgrade the guide is copied, unless it
    is a `private` copy itself. Raises `DatabaseError` for a locked or
    damaged file, a full disk, and a file that a newer version has migrated further than this one knows.
    """
    path = Path(path)
    with translated(path):
        fresh = not path.exists() or path.stat().st_size == 0
        if not path.parent.is_dir():
            raise DatabaseError(f"the folder {path.parent} does not exist; create it first", "nofolder")
        external = external_checkpoints()
        busy = EXTERNAL_BUSY_MILLISECONDS if external else BUSY_MILLISECONDS
        conn = sqlite3.connect(path, isolation_level=None, timeout=busy / 1000)
        try:
            check_steps(conn, path)  # before anything is written: it may be somebody else's database
        except BaseException:
            conn.close()
            raise
        if fresh:
            conn.execute("PRAGMA auto_vacuum = INCREMENTAL")
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if external:
            conn.execute("PRAGMA wal_autocheckpoint = 0")
        db = opened(conn)
        migrate(db, path, private=private)
    return db


def connect_readonly(path: Path | str, *, timeout: float = 10.0, alone: bool = False) -> sqlite3.Connection:
    """A connection to the SQLite file at `path` that cannot write, in autocommit mode.

    `timeout` is how many seconds a statement waits for a lock. `alone` reads without locks, for a file that `stands_alone`.
    Raises `sqlite3.OperationalError` when there is no file.
    """
    # As a URI, in which ? # and % of a file name are quoted.
    path = Path(path).absolute()
    mode = "mode=ro&immutable=1" if alone else "mode=ro"
    return sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, isolation_level=None, timeout=timeout)


def log_of(path: Path) -> Path:
    """The write-ahead log of a database."""
    return Path(f"{path}-wal")


def stands_alone(path: Path) -> bool:
    """Whether the file is the whole database, in a folder that is closed to this user, so that SQLite can make no log there.

    It is, as long as nobody with more rights opens it.
    """
    log, journal, index = log_of(path), Path(f"{path}-journal"), Path(f"{path}-shm")
    with_log = log.exists() and (log.stat().st_size > 0 or index.exists())
    return not (os.access(path.parent, os.W_OK) or journal.exists() or with_log)


class Opened:
    """A connection and, from the first use of anything else, the `sqlite_utils.Database` on it.

    Loading sqlite-utils is a fifth of the time of an import that finds nothing new.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def __getattr__(self, name: str) -> Any:
        if name == "_database":
            from sqlite_utils import Database

            self._database = Database(self.conn, execute_plugins=False)
            return self._database
        return getattr(self._database, name)

    def __getitem__(self, table: str) -> Any:
        return self._database[table]

    def close(self) -> None:
        self.conn.close()


def opened(conn: sqlite3.Connection) -> Database:
    """A connection in the form that the other modules expect: with the interface of `sqlite_utils.Database`."""
    return cast("Database", Opened(conn))


def applied(conn: sqlite3.Connection) -> list[str]:
    """The names of the steps that were applied, as sqlite-utils records them; none in a new database."""
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    rows = conn.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = 'datasette_epg' ORDER BY rowid"
    )
    return [name for (name,) in rows]


def check_steps(conn: sqlite3.Connection, path: Path | str) -> list[str]:
    """The names of the steps that were applied; none in an empty file.

    Raises `DatabaseError` for steps that this version does not know, and for a database that is no guide.
    """
    present = applied(conn)
    newer = [name for name in present if name not in STEPS]
    if newer:
        raise DatabaseError(
            f"{path} was made by a newer version of datasette-epg ({newer[-1]}); upgrade with: pip install -U datasette-epg",
            "newer",
        )
    if not present and _has_other_contents(conn):
        raise DatabaseError(f"{path} is a database, but not a guide; check the path", "foreign")
    return present


def _has_other_contents(conn: sqlite3.Connection) -> bool:
    """Whether there is more than the empty record of steps that a first upgrade leaves if it is killed."""
    names = {name for (name,) in conn.execute("SELECT tbl_name FROM sqlite_master")}
    if names <= {"_sqlite_migrations"}:
        return bool(names) and conn.execute("SELECT 1 FROM _sqlite_migrations").fetchone() is not None
    return True


def migrate(db: Database, path: Path | str, *, private: bool = False) -> None:
    """Apply the steps that are missing. Raises `DatabaseError` for a database with steps that this version does not know."""
    present = check_steps(db.conn, path)
    missing = [name for name in STEPS if name not in present]
    if present and missing and not private:
        _back_up(Path(path), missing[0])
    while len(present) < len(STEPS):
        from .migrations import migrations

        try:
            migrations.apply(db)
        except sqlite3.Error:
            # Another process may have applied the same step meanwhile: then go on after it.
            if len(applied(db.conn)) <= len(present):
                raise
        present = applied(db.conn)


def _back_up(path: Path, step: str) -> None:
    """Make a checked copy of the guide beside it, before a step changes its schema.

    Datasette serves no file of that name. A copy that is there was made, and checked, by a run that was killed later, or by
    one that upgrades the guide at this moment: it has its copy before it changes anything, so the first copy is the right
    one. Raises `DatabaseError` if there is no room for it; the guide is then as it was.
    """
    from .backup import backup

    copy = path.with_name(f"{path.name}.before-{step}")
    if not copy.exists():
        try:
            backup(path, copy)
        except UsageError:
            if copy.exists():
                return
            raise
        log.warning(
            "upgrading %s; the guide as it was is in %s, delete it when all is well", path.name, copy.name
        )


#: Takes the write lock of the guide. BEGIN IMMEDIATE would also lock attached databases, in which worker processes write.
_LOCK = "UPDATE main.generation SET id = id WHERE 0"


@contextmanager
def write(db: Database, *, changes_guide: bool = True) -> Iterator[sqlite3.Connection]:
    """One write transaction, lock first. With `changes_guide` it raises the generation (and `user_version`) by one.

    What it changed of the guide goes into the log `guide_changes`. Inside `audit.audited` it also records the change, if it
    changed anything. Raises `DatabaseError` (`replica`) on a replica, whose guide the next synchronisation would put back.
    """
    if is_replica():
        raise DatabaseError(
            "this is a replica (EPG_ROLE=replica); change the guide on its primary", "replica"
        )
    conn = db.conn
    conn.execute("BEGIN")
    try:
        conn.execute(_LOCK)
        begin(conn)
        before = conn.total_changes
        yield conn
        entry = record(conn) if conn.total_changes > before else None
        if changes_guide:
            raise_generation(conn)
        publish(conn)
        conn.execute("COMMIT")
        if entry is not None:
            entry.written = True
    except BaseException:
        # SQLite has already rolled back after some errors (a full disk): then nothing is left to undo.
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def raise_generation(conn: sqlite3.Connection) -> int:
    """Raise the generation by one, within the open transaction. `user_version` changes page 1: replicas and open connections
    notice the change by it."""
    (number,) = conn.execute(
        "UPDATE generation SET number = number + 1, changed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') RETURNING number"
    ).fetchone()
    conn.execute(f"PRAGMA user_version = {int(number)}")
    return int(number)
