"""What watches found, and what they told of, in `epg.secrets`. Times are epoch seconds."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from ..watches.airing import WatchedAiring, from_json
from ..watches.planning import StoredMatch
from ..watches.watch import Watch
from . import outbox_rows

#: 2 in `known` is for what is set aside
_ASIDE = 2
_OF_WATCH = "SELECT airing, seen, known, before_at FROM watch_matches WHERE watch_id = ? AND (known < 2 OR ?)"
_WITH = """
    SELECT airing, seen, known, before_at, ifnull(mark IN (SELECT value FROM json_each(:marks)), 0) FROM watch_matches
    WHERE watch_id = :watch AND (
        known >= 2 OR mark IS NULL OR mark IN (SELECT value FROM json_each(:marks))
        OR program_id IN (SELECT value FROM json_each(:programs)))
"""
_AMONG = """
    SELECT program_id FROM watch_matches
    WHERE watch_id = :watch AND known < 2 AND program_id IN (SELECT value FROM json_each(:programs))
"""
_TOUCHED = """
    SELECT watch_id, mark FROM watch_matches WHERE program_id IN (SELECT value FROM json_each(:programs))
    UNION SELECT watch_id, mark FROM watch_matches WHERE channel_id IN (SELECT value FROM json_each(:channels))
"""
_DUE = "SELECT DISTINCT watch_id FROM watch_matches WHERE before_at <= ?"
_PUT = """
    INSERT INTO watch_matches (watch_id, program_id, channel_id, end, airing, seen, known, mark, before_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (watch_id, program_id) DO UPDATE SET
        channel_id = excluded.channel_id, end = excluded.end, airing = excluded.airing, seen = excluded.seen,
        known = excluded.known, before_at = excluded.before_at, mark = excluded.mark
"""
#: for what is still on the same channel and is told at the same time, so that no index is written
_EDIT = "UPDATE watch_matches SET end = ?, airing = ?, seen = ?, known = ?, mark = ? WHERE watch_id = ? AND program_id = ?"
_TELL = """
    INSERT OR REPLACE INTO watch_told (watch_id, unit, kind, program_id, airing, keys, told_at) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FORGET = """
    DELETE FROM watch_told
    WHERE watch_id NOT IN (SELECT id FROM watches)
      AND watch_id NOT IN (SELECT row_id FROM watch_undo WHERE place = 'watches')
"""


class FoundMatch(NamedTuple):
    """A stored match. `before_at` is when it is due before its start; None where it is not, or was.

    `aside`: the watch found it and does not find it now. It is remembered until it is over, so that it is not new when the
    watch finds it again.
    """

    match: StoredMatch
    before_at: int | None
    aside: bool = False


class ToldAlert(NamedTuple):
    """That a watch told of `airing` as `unit`, by alerts with `keys`. `kind` is match, before, or digest:TARGET."""

    unit: str
    kind: str
    airing: WatchedAiring
    keys: tuple[str, ...]
    told_at: int = 0


def matches_of(conn: sqlite3.Connection, watch_id: int, *, aside: bool = False) -> list[FoundMatch]:
    """Everything that a watch finds; with `aside` also what it found before."""
    return [_found(row) for row in conn.execute(_OF_WATCH, [watch_id, aside])]


def matches_with(
    conn: sqlite3.Connection, watch_id: int, marks: Iterable[int], programs: Iterable[int]
) -> list[tuple[FoundMatch, int]]:
    """Of what a watch finds or found before: what has one of these `identity_mark`s, with a 1 beside it; else with a 0 what has
    none stored, is one of these programmes, or is set aside."""
    given = {"watch": watch_id, "marks": json.dumps(list(marks)), "programs": json.dumps(list(programs))}
    return [(_found(row[:4]), row[4]) for row in conn.execute(_WITH, given)]


def found_among(conn: sqlite3.Connection, watch_id: int, programs: Sequence[int]) -> set[int]:
    """Those of the programmes that a watch finds."""
    if not programs:
        return set()
    rows = conn.execute(_AMONG, {"watch": watch_id, "programs": json.dumps(programs)})
    return {ident for (ident,) in rows}


def touched(
    conn: sqlite3.Connection, programs: Iterable[int], channels: Iterable[int]
) -> dict[int, frozenset[int]]:
    """The watches that found one of these programmes, or a programme on one of these channels, with the marks of what they
    found there."""
    given = {"programs": json.dumps(list(programs)), "channels": json.dumps(list(channels))}
    marks: dict[int, set[int]] = defaultdict(set)
    for watch_id, mark in conn.execute(_TOUCHED, given):
        marks[watch_id].update(() if mark is None else (mark,))
    return {ident: frozenset(found) for ident, found in marks.items()}


def identity_mark(identity: str) -> int:
    """What stands for a `WatchedAiring.identity` in the table. Different ones may have the same."""
    return crc32(identity.encode("utf-8", "replace"))


def due(conn: sqlite3.Connection, now: int) -> set[int]:
    """The watches with a match whose time before the start has come."""
    return {ident for (ident,) in conn.execute(_DUE, [now])}


def before_at(watch: Watch, airing: WatchedAiring) -> int | None:
    """When the watch tells before the start of a showing."""
    return None if watch.lead_minutes is None else airing.start - 60 * watch.lead_minutes


def store_matches(
    conn: sqlite3.Connection, watch: Watch, before: Mapping[int, FoundMatch], now: Mapping[int, FoundMatch]
) -> None:
    """Store what a watch finds `now`, by the ids of programmes, where it differs from what it found `before`."""
    gone = [(watch.id, ident) for ident in before if ident not in now]
    put, edit = [], []
    for ident, found in now.items():
        prior = before.get(ident)
        if prior is None or (prior.match.airing.channel_id, prior.before_at) != (
            found.match.airing.channel_id,
            found.before_at,
        ):
            put.append((*_place(watch, found), *_said(found), found.before_at))
        elif prior != found:
            edit.append((*_said(found), watch.id, ident))
    conn.executemany("DELETE FROM watch_matches WHERE watch_id = ? AND program_id = ?", gone)
    conn.executemany(_PUT, put)
    conn.executemany(_EDIT, edit)


def _found(row: Sequence[Any]) -> FoundMatch:
    airing, seen, known, before_at = row
    return FoundMatch(StoredMatch(from_json(airing), seen, bool(known % _ASIDE)), before_at, known >= _ASIDE)


def _place(watch: Watch, found: FoundMatch) -> tuple[int, int, int]:
    return watch.id, found.match.airing.program_id, found.match.airing.channel_id


def _said(found: FoundMatch) -> tuple[int, str, int, int, int]:
    airing, seen, known = found.match
    return airing.end, airing.as_json(), seen, known + _ASIDE * found.aside, identity_mark(airing.identity)


def told_of(conn: sqlite3.Connection, watch_id: int) -> list[ToldAlert]:
    """What a watch told of."""
    rows = conn.execute(
        "SELECT unit, kind, airing, keys, told_at FROM watch_told WHERE watch_id = ?", [watch_id]
    )
    return [
        ToldAlert(unit, kind, from_json(airing), tuple(json.loads(keys)), at)
        for unit, kind, airing, keys, at in rows
    ]


def tell(conn: sqlite3.Connection, watch_id: int, told: ToldAlert) -> None:
    """Note that a watch told of something."""
    values = [
        watch_id,
        told.unit,
        told.kind,
        told.airing.program_id,
        told.airing.as_json(),
        json.dumps(told.keys),
        told.told_at,
    ]
    conn.execute(_TELL, values)


def untell(conn: sqlite3.Connection, watch_id: int, told: ToldAlert) -> None:
    """Forget that a watch told of something, so that it may again."""
    conn.execute(
        "DELETE FROM watch_told WHERE watch_id = ? AND unit = ? AND kind = ?",
        [watch_id, told.unit, told.kind],
    )


def untell_key(conn: sqlite3.Connection, key: str) -> None:
    """Forget everything that one alert told of."""
    conn.execute("DELETE FROM watch_told WHERE keys = ?", [json.dumps([key])])


def untell_dropped(conn: sqlite3.Connection, watch_id: int) -> None:
    """Forget what a watch told by alerts that were dropped, all of them, so that it tells it when it is due."""
    for told in told_of(conn, watch_id):
        states = {state for state, _ in outbox_rows.states(conn, told.keys).values()}
        if states == {"dropped"}:
            outbox_rows.free(conn, told.keys)
            untell(conn, watch_id, told)


def forget_removed(conn: sqlite3.Connection) -> None:
    """Forget what watches told that were removed for good."""
    conn.execute(_FORGET)


def prune(conn: sqlite3.Connection, now: int, ledger_days: int) -> None:
    """Delete matches that are over, and what was told so long ago that it may be told again."""
    conn.execute("DELETE FROM watch_matches WHERE end <= ?", [now])
    conn.execute("DELETE FROM watch_told WHERE told_at < ?", [now - 86_400 * ledger_days])
