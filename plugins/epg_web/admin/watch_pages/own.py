"""What the pages of watches ask and change, as whoever is signed in."""

from typing import Any

from ...api.watch_api.watch_reads import operation, owner_of
from ...api.writes import guide_path
from ...pages.visit import Visit
from ..forms import off_loop


async def own(visit: Visit, name: str, /, **arguments: Any) -> dict[str, Any]:
    """Run one private operation for the actor of this visit. Raises `Refused` as the API does."""
    found = await off_loop(
        operation, guide_path(visit.datasette), name, arguments, owner_of(visit.request.actor)
    )
    return dict(found)
