"""Programmes of a provider from channel to channel, several at once, so that none meets one that has yet to leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping

from ...core.times import iso
from ..programmes import move_programmes
from ..stored import reschedule

_HAS_PROGRAMMES = "SELECT EXISTS (SELECT 1 FROM airings WHERE provider_id = ? AND channel_id = ?)"
#: what imports of the provider logged about the channel: the log goes with the programmes
_MOVE_CHANGES = """
    UPDATE program_changes SET channel_id = :target
    WHERE channel_id = :source AND import_id IN (SELECT id FROM import_log WHERE provider_id = :provider)
"""


def steps(moves: Mapping[int, int], spare: Callable[[], int]) -> Iterator[tuple[int, int]]:
    """The moves (source to target) in an order in which each target is free. `spare` gives a channel to break a circle."""
    waiting = dict(moves)
    while waiting:
        free = [source for source, target in waiting.items() if target not in waiting]
        for source in free:
            yield source, waiting.pop(source)
        if not free:
            source, target = next(iter(waiting.items()))
            channel = spare()
            yield source, channel
            del waiting[source]
            waiting[channel] = target


def move_all(
    conn: sqlite3.Connection, provider: int, moves: Mapping[int, int], spare: Callable[[], int], now: int
) -> None:
    """Move all programmes of a provider from each source to its target, within the write transaction. They keep their ids.

    `now` is epoch seconds.
    """
    for source, target in steps(moves, spare):
        (occupied,) = conn.execute(_HAS_PROGRAMMES, [provider, target]).fetchone()
        move_programmes(conn, provider, source, target, iso(now))
        ids = {"provider": provider, "source": source, "target": target}
        conn.execute(_MOVE_CHANGES, ids)
        if occupied:
            reschedule(conn, provider, [target], now)
