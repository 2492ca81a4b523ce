"""What a decision knows about each channel: its labels, its country, and the mapping it has or takes over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import feeds
from .ids import same_id_key
from .label import Label, label, label_of
from .moves import Move
from .values import Evidence, FeedChannel, Held, Key

#: what orders channels where nothing else does: their content, never their place in the feed or the provider's number
Content = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Known:
    """The channels to place, without those that a person ignores and the former ids of moved ones.

    `held` has the mappings after the moves. `former` has what a channel said before its id or names changed.
    """

    channels: Mapping[Key, FeedChannel]
    labels: Mapping[Key, Label]
    regions: Mapping[Key, str | None]
    held: Mapping[Key, Held]
    former: Mapping[Key, Label]
    moves: Mapping[Key, Move]

    def content(self, key: Key) -> Content:
        channel = self.channels[key]
        return same_id_key(channel.id), channel.id, channel.names

    def manual(self, key: Key) -> int | None:
        """The logical channel to which a person mapped this one."""
        held = self.held.get(key)
        return held.channel if held and held.method == "manual" else None


def known(evidence: Evidence, moves: Mapping[Key, Move]) -> Known:
    """Apply the moves to the evidence."""
    by_key = {channel.key: channel for channel in evidence.channels}
    held = dict(evidence.held)
    for key, move in moves.items():
        held[key] = move.held
        held.pop(move.old, None)
    vanished = {move.old for move in moves.values()}
    kept = {
        key: channel
        for key, channel in sorted(by_key.items())
        if key not in vanished and not (key in held and held[key].channel is None)
    }
    labels = {key: label(channel) for key, channel in kept.items()}
    former = {key: label_of(key.id, channel.before) for key, channel in kept.items() if channel.before}
    former |= {
        key: label_of(move.old.id, by_key[move.old].names) for key, move in moves.items() if key in kept
    }
    return Known(kept, labels, feeds.regions(labels), held, former, moves)
