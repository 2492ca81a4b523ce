"""Which channels a feed has, and which of them have programmes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .stored_elements import StoredElements


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


def _was_seen(elements: StoredElements, channel: int) -> bool:
    """Whether the feed has shown an unchanged programme of a channel."""
    low, high = elements.ranges[channel]
    return any(elements.seen[low:high])
