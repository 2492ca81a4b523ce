"""The staging tables: rows of a feed wait here while it is read, so that the import holds no write lock until the merge.

The importing process keeps its staging tables in SQLite's temporary database. Each parser process has a *part*: a database
file of its own, which the importer attaches, so that no row has to be sent between processes. A part's file loses its name as
soon as both processes have opened it, so it vanishes with the import, however the import ends.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..core.locked_folder import locked_folder
from .search_index import IndexBuilder, first_ever

#: how the folder of the parts begins
PREFIX = "epg-stage-"
#: SQLite attaches at most ten databases; the search index needs one more
MOST_PARTS = 8
_CREATE = """
    -- new or changed elements of the feed, as columns.STAGED
    CREATE TABLE {part}.staged (
        seq INTEGER PRIMARY KEY, channel TEXT, start INTEGER, stop INTEGER, unzoned INTEGER, hash INTEGER, content INTEGER,
        content_hash INTEGER
    );
    -- their contents, as columns.CONTENT; several elements may share one. Another name than in the guide: it would hide that.
    CREATE TABLE {part}.staged_contents (
        id INTEGER PRIMARY KEY, title TEXT, subtitle TEXT, description TEXT, category TEXT, episode_num TEXT,
        season INTEGER, episode INTEGER, rating TEXT, actors TEXT, directors TEXT, icon_url TEXT, is_new INTEGER,
        details TEXT
    );
    -- the same with NULL for what is missing (columns.MISSING)
    CREATE VIEW {part}.content AS
        SELECT id, nullif(title, '') AS title, nullif(subtitle, '') AS subtitle, nullif(description, '') AS description,
               category, nullif(episode_num, '') AS episode_num, nullif(season, -1) AS season,
               nullif(episode, -1) AS episode, nullif(rating, '') AS rating, actors, directors,
               nullif(icon_url, '') AS icon_url, is_new, details
        FROM staged_contents;
"""
#: more about some elements, as columns.MARK: few in most feeds, so only the importer keeps them
_CREATE_MARKS = """
    CREATE TEMP TABLE marks (
        seq INTEGER PRIMARY KEY, own_stop INTEGER, noted_source TEXT, length INTEGER, clump TEXT, later INTEGER,
        stop_later INTEGER, start_clock INTEGER, stop_clock INTEGER
    )
"""
_ADD_CONTENTS = "INSERT INTO {part}.staged_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_ROWS = "INSERT INTO {part}.staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_MARKS = "INSERT INTO temp.marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
#: all rows of the feed, with the part that holds each
_CREATE_ELEMENTS = """
    CREATE TEMP VIEW elements AS
    -- for each part
    SELECT {place} AS part, * FROM {part}.staged
    -- end of parts
"""
_CREATE_ELEMENT_CONTENTS = """
    CREATE TEMP VIEW element_contents AS
    -- for each part
    SELECT s.seq, t.* FROM {part}.staged s JOIN {part}.content t ON t.id = s.content
    -- end of parts
"""
_REPEATED = re.compile(r"-- for each part\n(.*?)\n\s*-- end of parts", re.DOTALL)


def over_parts(statement: str, schemas: Sequence[str]) -> str:
    """A statement over several parts, from one written for a single part.

    SQLite cannot bind the name of an attached database, so this is the only text that the code puts into its statements:
    the SELECT between the lines `-- for each part` and `-- end of parts` is repeated for each of `schemas` and joined by
    UNION ALL, with the name for `{part}` and its place, from 0, for `{place}`.
    """

    def repeated(found: re.Match[str]) -> str:
        return "\nUNION ALL\n".join(
            found[1].replace("{part}", schema).replace("{place}", str(place))
            for place, schema in enumerate(schemas)
        )

    return _REPEATED.sub(repeated, statement)


def create(conn: sqlite3.Connection, schema: str) -> None:
    """Create empty staging tables in a database of the connection."""
    conn.executescript(_CREATE.replace("{part}", schema))


def open_part(path: str) -> sqlite3.Connection:
    """Open a parser's own part. It needs no journal: after a crash nobody reads it."""
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
    """Stage rows (as `columns.STAGED`) and contents (as `columns.CONTENT`) in one transaction."""
    conn.execute("BEGIN")
    try:
        conn.executemany(_ADD_CONTENTS.replace("{part}", schema), contents)
        conn.executemany(_ADD_ROWS.replace("{part}", schema), rows)
        conn.execute("COMMIT")
    except sqlite3.Error:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


class Stage:
    """The staging tables of one import: those of this process and the parts of its parsers. A context manager.

    After `gather` there are two temporary views over all parts: `elements`, the rows as `columns.STAGED` with the `part`
    they are in, and `element_contents`, the contents as `columns.CONTENT` with the `seq` of their element. Leave the block
    outside of any transaction.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.parts: dict[str, Path] = {}
        self.index: IndexBuilder | None = None
        self.files = ExitStack()
        self.folder: Path | None = None

    def __enter__(self) -> Stage:
        conn = self.conn
        conn.execute("PRAGMA temp_store = FILE")
        self._drop()
        create(conn, "temp")
        conn.execute(_CREATE_MARKS)
        # Appending touches few old pages, so a journal in memory stays small.
        conn.execute("PRAGMA temp.journal_mode = MEMORY")
        conn.execute("PRAGMA temp.cache_size = -4096")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.index:
            self.index.close()
        self.files.close()
        try:
            self._drop()
            for name in self.parts:
                self.conn.execute(f"DETACH {name}")
        except sqlite3.OperationalError:
            # The traceback of an exception may hold a cursor, which locks what it reads. The exception is what matters then:
            # a Ctrl-C must not end as "the database is locked". All of it goes with the connection.
            if kind is None:
                raise

    def _drop(self) -> None:
        # Views go before the tables that they read.
        for view in ("elements", "element_contents", "content"):
            self.conn.execute(f"DROP VIEW IF EXISTS temp.{view}")
        for table in ("staged", "marks", "staged_contents"):
            self.conn.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def part(self) -> str:
        """Attach a new part; returns the path of its file, for `open_part`."""
        name = f"part{len(self.parts) + 1}"
        path = str(self._place() / name)
        self.parts[name] = Path(path)
        self.conn.execute(f"ATTACH ? AS {name}", [path])
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2048"):
            self.conn.execute(f"PRAGMA {name}.{setting}")
        create(self.conn, name)
        return path

    def _place(self) -> Path:
        """The folder of the parts. It keeps its name: the next import removes it if this one is killed."""
        if self.folder is None:
            self.folder = self.files.enter_context(locked_folder(PREFIX))
        return self.folder

    def expect_many(self) -> None:
        """Start the process for the search index of the first programmes ever. Call it when the parts of a large feed exist."""
        if first_ever(self.conn):
            self.index = IndexBuilder(self.conn, self._place() / "index", list(map(str, self.parts.values())))

    def opened(self, path: str) -> None:
        """Take the name away from the file of a part: its parser has opened it."""
        if self.index:
            self.index.ready()
        Path(path).unlink()

    def mark(self, marks: Iterable[tuple[Any, ...]]) -> None:
        """Stage marks (as `columns.MARK`)."""
        self.conn.executemany(_ADD_MARKS, marks)

    @property
    def schemas(self) -> tuple[str, ...]:
        """The names of the databases that hold staging tables; the place of each is the `part` of its elements."""
        return "temp", *self.parts

    def gather(self) -> None:
        """Create the views over all parts. Call this when all elements are staged."""
        self.conn.execute(over_parts(_CREATE_ELEMENTS, self.schemas))
        self.conn.execute(over_parts(_CREATE_ELEMENT_CONTENTS, self.schemas))
