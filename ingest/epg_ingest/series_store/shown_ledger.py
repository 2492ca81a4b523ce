"""The ledger of what was shown, which outlives retention, and what is forgotten in its time.

keep    before retention deletes programmes that have ended, the ledger takes them over
sweep   once a day: episodes and series that nothing has shown for `retention.ledger_days` go
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ..core.limits import DAY
from ..core.times import iso
from ..storage import known_showings
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: episodes and series that one transaction deletes
BATCH = 20_000
_DROP_EXPIRING = "DROP TABLE IF EXISTS temp.expiring_showings"
_FIND_EXPIRING = """
    CREATE TEMP TABLE expiring_showings AS
    SELECT episode_id, first_start, max(iif(place = 1, channel_id, NULL)) AS first_channel_id, max(start_time) AS last_start
    FROM (
        SELECT ce.episode_id, a.start_time, a.channel_id, min(a.start_time) OVER episode AS first_start,
               row_number() OVER (episode ORDER BY a.start_time, a.channel_id) AS place
        FROM temp.expired x CROSS JOIN airings a ON a.id = x.id
        CROSS JOIN content_episodes ce ON ce.content_id = a.content_id
        WHERE ce.episode_id IS NOT NULL AND a.end_time <= :past
        WINDOW episode AS (PARTITION BY ce.episode_id)
    )
    GROUP BY episode_id, first_start
"""
#: What the episode had, without what the guide still has of it, and what was in the ledger under other ids, is its own.
_KEEP = """
    INSERT INTO episode_ledger (episode_id, first_start, first_channel_id, last_start, showings)
    SELECT x.episode_id, x.first_start, x.first_channel_id, x.last_start, max(1, e.showings - ifnull(c.showings, 0) - ifnull((
        SELECT sum(l.showings) FROM episodes s CROSS JOIN episode_ledger l ON l.episode_id = s.id WHERE s.same_as = e.id), 0))
    FROM temp.expiring_showings x CROSS JOIN episodes e ON e.id = x.episode_id
    LEFT JOIN temp.counted_showings c ON c.episode_id = x.episode_id
    WHERE true
    ON CONFLICT (episode_id) DO UPDATE SET
        first_channel_id = iif(excluded.first_start < first_start, excluded.first_channel_id, first_channel_id),
        first_start = min(first_start, excluded.first_start), last_start = max(last_start, excluded.last_start),
        showings = max(showings, excluded.showings)
"""
_NOTE_FOLLOWING = """
    INSERT OR IGNORE INTO episodes_pending SELECT episode_id FROM episode_ledger WHERE first_channel_id = :source
"""
_FOLLOW = "UPDATE episode_ledger SET first_channel_id = :target WHERE first_channel_id = :source"
_DUE = "SELECT ifnull(swept_on, '') < :today FROM series_state"
_SWEPT = "UPDATE series_state SET swept_on = :today, since = max(ifnull(since, :limit), :limit)"
_LEFT = """
    CREATE TEMP TABLE left_behind AS
    SELECT e.id, e.series_id FROM episodes e
    WHERE ifnull(e.last_start, '') < :limit
      AND NOT EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = e.series_id AND ce.episode_id = e.id)
    LIMIT :batch
"""
_ANY_LEFT = """
    SELECT EXISTS (
        SELECT 1 FROM episodes e WHERE ifnull(e.last_start, '') < :limit
        AND NOT EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = e.series_id AND ce.episode_id = e.id))
"""
_DROP_KEYS = """
    DELETE FROM episode_keys WHERE (series_id, key, episode_id) IN (
        SELECT k.series_id, k.key, k.episode_id FROM temp.left_behind l
        CROSS JOIN episode_keys k ON k.series_id = l.series_id AND k.episode_id = l.id)
"""
_DROP_EPISODES = "DELETE FROM episodes WHERE id IN (SELECT id FROM temp.left_behind)"

#: A series without programmes is noted, and goes if it stays so. A series that a person has touched stays.
_SWEEP_SERIES = (
    """
    UPDATE series SET gone_on = NULL WHERE gone_on IS NOT NULL
    AND EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = series.id)
    """,
    """
    UPDATE series SET gone_on = :today WHERE gone_on IS NULL AND pinned = 0
    AND NOT EXISTS (SELECT 1 FROM content_episodes ce WHERE ce.series_id = series.id)
    AND NOT EXISTS (SELECT 1 FROM episodes e WHERE e.series_id = series.id)
    """,
    """
    DELETE FROM episode_keys WHERE series_id IN (SELECT id FROM series WHERE gone_on < :limit AND pinned = 0)
    """,
    """
    DELETE FROM series WHERE gone_on < :limit AND pinned = 0
    AND NOT EXISTS (SELECT 1 FROM episodes e WHERE e.series_id = series.id OR e.moved_from = series.id)
    AND NOT EXISTS (SELECT 1 FROM series_keys k WHERE k.own_series_id = series.id)
    """,
)


def expiring(conn: sqlite3.Connection, past: str) -> None:
    """Note the programmes among `temp.expired` that ended by `past` (ISO, UTC). They are about to be deleted."""
    conn.execute(_DROP_EXPIRING)
    conn.execute(_FIND_EXPIRING, {"past": past})


def keep(conn: sqlite3.Connection) -> None:
    """Take what `expiring` has noted into the ledger, once it is deleted."""
    known_showings.count(conn)
    conn.execute(_KEEP)
    conn.execute(_DROP_EXPIRING)


def follow_channel(conn: sqlite3.Connection, source: int, target: int) -> None:
    """Let first showings on the channel `source`, which is merged into `target`, be on that one."""
    conn.execute(_NOTE_FOLLOWING, {"source": source})
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
        for statement in _SWEEP_SERIES:
            conn.execute(statement, {"today": today, "limit": limit[:10]})
        conn.execute(_SWEPT, {"today": today, "limit": limit})


def _sweep_episodes(db: Database, limit: str) -> int:
    """Forget one batch of episodes; returns how many."""
    values = {"limit": limit, "batch": BATCH}
    if not db.conn.execute(_ANY_LEFT, values).fetchone()[0]:
        return 0
    with write(db, changes_guide=False) as conn:
        conn.execute("DROP TABLE IF EXISTS temp.left_behind")
        conn.execute(_LEFT, values)
        conn.execute(_DROP_KEYS)
        return conn.execute(_DROP_EPISODES).rowcount
