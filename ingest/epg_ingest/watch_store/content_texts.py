"""The texts of contents, as watches read them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import orjson

from ..watches.text_match import WatchedText

_TEXT = "SELECT title, subtitle, description, actors, directors, details ->> '$.credits' FROM contents WHERE id = ?"
_ALL = "SELECT id, title, subtitle, description FROM contents"
_OF_CHANGED = """
    SELECT k.id, k.title, k.subtitle, k.description
    FROM (SELECT DISTINCT content_id FROM temp.watched_airings) w CROSS JOIN contents k ON k.id = w.content_id
"""
_TITLES_OF_CHANGED = """
    SELECT k.id, k.title
    FROM (SELECT DISTINCT content_id FROM temp.watched_airings) w CROSS JOIN contents k ON k.id = w.content_id
"""
_PEOPLE = """
    SELECT id, actors, directors, details ->> '$.credits' FROM contents
    WHERE actors <> '[]' OR directors <> '[]' OR details ->> '$.credits' IS NOT NULL
"""
_PEOPLE_OF_CHANGED = """
    SELECT k.id, k.actors, k.directors, k.details ->> '$.credits'
    FROM (SELECT DISTINCT content_id FROM temp.watched_airings) w CROSS JOIN contents k ON k.id = w.content_id
    WHERE k.actors <> '[]' OR k.directors <> '[]' OR k.details ->> '$.credits' IS NOT NULL
"""


def text_of(conn: sqlite3.Connection, content_id: int) -> WatchedText | None:
    """What is said of a content; None where it is gone."""
    row = conn.execute(_TEXT, [content_id]).fetchone()
    return None if row is None else WatchedText(row[0], row[1], row[2], names(*row[3:]))


def title_of(conn: sqlite3.Connection, content_id: int) -> str:
    """The title of a content; "" where it is gone."""
    row = conn.execute("SELECT title FROM contents WHERE id = ?", [content_id]).fetchone()
    return "" if row is None else str(row[0])


def texts_of(conn: sqlite3.Connection, *, changed: bool = False) -> Iterator[tuple[int, WatchedText]]:
    """Id, title, sub-title and description of all contents, or of those in the temporary table `watched_airings`."""
    for ident, *texts in conn.execute(_OF_CHANGED if changed else _ALL):
        yield ident, WatchedText(*texts)


def changed_titles(conn: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Id and title of the contents in the temporary table `watched_airings`."""
    yield from conn.execute(_TITLES_OF_CHANGED)


def people_of(conn: sqlite3.Connection, *, changed: bool = False) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Id and names of all contents that name somebody, or of those in the temporary table `watched_airings`."""
    for ident, *people in conn.execute(_PEOPLE_OF_CHANGED if changed else _PEOPLE):
        yield ident, names(*people)


def names(actors: str, directors: str, credits: str | None) -> tuple[str, ...]:
    """The names in the JSON of these columns, each once."""
    others = (entry.get("name", "") for entry in orjson.loads(credits or "[]"))
    return tuple(dict.fromkeys((*orjson.loads(actors), *orjson.loads(directors), *filter(None, others))))
