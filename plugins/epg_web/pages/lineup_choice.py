"""The line-ups that a page offers: `?lineup=NAME` shows its channels only."""

from typing import Any

from ..base.answer import Refused
from ..base.lineup_filter import LINEUP, channels_within
from .texts import asked
from .visit import Visit, select

#: more are no choice but a search; the page of line-ups has them all
MOST = 200
_LINEUPS = "SELECT name, title FROM lineups ORDER BY title COLLATE NOCASE, id LIMIT :most"


async def chosen_lineup(visit: Visit) -> tuple[str | None, frozenset[int] | None]:
    """The line-up that a page is asked for, and the ids of its visible channels; None for both without one.

    Raises `Refused` (400) for one that does not exist.
    """
    name = asked(visit, LINEUP)["lineup"]
    if not name:
        return None, None
    _, within = await visit.lane.pool.run(lambda conn: channels_within(conn, name))
    return name, within


async def channel_of_lineup(visit: Visit, channel: int) -> str | None:
    """The line-up that the page of a channel is asked for.

    Raises `Refused`: 400 for a line-up that does not exist, 404 for one without the channel.
    """
    name, within = await chosen_lineup(visit)
    if within is not None and channel not in within:
        raise Refused(404, f"the line-up {str(name)[:40]!r} has no such channel")
    return name


async def lineup_choice(visit: Visit) -> list[dict[str, Any]]:
    """The `name` and `title` of each line-up, by title; none where the guide has none."""
    return await select(visit, _LINEUPS, {"most": MOST})
