"""The search index of the very first programmes, made by a process of its own while the importer writes the rows.

Making it takes as long as writing the rows, and the transaction has one writer: so a child fills an FTS5 table of the same
definition in a private file, from the staged contents, and the importer copies what is in it. FTS5 keeps all of an index in
ordinary tables (https://www.sqlite.org/fts5.html, "FTS5 data structures"), and an index that never had an entry can be replaced
as a whole. Where SQLite refuses writes to those tables, or the child is gone, the importer makes the index itself.

The child is `python -m epg_ingest.stage.search_index` with marshalled frames on its standard input and
output. It ends when its input ends.
"""

from __future__ import annotations

import marshal
import os
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from ..core.processes import end, receive, send, start

#: programmes handed over at a time
CHUNK = 20_000
#: the name under which the importer has attached the file of the index
SCHEMA = "search"
_DEFINITION = "SELECT sql FROM main.sqlite_master WHERE name = 'programs_fts'"
#: what the index holds
_TABLES = ("programs_fts_data", "programs_fts_idx", "programs_fts_docsize")
#: how the index is made: 2 MB of terms in memory (more makes it no faster, and the importer is at its peak meanwhile), and no
#: segments merged before the end, when all become one; but FTS5 cannot have more than 2,000 of them
_BULK = (("hashsize", 2 * 1024 * 1024), ("automerge", 0), ("crisismerge", 500))
#: new programmes, and where their texts are staged
_WANTED = """
    SELECT number, part, content FROM temp.planned WHERE id IS NULL AND content IS NOT NULL ORDER BY number
"""
#: what clumps were joined to is staged with the importer
_JOINED = """
    SELECT n.number, t.title, t.subtitle, t.description FROM temp.planned n JOIN temp.content t ON t.id = n.content
    WHERE n.part = 0 AND n.id IS NULL
"""
_CREATE = """
    CREATE TEMP TABLE wanted (number INTEGER PRIMARY KEY, part INTEGER, content INTEGER);
    CREATE TEMP TABLE joined (number INTEGER PRIMARY KEY, title TEXT, subtitle TEXT, description TEXT);
"""
_OF_PART = """
    SELECT w.number AS number, c.title, c.subtitle, c.description
    FROM temp.wanted w CROSS JOIN part{0}.contents c ON c.id = w.content WHERE w.part = {0}
"""


def first_ever(conn: sqlite3.Connection) -> bool:
    """Whether the database never had a programme. Only then is it certain that FTS5 remembers nothing of an older index."""
    return conn.execute("SELECT 1 FROM main.sqlite_sequence WHERE name = 'programs'").fetchone() is None


class Index:
    """The importer's side: a child that has opened the parts at `paths` once `ready` has returned."""

    def __init__(self, conn: sqlite3.Connection, paths: Sequence[str]) -> None:
        self.conn = conn
        handle, path = tempfile.mkstemp(prefix="epg-stage-")
        os.close(handle)
        self.path: Path | None = Path(path)
        self.attached = False
        self.process, self.input, self.output = start("epg_ingest.stage.search_index")
        (definition,) = conn.execute(_DEFINITION).fetchone()
        self.alive = self._tell((path, definition, list(paths)))

    def ready(self) -> None:
        """Wait until the child has opened all files, and open its own: they need their names no more. Call it outside of any
        transaction."""
        if self.path is None:
            return
        self.alive = self.alive and receive(self.output) is not None
        if self.alive:
            self.conn.execute(f"ATTACH ? AS {SCHEMA}", [str(self.path)])
            self.attached = True
            self.conn.execute(f"PRAGMA {SCHEMA}.schema_version")
        self.path.unlink()
        self.path = None

    def begin(self) -> None:
        """Hand over which programmes are new by the plan. The index is made from then on."""
        wanted = self.conn.execute(_WANTED)
        while self.alive and (rows := wanted.fetchmany(CHUNK)):
            self.alive = self._tell(rows)
        self.alive = self.alive and self._tell(self.conn.execute(_JOINED).fetchall()) and self._tell(None)

    def take(self) -> bool:
        """Put the finished index into the database, within its open transaction; False when there is none to put."""
        if not self.alive or receive(self.output) is None:
            return False
        self.conn.execute("SAVEPOINT taking")
        try:
            for table in _TABLES:
                self.conn.execute(f"DELETE FROM main.{table}")  # noqa: S608 - constants
                self.conn.execute(f"INSERT INTO main.{table} SELECT * FROM {SCHEMA}.{table}")  # noqa: S608
        except sqlite3.DatabaseError:
            if not self.conn.in_transaction:  # a full disk: SQLite has undone everything
                raise
            # SQLite may keep those tables for itself (SQLITE_DBCONFIG_DEFENSIVE).
            self.conn.execute("ROLLBACK TO taking")
            return False
        finally:
            if self.conn.in_transaction:
                self.conn.execute("RELEASE taking")
        self._forget()
        return True

    def _forget(self) -> None:
        """FTS5 may remember the empty index, as this connection may have made it. What it remembers goes with a rollback of
        something that it wrote."""
        self.conn.execute("SAVEPOINT forgetting")
        self.conn.execute("INSERT INTO main.programs_fts (programs_fts, rank) VALUES ('automerge', 4)")
        self.conn.execute("ROLLBACK TO forgetting")
        self.conn.execute("RELEASE forgetting")

    def _tell(self, value: Any) -> bool:
        try:
            send(self.input, marshal.dumps(value))
        except BrokenPipeError:
            return False
        return True

    def close(self) -> None:
        """End the child, whatever it is doing. Call it outside of any transaction."""
        end(self.process)
        if self.attached:
            self.conn.execute(f"DETACH {SCHEMA}")
        if self.path:
            self.path.unlink(missing_ok=True)


def _serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """The child's life: files, then lists of programmes, and None at the end."""
    head = receive(source)
    if head is None:
        return
    path, definition, parts = marshal.loads(head)  # noqa: S302 - from our own parent
    conn = _open(path, definition, parts)
    send(sink, b"opened")
    conn.execute("BEGIN")
    while (data := receive(source)) is not None:
        rows = marshal.loads(data)  # noqa: S302 - from our own parent
        if rows is None:
            _make(conn, len(parts))
            send(sink, b"made")
            return
        # All are read at once: the importer waits until it is rid of them.
        if rows:
            table, marks = ("wanted", "?, ?, ?") if len(rows[0]) == 3 else ("joined", "?, ?, ?, ?")
            conn.executemany(f"INSERT INTO temp.{table} VALUES ({marks})", rows)  # noqa: S608 - constants


def _open(path: str, definition: str, parts: Sequence[str]) -> sqlite3.Connection:
    """The file of the index with an empty one in it, and the parts beside it, all of them really opened."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute(definition)
    for setting in _BULK:
        conn.execute("INSERT INTO main.programs_fts (programs_fts, rank) VALUES (?, ?)", setting)
    conn.executescript(_CREATE)
    for place, part in enumerate(parts, 1):
        conn.execute(f"ATTACH ? AS part{place}", [part])
        conn.execute(f"SELECT count(*) FROM part{place}.contents").fetchone()  # noqa: S608 - a number
    return conn


def _make(conn: sqlite3.Connection, parts: int) -> None:
    texts = [_OF_PART.format(place) for place in range(1, parts + 1)]
    selects = " UNION ALL ".join([*texts, "SELECT number, title, subtitle, description FROM temp.joined"])
    conn.execute(
        f"INSERT INTO main.programs_fts (rowid, title, subtitle, description) {selects} ORDER BY number"
    )
    conn.execute("INSERT INTO main.programs_fts (programs_fts) VALUES ('optimize')")
    conn.execute("COMMIT")


def main() -> None:
    # Ctrl-C reaches the whole process group; the importer decides, and closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    except sqlite3.Error:
        # A full disk, for instance: the importer makes the index itself, and says what it meets.
        os._exit(1)
    except BrokenPipeError:
        os._exit(1)  # the importer was killed: there is nobody to tell


if __name__ == "__main__":
    main()
