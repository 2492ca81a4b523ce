"""What somebody may be looking for while the words are still being typed: titles, people, channels."""

import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, NamedTuple

from ..base.moments import iso
from ..base.sql import sql
from . import misspelt, names_tables
from .fts_query import typed_query

#: of each kind
MOST = 6
#: the visible channels: id, display_name, number
CHANNELS = "SELECT id, display_name, number FROM channels WHERE hidden = 0"


class Name(NamedTuple):
    """A title or a person: its row in `names_tables`, and how often it is shown."""

    id: int
    name: str
    showings: int


def names(conn: sqlite3.Connection, text: str, kind: str, limit: int = MOST) -> list[Name]:
    """Titles or people that have the words of `text`, the last of which may be a beginning. `names_tables.prepare` first."""
    match = typed_query(text)
    if not match:
        return []
    values = {"match": match, "kind": kind, "words": text.strip().strip('"'), "limit": limit}
    return [Name(*row) for row in conn.execute(sql("names_matching"), values)]


def next_showings(conn: sqlite3.Connection, found: list[Name], now: float) -> dict[int, dict[str, Any]]:
    """By `Name.id`, the showing that is on or comes next: id, start_time, end_time, channel_id, channel."""
    if not found:
        return {}
    cursor = conn.execute(
        sql("names_next"), {"ids": json.dumps([name.id for name in found]), "now": iso(now)}
    )
    columns = [column[0] for column in cursor.description][1:]
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in cursor}


def channels(conn: sqlite3.Connection, text: str, limit: int = MOST) -> list[int]:
    """Ids of the visible channels that `text` may mean, the likeliest first."""
    return likely_channels(text, conn.execute(CHANNELS))[:limit]


def likely_channels(text: str, known: Iterable[tuple[int, str, str | None]]) -> list[int]:
    """Of `known` (id, name, number): the channel with this number, then those that are called so, begin so, have a word that
    begins so, and contain it. Equal ones keep the order of their numbers and names.
    """
    wanted = " ".join(misspelt.words_of(text))
    if not wanted:
        return []
    ranked = (
        (rank, _number(number), _plain(name), ident)
        for ident, name, number in known
        if (rank := _rank(wanted, _plain(name), number)) is not None
    )
    return [ident for *_, ident in sorted(ranked)]


@lru_cache(maxsize=20_000)
def _plain(name: str) -> str:
    return " ".join(misspelt.words_of(name))


def _number(number: str | None) -> tuple[bool, float, str]:
    """A key that sorts channels as lists show them: those without a number last, 9 before 10."""
    text = number or ""
    return number is None, float(text) if text.isascii() and text.isdigit() else 0.0, text


def _rank(wanted: str, name: str, number: str | None) -> int | None:
    if wanted == number:
        return 0
    if wanted == name:
        return 1
    if name.startswith(wanted):
        return 2
    if all(f" {word}" in f" {name}" for word in wanted.split()):
        return 3
    return 4 if len(wanted) > 1 and wanted.replace(" ", "") in name.replace(" ", "") else None


def meant(conn: sqlite3.Connection, text: str) -> str | None:
    """What `text` may be a wrong spelling of; None where nothing known is like it. `names_tables.prepare` first."""
    return misspelt.meant(text, partial(_known, conn))


def _known(conn: sqlite3.Connection, shortest: int, longest: int) -> Iterable[tuple[str, int]]:
    """Words of titles, people and channels, with how often each is used."""
    yield from names_tables.terms(conn, shortest, longest)
    for _, name, _ in conn.execute(CHANNELS).fetchall():
        yield from ((word, 1) for word in misspelt.words_of(name) if shortest <= len(word) <= longest)
