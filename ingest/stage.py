"""Rows on their way into the guide, in temporary tables: the write lock is not held while a feed is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

from .normalise import CONTENT, STAGED
from .schedule import Entry, Slot
from .times import iso

_CREATE = """
    DROP TABLE IF EXISTS temp.staged;
    DROP VIEW IF EXISTS temp.content;
    DROP TABLE IF EXISTS temp.contents;
    DROP TABLE IF EXISTS temp.feed_channels;
    DROP TABLE IF EXISTS temp.planned;
    DROP TABLE IF EXISTS temp.ends;
    DROP TABLE IF EXISTS temp.gone;
    -- new or changed elements of the feed, as normalise.STAGED
    CREATE TEMP TABLE staged (
        seq INTEGER PRIMARY KEY, channel TEXT, start INTEGER, stop INTEGER, own_stop INTEGER, settled TEXT,
        length INTEGER, clump TEXT, hash INTEGER, content INTEGER
    );
    -- what they say, as normalise.CONTENT: many showings share one
    CREATE TEMP TABLE contents (
        id INTEGER PRIMARY KEY, title TEXT, subtitle TEXT, description TEXT, category TEXT, episode_num TEXT,
        season INTEGER, episode INTEGER, rating TEXT, actors TEXT, directors TEXT, icon_url TEXT, is_new INTEGER,
        details TEXT
    );
    -- the same with NULL for what is missing (normalise.MISSING stands for it)
    CREATE TEMP VIEW content AS
        SELECT id, title, nullif(subtitle, '') AS subtitle, nullif(description, '') AS description, category,
            nullif(episode_num, '') AS episode_num, nullif(season, -1) AS season, nullif(episode, -1) AS episode,
            nullif(rating, '') AS rating, actors, directors, nullif(icon_url, '') AS icon_url, is_new, details
        FROM contents;
    -- the logical channel of each channel id of the feed
    CREATE TEMP TABLE feed_channels (name TEXT PRIMARY KEY, channel_id INTEGER) WITHOUT ROWID;
    -- staged elements with their place in the schedule; id is the row to update, NULL = insert
    CREATE TEMP TABLE planned (
        number INTEGER PRIMARY KEY, seq INTEGER, id INTEGER, channel_id INTEGER, start_time TEXT, end_time TEXT,
        end_source TEXT, own_stop TEXT
    );
    -- stored rows whose end changes because of a neighbour
    CREATE TEMP TABLE ends (id INTEGER PRIMARY KEY, end_time TEXT, end_source TEXT, own_stop TEXT);
    -- stored rows that the feed no longer has
    CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY);
"""
_INSERT = f"INSERT INTO temp.staged VALUES ({', '.join('?' * len(STAGED))})"  # noqa: S608 - constants
_INSERT_CONTENT = f"INSERT INTO temp.contents VALUES ({', '.join('?' * len(CONTENT))})"  # noqa: S608 - constants
_PLAN = """
    INSERT INTO temp.planned (seq, id, channel_id, start_time, end_time, end_source, own_stop)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_PLAN_PLAIN = """
    INSERT INTO temp.planned (seq, channel_id, start_time, end_time, end_source) VALUES (?, ?, ?, ?, 'feed')
"""
_STAGED = """
    SELECT f.channel_id, s.start, s.stop, s.seq, s.own_stop, nullif(s.settled, ''), nullif(s.length, 0),
        nullif(s.clump, ''), NULL, 0, ''
    FROM temp.staged s JOIN temp.feed_channels f ON f.name = s.channel
    WHERE f.channel_id IS NOT NULL
    ORDER BY f.channel_id, s.start, s.seq
"""


def prepare(conn: sqlite3.Connection) -> None:
    """Empty staging tables, on disk so that memory stays flat, without a journal of their own."""
    conn.execute("PRAGMA temp_store = FILE")
    conn.executescript(_CREATE)
    # Appending touches few old pages, so a journal in memory stays small.
    conn.execute("PRAGMA temp.journal_mode = MEMORY")
    conn.execute("PRAGMA temp.cache_size = -8192")


def add(
    conn: sqlite3.Connection, rows: Iterable[tuple[Any, ...]], contents: Iterable[tuple[Any, ...]]
) -> None:
    """Stage rows as `normalise.STAGED` and contents as `normalise.CONTENT`."""
    conn.execute("BEGIN")
    try:
        conn.executemany(_INSERT_CONTENT, contents)
        conn.executemany(_INSERT, rows)
        conn.execute("COMMIT")
    except sqlite3.Error:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def channel_names(conn: sqlite3.Connection) -> list[str]:
    """The channel ids that staged programmes use, in the order of the feed."""
    return [
        name for (name,) in conn.execute("SELECT channel FROM temp.staged GROUP BY channel ORDER BY min(seq)")
    ]


def set_channels(conn: sqlite3.Connection, channels: Iterable[tuple[str, int | None]]) -> None:
    conn.executemany("INSERT OR REPLACE INTO temp.feed_channels VALUES (?, ?)", channels)


def entries(conn: sqlite3.Connection) -> Iterator[tuple[int, list[Entry]]]:
    """Staged programmes of each channel, by start and place in the feed. Ignored channels are left out."""
    make = Entry._make
    for channel, rows in groupby(conn.execute(_STAGED), key=itemgetter(0)):
        yield channel, [make(row[1:]) for row in rows]


class Plan:
    """Collects decisions and writes them to the temporary tables in batches."""

    SIZE = 2000

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self._planned: list[tuple[Any, ...]] = []
        self._ends: list[tuple[Any, ...]] = []
        self._gone: list[tuple[int]] = []

    def put(self, slots: Iterable[Slot], channel: int, rows: Mapping[int, Entry]) -> None:
        """Staged elements enter the guide: as the row with the same start among `rows`, or as new ones."""
        append = self._planned.append
        for (start, _stop, order, own_stop, *_), end, source in slots:
            row = rows[start].row if start in rows else None
            own = None if own_stop == end or own_stop is None else iso(own_stop)
            append((order, row, channel, iso(start), iso(end), source, own))
        if len(self._planned) >= self.SIZE:
            self.flush()

    def put_plain(self, orders: list[int], channel: int, starts: list[int], stops: list[int]) -> None:
        """New programmes that end where the feed says."""
        self.flush()
        self.conn.executemany(_PLAN_PLAIN, zip(orders, repeat(channel), map(iso, starts), map(iso, stops)))

    def end(self, row: int, end: int, source: str, own_stop: int | None) -> None:
        """A stored row ends elsewhere than before."""
        own = None if own_stop is None or own_stop == end else iso(own_stop)
        self._ends.append((row, iso(end), source, own))
        if len(self._ends) >= self.SIZE:
            self.flush()

    def remove(self, row: int) -> None:
        self._gone.append((row,))
        if len(self._gone) >= self.SIZE:
            self.flush()

    def flush(self) -> None:
        if self._planned:
            self.conn.executemany(_PLAN, self._planned)
        if self._ends:
            self.conn.executemany("INSERT INTO temp.ends VALUES (?, ?, ?, ?)", self._ends)
        if self._gone:
            self.conn.executemany("INSERT INTO temp.gone VALUES (?)", self._gone)
        self._planned, self._ends, self._gone = [], [], []
