"""Stored contents beside what the rules in effect make of what was written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..rules.stored_columns import tidied_columns, written_columns
from ..stage.columns import MISSING

if TYPE_CHECKING:
    from ..rules.tidying import Tidy

_READ = """
    SELECT c.id, c.hash, c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors,
           c.directors, c.icon_url, c.is_new, c.details
    FROM json_each(?) i CROSS JOIN contents c ON c.id = i.value
"""
#: The provider is that of any airing: a content belongs to one provider.
_PROVIDERS = """
    SELECT j.value, (SELECT a.provider_id FROM airings a WHERE a.content_id = j.value LIMIT 1) AS provider
    FROM json_each(?) j WHERE provider IS NOT NULL
"""
#: what stands for NULL in the columns after the id
_MISSING = MISSING[1:]


class Compared(NamedTuple):
    """A content with its provider and hash, its columns as they are, and as they should be."""

    id: int
    provider: int
    hash: int
    stored: tuple[Any, ...]
    made: tuple[Any, ...]


def providers_of(conn: sqlite3.Connection, contents: Sequence[int]) -> dict[int, int]:
    """The providers of contents, by id; without those that no airing shows."""
    return dict(conn.execute(_PROVIDERS, [json.dumps(contents)]).fetchall())


def compared(
    conn: sqlite3.Connection, tidies: Mapping[int, Tidy | None], providers: Mapping[int, int]
) -> Iterator[Compared]:
    """Each of the contents, given by id with their providers. A provider that is not among `tidies` keeps its contents."""
    for ident, number, *columns in conn.execute(_READ, [json.dumps(list(providers))]):
        provider = providers[ident]
        stored = made = staged(columns)
        if provider in tidies:
            written, tidy = written_columns(stored), tidies[provider]
            made = tuple(written if tidy is None else tidied_columns(tidy, written))
        yield Compared(ident, provider, number, stored, made)


def staged(row: Iterable[Any]) -> tuple[Any, ...]:
    """The columns of a stored content as an import stages them: with what `MISSING` puts for NULL."""
    return tuple([missing if value is None else value for value, missing in zip(row, _MISSING, strict=True)])
