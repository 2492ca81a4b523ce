"""`epg-ingest serve` in a process of its own, for tests."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.feedserver import unused_port
from tests.helpers.paths import PYTHONPATH

TOKEN = "a-token-that-is-long-enough"
PATIENCE = 60.0


class Served:
    """A running service on `port` of 127.0.0.1."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, output: Path) -> None:
        self.process, self.port, self.output = process, port, output

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(
        self, path: str, method: str = "GET", body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers by lower-case name, body."""
        connection = self.connect()
        try:
            data = None if body is None else json.dumps(body)
            connection.request(
                method, path, data, {name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = connection.getresponse()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def lines(self) -> list[dict[str, Any]]:
        """The lines of a log in JSON. Only complete lines: the last one may still be on its way."""
        whole = self.output.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines()]

    def workers(self) -> list[int]:
        """Process ids of the web servers."""
        return [pid for pid in self.children() if b"serve_worker" in command_line(pid)]

    def children(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in found.split()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def command_line(pid: int) -> bytes:
    """The command line of a process; empty if the process has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def command(port: int, *arguments: str) -> list[str]:
    before = ["--log-format", "json"]
    return [sys.executable, "-m", "epg_ingest.cli", *before, "serve", "--port", str(port), *arguments]


def environment(**environ: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": PYTHONPATH, "EPG_API_TOKEN": TOKEN, **environ}


def refused(folder: Path, *arguments: str, port: int = 0, **environ: str) -> tuple[int, str]:
    """The exit status and the standard error of a service that does not start; it logs text, not JSON."""
    plain = [
        part for part in command(port or unused_port(), *arguments) if part not in ("--log-format", "json")
    ]
    done = subprocess.run(
        plain, cwd=folder, env=environment(**environ), capture_output=True, text=True, timeout=60
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@contextmanager
def served(
    folder: Path, *arguments: str, start_new_session: bool = False, **environ: str
) -> Iterator[Served]:
    """A service that is ready, for the database `epg.db` in `folder`; it is stopped at the end of the block.

    In a new session it has no terminal.
    """
    port, output = unused_port(), folder / "serve.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            command(port, *arguments),
            cwd=folder,
            env=environment(**environ),
            stdout=log,
            stderr=log,
            start_new_session=start_new_session,
        )
    one = Served(process, port, output)
    try:
        end = time.monotonic() + PATIENCE
        while not any(message.startswith("serving http") for message in one.messages()):
            assert process.poll() is None and time.monotonic() < end, output.read_text()
            time.sleep(0.05)
        yield one
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
