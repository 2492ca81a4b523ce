"""The line-ups that a page offers: `?lineup=NAME` shows its channels only."""

from typing import Any

from .visit import Visit, select

#: more are no choice but a search; the page of line-ups has them all
MOST = 200
_LINEUPS = "SELECT name, title FROM lineups ORDER BY title COLLATE NOCASE, id LIMIT :most"


async def lineup_choice(visit: Visit) -> list[dict[str, Any]]:
    """The `name` and `title` of each line-up, by title; none where the guide has none."""
    return await select(visit, _LINEUPS, {"most": MOST})
