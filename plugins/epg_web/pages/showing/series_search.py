"""`/guide/series`: a series or a film by its title; without words, the series that have something new."""

from typing import Any

from ...base.params import MAX_ID, Param
from ..onair.new_showings import news
from ..render import render
from ..texts import asked, today, words
from ..visit import Visit, link, read

#: series of a page, and channels whose new programmes are shown
SHOWN, CHANNELS = 50, 200
PARAMS = (
    Param("q", "text", "Words of the title."),
    Param("after", "int", "Only series after this one, by id.", None, 0, MAX_ID),
)


async def page(visit: Visit) -> Any:
    """The search, and what it finds. Raises `Refused` (400) for words that nothing can have."""
    values = asked(visit, *PARAMS)
    found = await series_with(visit, values) if values["q"] else []
    return await render(
        visit,
        "epg-series-list",
        {
            **words(),
            "section": "series",
            "asked": values,
            "today": today(visit),
            "found": found[:SHOWN],
            "more": link(visit, "/guide/series", q=values["q"], after=found[SHOWN - 1]["id"])
            if len(found) > SHOWN
            else None,
            "news": () if values["q"] else await fresh(visit),
        },
    )


async def series_with(visit: Visit, values: dict[str, Any]) -> list[dict[str, Any]]:
    """A page of the series with these words in their titles, and one more if another follows."""
    found = await read(visit, "series_list", q=values["q"], after=values["after"], limit=SHOWN + 1)
    return list(found)


async def fresh(visit: Visit) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """What is new tonight and this week, as on the first page."""
    channels = await read(visit, "channels", limit=CHANNELS)
    return await news(visit, [channel["id"] for channel in channels])
