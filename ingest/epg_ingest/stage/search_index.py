"""The search index of the very first programmes, built by a child process while the importer writes the rows.

Building the index takes as long as writing the rows, and a transaction has one writer. So a child (`index_process.py`) fills an
FTS5 table of the same definition in a private file, and the importer then copies that table's contents into `epg.db`. A first
import of 198,000 programmes takes 11 % less time this way (docs/performance.md).

Why copying is safe: FTS5 keeps an index in ordinary tables and documents their contents
(https://www.sqlite.org/fts5.html, section 9, "FTS5 Data Structures"). Both tables have the same definition, and the same SQLite
library writes both. The importer copies the tables as a whole, within its transaction, and only when the guide has never had a
programme: then neither the file nor this connection holds anything of an older index. Tests compare the copied index with one
that SQLite built itself, and run FTS5's integrity check.

When it falls back: if the child has ended (killed, disk full), or SQLite refuses writes to these tables
(SQLITE_DBCONFIG_DEFENSIVE), `take` returns False and leaves the index empty. The importer then fills it with an ordinary
INSERT, as in every later import.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..core.processes import ChildProcess

#: programmes in a message to the child
CHUNK = 20_000
_DEFINITION = "SELECT sql FROM main.sqlite_master WHERE name = 'contents_fts'"
#: new contents, and where they are staged
_WANTED = "SELECT number, part, content FROM temp.new_contents WHERE part <> 0 ORDER BY number"
#: contents in the importer's own part, such as those that were joined from the parts of a clump
_JOINED = """
    SELECT w.number, t.title, t.subtitle, t.description FROM temp.new_contents w JOIN temp.content t ON t.id = w.content
    WHERE w.part = 0
"""
#: the index of the guide becomes the one of the attached file
_COPY = (
    "DELETE FROM main.contents_fts_data",
    "INSERT INTO main.contents_fts_data SELECT * FROM search.contents_fts_data",
    "DELETE FROM main.contents_fts_idx",
    "INSERT INTO main.contents_fts_idx SELECT * FROM search.contents_fts_idx",
    "DELETE FROM main.contents_fts_docsize",
    "INSERT INTO main.contents_fts_docsize SELECT * FROM search.contents_fts_docsize",
)


def first_ever(conn: sqlite3.Connection) -> bool:
    """Whether the database has never had a content. Only then is it certain that FTS5 keeps nothing of an older index."""
    return conn.execute("SELECT 1 FROM main.sqlite_sequence WHERE name = 'contents'").fetchone() is None


class IndexBuilder:
    """The importer's side: a child that builds the index from the parts at `paths`, in a file at `path`.

    Call `ready`, `begin` and `take` in this order, and `close` in any case.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path, paths: Sequence[str]) -> None:
        self.conn = conn
        path.touch(mode=0o600)
        self.path: Path | None = path
        self.attached = False
        self.child = ChildProcess("epg_ingest.stage.index_process")
        (definition,) = conn.execute(_DEFINITION).fetchone()
        self.alive = self._tell((str(path), definition, list(paths)))

    def ready(self) -> None:
        """Wait until the child has opened all files, and attach its own: from then on the files need no names. Call it outside
        of any transaction."""
        if self.path is None:
            return
        self.alive = self.alive and self._answered()
        if self.alive:
            self.conn.execute("ATTACH ? AS search", [str(self.path)])
            self.attached = True
            self.conn.execute("PRAGMA search.schema_version")  # SQLite opens the file with the first read
        self.path.unlink()
        self.path = None

    def begin(self) -> None:
        """Tell the child which programmes of the plan are new. It builds the index from then on."""
        wanted = self.conn.execute(_WANTED)
        while self.alive and (rows := wanted.fetchmany(CHUNK)):
            self.alive = self._tell(("wanted", rows))
        joined = self.conn.execute(_JOINED).fetchall() if self.alive else []
        self.alive = self.alive and self._tell(("joined", joined)) and self._tell(("build", None))

    def give_up(self) -> None:
        """The contents are not those that the child was told of: `take` will find no index."""
        self.alive = False

    def take(self) -> bool:
        """Put the finished index into the database, within its open transaction; False when there is none to put.

        Raises `sqlite3.DatabaseError` for an error that ended the transaction, a full disk for instance.
        """
        if not self.alive or not self._answered():
            return False
        self.conn.execute("SAVEPOINT taking")
        try:
            for statement in _COPY:
                self.conn.execute(statement)
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
        """Make FTS5 forget the empty index, which this connection may have read. It forgets what it knows of an index when
        something that it wrote there is rolled back."""
        self.conn.execute("SAVEPOINT forgetting")
        self.conn.execute("INSERT INTO main.contents_fts (contents_fts, rank) VALUES ('automerge', 4)")
        self.conn.execute("ROLLBACK TO forgetting")
        self.conn.execute("RELEASE forgetting")

    def _tell(self, message: Any) -> bool:
        """Whether the child could be sent a message."""
        try:
            self.child.send(message)
        except EOFError:
            return False
        return True

    def _answered(self) -> bool:
        """Whether the child has finished what it was told; False when it has ended."""
        try:
            self.child.receive()
        except EOFError:
            return False
        return True

    def close(self) -> None:
        """End the child, whatever it is doing. Call it outside of any transaction."""
        self.child.end()
        if self.attached:
            self.conn.execute("DETACH search")
        if self.path:
            self.path.unlink(missing_ok=True)
