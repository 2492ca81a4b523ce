"""The titles and people of programmes to come, in temporary tables of one connection, to be found while one types.

    guide → names: each title and each person once, with how often they are shown
          → names_words: a search index of them, names_vocabulary: its words
          → names_contents: which contents have them

They are made for one generation of the guide, when a search first wants them, a few hours of programmes at a time: each search
adds as much as a fraction of a second allows, so none pays for the whole. What is not in them yet is found in the guide's own
index. A day of 2,000 channels takes about a second and 5 MB (docs/performance.md).
"""

import sqlite3
import time
from typing import NamedTuple

from ..base.moments import iso
from ..base.sql import sql

HOUR = 3_600
#: seconds of programmes that one step adds, and how far all of them reach
STEP, WIDEST = HOUR, 8 * 24 * HOUR
#: contents that end the widening; each takes about 300 bytes
MOST = 150_000
#: seconds of work after which a search goes on with what there is
BUDGET = 0.05
#: seconds until the tables are made anew, because programmes that are over stay in them
LASTS = 6 * HOUR
TITLE, PERSON = "title", "person"
_TABLES = (
    """CREATE TEMP TABLE names (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, showings INTEGER NOT NULL,
        UNIQUE (kind, name))""",
    """CREATE TEMP TABLE names_contents (
        name_id INTEGER NOT NULL, content_id INTEGER NOT NULL, PRIMARY KEY (name_id, content_id)) WITHOUT ROWID""",
    "CREATE INDEX temp.names_contents_content ON names_contents (content_id)",
    "CREATE TEMP TABLE names_step (content_id INTEGER PRIMARY KEY, showings INTEGER NOT NULL)",
    """CREATE TEMP TABLE names_found (
        kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, content_id INTEGER NOT NULL, showings INTEGER NOT NULL)""",
    """CREATE VIRTUAL TABLE temp.names_words USING fts5(
        name, content='', tokenize='unicode61 remove_diacritics 2')""",
    "CREATE VIRTUAL TABLE temp.names_vocabulary USING fts5vocab(temp, names_words, row)",
    "CREATE TEMP TABLE names_terms (term TEXT NOT NULL, letters INTEGER NOT NULL, names INTEGER NOT NULL)",
    "CREATE INDEX temp.names_terms_letters ON names_terms (letters, term, names)",
    "CREATE TEMP TABLE names_state (number INTEGER, changed_at TEXT, made REAL, until REAL, contents INTEGER, terms INTEGER)",
)
_EMPTY = (
    "DELETE FROM temp.names",
    "DELETE FROM temp.names_contents",
    "DELETE FROM temp.names_state",
    "INSERT INTO temp.names_words (names_words) VALUES ('delete-all')",
)


class NamesState(NamedTuple):
    """The generation that the tables hold, when they were made, the start they reach to (both epoch seconds), how many contents
    they have, and how many they had when the words were listed (`terms`).
    """

    number: int
    changed_at: str
    made: float
    until: float
    contents: int
    terms: int = -1

    def whole(self, now: float) -> bool:
        """Whether there is nothing left to add."""
        return self.until >= now + WIDEST or self.contents >= MOST


def made(conn: sqlite3.Connection) -> bool:
    """Whether this connection has the tables."""
    return _state(conn) is not None


def prepare(conn: sqlite3.Connection, now: float, budget: float = BUDGET) -> None:
    """Bring the tables to the guide as this transaction sees it, and widen them for about `budget` seconds.

    `now` is in epoch seconds. The tables last if the transaction is committed.
    """
    state = _current(conn, now) or _begun(conn, now)
    ends = time.monotonic() + budget
    while not state.whole(now) and (state.contents == 0 or time.monotonic() < ends):
        state = _widened(conn, state, now)


def terms(conn: sqlite3.Connection, shortest: int, longest: int) -> list[tuple[str, int]]:
    """Words of titles and people with so many letters, and in how many names each is. Call `prepare` first."""
    state = _state(conn)
    assert state
    if state.terms != state.contents:
        # FTS5 counts the names of each word whenever it is asked; the list is ten times as quick.
        conn.execute("DELETE FROM temp.names_terms")
        conn.execute(sql("names_terms_fill"))
        conn.execute("UPDATE temp.names_state SET terms = contents")
    return conn.execute(sql("names_terms"), {"shortest": shortest, "longest": longest}).fetchall()


def _current(conn: sqlite3.Connection, now: float) -> NamesState | None:
    """The state of tables that still hold; None where they have to be made anew."""
    generation = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    state = _state(conn)
    held = state is not None and state[:2] == generation and state.made <= now < state.made + LASTS
    return state if held else None


def _begun(conn: sqlite3.Connection, now: float) -> NamesState:
    """Empty tables that reach to `now`."""
    if not _exists(conn):
        for statement in _TABLES:
            conn.execute(statement)
    for statement in _EMPTY:
        conn.execute(statement)
    number, changed_at = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    state = NamesState(number, changed_at, now, now, 0)
    conn.execute("INSERT INTO temp.names_state VALUES (?, ?, ?, ?, ?, ?)", state)
    return state


def _widened(conn: sqlite3.Connection, state: NamesState, now: float) -> NamesState:
    """The tables with the programmes of one step more. The first step has those that are on as well."""
    low = state.until
    if state.until == state.made:
        (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
        low -= longest + 1
    until = state.until + STEP
    added = _add(conn, {"low": iso(low), "high": iso(until), "now": iso(now)})
    state = state._replace(until=until, contents=state.contents + added)
    conn.execute("UPDATE temp.names_state SET until = ?, contents = ?", [state.until, state.contents])
    return state


def _add(conn: sqlite3.Connection, span: dict[str, str]) -> int:
    """Add the contents of a span that are not known yet; how many those are."""
    conn.execute("DELETE FROM temp.names_step")
    conn.execute("DELETE FROM temp.names_found")
    added = conn.execute(sql("names_coming"), span).rowcount
    conn.execute(sql("names_fill"))
    (last,) = conn.execute("SELECT ifnull(max(id), 0) FROM temp.names").fetchone()
    conn.execute(sql("names_known"))
    conn.execute(sql("names_links"))
    conn.execute(sql("names_words"), {"last": last})
    return max(0, added)


def _exists(conn: sqlite3.Connection) -> bool:
    return bool(conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'names_state'").fetchone())


def _state(conn: sqlite3.Connection) -> NamesState | None:
    if not _exists(conn):
        return None
    row = conn.execute("SELECT * FROM temp.names_state").fetchone()
    return NamesState(*row) if row else None
