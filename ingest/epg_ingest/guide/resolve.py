"""Several providers on one channel: which programmes are hidden (spec section 4). Runs within an open write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from operator import itemgetter

from .schedule import Row, shadows

#: enabled providers, the best first
_PROVIDERS = "SELECT id FROM providers WHERE enabled = 1 ORDER BY priority, id"
#: all rows of a channel in the order of the index: joining providers and sorting by priority here took twice as long
_ROWS = "SELECT id, start_time, end_time, provider_id, shadowed_by FROM airings WHERE channel_id = ? ORDER BY start_time"
_SEVERAL = """
    SELECT channel_id FROM channel_mappings WHERE channel_id IS NOT NULL
    GROUP BY channel_id HAVING count(DISTINCT provider_id) > 1
"""
_SET = "UPDATE airings SET shadowed_by = ? WHERE id = ?"
_CLEAR = "UPDATE airings SET shadowed_by = NULL WHERE id = ?"


def resolve(conn: sqlite3.Connection, channel_ids: Iterable[int] | None = None) -> int:
    """Set `airings.shadowed_by` on the channels (None = all channels); only rows that change are written.

    Returns how many rows changed.
    """
    if channel_ids is None:
        channel_ids = [channel for (channel,) in conn.execute("SELECT id FROM channels ORDER BY id")]
    providers = [provider for (provider,) in conn.execute(_PROVIDERS)]
    return sum(_resolve_channel(conn, channel, providers) for channel in channel_ids)


def shared(conn: sqlite3.Connection, channel_ids: Iterable[int]) -> list[int]:
    """Those of the channels to which several providers are mapped: only there can an import hide or uncover anything."""
    several = {channel for (channel,) in conn.execute(_SEVERAL)}
    return [channel for channel in channel_ids if channel in several]


def _resolve_channel(conn: sqlite3.Connection, channel_id: int, providers: Sequence[int]) -> int:
    """`providers` are the enabled ones, the best first. Rows of disabled providers hide nothing, and nothing hides them."""
    rows = conn.execute(_ROWS, [channel_id]).fetchall()
    by_provider: dict[int, list[Row]] = {provider: [] for provider in providers}
    for row in rows:
        if row[3] in by_provider:
            by_provider[row[3]].append(row)
    decided = shadows([some for some in by_provider.values() if some])
    changes = [(decided.get(row[0]), row[0]) for row in rows if decided.get(row[0]) != row[4]]
    conn.executemany(_CLEAR, sorted((row,) for shadow, row in changes if shadow is None))
    conn.executemany(_SET, sorted((change for change in changes if change[0] is not None), key=itemgetter(1)))
    return len(changes)
