"""`/guide/series/{id}`: a series with its next showings, its seasons and episodes, and the channels that show it."""

import json
from itertools import groupby
from typing import Any

from ...api.routes import BASE
from ...base import access
from ...base.lineup_filter import LINEUP
from ...base.params import Param
from ...base.sql import sql
from ..onair.onair_rows import language
from ..render import render
from ..texts import asked, state, today, words
from ..visit import Visit, link, read, select
from .text_languages import spoken

#: showings to come, and episodes of a page
SHOWINGS, EPISODES = 30, 200
PARAMS = (
    Param("new", "int", "Only showings that are no repeats.", 0, 0, 1),
    Param("season", "int", "Only this season.", None, 0, 10_000),
    Param("offset", "int", "Episodes to leave out.", 0, 0, 100_000),
    LINEUP,
)


async def page(visit: Visit) -> Any:
    """Raises `Refused`: 404 for a series that does not exist, 400 for parameters that cannot be read."""
    ident = int(visit.request.url_vars["id"])
    values = asked(visit, *PARAMS)
    series = await read(visit, "series", ident)
    coming = await read(
        visit, "series_airings", ident, new=values["new"], lineup=values["lineup"], limit=SHOWINGS, offset=0
    )
    episodes = await read(
        visit, "series_episodes", ident, season=values["season"], limit=EPISODES + 1, offset=values["offset"]
    )
    coming = await spoken(visit, coming)
    return await render(
        visit,
        "epg-series",
        {
            **words(),
            "section": "series",
            "series": series,
            "today": today(visit),
            "coming": [{**row, "state": state(row, visit.now)} for row in coming],
            "only_new": values["new"] == 1,
            "lineup": values["lineup"],
            "seasons": _by_season(await _with_languages(visit, episodes[:EPISODES])),
            "lang": next((row["lang"] for row in coming if row["title"] == series["title"]), None),
            "season": values["season"],
            "more": values["offset"] + EPISODES if len(episodes) > EPISODES else None,
            "alternates": _alternates(visit, series),
            "watch": _watch(visit, series["id"]),
        },
    )


async def _with_languages(visit: Visit, episodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Episodes with the language of their sub-titles, None where no feed says it."""
    asked_for = {
        "series": episodes[0]["series_id"] if episodes else None,
        "ids": json.dumps([row["id"] for row in episodes]),
    }
    rows = await select(visit, sql("page_episode_languages"), asked_for)
    found = {(row["id"], row["subtitle"]): language(row["subtitles"], row["subtitle"]) for row in rows}
    return [{**row, "subtitle_lang": found.get((row["id"], row["subtitle"]))} for row in episodes]


def _by_season(episodes: list[dict[str, Any]]) -> list[tuple[int | None, list[dict[str, Any]]]]:
    """Episodes in their order, by season."""
    return [(season, list(found)) for season, found in groupby(episodes, key=lambda row: row["season"])]


def may_write(visit: Visit) -> bool:
    """Whether the visitor has watches of their own here, else only those of their browser."""
    return access.allowed(visit.datasette, visit.request.actor, "epg-write")


def _watch(visit: Visit, ident: int) -> str:
    """The form of a watch for this series."""
    given = {"kind": "series", "value": str(ident)}
    if may_write(visit):
        return link(visit, "/-/epg/watches", **given) + "#epg-new-watch"
    return link(visit, "/guide/watches", **given)


def _alternates(visit: Visit, series: dict[str, Any]) -> list[dict[str, str]]:
    path, title = visit.datasette.urls.path, series["title"]
    return [
        {"type": "text/calendar", "title": title, "href": path(f"/series/{series['id']}.ics")},
        {"type": "application/atom+xml", "title": title, "href": path(f"/series/{series['id']}.atom")},
        {"type": "application/json", "title": title, "href": path(f"{BASE}/series/{series['id']}")},
    ]
