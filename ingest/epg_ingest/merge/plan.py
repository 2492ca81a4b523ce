"""The plan of a merge, in temporary tables: which staged elements enter the guide, and where; which rows end elsewhere or go.

It begins with every element where the feed says, sorted by SQLite; the walk corrects the channels where that is not all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.times import iso
from ..guide.schedule import LONGEST, Entry, Slot

_CREATE = """
    DROP TABLE IF EXISTS temp.feed_channels;
    DROP TABLE IF EXISTS temp.planned;
    DROP TABLE IF EXISTS temp.ends;
    DROP TABLE IF EXISTS temp.gone;
    DROP TABLE IF EXISTS temp.lost;
    -- the logical channel of each channel id of the feed
    CREATE TEMP TABLE feed_channels (name TEXT PRIMARY KEY, channel_id INTEGER) WITHOUT ROWID;
    -- Staged elements with their place in the schedule, in the order of channel and start; times in epoch seconds. id is the
    -- row to update, NULL = insert as row `number`; part is where its content is staged, as a place in `Stage.schemas`.
    CREATE TEMP TABLE planned (
        number INTEGER PRIMARY KEY, seq INTEGER, id INTEGER, channel_id INTEGER, start INTEGER, stop INTEGER,
        end_source TEXT, own_stop INTEGER, part INTEGER, hash INTEGER, content INTEGER
    );
    -- stored rows whose end changes because of a neighbour
    CREATE TEMP TABLE ends (id INTEGER PRIMARY KEY, end_time TEXT, end_source TEXT, own_stop TEXT);
    -- stored rows that the feed no longer has
    CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY);
    -- staged elements that lost their start to another one
    CREATE TEMP TABLE lost (seq INTEGER PRIMARY KEY, channel_id INTEGER, start_time TEXT);
"""
#: Numbers go on behind the last id that was ever given: new rows take theirs from them.
_FIRST = """
    INSERT INTO temp.planned (number) SELECT ifnull(max(seq), 0) FROM main.sqlite_sequence WHERE name = 'programs'
"""
#: every element as if it ended where the feed says
_ORDER = """
    INSERT INTO temp.planned (seq, channel_id, start, stop, end_source, part, hash, content)
    SELECT s.seq, f.channel_id, s.start, s.stop, 'feed', s.part, s.hash, s.content
    FROM temp.elements s JOIN temp.feed_channels f ON f.name = s.channel
    WHERE f.channel_id IS NOT NULL
    ORDER BY f.channel_id, s.start, s.seq
"""
#: Channels where not every programme ends where it says, before the next one starts and late enough to be kept, and those where
#: an export of ours noted where a stop comes from. A neighbour has the next number.
_NOT_PLAIN = """
    SELECT DISTINCT n.channel_id FROM temp.planned n LEFT JOIN temp.planned m ON m.number = n.number + 1
    WHERE n.stop IS NULL OR n.stop <= n.start OR n.stop - n.start > :longest OR n.stop <= :past
        OR (m.channel_id = n.channel_id AND m.start < n.stop)
    UNION
    SELECT f.channel_id FROM temp.marks m CROSS JOIN temp.elements s ON s.seq = m.seq
    JOIN temp.feed_channels f ON f.name = s.channel WHERE m.settled IS NOT NULL
"""
_STRETCHES = """
    SELECT channel_id, min(number), max(number), max(stop - start), sum(stop > ?) FROM temp.planned
    WHERE seq IS NOT NULL GROUP BY channel_id
"""
_ENTRIES = """
    SELECT n.start, n.stop, n.seq, CASE WHEN m.seq IS NULL THEN n.stop ELSE m.own_stop END, m.settled, m.length, m.clump,
        NULL, 0, ''
    FROM temp.planned n LEFT JOIN temp.marks m ON m.seq = n.seq
    WHERE n.number BETWEEN ? AND ? ORDER BY n.number
"""
_SPANS = """
    SELECT number, hash, strftime('%Y-%m-%dT%H:%M:%SZ', start, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', stop, 'unixepoch'),
        start, stop
    FROM temp.planned WHERE number BETWEEN ? AND ? ORDER BY number
"""
_CHANGE = "UPDATE temp.planned SET id = ?, stop = ?, end_source = ?, own_stop = ? WHERE number = ?"
#: what a clump was joined to is staged here, under the number of its first part with a minus
_JOIN = "UPDATE temp.planned SET seq = -seq, content = -seq, part = 0, hash = NULL WHERE number = ?"
_DROP = "DELETE FROM temp.planned WHERE number = ?"


def prepare(conn: sqlite3.Connection) -> None:
    """An empty plan."""
    conn.executescript(_CREATE)


def set_channels(conn: sqlite3.Connection, channels: Iterable[tuple[str, int | None]]) -> None:
    conn.executemany("INSERT OR REPLACE INTO temp.feed_channels VALUES (?, ?)", channels)


@dataclass
class Stretch:
    """The planned elements of one channel: numbers from `low` to `high`, in order of start and place in the feed. They are
    `plain` when `schedule.settle` would change nothing. `longest` is their longest duration in seconds, `upcoming` how many
    have not ended; neither means anything where they are not plain."""

    channel: int
    low: int
    high: int
    longest: int = 0
    upcoming: int = 0
    plain: bool = False


def stretches(conn: sqlite3.Connection, now: int, past: int | None) -> list[Stretch]:
    """The staged programmes of each channel, put into the plan as they are. Ignored channels are left out.

    `now` and `past`, the end of the retention window, are epoch seconds.
    """
    conn.execute(_FIRST)
    conn.execute(_ORDER)
    bounds = {"longest": LONGEST, "past": -1 << 62 if past is None else past}
    others = {channel for (channel,) in conn.execute(_NOT_PLAIN, bounds)}
    return [
        Stretch(channel, low, high, longest or 0, upcoming or 0, channel not in others)
        for channel, low, high, longest, upcoming in conn.execute(_STRETCHES, [now])
    ]


def entries(conn: sqlite3.Connection, stretch: Stretch) -> list[Entry]:
    """The same programmes with all that is known of them."""
    return [Entry._make(row) for row in conn.execute(_ENTRIES, [stretch.low, stretch.high])]


class Span(NamedTuple):
    """A planned element: its number in the plan and its hash, start and stop as the guide has them and in epoch seconds."""

    number: int
    hash: int | None
    begins: str
    ends: str | None
    start: int
    stop: int | None


def spans(conn: sqlite3.Connection, stretch: Stretch) -> list[Span]:
    """The same programmes as far as it takes to see whether stored ones stand in their places."""
    return [Span._make(row) for row in conn.execute(_SPANS, [stretch.low, stretch.high])]


class Plan:
    """Collects decisions and writes them to the temporary tables in batches."""

    SIZE = 2000

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self._changed: list[tuple[Any, ...]] = []
        self._joined: list[tuple[int]] = []
        self._dropped: list[tuple[int]] = []
        self._ends: list[tuple[Any, ...]] = []
        self._gone: list[tuple[int]] = []
        self._lost: list[tuple[int, int, str]] = []

    def put(self, slots: Iterable[Slot], numbers: dict[int, int], rows: Mapping[int, Entry]) -> None:
        """Staged elements enter the guide: as the row with the same start among `rows`, or as new ones. `numbers` are those
        in the plan by place in the feed, of all elements of the channel: the others leave it. It is used up."""
        for (start, stop, order, own_stop, *_), end, source in slots:
            row = rows[start].row if start in rows else None
            own = None if own_stop == end else own_stop
            number = numbers.pop(abs(order))
            if order < 0:
                self._joined.append((number,))
            # A clump has the stop of its longest part; planned is that of its first one.
            if order < 0 or row is not None or end != stop or source != "feed" or own is not None:
                self._changed.append((row, end, source, own, number))
        self._dropped += [(number,) for number in numbers.values()]
        if len(self._changed) + len(self._dropped) >= self.SIZE:
            self.flush()

    def replace(self, changes: Iterable[tuple[int, int, str, int | None, int]]) -> None:
        """Staged elements take the place of stored rows, each as (row, end, end_source, own stop, number)."""
        self._changed += changes
        if len(self._changed) >= self.SIZE:
            self.flush()

    def end(self, row: int, end: int, source: str, own_stop: int | None) -> None:
        """A stored row ends elsewhere than before."""
        own = None if own_stop is None or own_stop == end else iso(own_stop)
        self._ends.append((row, iso(end), source, own))
        if len(self._ends) >= self.SIZE:
            self.flush()

    def lose(self, channel: int, winner: Entry, same: Iterable[Entry]) -> None:
        """Of the elements with one start all but one lost."""
        start = iso(winner.start)
        self._lost += [
            (entry.order, channel, start) for entry in same if entry.row is None and entry is not winner
        ]
        if len(self._lost) >= self.SIZE:
            self.flush()

    def remove(self, row: int) -> None:
        self._gone.append((row,))
        if len(self._gone) >= self.SIZE:
            self.flush()

    def flush(self) -> None:
        if self._dropped:
            self.conn.executemany(_DROP, self._dropped)
        if self._joined:
            self.conn.executemany(_JOIN, self._joined)
        if self._changed:
            self.conn.executemany(_CHANGE, self._changed)
        if self._ends:
            self.conn.executemany("INSERT INTO temp.ends VALUES (?, ?, ?, ?)", self._ends)
        if self._gone:
            self.conn.executemany("INSERT INTO temp.gone VALUES (?)", self._gone)
        if self._lost:
            self.conn.executemany("INSERT INTO temp.lost VALUES (?, ?, ?)", self._lost)
        for done in (self._changed, self._joined, self._dropped, self._ends, self._gone, self._lost):
            done.clear()
