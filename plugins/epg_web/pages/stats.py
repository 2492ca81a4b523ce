"""`/guide/stats`: how far the guide reaches by provider, day and channel, what imports did, which categories are shown."""

import json
from datetime import timedelta
from typing import Any

from ..base.answer import Refused
from ..base.moments import from_datetime, minutes_between, to_datetime
from ..base.sql import sql
from ..base.zone import Zone, day_of
from . import kept_figures, plots
from .render import render
from .visit import Visit, select

#: channels of a page
CHANNELS = 50
DAYS = 8
IMPORT_DAYS = 30
#: heights of the bars of imports, and of problems and sizes
HEIGHT, SMALL = 40, 14


async def page(visit: Visit) -> Any:
    """The plots, and one page of channels, the worst first. `provider` and `day` leave the channels that lack that day.

    Raises `Refused` (400) for parameters that are no id, number or date.
    """
    asked = {key: visit.query.get(key) or None for key in ("provider", "day")}
    number = max(1, _number(visit.query.get("page"), "page") or 1)
    rows = await worst(visit, _number(asked["provider"], "provider"), asked["day"])
    channels = rows[(number - 1) * CHANNELS : number * CHANNELS]
    start = visit.zone.begins(visit.zone.day(visit.now) - timedelta(days=1))
    context = {
        "section": "stats",
        "start": start,
        "strips": await strips(visit, channels, start),
        "days": day_marks(visit.zone, start),
        "total": len(rows),
        "number": number,
        "pages": max(1, -(-len(rows) // CHANNELS)),
        "asked": asked,
        "width": DAYS * 24 // plots.BLOCK_HOURS,
        **await heat(visit),
        **await imports(visit),
        **await categories(visit),
    }
    return await render(visit, "epg-stats", context)


def _number(text: str | None, what: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, f"{what} must be a whole number; begin again at /guide/stats")
    return int(text) if text else None


async def worst(visit: Visit, provider: int | None, day: str | None) -> list[dict[str, Any]]:
    """The shown channels, those first whose programmes end soonest. With a provider or a day, those that lack it."""
    ids = None
    if provider is not None or day is not None:
        found = day_of(day) if day else visit.zone.day(visit.now)
        if found is None:
            raise Refused(400, "day must be a date, such as 2026-11-29")
        span = {"provider": provider, "start": visit.zone.begins(found), "end": visit.zone.ends(found)}
        ids = json.dumps([row["id"] for row in await select(visit, sql("page_desk_lacking"), span)])
    return await select(visit, sql("page_stats_worst"), {"ids": ids})


async def heat(visit: Visit) -> dict[str, Any]:
    """For each provider, how many of its channels have something on each day from yesterday on; the worst provider first."""
    first = visit.zone.day(visit.now) - timedelta(days=1)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    spans = json.dumps([(visit.zone.begins(day), visit.zone.ends(day)) for day in days])
    providers = await select(visit, sql("page_stats_providers"), {})
    found = await kept_figures.select(visit, "page_stats_heat", {"days": spans})
    counts = {(row["provider_id"], row["day"]): row["channels"] for row in found}
    rows = [
        {
            **one,
            "days": plots.heat_row([counts.get((one["id"], at), 0) for at in range(DAYS)], one["channels"]),
        }
        for one in providers
        if one["channels"]
    ]
    return {
        "heat_days": days,
        "heat": sorted(rows, key=lambda row: sum(cell.share for cell in row["days"][1:])),
    }


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
        {
            **channel,
            "paths": plots.paths(blocks[channel["id"]]),
            "share": round(100 * _mean(blocks[channel["id"]])),
        }
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
        "import_lines": {key: plots.columns(rows, days, key, SMALL) for key in ("problems", "bytes")},
        "small": SMALL,
        "import_days": days,
        "height": HEIGHT,
    }


async def categories(visit: Visit) -> dict[str, Any]:
    hour = f"{visit.now[:13]}:00:00Z"
    end = from_datetime(to_datetime(hour) + timedelta(hours=24))
    rows = await kept_figures.select(visit, "page_stats_categories", {"start": hour, "end": end})
    most = max((row["minutes"] for row in rows), default=0) or 1
    return {"category_rows": [{**row, "width": round(100 * row["minutes"] / most, 1)} for row in rows]}
