"""Line-ups and their entries, read. Nothing here changes anything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.errors import NotFoundError
from ..guide.messages import did_you_mean, quoted

_LINEUPS = """
    SELECT id, name, title, source_kind, source_url, kinds, id_scheme, filler, episode_ids, address_set, updated_at FROM lineups
    ORDER BY name
"""
_LINEUP = """
    SELECT id, name, title, source_kind, source_url, kinds, id_scheme, filler, episode_ids, address_set, updated_at FROM lineups
    WHERE name = :name COLLATE NOCASE OR id = :id
    ORDER BY name = :name DESC LIMIT 1
"""
_ENTRIES = """
    SELECT id, position, number, name, group_name, icon_url, kind, source_id, source_name, other_ids, channel_id, method, score,
           reason, candidates, output_id, shift_minutes, hidden, pinned, gone_at
    FROM lineup_channels WHERE lineup_id = ? ORDER BY position, id
"""
_COUNTS = """
    SELECT count(*), count(channel_id), count(*) FILTER (WHERE channel_id IS NULL AND method IS NULL)
    FROM lineup_channels WHERE lineup_id = ? AND gone_at IS NULL
"""
_REFRESHES = """
    SELECT id, started_at, completed_at, status, trigger, entries, added, removed, matched, problems, error_code, error_message
    FROM lineup_refreshes WHERE lineup_id = ? ORDER BY id DESC LIMIT ?
"""


@dataclass(frozen=True)
class Lineup:
    """A row of `lineups`. `kinds` are the kinds of entries that are taken from the source."""

    id: int
    name: str
    title: str
    source_kind: str
    source_url: str | None
    kinds: tuple[str, ...]
    id_scheme: str
    filler: int
    episode_ids: bool
    address_set: int
    updated_at: str


class EntryRow(NamedTuple):
    """A row of `lineup_channels`. `pinned`, `other_ids` and `candidates` are JSON, as stored."""

    id: int
    position: int
    number: str | None
    name: str
    group_name: str | None
    icon_url: str | None
    kind: str
    source_id: str | None
    source_name: str | None
    other_ids: str
    channel_id: int | None
    method: str | None
    score: float | None
    reason: str | None
    candidates: str
    output_id: str | None
    shift_minutes: int
    hidden: int
    pinned: str
    gone_at: str | None

    @property
    def from_source(self) -> bool:
        """Whether a source has named it; otherwise a person added it."""
        return self.source_name is not None

    @property
    def decided(self) -> bool:
        """Whether a person has set anything on it."""
        return self.pinned != "[]" or self.method == "manual"

    @property
    def open(self) -> bool:
        """Whether it has no channel and nobody decided that it shall have none."""
        return self.channel_id is None and self.method is None


class EntryCounts(NamedTuple):
    """Entries of a line-up, those with a channel, and those that are open."""

    entries: int
    matched: int
    open: int


def list_lineups(conn: sqlite3.Connection) -> list[Lineup]:
    """All line-ups by name."""
    return [_lineup(row) for row in conn.execute(_LINEUPS)]


def find_lineup(conn: sqlite3.Connection, name_or_id: str | int) -> Lineup:
    """One line-up by name or id. Raises `NotFoundError` that names similar ones."""
    key = str(name_or_id)
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    row = conn.execute(_LINEUP, {"name": key, "id": number}).fetchone()
    if row is None:
        known = {lineup.name: lineup.name for lineup in list_lineups(conn)}
        otherwise = (
            "see: epg-ingest lineups list" if known else "add one with: epg-ingest lineups add NAME SOURCE"
        )
        raise NotFoundError(
            f"there is no line-up {quoted(key, 40)}{did_you_mean(key, known, cutoff=0.5, otherwise=otherwise)}"
        )
    return _lineup(row)


def entries_of(conn: sqlite3.Connection, lineup_id: int) -> list[EntryRow]:
    """All entries by position, also those that are gone."""
    return list(map(EntryRow._make, conn.execute(_ENTRIES, [lineup_id])))


def counts_of(conn: sqlite3.Connection, lineup_id: int) -> EntryCounts:
    """How many entries there are, without those that are gone."""
    return EntryCounts(*conn.execute(_COUNTS, [lineup_id]).fetchone())


def refreshes_of(conn: sqlite3.Connection, lineup_id: int, limit: int = 1) -> Iterator[dict[str, Any]]:
    """The latest refreshes, the newest first."""
    found = conn.execute(_REFRESHES, [lineup_id, limit])
    names = [column[0] for column in found.description]
    return (dict(zip(names, row, strict=True)) for row in found)


def _lineup(row: tuple[Any, ...]) -> Lineup:
    ident, name, title, kind, url, kinds, scheme, filler, ids, number, updated = row
    return Lineup(
        ident, name, title, kind, url, tuple(json.loads(kinds)), scheme, filler, bool(ids), number, updated
    )
