"""The next programmes, kept in memory beside a connection: a search for common words need not look up all that have them.

    guide → near: id, start, end and channel of what is on or begins before `until`
          → soon: a search index of the first of them, for words that are nearly everywhere

Both are TEMP tables, made for one generation when a search first wants them, and widened step by step when one finds too few:
no search pays for all of it. To look up a hit in the guide costs more than ten times as much as in `near`, and touches a page
that may have to be read anew after an import. FTS5 can say whether one programme has a word, but steps over the deleted entries
before it: up to 15 ms for each programme were seen, after imports that change everything.
"""

import sqlite3
from datetime import datetime, timezone
from functools import cache
from typing import NamedTuple

from ..base.params import FORM
from ..base.sql import sql

HOUR = 3_600
#: how far a step reaches and how far all of them (seconds), and no further with so many rows, of some 60 bytes each
STEP, WIDEST, MOST = 3 * HOUR, 24 * HOUR, 50_000
#: made anew after so many seconds, because what is over stays in it
LASTS = 6 * HOUR
#: programmes whose words are kept: of a step, and at most
WORDS, MOST_WORDS = 200, 2_000
_TABLES = (
    """CREATE TEMP TABLE near (
        id INTEGER PRIMARY KEY, start_time TEXT NOT NULL, end_time TEXT NOT NULL, channel_id INTEGER NOT NULL)""",
    "CREATE TEMP TABLE near_known (number INTEGER, changed_at TEXT, made REAL, until REAL, words INTEGER)",
    # The words as the guide's own index sees them (ingest/migrations.py).
    """CREATE VIRTUAL TABLE temp.soon USING fts5(
        title, subtitle, description, content='', tokenize='unicode61 remove_diacritics 2')""",
)


class Known(NamedTuple):
    """What is kept: of which generation, made when, up to which start (both epoch seconds), and of how many the words."""

    number: int
    changed_at: str
    made: float
    until: float
    words: int


@cache
def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(FORM)


def made(conn: sqlite3.Connection) -> bool:
    """Whether `near` was ever prepared on this connection."""
    return _known(conn) is not None


def prepare(conn: sqlite3.Connection, now: float, longest: int) -> None:
    """Have `near` for the guide as this transaction sees it. No programme is longer than `longest` seconds; `now` is epoch
    seconds. What is made lasts if the transaction is committed."""
    generation = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    known = _known(conn)
    if known and known[:2] == generation and known.made <= now < known.made + LASTS:
        return
    if known is None:
        for statement in _TABLES:
            conn.execute(statement)
    conn.execute("DELETE FROM temp.near")
    conn.execute("DELETE FROM temp.near_known")
    conn.execute("INSERT INTO temp.soon (soon) VALUES ('delete-all')")
    _add(conn, now - longest - 1, now + STEP, now)
    conn.execute("INSERT INTO temp.near_known VALUES (?, ?, ?, ?, 0)", [*generation, now, now + STEP])


def widen(conn: sqlite3.Connection, now: float) -> bool:
    """Have `near` a step further ahead; False when it is as wide as it may be. It is prepared."""
    known = _known(conn)
    assert known
    if known.until >= now + WIDEST or _rows(conn) >= MOST:
        return False
    until = min(now + WIDEST, max(now, known.until) + STEP)
    _add(conn, known.until, until, now)
    conn.execute("UPDATE temp.near_known SET until = ?", [until])
    return True


def more_words(conn: sqlite3.Connection, now: float) -> bool:
    """Have the words of some more programmes; False when there are no more to have. `near` is prepared."""
    known = _known(conn)
    assert known
    if known.words >= MOST_WORDS:
        return False
    if known.words + WORDS > _rows(conn):
        widen(conn, now)
    # Programmes that `near` gets later begin later, so these stay the first.
    added = conn.execute(sql("near_words"), {"count": WORDS, "known": known.words}).rowcount
    conn.execute("UPDATE temp.near_known SET words = words + ?", [added])
    return added > 0


def _known(conn: sqlite3.Connection) -> Known | None:
    if not conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'near_known'").fetchone():
        return None
    return Known(*conn.execute("SELECT * FROM temp.near_known").fetchone())


def _rows(conn: sqlite3.Connection) -> int:
    (rows,) = conn.execute("SELECT count(*) FROM temp.near").fetchone()
    return int(rows)


def _add(conn: sqlite3.Connection, low: float, high: float, now: float) -> None:
    conn.execute(sql("near"), {"low": iso(low), "high": iso(high), "now": iso(now)})
