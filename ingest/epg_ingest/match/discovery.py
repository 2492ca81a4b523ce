"""Find channels of different feeds that show the same, whatever they are called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from ..core.names import normalise
from .comparison import Airtime, compare
from .values import Compare, Comparison, Key, Proposal

Names = Mapping[Key, Sequence[str]]

#: so many programmes must have the same start and title before a pair is compared
MIN_EQUAL = 8
#: a start and title that more channels have says nothing about two of them
MOST = 24
#: agreement of titles and of starts from which a pair is worth a look
_TITLES, _STARTS = 0.6, 0.8
#: two scores that differ by less do not tell regional variants apart, and then neither gets more than this
_CLOSE, _AMBIGUOUS = 0.02, 0.89
#: `normalise` takes it away where it is a word
_QUALITY = re.compile(r"(?<=..)(?:[fu]?hd|sd)$")


def discover(airtimes: Mapping[Key, Airtime], groups: Mapping[Key, int], names: Names) -> list[Proposal]:
    """Pairs of channels of two providers that show the same, the surest first: `propose` for all that is worth it."""

    def compared(one: Key, other: Key) -> Comparison:
        return compare(airtimes[one], airtimes[other])

    return propose(worth_comparing(airtimes), compared, groups, names)


def propose(
    pairs: Iterable[tuple[Key, Key]], compare: Compare, groups: Mapping[Key, int], names: Names
) -> list[Proposal]:
    """Those of the pairs that show the same, the surest first.

    `groups` has the logical channel (or the group) of each channel, `names` its display names. Channels of one group, and
    of two groups that have a provider in common, cannot be joined and are not proposed. But they still show what they show:
    whatever is joined already, a channel of a feed remains a rival of the others, and so joins never raise a score.
    """
    feeding: dict[int, set[int]] = defaultdict(set)
    for key, group in groups.items():
        feeding[group].add(key.provider)
    pairs = sorted(pairs)
    joinable = {
        (one, other)
        for one, other in pairs
        if not (one in groups and other in groups and feeding[groups[one]] & feeding[groups[other]])
    }
    choices = {choice for one, other in joinable for choice in ((one, other.provider), (other, one.provider))}
    found = []
    for one, other in pairs:
        if (one, other.provider) in choices or (other, one.provider) in choices:
            said = compare(one, other)
            score = score_of(said)
            if score is not None:
                found.append(Proposal(one, other, score, said.reason))
    doubted = (pair for pair in _doubted(found, names) if (pair.key, pair.other) in joinable)
    return sorted(doubted, key=lambda pair: (-pair.score, pair.key, pair.other))


def worth_comparing(airtimes: Mapping[Key, Airtime]) -> Iterator[tuple[Key, Key]]:
    """Pairs of channels of two providers with enough programmes of the same start and title, by an index over all."""
    index: dict[tuple[int, str], list[Key]] = defaultdict(list)
    for key in sorted(airtimes):
        for showing in zip(airtimes[key].starts, airtimes[key].titles, strict=True):
            index[showing].append(key)
    equal: Counter[tuple[Key, Key]] = Counter()
    for keys in index.values():
        if 1 < len(keys) <= MOST:
            equal.update(pair for pair in combinations(keys, 2) if pair[0].provider != pair[1].provider)
    yield from sorted(pair for pair, count in equal.items() if count >= MIN_EQUAL)


def score_of(said: Comparison) -> float | None:
    """How alike two schedules are, 0.6 to 1; None if they are not worth a look. Regional variants often stay below 0.9."""
    if said.verdict != "same" or said.titles < _TITLES or said.starts < _STARTS:
        return None
    return round(min(said.titles, said.starts), 3)


def _doubted(found: list[Proposal], names: Names) -> Iterator[Proposal]:
    """The proposals; below 0.9 where another channel of the same feed fits as well, as the variants of BBC One do."""
    rivals: dict[tuple[Key, int], list[tuple[Key, float]]] = defaultdict(list)
    for pair in found:
        rivals[pair.key, pair.other.provider].append((pair.other, pair.score))
        rivals[pair.other, pair.key.provider].append((pair.key, pair.score))
    for pair in found:
        doubtful = any(
            _rivals(mine, chosen, rival, names)
            for mine, chosen in ((pair.key, pair.other), (pair.other, pair.key))
            for rival, score in rivals[mine, chosen.provider]
            if rival != chosen and score >= pair.score - _CLOSE
        )
        reason = f"{pair.reason}; other channels of the feed show it too"
        yield (
            replace(pair, score=min(pair.score, _AMBIGUOUS), reason=reason)
            if doubtful and pair.score > _AMBIGUOUS
            else pair
        )


def _rivals(mine: Key, chosen: Key, rival: Key, names: Names) -> bool:
    """Whether the rival has a name of its own that is as like as that of the chosen one."""
    if not _spelt(names.get(rival, ())).isdisjoint(_spelt(names.get(chosen, ()))):
        return False  # two qualities of one channel
    ours, theirs, others = (_words(names.get(key, ())) for key in (mine, chosen, rival))
    return others != theirs and _likeness(ours, others) >= _likeness(ours, theirs)


def _spelt(names: Sequence[str]) -> frozenset[str]:
    """The names without spaces, and without a quality at the end: "Sky Showcase" is "SkyShowcaseHD"."""
    return frozenset(_QUALITY.sub("", normalise(name).replace(" ", "")) for name in names)


def _words(names: Sequence[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in normalise(name).split())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the words of both that both have."""
    return len(one & other) / len(one | other) if one | other else 0.0
