"""Episodes that turn out to be one: the contents of both show the older one, and its ledger has the showings of both."""

from __future__ import annotations

import sqlite3

from ..storage import known_showings

_OWN_NUMBERS = "SELECT key, episode_id FROM episode_keys WHERE series_id = ? AND provider_id = ?"
_COMMON = "SELECT episode_id FROM episode_keys WHERE series_id = ? AND key = ? AND provider_id IS NULL AND episode_id <> ?"
_MAKE_COMMON = "UPDATE episode_keys SET provider_id = NULL WHERE (series_id, key, episode_id) = (?, ?, ?)"
_DROP_KEY = "DELETE FROM episode_keys WHERE (series_id, key, episode_id) = (?, ?, ?)"
_MOVE_KEYS = (
    "UPDATE OR REPLACE episode_keys SET episode_id = :into WHERE series_id = :series AND episode_id = :gone"
)
_MOVE_CONTENTS = (
    "UPDATE content_episodes SET episode_id = :into WHERE series_id = :series AND episode_id = :gone"
)
_MARK = "UPDATE episodes SET same_as = :into WHERE id = :gone OR same_as = :gone"
_ADD_LEDGER = """
    INSERT INTO episode_ledger SELECT :into, first_start, first_channel_id, last_start, showings
    FROM episode_ledger WHERE episode_id = :gone
    ON CONFLICT (episode_id) DO UPDATE SET
        first_channel_id = iif(excluded.first_start < first_start, excluded.first_channel_id, first_channel_id),
        first_start = min(first_start, excluded.first_start), last_start = max(last_start, excluded.last_start),
        showings = max(showings, excluded.showings)
"""
_DROP_LEDGER = "DELETE FROM episode_ledger WHERE episode_id = :gone"


def join_numbers(conn: sqlite3.Connection, series: int, provider: int) -> None:
    """Make a provider's numbers of a series those of all who number it alike."""
    for key, episode in conn.execute(_OWN_NUMBERS, [series, provider]).fetchall():
        common = conn.execute(_COMMON, [series, key, episode]).fetchone()
        if common is None:
            conn.execute(_MAKE_COMMON, [series, key, episode])
        else:
            conn.execute(_DROP_KEY, [series, key, max(episode, common[0])])
            conn.execute(_MAKE_COMMON, [series, key, min(episode, common[0])])
            become_one(conn, series, *sorted((episode, common[0])))


def become_one(conn: sqlite3.Connection, series: int, into: int, gone: int) -> None:
    """Make the episode `gone` of a series the same as `into`. Its row stays, so that whoever knows its id finds the other."""
    values = {"series": series, "into": into, "gone": gone}
    for statement in (_MOVE_KEYS, _MOVE_CONTENTS, _MARK, _ADD_LEDGER, _DROP_LEDGER):
        conn.execute(statement, values)
    known_showings.note(conn, [into, gone])
