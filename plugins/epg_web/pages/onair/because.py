"""Because somebody has starred it: the next showings of titles, and what channels show tonight.

Stars are kept in the browser, which asks for these rows with titles and channels in the address.
"""

import re
from typing import Any

from ...base.moments import minutes_between
from ...base.params import Param
from ...base.sql import sql
from ...search.fts_query import in_titles
from ..visit import Visit
from .evening import evening
from .onair_rows import Listed, Row, channel_rows, dictionaries
from .starting import of_start

#: titles and channels that are looked at
TITLES, CHANNELS = 20, 6
STARRED = Param("titles", "text", "Starred titles, one on a line.")


async def because(visit: Visit, values: dict[str, Any]) -> Listed:
    """A row for each starred title that is shown again, the soonest first, then the evening of starred channels.

    Each row has `because`: the title or the name of the channel that was starred.
    """
    rows = await _titles(visit, titles_of(values["titles"]))
    if values["channels"]:
        at = evening(visit).begins
        few = values | {
            "channels": values["channels"][:CHANNELS],
            "after": None,
            "genre": None,
            "lineup": None,
        }
        shown = (await channel_rows(visit, few, at)).rows
        rows += [_tonight(row, visit.now) for row in shown if row["now"]]
    return Listed(
        rows, None, min((row["now"]["start_time"] for row in rows if row["until"] > 0), default=None)
    )


def titles_of(text: str | None) -> list[str]:
    """The titles in the parameter, each once."""
    lines = (line.strip() for line in (text or "").splitlines())
    return list(dict.fromkeys(line for line in lines if re.search(r"\w", line)))[:TITLES]


async def _titles(visit: Visit, titles: list[str]) -> list[Row]:
    def work(conn: Any) -> list[Row]:
        found = []
        for title in titles:
            words = title.replace('"', " ")
            given = {"match": in_titles(f'"{words}"'), "title": title, "now": visit.now}
            found += [
                {**row, "because": title} for row in dictionaries(conn.execute(sql("page_because"), given))
            ]
        return found

    _, rows = await visit.lane.pool.run(work, slow=True) if titles else (None, [])
    ordered = sorted(rows, key=lambda row: (row["start_time"], row["id"]))
    return [{**of_start(row, visit.now), "because": row["because"]} for row in ordered]


def _tonight(row: Row, now: str) -> Row:
    starts = row["now"]["start_time"]
    until = minutes_between(now, starts) if starts > now else 0
    return {**row, "next": None, "until": until, "also": [], "because": row["channel"]["display_name"]}
