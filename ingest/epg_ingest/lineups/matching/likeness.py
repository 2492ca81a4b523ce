"""How much two names resemble each other, word for word, with the abbreviations that guides use."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from .spelling import NameForm

#: what a part of a name counts that is not equal: one that is abbreviated, one with a slip of the pen
_ABBREVIATED, _MISSPELLED = 0.85, 0.75
_LIKE = 84
#: what is left of a likeness with other numbers on both sides, or on one
_OTHER_NUMBER, _ONE_NUMBER = 0.35, 0.75
#: what names have that differ in words that say little: `Together` and `Together TV`
LOOSE = 0.96
_DIGIT = re.compile(r"\d")


def likeness(one: NameForm, other: NameForm, weight: Callable[[str], float]) -> float:
    """From 0 to 1, for names with the same delay: 1 for equal ones."""
    if one.key == other.key:
        return 1.0
    if one.loose == other.loose:
        return LOOSE
    left = [word for word in one.words if word not in other.words]
    right = [word for word in other.words if word not in one.words]
    total = sum(map(weight, one.words)) + sum(map(weight, other.words))
    apart = sum(map(weight, left)) + sum(map(weight, right))
    if not left or not right:
        return min((total - apart) / total, 0.99) * _numbers(left, right)
    same = _alike(left, right)
    if same == 0 and len(left) + len(right) > 2:
        return _pairs(left, right, weight, total, apart)
    return (total - apart + same * apart) / total * (1 if same else _numbers(left, right))


def abbreviates(short: str, words: Sequence[str]) -> bool:
    """Whether a text is words cut short: `yandl` for yorkshire and lincolnshire, `rtejr` for rte junior, `scot` for scotland.

    Each word gives its first letter at least, and letters after it in their order.
    """
    places = {0}
    for word in words:
        places = {end for at in places for end in _ends(short, at, word)}
    return len(short) in places


def _ends(short: str, at: int, word: str) -> set[int]:
    """Where a part of a text can end that begins at a place and is the word cut short."""
    if short[at : at + 1] != word[:1]:
        return set()
    ends, position = {at + 1}, 1
    for place in range(at + 1, len(short)):
        position = word.find(short[place], position) + 1
        if not position:
            break
        ends.add(place + 1)
    return ends


def _alike(left: Sequence[str], right: Sequence[str]) -> float:
    """How much the words that two names do not share are the same nevertheless."""
    one, other = "".join(left), "".join(right)
    if one == other:
        return LOOSE
    if one[0] == other[0]:
        if len(one) < len(other) and _can_be_short(one, right) and abbreviates(one, right):
            return _ABBREVIATED
        if len(other) < len(one) and _can_be_short(other, left) and abbreviates(other, left):
            return _ABBREVIATED
    if len(one) > 4 and len(other) > 4 and fuzz.ratio(one, other) >= _LIKE and not _DIGIT.search(one + other):
        return _MISSPELLED
    return 0.0


def _can_be_short(short: str, words: Sequence[str]) -> bool:
    return len(short) >= len(words) and not any(word.isdigit() and word not in short for word in words)


def _pairs(
    left: Sequence[str], right: Sequence[str], weight: Callable[[str], float], total: float, apart: float
) -> float:
    """The likeness where single words are cut short, glued or misspelled."""
    rest = list(right)
    for word in left:
        for other in rest:
            if same := _alike((word,), (other,)):
                apart -= (weight(word) + weight(other)) * same
                rest.remove(other)
                break
    return (total - apart) / total * _numbers(left, right)


def _numbers(left: Sequence[str], right: Sequence[str]) -> float:
    """What numbers leave of a likeness: `Sport 1` and `Sport 2` differ, and `Sport` is mostly not `Sport 2`."""
    one, other = any(map(str.isdigit, left)), any(map(str.isdigit, right))
    return _OTHER_NUMBER if one and other else _ONE_NUMBER if one or other else 1.0
