"""The folders of downloads: kept as long as their import runs, removed when it was killed, whatever the clock says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.download.private_folder import private_folder

_HOLD = """
import sys, tempfile, time
from epg_ingest.download.private_folder import private_folder
tempfile.tempdir = sys.argv[1]
with private_folder() as folder:
    (folder / "feed").write_bytes(b"<tv/>")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def other_import(place: Path) -> Iterator[tuple[Path, subprocess.Popen]]:
    """A process that holds a folder, and the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(place)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": ":".join(sys.path)},
    ) as process:  # fmt: skip
        yield Path(process.stdout.readline().strip()), process
        process.kill()


def sweep() -> None:
    with private_folder():
        pass


@pytest.mark.parametrize("age", [0, 3600, 30 * 86_400, -86_400])
def test_the_folder_of_a_running_import_stays(other_import: tuple[Path, subprocess.Popen], age: int) -> None:
    folder, process = other_import
    for path in (folder, *folder.iterdir()):
        os.utime(path, (time.time() - age,) * 2)
    sweep()
    assert (folder / "feed").read_bytes() == b"<tv/>"
    process.stdin.close()
    assert process.wait(10) == 0
    assert not folder.exists()


@pytest.mark.parametrize("age", [0, 3600, 30 * 86_400, -86_400])
def test_the_folder_of_a_killed_import_goes(other_import: tuple[Path, subprocess.Popen], age: int) -> None:
    folder, process = other_import
    process.send_signal(signal.SIGKILL)
    process.wait()
    os.utime(folder, (time.time() - age,) * 2)
    sweep()
    assert not folder.exists()


def test_what_older_versions_left_goes(place: Path) -> None:
    (place / "epg-download-old").mkdir()
    (place / "epg-download-old" / "feed").write_bytes(b"<tv/>")
    sweep()
    assert list(place.iterdir()) == []


def test_only_own_folders_are_touched(place: Path) -> None:
    (place / "target").mkdir()
    (place / "epg-download-link").symlink_to(place / "target")
    (place / "epg-download-file").write_bytes(b"")
    (place / "other").mkdir()
    sweep()
    assert sorted(path.name for path in place.iterdir()) == [
        "epg-download-file", "epg-download-link", "other", "target",
    ]  # fmt: skip
    assert list((place / "target").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make folders of other users")
def test_folders_of_other_users_stay(place: Path) -> None:
    (place / "epg-download-x").mkdir()
    os.chown(place / "epg-download-x", 12345, -1)
    sweep()
    assert list((place / "epg-download-x").iterdir()) == []


def test_many_at_once_do_not_take_one_another_s(place: Path) -> None:
    lost: list[str] = []
    open_: list[str] = []
    done: list[Path] = []

    def work() -> None:
        for _ in range(40):
            with private_folder() as folder:
                (folder / "feed").write_bytes(b"x")
                time.sleep(0.001)
                if not (folder / "feed").exists():
                    lost.append(str(folder))
                if folder.stat().st_mode & 0o077:
                    open_.append(str(folder))
            done.append(folder)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (lost, open_, len(done), list(place.iterdir())) == ([], [], 6 * 40, [])
