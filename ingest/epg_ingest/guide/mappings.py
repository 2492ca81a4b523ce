"""Which provider channel feeds which logical channel: mapped, unmapped and ignored by hand.

A manual mapping always wins over what the import would choose (spec section 3). A programme does not know from which provider
channel it came. So programmes move with a mapping only if no other channel of that provider feeds the same logical channel;
otherwise the next import sorts them out, and the result says so. Every change is one write transaction that raises the
generation. `now` is epoch seconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import NotFoundError
from ..core.times import iso
from ..storage.database import write
from . import mapping_rows, provider_settings
from .channels import Channel, create_channel, find_channel
from .clock.corrections import shift
from .follow import follow
from .grouping.lineup_references import follow_emptied
from .grouping.makers import hand_over
from .programmes import delete_programmes, drop_orphans, mark_changed, move_programmes, read_again
from .providers import find_provider
from .resolve import resolve
from .stored import reschedule

if TYPE_CHECKING:
    from sqlite_utils import Database


_SHIFT = """
    UPDATE channel_mappings SET shift_minutes = :minutes WHERE provider_id = :provider AND provider_channel_id = :pcid
"""


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
    shift_minutes: int | None = None,
) -> Remapped:
    """Feed `channel` from a channel of the provider, whatever the import would choose.

    Programmes that are there already move at once. `create` makes the channel if there is none of that name. `shift_minutes` is
    added to the times of the provider's channel (None: as before). Raises `NotFoundError` for an unknown provider or channel,
    `UsageError` for a shift that is not allowed.
    """
    shift_minutes = None if shift_minutes is None else provider_settings.shift_minutes(shift_minutes)
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        provider_channel_id = mapping_rows.spelling(conn, provider_id, provider_channel_id)
        target = _target(conn, channel, create, now)
        return map_within(conn, provider_id, provider_channel_id, target, now, shift_minutes=shift_minutes)


def map_within(
    conn: sqlite3.Connection,
    provider_id: int,
    pcid: str,
    target: Channel,
    now: int,
    *,
    shift_minutes: int | None = None,
    keep: Collection[int] = (),
) -> Remapped:
    """`map_channel` for code that holds a transaction. Channels in `keep` stay although nobody feeds them any more."""
    old = mapping_rows.find(conn, provider_id, pcid)
    mapping_rows.store(conn, provider_id, pcid, target.id, now)
    moves = shift_minutes is not None and _set_shift(conn, provider_id, pcid, old, shift_minutes, now)
    source = mapping_rows.sole_source(conn, provider_id, old)
    if old is not None and old.channel_id == target.id:
        return Remapped(target, known=True, needs_import=moves and source is None)
    _read_again(conn, provider_id, old, source)
    moved = removed = 0
    if source is not None:
        rows = move_programmes(conn, provider_id, source, target.id, iso(now))
        moved, removed = rows.moved, rows.dropped
        reschedule(conn, provider_id, [target.id], now)
    dropped = _drop_and_resolve(conn, old, [target.id], keep)
    return Remapped(target, old is not None, moved, removed, source is None, dropped)


def shift_channel(
    db: Database, provider: str | int, provider_channel_id: str, shift_minutes: int, *, now: int
) -> Remapped:
    """Add so many minutes to the times of a provider's channel, on top of the provider's shift. Stored programmes move at once.

    Raises `NotFoundError` for an unknown provider or mapping, `UsageError` for a shift that is not allowed.
    """
    shift_minutes = provider_settings.shift_minutes(shift_minutes)
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        provider_channel_id = mapping_rows.spelling(conn, provider_id, provider_channel_id)
        return shift_within(conn, provider_id, provider_channel_id, shift_minutes, now)


def shift_within(
    conn: sqlite3.Connection, provider_id: int, pcid: str, shift_minutes: int, now: int
) -> Remapped:
    """`shift_channel` for code that holds a transaction."""
    old = mapping_rows.known(conn, provider_id, pcid)
    moves = _set_shift(conn, provider_id, pcid, old, shift_minutes, now)
    channel = None if old.channel_id is None else find_channel(conn, old.channel_id)
    shared = channel is not None and mapping_rows.sole_source(conn, provider_id, old) is None
    return Remapped(channel, known=True, needs_import=moves and shared)


def _set_shift(
    conn: sqlite3.Connection,
    provider_id: int,
    pcid: str,
    old: mapping_rows.Mapping | None,
    minutes: int,
    now: int,
) -> bool:
    """Store the shift of a mapping and move its programmes; returns whether the shift changed."""
    by = 60 * (minutes - (old.shift_minutes if old else 0))
    if not by:
        return False
    conn.execute(_SHIFT, {"provider": provider_id, "pcid": pcid, "minutes": minutes})
    mark_changed(conn, [provider_id], now)
    source = mapping_rows.sole_source(conn, provider_id, old)
    _read_again(conn, provider_id, old, source)
    if source is not None:
        shift(conn, provider_id, [source], by, now)
        resolve(conn, [source])
    return True


def ignore_channel(db: Database, provider: str | int, provider_channel_id: str, *, now: int) -> Remapped:
    """Import nothing from a channel of the provider; its programmes are removed at once. Raises `NotFoundError`."""
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        provider_channel_id = mapping_rows.spelling(conn, provider_id, provider_channel_id)
        return ignore_within(conn, provider_id, provider_channel_id, now)


def ignore_within(
    conn: sqlite3.Connection, provider_id: int, pcid: str, now: int, *, keep: Collection[int] = ()
) -> Remapped:
    """`ignore_channel` for code that holds a transaction. Channels in `keep` stay although nobody feeds them any more."""
    old = mapping_rows.find(conn, provider_id, pcid)
    mapping_rows.store(conn, provider_id, pcid, None, now)
    return _take_away(conn, provider_id, old, keep)


def unmap_channel(db: Database, provider: str | int, provider_channel_id: str, *, now: int) -> Remapped:
    """Forget a mapping and remove its programmes; the next import chooses again. Raises `NotFoundError`."""
    with write(db) as conn:
        provider_id = find_provider(conn, provider).id
        provider_channel_id = mapping_rows.spelling(conn, provider_id, provider_channel_id)
        return unmap_within(conn, provider_id, provider_channel_id, now)


def unmap_within(conn: sqlite3.Connection, provider_id: int, pcid: str, now: int) -> Remapped:
    """`unmap_channel` for code that holds a transaction."""
    old = mapping_rows.known(conn, provider_id, pcid)
    conn.execute("DELETE FROM channel_mappings WHERE id = ?", (old.id,))
    mark_changed(conn, [provider_id], now)
    return _take_away(conn, provider_id, old, ())


def _take_away(
    conn: sqlite3.Connection, provider_id: int, old: mapping_rows.Mapping | None, keep: Collection[int]
) -> Remapped:
    source = mapping_rows.sole_source(conn, provider_id, old)
    _read_again(conn, provider_id, old, source)
    removed = delete_programmes(conn, provider_id, source) if source is not None else 0
    shared = old is not None and old.channel_id is not None and source is None
    dropped = _drop_and_resolve(conn, old, [], keep)
    return Remapped(None, old is not None, removed=removed, needs_import=shared, dropped_channel=dropped)


def _target(conn: sqlite3.Connection, channel: str | int, create: bool, now: int) -> Channel:
    try:
        return find_channel(conn, channel)
    except NotFoundError:
        if not create or isinstance(channel, int):
            raise
        return create_channel(conn, channel, now=now)


def _read_again(
    conn: sqlite3.Connection, provider_id: int, old: mapping_rows.Mapping | None, source: int | None
) -> None:
    """Where a mapping shared its channel, nobody knows which programmes came by it: see `read_again`."""
    if source is None and old is not None and old.channel_id is not None:
        read_again(conn, provider_id, old.channel_id)


def _drop_and_resolve(
    conn: sqlite3.Connection, old: mapping_rows.Mapping | None, also: list[int], keep: Collection[int]
) -> str | None:
    """Delete the old channel if an import made it, nobody feeds it now and it is not in `keep`; returns its name if so. The
    others are resolved, and follow their feeds."""
    if old is None or old.channel_id is None:
        resolve(conn, also)
        follow(conn, also)
        return None
    name = find_channel(conn, old.channel_id).name
    dropped: list[int] = []
    follow_emptied(conn, ((old.channel_id, target) for target in also))
    if old.made_it:
        hand_over(conn, [old.channel_id])
        dropped = drop_orphans(conn, [old.channel_id] if old.channel_id not in keep else [])
    left = [ident for ident in (old.channel_id, *also) if ident not in dropped]
    resolve(conn, left)
    follow(conn, left)
    return name if dropped else None
