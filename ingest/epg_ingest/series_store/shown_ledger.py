"""The ledger of what was shown, which outlives retention, and what is forgotten in its time.

keep    before retention deletes programmes that have ended, the ledger takes them over
sweep   once a day: episodes and series that nothing has shown for `retention.ledger_days` go
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ..core.limits import DAY
from ..core.times import iso
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: episodes and series that one transaction deletes
BATCH = 20_000
#: Showings in the guide of episodes that lose some. What several channels have within two hours is one.
_COUNT = """
    SELECT episode_id, sum(before IS NULL OR start_time > strftime('%Y-%m-%dT%H:%M:%SZ', before, '+2 hours'))
    FROM (
        SELECT g.episode_id, a.start_time, lag(a.start_time) OVER (PARTITION BY g.episode_id ORDER BY a.start_time) AS before
        FROM temp.going g CROSS JOIN content_episodes ce ON ce.series_id = g.series_id AND ce.episode_id = g.episode_id
        CROSS JOIN airings a ON a.content_id = ce.content_id)
    GROUP BY episode_id
"""
_DROP_GOING = "DROP TABLE IF EXISTS temp.going"
_FIND_GOING = """
    CREATE TEMP TABLE going AS
    SELECT episode_id, series_id, first_start, max(iif(place = 1, channel_id, NULL)) AS first_channel_id,
           max(start_time) AS last_start, max(subtitle) AS subtitle, 0 AS showings
    FROM (
        SELECT ce.episode_id, ce.series_id, a.start_time, a.channel_id, c.subtitle,
               min(a.start_time) OVER (PARTITION BY ce.episode_id) AS first_start,
               row_number() OVER (PARTITION BY ce.episode_id ORDER BY a.start_time, a.channel_id) AS place
        FROM temp.expired x CROSS JOIN airings a ON a.id = x.id
        CROSS JOIN content_episodes ce ON ce.content_id = a.content_id CROSS JOIN contents c ON c.id = a.content_id
        WHERE ce.episode_id IS NOT NULL AND a.end_time <= :past
    )
    GROUP BY episode_id, series_id, first_start
"""
_NOTE_GONE = "UPDATE temp.going SET showings = ? WHERE episode_id = ?"
_KEEP = """
    INSERT INTO episode_ledger (episode_id, subtitle, first_start, first_channel_id, last_start, showings)
    SELECT episode_id, subtitle, first_start, first_channel_id, last_start, showings FROM temp.going
    WHERE true
    ON CONFLICT (episode_id) DO UPDATE SET
        subtitle = ifnull(excluded.subtitle, subtitle),
        first_channel_id = iif(excluded.first_start < first_start, excluded.first_channel_id, first_channel_id),
        first_start = ifnull(min(first_start, excluded.first_start), excluded.first_start),
        last_start = max(last_start, excluded.last_start), showings = showings + excluded.showings
"""
_FOLLOW = "UPDATE episode_ledger SET first_channel_id = :target WHERE first_channel_id = :source"
_DUE = "SELECT ifnull(swept_on, '') < :today FROM series_state"
_SWEPT = "UPDATE series_state SET swept_on = :today, since = max(ifnull(since, :limit), :limit)"
#: Episodes that were announced and never shown: they age from now on.
_ANNOUNCED = """
    INSERT INTO episode_ledger (episode_id, last_start, showings)
    SELECT e.id, :now, 0 FROM episode_rows e
    WHERE NOT EXISTS (SELECT 1 FROM episode_ledger l WHERE l.episode_id = e.id)
      AND NOT EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = e.series_id AND ce.episode_id = e.id)
"""
_LEFT = """
    CREATE TEMP TABLE left_behind AS
    SELECT e.id, e.series_id FROM episode_ledger l CROSS JOIN episode_rows e ON e.id = l.episode_id
    WHERE l.last_start < :limit
      AND NOT EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = e.series_id AND ce.episode_id = e.id)
    LIMIT :batch
"""
_DROP_KEYS = """
    DELETE FROM episode_keys WHERE (series_id, key, episode_id) IN (
        SELECT k.series_id, k.key, k.episode_id FROM temp.left_behind l
        CROSS JOIN episode_keys k ON k.series_id = l.series_id AND k.episode_id = l.id)
"""
_DROP_EPISODES = "DELETE FROM episode_rows WHERE id IN (SELECT id FROM temp.left_behind)"
#: A series without programmes is noted, and goes if it stays so. A series that a person has touched stays.
_SWEEP_SERIES = (
    """
    UPDATE series SET gone_on = NULL WHERE gone_on IS NOT NULL
    AND EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = series.id)
    """,
    """
    UPDATE series SET gone_on = :today WHERE gone_on IS NULL AND pinned = 0
    AND NOT EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = series.id)
    AND NOT EXISTS (SELECT 1 FROM episode_rows e WHERE e.series_id = series.id)
    """,
    """
    DELETE FROM episode_keys WHERE series_id IN (SELECT id FROM series WHERE gone_on < :limit AND pinned = 0)
    """,
    """
    DELETE FROM series WHERE gone_on < :limit AND pinned = 0
    AND NOT EXISTS (SELECT 1 FROM episode_rows e WHERE e.series_id = series.id OR e.moved_from = series.id)
    AND NOT EXISTS (SELECT 1 FROM series_keys k WHERE k.own_series_id = series.id)
    """,
)


def expiring(conn: sqlite3.Connection, past: str) -> dict[int, int]:
    """Note the programmes among `temp.expired` that ended by `past` (ISO, UTC), and are about to be deleted.

    Returns how many showings the guide has of their episodes, for `keep`.
    """
    conn.execute(_DROP_GOING)
    conn.execute(_FIND_GOING, {"past": past})
    conn.execute("CREATE UNIQUE INDEX temp.going_episode_id ON going (episode_id)")
    return dict(conn.execute(_COUNT).fetchall())


def keep(conn: sqlite3.Connection, before: dict[int, int]) -> None:
    """Take what `expiring` has noted into the ledger, once it is deleted. `before` is what that has returned."""
    after = dict(conn.execute(_COUNT).fetchall())
    gone = [(count - after.get(ident, 0), ident) for ident, count in before.items()]
    conn.executemany(_NOTE_GONE, gone)
    conn.execute(_KEEP)
    conn.execute(_DROP_GOING)


def follow_channel(conn: sqlite3.Connection, source: int, target: int) -> None:
    """Let first showings on the channel `source`, which is merged into `target`, be on that one."""
    conn.execute(_FOLLOW, {"source": source, "target": target})


def sweep(db: Database, ledger_days: int, now: int) -> None:
    """Forget episodes and series that nothing has shown for `ledger_days` before `now` (epoch seconds), once a day.

    In short transactions. What a person has merged or split stays.
    """
    today, limit = iso(now)[:10], iso(now - ledger_days * DAY)
    if not db.conn.execute(_DUE, {"today": today}).fetchone()[0]:
        return
    while _sweep_episodes(db, limit) == BATCH:
        pass
    with write(db, changes_guide=False) as conn:
        conn.execute(_ANNOUNCED, {"now": iso(now)})
        for statement in _SWEEP_SERIES:
            conn.execute(statement, {"today": today, "limit": limit[:10]})
        conn.execute(_SWEPT, {"today": today, "limit": limit})


def _sweep_episodes(db: Database, limit: str) -> int:
    """Forget one batch of episodes; returns how many."""
    with write(db, changes_guide=False) as conn:
        conn.execute("DROP TABLE IF EXISTS temp.left_behind")
        conn.execute(_LEFT, {"limit": limit, "batch": BATCH})
        conn.execute(_DROP_KEYS)
        return conn.execute(_DROP_EPISODES).rowcount
