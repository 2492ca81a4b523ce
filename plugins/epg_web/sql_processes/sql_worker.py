"""A process that runs statements one after the other, on one connection that cannot write.

It ends when the server closes the socket. While a statement runs, an alarm of the operating system is set: when the limit
and `GRACE` are over, the kernel ends the process, whatever SQLite is doing. A process for CSV runs one statement only.
"""

import resource
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .csv_worker import write_csv
from .framing import TooLarge, receive, send
from .sql_problems import PROBLEMS, error, told

#: seconds after its limit at which a statement is ended that does not end itself
GRACE = 0.15
#: bytes that SQLite may use, and that the process may use beside what it has at its start
SQLITE_BYTES = 96_000_000
MORE_BYTES = 256_000_000
#: bytes of private memory that a process may have gained before it is replaced by a new one
GROWN = 48_000_000
#: steps of SQLite between two looks at the clock; 1,000 take a tenth of a millisecond
STEPS = 1000
#: how much the web server and the imports go before SQL of visitors
NICE = 5

Prepare = Callable[[sqlite3.Connection, str], None]


def connect(address: str, name: str, prepare: Prepare) -> sqlite3.Connection:
    """A connection as Datasette makes it: the same texts, functions and limits; sorting in memory, which is bounded."""
    conn = sqlite3.connect(address, uri=True)
    conn.text_factory = lambda raw: str(raw, "utf-8", "replace")
    prepare(conn, name)
    conn.row_factory = None
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute(f"PRAGMA hard_heap_limit = {SQLITE_BYTES}")
    return conn


def bound_memory() -> None:
    """Let the process take `MORE_BYTES` more than it has. Where its size is not known, SQLite's own limit has to do."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    most = pages * resource.getpagesize() + MORE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def work(end: socket.socket, prepare: Prepare) -> None:
    """Answer questions until the server closes `end`. The first message has the database's address and name, and whether one
    statement is to be written as CSV.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    try:
        address, name, as_csv = receive(end)
        conn = connect(address, name, prepare)
        bound_memory()
        if as_csv:
            return write_csv(conn, end, *receive(end))
        first = used()
        while True:
            answer = answered(conn, *receive(end))
            worn = used() - first > GROWN
            try:
                send(end, (worn, *answer))
            except TooLarge:
                send(
                    end,
                    (
                        True,
                        *error("OperationalError", "the rows are too large: ask for fewer or shorter ones"),
                    ),
                )
            if worn:
                return
    except (EOFError, OSError):
        return  # the server does not need this process any more


def used() -> int:
    """Bytes of memory at its highest."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


def answered(
    conn: sqlite3.Connection, statement: str, values: Any, seconds: float, most: int | None
) -> tuple[Any, ...]:
    """Run a statement: ("rows", names of the columns, rows) with at most `most` rows, or ("error", class, text)."""
    end = time.monotonic() + seconds
    conn.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
    try:
        cursor = conn.execute(statement, values)
        rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        names = [column[0] for column in cursor.description or ()]
        cursor.close()
        return "rows", names, rows
    except PROBLEMS as problem:
        return told(problem)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        conn.set_progress_handler(None, 0)
