"""Read-only connections of the API's own, so that nobody's slow SQL stands in its way.

Work runs on a few threads, each with a connection of its own; the event loop keeps one more, to ask in some
microseconds whether anything was committed.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .answer import Refused

THREADS = 3
#: threads of the questions that may take long, so that they never stand before the quick ones
SLOW_THREADS = 1
#: seconds one answer may take
DEADLINE = 5.0
#: SQLite asks after so many steps of its machine whether to go on; 20,000 take about a millisecond
STEPS = 20_000


class Generation(NamedTuple):
    """What is in the database: `number` rises with every change; `stamp` also differs after a restored backup."""

    number: int
    stamp: str


def connect(path: str) -> sqlite3.Connection:
    """A connection that cannot write. Raises sqlite3.OperationalError where there is no database."""
    conn = sqlite3.connect(
        Path(path).resolve().as_uri() + "?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=2,
    )
    # Not `query_only`: that would forbid temporary tables too (near.py). The file itself is opened for reading. And not
    # `mmap_size`: answers are no quicker by it, and after a large import each connection lets go of all it had mapped.
    conn.execute("PRAGMA temp_store = MEMORY")
    return conn


def read_generation(conn: sqlite3.Connection) -> Generation:
    number, changed = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    seconds = int(datetime.strptime(changed, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())
    return Generation(number, f"{number:x}-{seconds:x}")


class Pool:
    """Connections to one database file. `close` ends the threads and connections.

    `refresh` is called on the slow thread when the guide has changed, with its connection and the time (epoch seconds).
    """

    def __init__(self, path: str, refresh: Callable[[sqlite3.Connection, float], None] | None = None) -> None:
        self.path, self.refresh = path, refresh
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="epg-read")
        self.slow = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="epg-slow")
        self.local = threading.local()
        self.opened: list[sqlite3.Connection] = []
        self.watch: sqlite3.Connection | None = None
        self.version: int | None = None
        self.commits = 0
        self.generation = Generation(0, "0")

    def _connection(self) -> sqlite3.Connection:
        conn = getattr(self.local, "conn", None)
        if conn is None:
            conn = self.local.conn = connect(self.path)
            self.opened.append(conn)
        return conn

    def look(self) -> Generation:
        """The generation now. Called on the event loop for every request; costs about 3 µs while nothing changes."""
        try:
            if self.watch is None:
                self.watch = connect(self.path)
                self.opened.append(self.watch)
            (version,) = self.watch.execute("PRAGMA data_version").fetchone()
            if version != self.version:
                before, self.generation = self.generation, read_generation(self.watch)
                self.version, self.commits = version, self.commits + 1
                if self.refresh and before != self.generation:
                    # If it fails, the next search does the same and says so.
                    self.slow.submit(self._run, partial(self.refresh, now=time.time()), DEADLINE)
        except sqlite3.OperationalError as error:
            raise _busy(error) from error
        return self.generation

    async def run(
        self, work: Callable[[sqlite3.Connection], Any], deadline: float = DEADLINE, *, slow: bool = False
    ) -> tuple[Generation, Any]:
        """`work` on a thread, in one read transaction; its result with the generation that it saw.

        Raises `Refused` (503) when it takes longer than `deadline` seconds or the database is locked.
        """
        executor = self.slow if slow else self.executor
        return await asyncio.get_running_loop().run_in_executor(executor, self._run, work, deadline)

    def _run(self, work: Callable[[sqlite3.Connection], Any], deadline: float) -> tuple[Generation, Any]:
        conn = self._connection()
        end = time.monotonic() + deadline
        conn.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        try:
            conn.execute("BEGIN")
            result = read_generation(conn), work(conn)
            conn.execute("COMMIT")  # temporary tables that were made stay
            return result
        except sqlite3.OperationalError as error:
            raise _busy(error) from error
        finally:
            conn.set_progress_handler(None, 0)
            if conn.in_transaction:
                conn.execute("ROLLBACK")

    def close(self) -> None:
        self.executor.shutdown(wait=True)
        self.slow.shutdown(wait=True)
        for conn in self.opened:
            conn.close()


def _busy(error: sqlite3.OperationalError) -> Exception:
    """Only what passes by itself becomes a 503; a wrong statement stays the error that it is."""
    text = str(error)
    if "interrupted" in text:
        return Refused(
            503, "this took too long; ask for less, or try again later", headers={"Retry-After": "5"}
        )
    if "locked" in text or "unable to open" in text:
        return Refused(503, "the database cannot be read now; try again", headers={"Retry-After": "2"})
    return error
