"""iCalendar: the week of one channel or of several, what a search finds, one programme. A calendar that subscribes asks
again regularly.
"""

import asyncio
import json
import time
from typing import Any

from epg_ingest.export.ics import document

from ..api.read_parts import DAY, earliest
from ..base.answer import Refused
from ..base.connections import Generation
from ..base.lineup_filter import LINEUP, channels_within, narrowed
from ..base.moments import iso
from ..base.params import Param
from ..base.sql import sql
from ..pages.visit import Visit
from ..search.fts_query import fts_query
from .common import HOUR, answered, arguments, hour, link, plainly, with_channels

CALENDAR = "text/calendar; charset=utf-8"
#: events of a search; a calendar with more would be of no use
HITS = 200
#: channels of one calendar, and events that it may have: calendar programs become slow, and making them takes seconds
MOST_CHANNELS, MOST_EVENTS = 20, 5000
DAYS = Param("days", "int", "So many days ahead.", 7, 1, 31, example=7)
Q = Param("q", "text", "Words; a star at the end of one finds beginnings.", example="news")
CHANNELS = Param("channels", "ids", "Only these channels, by id.", example="1,2")
#: the longest reminder is a week ahead
ALARM = Param(
    "alarm", "int", "A reminder so many minutes before the start.", None, 0, 7 * 24 * 60, example=15
)


@plainly
async def channel(visit: Visit) -> None:
    """`/channels/{id}.ics?days=7`: what is on from this hour on."""
    values = arguments(visit.request.scope, (DAYS, ALARM))
    ident, start, days = number(visit), hour(time.time()), values["days"]

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        row = conn.execute(
            "SELECT display_name FROM channels WHERE id = ? AND hidden = 0", [ident]
        ).fetchone()
        if row is None:
            raise Refused(404, "there is no such channel")
        return row[0], coming(conn, ident, start, days)

    key = ("ics", ident, days, start)
    await calendar(visit, key, read, f"channel-{ident}.ics", start + HOUR, values["alarm"])


def coming(conn: Any, ident: int, start: int, days: int) -> list[dict[str, Any]]:
    """The shown programmes of a channel from `start` (epoch seconds) on, for so many days."""
    begin = iso(start)
    span = {"start": begin, "end": iso(start + days * DAY), "earliest": earliest(conn, begin)}
    return dicts(conn.execute(sql("page_channel_events"), {"id": ident, **span}))


@plainly
async def several(visit: Visit) -> None:
    """`/calendar.ics?channels=1,two.example`: what is on several channels from this hour on, by start."""
    values, texts = with_channels(visit.request.scope, (CHANNELS, LINEUP, DAYS, ALARM))
    name = values["lineup"]
    if len(texts) > MOST_CHANNELS or not (texts or name):
        raise Refused(400, f"channels must have 1 to {MOST_CHANNELS} ids or names, as channels=1,two.example")
    start, days = hour(time.time()), values["days"]

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        chosen = shown_channels(conn, texts)
        within = channels_within(conn, name)
        if within is not None:
            chosen = [one for one in chosen if one[0] in within] if texts else of_lineup(conn, within)
        rows = [row for ident, _ in chosen for row in coming(conn, ident, start, days)]
        if len(rows) > MOST_EVENTS:
            raise Refused(400, f"that is more than {MOST_EVENTS} programmes; ask for fewer channels or days")
        title = name or ", ".join(called for _, called in chosen)
        return title, sorted(rows, key=lambda row: (row["start_time"], row["id"]))

    await calendar(
        visit, ("ics-several", texts, name, days, start), read, "calendar.ics", start + HOUR, values["alarm"]
    )


def shown_channels(conn: Any, texts: tuple[str, ...]) -> list[tuple[int, str]]:
    """Id and display name of channels by id or name, each once. A text that is an id is taken as the id.

    Raises `Refused` (404) for one that does not exist or is hidden.
    """
    found: dict[int, str] = {}
    for text in texts:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        row = conn.execute(sql("page_calendar_channel"), {"text": text, "number": number}).fetchone()
        if row is None:
            raise Refused(404, f"there is no channel {text[:40]!r}; see /api/v1/channels")
        found[row[0]] = row[1]
    return list(found.items())


def of_lineup(conn: Any, within: frozenset[int]) -> list[tuple[int, str]]:
    """Id and display name of the channels of a line-up. Raises `Refused` (400) for too many."""
    if len(within) > MOST_CHANNELS:
        raise Refused(
            400,
            f"a calendar has at most {MOST_CHANNELS} channels, and this line-up has {len(within)}; choose some",
        )
    return shown_channels(conn, tuple(map(str, sorted(within))))


@plainly
async def programme(visit: Visit) -> None:
    """`/programs/{id}.ics`: one showing, to add to a calendar."""
    alarm = arguments(visit.request.scope, (ALARM,))["alarm"]
    ident = number(visit)

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        rows = dicts(conn.execute(sql("page_events"), {"ids": json.dumps([ident])}))
        if not rows:
            raise Refused(404, "there is no such programme")
        return rows[0]["title"], rows

    await calendar(visit, ("ics-one", ident), read, f"programme-{ident}.ics", None, alarm)


@plainly
async def search(visit: Visit) -> None:
    """`/search.ics?q=`: what is found from this hour on."""
    values = arguments(visit.request.scope, (Q, CHANNELS, LINEUP, DAYS, ALARM))
    start = hour(time.time())

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        ids = json.dumps(found(conn, values, start, HITS))
        return values["q"], dicts(conn.execute(sql("page_events"), {"ids": ids}))

    key = ("ics-search", values["q"], values["channels"], values["lineup"], values["days"], start)
    await calendar(visit, key, read, "search.ics", start + HOUR, values["alarm"])


def found(conn: Any, values: dict[str, Any], start: int, limit: int) -> list[int]:
    """The ids of what a search for `q` finds from `start` (epoch seconds) on, the soonest first. Raises `Refused`."""
    match = fts_query(values["q"] or "")
    if not match:
        raise Refused(400, "q is missing: write a word or two to look for, as q=news")
    channels = narrowed(conn, values["lineup"], values["channels"])
    rows = conn.execute(
        sql("search"),
        {
            "found": None, "match": match, "start": iso(start), "end": iso(start + values["days"] * DAY), "now": iso(start),
            "limit": limit, "offset": 0, "genre": None, "ids": None if channels is None else json.dumps(channels),
        },
    )  # fmt: skip
    return [json.loads(row[0])["id"] for row in rows]


def number(visit: Visit) -> int:
    """The id in the address. Raises `Refused` (404) for a text that is none."""
    text = visit.request.url_vars["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(404, f"{text[:40]!r} is no id; /api/v1/channels and /api/v1/programs have the ids")
    return int(text)


def dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


async def calendar(
    visit: Visit, key: tuple[Any, ...], read: Any, name: str, until: float | None, alarm: int | None
) -> None:
    """Send the calendar that `read` gives: its title and its rows. Programmes link to this host; `alarm` is in minutes."""
    page = link(visit, "/guide/program/") + "{id}"

    async def make() -> tuple[Generation, bytes]:
        generation, (title, rows) = await visit.lane.pool.run(read, slow=True)
        return generation, await asyncio.to_thread(document, title, rows, page, alarm)

    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    await answered(visit, (*key, page, alarm), make, CALENDAR, until, headers)
