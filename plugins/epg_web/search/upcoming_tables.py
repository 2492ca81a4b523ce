"""The next programmes, in temporary tables of one connection, so that a search for a common word need not look up all hits.

    guide → upcoming: id, start, end and channel of each programme that is on or begins before `until`
          → upcoming_words: a search index of the first of them, for words that most programmes have

Both are made for one generation of the guide, when a search first wants them. A search that finds too few widens them
by a step, so no search pays for the whole. They are worth it (docs/performance.md): to look up a hit in the guide costs
more than ten times as much as in `upcoming`, and reads a page that may be cold after an import. FTS5 can also say
whether one programme has a word, but first it steps over deleted entries: after imports that change everything, up to
15 ms for each programme were measured.
"""

import sqlite3
from typing import NamedTuple

from ..base.moments import iso
from ..base.sql import sql

HOUR = 3_600
#: seconds that one step reaches and that all of them reach; and the rows, of some 60 bytes each, that end the widening
STEP, WIDEST, MOST = 3 * HOUR, 24 * HOUR, 50_000
#: seconds until the tables are made anew, because programmes that are over stay in them
LASTS = 6 * HOUR
#: programmes whose words one step adds, and the most that are kept
WORDS, MOST_WORDS = 200, 2_000
_TABLES = (
    """CREATE TEMP TABLE upcoming (
        content_id INTEGER NOT NULL, id INTEGER NOT NULL, start_time TEXT NOT NULL, end_time TEXT NOT NULL,
        channel_id INTEGER NOT NULL, PRIMARY KEY (content_id, id)) WITHOUT ROWID""",
    "CREATE TEMP TABLE upcoming_state (number INTEGER, changed_at TEXT, made REAL, until REAL, words INTEGER)",
    # The words as the guide's own index sees them (`epg_ingest.storage.migrations`).
    """CREATE VIRTUAL TABLE temp.upcoming_words USING fts5(
        title, subtitle, description, content='', tokenize='unicode61 remove_diacritics 2')""",
)


class TablesState(NamedTuple):
    """The generation that the tables hold, when they were made, the start they reach to (both epoch seconds), and how many
    programmes have their words in the index.
    """

    number: int
    changed_at: str
    made: float
    until: float
    words: int


def made(conn: sqlite3.Connection) -> bool:
    """Whether this connection has the tables."""
    return _state(conn) is not None


def prepare(conn: sqlite3.Connection, now: float, longest: int) -> None:
    """Make the tables for the guide as this transaction sees it, unless they are there. They last if it is committed.

    No programme is longer than `longest` seconds; `now` is in epoch seconds.
    """
    generation = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    state = _state(conn)
    if state and state[:2] == generation and state.made <= now < state.made + LASTS:
        return
    if state is None:
        for statement in _TABLES:
            conn.execute(statement)
    conn.execute("DELETE FROM temp.upcoming")
    conn.execute("DELETE FROM temp.upcoming_state")
    conn.execute("INSERT INTO temp.upcoming_words (upcoming_words) VALUES ('delete-all')")
    _add(conn, now - longest - 1, now + STEP, now)
    conn.execute("INSERT INTO temp.upcoming_state VALUES (?, ?, ?, ?, 0)", [*generation, now, now + STEP])


def widen(conn: sqlite3.Connection, now: float) -> bool:
    """Make `upcoming` reach a step further. False where it reaches as far as it may. Call `prepare` first."""
    state = _state(conn)
    assert state
    if state.until >= now + WIDEST or _rows(conn) >= MOST:
        return False
    until = min(now + WIDEST, max(now, state.until) + STEP)
    _add(conn, state.until, until, now)
    conn.execute("UPDATE temp.upcoming_state SET until = ?", [until])
    return True


def more_words(conn: sqlite3.Connection, now: float) -> bool:
    """Add the words of the programmes that come next. False where there are no more. Call `prepare` first."""
    state = _state(conn)
    assert state
    if state.words >= MOST_WORDS:
        return False
    if state.words + WORDS > _rows(conn):
        widen(conn, now)
    # Programmes that `upcoming` gets later also begin later, so those in the index stay the first ones.
    added = min(WORDS, _rows(conn) - state.words)
    conn.execute(sql("upcoming_words_fill"), {"count": added, "known": state.words})
    conn.execute("UPDATE temp.upcoming_state SET words = words + ?", [added])
    return added > 0


def _state(conn: sqlite3.Connection) -> TablesState | None:
    if not conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'upcoming_state'").fetchone():
        return None
    return TablesState(*conn.execute("SELECT * FROM temp.upcoming_state").fetchone())


def _rows(conn: sqlite3.Connection) -> int:
    (rows,) = conn.execute("SELECT count(*) FROM temp.upcoming").fetchone()
    return int(rows)


def _add(conn: sqlite3.Connection, low: float, high: float, now: float) -> None:
    conn.execute(sql("upcoming_fill"), {"low": iso(low), "high": iso(high), "now": iso(now)})
