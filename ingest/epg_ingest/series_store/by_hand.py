"""What a person decides about series: two are one, or one is two. Both can be taken back.

A decision is stored with the keys: a key with the source `manual` leads to another series than it would by itself
(`own_series_id`). Contents and episodes follow the keys, so a decision is taken back by giving the keys back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..core.errors import NotFoundError, UsageError
from ..series.series_keys import of_channel, without_channel
from . import moved_episodes
from .assigning import place_again
from .leaving import nothing_moves, require_moving

_SERIES = "SELECT id, title, kind FROM series WHERE id = ?"
_KEYS = "SELECT key, series_id, source, own_series_id FROM series_keys WHERE series_id = ? ORDER BY key"
_KEY = "SELECT key, series_id, source, own_series_id FROM series_keys WHERE key = ?"
_GIVE = """
    UPDATE series_keys SET own_series_id = iif(source = 'title', series_id, own_series_id), series_id = :target,
        source = 'manual'
    WHERE key = :key
"""
_GIVE_BACK = """
    UPDATE series_keys SET series_id = own_series_id, own_series_id = NULL, source = 'title'
    WHERE key = :key AND own_series_id IS NOT NULL
"""
_PUT_KEY = """
    INSERT INTO series_keys (key, series_id, source, own_series_id) VALUES (:key, :series_id, 'manual', :own_series_id)
    ON CONFLICT (key) DO UPDATE SET series_id = excluded.series_id, source = 'manual', own_series_id = excluded.own_series_id
"""
_DROP_KEY = "DELETE FROM series_keys WHERE key = ?"
_BY_CHANNEL = "UPDATE series_keys SET by_channel = 1 WHERE key = ?"
_MAKE = "INSERT INTO series (title, kind) SELECT ifnull(:title, title), kind FROM series WHERE id = :series RETURNING id"
_PIN = """
    UPDATE series SET pinned = EXISTS (
        SELECT 1 FROM series_keys k WHERE k.source = 'manual' AND (k.series_id = series.id OR k.own_series_id = series.id))
    WHERE id = ?
"""
_CONTENTS = "SELECT content_id FROM content_episodes WHERE series_id = ?"
_MOVED = """
    SELECT (SELECT count(*) FROM content_episodes ce JOIN airings a ON a.content_id = ce.content_id
            WHERE ce.series_id = :series),
           EXISTS (SELECT 1 FROM episode_rows WHERE series_id = :series)
"""


class Split(NamedTuple):
    """The series that a split has made, or that got back what it had, and how many programmes it has."""

    series: int
    programmes: int


def find_series(conn: sqlite3.Connection, ident: int) -> tuple[int, str, str]:
    """Id, title and kind of a series. Raises `NotFoundError`."""
    row = conn.execute(_SERIES, [ident]).fetchone()
    if row is None:
        raise NotFoundError(
            f"there is no series {ident}; look for one with: epg-ingest series list --search WORDS"
        )
    return int(row[0]), str(row[1]), str(row[2])


def merge(conn: sqlite3.Connection, source: int, target: int) -> None:
    """Make the series `source` part of `target`, within the open write transaction.

    Raises `NotFoundError`, and `UsageError` for one series, or a series and a film.
    """
    one, other = find_series(conn, source), find_series(conn, target)
    if source == target:
        raise UsageError(f"series {source} cannot be merged with itself")
    if one[2] != other[2]:
        raise UsageError(
            f"series {source} is a {one[2]} and series {target} a {other[2]}; they cannot be one"
        )
    keys = [row[0] for row in conn.execute(_KEYS, [source])]
    if not keys:
        raise UsageError(f"series {source} is part of another one already")
    for key in keys:
        conn.execute(_GIVE, {"key": key, "target": target})
    _follow(conn, [source, target])


def split(
    conn: sqlite3.Connection,
    series: int,
    *,
    keys: Sequence[str] = (),
    channels: Sequence[int] = (),
    title: str | None = None,
) -> Split:
    """Take keys, or what is shown on channels, out of a series, within the open write transaction; returns the other series.

    That is the one which the keys had before they were merged, if they had one; else a new one, called `title` (None: as this
    one). Raises `NotFoundError`, and `UsageError` for keys that are not of this series, for all of them, and where nothing
    goes.
    """
    find_series(conn, series)
    require_moving(conn, series, keys, channels)
    rows = {row[0]: row for row in conn.execute(_KEYS, [series])}
    own = {rows[key][3] for key in keys} - {None, series}
    if not channels and len(own) == 1 and all(rows[key][3] for key in keys):
        target = int(own.pop())
        for key in keys:
            conn.execute(_GIVE_BACK, {"key": key})
    else:
        target = int(conn.execute(_MAKE, {"title": title, "series": series}).fetchone()[0])
        _give(conn, target, keys, [key for key in rows if without_channel(key) == key], channels)
    _follow(conn, [series, target])
    programmes, episodes = conn.execute(_MOVED, {"series": target}).fetchone()
    if not programmes and not episodes:
        raise nothing_moves(series, keys, channels)
    return Split(target, programmes)


def _give(
    conn: sqlite3.Connection, target: int, keys: Iterable[str], titles: Iterable[str], channels: Sequence[int]
) -> None:
    """Give keys to the series `target`, and `titles` as they are on `channels`."""
    for key in keys:
        conn.execute(_GIVE, {"key": key, "target": target})
    for key in titles if channels else ():
        conn.execute(_BY_CHANNEL, [key])
        for channel in channels:
            name = of_channel(key, channel)
            if conn.execute(_KEY, [name]).fetchone():
                conn.execute(_GIVE, {"key": name, "target": target})
            else:
                conn.execute(_PUT_KEY, {"key": name, "series_id": target, "own_series_id": None})


def take_back(
    conn: sqlite3.Connection, pairs: Iterable[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]
) -> bool:
    """Give keys back as they were before a decision; `pairs` are their rows before and after it, None where it was no decision.

    Returns False, with nothing changed, if something has changed them since.
    """
    rows = list(pairs)
    if any(not _stands(conn, before, after) for before, after in rows):
        return False
    touched = {row[name] for pair in rows for row in pair if row for name in ("series_id", "own_series_id")}
    for before, after in rows:
        if before is not None:
            conn.execute(_PUT_KEY, {**before, "key": before["id"]})
        elif after is not None and after["own_series_id"] is None:
            conn.execute(_DROP_KEY, [after["id"]])
        elif after is not None:
            conn.execute(_GIVE_BACK, {"key": after["id"]})
    _follow(conn, sorted(touched - {None}))
    return True


def _stands(
    conn: sqlite3.Connection, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> bool:
    """Whether a key is as a decision left it."""
    row = conn.execute(_KEY, [(after or before or {})["id"]]).fetchone()
    if after is None:
        return row is not None and row[2] == "title"
    return row is not None and (row[1], row[3]) == (after["series_id"], after["own_series_id"])


def _follow(conn: sqlite3.Connection, series: Sequence[int]) -> None:
    """Let episodes and contents of these series follow their keys."""
    contents = [content for ident in series for (content,) in conn.execute(_CONTENTS, [ident]).fetchall()]
    for ident in series:
        moved_episodes.follow_keys(conn, ident)
    place_again(conn, contents)
    for ident in series:
        conn.execute(_PIN, [ident])
