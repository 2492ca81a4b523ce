"""Runs one import or cleanup in a child process, so that its memory is freed and a crash does not end the scheduler."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..settings.environment import without_secrets

#: seconds that an import may take to end after SIGTERM
PATIENCE = 30.0


@dataclass(frozen=True)
class RunOutcome:
    """How a command ended. `status` is its exit status, negative for a signal. If it ended before its first import, `code` and
    `error` have the reason; else they are empty."""

    status: int
    code: str = ""
    error: str = ""


class Runner:
    """Runs `epg-ingest` commands one at a time, with `environment` added to that of this process.

    Any thread may call `stop`.
    """

    def __init__(self, environment: Mapping[str, str], patience: float = PATIENCE) -> None:
        self.environment, self.patience = dict(environment), patience
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.lock = threading.Lock()

    def run(self, names: Sequence[str]) -> RunOutcome:
        """Import `names` and clean up; without names only clean up. Its log lines go to standard error."""
        options = ("import", "--no-wait", "--trigger", "schedule", "--announce", "--")
        process = self._start([*options, *names] if names else ["cleanup", "--json"])
        if process is None:
            return RunOutcome(-signal.SIGTERM, "stopping")
        assert process.stdout
        said = _read_json(process.stdout.readline() if names else b"")
        process.stdout.read()
        status = process.wait()
        with self.lock:
            self.process = None
        return RunOutcome(status, str(said.get("code", "")), str(said.get("error", "")))

    def refresh_lineups(self) -> RunOutcome:
        """Refresh all line-ups. What is wrong with one goes to standard error, a line for each."""
        process = self._start(["lineups", "refresh", "--trigger", "schedule"])
        if process is None:
            return RunOutcome(-signal.SIGTERM, "stopping")
        assert process.stdout
        process.stdout.read()
        status = process.wait()
        with self.lock:
            self.process = None
        return RunOutcome(status)

    def send_alerts(self) -> RunOutcome:
        """Look at what watches tell of, and send it. What is wrong goes to standard error."""
        process = self._start(["--quiet", "alerts", "send"])
        if process is None:
            return RunOutcome(-signal.SIGTERM, "stopping")
        assert process.stdout
        process.stdout.read()
        status = process.wait()
        with self.lock:
            self.process = None
        return RunOutcome(status)

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes] | None:
        with self.lock:
            if self.stopping:
                return None
            self.process = subprocess.Popen(  # noqa: S603 - this program
                [sys.executable, "-m", "epg_ingest.cli", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                env={**without_secrets(), **self.environment},
                start_new_session=True,  # Ctrl-C is for the scheduler, which then stops it
            )
            return self.process

    def stop(self) -> None:
        """Start nothing more, and end the running command: by SIGTERM, and by SIGKILL after `patience` seconds."""
        with self.lock:
            self.stopping = True
            process = self.process
        if process is not None:
            process.terminate()
            killer = threading.Timer(self.patience, self.kill)
            killer.daemon = True
            killer.start()

    def kill(self) -> None:
        """Kill the running command, if there is one. The guide stays as the last finished import left it."""
        with self.lock:
            if self.process is not None:
                with suppress(ProcessLookupError):
                    self.process.kill()


def _read_json(line: bytes) -> dict[str, object]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {}
