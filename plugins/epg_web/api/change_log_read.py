"""The log of changes as the API shows it: what happened after an entry that the client knows."""

import json
import sqlite3
from typing import Any

from ..base.answer import Refused
from ..base.connections import gather
from ..base.sql import sql
from .read_parts import Read, paged, within_lineup

#: the header with the last change that an answer knows of
POSITION = "X-EPG-Change"
GONE = "the log of changes does not reach back to this one; read the guide again, and go on from its X-EPG-Change"


@within_lineup
def changes(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of what changed after an entry of the log. The header has the position from which to ask again.

    Raises `Refused` (410) where the log does not have that entry (any more): it was shortened, or the guide was restored.
    """
    from epg_ingest.settings.environment import (
        is_replica,  # the package may be missing when plugins are loaded
    )

    after, limit, ids = values["after"], values["limit"], values["channels"]
    newest = last_change(conn)
    if after is not None and after > newest and is_replica():
        raise not_yet()
    if after is not None and not conn.execute("SELECT 1 FROM guide_changes WHERE id = ?", [after]).fetchone():
        raise Refused(410, GONE, headers={POSITION: str(newest)})
    rows = gather(
        conn,
        sql("changes"),
        {
            "after": -1 if after is None else after,
            "limit": limit + 1,
            "ids": None if ids is None else json.dumps(ids),
        },
        2,
    )
    kept, following = paged(rows, limit)
    position = kept[-1][0] if following else newest
    return Read([text for _, text in kept], next=following, headers={POSITION: str(position)})


def not_yet() -> Refused:
    """For a client that has seen a later state of the guide, elsewhere."""
    return Refused(503, "this change has not arrived here yet; try again", headers={"Retry-After": "5"})


def last_change(conn: sqlite3.Connection) -> int:
    """The id of the last entry of the log of changes."""
    return int(conn.execute("SELECT max(id) FROM guide_changes").fetchone()[0])
