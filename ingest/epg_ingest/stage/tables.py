"""Rows on their way into the guide, in tables of their own: the write lock is not held while a feed is read.

The process that imports has its tables among the temporary ones. Each parser process has a part: a database file of its own,
which the importer attaches, so that no row has to be sent. Parts have no name from the moment both have opened them; they end
with the import, however that ends.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from ..stage.columns import CONTENT, MARK, MISSING, STAGED
from .search_index import Index, first_ever

#: name of the parts' files until they are opened
PREFIX = "epg-stage-"
#: SQLite attaches ten databases
MOST_PARTS = 8
_TABLES = """
    -- new or changed elements of the feed, as normalise.STAGED
    CREATE TABLE {0}.staged (
        seq INTEGER PRIMARY KEY, channel TEXT, start INTEGER, stop INTEGER, hash INTEGER, content INTEGER
    );
    -- what they say, as normalise.CONTENT: many showings share one
    CREATE TABLE {0}.contents (
        id INTEGER PRIMARY KEY, title TEXT, subtitle TEXT, description TEXT, category TEXT, episode_num TEXT,
        season INTEGER, episode INTEGER, rating TEXT, actors TEXT, directors TEXT, icon_url TEXT, is_new INTEGER,
        details TEXT
    );
"""
#: more about some elements, as normalise.MARK: in most feeds few, and kept by the importer
_MARKS = """
    CREATE TEMP TABLE marks (seq INTEGER PRIMARY KEY, own_stop INTEGER, settled TEXT, length INTEGER, clump TEXT)
"""
_COLUMNS = ", ".join(
    f"nullif({name}, {missing!r}) AS {name}" if missing in ("", -1) else name
    for name, missing in zip(CONTENT, MISSING, strict=True)
)
#: the same with NULL for what is missing
_CONTENT = f"CREATE VIEW {{0}}.content AS SELECT {_COLUMNS} FROM contents"  # noqa: S608 - constants

_ELEMENTS = "SELECT {0} AS part, * FROM {1}.staged"
_SHOWS = "SELECT s.seq, t.* FROM {0}.staged s JOIN {0}.content t ON t.id = s.content"


def create(conn: sqlite3.Connection, schema: str) -> None:
    """Empty staging tables in a database of the connection."""
    conn.executescript(_TABLES.format(schema))
    conn.execute(_CONTENT.format(schema))


def open_part(path: str) -> sqlite3.Connection:
    """A parser's own part. It needs no journal: after a crash nobody reads it."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA cache_size = -1024")  # rows are only appended
    return conn


def add(
    conn: sqlite3.Connection,
    schema: str,
    rows: Iterable[tuple[Any, ...]],
    contents: Iterable[tuple[Any, ...]],
) -> None:
    """Stage rows as `normalise.STAGED` and contents as `normalise.CONTENT`."""
    conn.execute("BEGIN")
    try:
        conn.executemany(_insert(schema, "contents", CONTENT), contents)
        conn.executemany(_insert(schema, "staged", STAGED), rows)
        conn.execute("COMMIT")
    except sqlite3.Error:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def _insert(schema: str, table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {schema}.{table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - constants


class Stage:
    """The staging tables of one import: those of this process and the parts of its parsers.

    From `gather` on there are temporary views of all parts: `elements`, the rows as `STAGED` with the `part` they are in, and
    `shows`, what they say as `CONTENT` with the number of the element. Leave the block outside of any transaction.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.parts: dict[str, Path] = {}
        self.index: Index | None = None

    def __enter__(self) -> Stage:
        conn = self.conn
        conn.execute("PRAGMA temp_store = FILE")
        self._drop()
        create(conn, "temp")
        conn.execute(_MARKS)
        # Appending touches few old pages, so a journal in memory stays small.
        conn.execute("PRAGMA temp.journal_mode = MEMORY")
        conn.execute("PRAGMA temp.cache_size = -4096")
        return self

    def __exit__(self, *_: object) -> None:
        if self.index:
            self.index.close()
        self._drop()
        for name, path in self.parts.items():
            self.conn.execute(f"DETACH {name}")
            path.unlink(missing_ok=True)

    def _drop(self) -> None:
        # The view of the contents goes before its table.
        for view in ("elements", "shows", "content"):
            self.conn.execute(f"DROP VIEW IF EXISTS temp.{view}")
        for table in ("staged", "marks", "contents"):
            self.conn.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def part(self) -> str:
        """A new part: the path of its file, for `open_part`."""
        name = f"part{len(self.parts) + 1}"
        handle, path = tempfile.mkstemp(prefix=PREFIX)
        os.close(handle)
        self.parts[name] = Path(path)
        self.conn.execute(f"ATTACH ? AS {name}", [path])
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2048"):
            self.conn.execute(f"PRAGMA {name}.{setting}")
        create(self.conn, name)
        return path

    def expect_many(self) -> None:
        """All parts are there, and will hold a large feed: an index of the very first programmes gets a process."""
        if first_ever(self.conn):
            self.index = Index(self.conn, list(map(str, self.parts.values())))

    def opened(self, path: str) -> None:
        """A parser has opened its part: the file needs its name no more."""
        if self.index:
            self.index.ready()
        Path(path).unlink()

    def mark(self, marks: Iterable[tuple[Any, ...]]) -> None:
        """Keep marks (as `normalise.MARK`)."""
        self.conn.executemany(_insert("temp", "marks", MARK), marks)

    @property
    def schemas(self) -> tuple[str, ...]:
        """The databases that hold staging tables."""
        return "temp", *self.parts

    def gather(self) -> None:
        """All elements are staged: views of all parts."""
        elements = " UNION ALL ".join(map(_ELEMENTS.format, count(), self.schemas))
        shows = " UNION ALL ".join(map(_SHOWS.format, self.schemas))
        self.conn.execute(f"CREATE TEMP VIEW elements AS {elements}")
        self.conn.execute(f"CREATE TEMP VIEW shows AS {shows}")
