"""The forms in which names are compared: words, the words without spaces, and without those that say little."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...core.names import normalise
from .marks import QUALITIES, country_word

_NUMERALS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eins": "1", "zwei": "2", "drei": "3", "vier": "4", "un": "1", "deux": "2", "trois": "3", "quatre": "4",
    "uno": "1", "due": "2", "tre": "3", "dos": "2", "tres": "3", "een": "1", "twee": "2",
}  # fmt: skip
#: letters of a name in which spaces count
_SHORT = 4
#: characters and words of a name that are compared: the time grows with their square
_LONGEST, _MOST_WORDS = 200, 20
#: words that channels add and leave out
GENERIC = frozenset(
    ["tv", "channel", "the", "and", "television", "kanal", "canal", "chaine", "canale", "network"]
)
#: a quality that is glued to a name, and a word that begins in the middle: `EastHD`, `MontBlanc`
_GLUED_QUALITY = re.compile(r"(?<=[a-z\d])(?=(?:F|U)?HD\b|SD\b)|(?<=[A-Z]{3})(?=HD$)")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_RESOLUTION = re.compile(
    r"(?:^| )(?:(?:2160|1440|1080|720|576|540|480|360|240) [pi]|[hx] 26[45]|4 k|(?:50|60) fps)(?= |$)"
)
_RESOLUTION_SIGNS = frozenset(("p", "i", "h", "x", "k", "fps"))
_SHIFT_WORD = re.compile(r"\+\d{1,2}")


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name to compare. `words` have numbers as digits and no quality; `key` are the words without spaces, "" for no name.

    `loose` is the key without words that say little, and without the name of a country; the same as `key` if nothing else
    is left. `hours` is the delay of a `+1` channel, which is in no word.
    """

    words: tuple[str, ...]
    key: str
    loose: str
    hours: int


@lru_cache(maxsize=65_536)
def spelled(name: str) -> NameForm:
    """A name without marks in the forms in which it is compared."""
    words = normalise(_GLUED_QUALITY.sub(" ", name[:_LONGEST])).split()
    hours = 0
    if words and _SHIFT_WORD.fullmatch(words[-1]) and len(words) > 1:
        hours = int(words.pop()[1:])
    kept = _without_quality(words)
    if len(kept) > 1:
        kept = [_NUMERALS.get(word, word) for word in kept]
    key = _key(kept)
    telling = [
        word for at, word in enumerate(kept) if word not in GENERIC and not (at and country_word(word))
    ]
    loose = _key(telling)
    if len(loose) < 3 or not any(c.isalpha() for c in loose):
        loose = key
    return NameForm(tuple(kept[:_MOST_WORDS]), key, loose, hours)


def spellings(name: str) -> tuple[NameForm, ...]:
    """The forms of a name that may be written in one, as ids are: `BBCOne` is a word, and two words."""
    whole = spelled(name)
    apart = _CAMEL.sub(" ", name) if not name.isupper() and " " not in name else name
    if apart == name:
        return (whole,)
    two = spelled(apart)
    return (two,) if two.key == whole.key else (whole, two)


def _key(words: Sequence[str]) -> str:
    """Words without spaces: `natgeowild`. A short key keeps the spaces between letters, as A TV is not ATV."""
    key = "".join(words)
    return key if len(key) > _SHORT or not key.isalpha() else " ".join(words)


def _without_quality(words: list[str]) -> list[str]:
    """The words without those of picture quality; all of them if nothing else is left. `HD 1` is a channel."""
    if not QUALITIES.isdisjoint(words):
        kept = [
            word
            for at, word in enumerate(words)
            if word not in QUALITIES
            or (word in ("hd", "sd") and words[at + 1 : at + 2] and words[at + 1].isdigit())
        ]
        words = kept or words
    if _RESOLUTION_SIGNS.isdisjoint(words):
        return words
    # `1080 p` and `h 265`, as the normal form takes them apart
    return _RESOLUTION.sub("", " ".join(words)).split() or words
