"""What the pages of line-ups read: line-ups with their counts, entries, candidates."""

import json
from collections import defaultdict
from typing import Any

from ..base.answer import Refused
from ..base.moments import epoch, iso
from ..base.sql import sql
from ..pages.visit import Visit, select
from . import forms

HERE = "/-/epg/lineups"
#: as programmes are shorter, those that run now began after this many seconds before
LONGEST = "SELECT longest_seconds FROM generation"
STATES = ("open", "review", "matched", "decided", "hidden", "gone")


async def lineups(visit: Visit, ident: int | None = None) -> list[dict[str, Any]]:
    """All line-ups by name, or one, each with its counts and its last refresh."""
    (longest,) = await select(visit, LONGEST, {})
    earliest = iso(epoch(visit.now) - longest["longest_seconds"])
    values = {"id": ident, "now": visit.now, "earliest": earliest}
    return [
        {**row, "kinds": json.loads(row["kinds"]), "left_out": json.loads(row["left_out"])}
        for row in await select(visit, sql("page_lineups"), values)
    ]


async def lineup(visit: Visit) -> dict[str, Any]:
    """The line-up of the address. Raises `Refused` (404)."""
    found = await lineups(visit, int(visit.request.url_vars["id"]))
    if not found:
        raise Refused(404, "there is no such line-up")
    return found[0]


async def entries(
    visit: Visit, lineup_id: int, limit: int, offset: int = 0, **filters: Any
) -> list[dict[str, Any]]:
    """Entries in their order. `filters`: id, q, group, state."""
    values = {"id": None, "q": None, "group": None, "state": None, **filters}
    values |= {"lineup": lineup_id, "limit": limit, "offset": offset}
    return [
        {**row, "pinned": json.loads(row["pinned"]), "candidates": len(json.loads(row["candidates"]))}
        for row in await select(visit, sql("page_lineup_entries"), values)
    ]


async def entry(visit: Visit, lineup_id: int, text: str | None) -> dict[str, Any]:
    """One entry of a line-up. Raises `Refused`: 400 for what is no number, 404 for an entry that is not there."""
    ident = forms.number(text, "entry")
    found = await entries(visit, lineup_id, 1, id=ident) if ident else []
    if not found:
        raise Refused(404, "there is no such entry any more")
    return found[0]


async def candidates(visit: Visit, idents: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The channels that entries may be, by the ids of the entries."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await select(visit, sql("page_lineup_candidates"), {"entries": json.dumps(idents)}):
        found[row["entry"]].append(row)
    return found
