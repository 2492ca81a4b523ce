"""Under which number each entry of a line-up appears in its outputs. Pure.

Players keep channels by number, and show the last of those that share one. So no two entries have the same: the first keeps it,
and the others get the next free number below it, as receivers do: 5, 5.1, 5.2; after 2.1 comes 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: a number as players read it: channel, and what follows the point or hyphen
_NUMBER = re.compile(r"0*(\d{1,9})(?:[.-]0*(\d{1,9}))?")
#: of a number in a form of its own, the text itself
Key = tuple[int, int] | str


class NumberFacts(NamedTuple):
    """What decides the number of an entry: `number` is its own, None without; `chosen` says that a person gave it, and `hidden`
    that it is in no output. `place` is its position in the line-up."""

    number: str | None
    place: int
    chosen: bool = False
    hidden: bool = False


def output_numbers(facts: Sequence[NumberFacts]) -> list[str]:
    """The number of each entry, given in the order in which they were added; of one without, its place, or the next free one.

    A number comes before a place, then an entry that is shown before one that is hidden, and a number that a person gave before
    one of the source. Then the order counts, so that moving an entry changes no number of its own.
    """
    found = [""] * len(facts)
    own = {_key(fact.number) for fact in facts if fact.number}
    taken: set[Key] = set()
    last: dict[str, int] = {}
    for at in sorted(range(len(facts)), key=lambda at: _rank(facts[at], at)):
        fact = facts[at]
        number = fact.number or str(fact.place)
        key = _key(number)
        if key in taken or (not fact.number and key in own):
            number = _next_free(number, (taken, own), last)
            key = _key(number)
        taken.add(key)
        found[at] = number
    return found


def _rank(fact: NumberFacts, at: int) -> tuple[bool, bool, bool, int]:
    return not fact.number, fact.hidden, not fact.chosen, at


def _key(number: str) -> Key:
    """What two numbers have in common that are the same to players: `05`, `5` and `5.0`."""
    read = _NUMBER.fullmatch(number.strip())
    return (int(read[1]), int(read[2] or 0)) if read else number.strip().casefold()


def _next_free(number: str, taken: tuple[set[Key], set[Key]], last: dict[str, int]) -> str:
    """A number below this one that is in neither set; `last` keeps which was given last, as thousands may share one."""
    read = _NUMBER.fullmatch(number.strip())
    stem, minor = (read[1], int(read[2] or 0)) if read else (number.strip(), 0)
    minor = max(minor, last.get(stem, 0))
    while True:
        minor += 1
        wanted = f"{stem}.{minor}"
        if not any(_key(wanted) in known for known in taken):
            last[stem] = minor
            return wanted
