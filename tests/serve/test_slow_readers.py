"""Clients that do not read what they asked for: a server of uvicorn's in this process, with short times."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from epg_web.bounds import slow_clients

#: bytes of an answer; the large one does not fit into the buffers of the system
SIZES = {"/large": 40_000_000, "/middle": 2_000_000}


async def app(scope: Any, receive: Any, send: Any) -> None:
    size = SIZES[scope["path"]]
    headers = [(b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * size})


class Running(uvicorn.Server):
    """A server whose connections can be counted."""

    def client(self, path: str) -> socket.socket:
        """A client that has asked for the path and has read nothing. It takes little at a time."""
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        found.connect(self.servers[0].sockets[0].getsockname())
        found.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return found

    async def has(self, count: int) -> None:
        """Return when so many connections are open. Raises TimeoutError when they never are."""
        end = time.monotonic() + 20
        while len(self.server_state.connections) != count:
            if time.monotonic() > end:
                raise TimeoutError
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running() -> AsyncIterator[Running]:
    config = uvicorn.Config(
        app, port=0, lifespan="off", log_config=None, timeout_keep_alive=1, http=slow_clients.BoundedProtocol
    )
    server = Running(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 30)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "LATE", 0.3)
    monkeypatch.setattr(slow_clients, "SLOWEST", 10**9)


async def test_an_answer_that_nobody_reads_ends(short: None) -> None:
    """Without the bound, a client holds its connection and the answer for ever."""
    async with running() as server:
        with server.client("/large"):
            await server.has(1)
            await server.has(0)


async def test_what_was_sent_before_the_end_does_not_hold_the_connection(
    short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uvicorn closes an idle connection, but what the client has not read keeps it open. This is for less than what makes a
    transport pause, which is 64 kB beyond the buffers of the system."""
    monkeypatch.delattr(slow_clients.BoundedProtocol, "pause_writing")
    async with running() as server:
        with server.client("/large"):
            await server.has(1)
            await server.has(0)


async def test_who_reads_gets_everything(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "LATE", 20.0)
    async with running() as server:
        with server.client("/middle") as client:
            got = await asyncio.to_thread(all_of, client)
    assert got.count(b"x") >= SIZES["/middle"]


def all_of(client: socket.socket) -> bytes:
    client.settimeout(20)
    parts = []
    while part := client.recv(100_000):
        parts.append(part)
    return b"".join(parts)


async def test_the_server_stops_without_those_who_read_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients.BoundedProtocol, "shutdown_seconds", 0.2)
    begun = time.monotonic()
    async with running() as server:
        client = server.client("/large")
        await server.has(1)
    client.close()
    # The bound that holds while it runs is half a minute at least.
    assert time.monotonic() - begun < 15
