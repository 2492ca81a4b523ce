"""What a sheet is compared with: the channels of the guide and every provider's channels, read at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ..guide.channels import Channel, all_channels

#: every mapping, and every channel of a feed that has none
_SOURCES = """
    SELECT v.name, m.provider_channel_id, c.name, 1, m.shift_minutes
    FROM channel_mappings m JOIN providers v ON v.id = m.provider_id LEFT JOIN channels c ON c.id = m.channel_id
    UNION ALL
    SELECT v.name, f.provider_channel_id, NULL, 0, 0
    FROM feed_channels f JOIN providers v ON v.id = f.provider_id
    WHERE NOT EXISTS (
        SELECT 1 FROM channel_mappings m
        WHERE m.provider_id = f.provider_id AND m.provider_channel_id = f.provider_channel_id)
"""
#: the best provider first
_PROVIDERS = "SELECT name, id FROM providers ORDER BY priority, id"


@dataclass(frozen=True)
class SourceState:
    """A provider's channel: the name of the channel that it feeds, None for none; whether it has a mapping, so that with
    `channel` None it is ignored; the minutes added to its times."""

    channel: str | None
    mapped: bool
    shift_minutes: int

    @property
    def ignored(self) -> bool:
        return self.mapped and self.channel is None


@dataclass(frozen=True)
class GuideState:
    """Channels by name, sources by provider name and provider channel id, ids of providers by name, the best first."""

    channels: Mapping[str, Channel]
    sources: Mapping[tuple[str, str], SourceState]
    providers: Mapping[str, int]


def read_state(conn: sqlite3.Connection) -> GuideState:
    """The state of the guide. Call it within a transaction if it must not change meanwhile."""
    sources = {
        (provider, pcid): SourceState(channel, bool(mapped), shift)
        for provider, pcid, channel, mapped, shift in conn.execute(_SOURCES)
    }
    channels = {channel.name: channel for channel in all_channels(conn)}
    return GuideState(channels, sources, dict(conn.execute(_PROVIDERS).fetchall()))
