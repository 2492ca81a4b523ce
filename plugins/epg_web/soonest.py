"""What a search shows first, for words that are common: the soonest programmes with them, without a look at all the others.

Looking up the time of one hit costs as much as reading thirty from the search index, so a common word is looked for among the
programmes of the next hours instead. Of a word that is nearly everywhere even its hits are many: then the next programmes are
asked one by one.
"""

import json
import sqlite3
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

from .params import FORM

SQL = Path(__file__).resolve().parent / "sql"
#: with so few hits it is quicker to look up each one; with so many, to ask for each programme in turn
FEW, MANY = 3_000, 30_000
#: a page behind so many rows is looked for among all hits
DEEPEST = 400
#: looking back further than this for what is still on would cost more than it saves (seconds)
LONGEST = 2 * 86_400
#: the rows of a page are looked for from now on in this time, then in as much as it takes by that, and not beyond (seconds)
WINDOW, WIDEST = 3_600, 12 * 3_600
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM programs_fts WHERE programs_fts MATCH ? LIMIT ?)"


@cache
def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(FORM)


def soonest(
    conn: sqlite3.Connection, match: str, need: int, now: float, channels: list[int] | None
) -> list[int] | None:
    """Ids of the `need` soonest upcoming programmes with the words (`match` in FTS5's form), on `channels` if given.

    None when that is not quicker than to look at the hits themselves, or the next hours have fewer. `now` is epoch seconds.
    """
    (hits,) = conn.execute(_COUNT, [match, MANY + 1]).fetchone()
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    if hits <= FEW or need > DEEPEST or longest > LONGEST:
        return None
    values: dict[str, Any] = {
        "match": match, "need": need, "now": _iso(now), "since": _iso(now - longest - 1),
        "ids": None if channels is None else json.dumps(channels),
    }  # fmt: skip
    window = float(WINDOW)
    while True:
        values["until"] = _iso(now + window)
        found = _one_by_one(conn, values) if hits > MANY else _by_hits(conn, values)
        if len(found) == need:
            return found
        if window >= WIDEST:
            return None
        # Half as much again as the same density would need; without any the widest.
        window = min(WIDEST, max(2.0, 1.5 * need / max(len(found), 0.1)) * window)


def _by_hits(conn: sqlite3.Connection, values: dict[str, Any]) -> list[int]:
    return [ident for (ident,) in conn.execute(_sql("soonest"), values)]


def _one_by_one(conn: sqlite3.Connection, values: dict[str, Any]) -> list[int]:
    found: list[int] = []
    for (ident,) in conn.execute(_sql("soonest_near"), values):
        if len(found) == values["need"]:
            break
        if conn.execute(_sql("soonest_one"), {"match": values["match"], "id": ident}).fetchone():
            found.append(ident)
    return found
