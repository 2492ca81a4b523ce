"""Commands that read make, change and upgrade no file, and a user who may only read can use them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.errors import DatabaseError
from epg_ingest.pipeline.run import import_lock
from epg_ingest.storage.database import STEPS, open_database
from epg_ingest.storage.reading import reading, reading_guide

from tests.helpers.paths import PYTHONPATH, ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, require, require_program, show

pytestmark = pytest.mark.slow

Epg = Callable[..., tuple[int, str, str]]
READING = [
    ["status"], ["status", "--json"], ["providers", "list"], ["providers", "show", "p"], ["channels", "list"],
    ["channels", "candidates"], ["channels", "match"], ["channels", "export"], ["channels", "import", "c.csv", "--dry-run"],
    ["export", "xmltv"], ["export", "csv"], ["export", "ics"], ["export", "ndjson"], ["doctor"], ["doctor", "--quick"],
    ["config"],
]  # fmt: skip
WRITING = [
    ["init"], ["import", "--file", "a.xml", "--provider", "p"], ["providers", "add", "q", "http://127.0.0.1/x"],
    ["cleanup"], ["undo"], ["channels", "update", "c", "--number", "1"], ["channels", "match", "--apply", "1"],
]  # fmt: skip
FIRST = (ROOT / "tests" / "data" / "first_release.sql").read_text()


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str]) -> Epg:
    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files in which nobody else has left any."""
    made = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(made))
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the commands want beside a database."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)
    Path("c.csv").write_text("channel,number\nc,7\n")
    Path("a.xml").write_bytes(feed([show("c", NOON, NOON + HOUR, "News")]))
    return tmp_path


def fill(folder: Path) -> None:
    made = Guide(folder)
    made.load("p", feed([show("c", NOON, NOON + HOUR, "News")], [("c", "Channel")]))
    made.vault.ensure()
    made.close()


def files(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file: contents, mode, and the moment it was last written."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            state = path.stat()
            found[str(path.relative_to(folder))] = (path.read_bytes(), state.st_mode, state.st_mtime_ns)
    return found


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_command_that_reads_leaves_every_file_as_it_was(epg: Epg, folder: Path, command: list[str]) -> None:
    fill(folder)
    before = files(folder)
    status, _, err = epg(*command)
    assert status == 0, err
    assert files(folder) == before


STRANGERS = {
    "plain": "CREATE TABLE accounts (name); INSERT INTO accounts VALUES ('precious')",
    "wal": "PRAGMA journal_mode = WAL; CREATE TABLE accounts (name)",
    "tables of our names": "CREATE TABLE channels (id); CREATE TABLE programs (id); CREATE TABLE generation (number)",
    "migrations of another": (
        "CREATE TABLE _sqlite_migrations (id, migration_set, name, applied_at);"
        "INSERT INTO _sqlite_migrations VALUES (1, 'other', 'm001_guide', '2026')"
    ),
    "a view only": "CREATE VIEW one AS SELECT 1",
}


@pytest.mark.parametrize("command", READING[:-1] + WRITING, ids=" ".join)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_somebody_elses_database_is_refused_and_untouched(
    epg: Epg, folder: Path, command: list[str], stranger: str
) -> None:
    conn = sqlite3.connect("epg.db")
    conn.executescript(STRANGERS[stranger])
    conn.close()
    before = files(folder)
    status, out, err = epg(*command)
    assert status == 1
    assert "is a database, but not a guide" in (out if command[0] == "doctor" else err)
    assert err.count("\n") <= 1
    assert {name: found for name, found in files(folder).items() if name != "epg.secrets"} == before


@pytest.mark.parametrize(
    "text", [b"not a database at all " * 99, b"SQLite format 3\x00 and then nonsense" * 99]
)
@pytest.mark.parametrize("command", [["status"], ["export", "csv"], ["channels", "list"]], ids=" ".join)
def test_a_file_that_is_no_database_is_one_line(
    epg: Epg, folder: Path, command: list[str], text: bytes
) -> None:
    Path("epg.db").write_bytes(text)
    before = files(folder)
    status, out, err = epg(*command)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "is not a usable SQLite database" in err
    assert files(folder) == before


@pytest.mark.parametrize(
    "command", [c for c in READING if c[0] != "config" and c[:2] != ["providers", "show"]], ids=" ".join
)
def test_a_guide_of_the_first_release_is_read_and_not_upgraded(
    epg: Epg, folder: Path, temporary: Path, command: list[str]
) -> None:
    conn = sqlite3.connect("epg.db")
    conn.executescript(FIRST)
    (channel,) = conn.execute("SELECT name FROM channels").fetchone()
    conn.close()
    Path("c.csv").write_text(f"channel,number\n{channel},7\n")
    before = files(folder)
    status, out, err = epg(*command)
    assert status in ((0, 1) if command[0] == "doctor" else (0,)), err
    assert out or command[1] in ("candidates", "match")
    assert "upgrade it with: epg-ingest init" in err or "epg-ingest init" in out
    assert files(folder) == before
    assert os.listdir(temporary) == []


@pytest.mark.parametrize("step", STEPS[1:])
def test_every_upgrade_keeps_a_copy_beside_the_guide(epg: Epg, folder: Path, step: str) -> None:
    """Also one that only adds a column: a person may want to go back to the older version."""
    from epg_ingest.storage.migrations import migrations

    conn = sqlite3.connect("epg.db")
    conn.executescript(FIRST)
    conn.close()
    from sqlite_utils import Database

    migrations.apply(Database("epg.db"), stop_before=step)
    before = Path("epg.db").read_bytes()
    assert epg("status")[0] == 0 and Path("epg.db").read_bytes() == before
    status, _, err = epg("init")
    assert (status, f"epg.db.before-{step}" in err) == (0, True)
    with sqlite3.connect(f"epg.db.before-{step}") as old:
        names = [name for (name,) in old.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert names == list(STEPS[: STEPS.index(step)])


#: each command in a process of its own, which costs less when the modules are there already; prints which one failed
EACH = """
import json, os, sys
from epg_ingest.cli.main import run
for command in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        status = run(command)
        sys.stdout.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        sys.exit(f"{command} ended with status {status}")
"""
PROGRAM = ("-m", "epg_ingest.cli")


def as_reader(
    folder: Path, *command: str, program: Sequence[str] = PROGRAM
) -> subprocess.CompletedProcess[str]:
    """A command by somebody who may only read: the files are given to another user, and root's powers are dropped."""
    require(
        os.geteuid() == 0, "the files of a test cannot be given to another user (run as root: make test-all)"
    )
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 65534, 65534)
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "HOME": "/nonexistent"}
    powerless = [
        require_program("setpriv"),
        "--bounding-set",
        "-dac_override,-dac_read_search,-fowner,-chown",
    ]
    return subprocess.run(
        [*powerless, sys.executable, *program, *command],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def leave(folder: Path, state: str) -> sqlite3.Connection | None:
    """Bring the guide into a state in which a command may find it. Returns what must stay open meanwhile."""
    fill(folder)
    path = folder / "epg.db"
    if state == "at rest":
        return None
    conn = open_database(path).conn
    conn.execute("PRAGMA wal_autocheckpoint = 0")
    conn.execute("UPDATE channels SET display_name = 'Of the log'")
    if state == "in use":
        return conn
    ends = ("", "-wal", "-shm") if state == "killed" else ("", "-wal")
    for end in ends:
        shutil.copy(f"{path}{end}", folder / f"kept{end}")
    conn.close()
    for end in ends:
        os.replace(folder / f"kept{end}", f"{path}{end}")
    return None


@pytest.mark.parametrize("state", ["at rest", "in use", "killed", "killed, without index"])
def test_a_user_who_may_only_read_can(folder: Path, state: str) -> None:
    held = leave(folder, state)
    folder.chmod(0o555)
    before = files(folder)
    done = as_reader(folder, program=["-c", EACH, json.dumps([c for c in READING if c != ["config"]])])
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert ("Of the log" in done.stdout) == (state != "at rest")
    # The index of the log belongs to whoever has the guide open; a reader notes there what it reads.
    changed = {name for name, found in files(folder).items() if found != before.get(name)}
    assert changed == set() and files(folder).keys() == before.keys()
    if held is not None:
        held.close()


def test_the_secrets_stay_with_their_owner(folder: Path) -> None:
    fill(folder)
    folder.chmod(0o755)
    done = as_reader(folder, "providers", "show", "p", "--json")
    assert json.loads(done.stdout)["url"] is None, done.stderr
    assert "only the owner of epg.secrets may read it" in done.stderr
    (folder / "epg.db").chmod(0o600)
    done = as_reader(folder, "status")
    said = "Error: this user may not read epg.db; ask its owner for permission\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_a_file_that_changes_while_it_is_read_without_locks_is_said(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide.close()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    with (
        pytest.raises(DatabaseError, match="was changed while it was read; try again"),
        reading(guide.path) as conn,
    ):
        assert conn.execute("SELECT count(*) FROM channels").fetchone() == (0,)
        with sqlite3.connect(guide.path) as other:
            other.execute("UPDATE generation SET number = number + 1")


def test_nothing_can_be_written_through_it(guide: Guide) -> None:
    guide.close()
    with pytest.raises(DatabaseError), reading_guide(guide.path) as db:
        db.conn.execute("DELETE FROM generation")


def test_status_says_when_an_import_was_killed(epg: Epg, folder: Path) -> None:
    fill(folder)
    with closing(sqlite3.connect("epg.db", isolation_level=None)) as conn:
        conn.execute("UPDATE import_log SET status = 'running', completed_at = NULL")
    before = files(folder)
    assert "failed: the import was interrupted; the guide is as it was before" in epg("status")[1]
    found = json.loads(epg("status", "--json")[1])["providers"][0]["last_import"]
    assert (found["status"], found["error_code"]) == ("failed", "interrupted")
    assert files(folder) == before, "the row is closed by the next import, not by reading"
    with import_lock("epg.db", wait=False):
        assert "running" in epg("status")[1]
