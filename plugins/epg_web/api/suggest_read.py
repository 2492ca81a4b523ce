"""What `/api/v1/suggest` reads: titles, people, channels and genres for words that are still being typed."""

import json
import sqlite3
from typing import Any

from ..base.answer import Refused, dump
from ..base.connections import gather
from ..base.genre_filter import CLASSES
from ..base.moments import iso
from ..base.sql import sql
from ..search import names_tables, suggested
from ..search.fts_query import fts_query
from .read_parts import Read

#: seconds that an answer may be kept: what is on next changes
SHORT = 60
_NO_FILTER = dict.fromkeys(("after", "q", "provider", "empty", "stale", "unmatched", "now", "earliest"))


def suggest(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """Titles with their next showing, people, channels and genres; if there is none of them, what may be meant instead.

    Raises `Refused` (400) where `q` has no word.
    """
    text, limit = values["q"] or "", values["limit"]
    if not fts_query(text):
        raise Refused(400, "q is missing: write the beginning of what to look for, as q=bre")
    names_tables.prepare(conn, now)
    found = {
        "titles": titles(conn, text, limit, now),
        "people": [{"name": name.name, "showings": name.showings} for name in _people(conn, text, limit)],
        "channels": channels(conn, text, limit),
        "genres": genres(text),
    }
    meant = None if any(found.values()) else suggested.meant(conn, text)
    return Read(one=dump({**found, "meant": meant}).decode(), until=now + SHORT)


def _people(conn: sqlite3.Connection, text: str, limit: int) -> list[suggested.Name]:
    return suggested.names(conn, text, names_tables.PERSON, limit)


def titles(conn: sqlite3.Connection, text: str, limit: int, now: float) -> list[dict[str, Any]]:
    """Titles to come with how often they are shown and the next showing, which may be on already."""
    found = suggested.names(conn, text, names_tables.TITLE, limit)
    following = suggested.next_showings(conn, found, now)
    return [
        {"title": name.name, "showings": name.showings, "next": following[name.id]}
        for name in found
        if name.id in following
    ]


def channels(conn: sqlite3.Connection, text: str, limit: int) -> list[dict[str, Any]]:
    """Channels by name or number, the likeliest first, as other answers of the API have them."""
    ids = suggested.channels(conn, text, limit)
    given = {**_NO_FILTER, "limit": limit, "ids": json.dumps(ids), "now": iso(0), "earliest": iso(0)}
    rows = (
        {int(ident): json.loads(row) for ident, row in gather(conn, sql("channels"), given, 2)} if ids else {}
    )
    return [rows[ident] for ident in ids if ident in rows]


def genres(text: str) -> list[str]:
    """The genres whose names begin so."""
    word = text.strip().casefold()
    return [name for name in CLASSES if name.startswith(word)]
