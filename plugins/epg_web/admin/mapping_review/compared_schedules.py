"""The evidence for one decision: what the feed's channel shows, beside what the channel that it may be shows."""

from datetime import time, timedelta
from typing import Any

from ...base.moments import from_datetime, to_datetime
from ...base.sql import sql
from ...pages.visit import Visit, select
from .side_by_side import lines, together

#: lines of the comparison, and programmes of each side that are read for it
SHOWN, READ = 8, 12
EVENING = time(18)


async def compared(visit: Visit, row: dict[str, Any], candidate: str) -> dict[str, Any]:
    """The two schedules of this evening, or of the next hours where it is later; with counts of what begins together.

    `row` is one of `review_rows`, `candidate` the name of a channel.
    """
    start = evening(visit)
    span = {"start": start, "end": from_datetime(to_datetime(start) + timedelta(hours=24)), "limit": READ}
    left = await select(
        visit,
        sql("page_review_schedule"),
        {"channel": row["channel"], "provider": row["provider_id"], **span},
    )
    right = await select(visit, sql("page_review_schedule"), {"channel": candidate, "provider": None, **span})
    found = lines(left, right, SHOWN)
    both, same = together(found)
    return {"lines": found, "both": both, "same": same, "start": start}


def evening(visit: Visit) -> str:
    """Six in the evening of the viewer's day, or now where that is over. Stored text, UTC."""
    begins = visit.zone.at(visit.zone.day(visit.now), EVENING)
    return max(begins, visit.now)
