"""What a search shows first, for words that are common: the soonest programmes with them, without a look at all the others."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from ..base.gather import gather
from ..base.sql import sql
from . import upcoming

#: with so few hits it is as quick to look up each one; of more than MANY the words of the next programmes are looked at first,
#: and with TOO_MANY it is as quick to look up the newest of them
FEW, MANY, TOO_MANY = 1_000, 30_000, 200_000
#: of so many hits no more than the newest would be looked up, so that what is near is widened as far as it goes first
NEWEST = 20_000
#: a page behind so many rows is looked for among all hits
DEEPEST = 400
#: looking back further than this for what is still on would cost more than it saves (seconds)
LONGEST = 2 * 86_400
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM programs_fts WHERE programs_fts MATCH ? LIMIT ?)"


def soonest(
    conn: sqlite3.Connection, match: str, need: int, now: float, channels: list[int] | None
) -> list[int] | None:
    """Ids of the `need` soonest upcoming programmes with the words (`match` in FTS5's form), on `channels` if given.

    None when that is not quicker than to look at the hits themselves, or too few are known to be near. `now` is epoch seconds.
    """
    hits = _count(conn, match, MANY)
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    if hits <= FEW or need > DEEPEST or longest > LONGEST:
        return None
    upcoming.prepare(conn, now, longest)
    values: dict[str, Any] = {
        "match": match, "need": need, "epoch": now, "now": upcoming.iso(now),
        "ids": None if channels is None else json.dumps(channels),
    }  # fmt: skip
    found: list[int] = []
    if hits > MANY:
        found = _found(conn, "soonest_words", upcoming.more_words, values, False)
    if len(found) < need and hits > MANY and _count(conn, match, TOO_MANY) > TOO_MANY:
        found = _found(conn, "soonest_words", upcoming.more_words, values, True)
    elif len(found) < need:
        found = _found(conn, "soonest", upcoming.widen, values, hits > NEWEST)
    return found if len(found) == need else None


def refresh(conn: sqlite3.Connection, now: float) -> None:
    """What is near made anew behind an import, where searches had it made before: the next one need not wait for that."""
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    if longest <= LONGEST and upcoming.made(conn):
        upcoming.prepare(conn, now, longest)


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
    """What the statement `name` finds; if that is not enough, what it finds among `more`, step by step where `thorough`."""
    found = gather(conn, sql(name), values)
    while len(found) < values["need"] and more(conn, values["epoch"]):
        found = gather(conn, sql(name), values)
        if not thorough:
            break
    return [int(ident) for (ident,) in found]
