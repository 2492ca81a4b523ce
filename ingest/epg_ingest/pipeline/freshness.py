"""Whether a source gives an older or a shorter guide than the one that is stored, so that another source is tried.

`worse` and `made_earlier` decide, and are pure. A provider with a single source is not compared: its gate is `merge.gate`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from statistics import median
from typing import NamedTuple

from ..core.errors import FeedError
from ..core.times import from_iso, iso
from ..merge.stored_elements import StoredElements

#: how much sooner the channels of a guide may end, and how much older its file may be
TOLERANCE = 3600
#: the share of the upcoming programmes that another source must have
SHARE = 0.9
_STORED = "SELECT channel_id, end_time FROM airings WHERE provider_id = ? ORDER BY channel_id, start_time"
_STAGED = """
    SELECT channel, count(*) FILTER (WHERE coalesce(stop, start) > :now), max(coalesce(stop, start))
    FROM temp.elements GROUP BY channel
"""


class Extent(NamedTuple):
    """How much a guide holds: programmes that have not ended, and the moment at which half of the channels have ended."""

    upcoming: int
    reach: float


def worse(stored: Extent, found: Extent) -> FeedError | None:
    """Why a guide is passed over, None if it may be imported."""
    if found.reach < stored.reach - TOLERANCE:
        return FeedError(
            f"its guide ends at {iso(int(found.reach))}, the one that is stored at {iso(int(stored.reach))}",
            "older",
        )
    if found.upcoming < stored.upcoming * SHARE:
        return FeedError(
            f"its guide has {found.upcoming:,} upcoming programmes, the one that is stored {stored.upcoming:,}",
            "shorter",
        )
    return None


def made_earlier(before: str | None, after: str | None, now: float) -> FeedError | None:
    """The same, judged by Last-Modified of the guide that is stored and of the one that came. `now` is epoch seconds."""
    then, this = _moment(before), _moment(after)
    if then is None or this is None or then > now + TOLERANCE or this >= then - TOLERANCE:
        return None
    return FeedError(
        f"its guide was made at {iso(int(this))}, the one that is stored at {iso(int(then))}", "older"
    )


def check(conn: sqlite3.Connection, provider_id: int, elements: StoredElements, now: int) -> None:
    """Raise `FeedError` (`older`, `shorter`) if the feed that was read has less than what is stored. `now` is epoch seconds.

    The staged rows must have been gathered (`Stage.gather`).
    """
    ends: dict[int, str] = {}
    seen_ends: dict[int, str] = {}
    coming = kept = 0
    moment = iso(now)
    for (channel, end), seen in zip(conn.execute(_STORED, [provider_id]), elements.seen, strict=False):
        if end <= moment:
            continue
        ends[channel] = end
        coming += 1
        if seen:
            seen_ends[channel] = end
            kept += 1
    stored, found = ({key: from_iso(end) for key, end in each.items()} for each in (ends, seen_ends))
    for name, count, last in conn.execute(_STAGED, {"now": now}):
        kept += count
        channel = elements.mapped.get(name, 0)
        found[channel] = max(found.get(channel, 0), last or 0)
    if stored and (
        error := worse(Extent(coming, median(stored.values())), Extent(kept, _reach(stored, found, now)))
    ):
        raise error


def _reach(stored: Mapping[int, int], found: Mapping[int, int], now: int) -> float:
    """The moment at which half of the stored channels have ended in the feed; one that is missing has ended."""
    return median(max(found.get(channel, now), now) for channel in stored)


def _moment(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
