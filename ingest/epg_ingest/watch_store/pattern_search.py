"""Which patterns of watches are in which texts: all of them in one pass over each text, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from ..rules.compiling import library
from ..watches.text_match import WatchedText
from ..watches.watch import Watch

#: bytes that the patterns of all watches may take with what RE2 keeps of their states
_MEMORY = 32 << 20
#: texts whose answer is remembered: titles and sub-titles come again and again
_REMEMBERED = 8_192


def matching_patterns(
    texts: Iterable[tuple[int, WatchedText]], watches: Sequence[Watch]
) -> dict[int, set[int]]:
    """By watch the ids of the texts whose title, sub-title or description has its pattern.

    Raises `EpgError` (`nore2`) where google-re2 is missing.
    """
    found: dict[int, set[int]] = {watch.id: set() for watch in watches}
    sets = _sets_of(watches)

    @lru_cache(maxsize=_REMEMBERED)
    def having(text: str) -> tuple[int, ...]:
        raw = text.encode("utf-8", "replace")
        hits = [(own, together.Match(raw)) for together, own in sets]
        return tuple([own[at].id for own, places in hits if places for at in places])

    for ident, said in texts:
        for text in (said.title, said.subtitle, said.description):
            for watch in having(text) if text else ():
                found[watch].add(ident)
    return found


def fields_with(watch: Watch, said: WatchedText) -> tuple[str, ...]:
    """The fields that have the pattern of a watch."""
    ((together, _),) = _sets_of([watch])
    return tuple(name for name, text in said.fields if together.Match(text.encode("utf-8", "replace")))


def _sets_of(watches: Sequence[Watch]) -> list[tuple[Any, Sequence[Watch]]]:
    """The patterns in sets, each with its watches: one, unless they are too large together."""
    try:
        return [(_set_of(watches), watches)]
    except library().error:
        if len(watches) < 2:
            raise
        half = len(watches) // 2
        return _sets_of(watches[:half]) + _sets_of(watches[half:])


def _set_of(watches: Sequence[Watch]) -> Any:
    options = library().Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    together = library().Set.SearchSet(options)
    for watch in watches:
        together.Add(watch.value)
    together.Compile()
    return together
