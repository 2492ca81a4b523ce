"""What destroys asks on a terminal and needs --yes without one; --dry-run says what it would do; typing errors are noticed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.guide.providers import add_provider
from epg_ingest.storage.backup import backup

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

Epg = Callable[..., tuple[int, str, str]]
REMOVE, MERGE = ["providers", "remove", "uk"], ["channels", "merge", "b", "a"]
RESTORE = ["restore", "old.backup"]
NEW = ["import", "--file", "a.xml", "--provider"]


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str]) -> Epg:
    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.fixture(autouse=True)
def filled(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guide]:
    """A provider with an address and two channels of two programmes, one of which they have in common."""
    monkeypatch.chdir(guide.folder)
    monkeypatch.setenv("EPG_RETENTION_DAYS", "none")
    add_provider(guide.db, guide.vault, "uk", "http://127.0.0.1/secret", now=NOON)
    shows = [
        show(c, NOON + h * HOUR, NOON + (h + 1) * HOUR, f"{c}{h}")
        for c, h in (("a", 0), ("a", 1), ("b", 1), ("b", 2))
    ]
    guide.load("uk", feed(shows, [("a", "First"), ("b", "Second")]))
    Path("a.xml").write_bytes(feed([show("a", NOON, NOON + HOUR, "News")]))
    yield guide


def state(guide: Guide) -> tuple[list[object], object]:
    rows = [
        guide.db.execute(f"SELECT * FROM {table}").fetchall()
        for table in ("providers", "channels", "airings")
    ]
    return rows, guide.vault.get("uk")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            REMOVE,
            "this deletes uk, 4 programmes, 2 mappings and 2 channels that nobody else feeds; it cannot be undone",
        ),
        (MERGE, "this merges b into a: 1 programme moved, 1 removed, and deletes b"),
    ],
)
def test_without_a_terminal_it_needs_yes(guide: Guide, epg: Epg, command: list[str], said: str) -> None:
    before = state(guide)
    status, out, err = epg(*command)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err and err.endswith("; add --yes to say that you mean it\n")
    assert state(guide) == before
    status, out, err = epg(*command, "--yes")
    assert status == 0
    assert out in ("removed uk and 4 programmes\n", "merged b into a: 1 programme moved, 1 removed\n")
    assert state(guide) != before


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (REMOVE, "would delete uk, 4 programmes, 2 mappings and 2 channels that nobody else feeds\n"),
        (MERGE, "would merge b into a: 1 programme moved, 1 removed\n"),
    ],
)
def test_a_dry_run_says_it_and_changes_nothing(guide: Guide, epg: Epg, command: list[str], said: str) -> None:
    before = state(guide)
    assert epg(*command, "--dry-run") == (0, said, "")
    assert epg(*command, "--dry-run", "--yes") == (0, said, "")
    assert state(guide) == before


def test_a_merge_is_taken_back(guide: Guide, epg: Epg) -> None:
    names = guide.db.execute("SELECT name FROM channels ORDER BY 1").fetchall()
    assert epg(*MERGE, "--yes")[2] == "take it back with: epg-ingest undo\n"
    (details,) = guide.db.execute("SELECT details FROM write_log WHERE action = 'channel.merge'").fetchone()
    assert "yes" not in details
    assert epg("undo")[0] == 0
    assert guide.db.execute("SELECT name FROM channels ORDER BY 1").fetchall() == names


def on_terminal(guide: Guide, answer: bytes, *command: str) -> subprocess.CompletedProcess[str]:
    terminal, theirs = pty.openpty()
    os.write(terminal, answer)
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.cli", *command], cwd=guide.folder, env=environ, stdin=theirs,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    os.close(terminal)
    os.close(theirs)
    return done


@pytest.mark.parametrize("command", [REMOVE, MERGE, [*NEW, "new"], RESTORE], ids=" ".join)
@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"No\n", b"\x04", b"y\n"])
def test_on_a_terminal_it_asks(guide: Guide, command: list[str], answer: bytes) -> None:
    """Ctrl-D, the fourth answer, is a no too."""
    backup(guide.path, guide.folder / "old.backup")
    guide.load("uk", feed([show("a", NOON, NOON + HOUR, "Later")]), force=True)
    before = state(guide)
    done = on_terminal(guide, answer, *command)
    question, _, said = done.stderr.partition("? [y/N]: ")
    assert question and "\n" not in question, done.stderr
    if answer == b"y\n":
        assert (done.returncode, state(guide) == before) == (0, False), done.stderr
    else:
        assert (done.returncode, done.stdout, said.lstrip("\n")) == (1, "", "nothing was changed\n")
        assert state(guide) == before


@pytest.mark.parametrize("name", ["ukk", "u", "uk2", "UK", "ku"])
def test_a_mistyped_provider_is_not_made(guide: Guide, epg: Epg, name: str) -> None:
    before = state(guide)
    status, out, err = epg(*NEW, name)
    if "did you mean" in err or status == 2:
        assert (status, out, state(guide)) == (2, "", before)
        assert "Add a new one with --yes" in err or "already a provider" in err
    else:
        assert name == "u", err
    assert epg(*NEW, "zebra-television")[0] == 0, "a name that resembles none is made without a question"


def test_a_mistyped_name_may_be_meant(guide: Guide, epg: Epg) -> None:
    assert epg(*NEW, "uk2", "--yes")[0] == 0
    assert epg(*NEW, "uk2")[0] == 0


def test_the_first_provider_of_a_guide_is_made_unasked(tmp_path: Path, epg: Epg) -> None:
    assert epg("--db", "new.db", *NEW, "uk")[0] == 0


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("improt", "import"), ("stauts", "status"), ("provider", "providers"), ("backupp", "backup"), ("Export", "export"),
        ("settings", "config"), ("start", "serve"), ("providers ad", "add"), ("providers delete", "remove"),
        ("providers ls", "list"), ("channels candidate", "candidates"), ("channels rename", None), ("export xmltvv", "xmltv"),
        ("export json", "ndjson"), ("qqqq", None),
    ],
)  # fmt: skip
def test_a_mistyped_command_is_answered_with_what_it_may_mean(
    epg: Epg, command: str, meant: str | None
) -> None:
    status, out, err = epg(*command.split())
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"Error: No such command {command.split()[-1]!r}; ")
    assert (f"did you mean {meant}" in err) if meant else ("--help" in err)
