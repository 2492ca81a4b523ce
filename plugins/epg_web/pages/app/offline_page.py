"""`/guide/offline`: what is shown without a network where no page of the guide is kept for the address."""

from typing import Any

from ..render import render
from ..visit import Visit


async def page(visit: Visit) -> Any:
    return await render(visit, "epg-offline", {"section": "offline"})
