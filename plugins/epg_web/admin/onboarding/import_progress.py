"""How far the running imports are: bytes, programmes and time left, for pages and their script."""

import time
from typing import Any

from ...base.moments import epoch
from ...base.sql import sql
from ...pages.visit import Visit, select
from . import import_pace


async def running(visit: Visit) -> list[dict[str, Any]]:
    """Each running import with `part` (0 to 1, None before it begins) and `left` (seconds, None while nobody can say)."""
    rows = await select(visit, sql("page_import_progress"), {})
    return [{**row, **measured(row, time.time())} for row in rows]


def measured(row: dict[str, Any], now: float) -> dict[str, float | None]:
    """How much of an import is done and what is left; `now` is epoch seconds."""
    if row["stage"] is None:
        return {"part": None, "left": None}
    if row["stage"] == "parse":
        part = import_pace.done("parse", row["programmes"], row["expected"])
    else:
        part = import_pace.done(row["stage"], row["bytes"], row["total_bytes"])
    elapsed = max(0.0, now - epoch(row["started_at"]))
    left = import_pace.seconds_left(part, elapsed, row["took"])
    return {"part": round(part, 3), "left": None if left is None else round(left)}


async def as_json(visit: Visit) -> Any:
    """The same as JSON, which nobody keeps."""
    from datasette.utils.asgi import Response

    return Response.json({"running": await running(visit)}, headers={"Cache-Control": "no-store"})
