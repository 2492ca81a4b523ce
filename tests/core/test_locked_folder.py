"""Folders of killed commands are found by `doctor` and removed by the next import; those of running ones are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.care.doctor import Patient, examine, treat
from epg_ingest.core.locked_folder import NAMES, abandoned, locked_folder, sweep

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import HOUR, NOON, Guide, feed, show

_HOLD = """
import sys, tempfile
from epg_ingest.core.locked_folder import locked_folder
tempfile.tempdir = sys.argv[1]
with locked_folder(sys.argv[2]) as folder:
    (folder / "part1").write_bytes(b"x" * 1000)
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(params=NAMES)
def held(place: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A process that holds a folder, and the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(place), request.param],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": PYTHONPATH},
    ) as process:  # fmt: skip
        assert process.stdout
        yield Path(process.stdout.readline().strip()), process
        process.kill()


def leftovers(guide: Guide) -> tuple[str, str]:
    (found,) = [f for f in examine(Patient(guide.path, guide.vault.path)) if f.check == "leftovers"]
    return found.status, found.message


def test_only_those_that_no_process_holds(guide: Guide, held: tuple[Path, subprocess.Popen[str]]) -> None:
    folder, process = held
    sweep()
    assert (folder / "part1").exists() and abandoned() == []
    assert leftovers(guide)[0] == "ok"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert abandoned() == [folder]
    status, said = leftovers(guide)
    assert status == "problem" and str(folder) in said
    guide.load("p", feed([show("c", NOON, NOON + HOUR, "News")]))
    assert not folder.exists()


def test_doctor_removes_them(guide: Guide, held: tuple[Path, subprocess.Popen[str]]) -> None:
    folder, process = held
    patient = Patient(guide.path, guide.vault.path)
    process.kill()
    process.wait()
    treat(patient, examine(patient))
    assert not folder.exists()


def test_the_stage_of_a_killed_import_goes_with_the_next(guide: Guide, place: Path) -> None:
    """Killed when the parts have names: before the parsers have opened them."""
    shows = [
        show(f"c{n}", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"t {n} {h}")
        for n in range(9)
        for h in range(9)
    ]
    (guide.folder / "body").write_bytes(feed(shows))
    guide.close()
    code = (
        "import os, signal, sys, tempfile\n"
        "from pathlib import Path\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "from epg_ingest.stage.tables import Stage\n"
        "from functools import partial\n"
        "from epg_ingest.pipeline import feed_import\n"
        "feed_import.ParserPool = partial(feed_import.ParserPool, small=1000)\n"
        "from tests.helpers.support import Guide\n"
        "part = Stage.part\n"
        "def die(self):\n"
        "    part(self)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Stage.part = die\n"
        "Guide(Path(sys.argv[2])).load('p', Path(sys.argv[2], 'body').read_bytes(), workers=2)\n"
    )
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run([sys.executable, "-c", code, str(place), str(guide.folder)], env=environ)
    assert done.returncode == -signal.SIGKILL
    assert [path.name.rpartition("-")[0] for path in sorted(place.iterdir())] == ["epg-stage"]
    again = Guide(guide.folder)
    again.load("p", (guide.folder / "body").read_bytes(), workers=2)
    assert list(place.iterdir()) == []
    again.close()


def test_links_and_foreign_names_stay(place: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lock").touch()
    (place / "epg-stage-link").symlink_to(tmp_path / "mine")
    (place / "epg-other").mkdir()
    sweep()
    assert (tmp_path / "mine" / "lock").exists() and len(list(place.iterdir())) == 2 and abandoned() == []


def test_a_folder_is_private_and_gone_at_the_end(place: Path) -> None:
    with locked_folder("epg-stage-") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []
