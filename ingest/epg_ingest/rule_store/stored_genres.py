"""Genres, kept once for each list of categories and for each title.

A programme has the genre of its categories, else that of its title, if other programmes of this title have one genre only
(`title_genres`). Views read both. What a title was once is remembered: that makes a wrong guess less likely.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson

from ..genres.genre import Genre, genre_of
from ..genres.learning import learn

#: raised whenever the words of `genres` change
VERSION = 1
#: contents that are read at a time
STRETCH = 50_000
_STATE = "SELECT version, last_content_id FROM genre_state"
_NEW = """
    SELECT id, category, lower(title) FROM contents WHERE id > :last ORDER BY id LIMIT :stretch
"""
_KNOWN = "SELECT genre FROM title_genres WHERE title = ?"
_ADD = "INSERT OR IGNORE INTO category_genres (category, genre, sure, reason) VALUES (?, ?, ?, ?)"
_LEARN = """
    INSERT INTO title_genres (title, genre) VALUES (:title, :genre)
    ON CONFLICT (title) DO UPDATE SET genre = excluded.genre WHERE genre IS NOT excluded.genre
"""


def bring_up_to_date(conn: sqlite3.Connection, replaced: Iterable[str] = ()) -> None:
    """Give a genre to the categories and titles of contents that are new, within the open transaction.

    `replaced` are the categories (JSON) that other contents have got. After a change of the words, all contents count as new.
    """
    version, last = conn.execute(_STATE).fetchone()
    if version != VERSION:
        conn.execute("DELETE FROM category_genres")
        conn.execute("DELETE FROM title_genres")
        last = 0
    note_categories(conn, replaced)
    while rows := conn.execute(_NEW, {"last": last, "stretch": STRETCH}).fetchall():
        codes = {category: _genre(category) for category in {category for _, category, _ in rows}}
        _store(conn, codes, _titles((title, codes[category]) for _, category, title in rows))
        last = rows[-1][0]
        conn.execute("UPDATE genre_state SET version = ?, last_content_id = ?", [VERSION, last])


def note_categories(conn: sqlite3.Connection, categories: Iterable[str]) -> None:
    """Give a genre to lists of categories (JSON) that contents get in the open transaction."""
    _store(conn, {category: _genre(category) for category in set(categories)}, {})


def _genre(category: str) -> Genre | None:
    return genre_of(orjson.loads(category)) if len(category) > 2 else None


def _titles(pairs: Iterable[tuple[str, Genre | None]]) -> dict[str, int | None]:
    """The genre of each title that some programme has one for; None for a title with several."""
    known = {(title, genre.code): genre for title, genre in pairs if genre is not None}
    learned = learn((title, genre) for (title, _), genre in known.items())
    return {title: learned[title].code if title in learned else None for title, _ in known}


def _store(conn: sqlite3.Connection, codes: dict[str, Genre | None], titles: dict[str, int | None]) -> None:
    conn.executemany(
        _ADD,
        [
            (category, genre and genre.code, int(bool(genre and genre.sure)), genre and genre.reason)
            for category, genre in codes.items()
        ],
    )
    for title, code in titles.items():
        known = conn.execute(_KNOWN, [title]).fetchone()
        conn.execute(_LEARN, {"title": title, "genre": code if known is None else _together(known[0], code)})


def _together(one: int | None, other: int | None) -> int | None:
    """The genre of a title that was seen with both: what they have in common, None if that is nothing."""
    if one is None or other is None or one >> 4 != other >> 4:
        return None
    if one == other:
        return one
    return one | other if not (one & 15 and other & 15) else one & 0xF0
