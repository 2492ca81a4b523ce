"""A series whose programmes get another title by a change of rules: it keeps its id, and the new title's key leads to it, too.

Everything but what only reads runs within the open write transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ..rules.stored_columns import written_columns
from ..series.key_words import words_of
from ..series.series_keys import SeriesKey, keys_of_channels
from ..stage.columns import MISSING
from .told import series_told

_SERIES_OF = "SELECT series_id FROM series_keys WHERE key = ?"
_ALL_SERIES = """
    SELECT DISTINCT s.id, s.title FROM series_keys k CROSS JOIN series s ON s.id IN (k.series_id, k.own_series_id)
    WHERE k.key = :key OR (k.key >= :first AND k.key < :behind)
"""
_CONTENTS = """
    SELECT ce.content_id FROM (SELECT DISTINCT series_id FROM series_keys
                               WHERE key = :key OR (key >= :first AND key < :behind)) k
    CROSS JOIN content_episodes ce ON ce.series_id = k.series_id
"""
#: also the keys of single channels, and what a person has decided of them
_COPY = """
    INSERT OR IGNORE INTO series_keys (key, series_id, source, by_channel, own_series_id)
    SELECT :after || substr(key, length(:key) + 1), series_id, source, by_channel, own_series_id FROM series_keys
    WHERE key = :key OR (key >= :first AND key < :behind)
"""
#: where the new key leads to the same, by the same decision
_DROP = """
    DELETE FROM series_keys WHERE (key = :key OR (key >= :first AND key < :behind)) AND EXISTS (
        SELECT 1 FROM series_keys o WHERE o.key = :after || substr(series_keys.key, length(:key) + 1)
          AND (o.series_id, o.source, o.own_series_id)
              IS (series_keys.series_id, series_keys.source, series_keys.own_series_id))
"""
_RETITLE = "UPDATE series SET title = ? WHERE id = ?"
_COLUMNS = """
    SELECT title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new,
           details
    FROM contents WHERE id = ?
"""
#: the columns that say which series: title, category, season, episode and details
_told = itemgetter(0, 3, 5, 6, 12)


class Renaming(NamedTuple):
    """All programmes with the key `before` get the key `after`. `written` says that a feed writes the former one."""

    before: SeriesKey
    after: SeriesKey
    written: bool


class TitleTaken(NamedTuple):
    """Programmes of the series `source` that are of `target` now, as that has their new title; with the titles of both."""

    source: int
    target: int
    before: str
    after: str


def series_of_columns(columns: Sequence[Any]) -> SeriesKey:
    """The key of the series of a content, from its columns as an import stages them."""
    title, category, season, episode, details = _told(columns)
    return series_told(
        title, None if season == -1 else season, None if episode == -1 else episode, category, details
    )


def written_series(columns: tuple[Any, ...]) -> SeriesKey:
    """The same, from what the feed wrote."""
    return series_of_columns(written_columns(columns))


def contents_led_by(conn: sqlite3.Connection, key: str) -> Iterator[int]:
    """The contents, by id, of the series that a key leads to, also on single channels. Those may have other keys."""
    return (content for (content,) in conn.execute(_CONTENTS, _range(key)))


def follow(conn: sqlite3.Connection, renamings: Iterable[Renaming]) -> list[TitleTaken]:
    """Let the keys of new titles lead to the series of the former ones, which are called by them from now on.

    A new key that leads to another series already stays there; returns those.
    """
    joined = []
    for one in renamings:
        found = conn.execute(_SERIES_OF, [one.before.key]).fetchone()
        other = conn.execute(_SERIES_OF, [one.after.key]).fetchone()
        if found and other and found != other:
            joined.append(TitleTaken(found[0], other[0], one.before.title, one.after.title))
        elif found:
            _rename(conn, one)
    return joined


def _rename(conn: sqlite3.Connection, one: Renaming) -> None:
    values = {**_range(one.before.key), "after": one.after.key}
    for series, title in conn.execute(_ALL_SERIES, values).fetchall():
        # A series that a person has given a title, or has merged into, keeps it.
        if words_of(title) == words_of(one.before.title):
            conn.execute(_RETITLE, [one.after.title, series])
    conn.execute(_COPY, values)
    if not one.written:
        conn.execute(_DROP, values)


def renamed_before(conn: sqlite3.Connection, content: int, key: SeriesKey) -> Renaming | None:
    """The renaming that gives a new content the series of the title that its feed wrote, None without one.

    That is a series of the same kind which has no contents any more: one with contents has its title for those.
    """
    columns = tuple(
        missing if value is None else value
        for value, missing in zip(conn.execute(_COLUMNS, [content]).fetchone(), MISSING[1:], strict=True)
    )
    written = written_series(columns)
    if written.key == key.key or written.kind != key.kind:
        return None
    if not conn.execute(_SERIES_OF, [written.key]).fetchone() or any(
        True for _ in contents_led_by(conn, written.key)
    ):
        return None
    return Renaming(written, key, written=True)


def _range(key: str) -> dict[str, str]:
    first, behind = keys_of_channels(key)
    return {"key": key, "first": first, "behind": behind}
