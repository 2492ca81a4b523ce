"""A genre alone: what of it starts next, or on a day, or in a part of one."""

import json
import sqlite3
from typing import Any

from ...base.genre_filter import genre_class
from ...base.moments import epoch, iso
from ...base.sql import sql
from ..texts import today
from ..visit import Visit
from .day_parts import next_part, span
from .hit_rows import HITS

#: seconds that are looked at where no day is asked for: more only if there is too little
AHEAD = (2 * 3600, 24 * 3600)


async def genre_hits(visit: Visit, values: dict[str, Any]) -> list[int]:
    """Ids of the page, the soonest first, and one more if another page follows. `values` as in `hit_rows.hits`."""
    given = {
        "genre": genre_class(values), "films": 0, "limit": HITS + 1,
        "offset": (values["page"] - 1) * HITS, "ids": None if values["within"] is None else json.dumps(values["within"]),
    }  # fmt: skip

    def work(conn: sqlite3.Connection) -> list[int]:
        found: list[int] = []
        for start, end in bounds(visit, values):
            found = [
                row[0] for row in conn.execute(sql("page_starting"), {**given, "start": start, "end": end})
            ]
            if len(found) > HITS:
                break
        return found

    _, ids = await visit.lane.pool.run(work, slow=True)
    return list(ids)


def bounds(visit: Visit, values: dict[str, Any]) -> list[tuple[str, str]]:
    """The day or part of a day that is asked for; else the next such part, or the next hours, few and then more."""
    start, end = span(visit.zone, values["date"], values["part"])
    if start and end:
        return [(start, end)]
    if values["part"]:
        return [next_part(visit.zone, today(visit), values["part"], visit.now)]
    return [(visit.now, iso(epoch(visit.now) + seconds)) for seconds in AHEAD]
