"""Which channels of different feeds may be the same, because their ids or names are equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from .label import Label, names_agree
from .values import Key

#: a key that more channels of one feed carry gives no hypotheses: "Local programming" 400 times
_MOST = 12


class Level(IntEnum):
    """What is equal, the strongest last. `OTHER_NAME` is an equal id with names that do not agree."""

    OTHER_NAME = 1
    NORMALISED = 2
    LETTERS = 3
    ID = 4


@dataclass(frozen=True)
class Hypothesis:
    """Two channels that may be the same. `key` sorts before `other`.

    `unique` is false where more than one channel of a feed carries what is equal: that decides nothing.
    """

    key: Key
    other: Key
    level: Level
    unique: bool


def hypotheses(labels: Mapping[Key, Label]) -> dict[tuple[Key, Key], Hypothesis]:
    """The strongest hypothesis for each pair of channels of two feeds with the same delay (`+1`)."""
    best: dict[tuple[Key, Key], Hypothesis] = {}
    for carriers, level in _carriers(labels):
        for found in _pairs(carriers, level, labels):
            pair = (found.key, found.other)
            if pair not in best or _strength(found) > _strength(best[pair]):
                best[pair] = found
    return best


def relation(one: Label, other: Label) -> Level | None:
    """What is equal between two channels, None if nothing is or one is the `+1` of the other."""
    if one.hours != other.hours:
        return None
    if one.id_key is not None and one.id_key == other.id_key and names_agree(one, other):
        return Level.ID
    if one.letters & other.letters:
        return Level.LETTERS
    if one.spaceless & other.spaceless:
        return Level.NORMALISED
    return Level.OTHER_NAME if one.id_key is not None and one.id_key == other.id_key else None


def _strength(found: Hypothesis) -> tuple[bool, Level]:
    return found.unique, found.level


def _carriers(labels: Mapping[Key, Label]) -> Iterator[tuple[list[Key], Level]]:
    """The channels that share an id, a name as written, or a normalised name."""
    ways: Sequence[tuple[Callable[[Label], Iterable[str]], Level]] = (
        (lambda label: [label.id_key] if label.id_key else [], Level.ID),
        (lambda label: label.letters, Level.LETTERS),
        (lambda label: label.spaceless, Level.NORMALISED),
    )
    for texts, level in ways:
        sharing: dict[str, list[Key]] = defaultdict(list)
        for key, label in labels.items():
            for text in texts(label):
                sharing[text].append(key)
        yield from ((keys, level) for keys in sharing.values() if len(keys) > 1)


def _pairs(carriers: list[Key], level: Level, labels: Mapping[Key, Label]) -> Iterator[Hypothesis]:
    feeds: dict[int, list[Key]] = defaultdict(list)
    for key in carriers:
        feeds[key.provider].append(key)
    few = [keys for _, keys in sorted(feeds.items()) if len(keys) <= _MOST]
    for keys, others in combinations(few, 2):
        unique = len(keys) == len(others) == 1
        for one in keys:
            for two in others:
                if labels[one].hours == labels[two].hours:
                    yield Hypothesis(one, two, _level(level, labels[one], labels[two]), unique)


def _level(level: Level, one: Label, other: Label) -> Level:
    return Level.OTHER_NAME if level is Level.ID and not names_agree(one, other) else level
