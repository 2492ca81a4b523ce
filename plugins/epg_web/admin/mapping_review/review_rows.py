"""What is to decide, as far as it is known: nobody waits while a large guide is compared.

Comparing all schedules takes seconds of CPU time in a large guide. So it is done in the background where it takes long;
meanwhile the review shows what the state before had, without what was decided since. Decisions alone start it again only now
and then.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from ...api import suggestions
from ...api.lane import DEADLINES, Lane
from ...base.sql import sql
from ...pages.visit import Visit, select
from ..channel_desk.desk_rows import guide_file

#: seconds that a page waits for the comparison where there is nothing to show yet, and where there is something older
PATIENCE, SHORTER = 4.0, 0.5
#: seconds that a comparison may take to be made for each state of the guide; a dearer one is made again once this many times
#: as long has gone by
CHEAP, WORTH = 0.5, 60
_NAMES = "SELECT name FROM channels"
_running: WeakKeyDictionary[Lane, "asyncio.Task[Any]"] = WeakKeyDictionary()


@dataclass(frozen=True)
class ToDecide:
    """`rows` are feeds' channels to decide on, the surest first, each with `candidates`; `suspects` are mappings by hand that
    schedules contradict. `ready` is False while there is nothing to show, `fresh` while a newer state is compared."""

    rows: list[dict[str, Any]]
    suspects: list[dict[str, Any]]
    ready: bool
    fresh: bool


async def review(visit: Visit) -> ToDecide:
    """What is to decide now. Raises `Refused` (503) where the comparison took too long."""
    older = suggestions.latest(guide_file(visit))
    if older is not None and not await _outdated(visit, older):
        return await _still_open(visit, older.found or [], True)
    task = _comparison(visit)
    await asyncio.wait({task}, timeout=PATIENCE if older is None else SHORTER)
    if task.done():
        task.result()
    kept = suggestions.latest(guide_file(visit))
    if kept is None:
        return ToDecide([], [], False, False)
    return await _still_open(visit, kept.found or [], task.done())


async def _outdated(visit: Visit, kept: suggestions.Kept) -> bool:
    """Whether it is worth comparing again: that is cheap, an import changed something, or it is long ago for what it costs."""
    (last,) = (await select(visit, suggestions.LAST_IMPORT, {}))[0].values()
    age = time.monotonic() - kept.made_at
    return bool(kept.seconds < CHEAP or last != kept.imported or age > kept.seconds * WORTH)


def _comparison(visit: Visit) -> "asyncio.Task[Any]":
    """The comparison that runs, or a new one. What is known already ends at once."""
    task = _running.get(visit.lane)
    if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
        work = visit.lane.pool.run(suggestions.made, DEADLINES["candidates"], slow=True)
        task = _running[visit.lane] = asyncio.ensure_future(work)
        # An error that no page waits for is told to the next one that asks.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return task


async def _still_open(visit: Visit, found: list[Any], fresh: bool) -> ToDecide:
    """The suggestions whose channels are as they were when these were made."""
    now = {(row["provider"], row["source"]): row for row in await select(visit, sql("page_review_now"), {})}
    channels = {row["name"] for row in await select(visit, _NAMES, {})}
    rows: dict[int, dict[str, Any]] = {}
    suspects: dict[int, dict[str, Any]] = {}
    for one in found:
        row = now.get((one.provider, one.provider_channel_id))
        if row is None or row["channel"] != one.channel or one.candidate not in channels:
            continue
        by_hand = one.channel == one.candidate
        if by_hand != (row["method"] == "manual") or not (by_hand or one.score):
            continue
        kept = (suspects if by_hand else rows).setdefault(
            row["id"], {**row, "label": one.display_name, "candidates": []}
        )
        kept["candidates"].append(one)
    return ToDecide(list(rows.values()), list(suspects.values()), True, fresh)
