"""Filler: blocks in the stretches of a channel of which the guide knows nothing. Pure. They are written and never stored.

Players show an empty channel as broken, and many record only what has a name. A block has the name of its channel, a category
that says what it is, and no description, so that nobody takes it for a programme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...core.times import from_iso, iso

#: the category of a block
CATEGORY = "Filler"
#: shorter gaps stay, in seconds: programmes often end a little before the next one begins
SHORTEST = 300
Row = tuple[Any, ...]


def filled(rows: Iterable[Row], name: str, begin: str, end: str, minutes: int) -> Iterator[Row]:
    """The rows of a channel by start, with blocks of so many `minutes` between `begin` and `end` (ISO, UTC) where none is.

    Rows are those of `programme_element.STATEMENT`. Blocks begin at multiples of their length from midnight UTC on.
    """
    last = begin
    for row in rows:
        if row[0] > last:
            yield from _blocks(name, last, min(row[0], end), minutes)
        yield row
        last = max(last, row[1])
    if end > last:
        yield from _blocks(name, last, end, minutes)


def _blocks(name: str, begin: str, end: str, minutes: int) -> Iterator[Row]:
    start, stop, length = from_iso(begin), from_iso(end), minutes * 60
    if stop - start < SHORTEST:
        return
    while start < stop:
        following = (start // length + 1) * length
        if following - start < SHORTEST:
            following += length
        if stop - following < SHORTEST:
            following = stop
        yield _block(name, iso(start), iso(following))
        start = following


def _block(name: str, start: str, end: str) -> Row:
    return (
        start,
        end,
        name,
        None,
        None,
        "feed",
        "{}",
        f'["{CATEGORY}"]',
        "[]",
        "[]",
        None,
        None,
        0,
        None,
        None,
    )
