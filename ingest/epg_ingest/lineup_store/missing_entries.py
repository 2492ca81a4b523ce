"""What is missing in a line-up: entries without a channel, and entries whose channel has no programmes to come."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from ..core.times import iso
from .lineup_rows import find_lineup

_MISSING = """
    SELECT e.id, e.position, e.number, e.name, e.source_id, c.name, e.candidates,
           (SELECT max(a.end_time) FROM airings a WHERE a.channel_id = e.channel_id)
    FROM lineup_channels e LEFT JOIN channels c ON c.id = e.channel_id
    WHERE e.lineup_id = :lineup AND e.gone_at IS NULL AND (e.channel_id IS NOT NULL OR e.method IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM airings a WHERE a.channel_id = e.channel_id AND a.start_time >= :earliest AND a.end_time > :now)
    ORDER BY e.position, e.id
"""


class MissingEntry(NamedTuple):
    """An entry that shows nothing: `channel` is None for an open one. `last_end` is when the channel's last programme ended."""

    id: int
    position: int
    number: str | None
    name: str
    source_id: str | None
    channel: str | None
    candidates: list[dict[str, Any]]
    last_end: str | None

    @property
    def why(self) -> str:
        """In words."""
        if self.channel is None:
            first = f"; perhaps channel {self.candidates[0]['channel_id']}" if self.candidates else ""
            return f"no channel{first}"
        return f"{self.channel} has no programmes to come"


def missing(conn: sqlite3.Connection, name_or_id: str | int, now: int) -> list[MissingEntry]:
    """The entries by position. An entry that shall have no channel is not missing. `now` is epoch seconds.

    Raises `NotFoundError`.
    """
    lineup = find_lineup(conn, name_or_id)
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    values = {"lineup": lineup.id, "now": iso(now), "earliest": iso(now - longest)}
    rows = conn.execute(_MISSING, values).fetchall()
    return [
        MissingEntry(ident, position, number, name, source_id, channel, json.loads(candidates), last_end)
        for ident, position, number, name, source_id, channel, candidates, last_end in rows
    ]
