"""`?genre=NAME`: only programmes of a class of EN 300 468, in the API and on pages."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from .params import Param
from .sql import sql

#: the classes by the names that addresses have
CLASSES = {
    "film": 1, "news": 2, "show": 3, "sports": 4, "children": 5, "music": 6, "arts": 7, "society": 8, "education": 9,
    "leisure": 10,
}  # fmt: skip
GENRE = Param("genre", "choice", "Only programmes of this genre.", None, choices=tuple(CLASSES))


def genre_class(values: dict[str, Any]) -> int | None:
    """The class that a request asks for, None for all."""
    return CLASSES.get(values.get("genre") or "")


def channels_showing(
    conn: sqlite3.Connection,
    genre: int,
    ids: Sequence[int] | None,
    span: tuple[str, str, str],
    *,
    or_next: bool = False,
) -> tuple[int, ...]:
    """The shown channels, of `ids` if they are given, with a programme of a class within a span; with `or_next` also those
    where one is the next after it.

    `span` is its start, its end, and the earliest start of what may overlap it, as stored text.
    """
    start, end, earliest = span
    given = {
        "ids": None if ids is None else json.dumps(list(ids)), "genre": genre, "start": start, "end": end,
        "earliest": earliest, "next": or_next,
    }  # fmt: skip
    return tuple(ident for (ident,) in conn.execute(sql("genre_channels"), given))
