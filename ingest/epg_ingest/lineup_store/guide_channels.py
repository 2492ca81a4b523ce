"""The channels of the guide as evidence for matching a list, and a hash that tells whether they have changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3

from ..core.times import iso
from ..lineups.matched import GuideChannel

_CHANNELS = "SELECT id, name, display_name, number FROM channels WHERE hidden = 0 ORDER BY id"
_FEEDS = """
    SELECT m.channel_id, m.provider_channel_id, f.names, f.number
    FROM channel_mappings m JOIN providers v ON v.id = m.provider_id AND v.enabled = 1
    LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
    WHERE m.channel_id IS NOT NULL ORDER BY v.priority, v.id, m.id
"""
#: one search of an index for each channel
_COMING = """
    SELECT c.id FROM channels c WHERE EXISTS (
        SELECT 1 FROM airings a WHERE a.channel_id = c.id AND a.start_time >= :earliest AND a.end_time > :now)
"""
_LONGEST = "SELECT longest_seconds FROM generation"


def guide_channels(conn: sqlite3.Connection, now: int) -> list[GuideChannel]:
    """The visible channels with all ids, names and numbers that the guide and the enabled providers give them.

    `now` (epoch seconds) decides which have programmes to come.
    """
    (longest,) = conn.execute(_LONGEST).fetchone()
    coming = {ident for (ident,) in conn.execute(_COMING, {"now": iso(now), "earliest": iso(now - longest)})}
    ids: dict[int, dict[str, None]] = {}
    names: dict[int, dict[str, None]] = {}
    numbers: dict[int, dict[str, None]] = {}
    for ident, name, display_name, number in conn.execute(_CHANNELS):
        ids[ident], names[ident] = {name: None}, {display_name: None}
        numbers[ident] = {number: None} if number else {}
    for ident, feed_id, said, number in conn.execute(_FEEDS):
        if ident not in ids:
            continue
        ids[ident][feed_id] = None
        names[ident].update((entry["text"], None) for entry in json.loads(said or "[]") if entry.get("text"))
        if number:
            numbers[ident][number] = None
    return [
        GuideChannel(
            ident,
            tuple(ids[ident]),
            tuple(names[ident]),
            tuple(numbers[ident]),
            has_programmes=ident in coming,
        )
        for ident in ids
    ]


def guide_state(conn: sqlite3.Connection) -> str:
    """A hash of what matching sees, but for the programmes: while it is the same, an entry that is open stays open."""
    digest = hashlib.sha256()
    for statement in (_CHANNELS, _FEEDS):
        for row in conn.execute(statement):
            digest.update(repr(row).encode("utf-8", "replace"))
    return digest.hexdigest()[:32]
