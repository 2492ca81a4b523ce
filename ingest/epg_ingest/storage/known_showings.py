"""The showings of each episode as `episodes` has them: the first one, the last one and how many, of all that is known.

What is known are the programmes of the guide and the ledger of those that retention has deleted. Triggers note the episodes
that a write touches in `episodes_pending`; `settle` brings those up to date, once for each transaction. All showings count,
whether another provider's programme hides them or not: to hide one says nothing of its episode.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_ANY = "SELECT EXISTS (SELECT 1 FROM episodes_pending)"
#: Starts within two hours of the one before are one showing: on several channels at once, or an hour later.
_COUNT = """
    CREATE TEMP TABLE counted_showings AS
    SELECT episode_id, min(start_time) AS first_start, max(iif(before IS NULL, channel_id, NULL)) AS first_channel_id,
           max(start_time) AS last_start,
           sum(before IS NULL OR before <> start_time
               AND start_time > strftime('%Y-%m-%dT%H:%M:%SZ', before, '+2 hours')) AS showings
    FROM (
        SELECT p.episode_id, a.start_time, a.channel_id,
               lag(a.start_time) OVER (PARTITION BY p.episode_id ORDER BY a.start_time, a.channel_id) AS before
        FROM main.episodes_pending p CROSS JOIN main.episodes e ON e.id = p.episode_id
        CROSS JOIN main.content_episodes ce ON ce.series_id = e.series_id AND ce.episode_id = e.id
        CROSS JOIN main.airings a ON a.content_id = ce.content_id
    )
    GROUP BY episode_id
"""
#: what retention has deleted, also of episodes that turned out to be this one
_COUNT_DELETED = """
    CREATE TEMP TABLE deleted_showings AS
    SELECT episode_id, min(first_start) AS first_start, max(iif(place = 1, first_channel_id, NULL)) AS first_channel_id,
           max(last_start) AS last_start, sum(showings) AS showings
    FROM (
        SELECT *, row_number() OVER (PARTITION BY episode_id ORDER BY first_start) AS place FROM (
            SELECT p.episode_id, l.first_start, l.first_channel_id, l.last_start, l.showings
            FROM main.episodes_pending p CROSS JOIN main.episode_ledger l ON l.episode_id = p.episode_id
            UNION ALL
            SELECT p.episode_id, l.first_start, l.first_channel_id, l.last_start, l.showings
            FROM main.episodes_pending p CROSS JOIN main.episodes s ON s.same_as = p.episode_id
            CROSS JOIN main.episode_ledger l ON l.episode_id = s.id
        )
    )
    GROUP BY episode_id
"""
_KEYS = (
    "CREATE UNIQUE INDEX temp.counted_showings_id ON counted_showings (episode_id)",
    "CREATE UNIQUE INDEX temp.deleted_showings_id ON deleted_showings (episode_id)",
)
_DROP = ("DROP TABLE IF EXISTS temp.counted_showings", "DROP TABLE IF EXISTS temp.deleted_showings")
#: An episode without any showing keeps its last known start, so that it is forgotten in its time.
_UPDATE = """
    UPDATE episodes SET (first_start, first_channel_id, last_start, showings) = (
        SELECT CASE WHEN l.first_start <= ifnull(c.first_start, l.first_start) THEN l.first_start ELSE c.first_start END,
               CASE WHEN l.first_start <= ifnull(c.first_start, l.first_start) THEN l.first_channel_id
                    ELSE c.first_channel_id END,
               coalesce(max(c.last_start, l.last_start), c.last_start, l.last_start, episodes.last_start),
               ifnull(c.showings, 0) + ifnull(l.showings, 0)
        FROM (SELECT 1) LEFT JOIN temp.counted_showings c ON c.episode_id = episodes.id
        LEFT JOIN temp.deleted_showings l ON l.episode_id = episodes.id)
    WHERE id IN (SELECT episode_id FROM episodes_pending)
"""


def note(conn: sqlite3.Connection, episodes: Iterable[int]) -> None:
    """Note episodes whose showings are to be counted again before the open transaction ends."""
    conn.executemany("INSERT OR IGNORE INTO episodes_pending VALUES (?)", [(ident,) for ident in episodes])


def count(conn: sqlite3.Connection) -> None:
    """Count the showings of the noted episodes: those that the guide has (`temp.counted_showings`), and those that retention
    has deleted (`temp.deleted_showings`)."""
    for statement in (*_DROP, _COUNT, _COUNT_DELETED, *_KEYS):
        conn.execute(statement)


def settle(conn: sqlite3.Connection) -> None:
    """Bring the noted episodes up to date, within the open write transaction."""
    if not conn.execute(_ANY).fetchone()[0]:
        return
    count(conn)
    conn.execute(_UPDATE)
    conn.execute("DELETE FROM episodes_pending")
    for statement in _DROP:
        conn.execute(statement)
