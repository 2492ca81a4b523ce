"""What watches found, and what they told of, in `epg.secrets`. Times are epoch seconds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..watches.airing import WatchedAiring, from_json
from ..watches.planning import StoredMatch
from ..watches.watch import Watch

#: 2 in `known` is for what is set aside
_ASIDE = 2
_OF_WATCH = "SELECT airing, seen, known, before_at FROM watch_matches WHERE watch_id = ? AND (known < 2 OR ?)"
_TOUCHED = """
    SELECT DISTINCT watch_id FROM watch_matches WHERE program_id IN (SELECT value FROM json_each(:programs))
    UNION SELECT DISTINCT watch_id FROM watch_matches WHERE channel_id IN (SELECT value FROM json_each(:channels))
"""
_DUE = "SELECT DISTINCT watch_id FROM watch_matches WHERE before_at <= ?"
_PUT = """
    INSERT INTO watch_matches (watch_id, program_id, channel_id, end, airing, seen, known, before_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_TELL = """
    INSERT OR REPLACE INTO watch_told (watch_id, unit, kind, program_id, airing, keys, told_at) VALUES (?, ?, ?, ?, ?, ?, ?)
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
    return [
        FoundMatch(StoredMatch(from_json(airing), seen, bool(known % _ASIDE)), before_at, known >= _ASIDE)
        for airing, seen, known, before_at in conn.execute(_OF_WATCH, [watch_id, aside])
    ]


def touched(conn: sqlite3.Connection, programs: Iterable[int], channels: Iterable[int]) -> set[int]:
    """The watches that found one of these programmes, or a programme on one of these channels."""
    given = {"programs": json.dumps(list(programs)), "channels": json.dumps(list(channels))}
    return {ident for (ident,) in conn.execute(_TOUCHED, given)}


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
    gone = [(watch.id, ident) for ident in before if before[ident] != now.get(ident)]
    conn.executemany("DELETE FROM watch_matches WHERE watch_id = ? AND program_id = ?", gone)
    fresh = [found for ident, found in now.items() if found != before.get(ident)]
    conn.executemany(_PUT, [_row(watch, found) for found in fresh])


def _row(watch: Watch, found: FoundMatch) -> tuple[Any, ...]:
    airing, seen, known = found.match
    ids = (watch.id, airing.program_id, airing.channel_id)
    return *ids, airing.end, airing.as_json(), seen, known + _ASIDE * found.aside, found.before_at


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


def prune(conn: sqlite3.Connection, now: int, ledger_days: int) -> None:
    """Delete matches that are over, and what was told so long ago that it may be told again."""
    conn.execute("DELETE FROM watch_matches WHERE end <= ?", [now])
    conn.execute("DELETE FROM watch_told WHERE told_at < ?", [now - 86_400 * ledger_days])
