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
_STATE = "SELECT version, last_content_id, last_title_id FROM genre_state"
_LAST = "SELECT ifnull(max(id), 0) FROM contents"
_CATEGORIES = "SELECT DISTINCT category FROM contents WHERE id > :last"
_SEVERAL = "SELECT count(*) > 1 FROM providers"
_TITLES = """
    SELECT c.id, lower(c.title), g.genre FROM contents c CROSS JOIN category_genres g ON g.category = c.category
    WHERE c.id > :last ORDER BY c.id LIMIT :stretch
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
    Titles wait until there is a second provider: before, there is nobody who could learn from them.
    """
    version, last, last_title = conn.execute(_STATE).fetchone()
    if version != VERSION:
        conn.execute("DELETE FROM category_genres")
        conn.execute("DELETE FROM title_genres")
        last = last_title = 0
    note_categories(conn, replaced)
    (newest,) = conn.execute(_LAST).fetchone()
    if newest <= last and version == VERSION:
        return
    note_categories(conn, [category for (category,) in conn.execute(_CATEGORIES, {"last": last})])
    if conn.execute(_SEVERAL).fetchone()[0]:
        _learn(conn, last_title)
        last_title = newest
    conn.execute(
        "UPDATE genre_state SET version = ?, last_content_id = ?, last_title_id = ?",
        [VERSION, newest, last_title],
    )


def _learn(conn: sqlite3.Connection, last: int) -> None:
    """Note the genres of the titles of contents with ids above `last`."""
    while rows := conn.execute(_TITLES, {"last": last, "stretch": STRETCH}).fetchall():
        _store_titles(conn, _titles({row[1:] for row in rows}))
        last = rows[-1][0]


def note_categories(conn: sqlite3.Connection, categories: Iterable[str]) -> None:
    """Give a genre to lists of categories (JSON), within the open transaction."""
    found = [(category, _genre(category)) for category in categories]
    conn.executemany(
        _ADD,
        [
            (category, genre and genre.code, int(bool(genre and genre.sure)), genre and genre.reason)
            for category, genre in found
        ],
    )


def _genre(category: str) -> Genre | None:
    return genre_of(orjson.loads(category)) if len(category) > 2 else None


def _titles(pairs: Iterable[tuple[str, int | None]]) -> dict[str, int | None]:
    """The genre of each title that some programme has one for; None for a title with several."""
    given = [(title, code) for title, code in pairs if code is not None]
    learned = learn((title, Genre(code >> 4, code & 15, True, "")) for title, code in given)
    return {title: learned[title].code if title in learned else None for title, _ in given}


def _store_titles(conn: sqlite3.Connection, titles: dict[str, int | None]) -> None:
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
