"""`epg-ingest doctor`: checks a guide and its surroundings, and repairs what can be repaired without loss.

The contents are checked in a private copy of one moment, so that no reader and no import waits. Repairs change the guide in
short write transactions while no import runs. Then it is checked again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.errors import DatabaseError
from ..storage.backup import beside, copy
from ..storage.database import STEPS, applied, connect_readonly, open_database, translated
from ..storage.private_mode import tighten
from ..storage.reading import reading
from . import doctor_surroundings as around
from .doctor_contents import FIXED, NOTE, OK, PROBLEM, Finding, check_contents
from .doctor_repairs import remove, repair_contents

#: repairs of the contents; the others concern files
_CONTENTS = ("generation", "contents", "search", "schedule", "longest")


@dataclass(frozen=True)
class Patient:
    """The files to examine: the guide, its secrets file, the folder of the archive if there is one. `quick` reads less."""

    path: Path
    secrets: Path
    archive: Path | None = None
    quick: bool = False


def examine(patient: Patient) -> list[Finding]:
    """Make every check, in a fixed order, without changing anything. A database that cannot be read gives fewer findings."""
    findings = [around.check_sqlite(), around.check_disk(patient.path), around.check_log(patient.path)]
    try:
        findings += _examine_contents(patient)
        with translated(patient.path), reading(patient.path) as conn:
            findings.append(around.check_imports(conn, patient.path))
            findings += around.check_secrets(conn, patient.secrets)
    except DatabaseError as error:
        findings.append(Finding("database", PROBLEM, error.message, _remedy(error)))
    findings.append(around.check_leftovers(patient.path, patient.archive))
    findings += around.check_pictures(patient.path)
    if patient.archive is not None:
        findings.append(around.check_archive(patient.archive))
    return findings


def _remedy(error: DatabaseError) -> str:
    return "epg-ingest restore BACKUP" if error.code == "damaged" else ""


def _examine_contents(patient: Patient) -> list[Finding]:
    with _private(patient.path) as place:
        _copy_any(patient.path, place)
        schema = _schema(place)
        with closing(open_database(place, private=True)) as db:
            db.conn.execute("PRAGMA synchronous = OFF")
            return [schema, *check_contents(db.conn, quick=patient.quick)]


def _copy_any(path: Path, place: Path) -> None:
    """A copy even of a guide whose generation is missing, which `backup` refuses."""
    try:
        copy(path, place)
    except DatabaseError as error:
        if "generation" not in error.message:
            raise
        with translated(path), reading(path) as old, closing(sqlite3.connect(place)) as new:
            old.backup(new)


@contextmanager
def _private(path: Path) -> Iterator[Path]:
    """An empty file for a copy: beside the guide, or among temporary files if there is no room or no permission."""
    needed = path.stat().st_size
    folders = [path.parent, Path(tempfile.gettempdir())]
    fitting = [f for f in folders if shutil.disk_usage(f).free > 1.2 * needed and os.access(f, os.W_OK)]
    if not fitting:
        raise DatabaseError(
            f"the contents were not checked: that takes {needed // 10**6:,} MB in {folders[0]} or {folders[1]}",
            "diskfull",
        )
    with beside(fitting[0] / path.name) as place:
        yield place


def _schema(place: Path) -> Finding:
    with closing(connect_readonly(place)) as conn:
        present = applied(conn)
    missing = [name for name in STEPS if name not in present]
    if missing:
        return Finding("schema", NOTE, f"the schema lacks {', '.join(missing)}", "epg-ingest init", "schema")
    return Finding("schema", OK, f"schema {max(present)}")


def treat(patient: Patient, findings: list[Finding]) -> list[Finding]:
    """Repair what `findings` name as repairable, and examine again: what was a problem and is gone is `fixed`.

    Raises `DatabaseError` when an import runs or the database is locked.
    """
    wanted = {finding.repair for finding in findings if finding.repair}
    if not wanted:
        return findings
    _repair(patient, findings, wanted)
    before = {finding.check: finding for finding in findings if finding.repair}
    return [_outcome(finding, before.get(finding.check)) for finding in examine(patient)]


def _outcome(after: Finding, before: Finding | None) -> Finding:
    if before is None or after.repair:
        return after
    return replace(after, status=FIXED, message=f"{before.message}; repaired")


def _repair(patient: Patient, findings: list[Finding], wanted: set[str]) -> None:
    from ..pipeline.run import import_lock, mark_interrupted

    with translated(patient.path), import_lock(patient.path, wait=False):
        if wanted - {"leftovers", "secrets"}:
            with closing(open_database(patient.path)) as db:
                contents = [finding for finding in findings if finding.repair in _CONTENTS]
                if contents:
                    repair_contents(db, contents)
                if "imports" in wanted:
                    mark_interrupted(db)
                if "wal" in wanted:
                    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if "secrets" in wanted:
        _guarded(lambda: tighten(patient.secrets))
    if "leftovers" in wanted:
        _guarded(lambda: remove(around.leftovers(patient.path, patient.archive)))


def _guarded(repair: Callable[[], object]) -> None:
    try:
        repair()
    except OSError as error:
        raise DatabaseError(f"cannot repair {error.filename}: {error.strerror}", "readonly") from error
