"""What the GET routes read. Each function takes a connection in a read transaction, the id in the address, the values of
the query and the moment (epoch seconds), and returns a `Read`. SQLite writes the JSON of each row.
"""

import copy
import json
import sqlite3
from typing import Any

from ..base.answer import Refused
from ..base.connections import gather
from ..base.genre_filter import channels_showing, genre_class
from ..base.moments import epoch, iso
from ..base.sql import sql
from ..search.first_hits import first_hits
from ..search.fts_query import fts_query
from .change_log_read import POSITION, changes, last_change
from .lineup_reads import LINEUP_READS
from .read_parts import DAY, Read, channel_page, earliest, json_of, known_provider, paged, span, within_lineup
from .rule_api.rule_reads import RULE_READS
from .series_api.series_reads import SERIES_READS
from .suggest_read import suggest
from .suggestions import candidate_rows

#: channels of a page times days; more would make answers of the grid larger than about 15 MB
CHANNEL_DAYS = 500
#: seconds that an answer that depends on the clock may be kept
SHORT = 60


@within_lineup
def channels(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of the visible channels, in the order of their numbers, with the parameters of the next page.

    Raises `Refused` (400) for an unknown provider, or where the channel in `after` is gone.
    """
    known_provider(conn, values)
    rows, following = channel_page(conn, values, values["limit"], now)
    return Read(
        [row[1] for row in rows], next=following, until=now + SHORT if values["empty"] else None,
        headers={POSITION: str(last_change(conn))},
    )  # fmt: skip


def channel(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A visible channel, how far its programmes reach, and its providers. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("channel"), {"id": ident}).fetchone(), "channel"))


def programs(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """The shown programmes of a channel that overlap a range, by start.

    Raises `Refused`: 404 for an unknown or hidden channel, 400 for a range that `span` does not accept.
    """
    start, end = span(values, now)
    json_of(
        conn.execute("SELECT 1 FROM channels WHERE id = ? AND hidden = 0", (ident,)).fetchone(), "channel"
    )
    rows = gather(
        conn,
        sql("programs"),
        {
            "id": ident,
            "start": start,
            "end": end,
            "earliest": earliest(conn, start),
            "genre": genre_class(values),
        },
    )
    return Read([text for (text,) in rows], until=None if values["start"] else now + SHORT)


@within_lineup
def guide(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of channels, each with its shown programmes that overlap a range.

    Raises `Refused` (400) for a range that `span` does not accept, for more than `CHANNEL_DAYS`, or where the channel in
    `after` is gone.
    """
    start, end = span(values, now)
    days = max(1, -(-(epoch(end) - epoch(start)) // DAY))
    most = CHANNEL_DAYS // days
    limit = values["limit"] or min(50, most)
    if limit > most:
        raise Refused(
            400, f"limit must be at most {most} for {days} days; ask for fewer channels or a shorter range"
        )
    page, following = channel_page(conn, values, limit)
    shown: dict[int, list[str]] = {row[0]: [] for row in page}
    span_of = {
        "ids": json.dumps(list(shown)),
        "start": start,
        "end": end,
        "earliest": earliest(conn, start),
        "genre": genre_class(values),
    }
    for channel_id, text in gather(conn, sql("guide"), span_of, 2):
        shown[int(channel_id)].append(text)
    rows = [f'{{"channel":{text},"programs":[{",".join(shown[channel_id])}]}}' for channel_id, text in page]
    if following:
        following |= {"start": start, "end": end}
    return Read(rows, next=following, until=None if values["start"] else now + SHORT)


@within_lineup
def now_next(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of channels, each with the programme that runs at a moment and the one after it, or null. With a genre a
    programme of another one is null, and a channel with neither is left out.

    Raises `Refused` (400) where the channel in `after` is gone.
    """
    at, genre = values["at"] or iso(now), genre_class(values)
    if genre is not None:
        showing = channels_showing(
            conn, genre, values["channels"], (at, _next_second(at), earliest(conn, at)), or_next=True
        )
        values = copy.copy(values)
        values["channels"] = showing
    page, following = channel_page(conn, values, values["limit"])
    shown: dict[int, dict[str, str]] = {row[0]: {"now": "null", "next": "null"} for row in page}
    until = now + SHORT
    moment = {"ids": json.dumps(list(shown)), "at": at, "earliest": earliest(conn, at), "genre": genre}
    for channel_id, which, change, text in gather(conn, sql("now"), moment, 4):
        shown[int(channel_id)][which] = text
        until = min(until, epoch(change))
    rows = [
        f'{{"channel":{text},"now":{shown[channel_id]["now"]},"next":{shown[channel_id]["next"]}}}'
        for channel_id, text in page
    ]
    if following and values["at"]:
        following |= {"at": at}
    return Read(rows, next=following, until=None if values["at"] else until)


def _next_second(at: str) -> str:
    """The end of the moment `at`: what runs then overlaps it, and what comes next begins after it."""
    return iso(epoch(at) + 1)


def program(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One programme with `details`, also one that a better provider hides. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("program"), {"id": ident}).fetchone(), "programme"))


@within_lineup
def search(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of the shown programmes that contain all words of `q`: upcoming ones first, the soonest on top.

    Raises `Refused` (400) where `q` has no word.
    """
    match = fts_query(values["q"] or "")
    if not match:
        raise Refused(400, "q is missing: write a word or two to look for, as q=news")
    limit, offset, ids = values["limit"], values["offset"], values["channels"]
    any_time = values["start"] is None and values["end"] is None and values["genre"] is None
    first = first_hits(conn, match, limit + offset + 1, now, ids) if any_time else None
    rows = gather(
        conn,
        sql("search"),
        {
            "found": None if first is None else json.dumps(first), "match": match,
            "start": values["start"], "end": values["end"], "limit": limit + 1, "offset": offset,
            "now": iso(now), "genre": genre_class(values), "ids": None if ids is None else json.dumps(ids),
        },
    )  # fmt: skip
    following = {"limit": limit, "offset": offset + limit} if len(rows) > limit else None
    return Read([text for (text,) in rows[:limit]], next=following, until=now + SHORT)


def providers(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """All providers, the best first."""
    return Read([text for (text,) in gather(conn, sql("providers"), {})])


def provider(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One provider with its latest import; its address only as far as it is published. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("provider"), {"id": ident}).fetchone(), "provider"))


def mappings(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of mappings by id. Raises `Refused` (400) for an unknown provider."""
    known_provider(conn, values)
    rows, following = paged(
        gather(conn, sql("mappings"), {**values, "limit": values["limit"] + 1}, 2), values["limit"]
    )
    return Read([row[1] for row in rows], next=following)


def mapping(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One mapping. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("mapping"), {"id": ident}).fetchone(), "mapping"))


def imports(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of the import log, the newest first. Raises `Refused` (400) for an unknown provider."""
    known_provider(conn, values)
    rows, following = paged(
        gather(conn, sql("imports"), {**values, "limit": values["limit"] + 1}, 2), values["limit"]
    )
    return Read([row[1] for row in rows], next=following)


def import_(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One import with its problems, at most 200. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("import"), {"id": ident}).fetchone(), "import"))


def candidates(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """What `epg-ingest channels candidates` shows."""
    return Read(candidate_rows(conn)[: values["limit"]])


READS = {
    "channels": channels, "channel": channel, "programs": programs, "guide": guide, "now": now_next,
    "program": program, "search": search, "suggest": suggest, "changes": changes, "providers": providers,
    "provider": provider, "mappings": mappings, "mapping": mapping, "candidates": candidates,
    "imports": imports, "import": import_, **LINEUP_READS, **RULE_READS, **SERIES_READS,
}  # fmt: skip
