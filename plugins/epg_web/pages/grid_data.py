"""What the grid reads: channels and what they show, for the page and, as JSON, for the script that draws the grid."""

import json
from collections.abc import Iterable
from datetime import timedelta
from sqlite3 import Connection
from typing import Any

from ..api.read_parts import channel_page, earliest, known_provider
from ..base.answer import Refused, dump
from ..base.lineup_filter import narrowed
from ..base.moments import from_datetime, minutes_between, to_datetime
from ..base.sql import sql
from ..logos.instance_logos import channel_logo
from . import texts
from .grid_kinds import kind_of
from .grid_layout import Window
from .render import VARY, cache_control, compressed
from .visit import Visit, select

CELLS, GROUP, GROUPS = sql("page_grid_cells"), sql("page_grid_group"), sql("page_grid_groups")
#: a browser holds no longer list of channels
MOST_CHANNELS = 20_000
NAMES = ("id", "start_time", "end_time", "title", "subtitle", "genre", "is_new", "lang")


async def within_group(visit: Visit, values: dict[str, Any]) -> tuple[int, ...] | None:
    """The `channels` that a request asks for, as far as they are in its `group` of its `lineup`."""
    asked: tuple[int, ...] | None = values["channels"]
    if not (values["lineup"] and values["group"]):
        return asked
    rows = await select(visit, GROUP, {"lineup": values["lineup"], "group": values["group"]})
    within = sorted(row["id"] for row in rows)
    return tuple(ident for ident in within if asked is None or ident in asked)


async def groups(visit: Visit, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups of the chosen line-up: `name`, and how many `channels`."""
    return await select(visit, GROUPS, {"lineup": values["lineup"]}) if values["lineup"] else []


async def entries(
    visit: Visit, values: dict[str, Any], shown: Window | None, limit: int
) -> list[dict[str, Any]]:
    """Channels of the filters in `values`, each with its `programs` in `shown`; None reads the channels alone.

    Raises `Refused` (400) for a line-up or provider that does not exist, or a channel in `after` that is gone.
    """

    def work(conn: Connection) -> list[dict[str, Any]]:
        page = page_of(conn, values, limit)
        found = programmes(conn, [channel["id"] for channel in page], shown) if shown else {}
        return [{"channel": channel, "programs": found.get(channel["id"], [])} for channel in page]

    _, rows = await visit.lane.pool.run(work)
    return list(rows)


def page_of(conn: Connection, values: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """Channels of the filters, at most `limit`."""
    known_provider(conn, values)
    try:
        ids = narrowed(conn, values["lineup"], values["channels"])
    except Refused as refused:
        raise Refused(400, refused.message) from None
    page, _ = channel_page(conn, {**values, "channels": ids, "q": values["channel"]}, limit)
    return [json.loads(text) for _, text in page]


def programmes(conn: Connection, ids: list[int], shown: Window) -> dict[int, list[dict[str, Any]]]:
    """What each of the channels shows in the window, in order."""
    asked = {"ids": dump(ids).decode(), "start": shown.start, "end": shown.end}
    found: dict[int, list[dict[str, Any]]] = {}
    for ident, text in conn.execute(CELLS, {**asked, "earliest": earliest(conn, shown.start)}):
        found.setdefault(ident, []).append(dict(zip(NAMES, json.loads(text), strict=True)))
    return found


async def channels(visit: Visit, values: dict[str, Any]) -> list[Any]:
    """The ids, the numbers and the names of all channels that pass the filters, in the order of the grid. Three lists are
    compressed to nine tenths of a list of channels.
    """
    rows = await entries(visit, {**values, "after": None}, None, MOST_CHANNELS)
    return [[row["channel"][name] for row in rows] for name in ("id", "number", "display_name")]


async def cells(visit: Visit, start: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """What the asked channels show in `hours` hours from `start`, which is not rounded.

    Times are minutes from `start`. Raises `Refused` (400) without `start` and `channels`.
    """
    if start is None or values["channels"] is None:
        raise Refused(400, "cells are asked for with start and channels")
    end = from_datetime(to_datetime(start) + timedelta(hours=values["hours"]))
    rows = await entries(visit, {**values, "after": None}, Window(start, end), len(values["channels"]))
    return {
        "now": visit.now,
        "rows": [
            [
                row["channel"]["id"],
                channel_logo(visit.datasette, row["channel"]),
                packed(row["programs"], start),
            ]
            for row in rows
        ],
    }


def packed(found: Iterable[dict[str, Any]], start: str) -> list[list[Any]]:
    """`[id, from, to, title, subtitle, kind, new, lang]` of each programme; what is missing at the end is left out."""
    rows = []
    for row in found:
        kind = kind_of(row["genre"])
        values = [
            row["id"], minutes_between(start, row["start_time"]), minutes_between(start, row["end_time"]), row["title"],
            texts.subtitle(row), kind.name if kind else None, row["is_new"] or None, row["lang"],
        ]  # fmt: skip
        while values[-1] is None:
            values.pop()
        rows.append(values)
    return rows


def answer(visit: Visit, value: Any) -> Any:
    """`value` as JSON, kept as long as the page itself."""
    from datasette.utils.asgi import Response

    headers = {
        "Cache-Control": cache_control(visit),
        "Vary": VARY,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    return compressed(visit.request.scope, Response(dump(value), 200, headers, "application/json"))
