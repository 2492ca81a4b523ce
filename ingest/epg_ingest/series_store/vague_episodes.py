"""Episodes that were made by a sub-title which names none: they go, and the sub-title is remembered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from ..core.times import from_iso
from ..series.showing_kinds import showings
from ..series.vague_subtitles import TOO_MANY_SHOWINGS, is_vague

_REMEMBER = """
    INSERT OR IGNORE INTO episode_keys (series_id, key, episode_id)
    SELECT k.series_id, k.key, 0 FROM json_each(:ids) j CROSS JOIN episode_rows e ON e.id = j.value
    CROSS JOIN episode_keys k ON k.series_id = e.series_id AND k.episode_id = e.id
"""
_DROP_KEYS = """
    DELETE FROM episode_keys WHERE (series_id, key, episode_id) IN (
        SELECT k.series_id, k.key, k.episode_id FROM json_each(:ids) j CROSS JOIN episode_rows e ON e.id = j.value
        CROSS JOIN episode_keys k ON k.series_id = e.series_id AND k.episode_id = e.id)
"""
_DETACH = """
    UPDATE content_episodes SET episode_id = NULL, basis = 'vague' WHERE content_id IN (
        SELECT ce.content_id FROM json_each(:ids) j CROSS JOIN episode_rows e ON e.id = j.value
        CROSS JOIN content_episodes ce ON ce.series_id = e.series_id AND ce.episode_id = e.id)
"""
_DROP = "DELETE FROM episode_rows WHERE id IN (SELECT value FROM json_each(:ids))"
#: Starts of new episodes by sub-title that have many.
_OFTEN = """
    SELECT e.id, json_group_array(a.start_time) FROM json_each(:ids) j CROSS JOIN episode_rows e ON e.id = j.value
    CROSS JOIN content_episodes ce ON ce.series_id = e.series_id AND ce.episode_id = e.id
    CROSS JOIN airings a ON a.content_id = ce.content_id
    GROUP BY e.id HAVING count(*) >= :most
"""


def described_differently(conn: sqlite3.Connection, several: Iterable[int]) -> None:
    """Let go of episodes, made in this transaction, whose sub-title has two descriptions."""
    _forget(conn, [ident for ident in several if is_vague(2, 1)])


def shown_too_often(conn: sqlite3.Connection, made: Iterable[list[int]]) -> None:
    """Let go of episodes by sub-title, made in this transaction and given in stretches, with too many showings."""
    for stretch in made:
        values = {"ids": json.dumps(stretch), "most": TOO_MANY_SHOWINGS}
        rows = conn.execute(_OFTEN, values).fetchall()
        _forget(conn, [ident for ident, starts in rows if _is_shown_too_often(json.loads(starts))])


def _is_shown_too_often(starts: list[str]) -> bool:
    return is_vague(1, showings(map(from_iso, starts)))


def _forget(conn: sqlite3.Connection, episodes: list[int]) -> None:
    if not episodes:
        return
    ids = {"ids": json.dumps(episodes)}
    conn.execute(_REMEMBER, ids)
    conn.execute(_DROP_KEYS, ids)
    conn.execute(_DETACH, ids)
    conn.execute(_DROP, ids)
