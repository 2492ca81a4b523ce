"""Channels into groups: the strongest links first, and none that puts two ids of one provider or a contradiction together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import cache
from itertools import combinations, groupby

from .comparison import Judge
from .known import Known
from .links import Link, Strength
from .values import NO_PROVIDER, Key

Group = frozenset[Key]


class Clusters:
    """A partition of the channels that grows together."""

    def __init__(self, known: Known, judge: Judge, fixed: Iterable[Group]) -> None:
        self._known, self._judge = known, judge
        self.of: dict[Key, Group] = {key: frozenset([key]) for key in known.channels}
        for group in fixed:
            self._unite(group)

    def join(self, links: Iterable[Link]) -> None:
        """Apply links, the strongest first. Of equally strong ones that exclude one another none is applied."""
        ordered = sorted(links, key=self._order, reverse=True)
        for _, equal in groupby(ordered, key=self._order):
            self._apply(list(equal))

    def groups(self) -> list[Group]:
        """The groups, in the order of their smallest keys."""
        return sorted(set(self.of.values()), key=min)

    def compatible(self, one: Group, other: Group) -> bool:
        """Whether two groups may be one: no provider twice, one manual channel at most, no schedules that contradict."""
        if _providers(one) & _providers(other) or len(self._manual(one) | self._manual(other)) > 1:
            return False
        labels = self._known.labels
        if any(labels[a].hours != labels[b].hours for a in one for b in other):
            return False
        return not any(self._judge.refutes(a, b) for a in sorted(one) for b in sorted(other))

    def _order(self, link: Link) -> tuple[Hashable, ...]:
        """Links of equal content are equal, so that neither the order of a feed nor a provider's number decides."""
        if link.strength is not Strength.CONFIRMED:
            return link.strength, (), ()
        ends = sorted((self._known.content(link.key), self._known.content(link.other)))
        return link.strength, link.rank, tuple(ends)

    def _apply(self, equal: list[Link]) -> None:
        wanted = {frozenset([self.of[link.key], self.of[link.other]]) for link in equal}
        possible = {pair for pair in wanted if len(pair) == 2 and self.compatible(*pair)}
        beside: dict[Group, set[Group]] = defaultdict(set)
        for one, other in possible:
            beside[one].add(other)
            beside[other].add(one)
        # A hundred feeds with one channel ask about the same two groups a hundred times.
        compatible = cache(self.compatible)
        ambiguous = {group for group, choices in beside.items() if not _all(compatible, choices)}
        clear = [pair for pair in possible if not pair & ambiguous]
        for union in _connected(clear):
            if _all(compatible, union):
                self._unite(frozenset(key for group in union for key in group))

    def _unite(self, keys: Group) -> None:
        united = frozenset(other for key in keys for other in self.of[key])
        for key in united:
            self.of[key] = united

    def _manual(self, group: Group) -> set[int]:
        return {channel for key in group if (channel := self._known.manual(key)) is not None}


def _providers(group: Group) -> set[int]:
    return {key.provider for key in group if key.provider != NO_PROVIDER}


def _all(compatible: Callable[[Group, Group], bool], groups: Collection[Group]) -> bool:
    """Whether none of the groups excludes another."""
    return all(compatible(*pair) for pair in combinations(sorted(groups, key=min), 2))


def _connected(pairs: Iterable[frozenset[Group]]) -> list[set[Group]]:
    """The sets of groups that pairs connect."""
    union: dict[Group, set[Group]] = {}
    for one, other in pairs:
        small, large = sorted((union.setdefault(one, {one}), union.setdefault(other, {other})), key=len)
        if small is not large:
            large |= small
            union.update(dict.fromkeys(small, large))
    return list({id(groups): groups for groups in union.values()}.values())


def fixed(known: Known, anchors: Mapping[int, Key]) -> list[Group]:
    """What a person joined: the channels mapped to one logical channel by hand, with the one it was made for."""
    by_hand: dict[int, set[Key]] = defaultdict(set)
    for key in known.channels:
        channel = known.manual(key)
        if channel is not None:
            by_hand[channel].add(key)
    return [
        frozenset(keys | ({anchors[channel]} if channel in anchors else set()))
        for channel, keys in by_hand.items()
    ]
