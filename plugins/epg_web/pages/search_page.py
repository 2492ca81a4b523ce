"""`/guide/search`: titles, people, channels and texts, a genre alone, within channels, a day or a part of it.

With `fragment=results` only what is found, for the script that searches while one types.
"""

from typing import Any
from urllib.parse import urlencode

from ..base.genre_filter import GENRE
from ..base.lineup_filter import LINEUP
from ..base.params import Param
from ..base.viewer.written_times import clock
from ..search.fts_query import fts_query
from ..shell.language import gettext
from ..shell.marking import marked as _
from .finding import hit_rows
from .finding.by_genre import genre_hits
from .finding.channel_pick import Picked, picked
from .finding.day_parts import PARTS
from .home import GENRE_NAMES, TINTS
from .lineup_choice import lineup_choice
from .onair.onair_rows import channel_rows
from .render import render
from .texts import CHANNEL, asked, day, today, words
from .visit import Visit, link, read

#: titles, people and channels above the hits
SUGGESTED = 5
#: channels of which the page says what is on now
ON_NOW = 3
PART_NAMES = {
    "morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening"), "night": _("Night"),
}  # fmt: skip
assert PART_NAMES.keys() == PARTS.keys()
NAMES = ("q", "channel", "channel_name", "lineup", "date", "category", "genre", "part")
PARAMS = (
    CHANNEL,
    Param("q", "text", "Words."),
    Param("channel_name", "text", "Only channels with this in their name."),
    LINEUP,
    Param("category", "text", "A category, as the feed writes it."),
    GENRE,
    Param("part", "choice", "A part of the day.", None, choices=tuple(PARTS)),
    Param("page", "int", "Which page.", 1, 1, hit_rows.PAGES),
    Param("fragment", "choice", "What is found, alone.", None, choices=("results",)),
)


async def page(visit: Visit) -> Any:
    """The best hits first, or with a genre alone what of it starts next. Without either: the form with examples.

    Raises `Refused`: 400 for parameters that cannot be read, 404 for an unknown line-up.
    """
    values = asked(visit, *PARAMS) | {"date": day(visit, "date")}
    # The blank at the end of a word says that it is no beginning; parameters come without it.
    values["q"] = (values["q"] or "") + (
        " " if visit.request.args.get("q", "")[-1:].isspace() and values["q"] else ""
    )
    channels = await picked(visit, values)
    found = await found_with(visit, {**values, "within": channels.ids})
    template = "_epg-hits" if values["fragment"] else "epg-search"
    return await render(visit, template, {**found, **await _form(visit, values, channels)})


async def found_with(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What is found: rows, suggestions above them, and where a search goes on."""
    match = fts_query(values["q"])
    ids, instead = await ids_of(visit, values, bool(match))
    suggestions = (
        await suggestions_for(visit, values) if match and values["page"] == 1 and not instead else None
    )
    return {
        "rows": await hit_rows.rows_of(visit, ids[: hit_rows.HITS]),
        "suggestions": suggestions,
        "meant": instead,
        "searched": bool(match),
        "listed": bool(match or values["genre"]),
        "pages": pages(
            visit, values | {"q": instead["words"]} if instead else values, len(ids) > hit_rows.HITS
        ),
        "alternates": alternates(visit, values["q"].strip()) if match else [],
    }


async def ids_of(
    visit: Visit, values: dict[str, Any], words: bool
) -> tuple[list[int], dict[str, str] | None]:
    """The programmes that are found; and where nothing has the words, what may have been meant and is looked for instead."""
    if not words:
        return (await genre_hits(visit, values) if values["genre"] else []), None
    ids = await hit_rows.hits(visit, values)
    instead = await meant(visit, values) if not ids and values["page"] == 1 else None
    return (await hit_rows.hits(visit, values | {"q": instead["words"]}) if instead else ids), instead


async def suggestions_for(visit: Visit, values: dict[str, Any]) -> dict[str, Any] | None:
    """Titles, people, channels and genres that the words may mean. None where the search is restricted already."""
    if any(
        values[name] for name in ("channel", "channel_name", "date", "category", "genre", "part", "lineup")
    ):
        return None
    found: dict[str, Any] = await read(visit, "suggest", q=values["q"], limit=SUGGESTED)
    for title in found["titles"]:
        title["href"] = link(visit, f"/guide/program/{title['next']['id']}")
    for person in found["people"]:
        person["href"] = link(visit, "/guide/search", q=f'"{person["name"]}"')
    for channel in found["channels"][ON_NOW:]:
        channel["href"] = link(visit, f"/guide/channel/{channel['id']}")
    found["on_now"] = await on_now(visit, [channel["id"] for channel in found["channels"][:ON_NOW]])
    found["channels"] = found["channels"][ON_NOW:]
    found["genres"] = [
        (name, TINTS[name], link(visit, "/guide/search", genre=name)) for name in found["genres"]
    ]
    return found


async def on_now(visit: Visit, ids: list[int]) -> list[dict[str, Any]]:
    """What is on now on the likeliest channels, in their order: that is what most people want to know of a channel."""
    values = {"channels": tuple(ids), "lineup": None, "genre": None, "after": None}
    rows = (await channel_rows(visit, values, visit.now)).rows if ids else []
    return sorted(rows, key=lambda row: ids.index(row["channel"]["id"]))


async def meant(visit: Visit, values: dict[str, Any]) -> dict[str, str] | None:
    """The words that may have been meant, with the address of a search for them."""
    found: str | None = (await read(visit, "suggest", q=values["q"], limit=1))["meant"]
    return {"words": found, "href": _link(visit, values, q=found, page=None)} if found else None


async def _form(visit: Visit, values: dict[str, Any], channels: Picked) -> dict[str, Any]:
    """What the form needs."""
    return {
        **words(),
        "section": "search",
        "asked": values,
        "today": today(visit),
        "parts": [(name, f"{clock(low)}–{clock(high)}") for name, (low, high) in PARTS.items()],
        "picked": channels.channel,
        "several": len(channels.ids) if channels.ids is not None and values["channel_name"] else None,
        "without_channel": _link(visit, values, channel=None, channel_name=None, page=None),
        "lineups": await lineup_choice(visit),
        "genres": [(name, TINTS[name], _link(visit, values, genre=None if name == values["genre"] else name, page=None))
                   for name in TINTS],
        "genre_names": GENRE_NAMES,
        "part_names": PART_NAMES,
        "filtered": any(values[name] for name in NAMES if name not in ("q", "genre")),
    }  # fmt: skip


def _link(visit: Visit, values: dict[str, Any], **changed: Any) -> str:
    """The address of this search with its filters and other parameters changed."""
    kept = {name: values[name] or None for name in NAMES}
    return link(visit, "/guide/search", **kept | changed)


def pages(visit: Visit, values: dict[str, Any], more: bool) -> dict[str, str | None]:
    """Addresses of the previous and the following page."""
    number = values["page"]
    return {
        "previous": _link(visit, values, page=number - 1) if number > 1 else None,
        "following": _link(visit, values, page=number + 1) if more and number < hit_rows.PAGES else None,
    }


def alternates(visit: Visit, q: str) -> list[dict[str, str]]:
    """The search as a calendar and as a feed. Those take words only, so the filters are left out."""
    path, query = visit.datasette.urls.path, urlencode({"q": q})
    return [
        {
            "type": "application/atom+xml",
            "title": gettext("%(words)s in the guide") % {"words": q},
            "href": path(f"/search.atom?{query}"),
        },
        {
            "type": "text/calendar",
            "title": gettext("%(words)s as a calendar") % {"words": q},
            "href": path(f"/search.ics?{query}"),
        },
    ]
