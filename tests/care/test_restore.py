"""A backup put back: under readers that stay connected, over a damaged file, or where there is nothing yet."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.care import replacement
from epg_ingest.care.doctor import Patient, examine
from epg_ingest.care.restore import restore
from epg_ingest.cli.main import run
from epg_ingest.core.errors import DatabaseError, UsageError
from epg_ingest.guide.providers import add_provider
from epg_ingest.pipeline.run import import_lock
from epg_ingest.storage.backup import backup, family
from epg_ingest.storage.database import open_database, write

from tests.helpers.datasette_helpers import serving
from tests.helpers.paths import ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow


def body(word: str, count: int = 1000) -> bytes:
    return feed(
        show(f"c{c}", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"{word} {h}", f"<desc>{'text ' * 30}</desc>")
        for c in range(5)
        for h in range(count // 5)
    )


def words(path: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(
            "SELECT substr(title, 1, instr(title, ' ') - 1), count(*) FROM programs GROUP BY 1"
        ).fetchall()


def number(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as conn:
        found: tuple[int, int] = conn.execute(
            "SELECT number, (SELECT user_version FROM pragma_user_version) FROM generation"
        ).fetchone()
    return found


def healthy(path: Path) -> bool:
    return not [f for f in examine(Patient(path, path.with_suffix(".secrets"))) if f.status == "problem"]


@pytest.fixture
def saved(guide: Guide) -> Path:
    """A backup of the guide with "old" programmes, after which it got "new" ones."""
    guide.load("p", body("old"))
    backup(guide.path, guide.folder / "epg.backup")
    guide.load("p", body("new", 3000), force=True)
    return guide.folder / "epg.backup"


def test_the_guide_is_as_it_was_then(guide: Guide, saved: Path) -> None:
    before = number(guide.path)[0]
    done = restore(saved, guide.path, now=NOON)
    assert words(guide.path) == [("old", 1000)] and done.programmes == 1000
    assert number(guide.path) == (before + 1, before + 1) == (done.generation,) * 2
    assert healthy(guide.path)
    assert guide.rows("SELECT actor, action, subject FROM write_log ORDER BY id DESC LIMIT 1") == [
        {"actor": "cli", "action": "guide.restore", "subject": "backup epg.backup"}
    ]
    # a connection from before goes on, reading and writing
    assert guide.load("p", body("next"), force=True)["status"] == "success"
    assert words(guide.path) == [("next", 1000)] and healthy(guide.path)


def test_the_guide_as_it_was_is_kept_unless_discarded(guide: Guide, saved: Path) -> None:
    done = restore(saved, guide.path, now=NOON)
    assert done.aside == guide.folder / "epg.before-restore-20261122T120000Z"
    assert words(done.aside) == [("new", 3000)]
    again = restore(done.aside, guide.path, now=NOON + 1, keep=False)
    assert again.aside is None and words(guide.path) == [("new", 3000)]
    assert sorted(path.name for path in guide.folder.glob("*restore*")) == [done.aside.name]
    assert not list(guide.folder.glob(".*.part*"))


def test_the_number_is_above_that_of_the_backup_too(guide: Guide, saved: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(saved)) as conn:
        conn.execute("UPDATE generation SET number = 5000")
        conn.execute("PRAGMA user_version = 5000")
        conn.commit()
    assert restore(saved, guide.path, now=NOON).generation == 5001


READER = """
import json, sqlite3, sys, time
conn = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, isolation_level=None)
print("ready", flush=True)
seen, last, count, end = [], None, 0, None
while end is None or time.time() < end:
    state = conn.execute("SELECT (SELECT group_concat(word || n) FROM (SELECT substr(title, 1, 3) AS word, count(*) AS n"
        " FROM programs GROUP BY 1)), (SELECT count(*) FROM contents_fts_docsize d JOIN airings a ON a.content_id = d.id),"
        " (SELECT number FROM generation)").fetchone()
    count += 1
    if state != last:
        seen.append(state); last = state
    if end is None and len(seen) >= 4:
        end = time.time() + 0.2
print(json.dumps([count, seen]))
"""


def test_readers_see_the_old_guide_or_the_restored_one(guide: Guide, saved: Path) -> None:
    """Three restores, back and forth, under a connection that another process keeps open: no mixture, no error."""
    newer = guide.folder / "newer.backup"
    backup(guide.path, newer)
    first = number(guide.path)[0]
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(guide.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    for n, source in enumerate((saved, newer, saved)):
        threading.Event().wait(0.3)  # let it look
        restore(source, guide.path, now=NOON + n)
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    count, seen = json.loads(out)
    assert count >= len(seen)
    assert [tuple(state) for state in seen] == [
        ("new3000", 3000, first),
        ("old1000", 1000, first + 1),
        ("new3000", 3000, first + 2),
        ("old1000", 1000, first + 3),
    ]


async def test_a_datasette_that_runs_serves_the_restored_guide(guide: Guide, saved: Path) -> None:
    async with serving(guide.path) as site:
        sql = "/epg.json?sql=select+count(*)+from+programs&_shape=arrayfirst"
        assert (await site.client.get(sql)).json() == [3000]
        restore(saved, guide.path, now=NOON)
        assert (await site.client.get(sql)).json() == [1000]


def test_nothing_to_replace_yet(guide: Guide, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    path = tmp_path / "fresh" / "epg.db"
    Path(f"{path}-wal").write_bytes(b"left over")
    done = restore(saved, path, now=NOON)
    assert (words(path), done.aside, healthy(path)) == ([("old", 1000)], None, True)
    with closing(open_database(path)) as db:
        settings = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "auto_vacuum")]
    assert settings == ["wal", 2]


@pytest.mark.parametrize("damage", ["no database", "pages", "cut", "empty"])
def test_a_damaged_guide_is_replaced(guide: Guide, saved: Path, damage: str) -> None:
    guide.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    guide.close()
    size = guide.path.stat().st_size
    if damage == "no database":
        guide.path.write_bytes(b"not a database " * 1000)
    elif damage == "empty":
        guide.path.write_bytes(b"")
    elif damage == "cut":
        os.truncate(guide.path, size // 2)
    else:
        with open(guide.path, "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(size - 8192))
    was = guide.path.read_bytes()
    done = restore(saved, guide.path, now=NOON)
    assert words(guide.path) == [("old", 1000)] and healthy(guide.path)
    assert done.swapped is (damage in ("no database", "cut"))
    if damage != "empty":
        assert done.aside is not None and done.aside.stat().st_size > 0
    if damage == "no database":
        assert done.aside is not None and done.aside.read_bytes() == was
    assert restore(saved, guide.path, now=NOON + 5).generation == done.generation + 1


def test_nothing_is_touched_while_an_import_runs(guide: Guide, saved: Path) -> None:
    before = number(guide.path)
    with (
        import_lock(guide.path, wait=False),
        pytest.raises(DatabaseError, match=r"import into .* is running"),
    ):
        restore(saved, guide.path, now=NOON)
    assert number(guide.path) == before


UNUSABLE = {
    "no database": lambda path: path.write_bytes(b"not a database " * 1000),
    "another database": lambda path: (path.unlink(), sqlite3.connect(path).execute("CREATE TABLE t (a)")),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "newer": lambda path: execute(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('datasette_epg', 'm999', '')",
    ),
    "impossible times": lambda path: execute(path, "UPDATE airings SET end_time = start_time WHERE id = 7"),
}


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(statement)
        conn.commit()


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_backup_is_refused(guide: Guide, saved: Path, case: str) -> None:
    UNUSABLE[case](saved)
    before = list(guide.db.conn.iterdump())
    with pytest.raises(DatabaseError):
        restore(saved, guide.path, now=NOON)
    assert list(guide.db.conn.iterdump()) == before
    assert not [*guide.folder.glob("*restore*"), *guide.folder.glob(".*.part*")]


def test_what_can_be_repaired_in_a_backup_is(guide: Guide, saved: Path) -> None:
    execute(
        saved,
        "UPDATE contents SET title = 'unheard of' WHERE id = (SELECT content_id FROM airings WHERE id = 7)",
    )
    execute(saved, "UPDATE import_log SET status = 'running', completed_at = NULL")
    done = restore(saved, guide.path, now=NOON)
    assert done.repaired == ["the search index does not agree with the contents"] and healthy(guide.path)
    (row,) = guide.rows("SELECT status, error_code FROM import_log")
    assert row == {"status": "failed", "error_code": "interrupted"}


def test_an_older_backup_gets_the_newest_schema(guide: Guide, saved: Path) -> None:
    execute(saved, "DROP TABLE write_log")
    execute(saved, "DELETE FROM _sqlite_migrations WHERE name = 'm002_write_log'")
    restore(saved, guide.path, now=NOON)
    assert healthy(guide.path) and len(guide.rows("SELECT * FROM write_log")) == 1


def test_a_change_in_the_last_moment_is_in_what_is_kept(
    guide: Guide, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after the guide was numbered and before it is locked: it is numbered again."""
    real, calls = replacement._copy_into, []

    def late(*arguments: Any) -> None:
        if not calls:
            with write(guide.db) as conn:
                conn.execute("UPDATE channels SET display_name = 'Late'")
        calls.append(1)
        real(*arguments)

    monkeypatch.setattr(replacement, "_copy_into", late)
    before = number(guide.path)[0]
    done = restore(saved, guide.path, now=NOON)
    assert (len(calls), done.generation > before + 1) == (2, True)
    assert done.aside is not None
    with closing(sqlite3.connect(done.aside)) as conn:
        assert conn.execute("SELECT DISTINCT display_name FROM channels").fetchall() == [("Late",)]
    assert "Late" not in str(guide.rows("SELECT display_name FROM channels"))


KILLED = """
import os, signal, sys
from pathlib import Path
from epg_ingest.care import replacement, restore
source, path, point, now = sys.argv[1:]
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
if point == "prepared":
    restore.replace_guide = die
elif point == "aside":
    replacement._keep = die
else:
    real, left = replacement._check_not_overtaken, [int(point)]
    def counted(*args):
        real(*args)
    replacement._check_not_overtaken = counted
    import sqlite3
    class Dying:
        def __init__(self, conn): self.conn = conn
        def backup(self, target, pages=-1, progress=None, sleep=0.25):
            if progress is None: return self.conn.backup(target)
            def step(*args):
                progress(*args)
                left[0] -= 1
                if left[0] == 0: die()
            self.conn.backup(target, pages=pages, progress=step, sleep=sleep)
        def __getattr__(self, name): return getattr(self.conn, name)
    connect = replacement.connect_readonly
    replacement.connect_readonly = lambda path: Dying(connect(path))
restore.restore(source, path, now=int(now))
print("still alive")
"""


@pytest.mark.parametrize("point", ["prepared", "aside", "2", "10"])
def test_a_killed_restore_leaves_the_guide_as_it_was(guide: Guide, saved: Path, point: str) -> None:
    before = list(guide.db.conn.iterdump())
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(saved), str(guide.path), point, str(NOON)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done.stderr
    assert list(guide.db.conn.iterdump()) == before
    assert not [f for f in examine(Patient(guide.path, guide.vault.path)) if f.status == "problem"]
    restore(saved, guide.path, now=NOON + 1)
    assert words(guide.path) == [("old", 1000)]


def test_too_little_room_is_said_before_anything_is_done(
    guide: Guide, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    with pytest.raises(DatabaseError, match="free some space"):
        restore(saved, guide.path, now=NOON)


def test_secrets_come_back_too(guide: Guide) -> None:
    add_provider(guide.db, guide.vault, "web", "https://user:first@example.com/feed", now=NOON)
    saved = guide.folder / "epg.backup"
    backup(guide.path, saved, secrets=guide.vault.path)
    guide.vault.remove("web")
    add_provider(guide.db, guide.vault, "later", "https://user:second@example.com/feed", now=NOON)
    restore(saved, guide.path, now=NOON, vault=guide.vault)
    kept = guide.vault.get("web")
    assert kept is not None and kept.url == "https://user:first@example.com/feed"
    assert guide.vault.get("later") is None
    aside = guide.folder / "epg.before-restore-20261122T120000Z.secrets"
    for path in (aside, guide.vault.path):
        assert path.stat().st_mode & 0o777 == 0o600
    assert b"second" in aside.read_bytes() and healthy(guide.path)


def test_secrets_stay_as_they_are_unless_asked(guide: Guide, saved: Path) -> None:
    add_provider(guide.db, guide.vault, "later", "https://user:second@example.com/feed", now=NOON)
    restore(saved, guide.path, now=NOON)
    assert guide.vault.get("later") is not None


# --- command line ---


@pytest.fixture
def here(guide: Guide, saved: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(guide.folder)
    return guide.path


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_command(here: Path, capsys: Any) -> None:
    status, out, err = command(capsys, "restore", "epg.backup", "--yes")
    assert (status, out.startswith("restored epg.backup: 1,000 programmes, generation ")) == (0, True)
    assert "the guide as it was is kept in epg.before-restore-" in err
    assert words(here) == [("old", 1000)]
    assert command(capsys, "doctor")[0] == 0


def test_without_a_terminal_it_wants_to_be_told(here: Path, capsys: Any) -> None:
    status, _, err = command(capsys, "restore", "epg.backup")
    assert (status, "add --yes" in err, words(here)) == (2, True, [("new", 3000)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("restore none.backup --yes", "there is no file none.backup"),
        ("restore epg.db --yes", "epg.db is the database itself"),
        ("restore epg.backup --secrets --yes", "there is no epg.backup.secrets"),
        ("--db none/epg.db restore epg.backup", "the folder none does not exist"),
        ("--db . restore epg.backup --yes", ". is a folder"),
    ],
)
def test_wrong_usage(here: Path, capsys: Any, arguments: str, said: str) -> None:
    status, _, err = command(capsys, *arguments.split())
    assert (status, said in err, err.count("\n")) == (2, True, 1)


def test_arguments_are_checked_before_the_lock(here: Path) -> None:
    with import_lock(here, wait=False), pytest.raises(UsageError):
        restore("none.backup", here, now=NOON)


def test_the_files_beside_a_database_are_known() -> None:
    assert [path.name for path in family(Path("epg.db"))] == [
        "epg.db",
        "epg.db-journal",
        "epg.db-wal",
        "epg.db-shm",
    ]
