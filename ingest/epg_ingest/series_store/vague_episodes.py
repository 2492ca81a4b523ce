"""Episodes that were made by a sub-title which names none: they go, and the sub-title is remembered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from ..series.vague_subtitles import TOO_MANY_SHOWINGS, is_vague
from ..storage import known_showings

_REMEMBER = """
    INSERT OR IGNORE INTO episode_keys (series_id, key, episode_id)
    SELECT k.series_id, k.key, 0 FROM json_each(:ids) j CROSS JOIN episodes e ON e.id = j.value
    CROSS JOIN episode_keys k ON k.series_id = e.series_id AND k.episode_id = e.id
"""
_DROP_KEYS = """
    DELETE FROM episode_keys WHERE (series_id, key, episode_id) IN (
        SELECT k.series_id, k.key, k.episode_id FROM json_each(:ids) j CROSS JOIN episodes e ON e.id = j.value
        CROSS JOIN episode_keys k ON k.series_id = e.series_id AND k.episode_id = e.id)
"""
_DETACH = """
    UPDATE content_episodes SET episode_id = NULL, basis = 'vague' WHERE content_id IN (
        SELECT ce.content_id FROM json_each(:ids) j CROSS JOIN episodes e ON e.id = j.value
        CROSS JOIN content_episodes ce ON ce.series_id = e.series_id AND ce.episode_id = e.id)
"""
_DROP = "DELETE FROM episodes WHERE id IN (SELECT value FROM json_each(:ids))"
#: New episodes by sub-title whose showings have just been counted. What retention has deleted of them does not count.
_OFTEN = """
    SELECT e.id, e.showings FROM episodes e
    WHERE e.id > :first AND e.showings >= :most AND e.episode IS NULL AND e.subtitle IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM episode_keys k WHERE k.series_id = e.series_id AND k.episode_id = e.id
                      AND k.key NOT LIKE 't: %')
"""


def described_differently(conn: sqlite3.Connection, several: Iterable[int]) -> None:
    """Let go of episodes, made in this transaction, whose sub-title has two descriptions."""
    _forget(conn, [ident for ident in several if is_vague(2, 1)])


def shown_too_often(conn: sqlite3.Connection, first: int) -> None:
    """Count the showings of what is new, and let go of episodes by sub-title, made after the id `first`, with too many."""
    known_showings.settle(conn)
    rows = conn.execute(_OFTEN, {"first": first, "most": TOO_MANY_SHOWINGS}).fetchall()
    _forget(conn, [ident for ident, showings in rows if is_vague(1, showings)])


def _forget(conn: sqlite3.Connection, episodes: list[int]) -> None:
    if not episodes:
        return
    ids = {"ids": json.dumps(episodes)}
    conn.execute(_REMEMBER, ids)
    conn.execute(_DROP_KEYS, ids)
    conn.execute(_DETACH, ids)
    conn.execute(_DROP, ids)
