"""Rows on their way into the guide, in temporary tables: the write lock is not held while a feed is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from .normalise import CONTENT, MARK, STAGED
from .schedule import Entry, Slot
from .times import iso

_CREATE = """
    DROP TABLE IF EXISTS temp.staged;
    DROP TABLE IF EXISTS temp.marks;
    DROP VIEW IF EXISTS temp.content;
    DROP TABLE IF EXISTS temp.contents;
    DROP TABLE IF EXISTS temp.feed_channels;
    DROP TABLE IF EXISTS temp.planned;
    DROP TABLE IF EXISTS temp.ends;
    DROP TABLE IF EXISTS temp.gone;
    -- new or changed elements of the feed, as normalise.STAGED
    CREATE TEMP TABLE staged (
        seq INTEGER PRIMARY KEY, channel TEXT, start INTEGER, stop INTEGER, hash INTEGER, content INTEGER
    );
    -- more about some of them, as normalise.MARK
    CREATE TEMP TABLE marks (
        seq INTEGER PRIMARY KEY, own_stop INTEGER, settled TEXT, length INTEGER, clump TEXT
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
    -- Staged elements with their place in the schedule, in the order of channel and start; times in epoch seconds. id is the
    -- row to update, NULL = insert.
    CREATE TEMP TABLE planned (
        number INTEGER PRIMARY KEY, seq INTEGER, id INTEGER, channel_id INTEGER, start INTEGER, stop INTEGER,
        end_source TEXT, own_stop INTEGER
    );
    -- stored rows whose end changes because of a neighbour
    CREATE TEMP TABLE ends (id INTEGER PRIMARY KEY, end_time TEXT, end_source TEXT, own_stop TEXT);
    -- stored rows that the feed no longer has
    CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY);
"""
_INSERT = f"INSERT INTO temp.staged VALUES ({', '.join('?' * len(STAGED))})"  # noqa: S608 - constants
_INSERT_CONTENT = f"INSERT INTO temp.contents VALUES ({', '.join('?' * len(CONTENT))})"  # noqa: S608 - constants
_INSERT_MARK = f"INSERT INTO temp.marks VALUES ({', '.join('?' * len(MARK))})"  # noqa: S608 - constants
#: every element as if it ended where the feed says: true of most, and the walk corrects the others
_ORDER = """
    INSERT INTO temp.planned (seq, channel_id, start, stop, end_source)
    SELECT s.seq, f.channel_id, s.start, s.stop, 'feed'
    FROM temp.staged s JOIN temp.feed_channels f ON f.name = s.channel
    WHERE f.channel_id IS NOT NULL
    ORDER BY f.channel_id, s.start, s.seq
"""
_SETTLED = """
    SELECT DISTINCT f.channel_id FROM temp.marks m JOIN temp.staged s ON s.seq = m.seq
    JOIN temp.feed_channels f ON f.name = s.channel WHERE m.settled IS NOT NULL
"""
_ENTRIES = """
    SELECT n.start, n.stop, n.seq, CASE WHEN m.seq IS NULL THEN n.stop ELSE m.own_stop END, m.settled, m.length, m.clump,
        NULL, 0, ''
    FROM temp.planned n LEFT JOIN temp.marks m ON m.seq = n.seq
    WHERE n.number BETWEEN ? AND ? ORDER BY n.number
"""
_PLAN = "INSERT INTO temp.planned VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def prepare(conn: sqlite3.Connection) -> None:
    """Empty staging tables, on disk so that memory stays flat, without a journal of their own."""
    conn.execute("PRAGMA temp_store = FILE")
    conn.executescript(_CREATE)
    # Appending touches few old pages, so a journal in memory stays small.
    conn.execute("PRAGMA temp.journal_mode = MEMORY")
    conn.execute("PRAGMA temp.cache_size = -8192")


def add(
    conn: sqlite3.Connection,
    rows: Iterable[tuple[Any, ...]],
    marks: Iterable[tuple[Any, ...]],
    contents: Iterable[tuple[Any, ...]],
) -> None:
    """Stage rows as `normalise.STAGED`, marks as `normalise.MARK` and contents as `normalise.CONTENT`."""
    conn.execute("BEGIN")
    try:
        conn.executemany(_INSERT_CONTENT, contents)
        conn.executemany(_INSERT, rows)
        conn.executemany(_INSERT_MARK, marks)
        conn.execute("COMMIT")
    except sqlite3.Error:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def set_channels(conn: sqlite3.Connection, channels: Iterable[tuple[str, int | None]]) -> None:
    conn.executemany("INSERT OR REPLACE INTO temp.feed_channels VALUES (?, ?)", channels)


@dataclass
class Stretch:
    """The planned elements of one channel: `low` is the number of the first of them. Starts and stops (epoch seconds) are
    in order of start and place in the feed; `settled` is whether a note of ours says where a stop comes from."""

    channel: int
    low: int
    starts: list[int]
    stops: list[int | None]
    settled: bool

    @property
    def high(self) -> int:
        return self.low + len(self.starts) - 1


def stretches(conn: sqlite3.Connection) -> Iterator[Stretch]:
    """The staged programmes of each channel, put into the plan as they are. Ignored channels are left out."""
    conn.execute(_ORDER)
    settled = {channel for (channel,) in conn.execute(_SETTLED)}
    rows = conn.execute("SELECT number, channel_id, start, stop FROM temp.planned ORDER BY number")
    for channel, group in groupby(rows, key=itemgetter(1)):
        numbers, _, starts, stops = zip(*group, strict=True)
        yield Stretch(channel, numbers[0], list(starts), list(stops), channel in settled)


def entries(conn: sqlite3.Connection, stretch: Stretch) -> list[Entry]:
    """The same programmes with all that is known of them."""
    return [Entry._make(row) for row in conn.execute(_ENTRIES, [stretch.low, stretch.high])]


class Plan:
    """Collects decisions and writes them to the temporary tables in batches."""

    SIZE = 2000

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self._planned: list[tuple[Any, ...]] = []
        self._ends: list[tuple[Any, ...]] = []
        self._gone: list[tuple[int]] = []

    def clear(self, stretch: Stretch) -> None:
        """Take the elements of a channel out of the plan: they do not simply end where the feed says."""
        self.conn.execute(
            "DELETE FROM temp.planned WHERE number BETWEEN ? AND ?", [stretch.low, stretch.high]
        )

    def put(self, slots: Iterable[Slot], stretch: Stretch, rows: Mapping[int, Entry]) -> None:
        """Staged elements enter the guide: as the row with the same start among `rows`, or as new ones. They are some of
        the stretch, which was cleared, and take its numbers."""
        append = self._planned.append
        for number, ((start, _stop, order, own_stop, *_), end, source) in enumerate(slots, stretch.low):
            row = rows[start].row if start in rows else None
            own = None if own_stop == end else own_stop
            append((number, order, row, stretch.channel, start, end, source, own))
        if len(self._planned) >= self.SIZE:
            self.flush()

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
