"""A corrected time zone or shift moves the programmes that are stored, without a download. Within an open write transaction.

Programmes keep their ids. A time zone counts for programmes whose times came without an offset (`airings.unzoned`): their times
on the clock stay, in another zone. Where all programmes of a channel move by the same time, so do their ends. Otherwise their
ends are decided again. Where two programmes of a channel come to the same start, one is chosen by the rule of the import, and
the other is deleted; the next import, which reads the feed again, would do the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from ..core.times import UTC, from_iso, iso, rezone, zone
from .contents import drop_unshown, watch
from .programmes import channels_fed
from .schedule import Entry, best
from .stored import bare_rows, reschedule, uncut

#: Two steps, because the next programme still has the start that the first one gets: `~` makes room.
_ASIDE = "UPDATE airings SET start_time = '~' || start_time WHERE provider_id = :provider AND channel_id = :channel"
_SHIFT = """
    UPDATE airings SET start_time = strftime('%Y-%m-%dT%H:%M:%SZ', substr(start_time, 2), :by),
        end_time = strftime('%Y-%m-%dT%H:%M:%SZ', end_time, :by), own_stop = strftime('%Y-%m-%dT%H:%M:%SZ', own_stop, :by),
        updated_at = :moment
    WHERE provider_id = :provider AND channel_id = :channel
"""
_ROWS = """
    SELECT id, end_source, unzoned, start_time, end_time, own_stop FROM airings
    WHERE provider_id = ? AND channel_id = ? ORDER BY start_time
"""
_ROW_ASIDE = "UPDATE airings SET start_time = '~' || id WHERE id = ?"
_MOVE = "UPDATE airings SET start_time = ?, end_time = ?, own_stop = ?, updated_at = ? WHERE id = ?"
_WATCH = "INSERT OR IGNORE INTO temp.watched_contents SELECT content_id FROM airings WHERE id = ?"
_DELETE = "DELETE FROM airings WHERE id = ?"
_SHIFTS = (
    "SELECT channel_id, shift_minutes FROM channel_mappings WHERE provider_id = ? AND channel_id IS NOT NULL"
)
_LAST_ENDS = """
    UPDATE feed_channels SET last_end = (
        SELECT a.end_time FROM channel_mappings m CROSS JOIN airings a
            ON a.provider_id = m.provider_id AND a.channel_id = m.channel_id
        WHERE m.provider_id = feed_channels.provider_id AND m.provider_channel_id = feed_channels.provider_channel_id
        ORDER BY a.start_time DESC LIMIT 1)
    WHERE provider_id = :provider AND last_end IS NOT NULL AND EXISTS (
        SELECT 1 FROM channel_mappings m CROSS JOIN airings a
            ON a.provider_id = m.provider_id AND a.channel_id = m.channel_id
        WHERE m.provider_id = feed_channels.provider_id AND m.provider_channel_id = feed_channels.provider_channel_id)
"""


@dataclass(frozen=True)
class Clock:
    """How a provider's times are read: `timezone` (IANA name, None = UTC) is that of times without an offset, `shift_minutes`
    is added to all times."""

    timezone: str | None
    shift_minutes: int


class _Moving(NamedTuple):
    """A stored programme, and its times before and after in epoch seconds: start, end, own stop."""

    id: int
    source: str
    before: tuple[int, int, int | None]
    after: tuple[int, int, int | None]

    def entry(self, order: int, bare: bool) -> Entry:
        """As the schedule sees it, at its new time; `order` is its place among those with one start, `bare` says that it has
        nothing but a title."""
        start, end, own_stop = self.after
        return Entry(start, end if self.source == "feed" else own_stop, order, row=self.id, bare=bare)

    def distances(self) -> set[int]:
        """How far its times move."""
        pairs = zip(self.before, self.after, strict=True)
        return {new - old for old, new in pairs if old is not None and new is not None}


def correct(conn: sqlite3.Connection, provider_id: int, old: Clock, new: Clock, now: int) -> list[int]:
    """Move the programmes of a provider from the `old` clock to the `new` one; returns the channels on which some moved or
    were cut.

    The caller resolves those. `now` (epoch seconds) becomes the `updated_at` of what moves.
    """
    channels = channels_fed(conn, provider_id)
    cut = uncut(conn, provider_id, channels)
    by = 60 * (new.shift_minutes - old.shift_minutes)
    if old.timezone == new.timezone:
        moved = channels if by else []
        shift(conn, provider_id, moved, by, now)
        return sorted({*moved, *cut})
    shifts = dict(conn.execute(_SHIFTS, [provider_id]).fetchall())
    moved = [
        channel
        for channel in channels
        if _rezone(conn, provider_id, channel, old, new, 60 * shifts.get(channel, 0), now)
    ]
    conn.execute(_LAST_ENDS, {"provider": provider_id})
    return sorted({*moved, *cut})


def shift(conn: sqlite3.Connection, provider_id: int, channels: Iterable[int], by: int, now: int) -> None:
    """Move all programmes of a provider on these channels by so many seconds. The caller resolves the channels."""
    channels = list(channels)
    uncut(conn, provider_id, channels)
    for channel in channels:
        _shift(conn, provider_id, channel, by, now)
    conn.execute(_LAST_ENDS, {"provider": provider_id})


def _shift(conn: sqlite3.Connection, provider_id: int, channel: int, by: int, now: int) -> None:
    if by:
        values = {"provider": provider_id, "channel": channel, "by": f"{by:+d} seconds", "moment": iso(now)}
        conn.execute(_ASIDE, values)
        conn.execute(_SHIFT, values)


def _rezone(
    conn: sqlite3.Connection, provider_id: int, channel: int, old: Clock, new: Clock, own_shift: int, now: int
) -> bool:
    """Move one channel's programmes; whether any moved. `own_shift` is the channel's own shift in seconds."""
    zones = tuple(zone(clock.timezone) if clock.timezone else UTC for clock in (old, new))
    before, after = (60 * clock.shift_minutes + own_shift for clock in (old, new))

    def moved(seconds: int, unzoned: int, start: int | None = None) -> int:
        """A stop is the first moment after the start at which the clock shows it (docs/schedule.md)."""
        earliest = None if start is None else start - after
        return (rezone(seconds - before, *zones, earliest) if unzoned else seconds - before) + after

    rows = []
    for row, source, unzoned, start_time, end_time, own_time in conn.execute(_ROWS, [provider_id, channel]):
        start, end, own = from_iso(start_time), from_iso(end_time), from_iso(own_time) if own_time else None
        begin = moved(start, unzoned)
        new_own = None if own is None else moved(own, unzoned, begin)
        rows.append(_Moving(row, source, (start, end, own), (begin, moved(end, unzoned, begin), new_own)))
    distances = set().union(*(row.distances() for row in rows))
    if len(distances) == 1:
        _shift(conn, provider_id, channel, distances.pop(), now)
    else:
        _write(conn, rows, now)
        reschedule(conn, provider_id, [channel], now)
    return any(row.before != row.after for row in rows)


def _write(conn: sqlite3.Connection, rows: list[_Moving], now: int) -> None:
    """Give the rows their new times; of those with the same start only the best stays."""
    groups = groupby(sorted(rows, key=lambda row: row.after[0]), key=lambda row: row.after[0])
    starts = [list(group) for _, group in groups]
    bare = bare_rows(conn, (row.id for same_start in starts if len(same_start) > 1 for row in same_start))
    kept, dropped = [], []
    for same_start in starts:
        entries = [row.entry(order, row.id in bare) for order, row in enumerate(same_start)]
        kept.append(same_start.pop(best(entries).order))
        dropped += same_start
    watch(conn)
    conn.executemany(_WATCH, [(row.id,) for row in dropped])
    conn.executemany(_DELETE, [(row.id,) for row in dropped])
    drop_unshown(conn)
    moving = [row for row in kept if row.before != row.after]
    conn.executemany(_ROW_ASIDE, [(row.id,) for row in moving])
    conn.executemany(_MOVE, [(*map(_text, row.after), iso(now), row.id) for row in moving])


def _text(seconds: int | None) -> str | None:
    return None if seconds is None else iso(seconds)
