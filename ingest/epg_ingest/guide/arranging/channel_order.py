"""The order of channels that people give by hand. A channel has its place in `channels.position`, or NULL.

Channels without a place follow those that have one, in the order of their numbers. `places` is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...core.errors import NotFoundError, UsageError
from ...storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: distance of two places: a channel that moves between two others then takes a place of its own, and no other row changes
STEP = 1024
_ORDER = """
    SELECT id, position FROM channels
    ORDER BY coalesce(position, 9e18), number IS NULL, coalesce(CAST(number AS REAL), 0), coalesce(number, ''), display_name, id
"""
_PLACE = "UPDATE channels SET position = ? WHERE id = ?"
_FORGET = "UPDATE channels SET position = NULL WHERE position IS NOT NULL"


def move_channels(db: Database, moved: Sequence[int], before: int | None) -> int:
    """Put the channels `moved` (ids), in this order, before the channel `before`, or last with None. Returns how many places
    changed.

    Raises `NotFoundError` for a channel that does not exist, and `UsageError` where `before` is one of those that move.
    """
    if before in moved or len(set(moved)) != len(moved):
        raise UsageError("give each channel once, and a channel to put them before that does not move itself")
    with write(db) as conn:
        now = dict(conn.execute(_ORDER).fetchall())
        for ident in (*moved, *([] if before is None else [before])):
            if ident not in now:
                raise NotFoundError(f"there is no channel {ident} any more")
        found = places(now, moved, before)
        conn.executemany(_PLACE, [(place, ident) for ident, place in found.items()])
    return len(found)


def forget_order(db: Database) -> int:
    """Take all places back, so that numbers alone order the channels. Returns how many channels had one."""
    with write(db) as conn:
        return conn.execute(_FORGET).rowcount


def places(now: Mapping[int, int | None], moved: Sequence[int], before: int | None) -> dict[int, int]:
    """The new places, by id, of the channels whose place changes. `now` has the place of every channel, in order.

    Those that move take places between their new neighbours. Where there is no room, all channels up to there get new ones.
    """
    rest = [ident for ident in now if ident not in moved]
    at = len(rest) if before is None else rest.index(before)
    low = now[rest[at - 1]] if at else 0
    high = now[rest[at]] if at < len(rest) else None
    room = _between(low, high, len(moved))
    if room is not None:
        return dict(zip(moved, room, strict=True))
    wanted = [*rest[:at], *moved, *(ident for ident in rest[at:] if now[ident] is not None)]
    return {ident: STEP * place for place, ident in enumerate(wanted, 1) if now[ident] != STEP * place}


def _between(low: int | None, high: int | None, count: int) -> list[int] | None:
    """`count` places between two others, None where there is no room, or the one before has no place itself."""
    if low is None:
        return None
    if high is None:
        # What has no place follows in the order of numbers, so one with a place stands before all of it.
        return [low + STEP * number for number in range(1, count + 1)]
    step = (high - low) // (count + 1)
    return [low + step * number for number in range(1, count + 1)] if step else None
