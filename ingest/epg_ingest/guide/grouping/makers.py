"""The first mapping of a channel, the one that made it or stands for it: what happens to the others when it goes.

A mapping made its channel if its method is `new`, or `moved` with the score of a first channel (`match.values.FIRST_MOVED`). On
a channel that a person made, the oldest mapping stands for it. Every function runs within an open write transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

_MADE_BY = """
    SELECT channel_id FROM channel_mappings WHERE provider_id = ? AND channel_id IS NOT NULL GROUP BY channel_id
    HAVING max(method = 'new' OR (method = 'moved' AND ifnull(score, 0) >= 0.95)) AND NOT max(method = 'manual')
"""
_STANDING_FOR = """
    SELECT m.channel_id FROM channel_mappings m WHERE m.provider_id = :provider AND m.id = (
        SELECT min(o.id) FROM channel_mappings o WHERE o.channel_id = m.channel_id GROUP BY o.channel_id
        HAVING NOT max(o.method = 'new' OR (o.method = 'moved' AND ifnull(o.score, 0) >= 0.95)))
"""
_WITHOUT_MAKER = """
    SELECT channel_id FROM channel_mappings WHERE channel_id IN (SELECT value FROM json_each(:channels))
    GROUP BY channel_id HAVING NOT max(method = 'new' OR (method = 'moved' AND ifnull(score, 0) >= 0.95))
"""
_FORGET = """
    UPDATE channel_mappings SET
        method = CASE WHEN method IN ('schedule', 'moved') THEN 'name' ELSE method END,
        reason = 'joined with a channel that is gone'
    WHERE method <> 'manual' AND channel_id IN (SELECT value FROM json_each(:channels))
"""
_NEW_MAKER = """
    UPDATE channel_mappings SET method = 'new', score = NULL, reason = NULL WHERE id IN (
        SELECT min(id) FROM channel_mappings
        WHERE channel_id IN (SELECT value FROM json_each(:channels)) AND method <> 'manual' GROUP BY channel_id)
"""


def made_by(conn: sqlite3.Connection, provider: int) -> list[int]:
    """Channels that imports of a provider made, without those to which it was also mapped by hand."""
    return [channel for (channel,) in conn.execute(_MADE_BY, [provider])]


def standing_for(conn: sqlite3.Connection, provider: int) -> list[int]:
    """Channels that people made, and for which a mapping of the provider stands."""
    return [channel for (channel,) in conn.execute(_STANDING_FOR, {"provider": provider})]


def hand_over(conn: sqlite3.Connection, channels: Iterable[int]) -> None:
    """Where the mapping that made a channel is gone, let the oldest one left that nobody made by hand count as its maker.

    Without the other it would have made the channel, so the channel is deleted with its provider, too.
    """
    found = conn.execute(_WITHOUT_MAKER, {"channels": json.dumps(list(channels))})
    left = [channel for (channel,) in found.fetchall()]
    forget(conn, left)
    conn.execute(_NEW_MAKER, {"channels": json.dumps(left)})


def forget(conn: sqlite3.Connection, channels: Iterable[int]) -> None:
    """Where the first mapping of a channel is gone, forget what the others had in common with it.

    The methods `schedule` and `moved` hold over imports because of that (`match.kept`). It says nothing about the mapping that
    is the first one now, so the next decision looks at all of them again.
    """
    conn.execute(_FORGET, {"channels": json.dumps(list(channels))})
