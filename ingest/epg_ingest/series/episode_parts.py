"""The part of an episode that is shown in several: `1 . 4 . 0/2` in `xmltv_ns`, or `S2E5 Part 1 of 2` where people read it.

In `xmltv_ns` a part counts from 0. One of one is no part, and neither is a 0 without a total.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NS = re.compile(r"[^.]*\.[^.]*\.\s*([0-9]{1,4})\s*(?:/\s*([0-9]{1,4})\s*)?", re.ASCII)
_WORDS = re.compile(
    r"(?<!\w)(?:part|pt|teil|partie|parte|deel|del|część|díl|часть|частина)\.?\s{0,3}([0-9]{1,3})(?![0-9])"
    r"(?:\s{0,3}(?:/|of|von|sur|de|di|van|av|z|из)\s{0,3}([0-9]{1,3})(?![0-9]))?",
    re.IGNORECASE,
)
#: what one of these words has in it; to look for that takes a tenth of the time
_BEGINNINGS = ("part", "pt", "teil", "deel", "del", "część", "díl", "част")
_NOT_A_LETTER = re.compile(r"[\W_]+")
#: systems that people read; none is `onscreen`, the default of the DTD
_READABLE = ("", "onscreen", "sxxexx", "common")
#: longer texts are no numbers of episodes
_LONGEST = 200
#: what may name a part in the numbers of a programme (JSON): a third number that is more than `0` or `0/1`, or a word
_NUMBER = re.compile(r'\.[^".]{0,40}\.(?!\s*0?\s*(?:/\s*[01]\s*)?")\s*[0-9]{1,4}\s*(?:/\s*[0-9]{1,4}\s*)?"')
_SIGN = "#"


def may_name_a_part(details: str) -> bool:
    """Whether the details of a programme (JSON) may name a part of its episode. Most do not, and need not be parsed."""
    start = details.find('"episode-num":')
    if start < 0:
        return False
    numbers = details[start : details.find("}]", start)].lower()
    return _NUMBER.search(numbers) is not None or any(word in numbers for word in _BEGINNINGS)


def part_of(numbers: Iterable[tuple[str, str]]) -> int | None:
    """The part, from 1, among pairs of system and text; None where there is none, or where they name several."""
    found = {part for system, text in numbers if len(text) <= _LONGEST and (part := _one(system, text))}
    return found.pop() if len(found) == 1 else None


def _one(system: str, text: str) -> int | None:
    name = _NOT_A_LETTER.sub("", system.lower())
    if name == "xmltvns":
        if said := _NS.fullmatch(text):
            part, total = int(said[1]), int(said[2] or 0)
            return part + 1 if total > 1 or (part > 0 and total != 1) else None
    elif name not in _READABLE:
        return None
    said = _WORDS.search(text)
    return int(said[1]) or None if said and said[2] != "1" else None


def with_part(key: str, part: int | None) -> str:
    """The key of a part of the episode with this key. No other key has the sign between them."""
    return key if part is None else f"{key}{_SIGN}{part}"


def whole(key: str) -> str:
    """The key of the episode that `with_part` has made a part of; any other key stays."""
    return key.partition(_SIGN)[0]


def keys_of_parts(key: str) -> tuple[str, str]:
    """The first text that a key of a part of this episode can be, and the first one behind all of them."""
    return f"{key}{_SIGN}", f"{key}{chr(ord(_SIGN) + 1)}"
