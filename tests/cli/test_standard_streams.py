"""Commands whose standard output is full or closed: one line, and the work is done."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import HOUR, NOON, Guide, device, feed, show

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _folder(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EPG_RETENTION_DAYS", "none")
    guide.load("p", feed([show("c", NOON, NOON + HOUR, "News")]))
    Path("feed.xml").write_bytes(feed([show("c", NOON, NOON + HOUR, "News")]))


COMMANDS = [
    ["status"], ["status", "--json"], ["providers", "list"], ["channels", "list", "--json"], ["export", "csv"],
    ["export", "xmltv"], ["export", "ics"], ["export", "ndjson"], ["config"], ["doctor"], ["channels", "export"], ["--help"],
    ["--version"], ["import", "--file", "feed.xml", "--provider", "p", "--json"], ["export", "csv", "--output", "-"],
]  # fmt: skip


def run_process(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    return subprocess.run(
        [sys.executable, "-m", "epg_ingest.cli", *command], env=environ, stderr=subprocess.PIPE, text=True, timeout=60, **more,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_standard_output_on_a_full_disk_is_one_line(command: list[str], tmp_path: Path) -> None:
    with open(device(tmp_path / "full", "full"), "wb") as full:
        done = run_process(command, stdout=full)
    assert done.returncode == 1
    said = "Error: cannot write the output: No space left on device; free some space, or write it elsewhere\n"
    assert (
        done.stderr.endswith(said) and "Traceback" not in done.stderr and done.stderr.count("Error") == 1
    ), done.stderr


@pytest.mark.parametrize(
    "command",
    [["status"], ["--quiet", "config"], ["export", "csv"], ["export", "xmltv"], ["--help"], ["--version"]],
    ids=" ".join,
)
def test_a_closed_standard_output_is_one_line(guide: Guide, command: list[str]) -> None:
    guide.close()
    done = run_process(command, preexec_fn=lambda: os.close(1))
    said = "cannot write the output: standard output is closed; open it, or redirect it to a file"
    assert (done.returncode, done.stderr) == (1, f"Error: {said}\n")


@pytest.mark.parametrize("closed", [[1], [0, 1], [0, 1, 2]])
def test_a_file_is_written_whatever_stream_is_closed(guide: Guide, closed: list[int]) -> None:
    guide.close()
    before = guide.path.read_bytes()

    def close() -> None:
        for number in closed:
            os.close(number)

    done = run_process(["--quiet", "export", "csv", "--output", "out.csv"], preexec_fn=close)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("out.csv").read_bytes().startswith(b"channel")
    assert guide.path.read_bytes() == before


def test_an_import_does_its_work_whatever_stream_is_closed(guide: Guide) -> None:
    guide.close()
    for name in ("one", "two"):
        assert run_process(["providers", "add", name, os.path.abspath("feed.xml")]).returncode == 0
    done = run_process(["import", "one", "two"], preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr.count("standard output is closed")) == (1, 1), done.stderr
    with closing(sqlite3.connect(guide.path)) as conn:
        found = conn.execute("SELECT status FROM import_log WHERE provider_id > 1").fetchall()
    assert found == [("success",), ("success",)]


@pytest.mark.parametrize("size", [0, 10, 4096])
def test_standard_output_at_a_limit_of_file_sizes_is_one_line(size: int) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with open("out", "wb") as out:
        done = run_process(
            ["export", "csv", "--help"] if size == 4096 else ["config"], stdout=out, preexec_fn=limit
        )
    if size == 4096:
        assert done.returncode == 0
    else:
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "cannot write the output: File too large" in done.stderr
