"""Entries of line-ups follow their channel when its programmes go to another one.

An entry whose channel is deleted becomes open; a trigger of the schema sees to that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_FOLLOW = "UPDATE lineup_channels SET channel_id = :target WHERE channel_id = :source"
_FOLLOW_EMPTIED = """
    UPDATE lineup_channels SET channel_id = :target
    WHERE channel_id = :source
      AND NOT EXISTS (SELECT 1 FROM channel_mappings m WHERE m.channel_id = :source)
      AND NOT EXISTS (SELECT 1 FROM airings a WHERE a.channel_id = :source)
"""


def follow_channel(conn: sqlite3.Connection, source: int, target: int) -> None:
    """Put the entries of the channel `source` on `target`, with everything that people decided for them."""
    conn.execute(_FOLLOW, {"source": source, "target": target})


def follow_emptied(conn: sqlite3.Connection, moves: Iterable[tuple[int | None, int | None]]) -> None:
    """Put the entries of channels that nobody feeds any more on the channels that got their programmes.

    `moves` are pairs of the former channel and the new one; None for no channel.
    """
    for source, target in moves:
        if source is not None and target is not None and source != target:
            conn.execute(_FOLLOW_EMPTIED, {"source": source, "target": target})
