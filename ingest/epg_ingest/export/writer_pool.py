"""Writer processes for the programmes of a large guide. All read the same moment of the database.

groups of consecutive channels, in turn → process 0, process 1, … → blocks → in the order of the groups → the document

A process may be ahead of the document by `AHEAD` bytes. Then it waits, so memory does not grow with the guide.

A block crosses the connection as plain bytes, after a small message that says what it is. Inside a marshalled message it would
be copied twice more: 200 MB in blocks of 256 KB took 0.37 s of CPU that way and 0.12 s this way, of an export that takes 2 s.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any

from ..core.errors import EpgError
from ..core.processes import ChildProcess
from ..storage.database import connect_readonly
from .form import Form
from .writer_process import END, ERROR, Group, begin

#: processes: each adds 44 MB, and a third would exceed 150 MB in all
MOST = 2
#: how often the transactions begin again to see the same moment; a try takes milliseconds, and fails if a commit comes between
TRIES = 10
#: programmes of a group, about, and bytes that a process may be ahead
GROUP, AHEAD = 1000, 6_000_000


def cores() -> int:
    """How many processes may write at once: the cores that this one may use, at most `MOST`."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MOST)


class WriterPool:
    """Writer processes on the database at `path`. After `agree`, `conn` sees what they see."""

    def __init__(self, path: str, count: int) -> None:
        self.path = path
        self.processes: list[WriterProcess] = []
        self.groups = 0
        self.conn, self.watch = connect_readonly(path, timeout=30), connect_readonly(path, timeout=30)
        try:
            for _ in range(count):
                self.processes.append(WriterProcess(path))
        except BaseException:
            self.close()
            raise

    def agree(self) -> bool:
        """Whether all transactions show the same moment. They begin again until they do, `TRIES` times at most.

        An error that a process meets counts as "no": another file may have taken the place of the guide, beside a log that is
        not its own. The caller then reads alone, and meets the error itself if the guide is damaged.

        `PRAGMA data_version` of a connection that has no transaction changes with every commit of another connection (SQLite,
        "Pragma statements"). If it is the same before the first transaction began and after the last one did, no commit came
        between. The identity of the file shows whether another file has taken its place.
        """
        for _ in range(TRIES):
            before = self._version()
            begin(self.conn)
            for process in self.processes:
                process.tell(("open",))
            if self._opened() and before == self._version():
                return True
        return False

    def _opened(self) -> bool:
        """Wait until all processes have begun their transactions; False if the database refused it to one of them."""
        done = True
        for process in self.processes:
            try:
                process.read()
            except sqlite3.OperationalError:
                done = False
            process.blocks.clear()
        return done

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
        form: Form,
    ) -> None:
        """Have the programmes of channels written, given as (id, name as an attribute has it, about how many programmes)."""
        groups = grouped(channels)
        for place, process in enumerate(self.processes):
            process.tell(("write", groups[place :: len(self.processes)], span, provider, tuple(form)))
        self.groups = len(groups)

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """The blocks of what `start` asked for, in the order of the channels, each with how many programmes it holds.

        Raises `EpgError` when a process was ended from outside, and `sqlite3.OperationalError` for an error that one met.
        """
        for place in range(self.groups):
            yield from self._group(self.processes[place % len(self.processes)])

    def _group(self, process: WriterProcess) -> Iterator[tuple[int, bytes]]:
        while True:
            while not process.blocks:
                self._read()
            block = process.next_block()
            if block is None:
                return
            yield block

    def _read(self) -> None:
        """Read a block of each process that has one and is not too far ahead."""
        ready = wait([process.connection for process in self.processes if process.ahead < AHEAD])
        for process in self.processes:
            if process.connection in ready:
                process.read()

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self.processes:
            process.end()
        self.conn.close()
        self.watch.close()

    def __enter__(self) -> WriterPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def grouped(channels: Iterable[tuple[int, str, int]]) -> list[Group]:
    """Groups of consecutive channels that together have about `GROUP` programmes."""
    groups: list[Group] = []
    room = 0
    for channel, name, count in channels:
        if room <= 0:
            groups.append([])
            room = GROUP
        groups[-1].append((channel, name))
        room -= count
    return groups


class WriterProcess(ChildProcess):
    """A child and what was read from it: blocks as (programmes, bytes), and None for the end of a group. `ahead` is the size of
    these blocks in bytes."""

    def __init__(self, path: str) -> None:
        self.blocks: deque[tuple[int, bytes] | None] = deque()
        self.ahead = 0
        super().__init__("epg_ingest.export.writer_process")
        self.tell(path)

    def tell(self, order: Any) -> None:
        try:
            self.send(order)
        except EOFError:
            raise self._ended() from None

    def read(self) -> None:
        """Wait for the next block or the end of a group."""
        try:
            programmes, kind = self.receive()
            block = b"" if kind == END else self.receive_bytes()
        except EOFError:
            raise self._ended() from None
        if kind == ERROR:
            raise sqlite3.OperationalError(block.decode())
        self.ahead += len(block)
        self.blocks.append(None if kind == END else (programmes, block))

    def next_block(self) -> tuple[int, bytes] | None:
        """Take the oldest block; None at the end of a group."""
        block = self.blocks.popleft()
        if block is not None:
            self.ahead -= len(block[1])
        return block

    def _ended(self) -> EpgError:
        return EpgError(
            f"an export process was ended from outside (status {self.process.wait()}), so the export is not complete; if memory"
            " is short, free some and export again",
            "exporter",
        )
