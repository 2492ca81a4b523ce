"""Rows of `channel_mappings`, for code that holds a transaction: found by id in any spelling, and stored as made by hand."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from ..core.errors import NotFoundError
from ..core.names import same_id_key
from ..core.times import iso
from .messages import did_you_mean, quoted
from .programmes import mark_changed

_KNOWN_IDS = """
    SELECT provider_channel_id FROM channel_mappings WHERE provider_id = :provider
    UNION SELECT provider_channel_id FROM feed_channels WHERE provider_id = :provider
"""


@dataclass(frozen=True)
class Mapping:
    """A row of `channel_mappings`; `channel_id` None means ignored. `made_it`: an import made the channel for this id."""

    id: int
    provider_channel_id: str
    channel_id: int | None
    method: str
    shift_minutes: int
    made_it: bool


def spelling(conn: sqlite3.Connection, provider_id: int, provider_channel_id: str) -> str:
    """The id as the provider's feed spells it, if it differs from a known one only in case, Unicode form or invisible
    characters; otherwise as it is."""
    known = [name for (name,) in conn.execute(_KNOWN_IDS, {"provider": provider_id})]
    if provider_channel_id in known:
        return provider_channel_id
    key = same_id_key(provider_channel_id)
    alike = [name for name in known if same_id_key(name) == key]
    return alike[0] if len(alike) == 1 else provider_channel_id


def find(conn: sqlite3.Connection, provider_id: int, provider_channel_id: str) -> Mapping | None:
    row = conn.execute(
        """
        SELECT id, provider_channel_id, channel_id, method, shift_minutes,
            method = 'new' OR (method = 'moved' AND ifnull(score, 0) >= 0.95)
        FROM channel_mappings
        WHERE provider_id = ? AND provider_channel_id = ?
        """,
        (provider_id, provider_channel_id),
    ).fetchone()
    return Mapping(*row) if row else None


def known(conn: sqlite3.Connection, provider_id: int, provider_channel_id: str) -> Mapping:
    """The mapping. Raises `NotFoundError` that names similar ones."""
    found = find(conn, provider_id, provider_channel_id)
    if found is None:
        raise NotFoundError(
            f"the provider has no mapping for {quoted(provider_channel_id)}"
            f"{_similar(conn, provider_id, provider_channel_id)}"
        )
    return found


def store(conn: sqlite3.Connection, provider_id: int, pcid: str, channel_id: int | None, now: int) -> None:
    conn.execute(
        """
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        VALUES (:provider, :pcid, :channel, 'manual', :moment)
        ON CONFLICT (provider_id, provider_channel_id)
        DO UPDATE SET channel_id = excluded.channel_id, method = 'manual', score = NULL, reason = NULL
        """,
        {"provider": provider_id, "pcid": pcid, "channel": channel_id, "moment": iso(now)},
    )
    mark_changed(conn, [provider_id], now)


def note_why(conn: sqlite3.Connection, provider_id: int, pcid: str, score: float, reason: str) -> None:
    """Keep why a mapping was made that a person accepted."""
    conn.execute(
        "UPDATE channel_mappings SET score = ?, reason = ? WHERE provider_id = ? AND provider_channel_id = ?",
        (score, reason, provider_id, pcid),
    )


def sole_source(conn: sqlite3.Connection, provider_id: int, old: Mapping | None) -> int | None:
    """The channel that a mapping fed, if no other mapping of this provider feeds it: all the provider's rows there are its."""
    if old is None or old.channel_id is None:
        return None
    others = conn.execute(
        "SELECT 1 FROM channel_mappings WHERE provider_id = ? AND channel_id = ? AND id <> ? LIMIT 1",
        (provider_id, old.channel_id, old.id),
    ).fetchone()
    return None if others else old.channel_id


def _similar(conn: sqlite3.Connection, provider_id: int, wanted: str) -> str:
    rows = conn.execute(
        "SELECT provider_channel_id FROM channel_mappings WHERE provider_id = ?", (provider_id,)
    )
    known = {name: name for (name,) in rows}
    return did_you_mean(wanted, known, cutoff=0.6, otherwise="see: epg-ingest channels list --provider NAME")
