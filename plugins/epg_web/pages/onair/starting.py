"""Programmes by the time at which they start: what starts soon, and the films of tonight."""

import json
from typing import Any

from ...base.genre_filter import genre_class
from ...base.lineup_filter import narrowed
from ...base.moments import epoch, iso, minutes_between
from ...base.sql import sql
from ..visit import Visit
from .evening import film_night
from .onair_rows import Listed, Row, dictionaries, of_programme

#: rows of one page, and how far pages go
ROWS, PAGES = 60, 100
#: seconds: what starts within them starts soon
SOON = 45 * 60


async def soon(visit: Visit, values: dict[str, Any]) -> Listed:
    """What starts within `SOON`. `values` may have lineup, channels, genre and page. Raises `Refused` as `starting` does."""
    return await starting(visit, values, visit.now, iso(epoch(visit.now) + SOON), films=False)


async def films(visit: Visit, values: dict[str, Any]) -> Listed:
    """The films that start tonight. Raises `Refused` as `starting` does."""
    return await starting(visit, values, *film_night(visit), films=True)


async def starting(visit: Visit, values: dict[str, Any], start: str, end: str, *, films: bool) -> Listed:
    """What starts from `start` to before `end` (stored text). Raises `Refused` (404) for an unknown line-up."""
    offset = (values["page"] - 1) * ROWS

    def work(conn: Any) -> list[Row]:
        ids = narrowed(conn, values["lineup"], values["channels"])
        given = {
            "start": start, "end": end, "ids": None if ids is None else json.dumps(ids), "genre": genre_class(values),
            "films": int(films), "limit": ROWS + 1, "offset": offset,
        }  # fmt: skip
        return dictionaries(conn.execute(sql("page_starting"), given))

    _, found = await visit.lane.pool.run(work)
    more = {"page": values["page"] + 1} if len(found) > ROWS and values["page"] < PAGES else None
    rows = together([of_start(row, visit.now) for row in found[:ROWS]])
    return Listed(
        rows, more, min((row["now"]["start_time"] for row in rows if row["until"] > 0), default=None)
    )


def of_start(row: Row, now: str) -> Row:
    """A row of the list: the programme as `now`, `until` has the minutes until it starts, `also` further channels."""
    channel = {
        "id": row["channel_id"],
        "display_name": row["channel"],
        "number": row["number"],
        "icon_url": row["icon_url"],
    }
    until = minutes_between(now, row["start_time"]) if row["start_time"] > now else 0
    return {"channel": channel, "now": of_programme(row, now), "next": None, "until": until, "also": []}


def together(rows: list[Row]) -> list[Row]:
    """What starts at the same time under the same title is one row: channels are often there twice, in HD and without."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        first = found.setdefault((row["now"]["start_time"], row["now"]["title"].casefold()), row)
        if first is not row:
            first["also"].append(row["channel"])
    return list(found.values())
