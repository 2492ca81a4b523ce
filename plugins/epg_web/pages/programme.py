"""`/guide/program/{id}`: all about one showing, and when else it can be seen. With `fragment=sheet` what a sheet shows."""

import re
from typing import Any

from ..api.routes import BASE
from ..base.answer import Refused
from ..base.sql import sql
from ..logos.instance_logos import local_address
from ..shell.language import gettext
from . import programme_facts
from .grid_kinds import kind_of
from .render import render
from .showing.card import card
from .showing.neighbours import neighbours
from .showing.text_languages import spoken
from .texts import length, state, telling, today, when, words
from .visit import Visit, read, select

#: the longest side of a picture, in pixels
LARGE = 384
#: other showings of the episode, and as many of the title
OTHERS = 12


async def page(visit: Visit) -> Any:
    """Raises `Refused` (404) for a programme that does not exist, or of a hidden channel or a disabled provider."""
    ident = int(visit.request.url_vars["id"])
    row = await read(visit, "program", ident)
    again, more = await others(visit, row)
    context = {**basics(visit, row), "again": again, "more": more, "near": await neighbours(visit, row)}
    if visit.query.get("fragment") == "sheet":
        return await render(visit, "_epg-sheet", context)
    first = next((picture["src"] for picture in context["pictures"] if picture["src"]), None)
    return await render(
        visit,
        "epg-program",
        {
            **context,
            "others": {tag: programme_facts.others(row, tag, name) for tag, name in COLUMNS},
            "links": programme_facts.links(row),
            "reviews": programme_facts.reviews(row),
            "parts": row["details"].get("clump", []),
            "end": end(visit, row),
            "instead": await shown_instead(visit, row),
            "alternates": alternates(visit, row),
            "card": card(visit, row, first, context["languages"]["title"]),
            "showing": showing(visit, row),
        },
    )


def basics(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    """What page and sheet both show."""
    return {
        **words(),
        "section": "program",
        "program": {
            **row,
            "subtitle": telling(row["title"], row["subtitle"]),
            "state": state(row, visit.now),
        },
        "kind": kind_of(row["genre"]),
        "today": today(visit),
        "day": visit.zone.day(row["start_time"]),
        "duration": length(row["start_time"], row["end_time"]),
        "languages": {tag: programme_facts.language(row, tag, name) for tag, name in COLUMNS},
        "marks": programme_facts.marks(row),
        "facts": programme_facts.facts(row),
        "credits": programme_facts.credits(row),
        "pictures": pictures(visit, row),
        "single": single(row),
    }


#: elements of the DTD and their columns
COLUMNS = (("title", "title"), ("sub-title", "subtitle"), ("desc", "description"))


def pictures(visit: Visit, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The pictures of a programme, with the address on this site as `src`; None there for one that cannot be shown."""
    path = f"/programs/{row['id']}/picture"
    return [
        {**picture, "src": local_address(visit.datasette, picture["href"], path, n=number, size=LARGE)}
        for number, picture in enumerate(programme_facts.pictures(row), 1)
    ]


def alternates(visit: Visit, row: dict[str, Any]) -> list[dict[str, str]]:
    path = visit.datasette.urls.path
    return [
        {"type": "text/calendar", "title": row["title"], "href": path(f"/programs/{row['id']}.ics")},
        {"type": "application/json", "title": row["title"], "href": path(f"{BASE}/programs/{row['id']}")},
    ]


def showing(visit: Visit, row: dict[str, Any]) -> str:
    """Why a showing is what it is, in words, with moments as the visitor's clock has them."""
    text: str = row["showing_reason"]
    before, found, moment = text.partition("repeat of ")
    if found and not before:
        return gettext("Repeat of %(time)s") % {"time": when(visit.zone, moment, today(visit))}
    return text[:1].upper() + text[1:]


def end(visit: Visit, row: dict[str, Any]) -> str | None:
    """The source of the end, in words, if it is doubtful or not the provider's own; None for a plain one."""
    own: str | None = row["details"].get("stop")
    if row["end_source"] not in programme_facts.DOUBTFUL and own in (None, row["end_time"]):
        return None
    told: str = gettext(programme_facts.END.get(row["end_source"], row["end_source"]))
    if not own or own == row["end_time"]:
        return told
    return gettext("%(reason)s (its own end: %(clock)s)") % {"reason": told, "clock": visit.zone.clock(own)}


def single(row: dict[str, Any]) -> bool:
    """Whether the programme has no subtitle and no numbers. Then its title alone decides which showings are the same."""
    return not row["subtitle"] and row["season"] is None and row["episode"] is None


def phrase(title: str) -> str | None:
    """The title as one phrase of the search index, None when it has no letter or digit to look for."""
    text = title.replace('"', " ")
    return f'title : "{text}"' if re.search(r"\w", text) else None


async def others(visit: Visit, row: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Showings of the same episode, and other showings with the same title. In both, upcoming ones come first."""
    match = phrase(row["title"])
    if match is None:
        return [], []
    names = ("id", "title", "subtitle", "season", "episode")
    values = {name: row[name] for name in names} | {"match": match, "now": visit.now, "limit": OTHERS}
    found = await spoken(visit, await select(visit, sql("page_showing_others"), values))
    found = [{**other, "state": state(other, visit.now)} for other in found]
    return [other for other in found if other["same"]], [other for other in found if not other["same"]]


async def shown_instead(visit: Visit, row: dict[str, Any]) -> dict[str, Any] | None:
    """The programme of a better provider that is shown instead. None for a shown programme; {} where the other one is gone."""
    if row["shadowed_by"] is None:
        return None
    try:
        found: dict[str, Any] = await read(visit, "program", row["shadowed_by"])
    except Refused:
        return {}
    return found
