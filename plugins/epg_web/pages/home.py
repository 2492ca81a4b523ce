"""`/`: what is on now, what starts soon, tonight and its films; with `fragment` only the rows, for scripts."""

from collections.abc import Awaitable
from typing import Any

from ..base.genre_filter import CLASSES, GENRE
from ..base.lineup_filter import LINEUP
from ..base.params import MAX_ID, Param
from ..host.permission_checks import may_view_database
from ..shell.marking import marked as _
from .lineup_choice import lineup_choice
from .onair import kept_rows, starting
from .onair.because import STARRED, because
from .onair.evening import evening
from .onair.new_showings import news
from .onair.onair_rows import Listed, channel_rows
from .render import render, shared
from .texts import asked, today, words
from .visit import Visit, link

#: what `show` may be, and what the chip of each says
LISTS = {
    "now": _("Now"), "tonight": _("Tonight"), "films": _("Films tonight"), "soon": _("Starting soon"),
}  # fmt: skip
PARAMS = (
    Param("show", "choice", "Which list.", "now", choices=tuple(LISTS)),
    Param("after", "int", "The last channel of the page before.", None, 0, MAX_ID),
    Param("page", "int", "Which page of a list by time.", 1, 1, starting.PAGES),
    Param("channels", "ids", "Only these channels."),
    Param("fragment", "choice", "The rows alone.", None, choices=("rows",)),
    GENRE,
    LINEUP,
)
BECAUSE = (Param("channels", "ids", "Starred channels."), STARRED)
QUESTIONS = (
    ("on_now", _("On now")), ("prime_time", _("Prime time tonight")), ("films", _("Films")),
    ("new_tonight", _("New tonight")), ("new_this_week", _("New this week")),
    ("first_showings", _("First showings")), ("coverage_horizon", _("How far the guide reaches")),
)  # fmt: skip
#: genre classes by the tint that pages give them
TINTS = {name: name for name in CLASSES}
GENRE_NAMES = {
    "news": _("News and facts"), "sports": _("Sport"), "film": _("Films and drama"), "show": _("Shows"),
    "children": _("Children"), "music": _("Music"), "society": _("Society"), "education": _("Knowledge"),
    "arts": _("Arts"), "leisure": _("Leisure"),
}  # fmt: skip
assert TINTS.keys() == GENRE_NAMES.keys() == CLASSES.keys()


async def page(visit: Visit) -> Any:
    """Sixty rows, of channels in the order of their numbers or of programmes by their start.

    Raises `Refused`: 400 for parameters that cannot be read, 404 for an unknown line-up.
    """
    values = asked(visit, *PARAMS)
    if values["fragment"]:
        return await _fragment(visit, values)
    listed = await rows_of(visit, values)
    return await render(
        visit, "epg-home", {**context(visit, values, listed), **await _around(visit, values, listed)}
    )


async def rows_of(visit: Visit, values: dict[str, Any]) -> Listed:
    """The rows of the list that is asked for."""
    if values["show"] == "soon":
        return await starting.soon(visit, values)
    if values["show"] == "films":
        return await starting.films(visit, values)
    at = evening(visit).begins if values["show"] == "tonight" else visit.now
    return await channel_rows(visit, values, at)


async def _fragment(visit: Visit, values: dict[str, Any]) -> None:
    await kept_rows.send_rows(visit, lambda: _made(visit, values, rows_of(visit, values)))


async def starred(visit: Visit) -> None:
    """`/guide/because`: rows alone, of what somebody has starred. Raises `Refused` (400) for parameters that cannot be read."""
    values = {"show": "because", "lineup": None, "genre": None, "after": None, **asked(visit, *BECAUSE)}
    await kept_rows.send_rows(visit, lambda: _made(visit, values, because(visit, values)))


async def _made(visit: Visit, values: dict[str, Any], rows: Awaitable[Listed]) -> tuple[str, Listed]:
    """The rows as HTML and as they are."""
    listed = await rows
    given = {**shared(visit), **context(visit, values, listed)}
    return await kept_rows.rendered(visit, "_epg-onair.html", given), listed


def context(visit: Visit, values: dict[str, Any], listed: Listed) -> dict[str, Any]:
    """What the rows need."""
    kept = {name: values[name] for name in ("lineup", "genre")}
    kept["show"] = None if values["show"] == "now" else values["show"]
    return {
        **words(), "rows": listed.rows, "asked": values, "today": today(visit), "by_time": values["show"] in ("soon", "films"),
        "more": link(visit, "/", **kept, **listed.more) if listed.more else None,
    }  # fmt: skip


async def _around(visit: Visit, values: dict[str, Any], listed: Listed) -> dict[str, Any]:
    """What stands around the rows: chips, and what leads further."""
    first = values["after"] is None and values["page"] == 1
    lineups = [
        {**one, "href": _link(visit, values, lineup=one["name"])} for one in await lineup_choice(visit)
    ]
    plain = first and not values["channels"] and not values["lineup"] and not values["genre"]
    return {
        "section": "home",
        "lists": [(name, label, _link(visit, values, show=None if name == "now" else name)) for name, label in LISTS.items()],
        "genres": [
            (name, tint, _link(visit, values, genre=None if name == values["genre"] else name)) for name, tint in TINTS.items()
        ],
        "lineups": lineups,
        "chosen": next((one["title"] for one in lineups if one["name"].lower() == (values["lineup"] or "").lower()), None),
        "any_lineup": _link(visit, values, lineup=None),
        "genre_names": GENRE_NAMES,
        "evening": evening(visit),
        "first_page": first,
        "whole": plain,
        "news": await news(visit, [row["channel"]["id"] for row in listed.rows]) if plain and values["show"] == "now" else (),
        "silent": values["show"] == "now" and not any(row["now"] or row["next"] for row in listed.rows),
        "databases": await _databases(visit),
        "questions": QUESTIONS,
    }  # fmt: skip


def _link(visit: Visit, values: dict[str, Any], **changed: Any) -> str:
    """The address of this list with its filters and other parameters changed."""
    kept = {name: values[name] for name in ("lineup", "genre")}
    kept["show"] = None if values["show"] == "now" else values["show"]
    if values["channels"]:
        kept["channels"] = ",".join(map(str, values["channels"]))
    return link(visit, "/", **kept | changed)


async def _databases(visit: Visit) -> list[str]:
    """Other databases that this visitor may see. This page replaces the one on which Datasette lists them."""
    ds, found = visit.datasette, []
    for name in ds.databases:
        if name != "epg" and not name.startswith("_"):
            visible = await may_view_database(ds, visit.request.actor, name)
            found += [name] if visible else []
    return found
