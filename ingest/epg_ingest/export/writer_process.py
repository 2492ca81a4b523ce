"""The main module of a writer process: `python -m epg_ingest.export.writer_process`, started by `writer_pool.py`.

The first message is the path of the database. Then come orders: `("open",)` to begin a transaction, and `("write", ...)` with
groups of channels and the filters of the export. Each answer is (programmes, kind). The bytes of a `BLOCK` or the text of an
`ERROR` follow as a message of their own. `END` says that the transaction has begun, or that a group is complete.

The process loads as little as it can, because a large guide waits for it.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from typing import Any

from ..core.processes import Peer, run_child
from ..storage.database import connect_readonly
from .blocks import blocked
from .form import Form
from .programme_element import ProgrammeWriter, pieces, statement
from .selection import programmes

#: what an answer is: a block of the document; no more of this group; no document but an error
BLOCK, END, ERROR = range(3)

#: (id, name as an attribute has it) of consecutive channels
Group = list[tuple[int, str]]


def begin(conn: sqlite3.Connection) -> None:
    """Begin a transaction that shows this moment. SQLite takes the snapshot with the first read, not with BEGIN."""
    if conn.in_transaction:
        conn.execute("ROLLBACK")
    conn.execute("BEGIN")
    conn.execute("SELECT number FROM generation").fetchone()


def work(export: Peer) -> None:
    """Follow orders until the export has ended."""
    # Rows make no reference cycles; the collector would only walk them over and over.
    gc.disable()
    path = export.receive()
    conn: sqlite3.Connection | None = None
    while True:
        order, *values = export.receive()
        try:
            conn = conn or connect_readonly(path, timeout=30)
            if order == "open":
                begin(conn)
                export.send((0, END))
            else:
                _write(export, conn, *values)
        except sqlite3.Error as error:
            export.send((0, ERROR))
            export.send_bytes(str(error).encode())


def _write(
    export: Peer,
    conn: sqlite3.Connection,
    groups: list[Group],
    span: dict[str, str],
    provider: str | None,
    form: tuple[Any, ...],
) -> None:
    """Send the programmes of groups of channels; `form` has the values of a `Form`."""
    writer = ProgrammeWriter(Form(*form))
    for group in groups:
        for count, block in blocked(_elements(conn, group, span, provider, writer)):
            export.send((count, BLOCK))
            export.send_bytes(block)
        export.send((0, END))


def _elements(
    conn: sqlite3.Connection,
    group: Group,
    span: dict[str, str],
    provider: str | None,
    writer: ProgrammeWriter,
) -> Iterator[tuple[int, str]]:
    for channel, name in group:
        yield from pieces(programmes(conn, statement(writer.form), channel, span, provider), name, writer)


if __name__ == "__main__":
    run_child(work)
