"""Messages name what is there, and what helps: folders, devices, full disks, bad backups, numbers of one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.errors import FeedError
from epg_ingest.core.models import Problems
from epg_ingest.pipeline.unusable import nothing_usable
from epg_ingest.storage.sqlite_errors import translate

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import HOUR, NOON, Guide, device, feed, show

Epg = Callable[..., tuple[int, str, str]]


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str]) -> Epg:
    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.fixture(autouse=True)
def _folder(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EPG_RETENTION_DAYS", "none")
    guide.load("p", feed([show("c", NOON, NOON + HOUR, "News")]))
    Path("folder").mkdir()
    Path("bad.backup").write_bytes(b"SQLite format 3\x00" + b"nonsense" * 999)
    Path("text.backup").write_bytes(b"no database " * 999)
    Path("feed.xml").write_bytes(feed([show("c", NOON, NOON + HOUR, "News")]))


@pytest.mark.parametrize(
    ("command", "said", "status"),
    [
        ("import --file folder --provider p", "folder is a folder; name a file in it", 2),
        ("import --file none --provider p", "there is no file none; check the path", 2),
        ("import --file feed.xml/x --provider p", "there is no file feed.xml/x; check the path", 2),
        ("check folder", "folder is a folder; name a file in it", 2),
        ("check none", "there is no file none, and there is no provider 'none'", 2),
        ("restore folder --yes", "folder is a folder; name a file in it", 2),
        ("restore none --yes", "there is no file none; check the path", 2),
        ("restore /dev/null --yes", "/dev/null is a device or a pipe, and a backup must be a file", 2),
        ("providers add q folder", "that path is a folder; name a file in it", 2),
        ("--db /dev/null status", "/dev/null is a device or a pipe, and the guide must be a file", 2),
        ("--db /dev/null init", "/dev/null is a device or a pipe, and the guide must be a file", 2),
        ("--db folder status", "folder is a folder; name a file in it, such as folder/epg.db", 2),
        ("--db folder doctor", "folder is a folder; name a file in it, such as folder/epg.db", 2),
        (
            "restore bad.backup --yes",
            "bad.backup is not a usable SQLite database; name a different backup",
            1,
        ),
        (
            "restore text.backup --yes",
            "text.backup is not a usable SQLite database; name a different backup",
            1,
        ),
        (
            "--db bad.backup status",
            "bad.backup is not a usable SQLite database; restore a backup or move it away",
            1,
        ),
    ],
)
def test_what_is_there_is_named(epg: Epg, command: str, said: str, status: int) -> None:
    found, out, err = epg(*command.split())
    assert (found, out, err.count("\n")) == (status, "", 1), err
    assert err.startswith(f"Error: {said}"), err


@pytest.mark.parametrize(
    "command",
    ["check it", "import --file it --provider p", "channels import it", "providers import it", "lineups review tv it --import"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["zero", "null"])
def test_a_device_is_no_file(epg: Epg, command: str, kind: str) -> None:
    device(Path("it"), kind)
    assert epg(*command.split()) == (2, "", "Error: it is a device; name a file\n")


@pytest.mark.parametrize(
    "command", ["check pipe", "import --provider p --file pipe", "import --provider p --file -"]
)
def test_a_pipe_without_end_is_read_to_the_limit(guide: Guide, command: str) -> None:
    os.mkfifo("pipe")
    shell = f"yes > pipe & exec {sys.executable} -m epg_ingest.cli {command}"
    shell += " < pipe" if command.endswith("-") else ""
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "EPG_DOWNLOAD_MAX_BYTES": "1000000"}
    done = subprocess.run(["sh", "-c", shell], env=environ, capture_output=True, text=True, timeout=60)
    said = "the feed is larger than 977 KiB; raise download.max_bytes if it should be"
    assert (done.returncode, done.stderr) == (1, f"Error: {said}\n")


@pytest.mark.parametrize("command", ["import --file pipe --provider p", "check pipe"])
def test_a_feed_may_come_through_a_named_pipe(guide: Guide, command: str) -> None:
    """As in `epg-ingest check <(zcat feed.xml.gz)`."""
    os.mkfifo("pipe")
    shell = f"cat feed.xml > pipe & exec {sys.executable} -m epg_ingest.cli {command}"
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(["sh", "-c", shell], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_a_number_of_one_is_once(count: int) -> None:
    problems = Problems()
    problems.add("badstart", 1, "c", "no time", count)
    error = nothing_usable(b"<tv/>", count, problems, "")
    assert isinstance(error, FeedError)
    words = {1: "once badstart", 2: "2 times badstart", 1000: "1,000 times badstart"}
    assert f"; {words[count]}: no time;" in error.message and "1 times" not in error.message


def test_an_error_of_the_disk_is_no_full_disk(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    assert "check the disk" in translate(error, guide.path).message
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 0}))
    assert "no room left on the disk" in translate(error, guide.path).message


def test_ctrl_c_closes_the_log_row(guide: Guide) -> None:
    shows = [
        show(f"c{n}", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"t {n} {h}")
        for n in range(80)
        for h in range(150)
    ]
    Path("big.xml").write_bytes(feed(shows))
    guide.close()
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-m", "epg_ingest.cli", "import", "--file", "big.xml", "--provider", "p"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            with sqlite3.connect(guide.path) as conn:
                if conn.execute("SELECT 1 FROM import_log WHERE status = 'running'").fetchone():
                    break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 130), err
    with sqlite3.connect(guide.path) as conn:
        rows = conn.execute("SELECT status, error_code FROM import_log ORDER BY id").fetchall()
    assert rows[-1] in (("failed", "interrupted"), ("success", None))
    assert (process.returncode == 130) == (rows[-1][1] == "interrupted"), err


@pytest.mark.parametrize("on", [True, False])
def test_with_server_debug_errors_come_with_a_traceback(
    epg: Epg, monkeypatch: pytest.MonkeyPatch, on: bool
) -> None:
    monkeypatch.setenv("EPG_SERVER_DEBUG", "on" if on else "off")
    status, _, err = epg("providers", "show", "nobody")
    assert (status, "Traceback" in err, err.startswith("Error: there is no provider")) == (2, on, True)
