"""What a search finds, the best first: what is called so, then what has the words in its title, then people, then any text.

Each of these is looked for only while there are too few hits, and in each what comes soon is on top.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ..base.moments import epoch
from ..base.sql import sql
from . import names_tables, suggested
from .first_hits import first_hits
from .fts_query import fts_query, in_titles, typed_query

#: people whose programmes are looked at
PEOPLE = 8
#: a beginning of a word needs so many letters before all programmes are searched for it
SHORTEST = 2
#: rows (id, start) that pass; `Filters` of a page may drop some
Keep = Callable[[Any], Iterator[int]]


def best_hits(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    """Ids of the best `need` programmes for `words`, each once.

    `values` are the parameters of page_finding_hits.sql without `match`; `keep` chooses among its rows. `narrowed` says whether
    anything but channels restricts the search.
    """
    names_tables.prepare(conn, epoch(values["now"]))
    found: dict[int, None] = {}
    for step in (_called_so, _in_title, _by_people, _begun_in_title, _anywhere, _begun_anywhere):
        found.update(dict.fromkeys(step(conn, words, need + len(found), values, keep, narrowed)))
        if len(found) >= need:
            break
    return list(islice(found, need))


def _called_so(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    title = words.strip().strip('"')
    found = [
        name for name in suggested.names(conn, f'"{title}"', names_tables.TITLE, 1) if _same(name.name, title)
    ]
    return _of_names(conn, found, need, values, keep)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _in_title(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    return _matching(conn, in_titles(fts_query(words)), need, values, keep, narrowed)


def _by_people(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    return _of_names(conn, suggested.names(conn, words, names_tables.PERSON, PEOPLE), need, values, keep)


def _begun_in_title(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    return (
        _matching(conn, in_titles(typed_query(words)), need, values, keep, narrowed) if _long(words) else []
    )


def _anywhere(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    return _matching(conn, fts_query(words), need, values, keep, narrowed)


def _begun_anywhere(
    conn: sqlite3.Connection, words: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    return _matching(conn, typed_query(words), need, values, keep, narrowed) if _long(words) else []


def _long(words: str) -> bool:
    """Whether the last word is worth looking for as a beginning."""
    typed = typed_query(words)
    return typed != fts_query(words) and len(words.split()[-1]) >= SHORTEST


def _of_names(
    conn: sqlite3.Connection, found: list[suggested.Name], need: int, values: dict[str, Any], keep: Keep
) -> list[int]:
    """The programmes of titles or people."""
    if not found:
        return []
    given = {**values, "names": json.dumps([name.id for name in found])}
    return list(islice(keep(conn.execute(sql("best_of_names"), given)), need))


def _matching(
    conn: sqlite3.Connection, match: str, need: int, values: dict[str, Any], keep: Keep, narrowed: bool
) -> list[int]:
    """The programmes that match a full-text query: the soonest where the word is common, else all in their order."""
    if not narrowed:
        channels = None if values["channels"] is None else json.loads(values["channels"])
        if soon := first_hits(conn, match, need, epoch(values["now"]), channels):
            given = {"ids": json.dumps(soon), "now": values["now"]}
            return [ident for (ident,) in conn.execute(sql("best_order"), given)]
    return list(islice(keep(conn.execute(sql("page_finding_hits"), {**values, "match": match})), need))
