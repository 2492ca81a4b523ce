"""Whether a cleanup may delete what is outside the window: with a wrong clock or lost settings it would empty the guide.

`evidence` reads the guide; `objection` decides, and is pure. Commands ask it before `retention.cleanup` deletes. What tells a
wrong clock is in `core.clock_evidence`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .core.clock_evidence import LONG, PATIENCE, ClockEvidence, ClockSeen, all_over, confirmed, wrong_clock
from .core.clock_evidence import RELEASED as RELEASED
from .core.limits import DAY, Retention
from .core.times import from_iso, iso
from .settings.last_used import LastUsed, last_used
from .storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: so many programmes may go without a question, whatever part of the guide they are
LEAST = 50

_DUE = """
    SELECT (SELECT count(*) FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
            WHERE p.start_time < :past AND p.end_time <= :past),
           (SELECT count(*) FROM channels c CROSS JOIN airings p ON p.channel_id = c.id WHERE p.start_time > :future)
"""
_STAYING = """
    SELECT EXISTS (SELECT 1 FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
                   WHERE p.start_time > :now AND p.start_time <= :future)
"""
#: one step in the index for each channel
_REACH = """
    SELECT max((SELECT p.end_time FROM airings p WHERE p.channel_id = c.id ORDER BY p.start_time DESC LIMIT 1))
    FROM channels c
"""
_ON_NOW = """
    SELECT EXISTS (SELECT 1 FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
                   WHERE p.start_time > :before AND p.start_time <= :now AND p.end_time > :now)
"""
_NEWEST = "SELECT max(started_at) FROM import_log"
#: a row that ended before it began was written with a clock that was known to be ahead
_LAST_GOOD = """
    SELECT max(min(started_at, ifnull(completed_at, started_at))) FROM import_log WHERE status IN ('success', 'partial')
"""
_LAST_USED = "SELECT retention FROM generation"
_NOTE_USED = "UPDATE generation SET retention = :retention"
_ANY_FUTURE = "SELECT EXISTS (SELECT 1 FROM import_log WHERE started_at > :limit)"
#: An import began after the one before it: of a row from the future, that is what is known, unless it was noted when it ended.
_DATE_BACK = """
    UPDATE import_log SET
        started_at = CASE WHEN completed_at <= :limit THEN completed_at ELSE ifnull(
            (SELECT max(o.started_at) FROM import_log o WHERE o.id < import_log.id AND o.started_at <= :limit), :now) END,
        completed_at = CASE WHEN completed_at <= :limit THEN completed_at WHEN completed_at IS NOT NULL THEN ifnull(
            (SELECT max(o.started_at) FROM import_log o WHERE o.id < import_log.id AND o.started_at <= :limit), :now) END
    WHERE started_at > :limit
"""


@dataclass(frozen=True)
class CleanupEvidence:
    """What is known when a cleanup is due, at `now` (epoch seconds).

    `newest`: start of the newest import. `total`: programmes in the guide. `due`: those that would be deleted. `sudden`: those
    of them that the same settings would have deleted at the last import already. `to_come`: whether a programme stays that
    is still to come. `clock`: what else is known of the time.
    """

    now: int
    newest: int | None = None
    total: int = 0
    due: int = 0
    sudden: int = 0
    to_come: bool = True
    clock: ClockEvidence | None = field(default=None, compare=False)


def objection(found: CleanupEvidence) -> str:
    """Why nothing is to be deleted, "" where it may be.

    Time that passes deletes as much as was imported, however long the guide was left alone. More than half of the guide goes
    at once only if the settings are others than at the last import, or the clock has leapt ahead of all programmes.
    """
    clock = found.clock or ClockEvidence(found.now, found.newest)
    if wrong := wrong_clock(clock) or (all_over(clock) if found.due else ""):
        return wrong
    if found.due <= LEAST or 2 * found.due <= found.total:
        return ""
    said = f"{found.due:,} of {found.total:,} programmes"
    if 2 * found.sudden > found.total:
        return f"the retention settings would delete {said}, which those of the last import kept"
    if not found.to_come and not confirmed(clock):
        return f"{said} would be deleted, and none left that is still to come at {iso(found.now)}; check the clock"
    return ""


def newest_import(conn: sqlite3.Connection) -> int | None:
    """When the newest import began (epoch seconds), None before the first one."""
    return _moment(conn, _NEWEST)


def last_good_import(conn: sqlite3.Connection) -> int | None:
    """When the newest import was that did not fail (epoch seconds): a cleanup followed it."""
    return _moment(conn, _LAST_GOOD)


def clock_seen(conn: sqlite3.Connection) -> ClockSeen:
    """What the log says of the time before a command imports."""
    return ClockSeen(newest_import(conn), last_good_import(conn))


def clock_evidence(conn: sqlite3.Connection, now: int, seen: ClockSeen) -> ClockEvidence:
    """What speaks for and against a clock that says `now` (epoch seconds). The guide is asked only where that may decide."""
    servers = tuple(now - ahead for ahead in seen.ahead)
    behind = seen.newest is not None and seen.newest > now + PATIENCE
    long_ago = seen.good is not None and now - seen.good >= LONG
    if servers or not (behind or long_ago):
        return ClockEvidence(now, seen.newest, seen.good, servers=servers)
    (on_now,) = conn.execute(_ON_NOW, {"now": iso(now), "before": iso(max(0, now - DAY))}).fetchone()
    return ClockEvidence(now, seen.newest, seen.good, _moment(conn, _REACH), bool(on_now))


def trust_clock(db: Database, now: int) -> int:
    """Date log rows from the future back: the clock is right at `now` (epoch seconds), so it was wrong then. Returns how many.

    They get the time of the import before them, so that they do not count as fresh.
    """
    limits = {"limit": iso(now + PATIENCE), "now": iso(now)}
    if not db.conn.execute(_ANY_FUTURE, limits).fetchone()[0]:
        return 0
    with write(db, changes_guide=False) as conn:
        return conn.execute(_DATE_BACK, limits).rowcount


def retention_before(conn: sqlite3.Connection) -> LastUsed | None:
    """What the last cleanup kept, None before the first one."""
    row = conn.execute(_LAST_USED).fetchone()
    return last_used(row[0]) if row else None


def note_retention(db: Database, used: LastUsed) -> None:
    """Note what a cleanup kept, for the next one. Takes no write lock if it is what was noted before."""
    if retention_before(db.conn) != used:
        with write(db, changes_guide=False) as conn:
            conn.execute(_NOTE_USED, {"retention": used.as_json()})


def _moment(conn: sqlite3.Connection, statement: str) -> int | None:
    (text,) = conn.execute(statement).fetchone()
    return None if text is None else from_iso(text)


def evidence(
    conn: sqlite3.Connection, retention: Retention, now: int, since: int | None, seen: ClockSeen | None = None
) -> CleanupEvidence:
    """What `objection` needs. `since` is the `last_good_import` before what has just been imported (epoch seconds), `seen` what
    was known of the time then and has been heard since."""
    clock = clock_evidence(conn, now, seen or ClockSeen(newest_import(conn), since))
    past, future = _due(conn, retention, now)
    if past + future <= LEAST:
        return CleanupEvidence(now, clock.newest, due=past + future, clock=clock)
    (total,) = conn.execute("SELECT count(*) FROM airings").fetchone()
    sudden = future + (0 if since is None else _due(conn, retention, min(now, since))[0])
    limit = retention.future(now)
    window = {"now": iso(now), "future": "9999" if limit is None else iso(limit)}
    (to_come,) = conn.execute(_STAYING, window).fetchone()
    return CleanupEvidence(now, clock.newest, total, past + future, sudden, bool(to_come), clock)


def _due(conn: sqlite3.Connection, retention: Retention, now: int) -> tuple[int, int]:
    """How many programmes are too old at `now`, and how many too far ahead."""
    past, future = retention.past(now), retention.future(now)
    limits = {
        "past": "0000" if past is None else iso(past),
        "future": "9999" if future is None else iso(future),
    }
    old, far = conn.execute(_DUE, limits).fetchone()
    return int(old), int(far)
