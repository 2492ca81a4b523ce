"""A process that writes the programmes of some channels as XMLTV for an export (see `export_pool`).

`python -m epg_ingest.export.export_worker` takes marshalled orders on its standard input and answers with frames on its
standard output.
It ends when its input ends, or nobody reads what it writes: so none is left behind when the export is killed. It loads as
little as it can, because a large guide waits for it.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sqlite3
import struct
import sys
from pathlib import Path
from typing import IO, Any

from .blocks import blocked
from .element import COLUMNS, Writer, pieces
from .selection import rows_of

#: what stands before each frame: its bytes, how many programmes they hold, what comes next
HEAD = struct.Struct("<IIB")
#: more of the same channels; the last of them; not the document but an error
MORE, LAST, ERROR = range(3)


def connect(path: str) -> sqlite3.Connection:
    """A connection that only reads."""
    name = f"{Path(path).resolve().as_uri()}?mode=ro"
    return sqlite3.connect(name, uri=True, isolation_level=None, timeout=30)


def begin(conn: sqlite3.Connection) -> None:
    """A transaction of this moment. SQLite takes the snapshot with the first read, not with BEGIN."""
    if conn.in_transaction:
        conn.execute("ROLLBACK")
    conn.execute("BEGIN")
    conn.execute("SELECT number FROM generation").fetchone()


class Worker:
    """`path` is the database, `sink` takes the frames."""

    def __init__(self, path: str, sink: IO[bytes]) -> None:
        self.path, self.sink = path, sink
        self.conn: sqlite3.Connection | None = None

    def obey(self, order: str, *values: Any) -> None:
        try:
            if order == "open":
                self.conn = self.conn or connect(self.path)
                begin(self.conn)
                self.send(b"", 0, LAST)
            else:
                self.write(*values)
        except sqlite3.Error as error:
            self.send(str(error).encode(), 0, ERROR)

    def write(
        self,
        groups: list[list[tuple[int, str]]],
        span: dict[str, str],
        provider: str | None,
        lang: str | None,
    ) -> None:
        """The programmes of groups of channels, given as (id, name as an attribute has it)."""
        writer = Writer(lang)
        for group in groups:
            found = self._elements(group, span, provider, writer)
            for programmes, block in blocked(found):
                self.send(block, programmes, MORE)
            self.send(b"", 0, LAST)

    def _elements(
        self, group: list[tuple[int, str]], span: dict[str, str], provider: str | None, writer: Writer
    ) -> Any:
        assert self.conn is not None
        for channel, name in group:
            yield from pieces(rows_of(self.conn, channel, COLUMNS, span, provider), name, writer)

    def send(self, block: bytes, programmes: int, kind: int) -> None:
        self.sink.write(HEAD.pack(len(block), programmes, kind))
        self.sink.write(block)
        self.sink.flush()


def main() -> None:
    # Ctrl-C reaches the whole process group; the export decides, and closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Rows make no reference cycles; the collector would only walk them over and over.
    gc.disable()
    try:
        worker = Worker(marshal.load(sys.stdin.buffer), sys.stdout.buffer)  # noqa: S302 - from our own parent
        while True:
            worker.obey(*marshal.load(sys.stdin.buffer))  # noqa: S302 - from our own parent
    except EOFError:
        return
    except BrokenPipeError:
        # The export was ended: there is nobody to tell, not even when Python flushes its streams.
        os._exit(1)


if __name__ == "__main__":
    main()
