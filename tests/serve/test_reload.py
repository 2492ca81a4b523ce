"""SIGHUP: a service without a terminal takes over new settings; no request is lost, and bad settings change nothing."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.core.signals import stop_and_reload

from tests.helpers.paths import PYTHONPATH
from tests.helpers.serve_process import Served, served

pytestmark = pytest.mark.slow


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


CODE = "import signal; from epg_ingest.core.signals import stop_and_reload; print(signal.SIGHUP in stop_and_reload()[0])"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_hangup_ends_what_has_a_terminal(terminal: bool) -> None:
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    if not terminal:
        done = subprocess.run(
            [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, start_new_session=True
        )
        assert done.stdout == "False\n"
        return
    pid, terminal_file = pty.fork()
    if not pid:
        os.execve(sys.executable, [sys.executable, "-c", CODE], environ)
    said = os.read(terminal_file, 1000)
    os.waitpid(pid, 0)
    os.close(terminal_file)
    assert said.strip() == b"True"


def test_the_signals_are_those_of_a_service() -> None:
    stop, reload = stop_and_reload()
    assert {signal.SIGTERM, signal.SIGINT} <= stop and not stop & reload
    assert stop | reload == {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def reload(web: Served, folder: Path, text: str) -> None:
    (folder / "config.yaml").write_text(text)
    web.process.send_signal(signal.SIGHUP)


def said(web: Served, text: str) -> int:
    return sum(text in message for message in web.messages())


def test_new_workers_take_over_and_no_request_is_lost(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("server: {workers: 1}\n")
    with served(tmp_path, start_new_session=True) as web:
        before = web.workers()
        assert len(before) == 1
        reload(web, tmp_path, "server: {workers: 2}\n")
        answers = []
        while not said(web, "reloaded"):
            answers.append(web.ask("/api/v1/channels")[0])
        wait_for(lambda: len(web.workers()) == 2 and not set(web.workers()) & set(before))
        answers += [web.ask("/api/v1/channels")[0] for _ in range(5)]
        assert set(answers) == {200} and said(web, "starting it again") == 0
        assert web.process.poll() is None
        assert web.stop() == 0


REFUSED = {
    "server: {workers: many}\n": "server.workers must be a whole number from 1",
    "server: {workers: 1\n": "is not YAML",
    "database: {path: other.db}\n": "database.path was changed; that takes effect when the service is restarted",
    "server: {host: 127.0.0.2}\n": "server.host was changed",
}


def test_settings_that_cannot_be_taken_over_change_nothing(tmp_path: Path) -> None:
    with served(tmp_path, start_new_session=True) as web:
        before = web.workers()
        for times, (text, reason) in enumerate(REFUSED.items(), 1):
            reload(web, tmp_path, text)
            wait_for(lambda n=times: said(web, "not reloaded, everything goes on as before") == n)
            assert said(web, reason) == 1
            assert web.workers() == before and web.ask("/api/v1/channels")[0] == 200
        assert not (tmp_path / "other.db").exists()
        reload(web, tmp_path, "server: {workers: 1}\n")
        wait_for(lambda: said(web, "reloaded") > len(REFUSED) and not set(web.workers()) & set(before))
        assert web.ask("/api/v1/channels")[0] == 200


def test_of_several_quick_reloads_the_last_settings_count(tmp_path: Path) -> None:
    """The second comes while the processes of the first are starting; between them, a bad file."""
    with served(tmp_path, start_new_session=True) as web:
        before = web.workers()
        for text in (
            "server: {workers: 2}\n",
            "server: {workers: no}\n",
            "server: {workers: 1}\n",
            "server: {workers: 3}\n",
        ):
            reload(web, tmp_path, text)
            time.sleep(0.05)
        wait_for(lambda: len(web.workers()) == 3 and not set(web.workers()) & set(before))
        assert said(web, "reloaded") >= 1 and web.ask("/api/v1/channels")[0] == 200
        assert web.process.poll() is None


def test_a_scheduler_that_is_told_many_times_goes_on(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-m", "epg_ingest.cli"]
    subprocess.run([*command, "init"], cwd=tmp_path, env=environ, check=True, capture_output=True)
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "schedule"], cwd=tmp_path, env=environ, stderr=file, start_new_session=True
        )
    try:
        wait_for(lambda: "next at" in log.read_text())
        for minute in range(40):
            (tmp_path / "config.yaml").write_text(
                f"scheduler: {{import_time: '04:{minute + 10}', jitter_minutes: 0}}\n"
            )
            process.send_signal(signal.SIGHUP)
            time.sleep(0.002 * (minute % 7))
        wait_for(lambda: "T04:49:00Z" in log.read_text())
        assert process.poll() is None
    finally:
        process.terminate()
    assert process.wait(60) == 0


def test_workers_that_cannot_start_are_given_up(tmp_path: Path) -> None:
    """The settings are good, but Datasette's own are not."""
    with served(tmp_path, start_new_session=True) as web:
        before = web.workers()
        (tmp_path / "metadata.yaml").write_text("plugins: {datasette-epg: {health: {nonsense: 1}}}\n")
        web.process.send_signal(signal.SIGHUP)
        wait_for(lambda: said(web, "not reloaded"))
        wait_for(lambda: web.workers() == before)
        assert web.ask("/api/v1/channels")[0] == 200


def test_the_scheduler_is_never_there_twice(tmp_path: Path) -> None:
    with served(tmp_path, "--schedule", start_new_session=True) as web:
        (old,) = set(web.children()) - set(web.workers())
        reload(web, tmp_path, "scheduler: {import_time: 0415}\n")
        wait_for(lambda: old not in web.children() and len(web.children()) == 2)
        assert said(web, "another scheduler runs") == 0
        (new,) = set(web.children()) - set(web.workers())
        wait_for(lambda: b"EPG_SCHEDULER_IMPORT_TIME=04:15" in Path(f"/proc/{new}/environ").read_bytes())


def test_schedule_alone_reads_its_settings_again(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "epg_ingest.cli", "schedule"]
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    subprocess.run([*command[:-1], "init"], cwd=tmp_path, env=environ, check=True, capture_output=True)
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=file, start_new_session=True)
    try:
        wait_for(lambda: log.read_text().count("next at") == 1)
        for text, wanted in (
            ("{import_time: 99}", "not reloaded"),
            ("{import_time: 0415, jitter_minutes: 0}", "T04:15:00Z"),
        ):
            (tmp_path / "config.yaml").write_text(f"scheduler: {text}\n")
            process.send_signal(signal.SIGHUP)
            wait_for(lambda wanted=wanted: wanted in log.read_text())  # type: ignore[misc]
        assert process.poll() is None
    finally:
        process.terminate()
    assert process.wait(60) == 0
