"""SIGINT and SIGTERM at any moment of a command: exit status 130 or 143, no traceback, at most one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from tests.helpers.paths import PYTHONPATH, ROOT

pytestmark = pytest.mark.slow

#: the console script, which tells that its first line has run: what comes before is Python's own start
SCRIPT = """
import os
from epg_ingest.cli.__main__ import main
os.write(1, b"!")
main()
"""
MOMENTS = 13
SAID = b"Error: interrupted; the guide is as the last finished import left it\n"


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A folder with a small feed and the database that it was imported into once."""
    (tmp_path / "feed.xml").write_text(feed(channels=1))
    (tmp_path / "temporary").mkdir()
    with start(tmp_path) as first:
        assert first.wait(60) == 0
    return tmp_path


def feed(channels: int) -> str:
    """A feed of the next 24 hours on so many channels."""
    hour = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    times = [(hour + timedelta(hours=number)).strftime("%Y%m%d%H%M%S +0000") for number in range(25)]
    programmes = "".join(
        f'<programme start="{start}" stop="{stop}" channel="{channel}"><title>News</title></programme>'
        for channel in range(channels)
        for start, stop in pairwise(times)
    )
    return f"<tv>{programmes}</tv>"


def start(folder: Path, *before: str) -> subprocess.Popen[bytes]:
    """An import of the feed; `!` on its standard output when the first line of the program has run."""
    command = [
        sys.executable,
        "-c",
        SCRIPT,
        "-q",
        "import",
        "--force",
        "--file",
        "feed.xml",
        "--provider",
        "uk",
    ]
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "TMPDIR": str(folder / "temporary")}
    return subprocess.Popen(
        [*before, *command],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def interrupted(
    folder: Path, number: int, delay: float, send: Callable[[int, int], None] = os.kill
) -> tuple[int, bytes]:
    """The exit status and the standard error of an import that gets a signal `delay` seconds after its first line."""
    with start(folder) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.read(1) == b"!"
            time.sleep(delay)
            send(running.pid, number)
            _, err = running.communicate(timeout=60)
        finally:
            running.kill()
    return running.returncode, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_ends_an_import_quietly(guide: Path, number: int) -> None:
    begun = time.monotonic()
    with start(guide) as whole:
        whole.communicate(timeout=60)
    length = time.monotonic() - begun
    statuses = []
    for moment in range(MOMENTS):
        status, err = interrupted(guide, number, length * moment / (MOMENTS - 1))
        assert status in (0, 128 + number), err
        assert err in (b"", SAID), err
        statuses.append(status)
    assert 128 + number in statuses
    assert list((guide / "temporary").iterdir()) == []


def test_ctrl_c_at_a_terminal_ends_worker_processes_quietly(guide: Path) -> None:
    """A terminal sends SIGINT to the whole process group, and a large import starts processes for itself."""
    (guide / "feed.xml").write_text(feed(channels=1500))
    statuses = []
    for tenths in range(4, 16, 3):
        status, err = interrupted(guide, signal.SIGINT, tenths / 10, os.killpg)
        assert status in (0, 130) and err in (b"", SAID), err
        statuses.append(status)
    assert 130 in statuses


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(guide: Path) -> None:
    """As a shell without job control starts what ends in `&`."""
    ignoring = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    with start(guide, sys.executable, "-c", ignoring) as running:
        assert running.stdout is not None
        assert running.stdout.read(1) == b"!"
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")


#: a command during which a signal comes while its code runs
DURING = """
import os, signal, time
from epg_ingest.cli import main as cli

def come():
    os.kill(os.getpid(), signal.{name})
    sum(range(10))

class Deleted:
    def __del__(self):
        come()

class Named:
    def __set_name__(self, owner, name):
        come()

def run(args):
    {code}
    time.sleep(30)
    print("went on")
    return 0

cli.run = run
cli.main([])
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    "code",
    ["Deleted()", "type('Owner', (), {'named': Named()})", "exec('come()', globals())"],
    ids=["destructor", "class", "exec"],
)
def test_a_signal_is_neither_lost_nor_changed(tmp_path: Path, name: str, code: str) -> None:
    """Python drops what a destructor raises, and makes another exception of what comes while a class is made."""
    module = tmp_path / "during.py"
    module.write_text(DURING.format(name=name, code=code))
    done = subprocess.run(
        [sys.executable, "-m", "during"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{PYTHONPATH}{os.pathsep}{tmp_path}"},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (128 + getattr(signal, name), b"")
    assert done.stderr in (b"", SAID)


def test_the_program_is_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.cli", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout[:17]) == (0, "Usage: epg-ingest")
