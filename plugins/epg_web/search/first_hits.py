"""The first page of a search for a common word: the next programmes that have it, without a look at all the others.

`upcoming_tables` keeps the next programmes in memory. A search reads them first and widens them where they do not
have enough hits. A rare word or a far page is quicker to find among the hits themselves, and is left to the caller.
"""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from ..base.connections import gather
from ..base.moments import iso
from ..base.sql import sql
from . import names_tables, upcoming_tables

#: With up to FEW hits it is as quick to look up each one. With more than MANY, a search begins with the words of the
#: next programmes. With more than TOO_MANY it stays with them: looking up the newest hits would be as quick.
FEW, MANY, TOO_MANY = 1_000, 30_000, 200_000
#: With more hits than this the caller would look up only the newest, so the tables are widened to their end first.
NEWEST = 20_000
#: a page that ends after so many hits is looked for among all of them
DEEPEST = 400
#: seconds; where a programme may be longer, looking back for what is still on costs more than it saves
LONGEST = 2 * 86_400
#: seconds in which the names of programmes to come are read again after an import
NAMES = 2.0
_COUNT = """
    SELECT count(*) FROM (
        SELECT 1 FROM contents_fts f CROSS JOIN airings a ON a.content_id = f.rowid WHERE contents_fts MATCH ? LIMIT ?)
"""


def first_hits(
    conn: sqlite3.Connection, match: str, need: int, now: float, channels: list[int] | None
) -> list[int] | None:
    """Ids of the `need` soonest programmes with the words (`match` in FTS5's form), on `channels` where these are given.

    None where it is quicker to look at all hits, or where the tables do not have enough. `now` is in epoch seconds.
    """
    hits = _count(conn, match, MANY)
    longest = _longest(conn)
    if hits <= FEW or need > DEEPEST or longest > LONGEST:
        return None
    upcoming_tables.prepare(conn, now, longest)
    values: dict[str, Any] = {
        "match": match, "need": need, "epoch": now, "now": iso(now),
        "ids": None if channels is None else json.dumps(channels),
    }  # fmt: skip
    found: list[int] = []
    if hits > MANY:
        found = _found(conn, "first_hits_by_word", upcoming_tables.more_words, values, False)
    if len(found) < need and hits > MANY and _count(conn, match, TOO_MANY) > TOO_MANY:
        found = _found(conn, "first_hits_by_word", upcoming_tables.more_words, values, True)
    elif len(found) < need:
        found = _found(conn, "first_hits", upcoming_tables.widen, values, hits > NEWEST)
    return found if len(found) == need else None


def refresh(conn: sqlite3.Connection, now: float) -> None:
    """Make the tables anew after an import where searches have used them, so that the next search need not wait."""
    longest = _longest(conn)
    if longest <= LONGEST and upcoming_tables.made(conn):
        upcoming_tables.prepare(conn, now, longest)
    if names_tables.made(conn):
        names_tables.prepare(conn, now, NAMES)


def _longest(conn: sqlite3.Connection) -> int:
    """Seconds of the longest programme."""
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    return int(longest)


def _count(conn: sqlite3.Connection, match: str, most: int) -> int:
    """How many programmes have the words; `most` + 1 for more than that."""
    (hits,) = conn.execute(_COUNT, [match, most + 1]).fetchone()
    return int(hits)


def _found(
    conn: sqlite3.Connection,
    name: str,
    more: Callable[[sqlite3.Connection, float], bool],
    values: dict[str, Any],
    thorough: bool,
) -> list[int]:
    """Ids that the statement `name` finds. While they are too few, `more` is added: once, or as often as it can be
    where `thorough`.
    """
    found = gather(conn, sql(name), values)
    while len(found) < values["need"] and more(conn, values["epoch"]):
        found = gather(conn, sql(name), values)
        if not thorough:
            break
    return [int(ident) for (ident,) in found]
