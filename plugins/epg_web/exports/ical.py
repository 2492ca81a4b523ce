"""iCalendar: a channel's week, what a search finds, one programme. A calendar that subscribes asks again regularly."""

import asyncio
import json
import time
from typing import Any

from epg_ingest.export.ics import document

from ..api.read_parts import DAY, earliest
from ..base.answer import Refused
from ..base.connections import Generation
from ..base.moments import iso
from ..base.params import Param
from ..base.sql import sql
from ..pages.visit import Visit
from ..search.fts_query import fts_query
from .common import HOUR, answered, arguments, hour, link, plainly

CALENDAR = "text/calendar; charset=utf-8"
#: events of a search; a calendar with more would be of no use
HITS = 200
DAYS = Param("days", "int", "So many days ahead.", 7, 1, 31, example=7)
Q = Param("q", "text", "Words; a star at the end of one finds beginnings.", example="news")
CHANNELS = Param("channels", "ids", "Only these channels, by id.", example="1,2")


@plainly
async def channel(visit: Visit) -> None:
    """`/channels/{id}.ics?days=7`: what is on from this hour on."""
    days = arguments(visit.request.scope, (DAYS,))["days"]
    ident, start = number(visit), hour(time.time())

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        row = conn.execute(
            "SELECT display_name FROM channels WHERE id = ? AND hidden = 0", [ident]
        ).fetchone()
        if row is None:
            raise Refused(404, "there is no such channel")
        begin = iso(start)
        values = {
            "id": ident, "start": begin, "end": iso(start + days * DAY), "earliest": earliest(conn, begin)
        }  # fmt: skip
        return row[0], dicts(conn.execute(sql("page_channel_events"), values))

    await calendar(visit, ("ics", ident, days, start), read, f"channel-{ident}.ics", start + HOUR)


@plainly
async def programme(visit: Visit) -> None:
    """`/programs/{id}.ics`: one showing, to add to a calendar."""
    arguments(visit.request.scope, ())
    ident = number(visit)

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        rows = dicts(conn.execute(sql("page_events"), {"ids": json.dumps([ident])}))
        if not rows:
            raise Refused(404, "there is no such programme")
        return rows[0]["title"], rows

    await calendar(visit, ("ics-one", ident), read, f"programme-{ident}.ics", None)


@plainly
async def search(visit: Visit) -> None:
    """`/search.ics?q=`: what is found from this hour on."""
    values = arguments(visit.request.scope, (Q, CHANNELS, DAYS))
    start = hour(time.time())

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        ids = json.dumps(found(conn, values, start, HITS))
        return values["q"], dicts(conn.execute(sql("page_events"), {"ids": ids}))

    key = ("ics-search", values["q"], values["channels"], values["days"], start)
    await calendar(visit, key, read, "search.ics", start + HOUR)


def found(conn: Any, values: dict[str, Any], start: int, limit: int) -> list[int]:
    """The ids of what a search for `q` finds from `start` (epoch seconds) on, the soonest first. Raises `Refused`."""
    match = fts_query(values["q"] or "")
    if not match:
        raise Refused(400, "q is missing: write a word or two to look for, as q=news")
    channels = values["channels"]
    rows = conn.execute(
        sql("search"),
        {
            "found": None, "match": match, "start": iso(start), "end": iso(start + values["days"] * DAY), "now": iso(start),
            "limit": limit, "offset": 0, "ids": None if channels is None else json.dumps(channels),
        },
    )  # fmt: skip
    return [json.loads(row[0])["id"] for row in rows]


def number(visit: Visit) -> int:
    return int(visit.request.url_vars["id"])


def dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


async def calendar(visit: Visit, key: tuple[Any, ...], read: Any, name: str, until: float | None) -> None:
    """Send the calendar that `read` gives: its title and its rows. Programmes link to this host."""
    page = link(visit, "/guide/program/") + "{id}"

    async def make() -> tuple[Generation, bytes]:
        generation, (title, rows) = await visit.lane.pool.run(read)
        return generation, await asyncio.to_thread(document, title, rows, page)

    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    await answered(visit, (*key, page), make, CALENDAR, until, headers)
