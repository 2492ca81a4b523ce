"""A corrected time zone or shift moves the programmes that are stored, without a download. Within an open write transaction.

Programmes keep their ids. A time zone counts for programmes whose times came without an offset (`airings.unzoned`): what the
feed wrote stays, and means another moment. What the stored times do not tell of that is kept in `clock_times`. Where two
programmes of a channel come to the same start, one is chosen by the rule of the import, and the other one waits in `displaced`.
So a correction that is taken back leaves the guide as it was. Where all programmes of a channel move by the same time, so do
their ends. Otherwise their ends are decided again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import groupby

from ...core.times import iso
from .. import displaced
from ..contents import drop_unshown, watch
from ..programmes import channels_fed
from ..schedule import best
from ..stored import bare_rows, reschedule, uncut
from . import clock_times
from .moved import Clock, Moving, moved, written_of
from .written import ClockTimes, Written

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


def correct(conn: sqlite3.Connection, provider_id: int, old: Clock, new: Clock, now: int) -> list[int]:
    """Move the programmes of a provider from the `old` clock to the `new` one; returns the channels on which some moved or
    were cut.

    The caller resolves those. `now` (epoch seconds) becomes the `updated_at` of what moves.
    """
    channels = sorted({*channels_fed(conn, provider_id), *displaced.channels(conn, provider_id)})
    cut = uncut(conn, provider_id, channels)
    by = 60 * (new.shift_minutes - old.shift_minutes)
    if old.timezone == new.timezone:
        changed = channels if by else []
        shift(conn, provider_id, changed, by, now)
        return sorted({*changed, *cut})
    shifts = dict(conn.execute(_SHIFTS, [provider_id]).fetchall())
    known = clock_times.read(conn, provider_id)
    changed = []
    for channel in channels:
        rows = _moving(conn, provider_id, channel, known, old, new, 60 * shifts.get(channel, 0))
        if any(row.aside or row.before != row.after for row in rows):
            rows = _move(conn, provider_id, channel, rows, now)
            changed.append(channel)
        # Also of programmes that stay: where the new zone skips a time, the moment can be the same.
        clock_times.keep(conn, [(row.id, row.written) for row in rows if row.written and not row.told])
    conn.execute(_LAST_ENDS, {"provider": provider_id})
    return sorted({*changed, *cut})


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
        displaced.shift(conn, values)


def _moving(
    conn: sqlite3.Connection,
    provider_id: int,
    channel: int,
    known: Mapping[int, ClockTimes],
    old: Clock,
    new: Clock,
    own_shift: int,
) -> list[Moving]:
    """All programmes of a channel with their new times. `own_shift` is the channel's own shift in seconds."""
    nothing: ClockTimes = (None, None, None, None)
    rows = []
    for row, source, unzoned, *texts in conn.execute(_ROWS, [provider_id, channel]):
        written = None
        if unzoned:
            stop = texts[1] if source == "feed" else texts[2]
            written = written_of(texts[0], stop, old, own_shift, known.get(row, nothing))
        rows.append(moved(row, source, texts, written, old, new, own_shift))
    for aside in displaced.read(conn, provider_id, channel):
        said = aside.programme["written"]
        written = None if said is None else Written(*said)
        found = moved(aside.id, aside.programme["end_source"], aside.times, written, old, new, own_shift)
        rows.append(found._replace(aside=aside))
    return rows


def _move(
    conn: sqlite3.Connection, provider_id: int, channel: int, rows: list[Moving], now: int
) -> list[Moving]:
    """Store the new times of a channel's programmes; returns those that are in the guide then."""
    distances = set().union(*(row.distances() for row in rows))
    if len(distances) == 1 and not any(row.aside for row in rows):
        _shift(conn, provider_id, channel, distances.pop(), now)
        return rows
    kept = _write(conn, provider_id, channel, rows, now)
    reschedule(conn, provider_id, [channel], now)
    return kept


def _write(
    conn: sqlite3.Connection, provider_id: int, channel: int, rows: list[Moving], now: int
) -> list[Moving]:
    """Give the rows their new times; of those with the same start the best one is in the guide. Returns those."""
    kept, losing = _choose(conn, rows)
    leaving = [row for row in losing if row.aside is None]
    watch(conn)
    conn.executemany(_WATCH, [(row.id,) for row in leaving])
    for row in leaving:
        displaced.put(conn, row.id, displaced.text(row.after), row.written)
    conn.executemany(_DELETE, [(row.id,) for row in leaving])
    displaced.move(conn, [(row.id, displaced.text(row.after)) for row in losing if row.aside])
    moving = [row for row in kept if row.aside is None and row.before != row.after]
    conn.executemany(_ROW_ASIDE, [(row.id,) for row in moving])
    conn.executemany(_MOVE, [(*displaced.text(row.after), iso(now), row.id) for row in moving])
    for row in kept:
        if row.aside:
            displaced.restore(conn, row.aside, provider_id, channel, displaced.text(row.after), iso(now))
    drop_unshown(conn)
    return kept


def _choose(conn: sqlite3.Connection, rows: list[Moving]) -> tuple[list[Moving], list[Moving]]:
    """The programmes that are in the guide at their new starts, and those that lose their start to one of them."""
    groups = groupby(sorted(rows, key=Moving.order), key=lambda row: row.after[0])
    starts = [list(group) for _, group in groups]
    shared = [row for same_start in starts if len(same_start) > 1 for row in same_start]
    bare = bare_rows(conn, (row.id for row in shared if row.aside is None))
    bare |= {row.id for row in shared if row.aside and displaced.is_bare(row.aside)}
    kept, losing = [], []
    for same_start in starts:
        entries = [row.entry(order, row.id in bare) for order, row in enumerate(same_start)]
        kept.append(same_start.pop(best(entries).order))
        losing += same_start
    return kept, losing
