"""`/guide/series/{id}`: a series with its next showings, its seasons and episodes, and the channels that show it."""

from itertools import groupby
from typing import Any

from ...api.routes import BASE
from ...base.lineup_filter import LINEUP
from ...base.params import Param
from ..render import render
from ..texts import asked, state, today, words
from ..visit import Visit, read

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
            "seasons": _by_season(episodes[:EPISODES]),
            "season": values["season"],
            "more": values["offset"] + EPISODES if len(episodes) > EPISODES else None,
            "alternates": _alternates(visit, series),
        },
    )


def _by_season(episodes: list[dict[str, Any]]) -> list[tuple[int | None, list[dict[str, Any]]]]:
    """Episodes in their order, by season."""
    return [(season, list(found)) for season, found in groupby(episodes, key=lambda row: row["season"])]


def _alternates(visit: Visit, series: dict[str, Any]) -> list[dict[str, str]]:
    path, title = visit.datasette.urls.path, series["title"]
    return [
        {"type": "text/calendar", "title": title, "href": path(f"/series/{series['id']}.ics")},
        {"type": "application/atom+xml", "title": title, "href": path(f"/series/{series['id']}.atom")},
        {"type": "application/json", "title": title, "href": path(f"{BASE}/series/{series['id']}")},
    ]
