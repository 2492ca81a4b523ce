"""The languages of titles and sub-titles, for lists whose rows do not have them."""

import json
from collections.abc import Iterable
from typing import Any

from ...base.sql import sql
from ..onair.onair_rows import language
from ..texts import telling
from ..visit import Visit, select

Languages = dict[int, tuple[str | None, str | None]]


async def languages(visit: Visit, ids: Iterable[int]) -> Languages:
    """The languages of the title and of the sub-title of programmes, by id; None where the feed does not say."""
    rows = await select(visit, sql("page_text_languages"), {"ids": json.dumps(list(ids))})
    return {
        row["id"]: (language(row["titles"], row["title"]), language(row["subtitles"], row["subtitle"]))
        for row in rows
    }


async def spoken(visit: Visit, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Programmes (`id`, `title`, `subtitle`) with `lang` and `subtitle_lang`, and no sub-title that only repeats the title."""
    found = await languages(visit, [row["id"] for row in rows])
    return [with_languages(row, *found.get(row["id"], (None, None))) for row in rows]


def with_languages(row: dict[str, Any], lang: str | None, subtitle_lang: str | None) -> dict[str, Any]:
    """A programme with the languages of its title and sub-title, None where the feed does not say."""
    subtitle = telling(row["title"], row["subtitle"])
    return {**row, "lang": lang, "subtitle": subtitle, "subtitle_lang": subtitle_lang}
