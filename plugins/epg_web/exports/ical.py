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
from ..base.genre_filter import GENRE, genre_class
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
#: channels that one calendar may name, and events that it may have: calendar programs become slow, and making them takes
#: seconds
MOST_CHANNELS, MOST_EVENTS = 20, 5000
#: days that a calendar reaches ahead, and hours after which is looked whether there are too many events
WEEK, REACHES = 7, (3, 12, 48)
DAYS = Param("days", "int", "So many days ahead.", WEEK, 1, 31, example=7)
SPAN = Param(
    "days",
    "int",
    "So many days ahead; left out: a week, or as far as 5,000 programmes go.",
    None,
    1,
    31,
    example=7,
)
Q = Param("q", "text", "Words; a star at the end of one finds beginnings.", example="news")
CHANNELS = Param("channels", "ids", "Only these channels, by id.", example="1,2")
#: the longest reminder is a week ahead
ALARM = Param(
    "alarm", "int", "A reminder so many minutes before the start.", None, 0, 7 * 24 * 60, example=15
)


@plainly
async def channel(visit: Visit) -> None:
    """`/channels/{id}.ics?days=7`: what is on from this hour on."""
    values = arguments(visit.request.scope, (GENRE, DAYS, ALARM))
    ident, start, days, genre = number(visit), hour(time.time()), values["days"], genre_class(values)

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        row = conn.execute(
            "SELECT display_name FROM channels WHERE id = ? AND hidden = 0", [ident]
        ).fetchone()
        if row is None:
            raise Refused(404, "there is no such channel")
        return row[0], coming(conn, ident, start, days, genre)

    key = ("ics", ident, genre, days, start)
    await calendar(visit, key, read, f"channel-{ident}.ics", start + HOUR, values["alarm"])


def coming(conn: Any, ident: int, start: int, days: int, genre: int | None) -> list[dict[str, Any]]:
    """The shown programmes of a channel from `start` (epoch seconds) on, for so many days; of a class of genres."""
    begin = iso(start)
    span = {"start": begin, "end": iso(start + days * DAY), "earliest": earliest(conn, begin)}
    return dicts(conn.execute(sql("page_channel_events"), {"id": ident, "genre": genre, **span}))


@plainly
async def several(visit: Visit) -> None:
    """`/calendar.ics?channels=1,two.example`: what is on several channels from this hour on, by start.

    Without `days` it reaches a week ahead, or as far as `MOST_EVENTS` go. So a line-up may have any number of channels.
    """
    values, texts = with_channels(visit.request.scope, (CHANNELS, LINEUP, GENRE, SPAN, ALARM))
    name, genre = values["lineup"], genre_class(values)
    if len(texts) > MOST_CHANNELS or not (texts or name):
        raise Refused(400, f"channels must have 1 to {MOST_CHANNELS} ids or names, as channels=1,two.example")
    start, days = hour(time.time()), values["days"]

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        chosen = shown_channels(conn, texts)
        within = channels_within(conn, name)
        ids = (
            [ident for ident, _ in chosen if within is None or ident in within]
            if texts
            else sorted(within or ())
        )
        events = first_events(conn, ids, start, days or WEEK, genre)
        if days and len(events) > MOST_EVENTS:
            raise Refused(
                400,
                f"that is more than {MOST_EVENTS} programmes; ask for fewer channels or days, or without days",
            )
        title = name or ", ".join(called for _, called in chosen)
        return title, dicts(conn.execute(sql("page_events"), {"ids": json.dumps(events[:MOST_EVENTS])}))

    key = ("ics-several", texts, name, genre, days, start)
    await calendar(visit, key, read, "calendar.ics", start + HOUR, values["alarm"])


def first_events(conn: Any, ids: list[int], start: int, days: int, genre: int | None) -> list[int]:
    """The ids of what these channels show from `start` (epoch seconds) on, by start: all of so many days, or one more than
    `MOST_EVENTS`.

    A large line-up has so many within hours, and days of it would be read for nothing. So the span grows until there are
    enough.
    """
    begin = iso(start)
    given = {
        "ids": json.dumps(ids), "start": begin, "earliest": earliest(conn, begin), "genre": genre, "limit": MOST_EVENTS + 1,
    }  # fmt: skip
    for hours in (*(reach for reach in REACHES if reach < days * 24), days * 24):
        found = conn.execute(sql("calendar_events"), {**given, "end": iso(start + hours * HOUR)}).fetchall()
        if len(found) > MOST_EVENTS:
            break
    return [ident for (ident,) in found]


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
    values = arguments(visit.request.scope, (Q, CHANNELS, LINEUP, GENRE, DAYS, ALARM))
    start = hour(time.time())

    def read(conn: Any) -> tuple[str, list[dict[str, Any]]]:
        ids = json.dumps(found(conn, values, start, HITS))
        return values["q"], dicts(conn.execute(sql("page_events"), {"ids": ids}))

    filters = (values["channels"], values["lineup"], values["genre"])
    key = ("ics-search", values["q"], *filters, values["days"], start)
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
            "limit": limit, "offset": 0, "genre": genre_class(values),
            "ids": None if channels is None else json.dumps(channels),
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
