"""Channels follow their feeds: display name, logo and number come from the best provider that gives one.

A field that a person has set is listed in `channels.pinned` and stays. `decide` is the rule, a pure function. `follow` applies
it, within an open write transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

#: the columns of `channels` that follow, in the order in which `pinned` lists them
FOLLOWING = ("display_name", "icon_url", "number")

#: What each source of each channel says, the best first: a channel of a feed that has programmes before an empty one; then the
#: better provider; then the one that its feed still has.
_SAID = """
    SELECT m.channel_id, json_extract(f.names, '$[0].text'), json_extract(f.icons, '$[0].src'), f.number
    FROM channel_mappings m
    JOIN providers v ON v.id = m.provider_id AND v.enabled = 1
    JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
    WHERE m.channel_id IN (SELECT value FROM json_each(:channels))
    ORDER BY m.channel_id, f.last_end IS NULL, v.priority, v.id, f.last_seen DESC, m.id
"""
_CHANNELS = """
    SELECT id, name, pinned, display_name, icon_url, number FROM channels
    WHERE id IN (SELECT value FROM json_each(:channels))
"""
_SET = "UPDATE channels SET display_name = ?, icon_url = ?, number = ? WHERE id = ?"
_FED_BY = "SELECT DISTINCT channel_id FROM channel_mappings WHERE provider_id = ? AND channel_id IS NOT NULL"


class Fields(NamedTuple):
    """What a channel is called, the address of its logo, and its number; None = not given."""

    display_name: str | None
    icon_url: str | None
    number: str | None


def decide(name: str, now: Fields, pinned: Sequence[str], sources: Sequence[Fields]) -> Fields:
    """The fields of the channel `name`: those `now` that are pinned, the others from the first source that gives one.

    A channel to which no source gives a display name shows its name. Without any source everything stays.
    """
    if not sources:
        return now
    first = Fields(
        *(next((value for value in given if value is not None), None) for given in zip(*sources, strict=True))
    )
    first = first._replace(display_name=first.display_name or name)
    return Fields(*(now[place] if field in pinned else first[place] for place, field in enumerate(FOLLOWING)))


def follow(conn: sqlite3.Connection, channel_ids: Iterable[int]) -> int:
    """Let the channels follow their feeds; returns how many changed. Only those are written."""
    channels = {"channels": json.dumps(list(channel_ids))}
    said: dict[int, list[Fields]] = {
        channel: [Fields._make(row[1:]) for row in rows]
        for channel, rows in groupby(conn.execute(_SAID, channels), key=itemgetter(0))
    }
    changed = []
    for channel, name, pinned, *values in conn.execute(_CHANNELS, channels):
        now = Fields._make(values)
        new = decide(name, now, json.loads(pinned), said.get(channel, ()))
        if new != now:
            changed.append((*new, channel))
    conn.executemany(_SET, changed)
    return len(changed)


def mapped_by(conn: sqlite3.Connection, provider_id: int) -> list[int]:
    """The channels to which channels of a provider are mapped, with or without programmes."""
    return [channel for (channel,) in conn.execute(_FED_BY, [provider_id])]
