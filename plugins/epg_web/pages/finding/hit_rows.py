"""The hits for words, the best first, and the rows that show programmes."""

import json
import sqlite3
from functools import partial
from typing import Any

from ...base.genre_filter import genre_class
from ...base.sql import sql
from ...search.best_hits import Search, best_hits
from ..grid_kinds import kind_of
from ..onair.onair_rows import language
from ..texts import state, telling
from ..visit import Visit, select
from .day_parts import in_part_of_day, span

#: hits of one page, and how far the pages go
HITS = 50
PAGES = 100


async def hits(visit: Visit, values: dict[str, Any]) -> list[int]:
    """Ids of the programmes of the page, and one more if another follows. `values` has `within`, ids of channels or None."""
    start, end = span(visit.zone, values["date"], values["part"])
    given: dict[str, Any] = {
        "category": values["category"], "genre": genre_class(values), "now": visit.now, "start": start, "end": end,
        "channels": None if values["within"] is None else json.dumps(values["within"]),
    }  # fmt: skip
    keep = partial(in_part_of_day, zone=visit.zone, part=None if values["date"] else values["part"])
    narrowed = bool(values["date"] or values["part"] or values["category"] or values["genre"])

    def work(conn: sqlite3.Connection) -> list[int]:
        first = (values["page"] - 1) * HITS
        return best_hits(Search(conn, values["q"], given, keep, narrowed), first + HITS + 1)[first:]

    _, ids = await visit.lane.pool.run(work, slow=True)
    return list(ids)


async def rows_of(visit: Visit, ids: list[int]) -> list[dict[str, Any]]:
    """The programmes with these ids as rows for the template."""
    rows = await select(visit, sql("page_finding_rows"), {"ids": json.dumps(ids)}) if ids else []
    return [row_of(visit, row) for row in rows]


def row_of(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    categories = json.loads(row["category"])
    channel = {
        "id": row["channel_id"],
        "display_name": row["channel"],
        "number": row["number"],
        "icon_url": row["icon_url"],
    }
    return {
        **row, "category": categories, "kind": kind_of(row["genre"]), "state": state(row, visit.now), "channel": channel,
        "lang": language(row["titles"], row["title"]), "subtitle": telling(row["title"], row["subtitle"]),
        "subtitle_lang": language(row["subtitles"], row["subtitle"]),
    }  # fmt: skip
