"""Contents read back as what they say of series and episode."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import orjson

from ..rules.stored_columns import MARK
from ..series.episode_keys import SUBTITLE, EpisodeKey, episode_key, numbered_episode
from ..series.episode_parts import may_name_a_part, part_of
from ..series.film_words import names_a_film
from ..series.said import Said, claimed
from ..series.series_keys import SeriesKey, series_key, series_of

#: contents that are read at a time: their texts take a few megabytes
STRETCH = 5_000
#: The provider is that of any airing: a content belongs to one provider.
_NEW = """
    SELECT c.id, ifnull(:provider, (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1)), c.title,
           c.subtitle, c.season, c.episode, c.category, c.is_new, c.details, c.description
    FROM contents c
    WHERE c.id > :last AND c.id NOT IN (SELECT content_id FROM content_episodes WHERE content_id > :last)
    ORDER BY c.id LIMIT :stretch
"""
_THESE = """
    SELECT c.id, (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1), c.title, c.subtitle, c.season,
           c.episode, c.category, c.is_new, c.details, c.description
    FROM json_each(:ids) i CROSS JOIN contents c ON c.id = i.value
"""
#: What `details` of a programme with an id or a flag holds; most have none of them, and are not parsed.
_IDS = ('"dd_progid"', '"episode/', '"episode:', '"programme/', '"program/', '"ep/')
_SHOWN, _PREMIERE = '"previously-shown"', '"premiere"'


class Told(NamedTuple):
    """A content with its provider, None where no airing shows it, and what the rules make of it. `described` is a hash of its
    description, 0 where that does not matter. `tidied` says that rules changed what its feed wrote."""

    content: int
    provider: int | None
    series: SeriesKey
    episode: EpisodeKey
    claim: str | None
    season: int | None
    number: int | None
    described: int = 0
    tidied: bool = False


def new_contents(conn: sqlite3.Connection, provider: int | None, last: int) -> Iterator[list[Told]]:
    """The contents with ids above `last` that have no series yet, in stretches. They are all of one provider, or (None) each of
    its own."""
    values = {"provider": provider, "last": last, "stretch": STRETCH}
    while rows := conn.execute(_NEW, values).fetchall():
        values["last"] = rows[-1][0]
        yield [told(row) for row in rows]


def these_contents(conn: sqlite3.Connection, contents: Iterable[int]) -> Iterator[list[Told]]:
    """These contents, by id, in stretches."""
    ids = sorted(set(contents))
    for start in range(0, len(ids), STRETCH):
        rows = conn.execute(_THESE, {"ids": json.dumps(ids[start : start + STRETCH])})
        yield [told(row) for row in rows.fetchall()]


def told(
    row: tuple[int, int | None, str, str | None, int | None, int | None, str, int, str, str | None],
) -> Told:
    """A row of the statements above, read. Most programmes have a number and no id: they need no more than their title."""
    content, provider, title, _, season, number, _, new, details, description = row
    shown, premiere = _SHOWN in details, _PREMIERE in details
    claim = claimed(bool(new), premiere, shown) if new or premiere or shown else None
    with_id = _may_have_id(details) or may_name_a_part(details)
    if not with_id and number is not None and (found := numbered_episode(season, number)):
        return Told(content, provider, series_of(title), found, claim, season, number, 0, MARK in details)
    said = _said(row, with_id)
    series = series_key(said)
    found = episode_key(said, series)
    described = hash(description) if description and found.basis == SUBTITLE else 0
    return Told(content, provider, series, found, claim, season, number, described, MARK in details)


def series_told(title: str, season: int | None, number: int | None, category: str, details: str) -> SeriesKey:
    """The series alone, from the columns that say it: half the work of `told`."""
    if number is None and season is None and names_a_film(categories := _categories(category)):
        return series_key(Said(title, categories=categories, year=_ids_and_year(details)[1]))
    return series_of(title)


def _said(
    row: tuple[int, int | None, str, str | None, int | None, int | None, str, int, str, str | None],
    with_id: bool,
) -> Said:
    """What a content says of series and episode. `with_id` says that its details may have an id or a part."""
    _, _, title, subtitle, season, number, category, _, details, _ = row
    categories = _categories(category)
    film = number is None and season is None and names_a_film(categories)
    ids, year = _ids_and_year(details) if film or with_id else ((), None)
    return Said(title, subtitle, season, number, categories, year, ids, part_of(ids) if ids else None)


def _may_have_id(details: str) -> bool:
    """Whether an id of an episode may be among these details (JSON)."""
    one, two, three, four, five, six = _IDS  # `any` over them would take four times as long
    return (
        one in details
        or two in details
        or three in details
        or four in details
        or five in details
        or six in details
    )


@lru_cache(20_000)
def _categories(category: str) -> tuple[str, ...]:
    return tuple(orjson.loads(category))


def _ids_and_year(details: str) -> tuple[tuple[tuple[str, str], ...], int | None]:
    found = orjson.loads(details)
    ids = tuple(
        [(one.get("system") or "", one["text"]) for one in found.get("episode-num") or () if "text" in one]
    )
    year = str(found.get("date") or "")[:4]
    return ids, int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None
