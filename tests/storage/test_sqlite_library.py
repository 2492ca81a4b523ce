"""Known holes of SQLite, and logs that were deleted under a reader."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.care import doctor_surroundings
from epg_ingest.storage import sqlite_library
from epg_ingest.storage.deleted_log import readers_of_deleted_log, reads_deleted_log
from epg_ingest.storage.sqlite_library import counts_aggregates, holes_of

PLAIN, CHANGED = "2022-12-28 14:03:47 df5c253c0b3d", "2022-12-28 14:03:47 df5c253c0b3dalt1"
READER = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1])
conn.execute("select count(*) from t").fetchone()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("version", "source", "counting", "found"),
    [
        ((3, 50, 2), PLAIN, True, ()), ((3, 40, 1), CHANGED, True, ()), ((3, 40, 1), PLAIN, True, ("CVE-2025-7458",)),
        ((3, 40, 1), CHANGED, False, ("CVE-2025-6965",)), ((3, 40, 1), PLAIN, False, ("CVE-2025-6965", "CVE-2025-7458")),
        ((3, 39, 1), PLAIN, True, ()), ((3, 41, 1), PLAIN, True, ("CVE-2025-7458",)), ((3, 41, 2), PLAIN, True, ()),
        ((3, 46, 0), PLAIN, False, ("CVE-2025-6965",)),
    ],
)  # fmt: skip
def test_the_holes_of_a_library(
    version: tuple[int, ...], source: str, counting: bool, found: tuple[str, ...]
) -> None:
    assert holes_of(version, source, counting) == found


def test_the_library_is_asked() -> None:
    """A library that is new enough refuses; an older one may have been repaired."""
    with closing(sqlite3.connect(":memory:")) as conn:
        counting = counts_aggregates(conn)
        assert counting or sqlite3.sqlite_version_info < (3, 50, 2)
        assert conn.execute("select 1").fetchone() == (1,)


def test_doctor_names_the_holes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_surroundings, "known_holes", lambda: ("CVE-2025-6965",))
    finding = doctor_surroundings.check_sqlite()
    assert (finding.check, finding.status) == ("sqlite", "problem")
    assert "CVE-2025-6965" in finding.message
    assert sqlite_library.known_holes() == sqlite_library.known_holes()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A database with a log, and the id of another process that reads it."""
    path = tmp_path / "epg.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("pragma journal_mode = wal")
        conn.execute("create table t (a)")
        conn.commit()
        process = subprocess.Popen(
            [sys.executable, "-c", READER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin and process.stdout
        assert process.stdout.readline() == b"ready\n"
    yield path, process.pid
    process.stdin.close()
    process.stdout.close()
    process.wait()


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="only Linux tells which open files were deleted"
)
def test_a_log_that_was_deleted_under_a_reader(reader: tuple[Path, int]) -> None:
    path, pid = reader
    assert readers_of_deleted_log(path) == []
    assert doctor_surroundings.check_log(path).status == "ok"
    Path(f"{path}-wal").unlink()
    assert readers_of_deleted_log(path) == [pid]
    assert not reads_deleted_log(path)
    finding = doctor_surroundings.check_log(path)
    assert (finding.check, finding.status) == ("wal", "problem")
    assert str(pid) in finding.message
