"""Stored programmes read back as entries of a schedule, and given new ends after they moved to a channel (spec section 4)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

import orjson

from ..core.times import from_iso, iso
from ..parse.details import length_seconds
from .schedule import Entry, Row, assign_ends

#: rows with their own times, as they were before a cut
_STORED = """
    SELECT a.id, ifnull(k.start_time, a.start_time), ifnull(k.end_time, a.end_time), ifnull(k.end_source, a.end_source),
           CASE WHEN k.program_id IS NULL THEN a.own_stop ELSE k.own_stop END,
           CASE WHEN a.end_source = 'feed' THEN NULL ELSE json_extract(c.details, '$.length') END
    FROM airings a LEFT JOIN cuts k ON k.program_id = a.id
    LEFT JOIN contents c ON c.id = a.content_id AND a.end_source <> 'feed'
    WHERE a.provider_id = ? AND a.channel_id = ? ORDER BY a.start_time
"""
#: the same without what only `assign_ends` needs
_PLACES = """
    SELECT a.id, ifnull(k.start_time, a.start_time), ifnull(k.end_time, a.end_time), ifnull(k.end_source, a.end_source),
        CASE ifnull(k.end_source, a.end_source)
            WHEN 'feed' THEN ifnull(k.end_time, a.end_time)
            WHEN 'cut' THEN CASE WHEN k.program_id IS NULL THEN ifnull(a.own_stop, a.end_time)
                                 ELSE ifnull(k.own_stop, k.end_time) END
        END
    FROM airings a LEFT JOIN cuts k ON k.program_id = a.id
    WHERE a.provider_id = ? AND a.channel_id = ? ORDER BY a.start_time
"""
#: Every column but title and `details` is empty, and `details` holds no element of the DTD but the title: its languages, the
#: attributes of `<programme>`, and what other dialects add. `merge/bare.py` asks the same of staged elements.
_BARE = """
    SELECT a.id FROM airings a JOIN contents c ON c.id = a.content_id
    WHERE a.id IN (SELECT value FROM json_each(:rows)) AND c.subtitle IS NULL AND c.description IS NULL AND c.category = '[]'
      AND c.episode_num IS NULL AND c.season IS NULL AND c.episode IS NULL AND c.rating IS NULL AND c.actors = '[]'
      AND c.directors = '[]' AND c.icon_url IS NULL AND c.is_new = 0
      AND NOT EXISTS (SELECT 1 FROM json_each(c.details) said WHERE said.key IN (
        'sub-title', 'desc', 'credits', 'category', 'date', 'keyword', 'language', 'orig-language', 'length', 'icon', 'url',
        'country', 'episode-num', 'video', 'audio', 'previously-shown', 'premiere', 'last-chance', 'subtitles', 'rating',
        'star-rating', 'review', 'image', 'clump'))
"""
_COUNT = "SELECT count(*) FROM airings WHERE provider_id = ? AND channel_id = ?"
_CUT_ROWS = """
    SELECT k.program_id, k.start_time, k.end_time, a.channel_id FROM cuts k CROSS JOIN airings a ON a.id = k.program_id
    WHERE a.provider_id = :provider AND a.channel_id IN (SELECT value FROM json_each(:channels))
"""
_RESTORE = """
    UPDATE airings SET (start_time, end_time, end_source, own_stop) = (
        SELECT k.start_time, k.end_time, k.end_source, k.own_stop FROM cuts k WHERE k.program_id = airings.id)
    WHERE id = ?
"""
_FORGET_TIMES = "DELETE FROM cuts WHERE program_id = ?"
_END = """
    UPDATE airings SET end_time = ?, end_source = ?, updated_at = ?, own_stop = ? WHERE id = ?
"""


def read(conn: sqlite3.Connection, provider_id: int, channel_id: int, marks: Sequence[int]) -> list[Entry]:
    """A provider's rows on a channel with their own times, in order of start.

    `marks` holds the place in the feed of each (0 = not in it).
    """
    rows = conn.execute(_STORED, [provider_id, channel_id])
    found = []
    for (row, start_time, end_time, source, own_stop, length), mark in zip(rows, marks, strict=True):
        start, end = from_iso(start_time), from_iso(end_time)
        if source == "feed":
            found.append(Entry(start, end, mark, end, None, None, None, row, end, source))
        else:
            own = None if own_stop is None else from_iso(own_stop)
            seconds = length_seconds(orjson.loads(length)) if length else None
            found.append(Entry(start, own, mark, own, None, seconds, None, row, end, source))
    return found


def places(
    conn: sqlite3.Connection, provider_id: int, channel_id: int
) -> list[tuple[int, str, str, str, str | None]]:
    """The same rows as (id, start, end, end_source, own stop), with times as they are stored (ISO, UTC).

    The own stop is None unless the programme ends there or was cut before it.
    """
    return conn.execute(_PLACES, [provider_id, channel_id]).fetchall()


def bare_rows(conn: sqlite3.Connection, rows: Iterable[int]) -> set[int]:
    """Which of these rows say nothing but when, where and their title: they lose their start to one that says more."""
    return {row for (row,) in conn.execute(_BARE, {"rows": json.dumps(list(rows))})}


def restore(conn: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Give cut programmes their own times back; `rows` holds those."""
    if rows:
        conn.executemany(_RESTORE, [(row.id,) for row in rows])
        conn.executemany(_FORGET_TIMES, [(row.id,) for row in rows])
        note_longest(conn, max(from_iso(row.end) - from_iso(row.start) for row in rows))


def uncut(conn: sqlite3.Connection, provider_id: int, channel_ids: Iterable[int]) -> set[int]:
    """Give a provider's programmes on the channels their own times back, before they are compared or moved in SQL.

    Returns the channels on which there were any. The caller resolves those afterwards.
    """
    where = {"provider": provider_id, "channels": json.dumps(list(channel_ids))}
    rows = conn.execute(_CUT_ROWS, where).fetchall()
    restore(conn, [Row._make(row[:3]) for row in rows])
    return {row[3] for row in rows}


def note_longest(conn: sqlite3.Connection, seconds: int) -> None:
    """Note that a programme of this length exists: queries for overlaps look back by the longest length."""
    conn.execute("UPDATE generation SET longest_seconds = ? WHERE longest_seconds < ?", [seconds, seconds])


def reschedule(conn: sqlite3.Connection, provider_id: int, channel_ids: Iterable[int], now: int) -> None:
    """Decide the ends of a provider's programmes again, after rows were moved to the channels.

    Runs within an open write transaction; the caller resolves the channels afterwards. Rows that change get `now` (epoch
    seconds) as their `updated_at`.
    """
    longest, channel_ids = 0, list(channel_ids)
    uncut(conn, provider_id, channel_ids)
    for channel in channel_ids:
        (count,) = conn.execute(_COUNT, [provider_id, channel]).fetchone()
        for entry, end, source in assign_ends(read(conn, provider_id, channel, [0] * count)):
            longest = max(longest, end - entry.start)
            if (end, source) != (entry.end, entry.source):
                own = None if entry.own_stop is None or entry.own_stop == end else iso(entry.own_stop)
                conn.execute(_END, [iso(end), source, iso(now), own, entry.row])
    note_longest(conn, longest)
