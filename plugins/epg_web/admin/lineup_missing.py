"""`/-/epg/lineups/{id}/missing`: what a line-up lacks, and where the answer may be."""

from collections import Counter
from typing import Any

from ..base.moments import epoch, iso
from ..base.sql import sql
from ..pages.render import render
from ..pages.texts import initials
from ..pages.visit import Visit, select
from . import forms
from .lineup_form import TAKEN
from .lineup_rows_read import entries, lineup

#: rows of each list
MOST = 200
#: a guide that ends within so many seconds ends soon
SOON = 86_400


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show)


async def show(visit: Visit) -> Any:
    """Channels with nothing or little to come, entries without a channel, and groups of the source that are left out."""
    row = await lineup(visit)
    values = {"lineup": row["id"], "soon": iso(epoch(visit.now) + SOON), "limit": MOST + 1}
    silent = await select(visit, sql("page_lineup_missing"), values)
    context = {
        "lineup": row,
        "ended": [one for one in silent[:MOST] if is_empty(one, visit.now)],
        "ending": [one for one in silent[:MOST] if not is_empty(one, visit.now)],
        "more": len(silent) > MOST,
        "open": await entries(visit, row["id"], MOST, state="open"),
        "left": left_by_kind(row["left_out"]),
        "taken": TAKEN,
        "initials": initials,
    }
    return await render(visit, "epg-lineup-missing", context, private=True)


def is_empty(one: dict[str, Any], now: str) -> bool:
    """Whether the channel shows nothing: its guide has ended, or the channel is hidden."""
    return bool(one["channel_hidden"] or not one["last_end"] or one["last_end"] <= now)


def left_by_kind(groups: list[dict[str, Any]]) -> dict[str, int]:
    """How many entries of each kind are left out."""
    found: Counter[str] = Counter()
    for group in groups:
        found[group["kind"]] += group["entries"]
    return dict(found)
