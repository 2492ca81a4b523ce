"""Read-only connections to the guide, apart from those of Datasette, so that nobody's slow SQL holds up an answer.

Work runs on a few threads, each with its own connection. The event loop keeps one more, to ask within microseconds
whether anything was committed.
"""

import asyncio
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from .answer import Refused
from .moments import epoch

T = TypeVar("T")

THREADS = 3
#: threads for questions that may take long, so that quick ones never wait for them
SLOW_THREADS = 1
#: questions that may wait for a thread of each kind, and seconds that each waits; a later answer would be of no use
WAITING, PATIENCE = 100, 5.0
#: seconds one answer may take
DEADLINE = 5.0
#: SQLite asks after so many steps of its virtual machine whether to go on; 20,000 take about a millisecond
STEPS = 20_000
#: seconds to wait for a lock; readers of a WAL database meet one only while it is recovered
LOCK_TIMEOUT = 2.0
#: separators of rows and columns; neither can be in a number or in JSON, which escapes them
ROW, COLUMN = "\x1e", "\x1f"


class Generation(NamedTuple):
    """The state of the guide: `number` rises with every change, `stamp` also differs after a restored backup."""

    number: int
    stamp: str


def connect(path: str | Path, timeout: float = LOCK_TIMEOUT) -> sqlite3.Connection:
    """A connection that cannot write. It waits for a lock for `timeout` seconds.

    Raises sqlite3.OperationalError where there is no database.
    """
    conn = sqlite3.connect(
        Path(path).resolve().as_uri() + "?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=timeout,
    )
    # Not `query_only`: that would forbid temporary tables too (`search/upcoming_tables.py`). Not `mmap_size`: it makes
    # no answer quicker, and after a large import each connection has to let go of everything it had mapped.
    conn.execute("PRAGMA temp_store = MEMORY")
    return conn


def read_generation(conn: sqlite3.Connection) -> Generation:
    number, changed = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    return Generation(number, f"{number:x}-{epoch(changed):x}")


def gather(
    conn: sqlite3.Connection, statement: str, values: Mapping[str, Any], width: int = 1
) -> list[list[str]]:
    """The rows of `statement`, a SELECT of `width` columns that are numbers or JSON and never NULL, as text and in order.

    SQLite joins all rows into one text, and that text is split here. This is worth its strange look: Python's sqlite3
    releases the interpreter lock before each row and takes it back afterwards. On a busy server another thread holds
    the lock by then, so a day of a channel, some thirty rows, waits thirty times. With one row it waits once, and
    eight clients get a tenth more answers (docs/performance.md).

    A number or JSON text cannot contain the separators, because JSON escapes control characters. NULL would vanish
    from the joined text, hence the condition.
    """
    (text,) = conn.execute(_joined(statement, width), values).fetchone()
    return [row.split(COLUMN) for row in text.split(ROW)] if text is not None else []


@cache
def _joined(statement: str, width: int) -> str:
    # group_concat() keeps the order of its subquery; SQLite's optimiser drops that order under other aggregates only.
    names = [f"c{number}" for number in range(width)]
    row = f" || char({ord(COLUMN)}) || ".join(names)
    wanted = f"group_concat({row}, char({ord(ROW)}))"
    return f"WITH asked({', '.join(names)}) AS (\n{statement}\n) SELECT {wanted} FROM asked"  # noqa: S608 - our own files


class ConnectionPool:
    """Connections to one database file, on threads of their own. `close` ends both.

    When the guide has changed, `refresh` is called on the slow thread with its connection and the time (epoch seconds).
    """

    def __init__(self, path: str, refresh: Callable[[sqlite3.Connection, float], None] | None = None) -> None:
        self.path, self.refresh = path, refresh
        self.quick = ThreadPoolExecutor(THREADS, thread_name_prefix="epg-read")
        self.slow = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="epg-slow")
        # What may take longer than all others, so that searches do not wait a minute for it.
        self.longest = ThreadPoolExecutor(1, thread_name_prefix="epg-longest")
        self.waiting: Counter[ThreadPoolExecutor] = Counter()
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
        """The generation now. Every request calls it on the event loop; while nothing changes it costs about 3 µs.

        Raises `Refused` (503) where the database is locked or cannot be opened.
        """
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
                    refresh, now = self.refresh, time.time()
                    self.slow.submit(self._run, lambda conn: refresh(conn, now), DEADLINE)
        except sqlite3.OperationalError as error:
            raise _busy(error) from error
        return self.generation

    async def run(
        self, work: Callable[[sqlite3.Connection], T], deadline: float = DEADLINE, *, slow: bool = False
    ) -> tuple[Generation, T]:
        """Run `work` on a thread, in one read transaction. Returns the generation it saw, and its result.

        Raises `Refused` (503) when too many wait already, when no thread is free in time, when it takes longer than `deadline`
        seconds, or when the database is locked.
        """
        executor = self.longest if deadline > DEADLINE else self.slow if slow else self.quick
        if self.waiting[executor] >= WAITING:
            raise _crowded()
        self.waiting[executor] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                executor, self._in_time, work, deadline, time.monotonic()
            )
        finally:
            self.waiting[executor] -= 1

    def _in_time(
        self, work: Callable[[sqlite3.Connection], T], deadline: float, asked: float
    ) -> tuple[Generation, T]:
        if time.monotonic() - asked > PATIENCE:
            raise _crowded()
        return self._run(work, deadline)

    def _run(self, work: Callable[[sqlite3.Connection], T], deadline: float) -> tuple[Generation, T]:
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
        for executor in (self.quick, self.slow, self.longest):
            executor.shutdown(wait=True)
        for conn in self.opened:
            conn.close()


def _crowded() -> Refused:
    return Refused(503, "too many questions are being answered; try again", headers={"Retry-After": "5"})


def _busy(error: sqlite3.OperationalError) -> Exception:
    """A 503 for what is over after a while. A wrong statement stays the error that it is."""
    text = str(error)
    if "interrupted" in text:
        return Refused(
            503, "this took too long; ask for less, or try again later", headers={"Retry-After": "5"}
        )
    if "locked" in text or "unable to open" in text:
        return Refused(503, "the database cannot be read now; try again", headers={"Retry-After": "2"})
    return error
