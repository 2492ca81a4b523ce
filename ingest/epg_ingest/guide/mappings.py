"""Which provider channel feeds which logical channel: mapped, unmapped and ignored by hand.

A manual mapping always wins over what the import would choose (spec section 3). Programmes do not say which
provider channel they came from: they move with a mapping only while no other channel of that provider feeds
the same logical channel; else the next import sorts them out, and the result says so. `now` is epoch seconds.
"""

from __future__ import annotations

import difflib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import NotFoundError
from ..core.times import iso
from ..storage.database import write
from .channels import Channel, create_channel, find_channel, shown, touch
from .programmes import delete_programmes, drop_orphans, hand_over, move_programmes
from .providers import find_provider
from .resolve import resolve
from .stored import reschedule

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True)
class Mapping:
    """A row of `channel_mappings`; `channel_id` None means deliberately ignored."""

    id: int
    provider_channel_id: str
    channel_id: int | None
    method: str


@dataclass(frozen=True)
class Remapped:
    """What a change of mapping did.

    `known` is False when no import has met that provider channel yet; `needs_import` is True when the guide
    follows only after the provider's next import; `dropped_channel` is the channel that nobody feeds any
    more, and was deleted.
    """

    channel: Channel | None
    known: bool
    moved: int = 0
    removed: int = 0
    needs_import: bool = False
    dropped_channel: str | None = None


def map_channel(
    db: Database,
    provider: str | int,
    provider_channel_id: str,
    channel: str | int,
    *,
    now: int,
    create: bool = False,
) -> Remapped:
    """Feed `channel` from a channel of the provider, whatever the import would choose.

    Programmes already imported move at once. `create` makes the channel if there is none of that name.
    """
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        target = _target(conn, channel, create, now)
        old = _mapping(conn, provider_id, provider_channel_id)
        _store(conn, provider_id, provider_channel_id, target.id, now)
        if old is not None and old.channel_id == target.id:
            return Remapped(target, known=True)
        source = _sole_source(conn, provider_id, old)
        _read_again(conn, provider_id, old, source)
        moved = removed = 0
        if source is not None:
            rows = move_programmes(conn, provider_id, source, target.id, iso(now))
            moved, removed = rows.moved, rows.dropped
            reschedule(conn, provider_id, [target.id], now)
        gone = _settle(conn, old, [target.id])
        return Remapped(target, old is not None, moved, removed, source is None, gone)


def ignore_channel(db: Database, provider: str | int, provider_channel_id: str, *, now: int) -> Remapped:
    """Import nothing from a channel of the provider; its programmes go at once."""
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        old = _mapping(conn, provider_id, provider_channel_id)
        _store(conn, provider_id, provider_channel_id, None, now)
        return _taken_away(conn, provider_id, old)


def unmap_channel(db: Database, provider: str | int, provider_channel_id: str, *, now: int) -> Remapped:
    """Forget a mapping and remove its programmes; the next import chooses anew. Raises `NotFoundError`."""
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        old = _mapping(conn, provider_id, provider_channel_id)
        if old is None:
            raise NotFoundError(
                f"the provider has no mapping for {shown(provider_channel_id)}"
                f"{_similar(conn, provider_id, provider_channel_id)}"
            )
        conn.execute("DELETE FROM channel_mappings WHERE id = ?", (old.id,))
        touch(conn, [provider_id], now)
        return _taken_away(conn, provider_id, old)


def _taken_away(conn: sqlite3.Connection, provider_id: int, old: Mapping | None) -> Remapped:
    source = _sole_source(conn, provider_id, old)
    _read_again(conn, provider_id, old, source)
    removed = delete_programmes(conn, provider_id, source) if source is not None else 0
    shared = old is not None and old.channel_id is not None and source is None
    gone = _settle(conn, old, [])
    return Remapped(None, old is not None, removed=removed, needs_import=shared, dropped_channel=gone)


def _target(conn: sqlite3.Connection, channel: str | int, create: bool, now: int) -> Channel:
    try:
        return find_channel(conn, channel)
    except NotFoundError:
        if not create or isinstance(channel, int):
            raise
        return create_channel(conn, channel, now=now)


def _mapping(conn: sqlite3.Connection, provider_id: int, provider_channel_id: str) -> Mapping | None:
    row = conn.execute(
        """
        SELECT id, provider_channel_id, channel_id, method FROM channel_mappings
        WHERE provider_id = ? AND provider_channel_id = ?
        """,
        (provider_id, provider_channel_id),
    ).fetchone()
    return Mapping(*row) if row else None


def _store(conn: sqlite3.Connection, provider_id: int, pcid: str, channel_id: int | None, now: int) -> None:
    conn.execute(
        """
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        VALUES (:provider, :pcid, :channel, 'manual', :moment)
        ON CONFLICT (provider_id, provider_channel_id)
        DO UPDATE SET channel_id = excluded.channel_id, method = 'manual', score = NULL
        """,
        {"provider": provider_id, "pcid": pcid, "channel": channel_id, "moment": iso(now)},
    )
    touch(conn, [provider_id], now)


def _sole_source(conn: sqlite3.Connection, provider_id: int, old: Mapping | None) -> int | None:
    """The channel a mapping fed alone until now, as far as this provider goes: all its rows there belong to
    it.
    """
    if old is None or old.channel_id is None:
        return None
    others = conn.execute(
        "SELECT 1 FROM channel_mappings WHERE provider_id = ? AND channel_id = ? AND id <> ? LIMIT 1",
        (provider_id, old.channel_id, old.id),
    ).fetchone()
    return None if others else old.channel_id


def _read_again(conn: sqlite3.Connection, provider_id: int, old: Mapping | None, source: int | None) -> None:
    """Let the next import read the elements of a shared channel again: it sorts out whose they are.

    Without its hash a row is not recognised by the bytes it came from, which would keep it where it is.
    """
    if source is None and old is not None and old.channel_id is not None:
        conn.execute(
            "UPDATE programs SET content_hash = NULL WHERE provider_id = ? AND channel_id = ?",
            (provider_id, old.channel_id),
        )


def _settle(conn: sqlite3.Connection, old: Mapping | None, also: list[int]) -> str | None:
    """Resolve the channels a change touched; the name of the old one if nobody feeds it now and it went."""
    if old is None or old.channel_id is None:
        resolve(conn, also)
        return None
    name = find_channel(conn, old.channel_id).name
    gone: list[int] = []
    if old.method == "new":
        hand_over(conn, [old.channel_id])
        gone = drop_orphans(conn, [old.channel_id])
    resolve(conn, [ident for ident in (old.channel_id, *also) if ident not in gone])
    return name if gone else None


def _similar(conn: sqlite3.Connection, provider_id: int, wanted: str) -> str:
    rows = conn.execute(
        "SELECT provider_channel_id FROM channel_mappings WHERE provider_id = ?", (provider_id,)
    )
    close = difflib.get_close_matches(wanted, [row[0] for row in rows], n=3, cutoff=0.6)
    return (
        f"; did you mean {' or '.join(close)}?"
        if close
        else "; see: epg-ingest channels list --provider NAME"
    )
