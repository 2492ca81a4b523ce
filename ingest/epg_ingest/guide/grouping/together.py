"""Which channels of the guide may become one: a partition of the feeds' channels that grows as pairs are joined.

The rules are those of `match.clusters`: no provider twice, no two channels that a person arranged, no two delays, no schedules
that contradict each other.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product

from ...match.label import label
from ...match.values import NO_PROVIDER, Held, Key
from .evidence import Facts
from .schedules import Schedules

Group = frozenset[Key]


class Together:
    """The feeds' channels by channel of the guide; `unite` joins two of these, in memory only."""

    def __init__(self, facts: Facts, schedules: Schedules) -> None:
        self._held, self._schedules = facts.held, schedules
        self._hours = {key: label(channel).hours for key, channel in facts.channels.items()}
        members: dict[int, set[Key]] = defaultdict(set)
        for key, held in facts.held.items():
            if held.channel is not None:
                members[held.channel].add(key)
        self._of = {key: frozenset(keys) for keys in members.values() for key in keys}

    def of(self, key: Key) -> Group:
        """The channels of feeds that are together with this one, itself included."""
        return self._of.get(key, frozenset([key]))

    def unite(self, one: Key, other: Key) -> None:
        united = self.of(one) | self.of(other)
        self._of.update(dict.fromkeys(united, united))

    def excluded(self, one: Key, other: Key) -> str | None:
        """Why two channels cannot be one whatever they show, None if they can."""
        ones, others = self.of(one), self.of(other)
        if ones == others:
            return "they are one channel already"
        if _providers(ones) & _providers(others):
            return "a provider has both, so it tells them apart"
        if self.by_hand(one) and self.by_hand(other):
            return "both are mapped by hand"
        return None

    def contradicted(self, one: Key, other: Key) -> str | None:
        """What speaks against two channels, be it about another feed's channel that is together with them; None if nothing."""
        pairs = [sorted(pair) for pair in product(self.of(one), self.of(other))]
        for first, second in sorted(pairs):
            if self._hours.get(first) != self._hours.get(second):
                return "the names differ by the delay"
            said = self._schedules.compare(first, second)
            if said.verdict in ("different", "shifted"):
                return said.reason
        return None

    def by_hand(self, key: Key) -> bool:
        """Whether a person arranged the channel. To accept a proposal is not to arrange one: that keeps its score."""
        return any(arranged(self._held[other]) for other in self.of(key) if other in self._held)

    def kept_apart(self, key: Key) -> bool:
        """Whether a person gave a feed's channel one of its own."""
        return len(self.of(key)) == 1 and key in self._held and self._held[key].method == "manual"


def arranged(held: Held) -> bool:
    return held.method == "manual" and held.score is None


def _providers(group: Group) -> set[int]:
    return {key.provider for key in group if key.provider != NO_PROVIDER}
