"""Showings as watches see them, read from the guide: what is shown, visible, and not over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from ..core.times import from_iso, iso
from ..watches.airing import WatchedAiring, text_mark

_OF_CONTENTS = """
    SELECT p.id, p.channel_id, c.display_name, p.start_time, p.end_time, p.title, p.subtitle, p.season, p.episode, p.series_id,
           p.episode_id, p.showing, p.showing_reason, a.element_hash, p.description
    FROM json_each(:contents) w
    CROSS JOIN airings a ON a.content_id = w.value
    CROSS JOIN programs p ON p.id = a.id
    CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
    WHERE a.shadowed_by IS NULL AND a.end_time > :now AND a.start_time < :until
    ORDER BY a.start_time, a.id LIMIT :limit
"""
_OF_IDS = """
    SELECT p.id, p.channel_id, c.display_name, p.start_time, p.end_time, p.title, p.subtitle, p.season, p.episode, p.series_id,
           p.episode_id, p.showing, p.showing_reason, a.element_hash, p.description
    FROM json_each(:ids) w
    CROSS JOIN airings a ON a.id = w.value
    CROSS JOIN programs p ON p.id = a.id
    CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
    WHERE a.shadowed_by IS NULL
    ORDER BY a.start_time, a.id
"""
#: what one channel shows between two starts: a programme may have moved there, or another provider may show it now
_NEAR = """
    SELECT p.id, p.channel_id, c.display_name, p.start_time, p.end_time, p.title, p.subtitle, p.season, p.episode, p.series_id,
           p.episode_id, p.showing, p.showing_reason, a.element_hash, p.description, a.updated_at
    FROM airings a
    CROSS JOIN programs p ON p.id = a.id
    CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
    WHERE a.channel_id = :channel AND a.start_time BETWEEN :low AND :high AND a.shadowed_by IS NULL
    ORDER BY a.start_time, a.id
"""
_LINEUP = """
    SELECT DISTINCT channel_id FROM lineup_channels
    WHERE lineup_id = ? AND channel_id IS NOT NULL AND gone_at IS NULL AND hidden = 0
"""
_SAME = """
    SELECT e.id, coalesce((SELECT o.same_as FROM episodes o WHERE o.id = e.same_as), e.same_as)
    FROM json_each(:ids) w CROSS JOIN episodes e ON e.id = w.value WHERE e.same_as IS NOT NULL
"""
#: showings that one question reads
MOST = 20_000
FOREVER = "9999"


def airings_of_contents(
    conn: sqlite3.Connection, contents: Iterable[int], now: int, until: int | None = None
) -> list[WatchedAiring]:
    """The showings of contents that end after `now` and begin before `until` (epoch seconds), by start, at most `MOST`."""
    given = {
        "contents": json.dumps(sorted(contents)), "now": iso(now), "until": FOREVER if until is None else iso(until),
        "limit": MOST,
    }  # fmt: skip
    return [airing_of(row) for row in conn.execute(_OF_CONTENTS, given)]


def airings_by_id(conn: sqlite3.Connection, ids: Iterable[int]) -> dict[int, WatchedAiring]:
    """Showings by their ids; those that are not shown any more are missing."""
    rows = conn.execute(_OF_IDS, {"ids": json.dumps(sorted(ids))})
    return {row[0]: airing_of(row) for row in rows}


def airings_near(
    conn: sqlite3.Connection, channel_id: int, start: int, seconds: int
) -> list[tuple[WatchedAiring, int]]:
    """The showings of a channel that begin so many `seconds` before or after `start` (epoch seconds), by start; each with the
    moment of its last change."""
    given = {"channel": channel_id, "low": iso(start - seconds), "high": iso(start + seconds)}
    return [(airing_of(row[:-1]), from_iso(row[-1])) for row in conn.execute(_NEAR, given)]


def lineup_channels(conn: sqlite3.Connection, lineup_id: int | None) -> frozenset[int] | None:
    """The channels of a line-up, none if there is no such line-up any more; None without one."""
    if lineup_id is None:
        return None
    return frozenset(ident for (ident,) in conn.execute(_LINEUP, [lineup_id]))


def same_episodes(conn: sqlite3.Connection, episodes: Iterable[int]) -> dict[int, int]:
    """Those of the episodes that turned out to be another one, with that one."""
    return dict(conn.execute(_SAME, {"ids": json.dumps(sorted(episodes))}).fetchall())


def airing_of(row: tuple[Any, ...]) -> WatchedAiring:
    """A row of the statements above."""
    ident, channel_id, channel, start, end, *said, description = row
    moments = from_iso(start), from_iso(end)
    return WatchedAiring._make((ident, channel_id, channel, *moments, *said, text_mark(description)))
