"""What runs before and after a programme on its channel."""

from typing import Any

from ...base.sql import sql
from ..onair.onair_rows import language
from ..visit import Visit, select


async def neighbours(visit: Visit, row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`before` and `after`, each with id, start_time, title and lang; one that is missing is left out."""
    found = await select(
        visit, sql("page_neighbours"), {"channel": row["channel_id"], "start": row["start_time"]}
    )
    return {near["place"]: {**near, "lang": language(near["titles"], near["title"])} for near in found}
