"""Which provider channel feeds which logical channel: mapped, unmapped and ignored by hand.

A manual mapping always wins over what the import would choose (spec section 3). A programme does not know from which provider
channel it came. So programmes move with a mapping only if no other channel of that provider feeds the same logical channel;
otherwise the next import sorts them out, and the result says so. Every change is one write transaction that raises the
generation. `now` is epoch seconds.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import NotFoundError
from ..core.times import iso
from ..storage.database import write
from .channels import Channel, create_channel, find_channel
from .messages import did_you_mean, quoted
from .programmes import delete_programmes, drop_orphans, hand_over, move_programmes
from .providers import find_provider, mark_changed
from .resolve import resolve
from .stored import reschedule

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True)
class Mapping:
    """A row of `channel_mappings`; `channel_id` None means ignored."""

    id: int
    provider_channel_id: str
    channel_id: int | None
    method: str


@dataclass(frozen=True)
class Remapped:
    """What a change of a mapping did.

    `known` is False if no import has met that provider channel yet. `moved` and `removed` count programmes. `needs_import` is
    True if the guide follows only with the provider's next import. `dropped_channel` is the name of a channel that was
    deleted because nobody feeds it any more.
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

    Programmes that are there already move at once. `create` makes the channel if there is none of that name. Raises
    `NotFoundError` for an unknown provider or channel.
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
        dropped = _drop_and_resolve(conn, old, [target.id])
        return Remapped(target, old is not None, moved, removed, source is None, dropped)


def ignore_channel(db: Database, provider: str | int, provider_channel_id: str, *, now: int) -> Remapped:
    """Import nothing from a channel of the provider; its programmes are removed at once. Raises `NotFoundError`."""
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        old = _mapping(conn, provider_id, provider_channel_id)
        _store(conn, provider_id, provider_channel_id, None, now)
        return _take_away(conn, provider_id, old)


def unmap_channel(db: Database, provider: str | int, provider_channel_id: str, *, now: int) -> Remapped:
    """Forget a mapping and remove its programmes; the next import chooses again. Raises `NotFoundError`."""
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        old = _mapping(conn, provider_id, provider_channel_id)
        if old is None:
            raise NotFoundError(
                f"the provider has no mapping for {quoted(provider_channel_id)}"
                f"{_similar(conn, provider_id, provider_channel_id)}"
            )
        conn.execute("DELETE FROM channel_mappings WHERE id = ?", (old.id,))
        mark_changed(conn, [provider_id], now)
        return _take_away(conn, provider_id, old)


def _take_away(conn: sqlite3.Connection, provider_id: int, old: Mapping | None) -> Remapped:
    source = _sole_source(conn, provider_id, old)
    _read_again(conn, provider_id, old, source)
    removed = delete_programmes(conn, provider_id, source) if source is not None else 0
    shared = old is not None and old.channel_id is not None and source is None
    dropped = _drop_and_resolve(conn, old, [])
    return Remapped(None, old is not None, removed=removed, needs_import=shared, dropped_channel=dropped)


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
    mark_changed(conn, [provider_id], now)


def _sole_source(conn: sqlite3.Connection, provider_id: int, old: Mapping | None) -> int | None:
    """The channel that a mapping fed, if no other mapping of this provider feeds it: all the provider's rows there are its."""
    if old is None or old.channel_id is None:
        return None
    others = conn.execute(
        "SELECT 1 FROM channel_mappings WHERE provider_id = ? AND channel_id = ? AND id <> ? LIMIT 1",
        (provider_id, old.channel_id, old.id),
    ).fetchone()
    return None if others else old.channel_id


def _read_again(conn: sqlite3.Connection, provider_id: int, old: Mapping | None, source: int | None) -> None:
    """Let the next import read the elements of a shared channel again, and so sort out to which channel they belong.

    A row without a hash is not recognised by the bytes of its element, so it does not stay where it is.
    """
    if source is None and old is not None and old.channel_id is not None:
        conn.execute(
            "UPDATE airings SET element_hash = NULL WHERE provider_id = ? AND channel_id = ?",
            (provider_id, old.channel_id),
        )


def _drop_and_resolve(conn: sqlite3.Connection, old: Mapping | None, also: list[int]) -> str | None:
    """Delete the old channel if an import made it and nobody feeds it now, and resolve the others; returns its name if so."""
    if old is None or old.channel_id is None:
        resolve(conn, also)
        return None
    name = find_channel(conn, old.channel_id).name
    dropped: list[int] = []
    if old.method == "new":
        hand_over(conn, [old.channel_id])
        dropped = drop_orphans(conn, [old.channel_id])
    resolve(conn, [ident for ident in (old.channel_id, *also) if ident not in dropped])
    return name if dropped else None


def _similar(conn: sqlite3.Connection, provider_id: int, wanted: str) -> str:
    rows = conn.execute(
        "SELECT provider_channel_id FROM channel_mappings WHERE provider_id = ?", (provider_id,)
    )
    known = {name: name for (name,) in rows}
    return did_you_mean(wanted, known, cutoff=0.6, otherwise="see: epg-ingest channels list --provider NAME")
