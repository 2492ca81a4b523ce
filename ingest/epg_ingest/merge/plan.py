"""The plan of a merge, in temporary tables: which staged elements enter the guide and where, which stored rows get another
end, and which rows are removed.

SQLite first puts every staged element into the plan as if it ended where the feed says. The planner then corrects the channels
where that is not the whole answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.times import iso
from ..guide.schedule import LONGEST, Entry, Slot

_CREATE = """
    DROP TABLE IF EXISTS temp.mapped;
    DROP TABLE IF EXISTS temp.planned;
    DROP TABLE IF EXISTS temp.ends;
    DROP TABLE IF EXISTS temp.removed;
    DROP TABLE IF EXISTS temp.same_start;
    -- the logical channel of each channel id of the feed
    CREATE TEMP TABLE mapped (name TEXT PRIMARY KEY, channel_id INTEGER) WITHOUT ROWID;
    -- Staged elements with their place in the schedule, in the order of channel and start; times in epoch seconds. id is the
    -- row to update, NULL = insert as row `number`; part is where the content is staged, as a place in `Stage.schemas`.
    CREATE TEMP TABLE planned (
        number INTEGER PRIMARY KEY, seq INTEGER, id INTEGER, channel_id INTEGER, start INTEGER, stop INTEGER,
        end_source TEXT, own_stop INTEGER, unzoned INTEGER, part INTEGER, hash INTEGER, content INTEGER, content_hash INTEGER
    );
    -- stored rows whose end changes because of a neighbour
    CREATE TEMP TABLE ends (id INTEGER PRIMARY KEY, end_time TEXT, end_source TEXT, own_stop TEXT);
    -- stored rows that the feed no longer has
    CREATE TEMP TABLE removed (id INTEGER PRIMARY KEY);
    -- staged elements left out because another one with the same start was chosen
    CREATE TEMP TABLE same_start (seq INTEGER PRIMARY KEY, channel_id INTEGER, start_time TEXT);
"""
#: Numbers continue after the last id that was ever given, because new rows take them as ids.
_FIRST_NUMBER = """
    INSERT INTO temp.planned (number) SELECT ifnull(max(seq), 0) FROM main.sqlite_sequence WHERE name = 'airings'
"""
#: every element as if it ended where the feed says
_PLAN_ALL = """
    INSERT INTO temp.planned (seq, channel_id, start, stop, end_source, unzoned, part, hash, content, content_hash)
    SELECT s.seq, f.channel_id, s.start, s.stop, 'feed', s.unzoned, s.part, s.hash, s.content, s.content_hash
    FROM temp.elements s JOIN temp.mapped f ON f.name = s.channel
    WHERE f.channel_id IS NOT NULL
    ORDER BY f.channel_id, s.start, s.seq
"""
#: Channels where some programme has no usable stop, is too long, overlaps the next one or ended before the retention window,
#: and channels where an export of this project noted the source of a stop. A neighbour has the next number.
_NOT_PLAIN = """
    SELECT DISTINCT n.channel_id FROM temp.planned n LEFT JOIN temp.planned m ON m.number = n.number + 1
    WHERE n.stop IS NULL OR n.stop <= n.start OR n.stop - n.start > :longest OR n.stop <= :past
        OR (m.channel_id = n.channel_id AND m.start < n.stop)
    UNION
    SELECT f.channel_id FROM temp.marks m CROSS JOIN temp.elements s ON s.seq = m.seq
    JOIN temp.mapped f ON f.name = s.channel WHERE m.noted_source IS NOT NULL
"""
_CHANNELS = """
    SELECT channel_id, min(number), max(number), max(stop - start), sum(stop > :now) FROM temp.planned
    WHERE seq IS NOT NULL GROUP BY channel_id
"""
#: the columns of `schedule.Entry`
_ENTRIES = """
    SELECT n.start, n.stop, n.seq, CASE WHEN m.seq IS NULL THEN n.stop ELSE m.own_stop END, m.noted_source, m.length, m.clump,
        NULL, 0, '', 0
    FROM temp.planned n LEFT JOIN temp.marks m ON m.seq = n.seq
    WHERE n.number BETWEEN :low AND :high ORDER BY n.number
"""
_PLACES = """
    SELECT number, hash, strftime('%Y-%m-%dT%H:%M:%SZ', start, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', stop, 'unixepoch'),
        start, stop
    FROM temp.planned WHERE number BETWEEN :low AND :high ORDER BY number
"""
_CHANGE = "UPDATE temp.planned SET id = ?, stop = ?, end_source = ?, own_stop = ? WHERE number = ?"
#: the joined programme of a clump is staged in this process, under the number of its first part with a minus
_JOIN = """
    UPDATE temp.planned SET seq = -seq, content = -seq, part = 0, hash = NULL,
        content_hash = (SELECT s.content_hash FROM temp.staged s WHERE s.seq = -planned.seq)
    WHERE number = ?
"""
_DROP = "DELETE FROM temp.planned WHERE number = ?"
_END = "INSERT INTO temp.ends VALUES (?, ?, ?, ?)"
_REMOVE = "INSERT INTO temp.removed VALUES (?)"
_SAME_START = "INSERT INTO temp.same_start VALUES (?, ?, ?)"


def prepare(conn: sqlite3.Connection) -> None:
    """Create an empty plan. Call it outside of any transaction."""
    conn.executescript(_CREATE)


def set_channels(conn: sqlite3.Connection, channels: Iterable[tuple[str, int | None]]) -> None:
    """Note the logical channel of each channel id of the feed; None = ignored."""
    conn.executemany("INSERT OR REPLACE INTO temp.mapped VALUES (?, ?)", channels)


@dataclass
class PlannedChannel:
    """The planned elements of one channel: the numbers from `low` to `high`, in order of start and place in the feed.

    They are `plain` if `schedule.assign_ends` would change nothing. `longest` is the longest duration in seconds, `upcoming`
    the number of those that have not ended; both mean something for plain channels only.
    """

    channel: int
    low: int
    high: int
    longest: int = 0
    upcoming: int = 0
    plain: bool = False


def planned_channels(conn: sqlite3.Connection, now: int, past: int | None) -> list[PlannedChannel]:
    """Put all staged programmes into the plan as they are, without those of ignored channels.

    `now` and `past`, the start of the retention window (None = no limit), are epoch seconds.
    """
    conn.execute(_FIRST_NUMBER)
    conn.execute(_PLAN_ALL)
    bounds = {"longest": LONGEST, "past": -1 << 62 if past is None else past}
    not_plain = {channel for (channel,) in conn.execute(_NOT_PLAIN, bounds)}
    return [
        PlannedChannel(channel, low, high, longest or 0, upcoming or 0, channel not in not_plain)
        for channel, low, high, longest, upcoming in conn.execute(_CHANNELS, {"now": now})
    ]


def reach(conn: sqlite3.Connection) -> int | None:
    """When the last staged programme ends, or starts if it has no stop (epoch seconds); None without any."""
    (found,) = conn.execute("SELECT max(max(start, ifnull(stop, start))) FROM temp.elements").fetchone()
    return None if found is None else int(found)


def entries(conn: sqlite3.Connection, planned: PlannedChannel) -> list[Entry]:
    """The elements of a planned channel with everything that the schedule needs."""
    return [Entry._make(row) for row in conn.execute(_ENTRIES, {"low": planned.low, "high": planned.high})]


class Place(NamedTuple):
    """The place of a planned element: its number in the plan, the hash of its bytes, start and stop as stored in the guide
    (ISO, UTC), and the same in epoch seconds."""

    number: int
    hash: int | None
    start_time: str
    end_time: str | None
    start: int
    stop: int | None


def places(conn: sqlite3.Connection, planned: PlannedChannel) -> list[Place]:
    """The elements of a planned channel with what is needed to compare their places to those of stored rows."""
    return [Place._make(row) for row in conn.execute(_PLACES, {"low": planned.low, "high": planned.high})]


class Plan:
    """Collects decisions and writes them to the temporary tables in batches."""

    SIZE = 2000

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        #: rows waiting for each statement, which run in this order
        self._waiting: dict[str, list[tuple[Any, ...]]] = {
            statement: [] for statement in (_DROP, _JOIN, _CHANGE, _END, _REMOVE, _SAME_START)
        }

    def put(self, slots: Iterable[Slot], numbers: dict[int, int], rows: Mapping[int, Entry]) -> None:
        """Let staged elements enter the guide: as the row with the same start among `rows`, or as new rows.

        `numbers` holds the plan number of every element of the channel by its place in the feed. This uses it up: elements
        without a slot leave the plan.
        """
        for (start, stop, order, own_stop, *_), end, source in slots:
            row = rows[start].row if start in rows else None
            own = None if own_stop == end else own_stop
            number = numbers.pop(abs(order))
            if order < 0:
                self._waiting[_JOIN].append((number,))
            # A clump has the stop of its longest part; the plan has that of its first part.
            if order < 0 or row is not None or end != stop or source != "feed" or own is not None:
                self._waiting[_CHANGE].append((row, end, source, own, number))
        self._add(_DROP, [(number,) for number in numbers.values()])
        if len(self._waiting[_CHANGE]) >= self.SIZE:
            self.flush()

    def replace(self, changes: Iterable[tuple[int, int, str, int | None, int]]) -> None:
        """Let staged elements take the place of stored rows, each as (row, end, end_source, own stop, number)."""
        self._add(_CHANGE, changes)

    def end(self, row: int, end: int, source: str, own_stop: int | None) -> None:
        """Give a stored row another end."""
        own = None if own_stop is None or own_stop == end else iso(own_stop)
        self._add(_END, [(row, iso(end), source, own)])

    def leave_out(self, channel: int, chosen: Entry, same_start: Iterable[Entry]) -> None:
        """Note the elements that have the start of the chosen one and are left out."""
        start = iso(chosen.start)
        others = [entry for entry in same_start if entry.row is None and entry is not chosen]
        self._add(_SAME_START, [(entry.order, channel, start) for entry in others])

    def remove(self, row: int) -> None:
        """Remove a stored row."""
        self._add(_REMOVE, [(row,)])

    def _add(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        waiting = self._waiting[statement]
        waiting += rows
        if len(waiting) >= self.SIZE:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits."""
        for statement, rows in self._waiting.items():
            if rows:
                self.conn.executemany(statement, rows)
                rows.clear()
