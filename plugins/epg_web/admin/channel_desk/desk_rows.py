"""What the page of all channels reads: all of them for filters and counts, and the details of those on a page."""

import json
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from ...api import suggestions
from ...base.instance_names import DATABASE
from ...base.moments import to_datetime
from ...base.sql import sql
from ...pages.visit import Visit, select
from . import told_apart
from .why_empty import FedBy, leaving, why_empty

#: days of the strip "ahead"
DAYS = 14


async def all_channels(visit: Visit) -> list[dict[str, Any]]:
    """All channels in their order, with the state that filters ask for. `suspect` is None while nobody compared schedules."""
    rows = await select(visit, sql("page_desk_channels"), {})
    same = told_apart.same_names({row["id"]: row["display_name"] for row in rows})
    suspects = suggestions.suspects(guide_file(visit))
    return [
        {
            **row,
            "providers": json.loads(row["providers"]),
            "groups": json.loads(row["groups"]),
            "empty": row["until"] is None or row["until"] <= visit.now,
            "same": same.get(row["id"], ()),
            "suspect": None if suspects is None else suspects.get(row["name"]),
        }
        for row in rows
    ]


def guide_file(visit: Visit) -> str:
    """The file of the guide as SQLite names it."""
    return str(Path(visit.datasette.databases[DATABASE].path).resolve())


def suspects_known(visit: Visit) -> bool:
    """Whether somebody has compared the schedules since the server started."""
    return suggestions.latest(guide_file(visit)) is not None


async def details(
    visit: Visit, shown: list[dict[str, Any]], everything: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of a page with their sources, days ahead, reasons why they are empty, and what tells equal names apart."""
    by_id = {row["id"]: row for row in everything}
    needed = {ident for row in shown for ident in (row["id"], *row["same"])}
    found = await sources(visit, sorted(needed))
    days = await ahead(visit, [row["id"] for row in shown])
    return [
        {
            **row,
            "sources": found[row["id"]],
            "why": why_empty([source for source, _ in found[row["id"]]]) if row["empty"] else [],
            "leaving": None if row["empty"] else leaving([source for source, _ in found[row["id"]]]),
            "days": days[row["id"]],
            "mark": mark(row, by_id, found),
            "others": [(by_id[ident], mark(by_id[ident], by_id, found)) for ident in row["same"][:2]],
        }
        for row in shown
    ]


def mark(row: dict[str, Any], by_id: dict[int, dict[str, Any]], found: dict[int, list[Any]]) -> str | None:
    """What stands beside the name of a channel whose name others have too."""
    if not row["same"]:
        return None
    alike = sorted((row["id"], *row["same"]))
    return told_apart.marks(
        [(ident, by_id[ident]["name"], [source.provider for source, _ in found[ident]]) for ident in alike]
    ).get(row["id"])


async def sources(visit: Visit, ids: list[int]) -> dict[int, list[tuple[FedBy, dict[str, Any]]]]:
    """What feeds each channel, the best provider first, with the whole row of each."""
    found: dict[int, list[tuple[FedBy, dict[str, Any]]]] = defaultdict(list)
    for row in await select(visit, sql("page_desk_sources"), {"ids": json.dumps(ids)}):
        source = FedBy(
            row["provider"], row["ident"], bool(row["enabled"]), row["seen"], row["provider_seen"],
            row["last_end"], row["imported_at"], row["status"], row["error"],
        )  # fmt: skip
        found[row["channel_id"]].append((source, row))
    return found


async def ahead(visit: Visit, ids: list[int]) -> dict[int, list[bool]]:
    """For each channel, whether a programme begins on each of the next `DAYS` days of the viewer's zone."""
    found = {ident: [False] * DAYS for ident in ids}
    values = {"ids": json.dumps(ids), "days": json.dumps(spans(visit))}
    for row in await select(visit, sql("page_desk_ahead"), values):
        found[row["channel_id"]][row["day"]] = True
    return found


def spans(visit: Visit) -> list[tuple[str, str]]:
    """Begin and end of the next days of the viewer's zone, UTC. Today counts what began in the last twelve hours, too."""
    first = visit.zone.day(visit.now)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    found = [(visit.zone.begins(day), visit.zone.ends(day)) for day in days]
    early = (to_datetime(visit.now) - timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [(min(found[0][0], early), found[0][1]), *found[1:]]
