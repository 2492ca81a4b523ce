"""`datasette .` for a copied bundle in a process of its own, and a client that sends exactly the given bytes."""

from __future__ import annotations

import http.client
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.helpers.feedserver import unused_port

#: longer than any start on a busy machine
PATIENCE = 60.0


class Reply(NamedTuple):
    """An answer. `text` is all of it, with status line and headers, for searches."""

    status: int
    headers: dict[str, str]
    body: bytes
    text: str


class Web:
    """A running server on `port` of 127.0.0.1. `log` is its output so far."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes], output: Path) -> None:
        self.folder, self.port, self.process, self.output = folder, port, process, output

    @property
    def log(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def says(self, text: str) -> bool:
        """Whether the text appears in the log. A line may arrive later than the answer that it belongs to."""
        end = time.monotonic() + PATIENCE
        while text not in self.log and time.monotonic() < end:
            time.sleep(0.02)
        return text in self.log

    def connect(self, timeout: float = 30, source: str = "127.0.0.1") -> http.client.HTTPConnection:
        """A connection from the address `source`."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(source, 0))

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None,
        source: str = "127.0.0.1",
    ) -> Reply:  # fmt: skip
        """One request on its own connection, from the address `source`. The path is sent unchanged."""
        connection = self.connect(source=source)
        try:
            connection.request(method, path, body, headers or {})
            return reply(connection.getresponse())
        finally:
            connection.close()

    def raw(self, request: bytes) -> Reply | None:
        """Send bytes that need not be HTTP. Returns None if the server hangs up without an answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            response = http.client.HTTPResponse(connection, method=request.partition(b" ")[0].decode())
            try:
                response.begin()
                return reply(response)
            except (http.client.HTTPException, ConnectionError):
                return None


_sources = itertools.count(1)


def new_address() -> str:
    """Another address of this machine. Wrong tokens are counted by address, and tests send many."""
    number = next(_sources)
    return f"127.{1 + number // 62500 % 250}.{1 + number // 250 % 250}.{1 + number % 250}"


def reply(response: http.client.HTTPResponse) -> Reply:
    body = response.read()
    lines = [f"{response.status} {response.reason}", *(f"{k}: {v}" for k, v in response.getheaders())]
    text = "\n".join(lines) + "\n\n" + body.decode("utf-8", "replace")
    return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, body, text)


@contextmanager
def web_process(folder: Path, *arguments: str, python: str = sys.executable, **environ: str) -> Iterator[Web]:
    """`datasette FOLDER` or `datasette FILE` until the end of the block, by the interpreter `python`.

    Raises RuntimeError with its output if it does not start.

    It writes into a pipe, as under systemd or in a container. A log on the disk that an import writes to would make the server
    wait for that disk.
    """
    port, output = unused_port(), folder.parent / f"{folder.name}.log"
    command = [python, "-m", "datasette", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, *arguments],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder if folder.is_dir() else folder.parent,
    )
    output.touch()
    copier = threading.Thread(target=copy, args=(process, output))
    copier.start()
    web = Web(folder, port, process, output)
    try:
        wait_for(web)
        yield web
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        copier.join(PATIENCE)


def copy(process: subprocess.Popen[bytes], output: Path) -> None:
    """Copy the output of a process into a file at once."""
    assert process.stdout
    with output.open("wb", buffering=0) as log, process.stdout as pipe:
        while block := pipe.read1(65536):  # type: ignore[attr-defined]
            log.write(block)


def wait_for(web: Web) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and web.process.poll() is None:
        try:
            web.ask("/-/versions.json")
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{web.log}")
