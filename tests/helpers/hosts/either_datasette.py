"""What tests ask in another way on Datasette 1.0 than on 0.65."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from epg_web.host.running import FROM_1_0

#: where everybody may send SQL: `SQL + ".json?sql=…"`
SQL = "/epg/-/query" if FROM_1_0 else "/epg"
#: what browsers send with a form of this site; only 1.0 reads it
OF_THIS_SITE = {"Sec-Fetch-Site": "same-origin"}
#: how a page of somebody who is signed in may be kept
PRIVATE = "private, no-store"


async def instance_texts(ds: Datasette) -> dict[str, Any]:
    """The texts of metadata for the whole instance."""
    found: dict[str, Any] = await ds.get_instance_metadata() if FROM_1_0 else ds.metadata()
    return found


async def is_allowed(ds: Datasette, actor: Any, action: str) -> bool:
    """What Datasette says of an action that has no resource; on 0.65 nobody's opinion counts as no."""
    if FROM_1_0:
        return bool(await ds.allowed(action=action, actor=actor))
    return bool(await ds.permission_allowed(actor, action, default=False))
