"""Watches without an account: the conditions of a watch in an address, which a calendar or a feed reader asks again.

    /watch.ics?title=Casablanca&weekdays=sat,sun&from=18:00&tz=Europe/London
    /watch.atom?words=morocco&new=1

The server keeps nothing of them. As for every search of strangers, the time and the hits are bounded.
"""

import json
import sqlite3
import time
from typing import Any

from ..api.read_parts import DAY
from ..base.answer import Refused
from ..base.lineup_filter import LINEUP, channels_within
from ..base.params import Param
from ..base.sql import sql
from ..pages.visit import Visit
from .atom import called, feed, showing
from .common import HOUR, arguments, hour, plainly
from .ical import ALARM, CHANNELS, HITS, calendar, dicts

#: what it looks for; exactly one is given
LOOKS = (
    Param("words", "text", "Words; a star at the end of one finds beginnings.", example="morocco"),
    Param("title", "text", "A whole title.", example="Casablanca"),
    Param("person", "text", "Somebody who is in it.", example="Ingrid Bergman"),
    Param("series", "int", "A series, by its id.", example=1),
    Param("pattern", "text", "A pattern in the syntax of RE2.", example="^Casablanca"),
)
WEEKDAYS = Param("weekdays", "text", "Only these days of the week, as mon,tue.", example="sat,sun")
CONDITIONS = (
    *LOOKS, CHANNELS, LINEUP, WEEKDAYS,
    Param("from", "text", "Only what begins at this time of the day or later.", example="18:00"),
    Param("to", "text", "Only what begins before this time of the day.", example="23:30"),
    Param("tz", "text", "The IANA zone of days and times.", "UTC", example="Europe/London"),
    Param("new", "choice", "Whether repeats are left out.", "0", choices=("0", "1")),
    Param("once", "choice", "What is named once.", "episode", choices=("episode", "day", "showing")),
    Param("days", "int", "So many days ahead.", 14, 1, 31, example=14),
)  # fmt: skip

#: settings of a watch that are parameters of another name
NAMES = {
    "days": "weekdays", "from_time": "from", "to_time": "to", "timezone": "tz", "new_only": "new", "once_per": "once",
}  # fmt: skip


@plainly
async def calendar_page(visit: Visit) -> None:
    """`/watch.ics`: what the watch finds, as events."""
    values = arguments(visit.request.scope, (*CONDITIONS, ALARM))
    start = hour(time.time())

    def read(conn: sqlite3.Connection) -> tuple[str, list[dict[str, Any]]]:
        name, ids = told(conn, values, start)
        return name, dicts(conn.execute(sql("page_events"), {"ids": json.dumps(ids)}))

    key = ("ics-watch", *(value for name, value in values.items() if name != "alarm"), start)
    await calendar(visit, key, read, "watch.ics", start + HOUR, values["alarm"])


@plainly
async def feed_page(visit: Visit) -> None:
    """`/watch.atom`: the same as entries."""
    values = arguments(visit.request.scope, CONDITIONS)
    start, named = hour(time.time()), called("%(what)s")

    def read(conn: sqlite3.Connection) -> tuple[str, list[dict[str, Any]]]:
        name, ids = told(conn, values, start)
        rows = dicts(conn.execute(sql("page_events"), {"ids": json.dumps(ids)}))
        return named % {"what": name}, [showing(visit, row) for row in rows]

    asked = ("atom-watch", *values.values())
    await feed(visit, (*asked, start), asked, read, "/guide/watches", start + HOUR)


def told(
    conn: sqlite3.Connection, values: dict[str, Any], start: int, most: int = HITS
) -> tuple[str, list[int]]:
    """The name of the watch in a query and the ids of what it finds from `start` (epoch seconds) on, at most `most`.

    Raises `Refused`: 400 for conditions that are wrong, 404 for a line-up that does not exist.
    """
    from epg_ingest.core.errors import EpgError, UsageError
    from epg_ingest.watch_store.watch_preview import told_programs

    lineup = channels_within(conn, values["lineup"])
    try:
        name, ids = told_programs(
            conn, settings(values), lineup, start, values["days"] * DAY, written(values)
        )
    except UsageError as error:
        raise Refused(400, error.message) from error
    except EpgError as error:
        raise Refused(501, "patterns are not possible on this server") from error
    return name, ids[:most]


def written(values: dict[str, Any]) -> dict[str, str]:
    """The parameters of the query by the settings that they are: what is wrong with one is said under its own name."""
    look = next(param.name for param in LOOKS if values[param.name] is not None)
    return {**NAMES, "kind": look, "value": look, "name": look}


def settings(values: dict[str, Any]) -> dict[str, Any]:
    """The query as settings of a watch. Raises `Refused` (400) unless it looks for exactly one thing."""
    given = [param.name for param in LOOKS if values[param.name] is not None]
    if len(given) != 1:
        names = ", ".join(param.name for param in LOOKS)
        raise Refused(400, f"say what to look for with one of {names}, as title=Casablanca")
    days = [day.strip() for day in (values["weekdays"] or "").split(",") if day.strip()]
    return {
        "kind": given[0], "value": values[given[0]], "channels": list(values["channels"] or ())[:500], "days": days,
        "from_time": values["from"], "to_time": values["to"], "timezone": values["tz"], "new_only": values["new"] == "1",
        "once_per": values["once"],
    }  # fmt: skip
