"""All rows of one statement as CSV, block by block, written in a SQL process.

The statement has so many seconds on the processor for all of its rows, and the kernel ends the process soon after. While the
client takes a block, the process waits, which costs no time on the processor.
"""

import csv
import io
import os
import resource
import socket
import sqlite3
import time
import zlib
from collections.abc import Iterator
from typing import Any

from ..base.csv_table import cell
from .framing import TooLarge, send
from .sql_problems import PROBLEMS, error, told

#: how much other SQL of visitors goes before a file
NICE = 5
#: bytes of a block before it is compressed, about
BLOCK = 128 * 1024
#: a third of the time of the usual level 6, for a tenth more bytes
LEVEL = 3
GZIP = 16 + zlib.MAX_WBITS
#: steps of SQLite between two looks at the time that is used
STEPS = 10_000


def write_csv(
    conn: sqlite3.Connection, end: socket.socket, statement: str, values: Any, seconds: int, packed: bool
) -> None:
    """Send ("block", bytes) again and again, then ("end", bytes), or ("error", class, text) in place of the rest.

    `seconds` are those on the processor; with `packed`, the blocks together are a gzip file.
    """
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 2, seconds + 2))
    conn.set_progress_handler(lambda: time.process_time() > seconds, STEPS)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP) if packed else None
    try:
        for block in blocks(conn.execute(statement, values)):
            if ready := packer.compress(block) if packer else block:
                send(end, ("block", ready))
        send(end, ("end", packer.flush() if packer else b""))
    except PROBLEMS as problem:
        send(end, told(problem))
    except TooLarge:
        send(end, error("OperationalError", "a row is too large"))


def blocks(cursor: sqlite3.Cursor) -> Iterator[bytes]:
    """A line of names, then a line for each row; lines end as in RFC 4180. A BLOB is written in hexadecimal digits."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column[0] for column in cursor.description or ()])
    for row in cursor:
        writer.writerow([cell(value.hex() if isinstance(value, bytes) else value) for value in row])
        if out.tell() >= BLOCK:
            yield out.getvalue().encode("utf-8", "replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", "replace")
