"""Processes that write the programmes of a large guide: all from the same moment of the database, in the order of one.

groups of consecutive channels, in turn → worker 0, worker 1, … → frames → in the order of the groups → the document

A worker may be ahead of the document by `AHEAD` bytes; then it waits, so memory does not grow with the guide.
"""

from __future__ import annotations

import fcntl
import marshal
import os
import select
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from ..core.errors import EpgError
from ..core.processes import end, start
from .export_worker import ERROR, HEAD, LAST, begin, connect

#: workers: with each of them all have 44 MB more, and a third would take them beyond 150 MB
MOST = 2
#: times that all begin anew to see the same moment; it takes milliseconds, so only a commit in each of them fails
TRIES = 10
#: programmes of a group, about, and bytes that a worker may be ahead
GROUP, AHEAD = 1000, 6_000_000
#: bytes that a pipe holds, where the system lets us say it
PIPE = 1 << 20


def cores() -> int:
    """How many processes may write at once: the cores that this one may use, at most `MOST`."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MOST)


class Crew:
    """Workers on the database at `path`, and a connection, `conn`, that sees what they see after `agree`."""

    def __init__(self, path: str, count: int) -> None:
        self.path = path
        self.workers: list[_Worker] = []
        self.groups = 0
        self.conn, self.watch = connect(path), connect(path)
        try:
            for _ in range(count):
                self.workers.append(_Worker(path))
        except BaseException:
            self.close()
            raise

    def agree(self) -> bool:
        """Whether all transactions show the same moment; they begin again until they do, a few times.

        `PRAGMA data_version` of a connection that stands by changes with every commit of another one (SQLite, "Pragma
        statements"): the same before the first transaction began and after the last means that no commit came between. A
        file that another one replaced meanwhile has an identity of its own.
        """
        for _ in range(TRIES):
            before = self._version()
            begin(self.conn)
            for worker in self.workers:
                worker.tell(("open",))
            for worker in self.workers:
                worker.read()
                worker.frames.clear()
            if before == self._version():
                return True
        return False

    def _version(self) -> tuple[int, ...]:
        (version,) = self.watch.execute("PRAGMA data_version").fetchone()
        return (version, *self._identity())

    def _identity(self) -> tuple[int, int]:
        found = os.stat(self.path)
        return found.st_dev, found.st_ino

    def start(
        self,
        channels: Iterable[tuple[int, str, int]],
        span: dict[str, str],
        provider: str | None,
        lang: str | None,
    ) -> None:
        """Have the programmes of channels (id, name as an attribute has it, about how many) written."""
        groups = grouped(channels)
        for place, worker in enumerate(self.workers):
            worker.tell(("write", groups[place :: len(self.workers)], span, provider, lang))
        self.groups = len(groups)

    def blocks(self) -> Iterator[tuple[int, bytes | bytearray]]:
        """What `start` asked for, in the order of the channels, in blocks, each with how many programmes it holds. Raises
        `EpgError` when a worker was ended, `sqlite3.OperationalError` for what one met."""
        for place in range(self.groups):
            yield from self._group(self.workers[place % len(self.workers)])

    def _group(self, worker: _Worker) -> Iterator[tuple[int, bytes | bytearray]]:
        while True:
            while not worker.frames:
                self._read()
            programmes, block, last = worker.taken()
            if last:
                return
            yield programmes, block

    def _read(self) -> None:
        """A frame of each worker that has one and is not too far ahead."""
        wanted = [worker for worker in self.workers if worker.ahead < AHEAD]
        for worker in select.select(wanted, [], [])[0]:
            worker.read()

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for worker in self.workers:
            worker.close()
        self.conn.close()
        self.watch.close()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def grouped(channels: Iterable[tuple[int, str, int]]) -> list[list[tuple[int, str]]]:
    """Consecutive channels, together about `GROUP` programmes."""
    groups: list[list[tuple[int, str]]] = []
    room = 0
    for channel, name, count in channels:
        if room <= 0:
            groups.append([])
            room = GROUP
        groups[-1].append((channel, name))
        room -= count
    return groups


class _Worker:
    """A child process and what it wrote: frames of (programmes, bytes, whether the group is over)."""

    def __init__(self, path: str) -> None:
        self.frames: deque[tuple[int, bytearray, bool]] = deque()
        self.ahead = 0
        self.process, self.input, self.output = start("epg_ingest.export.export_worker")
        with suppress(OSError, AttributeError):  # not everywhere, and not beyond what the system grants
            fcntl.fcntl(self.output, fcntl.F_SETPIPE_SZ, PIPE)
        self.tell(path)

    def fileno(self) -> int:
        return self.output.fileno()

    def tell(self, order: Any) -> None:
        try:
            self.input.write(marshal.dumps(order))
            self.input.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def read(self) -> None:
        """Wait for the next frame."""
        size, programmes, kind = HEAD.unpack(self._exactly(HEAD.size))
        block = self._exactly(size)
        if kind == ERROR:
            raise sqlite3.OperationalError(block.decode())
        self.ahead += size
        self.frames.append((programmes, block, kind == LAST))

    def taken(self) -> tuple[int, bytearray, bool]:
        frame = self.frames.popleft()
        self.ahead -= len(frame[1])
        return frame

    def _exactly(self, size: int) -> bytearray:
        """So many bytes, from the descriptor: what a buffer holds, `select` does not see."""
        data = bytearray(size)
        rest = memoryview(data)
        while rest:
            read = os.readv(self.fileno(), [rest])
            if not read:
                raise self._ended()
            rest = rest[read:]
        return data

    def _ended(self) -> EpgError:
        return EpgError(
            f"an export process was ended from outside (status {self.process.wait()}), so the export is not complete; if memory"
            " is short, free some and export again",
            "exporter",
        )

    def close(self) -> None:
        end(self.process)
