"""Older files upgrade in place, newer ones are refused, and a step is applied whole or not at all (spec section 2)."""

from __future__ import annotations

import ast
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here
from epg_ingest.core.errors import DatabaseError
from epg_ingest.core.limits import Limits
from epg_ingest.core.times import iso
from epg_ingest.guide.providers import get_provider
from epg_ingest.pipeline.run import Options, run_import
from epg_ingest.storage.database import open_database
from epg_ingest.storage.migrations import migrations

from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.paths import DATA, ROOT
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, show

#: the schema ever shipped first, with rows
FIRST = DATA / "first_release.sql"
TABLES = (
    "providers",
    "channels",
    "channel_mappings",
    "programs",
    "guide",
    "import_log",
    "import_problems",
    "program_changes",
    "generation",
)

KILLED = """
import os, signal, sqlite3, sys
from epg_ingest.storage import database

real, at = sqlite3.connect, int(sys.argv[2])

class Counting(sqlite3.Connection):
    seen = 0
    def count(self, statement):
        Counting.seen += statement.lstrip().upper().startswith(("CREATE", "INSERT"))
        if Counting.seen > at:
            os.kill(os.getpid(), signal.SIGKILL)

def connect(*arguments, **settings):
    conn = real(*arguments, factory=Counting, **settings)
    conn.set_trace_callback(conn.count)
    return conn

sqlite3.connect = connect
database.open_database(sys.argv[1])
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file as the first release left it."""
    path = tmp_path / "epg.db"
    conn = sqlite3.connect(path, isolation_level=None)
    conn.executescript(FIRST.read_text())
    conn.close()
    return path


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    conn = sqlite3.connect(path)
    conn.row_factory = sqlite3.Row
    order = "id" if table in ("programs", "guide") else "rowid"
    found = [dict(row) for row in conn.execute(f"SELECT * FROM {table} ORDER BY {order}")]
    conn.close()
    return found


def version(path: Path) -> int:
    conn = sqlite3.connect(path)
    (found,) = conn.execute("PRAGMA user_version").fetchone()
    conn.close()
    return int(found)


def shape(path: Path) -> dict[str, Any]:
    """Tables with their columns, views, indexes and triggers with their text."""
    conn = sqlite3.connect(path)
    found: dict[str, Any] = {}
    for kind, name, sql in conn.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        columns = (
            sorted(row[1:] for row in conn.execute(f'PRAGMA table_xinfo("{name}")'))
            if kind == "table"
            else None
        )
        found[f"{kind} {name}"] = columns or " ".join((sql or "").split())
    conn.close()
    return found


def test_the_first_schema_upgrades_in_place(old: Path) -> None:
    before = {table: rows(old, table) for table in TABLES}
    (generation,) = before["generation"]
    open_database(old).close()
    for table in TABLES:
        after = rows(old, table)
        if (
            table == "generation"
        ):  # replicas must notice the change, of each of the two steps that rewrite tables
            assert after[0].pop("changed_at") > generation.pop("changed_at")
            generation["number"] += 2
        if table == "channel_mappings":  # now in feed_channels: see test_channels_step.py
            for row in before[table]:
                del row["display_name"], row["details"]
        assert [
            {name: row[name] for name in was} for was, row in zip(before[table], after, strict=True)
        ] == before[table]
    assert version(old) == generation["number"]


def test_an_upgraded_file_is_like_a_new_one(old: Path, tmp_path: Path) -> None:
    open_database(old).close()
    fresh = tmp_path / "fresh.db"
    open_database(fresh).close()
    assert shape(old) == shape(fresh)
    for path in (old, fresh):
        conn = sqlite3.connect(path)
        assert [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "auto_vacuum")] == [
            "wal",
            2,
        ]
        conn.close()


def test_the_rows_are_a_guide(old: Path) -> None:
    """Search, who is shown, and the next import of the same feed work on what the first release wrote."""
    made = Guide(old.parent)
    check_contents(made.db.conn)
    assert [row[3] for row in made.shown()] == ["News", "A shorter film", "Late", "Quiz"]
    assert programmes_found(made.db.conn, "quotes") == [1]
    file = old.parent / "new.xml"
    file.write_bytes(feed([show("one.example", NOON + HOUR, NOON + 2 * HOUR, "Another film")]))
    options = Options(KEEP_ALL, Limits(), workers=0)
    row = run_import(made.db, made.vault, get_provider(made.db, "first"), options, file=file, now=NOON)
    assert (row["status"], row["programs_updated"], row["programs_imported"]) == ("success", 1, 0)
    made.close()


def test_the_second_step_brings_an_empty_record_of_changes(old: Path) -> None:
    assert "table write_log" not in shape(old)
    open_database(old).close()
    assert rows(old, "write_log") == []
    perform_here(old, "channel.create", {"name": "new.example"}, actor="me", now=NOON)
    (row,) = rows(old, "write_log")
    assert (row["id"], row["actor"], row["action"]) == (1, "me", "channel.create")
    assert (row["at"], row["details"]) == (iso(NOON), '{"name": "new.example"}')


def test_a_kill_before_the_second_step_is_made_good(old: Path) -> None:
    """The file stays as the first release left it, whichever statement of the step was the last."""
    for statement in (0, 1):
        killed = [sys.executable, "-c", KILLED, str(old), str(statement)]
        assert subprocess.run(killed, cwd=ROOT, timeout=60, check=False).returncode == -signal.SIGKILL
        assert "table write_log" not in shape(old)
    open_database(old).close()
    assert rows(old, "write_log") == []


def test_the_second_time_nothing_happens(old: Path) -> None:
    open_database(old).close()
    before = old.read_bytes()
    open_database(old).close()
    assert old.read_bytes() == before


def test_a_new_guide_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "epg.db"
    open_database(path).close()
    assert (rows(path, "generation")[0]["number"], version(path)) == (0, 0)


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "epg.db"
    path.touch()
    open_database(path).close()
    assert {"table contents", "table airings", "view programs"} <= set(shape(path))
    assert sqlite3.connect(path).execute("PRAGMA auto_vacuum").fetchone() == (2,)


def test_a_newer_file_is_refused_and_left_alone(old: Path) -> None:
    conn = sqlite3.connect(old)
    conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('datasette_epg', 'm999_x', 'then')"
    )
    conn.commit()
    conn.close()
    before = {table: rows(old, table) for table in TABLES}
    with pytest.raises(DatabaseError) as caught:
        open_database(old)
    assert caught.value.code == "newer" and "upgrade" in caught.value.message
    assert {table: rows(old, table) for table in TABLES} == before


def test_migrations_of_others_are_none_of_our_business(old: Path) -> None:
    conn = sqlite3.connect(old)
    conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('theirs', 'm999_x', 'then')"
    )
    conn.commit()
    conn.close()
    open_database(old).close()


def test_a_step_that_fails_is_rolled_back(tmp_path: Path) -> None:
    """A table of that name is already there: the step stops in its middle and leaves nothing behind."""
    path = tmp_path / "epg.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE program_changes (mine TEXT)")
    conn.commit()
    conn.close()
    with pytest.raises(DatabaseError):
        open_database(path)
    assert {name for name in shape(path) if "sqlite_" not in name} == {"table program_changes"}


@pytest.mark.parametrize("statement", [1, 4, 8, 12, 16])
def test_a_step_that_is_killed_is_rolled_back(tmp_path: Path, statement: int) -> None:
    path = tmp_path / "epg.db"
    result = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(statement)], cwd=ROOT, timeout=60, check=False
    )
    assert result.returncode == -signal.SIGKILL
    assert {name for name in shape(path) if "sqlite_" not in name} == set()
    open_database(path).close()
    assert "view guide" in shape(path)


def test_steps_are_numbered_and_frozen() -> None:
    names = [step.name for step in migrations._migrations]
    numbers = [int(name[1:4]) for name in names]
    assert names == sorted(names) and all(name[0] == "m" and name[4] == "_" for name in names)
    assert numbers[0] == 1 and len(set(numbers)) == len(numbers)
    source = (ROOT / "ingest" / "epg_ingest" / "storage" / "migrations.py").read_text()
    imported = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    assert all(node.level == 0 and not str(node.module).startswith("epg_ingest") for node in imported)


def test_sqlite_utils_can_list_them(old: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sqlite_utils",
        "migrate",
        str(old),
        str(ROOT / "ingest" / "epg_ingest" / "storage" / "migrations.py"),
        "--list",
    ]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "m001_guide" in result.stdout
