"""Which start and end tags of an element belong together, before anything is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from .tokens import MarkupToken


def pairs(tokens: list[MarkupToken]) -> dict[int, int]:
    """The indexes of the start and end tags that pair, both ways. An end tag pairs with the last open start tag of its name.

    One without a name (`</>`) gets the name of the last open start tag.
    """
    open_: list[int] = []
    waiting: Counter[str] = Counter()
    found: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token.kind == "start":
            open_.append(index)
            waiting[token.name] += 1
            continue
        if token.kind == "end" and not token.name and len(open_) > 1:
            token.name = tokens[open_[-1]].name
        if token.kind == "end" and waiting[token.name]:
            start = _pop_to(token.name, open_, waiting, tokens)
            found[start], found[index] = index, start
    return found


def _pop_to(name: str, open_: list[int], waiting: Counter[str], tokens: list[MarkupToken]) -> int:
    """Take start tags off the stack down to one called `name`; returns its index."""
    while True:
        start = open_.pop()
        waiting[tokens[start].name] -= 1
        if tokens[start].name == name:
            return start


def rated(tokens: Sequence[MarkupToken], paired: Mapping[int, int]) -> dict[int, str]:
    """What each `<value>` rates, by its index, where the start tag of that is missing: the next end tag says it."""
    found, name = {}, "rating"
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind == "end" and token.name in ("rating", "star-rating") and index not in paired:
            name = token.name
        elif token.name == "value":
            found[index] = name
    return found
