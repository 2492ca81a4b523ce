"""The checks of `doctor` around a guide: secrets, log rows, leftover files, disk, write-ahead log, archive, pictures."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from ..core.errors import DatabaseError
from ..core.locked_folder import NAMES, abandoned
from ..logos.logo_folder import LogoFolder, folder_beside
from ..settings.environment import external_checkpoints
from ..storage.backup import family
from ..storage.database import connect_readonly
from ..storage.deleted_log import readers_of_deleted_log
from ..storage.sqlite_library import known_holes
from .doctor_contents import NOTE, OK, PROBLEM, Finding

MB = 10**6
#: less free space than this is a problem for a guide of any size
LEAST_FREE = 100 * MB
#: a write-ahead log of this size is worth a note; it is used again, so it is no problem
LARGE_LOG = 64 * MB
#: a file that has not changed for so many seconds belongs to no running process
ABANDONED = 86_400
#: names that the commands use in the folder for temporary files
TEMPORARY = tuple(f"{name}*" for name in NAMES)
#: the first SQLite without a rare fault of two programs that checkpoint at once (sqlite.org/wal.html, "WAL-reset bug")
SAFE_SQLITE = (3, 51, 3)


def check_sqlite() -> Finding:
    """Old versions may damage a file if two programs checkpoint it. With external checkpoints, this one never does."""
    version = sqlite3.sqlite_version
    if holes := known_holes():
        said = f"SQLite {version} has known holes that visitors who send SQL could use: {', '.join(holes)}"
        return Finding(
            "sqlite", PROBLEM, said, "upgrade SQLite, or set default_allow_sql to false in settings.json"
        )
    if not external_checkpoints() or sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return Finding("sqlite", OK, f"SQLite {version}")
    said = f"SQLite {version} beside a replication program: only that one may checkpoint, so that one needs 3.51.3"
    return Finding("sqlite", NOTE, said, "check the version of SQLite in the replication program")


def check_disk(path: Path) -> Finding:
    """Room for the next import, which writes as much as it changes."""
    size = sum(file.stat().st_size for file in family(path) if file.exists())
    free = shutil.disk_usage(path.parent).free
    said = f"{free // MB:,} MB free, the guide takes {size // MB:,} MB"
    if free < max(LEAST_FREE, size // 10):
        return Finding("disk", PROBLEM, said, "free some space, or move the guide to a larger disk")
    if free < size:
        return Finding("disk", NOTE, said, "a backup beside the guide would not fit")
    return Finding("disk", OK, said)


def check_log(path: Path) -> Finding:
    """The write-ahead log keeps the size that the largest transaction gave it."""
    if lost := readers_of_deleted_log(path):
        said = f"{path.name}-wal was deleted while a program used it (process {', '.join(map(str, lost))})"
        return Finding(
            "wal", PROBLEM, said, "restart that program; it sees nothing new, and what it writes is lost"
        )
    log = Path(f"{path}-wal")
    size = log.stat().st_size if log.exists() else 0
    said = f"the write-ahead log takes {size // MB:,} MB"
    if size < LARGE_LOG:
        return Finding("wal", OK, said)
    if external_checkpoints():
        return Finding("wal", NOTE, said, "the replication program shortens it; see that it runs")
    return Finding("wal", NOTE, said, "epg-ingest doctor --fix", "wal")


def check_imports(conn: sqlite3.Connection, path: Path) -> Finding:
    """Log rows that say `running` although no import runs."""
    from ..pipeline.run import import_runs

    (count,) = conn.execute("SELECT count(*) FROM import_log WHERE status = 'running'").fetchone()
    if not count:
        return Finding("imports", OK, "no import was left unfinished")
    try:
        running = import_runs(path)
    except DatabaseError as error:
        return Finding(
            "imports", NOTE, f"{count:,} log rows say running; {error.message}", "run this as the owner"
        )
    if running:
        return Finding("imports", OK, "an import is running")
    said = f"{count:,} log rows say running, and no import runs"
    return Finding("imports", PROBLEM, said, "epg-ingest doctor --fix", "imports")


def check_secrets(conn: sqlite3.Connection, secrets: Path) -> Iterator[Finding]:
    """Mode and contents of the secrets file. Only names of providers are read out of it."""
    wanted = [
        name
        for (name,) in conn.execute(
            "SELECT name FROM providers WHERE xmltv_url NOT LIKE 'command:%' ORDER BY name"
        )
    ]
    kept: set[str] = set()
    if secrets.exists():
        yield _mode(secrets)
        if not os.access(secrets, os.R_OK):
            yield Finding("addresses", NOTE, f"this user may not read {secrets}", "run this as its owner")
            return
        try:
            with closing(connect_readonly(secrets)) as vault:
                kept = {
                    name
                    for (name,) in vault.execute("SELECT provider FROM credentials WHERE url IS NOT NULL")
                }
        except sqlite3.DatabaseError as error:
            yield Finding(
                "secrets", PROBLEM, f"{secrets} cannot be read: {error}", "restore it from its backup"
            )
            return
    missing = [name for name in wanted if name not in kept]
    if missing:
        remedy = f"epg-ingest providers update {missing[0]} --url -, or restore BACKUP --secrets"
        yield Finding("addresses", PROBLEM, f"no address is kept for: {', '.join(missing)}", remedy)
    else:
        yield Finding("addresses", OK, f"{len(wanted):,} addresses are kept in {secrets.name}")


def _mode(secrets: Path) -> Finding:
    mode = secrets.stat().st_mode & 0o777
    if os.name != "nt" and mode & 0o077:
        return Finding(
            "secrets",
            PROBLEM,
            f"other users may read {secrets} ({mode:04o})",
            f"chmod 600 {secrets}",
            "secrets",
        )
    return Finding("secrets", OK, f"only their owner may read {secrets.name}")


def check_leftovers(path: Path, archive: Path | None) -> Finding:
    """Temporary files that a killed command left."""
    found = leftovers(path, archive)
    if not found:
        return Finding("leftovers", OK, "no temporary files of killed commands")
    said = f"{len(found):,} temporary files of killed commands, such as {found[0]}"
    return Finding("leftovers", PROBLEM, said, "epg-ingest doctor --fix", "leftovers")


def leftovers(path: Path, archive: Path | None) -> list[Path]:
    """Temporary files and folders of this program that belong to the present user: folders whose command has ended, as their
    lock shows, and what has no lock and has not changed for a day.

    Lock files stay. The operating system releases a lock when its process ends; if the file of a held lock were deleted, two
    processes could hold it.
    """
    copies = f".{path.stem}.*.part*"
    places = [(Path(tempfile.gettempdir()), (*TEMPORARY, copies)), (path.parent, (copies,))]
    if archive is not None:
        places.append((archive, (".programs-*.part",)))
    found = [file for folder, patterns in places for pattern in patterns for file in folder.glob(pattern)]
    return sorted({*abandoned(), *(file for file in found if _abandoned(file))})


def _abandoned(path: Path) -> bool:
    try:
        inside = list(path.iterdir()) if path.is_dir() and not path.is_symlink() else []
        states = [file.lstat() for file in (path, *inside)]
    except OSError:
        return False  # deleted meanwhile, or another user's
    if (path / "lock").exists():
        return False  # `abandoned` has seen who holds it
    ours = not hasattr(os, "getuid") or states[0].st_uid == os.getuid()
    return ours and max(state.st_mtime for state in states) < time.time() - ABANDONED


def check_archive(archive: Path) -> Finding:
    """Whether the next cleanup can archive: otherwise it keeps all programmes."""
    if find_spec("pyarrow") is None:
        return Finding("archive", PROBLEM, "pyarrow is missing", "pip install 'datasette-epg[archive]'")
    folder = archive if archive.exists() else archive.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return Finding(
            "archive", PROBLEM, f"{archive} cannot be written to", "check archive.path and its permissions"
        )
    files = len(list(archive.glob("programs-*.parquet")))
    return Finding("archive", OK, f"{files:,} months in {archive}")


def check_pictures(path: Path) -> Iterator[Finding]:
    """How many pictures the folder beside the guide has, and why addresses give none. Nothing where there is no folder."""
    folder = LogoFolder(folder_beside(path))
    if not folder.path.is_dir():
        return
    try:
        count, size, reasons = folder.count(), folder.size(), folder.reasons()
    except PermissionError:
        yield Finding("pictures", NOTE, f"this user may not read {folder.path}", "run this as its owner")
        return
    said = f"{count - reasons.total():,} pictures take {size // MB:,} MB"
    if not reasons:
        yield Finding("pictures", OK, said)
        return
    listed = ", ".join(f"{number:,} {code}" for code, number in sorted(reasons.items()))
    yield Finding(
        "pictures",
        NOTE,
        f"{said}; {reasons.total():,} addresses give none: {listed}",
        "docs/exports.md says under Pictures what these words mean",
    )
