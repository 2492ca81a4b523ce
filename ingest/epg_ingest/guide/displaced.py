"""Programmes that lost their start to another one when a time zone was corrected: the table `displaced`.

All functions run within an open write transaction. The programmes are out of the guide, but whole: a row also holds what the
programme says, because a content that nothing shows is deleted. The next correction moves them like the others, so they come
back, under their ids, when their start is free. A feed that is read again decides anew for the time that it covers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..core.times import iso
from ..series_store.assigning import place_again
from ..storage.guide_changes import note_shown

_CHANNELS = "SELECT DISTINCT channel_id FROM displaced WHERE provider_id = ?"
_READ = """
    SELECT id, start_time, end_time, own_stop, programme FROM displaced WHERE provider_id = ? AND channel_id = ? ORDER BY id
"""
_AIRING = """
    SELECT provider_id, channel_id, end_source, unzoned, element_hash, created_at, content_id FROM airings WHERE id = ?
"""
_CONTENT = "SELECT * FROM contents WHERE id = ?"
_PUT = """
    INSERT OR REPLACE INTO displaced (id, provider_id, channel_id, start_time, end_time, own_stop, programme)
    VALUES (:id, :provider_id, :channel_id, :start_time, :end_time, :own_stop, :programme)
"""
_MOVE = "UPDATE displaced SET start_time = ?, end_time = ?, own_stop = ? WHERE id = ?"
_SHIFT = """
    UPDATE displaced SET start_time = strftime('%Y-%m-%dT%H:%M:%SZ', start_time, :by),
        end_time = strftime('%Y-%m-%dT%H:%M:%SZ', end_time, :by), own_stop = strftime('%Y-%m-%dT%H:%M:%SZ', own_stop, :by)
    WHERE provider_id = :provider AND channel_id = :channel
"""
_FORGET = "DELETE FROM displaced WHERE id = ?"
_FOLLOW = "UPDATE displaced SET channel_id = :target WHERE provider_id = :provider AND channel_id = :source"
_DROP = "DELETE FROM displaced WHERE provider_id = :provider AND (:channel IS NULL OR channel_id = :channel)"
_EXPIRE = "DELETE FROM displaced WHERE max(start_time, end_time) <= :past OR start_time > :future"
#: a content with the same values, which has the same hash unless two contents met
_FIND_CONTENT = """
    SELECT id FROM contents
    WHERE hash = :hash AND (title, subtitle, description, category, episode_num, season, episode, rating, actors, directors,
                            icon_url, is_new, details)
        IS (:title, :subtitle, :description, :category, :episode_num, :season, :episode, :rating, :actors, :directors,
            :icon_url, :is_new, :details)
"""
_TAKEN = "SELECT 1 FROM contents WHERE hash = ?"
#: ids are never used twice, so the former one is free
_INSERT_CONTENT = """
    INSERT INTO contents (id, title, subtitle, description, category, episode_num, season, episode, rating, actors, directors,
                          icon_url, is_new, details, hash)
    VALUES ((SELECT :id WHERE NOT EXISTS (SELECT 1 FROM contents WHERE id = :id)), :title, :subtitle, :description, :category,
            :episode_num, :season, :episode, :rating, :actors, :directors, :icon_url, :is_new, :details, :hash)
"""
_INDEX = "INSERT INTO contents_fts (rowid, title, subtitle, description) VALUES (:id, :title, :subtitle, :description)"
_INSERT_AIRING = """
    INSERT INTO airings (id, channel_id, provider_id, start_time, end_time, content_id, end_source, own_stop, unzoned,
                         element_hash, created_at, updated_at)
    VALUES (:id, :channel_id, :provider_id, :start_time, :end_time, :content_id, :end_source, :own_stop, :unzoned,
            :element_hash, :created_at, :updated_at)
"""
#: what `details` may hold of a programme that says nothing
_OF_A_BARE_ONE = {"title", "clumpidx", "showview", "videoplus", "pdc-start", "vps-start"}
#: start, end and own stop as stored (ISO, UTC)
Times = tuple[str, str, "str | None"]


class Displaced(NamedTuple):
    """A programme out of the guide: its times as they would be stored (ISO, UTC), and all else as an object.

    That holds the columns of `airings`, its `content` as the columns of `contents`, and `written`, see `clock.written.Written`.
    """

    id: int
    times: Times
    programme: dict[str, Any]


def channels(conn: sqlite3.Connection, provider_id: int) -> set[int]:
    """The channels on which a provider has displaced programmes."""
    return {channel for (channel,) in conn.execute(_CHANNELS, [provider_id])}


def read(conn: sqlite3.Connection, provider_id: int, channel_id: int) -> list[Displaced]:
    """A provider's displaced programmes of one channel."""
    rows = conn.execute(_READ, [provider_id, channel_id])
    return [
        Displaced(ident, (start, end, own), json.loads(programme))
        for ident, start, end, own, programme in rows
    ]


def put(conn: sqlite3.Connection, program_id: int, times: Times, written: Iterable[Any] | None) -> None:
    """Note a programme of the guide that is about to be deleted, at the times that it would have."""
    airing = _row(conn, _AIRING, program_id)
    content = _row(conn, _CONTENT, airing.pop("content_id"))
    where = {key: airing.pop(key) for key in ("provider_id", "channel_id")}
    programme = {**airing, "content": content, "written": None if written is None else list(written)}
    start, end, own = times
    values = {"id": program_id, "start_time": start, "end_time": end, "own_stop": own}
    text = json.dumps(programme, ensure_ascii=False, separators=(",", ":"))
    conn.execute(_PUT, values | where | {"programme": text})


def _row(conn: sqlite3.Connection, statement: str, ident: int) -> dict[str, Any]:
    found = conn.execute(statement, [ident])
    return dict(zip([column[0] for column in found.description], found.fetchone(), strict=True))


def move(conn: sqlite3.Connection, moved: Iterable[tuple[int, Times]]) -> None:
    """Give displaced programmes the times that they would have now."""
    conn.executemany(_MOVE, [(*times, ident) for ident, times in moved])


def shift(conn: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """Move those of a `provider` on a `channel` `by` a modifier of SQLite such as `+60 seconds`."""
    conn.execute(_SHIFT, values)


def restore(
    conn: sqlite3.Connection, found: Displaced, provider_id: int, channel_id: int, times: Times, moment: str
) -> None:
    """Put a displaced programme back into the guide, under its id; `moment` (ISO, UTC) becomes its `updated_at`."""
    conn.execute(_FORGET, [found.id])
    start, end, own = times
    row = {
        **found.programme, "id": found.id, "channel_id": channel_id, "provider_id": provider_id, "start_time": start,
        "end_time": end, "own_stop": own, "updated_at": moment, "content_id": _content(conn, found.programme["content"]),
    }  # fmt: skip
    conn.execute(
        _INSERT_AIRING, {key: value for key, value in row.items() if key not in ("content", "written")}
    )
    place_again(conn, [row["content_id"]])
    note_shown(conn, channel_id, [found.id], [])


def _content(conn: sqlite3.Connection, content: dict[str, Any]) -> int:
    """The id of a content with these values; it is stored again if nothing shows it any more."""
    content = dict(content)
    while True:
        if found := conn.execute(_FIND_CONTENT, content).fetchone():
            return int(found[0])
        if not conn.execute(_TAKEN, [content["hash"]]).fetchone():
            break
        content["hash"] += 1  # two contents met: as in an import, the later one takes the next hash
    content["id"] = conn.execute(_INSERT_CONTENT, content).lastrowid
    conn.execute(_INDEX, content)
    return int(content["id"])


def is_bare(found: Displaced) -> bool:
    """Whether it says nothing but when, where and its title, as `stored.bare_rows` asks of programmes of the guide."""
    content = found.programme["content"]
    said = [value for column, value in content.items() if column not in ("id", "title", "details", "hash")]
    return not any(value not in (None, "[]", 0) for value in said) and (
        json.loads(content["details"]).keys() <= _OF_A_BARE_ONE
    )


def follow(conn: sqlite3.Connection, provider_id: int, source: int, target: int) -> None:
    """Let displaced programmes go with those of the guide to another channel."""
    conn.execute(_FOLLOW, {"provider": provider_id, "source": source, "target": target})


def drop(conn: sqlite3.Connection, provider_id: int, channel_id: int | None) -> None:
    """Forget those of a provider, on one channel or (None) on all."""
    conn.execute(_DROP, {"provider": provider_id, "channel": channel_id})


def expire(conn: sqlite3.Connection, past: str, future: str) -> None:
    """Forget what ended by `past` or starts after `future` (ISO, UTC)."""
    conn.execute(_EXPIRE, {"past": past, "future": future})


def text(times: tuple[int, int, int | None]) -> Times:
    """Start, end and own stop from epoch seconds."""
    start, end, own = times
    return iso(start), iso(end), None if own is None else iso(own)
