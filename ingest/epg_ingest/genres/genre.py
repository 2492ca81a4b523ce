"""The genre of a programme, decided from its categories."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from .lexicon import MAGAZINE, Meaning, meanings, named

_CHILDREN, _SPORT, _SPORT_MAGAZINE, _DOCUMENTARY, _FILM, _SOAP = 0x5, 0x4, 0x42, 0x23, 0x10, 0x15
_IN_BRACKETS = re.compile(r"\(([^()<]+)\)")
#: with sport, these make a sports magazine: news, news magazine, talk, talk show
_MAGAZINES = frozenset((0x20, 0x21, 0x22, 0x24, 0x33))
#: Which of two kinds that are both specific says more: what a programme is about before how it is told, a documentary before
#: the fiction that it may be about (crime, war), and a comedy before what it makes fun of. Others have `_OTHERS`.
_ORDER = {
    **dict.fromkeys((0x11, 0x15, 0x21, 0x22, 0x24, 0x31, 0x32, 0x33), 30),
    0x13: 32, 0x12: 33, 0x16: 31, 0x17: 31, 0x14: 36, 0x18: 60, 0x23: 38,
    **dict.fromkeys((0x61, 0x62, 0x63, 0x64, 0x65, 0x66), 34),
    **dict.fromkeys((0x82, 0x83, 0x95), 37),
    **dict.fromkeys(range(0x41, 0x4C), 50),
    **dict.fromkeys(range(0x51, 0x56), 55),
}  # fmt: skip
_OTHERS = 40
#: the same for those that only name their class
_GENERAL = {
    0x10: 10,
    0x30: 10,
    0x20: 12,
    0x50: 29,
    0x40: 28,
    0x60: 26,
    0x70: 24,
    0x80: 25,
    0x90: 22,
    0xA0: 20,
}


class Genre(NamedTuple):
    """Content of EN 300 468: class (`level1`, 1 to 10) and kind within it (`level2`, 0 to 15); whether it is sure; why."""

    level1: int
    level2: int
    sure: bool
    reason: str

    @property
    def code(self) -> int:
        """Both levels as the byte that receivers use: 0x14 is comedy."""
        return self.level1 << 4 | self.level2


def genre_of(categories: Iterable[str]) -> Genre | None:
    """The genre that the categories of a programme mean together; None if they mean none."""
    return _known(tuple(categories))


@lru_cache(20_000)
def _known(categories: tuple[str, ...]) -> Genre | None:
    """The decision, kept, as guides repeat the same few sets of categories."""
    found = [(category, meaning) for category in categories if (meaning := _of_one(category))]
    if not found:
        return None
    together = _decided([meaning for _, meaning in found])
    said = [repr(c) for c, meaning in found if meaning.code == together.code][:1]
    others = [repr(c) for c, meaning in found if meaning.code >> 4 != together.code >> 4] if said else []
    reason = "".join(said) or " and ".join(repr(c) for c, _ in found)
    reason += f" before {', '.join(others)}" if others else ""
    return Genre(together.code >> 4, together.code & 15, together.sure, reason)


@lru_cache(20_000)
def _of_one(category: str) -> Meaning | None:
    """What one category means: of `Variety (Novela)` what is in brackets, else that of its words which says most."""
    whole = named(category)
    if whole and whole.code:
        return whole
    inner = _IN_BRACKETS.search(category)
    inside = meanings(inner[1]) if inner else []
    return _phrase([one for one in inside if one.code]) or _phrase(meanings(category))


def _phrase(found: list[Meaning]) -> Meaning | None:
    """What words mean that stand together; children come before what is made for them."""
    told = _without_forms([one for one in found if one.code])
    if not told:
        return None
    children = [one for one in told if one.code >> 4 == _CHILDREN and one.sure]
    best = _decided(children or told)
    return Meaning(_SPORT_MAGAZINE, True) if best.code >> 4 == _SPORT and MAGAZINE in found else best


def _without_forms(told: list[Meaning]) -> list[Meaning]:
    """Only the topic, where words name a topic and the form in which it is told: `documentaire sportif`, `animation film`,
    `cooking soap`. A documentary after its topic (`Krimidoku`) stays one."""
    if told and told[0].code == _DOCUMENTARY:
        told = [one for one in told if one.code >> 4 >= _SPORT] or told
    told = [one for one in told if one.code != _FILM] or told
    return (
        [one for one in told if one.code >> 4 > _FILM >> 4] or told
        if _SOAP in {one.code for one in told}
        else told
    )


def _decided(found: list[Meaning]) -> Meaning:
    """The vague words lose to the sure ones, those that only name a class to those that name a kind; the first of equals wins.

    A vague word still tells the kind within a class that another word is sure of: children and animated are cartoons.
    """
    sure = [meaning for meaning in found if meaning.sure]
    best = max(sure or found, key=_rank)
    if any(one.code >> 4 == _SPORT for one in sure) and any(one.code in _MAGAZINES for one in found):
        return Meaning(_SPORT_MAGAZINE, True)
    classes = {meaning.code >> 4 for meaning in sure}
    refined = [m._replace(sure=True) for m in found if not m.sure and m.code & 15 and m.code >> 4 in classes]
    return max([best, *refined], key=_rank)


def _rank(meaning: Meaning) -> int:
    return _ORDER.get(meaning.code, _OTHERS) if meaning.code & 15 else _GENERAL.get(meaning.code, 0)
