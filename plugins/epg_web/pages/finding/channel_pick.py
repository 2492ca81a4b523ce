"""The channels that a search is restricted to: one by its id, those with a name, those of a line-up."""

import json
import sqlite3
from typing import Any, NamedTuple

from ...base.lineup_filter import narrowed
from ...base.params import MAX_ID
from ...search import suggested
from ...shell.language import gettext
from ..visit import Visit, select

#: channels that one name may mean
MOST = 200
_NAMED = """
    SELECT id, display_name FROM channels WHERE id IN (SELECT value FROM json_each(:ids)) AND hidden = 0
    ORDER BY display_name, id
"""
_ONE = "SELECT id, display_name, number FROM channels WHERE id = :id AND hidden = 0"


class Picked(NamedTuple):
    """`channel` (id, display_name, number) is the one that is meant, None for none or several; `ids` are the channels to
    search, None for all.
    """

    channel: dict[str, Any] | None
    ids: tuple[int, ...] | None


async def picked(visit: Visit, values: dict[str, Any]) -> Picked:
    """What `channel`, `channel_name` and `lineup` mean together. Raises `Refused` (404) for an unknown line-up."""

    def work(conn: sqlite3.Connection) -> Picked:
        ids = asked_channels(conn, values)
        row = conn.execute(_ONE, {"id": ids[0]}).fetchone() if ids is not None and len(ids) == 1 else None
        channel = dict(zip(("id", "display_name", "number"), row, strict=True)) if row else None
        return Picked(channel, narrowed(conn, values["lineup"], ids))

    _, found = await visit.lane.pool.run(work)
    return found


def asked_channels(conn: sqlite3.Connection, values: dict[str, Any]) -> tuple[int, ...] | None:
    """The channel with the id, else those that the name may mean: those that are called just so, if there are any."""
    if values["channel"] is not None:
        return (values["channel"],)
    name = values["channel_name"]
    if not name:
        return None
    ids = suggested.channels(conn, name, MOST)
    exact = [
        ident for ident, display_name, number in conn.execute(suggested.CHANNELS)
        if name.casefold() in (display_name.casefold(), (number or "").casefold())
    ]  # fmt: skip
    return tuple(exact or ids)


async def called(visit: Visit, name: str) -> tuple[int, ...]:
    """The ids of the channels that a name or a number may mean, none for a name that no channel has."""
    _, ids = await visit.lane.pool.run(
        lambda conn: asked_channels(conn, {"channel": None, "channel_name": name})
    )
    return ids or ()


def no_channel(name: str) -> str:
    """What to say of a name that no channel has."""
    return gettext("No channel is called “%(name)s”.") % {"name": name}


async def named(visit: Visit, texts: list[str]) -> list[dict[str, Any]]:
    """The channels (`id`, `display_name`) with these ids, by name; what is no id of a channel is left out."""
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 20]
    return await select(visit, _NAMED, {"ids": json.dumps([ident for ident in ids if ident <= MAX_ID])})
