"""Which programmes go back with the mappings of a change, and to which times."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from ..clock.corrections import shift
from ..programmes import read_again
from .hand_change import Pair, channel_of

_OTHERS = """
    SELECT 1 FROM channel_mappings
    WHERE provider_id = ? AND channel_id = ? AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1
"""


def shift_back(conn: sqlite3.Connection, mappings: Iterable[Pair], now: int) -> bool:
    """Give programmes the times that they had before the change shifted their channel, where they are now.

    Returns whether all could be; where several mappings feed a channel, the next import reads its programmes again.
    """
    whole = True
    for before, after in mappings:
        if before is None or after is None or after["channel_id"] is None:
            continue
        provider, channel = after["provider_id"], after["channel_id"]
        by = 60 * (before["shift_minutes"] - after["shift_minutes"])
        if by and conn.execute(_OTHERS, [provider, channel, json.dumps([after["id"]])]).fetchone():
            read_again(conn, provider, channel)
            whole = False
        elif by:
            shift(conn, provider, [channel], by, now)
    return whole


def returning(mappings: Iterable[Pair]) -> dict[tuple[int, int], list[Pair]]:
    """The mappings that go back, by provider and the channel that they leave."""
    found: dict[tuple[int, int], list[Pair]] = {}
    for before, after in mappings:
        if (
            after is not None
            and after["channel_id"] is not None
            and channel_of(before) != after["channel_id"]
        ):
            found.setdefault((after["provider_id"], after["channel_id"]), []).append((before, after))
    return found


def only(conn: sqlite3.Connection, provider: int, source: int, pairs: Sequence[Pair]) -> int | None:
    """The channel to which all of a provider's programmes on `source` go back, `source` itself if to none at all.

    None where it cannot be told whose they are: other mappings feed the same channel, or they go to several.
    """
    ids = json.dumps([after["id"] for _, after in pairs if after])
    targets = {channel_of(before) for before, _ in pairs}
    if len(targets) > 1 or conn.execute(_OTHERS, [provider, source, ids]).fetchone():
        return None
    return targets.pop() or source
