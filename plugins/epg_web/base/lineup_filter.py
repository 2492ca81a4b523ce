"""`?lineup=NAME`: only the channels of a line-up, in pages, exports and the API.

A line-up that does not exist is a parameter that cannot be read (400) wherever it is one; in a path it is missing (404).
"""

import sqlite3

from .answer import Refused
from .params import Param

LINEUP = Param("lineup", "text", "Only the channels of this line-up, by its name.")
_LINEUP = "SELECT id FROM lineups WHERE name = ? COLLATE NOCASE"
_CHANNELS = """
    SELECT DISTINCT e.channel_id FROM lineup_channels e JOIN channels c ON c.id = e.channel_id AND c.hidden = 0
    WHERE e.lineup_id = ? AND e.gone_at IS NULL AND e.hidden = 0
"""


def channels_within(conn: sqlite3.Connection, name: str | None) -> frozenset[int] | None:
    """The ids of the visible channels of a line-up; None without a name. Raises `Refused` (400)."""
    if not name:
        return None
    row = conn.execute(_LINEUP, [name]).fetchone()
    if row is None:
        raise no_lineup(name, 400)
    return frozenset(ident for (ident,) in conn.execute(_CHANNELS, row))


def narrowed(
    conn: sqlite3.Connection, name: str | None, ids: tuple[int, ...] | None
) -> tuple[int, ...] | None:
    """The `ids` that a request asks for, as far as they are in the line-up; None where neither restricts anything.

    Raises `Refused` (400).
    """
    within = channels_within(conn, name)
    if within is None:
        return ids
    return tuple(sorted(within)) if ids is None else tuple(ident for ident in ids if ident in within)


def no_lineup(name: str, status: int) -> Refused:
    return Refused(status, f"there is no line-up {name[:40]!r}")
