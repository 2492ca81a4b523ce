"""What a person looks for who tidies a guide: channels without programmes, channels that no second provider feeds, and provider
channels that feed nothing. Reads only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ..core.times import iso

#: `longest` is how far back a programme can begin that has not ended yet
_EMPTY = """
    SELECT c.id FROM channels c
    WHERE NOT EXISTS (
        SELECT 1 FROM airings a CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
        WHERE a.channel_id = c.id AND a.end_time > :now AND a.start_time >= strftime('%Y-%m-%dT%H:%M:%SZ', :now,
            -(SELECT longest_seconds FROM generation) || ' seconds'))
"""
_UNMATCHED = """
    SELECT c.id FROM channels c
    WHERE (SELECT count(DISTINCT m.provider_id) FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
           WHERE m.channel_id = c.id AND v.enabled = 1) < 2
      AND (SELECT count(*) FROM providers v
           WHERE v.enabled = 1 AND EXISTS (SELECT 1 FROM feed_channels f WHERE f.provider_id = v.id)) > 1
"""
_LOOSE = """
    WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id)
    SELECT v.name, f.provider_channel_id, f.names, f.number, f.last_seen < l.seen, ifnull(f.last_end > :now, 0)
    FROM feed_channels f JOIN providers v ON v.id = f.provider_id JOIN latest l ON l.provider_id = f.provider_id
    WHERE NOT EXISTS (
        SELECT 1 FROM channel_mappings m
        WHERE m.provider_id = f.provider_id AND m.provider_channel_id = f.provider_channel_id)
    ORDER BY v.priority, v.id, f.provider_channel_id
"""


@dataclass(frozen=True)
class LooseSource:
    """A provider's channel that feeds no channel of the guide, although nobody ignored it.

    `stale`: the last import of the provider did not find it in the feed. `upcoming`: it has programmes to come.
    """

    provider: str
    provider_channel_id: str
    names: tuple[str, ...]
    number: str | None
    stale: bool
    upcoming: bool


def empty_channels(conn: sqlite3.Connection, now: int) -> set[int]:
    """The channels on which no enabled provider has a programme that ends after `now` (epoch seconds)."""
    return {ident for (ident,) in conn.execute(_EMPTY, {"now": iso(now)})}


def unmatched_channels(conn: sqlite3.Connection) -> set[int]:
    """The channels that fewer than two enabled providers feed, if the guide has at least two with channels."""
    return {ident for (ident,) in conn.execute(_UNMATCHED)}


def loose_sources(conn: sqlite3.Connection, now: int) -> Iterator[LooseSource]:
    """Provider channels that feed nothing, the best provider's first. `now` is epoch seconds."""
    for provider, pcid, names, number, stale, upcoming in conn.execute(_LOOSE, {"now": iso(now)}):
        texts = tuple(entry["text"] for entry in json.loads(names))
        yield LooseSource(provider, pcid, texts, number, bool(stale), bool(upcoming))
