"""`/guide/stats`: how far the guide reaches, what imports did, which categories are shown, as plots with their numbers."""

import json
from datetime import timedelta
from typing import Any

from ..base.answer import Refused
from ..base.moments import from_datetime, minutes_between, to_datetime
from ..base.sql import sql
from ..base.zone import Zone
from . import plots
from .render import render
from .visit import Visit, link, read, select

#: channels of a page
CHANNELS = 50
DAYS = 8
IMPORT_DAYS = 30
HEIGHT = 40


async def page(visit: Visit) -> Any:
    """The plots, for one page of channels. Raises `Refused` (400) where `after` is no id of a channel."""
    after = _after(visit.query.get("after"))
    rows = await read(visit, "channels", limit=CHANNELS + 1, after=after)
    channels = rows[:CHANNELS]
    start = visit.zone.begins(visit.zone.day(visit.now) - timedelta(days=1))
    context = {
        "section": "stats",
        "start": start,
        "strips": await strips(visit, channels, start),
        "days": day_marks(visit.zone, start),
        "more": link(visit, "/guide/stats", after=channels[-1]["id"]) if len(rows) > CHANNELS else None,
        "width": DAYS * 24 // plots.BLOCK_HOURS,
        **await imports(visit),
        **await categories(visit),
    }
    return await render(visit, "epg-stats", context)


def _after(text: str | None) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, "after must be the id of a channel; begin again at /guide/stats")
    return int(text) if text else None


async def strips(visit: Visit, channels: list[dict[str, Any]], start: str) -> list[dict[str, Any]]:
    """Each channel with its blocks, and the covered share of the whole span in per cent."""
    count = DAYS * 24 // plots.BLOCK_HOURS
    end = from_datetime(to_datetime(start) + timedelta(hours=count * plots.BLOCK_HOURS))
    ids = [channel["id"] for channel in channels]
    longest = await select(visit, "SELECT longest_seconds FROM generation", {})
    earliest = from_datetime(to_datetime(start) - timedelta(seconds=longest[0]["longest_seconds"]))
    values = {"ids": json.dumps(ids), "start": start, "end": end, "earliest": earliest}
    found = await select(visit, sql("page_stats_coverage"), values)
    spans = [(row["channel_id"], row["start_time"], row["end_time"]) for row in found]
    blocks = plots.covered(spans, start, count, ids)
    return [
        {**channel, "blocks": blocks[channel["id"]], "share": round(100 * _mean(blocks[channel["id"]]))}
        for channel in channels
    ]


def _mean(blocks: list[plots.Block]) -> float:
    return sum(block.share for block in blocks) / len(blocks)


def day_marks(zone: Zone, start: str) -> list[dict[str, Any]]:
    """Where each local day begins on the strip, in blocks. A clock change moves it by a sixth of a block."""
    first = zone.day(start)
    marks = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        hours = minutes_between(start, zone.begins(day)) / 60
        marks.append({"day": day, "x": round(hours / plots.BLOCK_HOURS, 2)})
    return marks


async def imports(visit: Visit) -> dict[str, Any]:
    today = to_datetime(visit.now).date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(IMPORT_DAYS - 1, -1, -1)]
    rows = await select(visit, sql("page_stats_imports"), {"since": days[0]})
    return {
        "import_rows": rows,
        "import_bars": plots.bars(rows, days, HEIGHT),
        "import_days": days,
        "height": HEIGHT,
    }


async def categories(visit: Visit) -> dict[str, Any]:
    end = from_datetime(to_datetime(visit.now) + timedelta(hours=24))
    rows = await select(visit, sql("page_stats_categories"), {"start": visit.now, "end": end})
    most = max((row["minutes"] for row in rows), default=0) or 1
    return {"category_rows": [{**row, "width": round(100 * row["minutes"] / most, 1)} for row in rows]}
