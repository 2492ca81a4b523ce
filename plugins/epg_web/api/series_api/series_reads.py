"""What the GET routes of series read. See `reads`."""

import json
import sqlite3
from typing import Any

from ...base.answer import Refused
from ...base.connections import gather
from ...base.moments import iso
from ...base.sql import sql
from ...search.fts_query import fts_query
from ..read_parts import Read, json_of, paged, within_lineup

#: seconds that an answer with showings to come may be kept
SHORT = 60


def series_list(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of series by id. Raises `Refused` (400) where `q` has no word."""
    match = None
    if values["q"] is not None:
        words = fts_query(values["q"])
        if not words:
            raise Refused(400, "q has no word to look for; write one or two, as q=news")
        match = f"title : ({words})"
    given = {"match": match, "after": values["after"] or 0, "limit": values["limit"] + 1}
    rows, following = paged(gather(conn, sql("series_list"), given, 2), values["limit"])
    return Read([row[1] for row in rows], next=following)


def series(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One series. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("series"), {"id": ident}).fetchone(), "series"))


def series_episodes(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of the episodes of a series. Raises `Refused` (404) for an unknown one."""
    _known(conn, ident)
    limit, offset = values["limit"], values["offset"]
    given = {"id": ident, "season": values["season"], "now": iso(now), "limit": limit + 1, "offset": offset}
    rows = [text for (text,) in gather(conn, sql("series_episodes"), given)]
    return Read(rows[:limit], next=_next(rows, limit, offset), until=now + SHORT)


@within_lineup
def series_airings(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of the showings of a series. Raises `Refused` (404) for an unknown one."""
    _known(conn, ident)
    limit, offset, ids = values["limit"], values["offset"], values["channels"]
    given = {
        "id": ident, "new": values["new"], "episode": values["episode"], "start": values["start"] or iso(now),
        "end": values["end"], "ids": None if ids is None else json.dumps(ids), "limit": limit + 1, "offset": offset,
    }  # fmt: skip
    rows = [text for (text,) in gather(conn, sql("series_airings"), given)]
    until = None if values["start"] else now + SHORT
    return Read(rows[:limit], next=_next(rows, limit, offset), until=until)


def _known(conn: sqlite3.Connection, ident: int | None) -> None:
    if conn.execute("SELECT 1 FROM series WHERE id = ?", [ident]).fetchone() is None:
        raise Refused(404, "there is no such series")


def _next(rows: list[str], limit: int, offset: int) -> dict[str, Any] | None:
    return {"limit": limit, "offset": offset + limit} if len(rows) > limit else None


SERIES_READS = {
    "series_list": series_list, "series": series, "series_episodes": series_episodes, "series_airings": series_airings,
}  # fmt: skip
