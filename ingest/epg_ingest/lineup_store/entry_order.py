"""The order of a line-up's entries: an entry that is put at a place moves those between its old and its new place."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

_ORDER = (
    "SELECT id, position FROM lineup_channels WHERE lineup_id = ? AND gone_at IS NULL ORDER BY position, id"
)


def place_entries(conn: sqlite3.Connection, lineup_id: int, wanted: Mapping[int, int]) -> None:
    """Put entries, by their ids, at places from 1 on, and number all entries of the line-up anew, within the open transaction.

    Entries that are gone keep the place at which they wait. The next refresh does not undo this: it puts the entries of the
    source around those that a person has placed, in the order of the source.
    """
    before = dict(conn.execute(_ORDER, [lineup_id]).fetchall())
    order = reordered(list(before), {ident: place for ident, place in wanted.items() if ident in before})
    moved = [(place, ident) for place, ident in enumerate(order, 1) if before[ident] != place]
    conn.executemany("UPDATE lineup_channels SET position = ? WHERE id = ?", moved)


def reordered(order: Sequence[int], wanted: Mapping[int, int]) -> list[int]:
    """`order` with the ids in `wanted` at their places, from 1 on, and the others around them, in the order they had.

    Of two that want one place, the second gets the next. A place after the end is the end.
    """
    slots: dict[int, int] = {}
    last = 0
    for ident, place in sorted(wanted.items(), key=lambda pair: pair[1]):
        last = max(place, last + 1)
        slots[last] = ident
    others = iter([ident for ident in order if ident not in wanted])
    found: list[int] = []
    for place in range(1, len(order) + 1):
        following = slots.pop(place) if place in slots else next(others, None)
        if following is None:
            break
        found.append(following)
    return [*found, *slots.values()]
