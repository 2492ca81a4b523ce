"""The rows alone, for the script that refreshes them: kept for all who ask, with an ETag that says whether they changed."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from ...api.lane import stamp_of
from ...base import access
from ...base.answer import Answer
from ...base.cache import short
from ...base.connections import Generation
from ...base.moments import epoch
from ...base.viewer.viewer_language import current
from ..visit import Visit
from .onair_rows import Listed, Row

HTML = "text/html; charset=utf-8"
#: seconds that rows may be kept where nothing in them ends before
LONGEST = 120


async def send_rows(visit: Visit, make: Callable[[], Awaitable[tuple[str, Listed]]]) -> None:
    """Send what `make` gives: rows as HTML, and as they are. The ETag stays the same while they show the same programmes; how
    far these are, a page moves on by itself.

    They depend on the address, the viewer's zone and the guide, not on who asks; of a guide that is not public nothing is kept.
    """
    lane = visit.lane
    generation = lane.pool.look()
    key = (
        "rows",
        short(
            (
                visit.request.path,
                tuple(sorted(visit.query.items())),
                visit.zone.name,
                visit.zone.source,
                current(),
            )
        ),
    )
    entry = lane.cache.get(key, generation.stamp)
    if entry is None:

        async def compute() -> Answer:
            html, listed = await make()
            return answer(visit, html, listed, generation)

        entry = await lane.cache.make(key, generation.stamp, compute)
    await lane.send(visit.request.scope, visit.send, key, entry)


def answer(visit: Visit, html: str, listed: Listed, generation: Generation) -> Answer:
    latest, until = epoch(visit.now) + LONGEST, listed.until
    public = access.open_to_strangers(visit.datasette)
    stamp = f"{stamp_of(generation)}-{current().tag}-{digest(listed.rows)}"
    return Answer(
        html.encode("utf-8", "replace"), 200, HTML, {}, stamp, generation.number,
        LONGEST if public else None, min(latest, epoch(until)) if until and until > visit.now else latest,
    )  # fmt: skip


def digest(rows: list[Row]) -> str:
    """Differs for rows with other channels or programmes."""
    shown = [
        (row["channel"]["id"], (row["now"] or {}).get("id"), (row["next"] or {}).get("id")) for row in rows
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]


async def rendered(visit: Visit, template: str, context: dict[str, Any]) -> str:
    """A template without page around it."""
    html: str = await visit.datasette.render_template(template, context, request=visit.request)
    return html
