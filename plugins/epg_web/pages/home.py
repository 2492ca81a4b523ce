"""`/`: what is on now, what is next, what comes tonight, and links to the other pages."""

from datetime import time, timedelta
from typing import Any

from ..base.genre_filter import CLASSES, GENRE
from ..base.lineup_filter import LINEUP
from ..base.moments import minutes_between
from ..base.params import MAX_ID, Param
from ..host.permission_checks import may_view_database
from .lineup_choice import lineup_choice
from .render import render
from .texts import asked, today, words
from .visit import Visit, read

#: channels of one page
CHANNELS = 30
PARAMS = (
    Param("after", "int", "The last channel of the page before.", None, 0, MAX_ID),
    Param("channels", "ids", "Only these channels."),
    LINEUP,
    GENRE,
)
#: prime time, and what takes its place once that has begun
EVENING = ((time(20), "Tonight"), (time(22), "Late tonight"))
QUESTIONS = (
    ("on_now", "On now"), ("prime_time", "Prime time tonight"), ("films", "Films"),
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
    later = await _at(visit, at, [row["channel"]["id"] for row in rows], values["genre"])
    return await render(
        visit,
        "epg-home",
        {
            **words(),
            "section": "home",
            "rows": [_row(visit, row, later) for row in rows],
            "evening": {"at": at, "label": label},
            "today": today(visit),
            "first_page": values["after"] is None
            and values["channels"] is None
            and not (values["lineup"] or values["genre"]),
            "lineup": values["lineup"],
            "lineups": await lineup_choice(visit),
            "genre": values["genre"],
            "genres": tuple(CLASSES),
            "more": rows[-1]["channel"]["id"] if len(found) > CHANNELS else None,
            "silent": not any(row["now"] or row["next"] for row in rows),
            "databases": await _databases(visit),
            "questions": QUESTIONS,
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


async def _at(visit: Visit, at: str, ids: list[int], genre: str | None) -> dict[int, Any]:
    """What runs at a moment on each of the channels, if it is of the genre."""
    if not ids:
        return {}
    rows = await read(visit, "now", at=at, channels=tuple(ids), genre=genre, limit=len(ids))
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
            visible = await may_view_database(ds, visit.request.actor, name)
            found += [name] if visible else []
    return found
