"""Clients that send nothing, or a byte at a time, and that open many connections; without a proxy in front."""

from __future__ import annotations

import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from epg_web.bounds import slow_clients

from tests.helpers.datasette_helpers import copy_bundle, make_guide, plugin
from tests.helpers.serve_process import served
from tests.helpers.webprocess import web_process

pytestmark = pytest.mark.slow

PATIENCE = 60.0
BODY_SECONDS = plugin("epg_request_checks").BODY_SECONDS
#: the times of the server here: the same bounds, so that a test need not wait for 45 seconds
SHORT_HEAD, SHORT_BODY = 3.0, 4.0
SHORTER = f"""
from datasette import hookimpl
from datasette.plugins import pm
from epg_web.bounds import slow_clients

slow_clients.HEAD_SECONDS = {SHORT_HEAD}


@hookimpl
def startup(datasette):
    pm.get_plugin("epg_request_checks.py").BODY_SECONDS = {SHORT_BODY}
"""


class Server(NamedTuple):
    """`name` is the command that serves; `pid` the process that answers."""

    name: str
    port: int
    pid: int


@pytest.fixture(scope="module", params=["epg-ingest serve", "datasette"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web server whose soft limit of files is low at its start."""
    folder = tmp_path_factory.mktemp("slow") / "bundle"
    folder.mkdir()
    make_guide(copy_bundle(folder) / "epg.db").close()
    trust_nobody(folder)
    (folder / "plugins" / "shorter.py").write_text(SHORTER, encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        if request.param == "datasette":
            with web_process(folder) as web:
                yield Server(request.param, web.port, web.process.pid)
        else:
            with served(folder) as one:
                yield Server(request.param, one.port, one.workers()[0])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def trust_nobody(folder: Path) -> None:
    """Proxies on this machine, where the tests run, would be trusted, and may have as many connections as they like."""
    metadata = folder / "metadata.yaml"
    settings = yaml.safe_load(metadata.read_text(encoding="utf-8"))
    settings.setdefault("plugins", {}).setdefault("datasette-epg", {})["trusted_proxies"] = []
    metadata.write_text(yaml.safe_dump(settings), encoding="utf-8")


def connect(port: int, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE, source_address=(source, 0))


def is_cut(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        while connection.recv(100_000):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def answer(connection: socket.socket) -> bytes:
    """The answer to a question for channels, on a connection that stays open."""
    connection.setblocking(True)
    connection.sendall(b"GET /api/v1/channels HTTP/1.1\r\nHost: x\r\n\r\n")
    body = b""
    while not body.endswith(b"]"):
        part = connection.recv(100_000)
        if not part:
            break
        body += part
    return body


BODY = (
    b"POST /-/epg/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 900000\r\n\r\n"
)
#: what is sent first, and what five times a second
SLOW = {
    "nothing": (b"", b""),
    "a byte": (b"G", b""),
    "no end": (b"GET / HTTP/1.1\r\nHost: x\r\n", b""),
    "a header at a time": (b"GET / HTTP/1.1\r\n", b"A: b\r\n"),
    "an address at a time": (b"GET /", b"a"),
    "a number at a time": (b"POST /-/epg/login HTTP/1.1\r\nHost: x\r\nContent-Length: 10", b"0"),
    "a later request": (b"GET /api/v1/channels HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/chan", b"n"),
    "no body": (BODY, b""),
    "a body at a time": (BODY, b"a"),
}


def test_a_request_has_to_come_in_time(server: Server) -> None:
    """Without this, each of them stays for ever. None goes before its time."""
    assert (slow_clients.HEAD_SECONDS, BODY_SECONDS) == (15.0, 30.0)
    begun, gone = time.monotonic(), {}
    open_ = {name: connect(server.port, "127.0.0.5") for name in SLOW}
    for name, connection in open_.items():
        connection.sendall(SLOW[name][0])
    while open_ and time.monotonic() < begun + PATIENCE:
        time.sleep(0.2)
        for name, connection in list(open_.items()):
            if is_cut(connection):
                open_.pop(name).close()
                gone[name] = time.monotonic() - begun
            else:
                with contextlib.suppress(ConnectionError):
                    connection.sendall(SLOW[name][1])
    assert open_ == {}
    assert {name: seconds for name, seconds in gone.items() if seconds < SHORT_HEAD - 0.1} == {}
    assert min(gone[name] for name in gone if "body" in name) >= SHORT_BODY - 0.1


def test_an_address_has_so_many_connections(server: Server) -> None:
    port = server.port
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    held = [connect(port, "127.0.0.9") for _ in range(slow_clients.MOST + 60)]
    try:
        deadline, cut = time.monotonic() + PATIENCE, 0
        while cut < 60 and time.monotonic() < deadline:
            cut = sum(is_cut(connection) for connection in held)
        assert cut >= 60
        with connect(port, "127.0.0.10") as other:
            assert answer(other).startswith(b"HTTP/1.1 200")
    finally:
        for connection in held:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_process_may_open_many_files(server: Server) -> None:
    (line,) = (
        line
        for line in Path(f"/proc/{server.pid}/limits").read_text().splitlines()
        if line.startswith("Max open files")
    )
    soft, hard = line.split()[3:5]
    assert int(soft) == min(int(hard), slow_clients.FILES)


def test_connections_that_are_kept_open_stay(server: Server) -> None:
    """The time is that of the head of a request. Between two requests, uvicorn's own time holds."""
    with connect(server.port, "127.0.0.6") as connection:
        assert answer(connection).startswith(b"HTTP/1.1 200")
        time.sleep(SHORT_HEAD + 1 if server.name == "epg-ingest serve" else 1)
        assert answer(connection).startswith(b"HTTP/1.1 200")
