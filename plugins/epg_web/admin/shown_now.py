"""What channels show at this moment, in the times of an entry of a line-up."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ..base.moments import epoch, iso
from ..pages.visit import Visit, read

#: a channel of the guide, and the minutes by which an entry shifts its times
Shifted = tuple[int, int]


async def shown_now(visit: Visit, wanted: Iterable[Shifted]) -> dict[Shifted, dict[str, Any]]:
    """The running programmes: `id`, `title`, `start_time`, `end_time`. Nothing for channels that are silent or hidden."""
    channels: defaultdict[int, set[int]] = defaultdict(set)
    for channel, shift in wanted:
        channels[shift].add(channel)
    found: dict[Shifted, dict[str, Any]] = {}
    for shift, ids in channels.items():
        at = moved(visit.now, -shift)
        for row in await read(visit, "now", at=at, channels=tuple(ids), limit=len(ids)):
            if row["now"]:
                found[row["channel"]["id"], shift] = as_shown(row["now"], shift)
    return found


def as_shown(programme: dict[str, Any], shift: int) -> dict[str, Any]:
    times = {key: moved(programme[key], shift) for key in ("start_time", "end_time")}
    return {"id": programme["id"], "title": programme["title"], **times}


def moved(utc: str, minutes: int) -> str:
    """A stored moment so many minutes later."""
    return iso(epoch(utc) + 60 * minutes) if minutes else utc
