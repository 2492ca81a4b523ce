"""Which series a change of rules gives another title: those all of whose programmes get one and the same.

Nothing is changed. Where only some of the programmes with a title get another one, the rule splits the series.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ..rules.stored_columns import MARK
from ..series.series_keys import SeriesKey
from ..series_store.renamed_series import Renaming, contents_led_by, series_of_columns, written_series
from .changed_contents import Rewritten
from .comparing import compared, providers_of

if TYPE_CHECKING:
    from ..rules.tidying import Tidy

#: contents that are compared at a time
STRETCH = 500
#: the places of columns from which the key of a series follows: title, category, season, episode and details
_OF_SERIES = (0, 3, 5, 6, 12)


class _Titles(NamedTuple):
    """The keys of a content's series as it is stored and as it should be, and the key of what its feed wrote."""

    before: SeriesKey
    after: SeriesKey
    written: str


def renamings(
    conn: sqlite3.Connection, tidies: Mapping[int, Tidy | None], found: Sequence[Rewritten], decided: set[str]
) -> list[Renaming]:
    """The series that get another title, as far as these contents tell, which are about to be rewritten.

    `decided` are the keys that a run has looked at before, which are passed over; those of these contents are added.
    """
    wanted: dict[str, list[_Titles]] = {}
    for one in found:
        if any(one.before[place] != one.after[place] for place in _OF_SERIES):
            titles = _titles(one.before, one.after)
            if titles.before.key != titles.after.key and titles.before.key not in decided:
                wanted.setdefault(titles.before.key, []).append(titles)
    decided.update(wanted)
    known = {one.id for one in found}
    decisions = [_renaming(conn, tidies, titles, known) for titles in wanted.values()]
    return [decision for decision in decisions if decision is not None]


def _renaming(
    conn: sqlite3.Connection, tidies: Mapping[int, Tidy | None], titles: Sequence[_Titles], known: set[int]
) -> Renaming | None:
    """What becomes of the key of these contents; None if it becomes several, or stays for some of the others."""
    before, after = titles[0].before, titles[0].after
    if before.kind != after.kind or any(one.after.key != after.key for one in titles):
        return None
    written = any(one.written == before.key for one in titles)
    for one in _others(conn, tidies, before.key, known):
        if one.before.key != before.key:
            continue
        if one.after.key != after.key:
            return None
        written = written or one.written == before.key
    return Renaming(before, after, written)


def _others(
    conn: sqlite3.Connection, tidies: Mapping[int, Tidy | None], key: str, known: set[int]
) -> Iterator[_Titles]:
    """The other contents of the series that this key leads to."""
    contents = (content for content in contents_led_by(conn, key) if content not in known)
    while stretch := list(islice(contents, STRETCH)):
        for one in compared(conn, tidies, providers_of(conn, stretch)):
            yield _titles(one.stored, one.made)


def _titles(before: tuple[Any, ...], after: tuple[Any, ...]) -> _Titles:
    now = series_of_columns(before)
    written = written_series(before).key if MARK in before[-1] else now.key
    return _Titles(now, series_of_columns(after), written)
