"""`/`: what is on now, what is next, what comes tonight, and links to the other pages."""

import json
from datetime import time, timedelta
from typing import Any

from ..base.lineup_filter import LINEUP
from ..base.moments import minutes_between
from ..base.params import MAX_ID, Param
from ..base.sql import sql
from .lineup_choice import lineup_choice
from .render import render
from .texts import asked, today, words
from .visit import Visit, read, select

#: channels of one page
CHANNELS = 30
PARAMS = (
    Param("after", "int", "The last channel of the page before.", None, 0, MAX_ID),
    Param("channels", "ids", "Only these channels."),
    LINEUP,
)
#: prime time, and what takes its place once that has begun
EVENING = ((time(20), "Tonight"), (time(22), "Late tonight"))
#: rows of a list of what is new, and from when tonight is
NEW, TONIGHT = 8, time(18)
QUESTIONS = (
    ("on_now", "On now"), ("prime_time", "Prime time tonight"), ("films", "Films"),
    ("new_tonight", "New tonight"), ("new_this_week", "New this week"),
    ("first_showings", "First showings"), ("coverage_horizon", "How far the guide reaches"),
)  # fmt: skip


async def page(visit: Visit) -> Any:
    """Thirty channels in the order of their numbers. `after` begins a later page, `channels` selects channels.

    Raises `Refused` (400) for parameters that cannot be read.
    """
    values = asked(visit, *PARAMS)
    found = await read(visit, "now", **{**values, "limit": CHANNELS + 1})
    rows = found[:CHANNELS]
    at, label = evening(visit)
    later = await _at(visit, at, [row["channel"]["id"] for row in rows])
    ids = [row["channel"]["id"] for row in rows]
    return await render(
        visit,
        "epg-home",
        {
            **words(),
            "section": "home",
            "rows": [_row(visit, row, later) for row in rows],
            "evening": {"at": at, "label": label},
            "today": today(visit),
            "first_page": values["after"] is None and values["channels"] is None and values["lineup"] is None,
            "lineup": values["lineup"],
            "lineups": await lineup_choice(visit),
            "more": rows[-1]["channel"]["id"] if len(found) > CHANNELS else None,
            "silent": not any(row["now"] or row["next"] for row in rows),
            "databases": await _databases(visit),
            "questions": QUESTIONS,
            "news": [(name, label, await _new(visit, ids, *span)) for name, label, span in spans(visit)],
        },
    )


def evening(visit: Visit) -> tuple[str, str]:
    """The next evening moment (stored text) and its name: 20:00 in the viewer's zone, after that 22:00, after that 20:00
    tomorrow.
    """
    day = today(visit)
    for clock, label in EVENING:
        at = visit.zone.at(day, clock)
        if at > visit.now:
            return at, f"{label} at {clock:%H:%M}"
    return visit.zone.at(day + timedelta(1), EVENING[0][0]), "Tomorrow at 20:00"


def spans(visit: Visit) -> list[tuple[str, str, tuple[str, str]]]:
    """What the lists of new programmes are called, the canned query with more, and from when to when they are."""
    day = today(visit)
    midnight = visit.zone.at(day + timedelta(1), time(0))
    tonight = max(visit.now, visit.zone.at(day, TONIGHT))
    return [
        ("new_tonight", "New tonight", (tonight, midnight)),
        ("new_this_week", "New this week", (midnight, visit.zone.at(day + timedelta(7), time(0)))),
    ]


async def _new(visit: Visit, ids: list[int], begin: str, end: str) -> list[dict[str, Any]]:
    """What is new on these channels between two moments."""
    return await select(
        visit, sql("page_new"), {"ids": json.dumps(ids), "begin": begin, "end": end, "limit": NEW}
    )


async def _at(visit: Visit, at: str, ids: list[int]) -> dict[int, Any]:
    """What runs at a moment on each of the channels."""
    if not ids:
        return {}
    rows = await read(visit, "now", at=at, channels=tuple(ids), limit=len(ids))
    return {row["channel"]["id"]: row["now"] for row in rows}


def _row(visit: Visit, row: dict[str, Any], later: dict[int, Any]) -> dict[str, Any]:
    """A channel with now, next and later. Of the running programme also the minutes gone and its length."""
    on = row["now"]
    gone = minutes_between(on["start_time"], visit.now) if on else 0
    whole = max(1, minutes_between(on["start_time"], on["end_time"])) if on else 1
    return {**row, "later": later.get(row["channel"]["id"]), "gone": min(gone, whole), "whole": whole}


async def _databases(visit: Visit) -> list[str]:
    """Other databases that this visitor may see. This page replaces the one on which Datasette lists them."""
    ds, found = visit.datasette, []
    for name in ds.databases:
        if name != "epg" and not name.startswith("_"):
            visible, _ = await ds.check_visibility(visit.request.actor, action="view-database", resource=name)
            found += [name] if visible else []
    return found
