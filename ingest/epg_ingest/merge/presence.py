"""Which channels a feed has, which of them have programmes, and which have none to come."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.times import iso
from ..stage import showings
from .stored_elements import StoredElements

_NEW_TO_COME = """
    SELECT DISTINCT channel_id FROM temp.planned WHERE seq IS NOT NULL AND max(start, ifnull(stop, start)) > :now
"""
_STORED_TO_COME = (
    "SELECT count(*) FROM airings WHERE provider_id = :provider AND channel_id = :channel AND end_time > :now"
)
#: with more ids the staged programmes are not looked at: each look reads all of them
_FEW = 16
_STORED = """
    SELECT c.title, a.element_hash FROM airings a JOIN contents c ON c.id = a.content_id
    WHERE a.provider_id = ? AND a.channel_id = ? AND a.start_time = ?
"""


@dataclass(frozen=True)
class Presence:
    """The channel ids that a feed declares or uses, in the order of the feed: those with programmes, and those without.

    `channels` are the channels of the guide on which the feed has programmes.
    """

    with_programmes: tuple[str, ...]
    without: tuple[str, ...]
    channels: frozenset[int]


def presence(
    declared: Iterable[str], used: Iterable[str], mapped: Mapping[str, int | None], elements: StoredElements
) -> Presence:
    """`used` are the channel ids of new programmes, `mapped` gives the channel of each channel id.

    Unchanged programmes have no channel id any more: `elements` says on which channels the feed has shown some. A channel that
    has only those, and is not declared, is known by its mapping.
    """
    declared, used = dict.fromkeys(declared), dict.fromkeys(used)
    shown = {channel for channel in elements.ranges if _was_seen(elements, channel)}
    mentioned = {mapped.get(name) for name in (*declared, *used)}
    unchanged = [name for name, channel in mapped.items() if channel in shown and channel not in mentioned]
    filled = dict.fromkeys(name for name in declared if name in used or mapped.get(name) in shown)
    undeclared = [name for name in (*used, *unchanged) if name not in declared]
    empty = [name for name in declared if name not in filled]
    found = shown | {channel for name in used if (channel := mapped.get(name)) is not None}
    return Presence((*filled, *undeclared), tuple(empty), frozenset(found))


def all_ended(
    conn: sqlite3.Connection, provider_id: int, elements: StoredElements, channels: Iterable[int], now: int
) -> set[int]:
    """Those of the channels of which the feed has no programme any more that has not ended at `now` (epoch seconds), although
    some are stored. Call it when the programmes are planned."""
    new = {channel for (channel,) in conn.execute(_NEW_TO_COME, {"now": now})}
    found = set()
    for channel in channels:
        low, high = elements.ranges.get(channel, (0, 0))
        if channel in new or not high or elements.seen[high - 1]:
            continue
        values = {"provider": provider_id, "channel": channel, "now": iso(now)}
        (to_come,) = conn.execute(_STORED_TO_COME, values).fetchone()
        # Stored rows are in order of start, so those to come are the last ones.
        if to_come and not any(elements.seen[max(low, high - to_come) : high]):
            found.add(channel)
    return found


def _was_seen(elements: StoredElements, channel: int) -> bool:
    """Whether the feed has shown an unchanged programme of a channel."""
    low, high = elements.ranges[channel]
    return any(elements.seen[low:high])


def shows_new(
    conn: sqlite3.Connection,
    provider_id: int,
    schemas: Sequence[str],
    used: Iterable[tuple[str, str]],
    mapped: Mapping[str, int | None],
    elements: StoredElements,
) -> bool:
    """Whether the staged programmes of a feed are anything that it did not show before. `used` are their channel ids, as
    written and as meant.

    Some elements are read again at each import: those that had to be repaired, which are stored with the same title, and one
    that is left out for another with its start, which the feed has again.
    """
    used = list(used)
    if len(used) > _FEW:
        return True
    for ident, meant in used:
        channel = mapped.get(meant)
        shown = _shown(elements, channel)
        for start, _, title in showings.of_channel(conn, schemas, ident):
            stored = conn.execute(_STORED, [provider_id, channel, iso(start)]).fetchone()
            if stored is None or (stored[0] != title and stored[1] not in shown):
                return True
    return False


def _shown(elements: StoredElements, channel: int | None) -> set[int]:
    """The hashes of the stored elements of a channel that the feed has shown again."""
    low, high = elements.ranges.get(channel or 0, (0, 0))
    return {elements.hashes[at] for at in range(low, high) if elements.seen[at]}
