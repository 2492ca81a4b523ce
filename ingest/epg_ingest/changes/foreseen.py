"""What a change that destroys would do, counted without making it: for questions and `--dry-run`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_REMOVAL = """
    SELECT (SELECT count(*) FROM airings WHERE provider_id = :provider),
           (SELECT count(*) FROM channel_mappings WHERE provider_id = :provider),
           (SELECT count(DISTINCT m.channel_id) FROM channel_mappings m
            WHERE m.provider_id = :provider AND m.channel_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM channel_mappings o WHERE o.channel_id = m.channel_id AND o.provider_id <> :provider))
"""
_MERGE = """
    SELECT count(*), count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM airings t
        WHERE t.channel_id = :target AND t.provider_id = s.provider_id AND t.start_time = s.start_time))
    FROM airings s WHERE s.channel_id = :source
"""


@dataclass(frozen=True)
class Removal:
    """What goes with a provider: its programmes, its mappings, and channels that nobody else feeds."""

    programmes: int
    mappings: int
    channels: int


@dataclass(frozen=True)
class Merge:
    """Programmes of a channel that move to the other one, and those that the other one has already."""

    moved: int
    dropped: int


def removal(conn: sqlite3.Connection, provider_id: int) -> Removal:
    """What `remove_provider` would delete."""
    return Removal(*conn.execute(_REMOVAL, {"provider": provider_id}).fetchone())


def merge(conn: sqlite3.Connection, source: int, target: int) -> Merge:
    """What `merge_channels` would move from the channel `source` to `target`."""
    total, dropped = conn.execute(_MERGE, {"source": source, "target": target}).fetchone()
    return Merge(total - dropped, dropped)
