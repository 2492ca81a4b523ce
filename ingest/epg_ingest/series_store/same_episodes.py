"""Episodes that turn out to be one: the contents of both are of the older one, to which the row of the other one leads."""

from __future__ import annotations

import sqlite3

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
_MARK = "UPDATE episode_rows SET same_as = :into WHERE id = :gone OR same_as = :gone"


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
    for statement in (_MOVE_KEYS, _MOVE_CONTENTS, _MARK):
        conn.execute(statement, values)
