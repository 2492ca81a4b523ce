"""Genres for programmes without categories, learned from the same titles of other providers."""

from __future__ import annotations

from collections.abc import Iterable

from .genre import Genre

#: shorter titles ("ER", "You") and titles with fewer showings than this are too easily something else
_SHORTEST = 4


def learn(titles: Iterable[tuple[str, Genre | None]]) -> dict[str, Genre]:
    """The genre of each title that has only one, by the title as it was given, which the caller folds.

    `titles` are those of all providers with the genre of their categories, None where they have none. Genres are one if they
    name the same class. The kind is kept if all that name one name the same. A title with two classes says which of them a
    programme has in no case, so it is left out. What is learned is marked as such in its reason and never sure.
    """
    found: dict[str, dict[int, None]] = {}
    for title, genre in titles:
        if genre is not None and len(title) >= _SHORTEST:
            found.setdefault(title, {})[genre.code] = None
    return {
        title: _learned(list(codes))
        for title, codes in found.items()
        if len({code >> 4 for code in codes}) == 1
    }


def _learned(codes: list[int]) -> Genre:
    kinds = {code & 15 for code in codes} - {0}
    kind = kinds.pop() if len(kinds) == 1 else 0
    return Genre(codes[0] >> 4, kind, False, "learned: other providers give this title no other genre")
