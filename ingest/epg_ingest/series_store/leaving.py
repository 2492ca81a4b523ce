"""What would leave a series if keys, or what channels show, were taken out of it. Changes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from ..core.errors import UsageError
from ..series.series_keys import of_channel
from .told import these_contents

_KEYS = "SELECT key FROM series_keys WHERE series_id = ? ORDER BY key"
_CONTENTS = "SELECT content_id FROM content_episodes WHERE series_id = ?"
_CHANNELS = """
    SELECT a.content_id, a.channel_id, count(*) FROM json_each(?) j CROSS JOIN airings a ON a.content_id = j.value
    GROUP BY 1, 2
"""
#: episodes that would go home with a key that came by a merge
_RETURN = """
    SELECT EXISTS (SELECT 1 FROM json_each(:keys) j CROSS JOIN series_keys k ON k.key = j.value
                   CROSS JOIN episode_rows e ON e.moved_from = k.own_series_id WHERE e.series_id = :series)
"""


def require_moving(
    conn: sqlite3.Connection, series: int, keys: Sequence[str], channels: Sequence[int]
) -> int:
    """How many programmes would go to another series, which may be none where episodes without programmes would go.

    Raises `UsageError` for keys that are not of this series, for all of them, and where nothing would go.
    """
    own = [key for (key,) in conn.execute(_KEYS, [series])]
    unknown = [key for key in keys if key not in own]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is no key of series {series}; its keys are: {', '.join(own)}")
    if keys and len(set(keys)) == len(own):
        raise UsageError(f"a series keeps one of its keys; {', '.join(own)} are all that series {series} has")
    count = _leaving(conn, series, set(keys), set(channels))
    if count or conn.execute(_RETURN, {"keys": json.dumps(list(keys)), "series": series}).fetchone()[0]:
        return count
    raise nothing_moves(series, keys, channels)


def nothing_moves(series: int, keys: Iterable[str], channels: Iterable[int]) -> UsageError:
    """The error where nothing would go."""
    if any(True for _ in channels):
        return UsageError(
            f"nothing would go: these channels show nothing of series {series} that other channels do not show"
            " in the same words"
        )
    return UsageError(f"nothing would go: series {series} has no programme with the key {', '.join(keys)}")


def _leaving(conn: sqlite3.Connection, series: int, keys: set[str], channels: set[int]) -> int:
    """The programmes of the series with one of these keys, or which only these channels show."""
    contents = [content for (content,) in conn.execute(_CONTENTS, [series])]
    shown: dict[int, dict[int, int]] = {}
    for content, channel, count in conn.execute(_CHANNELS, [json.dumps(contents)]):
        shown.setdefault(content, {})[channel] = count
    leaving = 0
    for stretch in these_contents(conn, shown) if keys else ():
        for one in stretch:
            key, where = one.series.key, shown[one.content]
            if key in keys or all(of_channel(key, channel) in keys for channel in where):
                leaving += sum(shown.pop(one.content).values())
    return leaving + sum(sum(where.values()) for where in shown.values() if where.keys() <= channels)
