"""A series for calendars and feed readers: `/series/{id}.ics` and `/series/{id}.atom`."""

import json
import time
from typing import Any

from ..api.read_parts import DAY
from ..base.answer import Refused
from ..base.lineup_filter import LINEUP, narrowed
from ..base.moments import iso
from ..base.params import Param
from ..base.sql import sql
from ..pages.visit import Visit
from .atom import DAYS as ATOM_DAYS
from .atom import called, feed, showing
from .common import HOUR, arguments, hour, plainly
from .ical import ALARM, CHANNELS, HITS, calendar, dicts, number

DAYS = Param("days", "int", "So many days ahead.", 14, 1, 31, example=14)
NEW = Param(
    "new", "int", "1: only showings that are no repeats, as far as that is known.", 0, 0, 1, example=1
)


@plainly
async def calendar_of(visit: Visit) -> None:
    """`/series/{id}.ics?new=&channels=&lineup=&days=14`: showings from this hour on."""
    values = arguments(visit.request.scope, (NEW, CHANNELS, LINEUP, DAYS, ALARM))
    ident, start = number(visit), hour(time.time())

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        return coming(conn, ident, values, start)

    key = ("ics-series", ident, values["new"], values["channels"], values["lineup"], values["days"], start)
    await calendar(visit, key, read, f"series-{ident}.ics", start + HOUR, values["alarm"])


@plainly
async def atom_of(visit: Visit) -> None:
    """`/series/{id}.atom?new=&channels=&lineup=&days=14`: showings from this hour on, one entry each."""
    values = arguments(visit.request.scope, (NEW, CHANNELS, LINEUP, ATOM_DAYS))
    ident, start, named = number(visit), hour(time.time()), called("%(what)s")

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        title, rows = coming(conn, ident, values, start)
        return named % {"what": title}, [showing(visit, row) for row in rows]

    asked = ("atom-series", ident, values["new"], values["channels"], values["lineup"], values["days"])
    await feed(visit, (*asked, start), asked, read, f"/guide/series/{ident}", start + HOUR)


def coming(conn: Any, ident: int, values: dict[str, Any], start: int) -> tuple[str, list[dict[str, Any]]]:
    """The title of a series, and its showings from `start` (epoch seconds) on. Raises `Refused` (404)."""
    row = conn.execute("SELECT title FROM series WHERE id = ?", [ident]).fetchone()
    if row is None:
        raise Refused(404, "there is no such series; /api/v1/series has the ids")
    channels = narrowed(conn, values["lineup"], values["channels"])
    given = {
        "id": ident, "new": values["new"], "episode": None, "start": iso(start), "end": iso(start + values["days"] * DAY),
        "ids": None if channels is None else json.dumps(channels), "limit": HITS, "offset": 0,
    }  # fmt: skip
    ids = [json.loads(text)["id"] for (text,) in conn.execute(sql("series_airings"), given)]
    return row[0], dicts(conn.execute(sql("page_events"), {"ids": json.dumps(ids)}))
