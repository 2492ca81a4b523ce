"""Several providers on one channel: `programs.shadowed_by` recomputed (spec section 4). Called inside a write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from .schedule import shadows

#: programmes of enabled providers on channels that several of them serve; the best provider first, each in order
_SHARED = """
    SELECT p.id, p.start_time, p.end_time, p.provider_id, p.shadowed_by
    FROM programs p JOIN providers v ON v.id = p.provider_id
    WHERE p.channel_id = ? AND v.enabled = 1
    ORDER BY v.priority, v.id, p.start_time
"""
_PROVIDERS = """
    SELECT v.id FROM providers v
    WHERE v.enabled = 1 AND EXISTS (SELECT 1 FROM programs p WHERE p.provider_id = v.id AND p.channel_id = ?)
"""
_SEVERAL = """
    SELECT channel_id FROM channel_mappings WHERE channel_id IS NOT NULL
    GROUP BY channel_id HAVING count(DISTINCT provider_id) > 1
"""
#: nobody can be hidden where one provider serves a channel, and a disabled provider's rows take no part
_CLEAR = "UPDATE programs SET shadowed_by = NULL WHERE channel_id = ? AND shadowed_by IS NOT NULL"
_CLEAR_DISABLED = _CLEAR + " AND provider_id IN (SELECT id FROM providers WHERE enabled = 0)"  # noqa: S608 - constants
_SET = "UPDATE programs SET shadowed_by = ? WHERE id = ?"


def resolve(conn: sqlite3.Connection, channel_ids: Iterable[int] | None = None) -> int:
    """Decide anew which programmes of the channels are shown (None = all channels). Only rows that change are written.

    Returns how many rows changed.
    """
    if channel_ids is None:
        channel_ids = [channel for (channel,) in conn.execute("SELECT id FROM channels ORDER BY id")]
    return sum(_resolve_channel(conn, channel) for channel in channel_ids)


def shared(conn: sqlite3.Connection, channel_ids: Iterable[int]) -> list[int]:
    """Those of the channels that several providers are mapped to: only there can an import hide or uncover anything."""
    several = {channel for (channel,) in conn.execute(_SEVERAL)}
    return [channel for channel in channel_ids if channel in several]


def _resolve_channel(conn: sqlite3.Connection, channel_id: int) -> int:
    if len(conn.execute(_PROVIDERS, [channel_id]).fetchall()) < 2:
        return conn.execute(_CLEAR, [channel_id]).rowcount
    cleared = conn.execute(_CLEAR_DISABLED, [channel_id]).rowcount
    rows = conn.execute(_SHARED, [channel_id]).fetchall()
    decided = shadows([list(group) for _, group in groupby(rows, key=itemgetter(3))])
    changes = sorted((row[0], decided[row[0]]) for row in rows if decided[row[0]] != row[4])
    conn.executemany(_SET, ((shadow, row) for row, shadow in changes))
    return cleared + len(changes)
