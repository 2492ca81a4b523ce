"""Whether a cleanup may delete what is outside the window: with a wrong clock or lost settings it would empty the guide.

`evidence` reads the guide; `objection` decides, and is pure. Commands ask it before `retention.cleanup` deletes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .core.limits import DAY, Retention
from .core.times import from_iso, iso
from .storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: no version of this program is older, so a clock that says less is wrong: one without a battery starts in 1970 or 2000
RELEASED = from_iso("2026-01-01T00:00:00Z")
#: seconds by which a clock may be before the newest import
PATIENCE = DAY
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
_NEWEST = "SELECT max(started_at) FROM import_log"
_LAST_GOOD = "SELECT max(started_at) FROM import_log WHERE status IN ('success', 'partial')"


@dataclass(frozen=True)
class CleanupEvidence:
    """What is known when a cleanup is due, at `now` (epoch seconds).

    `newest`: start of the newest import. `total`: programmes in the guide. `due`: those that would be deleted. `sudden`: those
    of them that the same settings would have deleted at the last import already. `to_come`: whether a programme stays that
    is still to come.
    """

    now: int
    newest: int | None = None
    total: int = 0
    due: int = 0
    sudden: int = 0
    to_come: bool = True


def objection(found: CleanupEvidence) -> str:
    """Why nothing is to be deleted, "" where it may be.

    Time that passes deletes as much as was imported, however long the guide was left alone. More than half of the guide goes
    at once only if the settings are others than at the last import, or the clock has leapt ahead of all programmes.
    """
    if wrong := wrong_clock(found.now, found.newest):
        return wrong
    if found.due <= LEAST or 2 * found.due <= found.total:
        return ""
    said = f"{found.due:,} of {found.total:,} programmes"
    if 2 * found.sudden > found.total:
        return f"the retention settings would delete {said}, which those of the last import kept"
    if not found.to_come:
        return f"{said} would be deleted, and none left that is still to come at {iso(found.now)}; check the clock"
    return ""


def wrong_clock(now: int, newest: int | None) -> str:
    """What is wrong with a clock that says `now`, when an import has begun at `newest`; "" where nothing is."""
    if now < RELEASED:
        return f"the clock of this machine says {iso(now)}, when this program was not made yet; set it"
    if newest is not None and now < newest - PATIENCE:
        return f"the clock of this machine says {iso(now)}, but an import began at {iso(newest)}; set it"
    return ""


def newest_import(conn: sqlite3.Connection) -> int | None:
    """When the newest import began (epoch seconds), None before the first one."""
    return _moment(conn, _NEWEST)


def last_good_import(conn: sqlite3.Connection) -> int | None:
    """When the newest import began that did not fail (epoch seconds): a cleanup followed it."""
    return _moment(conn, _LAST_GOOD)


def trust_clock(db: Database, now: int) -> None:
    """Bring log rows from the future to `now` (epoch seconds): a person says that the clock is right, so it was wrong then."""
    limit = iso(now + PATIENCE)
    if db.conn.execute("SELECT 1 FROM import_log WHERE started_at > ?", [limit]).fetchone():
        with write(db, changes_guide=False) as conn:
            conn.execute("UPDATE import_log SET started_at = ? WHERE started_at > ?", [iso(now), limit])


def _moment(conn: sqlite3.Connection, statement: str) -> int | None:
    (text,) = conn.execute(statement).fetchone()
    return None if text is None else from_iso(text)


def evidence(conn: sqlite3.Connection, retention: Retention, now: int, since: int | None) -> CleanupEvidence:
    """What `objection` needs. `since` is the `last_good_import` before what has just been imported (epoch seconds)."""
    newest = newest_import(conn)
    past, future = _due(conn, retention, now)
    if past + future <= LEAST:
        return CleanupEvidence(now, newest, due=past + future)
    (total,) = conn.execute("SELECT count(*) FROM airings").fetchone()
    sudden = future + (0 if since is None else _due(conn, retention, min(now, since))[0])
    limit = retention.future(now)
    window = {"now": iso(now), "future": "9999" if limit is None else iso(limit)}
    (to_come,) = conn.execute(_STAYING, window).fetchone()
    return CleanupEvidence(now, newest, total, past + future, sudden, bool(to_come))


def _due(conn: sqlite3.Connection, retention: Retention, now: int) -> tuple[int, int]:
    """How many programmes are too old at `now`, and how many too far ahead."""
    past, future = retention.past(now), retention.future(now)
    limits = {
        "past": "0000" if past is None else iso(past),
        "future": "9999" if future is None else iso(future),
    }
    old, far = conn.execute(_DUE, limits).fetchone()
    return int(old), int(far)
