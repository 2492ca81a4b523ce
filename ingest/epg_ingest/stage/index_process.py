"""The main module of the process that builds the first search index: `python -m epg_ingest.stage.index_process`.

The first message is the path of its own file, the definition of the FTS5 table, and the paths of the parts of the stage. It
answers when it has opened them all. Then come lists of programmes, and `build` at the end, answered when the index is finished.
See `search_index.py` for why this is done and when.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from ..core.processes import Peer, run_child

#: How the index is built. 2 MB of terms stay in memory: more is no faster, and the importer is at its peak meanwhile. Segments
#: are merged only at the end, all into one. FTS5 allows 2,000 segments, so 500 of a level are merged before that.
_BULK = (("hashsize", 2 * 1024 * 1024), ("automerge", 0), ("crisismerge", 500))
_TABLES = """
    CREATE TEMP TABLE wanted (number INTEGER PRIMARY KEY, part INTEGER, content INTEGER);
    CREATE TEMP TABLE joined (number INTEGER PRIMARY KEY, title TEXT, subtitle TEXT, description TEXT);
"""
_INSERT = {
    "wanted": "INSERT INTO temp.wanted VALUES (?, ?, ?)",
    "joined": "INSERT INTO temp.joined VALUES (?, ?, ?, ?)",
}
#: the texts of the programmes in one part; the name of a database cannot be a parameter
_OF_PART = """
    SELECT w.number AS number, c.title, c.subtitle, c.description
    FROM temp.wanted w CROSS JOIN part{0}.staged_contents c ON c.id = w.content WHERE w.part = {0}
"""
_OF_JOINED = "SELECT number, title, subtitle, description FROM temp.joined"


def work(importer: Peer) -> None:
    """Build one index. It ends early, without a word, when the database reports an error: then the importer builds the index
    itself, and reports what it meets."""
    path, definition, parts = importer.receive()
    with suppress(sqlite3.Error):
        conn = _open(path, definition, parts)
        importer.send("opened")
        conn.execute("BEGIN")
        while True:
            kind, rows = importer.receive()
            if kind == "build":
                _build(conn, len(parts))
                importer.send("built")
                return
            # The importer waits until it has handed over everything, so rows are only stored here.
            conn.executemany(_INSERT[kind], rows)


def _open(path: str, definition: str, parts: Sequence[str]) -> sqlite3.Connection:
    """The file of the index with an empty FTS5 table, and the parts attached. SQLite has really opened all of them."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute(definition)
    for setting in _BULK:
        conn.execute("INSERT INTO main.contents_fts (contents_fts, rank) VALUES (?, ?)", setting)
    conn.executescript(_TABLES)
    for place, part in enumerate(parts, 1):
        conn.execute(f"ATTACH ? AS part{place}", [part])
        conn.execute(f"SELECT count(*) FROM part{place}.staged_contents").fetchone()  # noqa: S608 - a number
    return conn


def _build(conn: sqlite3.Connection, parts: int) -> None:
    texts = " UNION ALL ".join([*(_OF_PART.format(place) for place in range(1, parts + 1)), _OF_JOINED])
    conn.execute(
        f"INSERT INTO main.contents_fts (rowid, title, subtitle, description) {texts} ORDER BY number"
    )
    conn.execute("INSERT INTO main.contents_fts (contents_fts) VALUES ('optimize')")
    conn.execute("COMMIT")


if __name__ == "__main__":
    run_child(work)
