"""A light HTTP/1.1 client: keep-alive connections that ask as fast as they are answered. A process of its own.

Reads a JSON object from stdin, prints one on stdout: see `Load` and `Result`. Every answer must have the status that
was asked for, or the run ends with an error: a fast error page is no result.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import cast

import uvloop

FORMAT = "%Y-%m-%dT%H:%M:%SZ"
END_OF_HEAD, END_OF_CHUNKS = b"\r\n\r\n", b"\r\n0\r\n\r\n"
LENGTH, CHUNKED = b"\r\ncontent-length:", b"\r\ntransfer-encoding: chunked"

#: seconds that the last answers may take longer than the load
PATIENCE = 30


@dataclass(frozen=True)
class Load:
    """What to ask. `{start}` in `path` is `start` (UTC), each time a second later, `{end}` a day after it.

    `core` is where the client runs, None for anywhere.
    """

    port: int
    path: str
    seconds: float
    start: str = "2026-01-01T00:00:00Z"
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    connections: int = 8
    core: int | None = None


@dataclass(frozen=True)
class Result:
    """Answers that came whole, the seconds they took, and the largest one's bytes without its head."""

    requests: int
    seconds: float
    largest: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Wrong(Exception):
    """The server answered something else than was asked for, or closed the connection."""


class Requests:
    """The bytes of each next request; shared by the connections, so that none is asked twice."""

    def __init__(self, load: Load) -> None:
        headers = "".join(f"{name}: {value}\r\n" for name, value in load.headers.items())
        self.rest = f" HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n{headers}\r\n"
        self.path, self.moving = load.path, "{start}" in load.path
        self.fixed = f"GET {load.path}{self.rest}".encode()
        self.start = datetime.strptime(load.start, FORMAT)
        self.numbers = count()

    def next(self) -> bytes:
        if not self.moving:
            return self.fixed
        return f"GET {at(self.path, self.start + timedelta(seconds=next(self.numbers)))}{self.rest}".encode()


def at(path: str, start: datetime) -> str:
    """The path for one start."""
    end = start + timedelta(days=1)
    return path.replace("{start}", start.strftime(FORMAT)).replace("{end}", end.strftime(FORMAT))


class Connection(asyncio.Protocol):
    """One request at a time until `deadline`; `done` becomes the number of answers, or the error."""

    def __init__(self, requests: Requests, status: int, deadline: float) -> None:
        self.requests, self.deadline = requests, deadline
        self.expected = f"HTTP/1.1 {status} ".encode()
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.answers = self.largest = self.seen = 0
        self.head, self.tail = b"", b""
        #: bytes of the body, -1 when it is chunked, None before the head is complete
        self.length: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.requests.next())

    def data_received(self, data: bytes) -> None:
        if self.length is None:
            data = self.read_head(data)
            if self.length is None:
                return
        self.seen += len(data)
        self.tail = (self.tail + data)[-len(END_OF_CHUNKS) :] if self.length < 0 else b""
        if self.seen == self.length or (self.length < 0 and self.tail.endswith(END_OF_CHUNKS)):
            self.answered()

    def read_head(self, data: bytes) -> bytes:
        """What follows the head; nothing while it is incomplete."""
        self.head += data
        head, end, body = self.head.partition(END_OF_HEAD)
        if not end:
            return b""
        if not head.startswith(self.expected):
            self.fail(f"{head[:60]!r} {body[:200]!r}")
            return b""
        # The blank line's first break stands before the body, where the end of no chunks at all is looked for.
        self.length, self.tail = body_length(head), b"\r\n"
        return body

    def answered(self) -> None:
        self.answers += 1
        self.largest = max(self.largest, self.seen)
        self.head, self.tail, self.length, self.seen = b"", b"", None, 0
        if time.perf_counter() < self.deadline:
            self.transport.write(self.requests.next())
        elif not self.done.done():
            self.done.set_result(self.answers)
            self.transport.close()

    def fail(self, message: str) -> None:
        if not self.done.done():
            self.done.set_exception(Wrong(message))
        self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.fail(f"connection closed after {self.answers} answers: {error}")


def body_length(head: bytes) -> int:
    """Bytes of the body by its head, -1 for chunks; an answer with neither has none (304)."""
    lower = head.lower()
    if CHUNKED in lower:
        return -1
    _, found, rest = lower.partition(LENGTH)
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def drive(load: Load) -> Result:
    """Load the server. Raises `Wrong`, OSError when nobody listens, `asyncio.TimeoutError` for an answer without end."""
    loop = asyncio.get_running_loop()
    requests = Requests(load)
    started = time.perf_counter()
    connections = []
    for _ in range(load.connections):
        _, connection = await loop.create_connection(
            lambda: Connection(requests, load.status, started + load.seconds), "127.0.0.1", load.port
        )
        connections.append(connection)
    last = asyncio.gather(*(connection.done for connection in connections))
    answers = await asyncio.wait_for(last, load.seconds + PATIENCE)
    return Result(sum(answers), time.perf_counter() - started, max(one.largest for one in connections))


def main() -> int:
    load = Load(**json.load(sys.stdin))
    if load.core is not None:
        os.sched_setaffinity(0, {load.core})
    uvloop.install()
    try:
        print(json.dumps(asdict(asyncio.run(drive(load)))))
    except (Wrong, OSError, asyncio.TimeoutError) as error:
        print(f"{load.path}: {str(error) or 'an answer never ended'}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
