"""Rows as a form wants them before they become elements: as the feed wrote them, or with the genre that a player colours.

Rows have `programme_element.COLUMNS`; those of `STATEMENT_WITH_GENRE` the genre as well, which is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from ..core.compact_json import dumps
from .form import Form
from .known_episodes import with_id

#: the programmes of a channel with their genre; see `selection` for the parameters
STATEMENT_WITH_GENRE = """
    SELECT p.start_time, p.end_time, p.title, p.subtitle, p.description, p.end_source, p.details, p.category, p.actors,
           p.directors, p.icon_url, p.rating, p.is_new, p.season, p.episode, p.genre
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id
    WHERE p.channel_id = :channel
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
      AND ((:provider IS NULL AND v.enabled = 1 AND p.shadowed_by IS NULL) OR v.name = :provider)
    ORDER BY p.start_time
"""
Row = tuple[Any, ...]
#: how many columns a row has without its genre, and the places of some
_WIDTH, _DETAILS, _CATEGORY = 15, 6, 7


def prepared(rows: Iterator[Row], form: Form) -> Iterator[Row]:
    """The rows as the form wants them."""
    if form.episode_ids:
        rows = map(with_id, rows)
        if form.genres is None:
            return (row[:_WIDTH] for row in rows)
    if form.genres is not None:
        lang, player = form.lang, form.genres
        return (_with_word(row, player, lang) for row in rows)
    if form.round_trip:
        return map(_as_written, rows)
    return rows


def _as_written(row: Row) -> Row:
    """A row as the feed wrote it, before rules: the importing guide has rules of its own."""
    from ..rules.stored_columns import MARK

    if MARK not in row[_DETAILS]:
        return row
    details: dict[str, Any] = orjson.loads(row[_DETAILS])
    written = details.pop("written", None) or {}
    former = written.get("details", details)
    if "stop" in details:  # belongs to the airing, and no rule changes it
        former = {**former, "stop": details["stop"]}
    (
        start,
        end,
        title,
        subtitle,
        description,
        source,
        _,
        category,
        actors,
        directors,
        icon,
        rating,
        new,
        season,
        episode,
    ) = row
    if "category" in written:
        category = dumps(written["category"])
    return (
        start, end, written.get("title", title), written.get("subtitle", subtitle) or None,
        written.get("description", description) or None, source, dumps(former) if former else "{}", category, actors, directors,
        icon, rating, written.get("is_new", new), _number(written.get("season", season)),
        _number(written.get("episode", episode)),
    )  # fmt: skip


def _number(value: int | None) -> int | None:
    return None if value == -1 else value


def _with_word(row: Row, player: str, lang: str | None) -> Row:
    """A row whose first category is the word for its genre that the player knows; unchanged without a genre."""
    genre = row[_WIDTH] if len(row) > _WIDTH else None
    if genre is None:
        return row[:_WIDTH]
    word = _word(genre, player)
    names: list[str] = orjson.loads(row[_CATEGORY])
    details = row[_DETAILS]
    if '"category":' in details:
        details = _with_language(details, word, lang)
    category = dumps([word, *(name for name in names if name != word or details != row[_DETAILS])])
    return (*row[:_DETAILS], details, category, *row[_CATEGORY + 1 : _WIDTH])


@lru_cache(256)
def _word(genre: int, player: str) -> str:
    from ..genres.player_words import dvb_word, kodi_word

    return kodi_word(genre) if player == "kodi" else dvb_word(genre)


def _with_language(details: str, word: str, lang: str | None) -> str:
    """Details whose languages of categories begin with one for the word: none, or the one that the form chooses."""
    found: dict[str, Any] = orjson.loads(details)
    entries = found.get("category")
    if not entries:
        return details
    own = {} if lang is None else {"lang": lang}
    found["category"] = [{**own, **({"text": word} if "text" in entries[0] else {})}, *entries]
    return dumps(found)
