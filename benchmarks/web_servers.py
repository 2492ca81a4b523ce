"""Servers to measure: started on a free port of 127.0.0.1, pinned to a core, with the CPU time they have used. Linux only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import read, tree

HERE = Path(__file__).resolve().parent
TICK = 1 / os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
FLASK_THREADS = 8


class ServerError(Exception):
    """A server did not start; the message ends with its last words."""


@dataclass(frozen=True)
class Server:
    """`pid` leads the processes of the server; `port` is where it listens."""

    name: str
    pid: int
    port: int

    def cpu(self) -> float:
        """CPU seconds, user and system, of the server's processes so far."""
        return sum(cpu_seconds(pid) for pid in tree(self.pid))

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[bytes, dict[str, str]]:
        """One answer: its body, and its headers by lower-case name. Raises `urllib.error.HTTPError`."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers or {})
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def cpu_seconds(pid: int) -> float:
    """From /proc; the name in brackets may hold blanks, so fields count from its end. 0 for a process that is gone."""
    fields = read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK if fields else 0.0


def cores() -> tuple[int | None, int | None]:
    """A core for the servers and another one for the client; None twice where there is only one."""
    found = sorted(os.sched_getaffinity(0))
    return (found[0], found[1]) if len(found) > 1 else (None, None)


def uvicorn(application: str, *options: str) -> list[str]:
    """One worker with the fast parsers and loop, without access log."""
    fast = ("--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning")
    return [
        sys.executable,
        "-m",
        "uvicorn",
        application,
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        *fast,
        *options,
    ]


def guide() -> list[str]:
    return uvicorn("benchmarks.web_asgi:guide", "--factory")


def hello() -> list[str]:
    return uvicorn("benchmarks.web_asgi:hello", "--lifespan", "off")


def flask() -> list[str]:
    """gunicorn keeps idle connections for 2 seconds by default, too short for a client that pauses."""
    worker = (
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        str(FLASK_THREADS),
        "--keep-alive",
        "30",
    )
    quiet = ("--no-control-socket", "--log-level", "warning")
    return [
        sys.executable, "-m", "gunicorn", "benchmarks.web_flask:app", "--bind", "127.0.0.1:{port}", *worker, *quiet,
    ]  # fmt: skip


def datasette(folder: Path) -> list[str]:
    """The command people type; it has one worker and writes an access log."""
    return [sys.executable, "-m", "datasette", "serve", str(folder), "--port", "{port}"]


@contextmanager
def running(
    name: str, command: Sequence[str], folder: Path, core: int | None, ready: str
) -> Iterator[Server]:
    """A server that has answered `ready` once; stopped with all its processes at the end. Raises `ServerError`."""
    port = free_port()
    environment = {
        **os.environ,
        "EPG_BENCH_FOLDER": str(folder),
        "PYTHONPATH": f"{HERE.parent}:{HERE.parent}/ingest",
    }
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            # Threads and workers that start later inherit the core.
            if core is not None:
                os.sched_setaffinity(process.pid, {core})
            server = Server(name, process.pid, port)
            if not answers(server, process, ready):
                output.seek(0)
                raise ServerError(
                    f"{name} does not answer {ready}: {output.read().decode(errors='replace')[-500:]}"
                )
            yield server
        finally:
            stop(process)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answers(server: Server, process: subprocess.Popen[bytes], ready: str) -> bool:
    """Wait until the server answers `ready` with a 2xx; False when it ended or took too long."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            server.get(ready)
            return True
        except urllib.error.HTTPError:
            return False
        except OSError:
            time.sleep(0.05)
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the session the server was started in."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
