"""What a search finds, the best first: what is called so, then what has the words in its title, then people, then any text.

Each of these is looked for only while there are too few hits, and in each what comes soon is on top.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
#: of the soonest hits so many are ordered at a time, so that a page is the same however many are asked for
CHUNK = 50


@dataclass(frozen=True)
class Search:
    """A search as it was asked. `values` are the parameters of page_finding_hits.sql without `match`; `keep` chooses among its
    rows (id, start); `narrowed` says whether anything but channels restricts it.
    """

    conn: sqlite3.Connection
    words: str
    values: dict[str, Any]
    keep: Callable[[Any], Iterator[int]]
    narrowed: bool

    def of_names(self, found: list[suggested.Name], need: int) -> list[int]:
        """The programmes of titles or people."""
        if not found:
            return []
        given = {**self.values, "names": json.dumps([name.id for name in found])}
        return list(islice(self.keep(self.conn.execute(sql("best_of_names"), given)), need))

    def matching(self, match: str, need: int) -> list[int]:
        """The programmes that match a full-text query: the soonest where the word is common, else all in their order."""
        if not self.narrowed and (soon := self._soonest(match, need)):
            return [
                ident for at in range(0, len(soon), CHUNK) for ident in self._ordered(soon[at : at + CHUNK])
            ]
        found = self.conn.execute(sql("page_finding_hits"), {**self.values, "match": match})
        return list(islice(self.keep(found), need))

    def _soonest(self, match: str, need: int) -> list[int] | None:
        channels = None if self.values["channels"] is None else json.loads(self.values["channels"])
        return first_hits(self.conn, match, need, epoch(self.values["now"]), channels)

    def _ordered(self, ids: list[int]) -> list[int]:
        given = {"ids": json.dumps(ids), "now": self.values["now"]}
        return [ident for (ident,) in self.conn.execute(sql("best_order"), given)]


def best_hits(search: Search, need: int) -> list[int]:
    """Ids of the best `need` programmes, each once."""
    names_tables.prepare(search.conn, epoch(search.values["now"]))
    found: dict[int, None] = {}
    for step in (_called_so, _in_title, _by_people, _begun_in_title, _anywhere, _begun_anywhere):
        found.update(dict.fromkeys(step(search, need + len(found))))
        if len(found) >= need:
            break
    return list(islice(found, need))


def _called_so(search: Search, need: int) -> list[int]:
    title = search.words.strip().strip('"')
    found = suggested.names(search.conn, f'"{title}"', names_tables.TITLE, 1)
    return search.of_names([name for name in found if name.name.casefold() == title.casefold()], need)


def _in_title(search: Search, need: int) -> list[int]:
    return search.matching(in_titles(fts_query(search.words)), need)


def _by_people(search: Search, need: int) -> list[int]:
    return search.of_names(suggested.names(search.conn, search.words, names_tables.PERSON, PEOPLE), need)


def _begun_in_title(search: Search, need: int) -> list[int]:
    return search.matching(in_titles(typed_query(search.words)), need) if _begun(search.words) else []


def _anywhere(search: Search, need: int) -> list[int]:
    return search.matching(fts_query(search.words), need)


def _begun_anywhere(search: Search, need: int) -> list[int]:
    return search.matching(typed_query(search.words), need) if _begun(search.words) else []


def _begun(words: str) -> bool:
    """Whether the last word is worth looking for as a beginning."""
    return typed_query(words) != fts_query(words) and len(words.split()[-1]) >= SHORTEST
