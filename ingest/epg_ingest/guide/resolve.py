"""Several providers on one channel: which programmes are hidden or cut (spec section 4). Runs within an open write transaction.

A cut programme has the times in `airings` at which it is shown, so everything that reads the guide sees those. Its own times
wait in the table `cuts`. `schedule.shadows` decides from the own times alone, so it does not matter what was cut before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from ..storage.guide_changes import note_shown
from .schedule import Row, shadows
from .stored import restore

#: enabled providers, the best first
_PROVIDERS = "SELECT id FROM providers WHERE enabled = 1 ORDER BY priority, id"
#: all rows of a channel in the order of the index: joining providers and sorting by priority here took twice as long
_ROWS = "SELECT id, start_time, end_time, provider_id, shadowed_by FROM airings WHERE channel_id = ? ORDER BY start_time"
#: read once, as few programmes are cut: joined to the rows of each channel, it took a sixth of their time
_OWN_TIMES = "SELECT program_id, start_time, end_time FROM cuts"
_SEVERAL = """
    SELECT channel_id FROM channel_mappings WHERE channel_id IS NOT NULL
    GROUP BY channel_id HAVING count(DISTINCT provider_id) > 1
"""
_SET = "UPDATE airings SET shadowed_by = ? WHERE id = ?"
_CLEAR = "UPDATE airings SET shadowed_by = NULL WHERE id = ?"
_KEEP_TIMES = """
    INSERT INTO cuts (program_id, start_time, end_time, end_source, own_stop)
    SELECT id, start_time, end_time, end_source, own_stop FROM airings WHERE id = ?
"""
#: a stop of the feed becomes the own stop, as where a programme of the same provider cuts it
_CUT = """
    UPDATE airings SET start_time = :start, end_time = :end,
        end_source = CASE WHEN end_time = :end THEN end_source ELSE 'cut' END,
        own_stop = CASE WHEN end_source = 'feed' AND end_time <> :end THEN end_time ELSE own_stop END
    WHERE id = :id
"""


def resolve(conn: sqlite3.Connection, channel_ids: Iterable[int] | None = None) -> int:
    """Set `airings.shadowed_by` and the times of cut programmes on the channels (None = all channels).

    Only rows that change are written. Returns how many.
    """
    if channel_ids is None:
        channel_ids = [channel for (channel,) in conn.execute("SELECT id FROM channels ORDER BY id")]
    providers = [provider for (provider,) in conn.execute(_PROVIDERS)]
    own = {row[0]: Row._make(row) for row in conn.execute(_OWN_TIMES)}
    return sum(_resolve_channel(conn, channel, providers, own) for channel in channel_ids)


def shared(conn: sqlite3.Connection, channel_ids: Iterable[int]) -> list[int]:
    """Those of the channels to which several providers are mapped: only there can an import hide or uncover anything."""
    several = {channel for (channel,) in conn.execute(_SEVERAL)}
    return [channel for channel in channel_ids if channel in several]


def _resolve_channel(
    conn: sqlite3.Connection, channel_id: int, providers: Sequence[int], own: Mapping[int, Row]
) -> int:
    """`providers` are the enabled ones, the best first. Rows of disabled providers hide nothing, and nothing hides them.

    `own` holds the own times of rows that are cut. A cut row stays within its own time, so the order of rows is the same.
    """
    rows = conn.execute(_ROWS, [channel_id]).fetchall()
    by_provider: dict[int, list[Row]] = {provider: [] for provider in providers}
    for row in rows:
        if row[3] in by_provider:
            by_provider[row[3]].append(own.get(row[0], row))
    hidden, cuts = shadows([some for some in by_provider.values() if some])
    changes = [(hidden.get(row[0]), row[0]) for row in rows if hidden.get(row[0]) != row[4]]
    appeared = sorted(row for shadow, row in changes if shadow is None)
    vanished = sorted((change for change in changes if change[0] is not None), key=itemgetter(1))
    conn.executemany(_CLEAR, [(row,) for row in appeared])
    conn.executemany(_SET, vanished)
    note_shown(conn, channel_id, appeared, [row for _, row in vanished])
    shown_at = {row[0]: row[1:3] for row in rows if row[0] in own}
    return len(_cut(conn, shown_at, cuts, own).union(row for _, row in changes))


def _cut(
    conn: sqlite3.Connection,
    shown_at: Mapping[int, tuple[str, str]],
    cuts: Mapping[int, tuple[str, str]],
    own: Mapping[int, Row],
) -> set[int]:
    """Cut the rows of a channel as decided in `cuts`; returns the ids of those that change.

    `shown_at` holds the start and end of the rows that are cut already.
    """
    changing = {ident for ident in shown_at.keys() | cuts.keys() if shown_at.get(ident) != cuts.get(ident)}
    restore(conn, [own[ident] for ident in changing & shown_at.keys()])
    fresh = changing & cuts.keys()
    conn.executemany(_KEEP_TIMES, [(ident,) for ident in fresh])
    conn.executemany(_CUT, [{"id": ident, "start": cuts[ident][0], "end": cuts[ident][1]} for ident in fresh])
    return changing
