"""`/guide/search`: words, phrases and beginnings of words, within a channel, a day, a category or a part of the day."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from ..base.genre_filter import CLASSES, GENRE, genre_class
from ..base.lineup_filter import LINEUP, narrowed
from ..base.moments import UTC, epoch
from ..base.params import Param
from ..base.sql import sql
from ..base.zone import Zone
from ..search.first_hits import first_hits
from ..search.fts_query import fts_query
from .lineup_choice import lineup_choice
from .render import render
from .texts import CHANNEL, asked, day, state, today, words
from .visit import Visit, link, read, select

#: hits of one page, and how far the pages go
HITS = 50
PAGES = 100
#: parts of the day by the viewer's clock, from and to; a night belongs to the day in which it begins
PARTS = {
    "morning": (time(5), time(12)), "afternoon": (time(12), time(18)), "evening": (time(18), time(23)),
    "night": (time(23), time(5)),
}  # fmt: skip
PARAMS = (
    CHANNEL,
    Param("q", "text", "Words."),
    LINEUP,
    Param("category", "text", "A category, as the feed writes it."),
    GENRE,
    Param("part", "choice", "A part of the day.", None, choices=tuple(PARTS)),
    Param("page", "int", "Which page.", 1, 1, PAGES),
)


async def page(visit: Visit) -> Any:
    """The hits, upcoming ones first. Without words: the form with examples.

    Raises `Refused` (400) for parameters that cannot be read.
    """
    values = asked(visit, *PARAMS) | {"date": day(visit, "date")}
    match = fts_query(values["q"] or "")
    ids = await hits(visit, match, values) if match else []
    rows = await rows_of(visit, ids[:HITS])
    return await render(
        visit,
        "epg-search",
        {
            **words(),
            "section": "search",
            "asked": values,
            "rows": rows,
            "today": today(visit),
            "parts": [(name, f"{name.capitalize()}, {low:%H:%M}–{high:%H:%M}") for name, (low, high) in PARTS.items()],
            "channels": await read(visit, "channels", limit=1000),
            "lineups": await lineup_choice(visit),
            "categories": sorted({text for row in rows for text in row["category"]}),
            "genres": tuple(CLASSES),
            "searched": bool(match),
            "pages": pages(visit, values, len(ids) > HITS),
            "alternates": alternates(visit, values["q"]) if match else [],
        },
    )  # fmt: skip


async def hits(visit: Visit, match: str, values: dict[str, Any]) -> list[int]:
    """Ids of the programmes of the page, and one more if another page follows."""
    start, end = span(visit.zone, values["date"], values["part"])
    given: dict[str, Any] = {
        "match": match, "category": values["category"], "genre": genre_class(values), "now": visit.now,
        "start": start, "end": end,
    }  # fmt: skip
    part = None if values["date"] else values["part"]

    filtered = values["date"] or values["part"] or values["category"] or values["genre"]

    def work(conn: sqlite3.Connection) -> list[int]:
        first = (values["page"] - 1) * HITS
        channels = narrowed(
            conn, values["lineup"], None if values["channel"] is None else (values["channel"],)
        )
        given["channels"] = None if channels is None else json.dumps(channels)
        if not filtered and (
            soon := first_hits(
                conn, match, first + HITS + 1, epoch(visit.now), None if channels is None else list(channels)
            )
        ):
            return soon[first:]
        found = in_part_of_day(conn.execute(sql("page_finding_hits"), given), visit.zone, part)
        return [ident for place, ident in zip(range(first + HITS + 1), found, strict=False) if place >= first]

    _, ids = await visit.lane.pool.run(work, slow=True)
    return list(ids)


def span(zone: Zone, day: date | None, part: str | None) -> tuple[str | None, str | None]:
    """The bounds of a day, or of its part, as stored text; None twice where no day is asked for."""
    if day is None:
        return None, None
    if part is None:
        return zone.begins(day), zone.ends(day)
    low, high = PARTS[part]
    return zone.at(day, low), zone.at(day + timedelta(1) if high < low else day, high)


def in_part_of_day(rows: Any, zone: Zone, part: str | None) -> Iterator[int]:
    """The ids of the rows `(id, start)` that begin in a part of the day. SQLite cannot do it: it does not know the zone."""
    info = zone.info
    for ident, start in rows:
        if part is None:
            yield ident
            continue
        # Ten times as fast as `Zone.local`, and there may be 20,000 rows.
        moment = datetime.fromisoformat(start[:19]).replace(tzinfo=UTC)
        if within(moment.astimezone(info).time(), part):
            yield ident


def within(clock: time, part: str) -> bool:
    low, high = PARTS[part]
    return low <= clock < high if low < high else clock >= low or clock < high


async def rows_of(visit: Visit, ids: list[int]) -> list[dict[str, Any]]:
    """The programmes with these ids as rows for the template."""
    rows = await select(visit, sql("page_finding_rows"), {"ids": json.dumps(ids)}) if ids else []
    return [{**row, "category": json.loads(row["category"]), "state": state(row, visit.now)} for row in rows]


def pages(visit: Visit, values: dict[str, Any], more: bool) -> dict[str, str | None]:
    """Addresses of the previous and the following page."""
    names = ("q", "channel", "lineup", "date", "category", "genre", "part")

    def at(number: int) -> str:
        return link(visit, "/guide/search", **{name: values[name] for name in names}, page=number)

    number = values["page"]
    return {
        "previous": at(number - 1) if number > 1 else None,
        "following": at(number + 1) if more and number < PAGES else None,
    }


def alternates(visit: Visit, q: str) -> list[dict[str, str]]:
    """The search as a calendar and as a feed. Those take words only, so the filters are left out."""
    path, query = visit.datasette.urls.path, urlencode({"q": q})
    return [
        {"type": "application/atom+xml", "title": f"{q} in the guide", "href": path(f"/search.atom?{query}")},
        {"type": "text/calendar", "title": f"{q} as a calendar", "href": path(f"/search.ics?{query}")},
    ]
