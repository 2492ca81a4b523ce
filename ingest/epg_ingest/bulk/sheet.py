"""The channels as a sheet: written, and taken back with its changes in one transaction, as if each were made by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..guide.channels import Channel, create_channel, find_channel
from ..guide.mappings import Remapped, ignore_within, map_within, shift_within, unmap_within
from ..storage.audit import audited, published
from ..storage.database import write
from .edits import ChannelEdit, edit_channels, placed
from .sheet_file import SheetRow, to_bytes
from .sheet_plan import SheetPlan, SourceDifference, decide
from .sheet_state import GuideState, SourceState, read_state

if TYPE_CHECKING:
    from sqlite_utils import Database

ACTION = "channels.import"


@dataclass(frozen=True)
class SheetResult:
    """What an import of a sheet did. `moved` and `removed` count programmes; `dropped` are channels that nobody feeds any more,
    and that are deleted therefore; `needs_import`: some of the guide follows only with the next import."""

    plan: SheetPlan
    moved: int = 0
    removed: int = 0
    dropped: tuple[str, ...] = ()
    needs_import: bool = False


def export_sheet(db: Database) -> tuple[bytes, int]:
    """All channels and all sources as a file, and how many channels there are.

    Each channel has a row, followed by one for each of its sources, the best provider's first. Sources without a channel come
    last.
    """
    state = read_state(db.conn)
    return to_bytes(_rows(state)), len(state.channels)


def preview_sheet(db: Database, rows: Sequence[SheetRow], *, create: bool) -> SheetPlan:
    """What `import_sheet` would change. Raises what it raises."""
    return decide(rows, read_state(db.conn), create=create)


def import_sheet(
    db: Database, rows: Sequence[SheetRow], *, create: bool, actor: str, now: int
) -> SheetResult:
    """Make the changes of a sheet, all or none, and record them in `write_log`. `now` is epoch seconds.

    A sheet without changes raises no generation. `create` makes channels that are not there, and keeps mappings for sources
    that no import has met. Raises `UsageError` for the first bad row.
    """
    plan = preview_sheet(db, rows, create=create)
    if not plan:
        return SheetResult(plan)
    with audited(actor, ACTION, _subject(plan), _details(plan), now=now), write(db) as conn:
        # Again, now that nobody else can write.
        state = read_state(conn)
        plan = decide(rows, state, create=create)
        return _apply(conn, state, plan, now)


def _rows(state: GuideState) -> Iterator[list[str | int]]:
    place = {name: number for number, name in enumerate(state.providers)}
    by_channel: dict[str | None, list[tuple[str, str]]] = {}
    for key in sorted(state.sources, key=lambda key: (place[key[0]], key[1])):
        by_channel.setdefault(state.sources[key].channel, []).append(key)
    for name in sorted(state.channels, key=lambda name: (name.casefold(), name)):
        yield _channel_row(state.channels[name])
        yield from (_source_row(key, state.sources[key]) for key in by_channel.get(name, ()))
    yield from (_source_row(key, state.sources[key]) for key in by_channel.get(None, ()))


def _channel_row(channel: Channel) -> list[str | int]:
    hidden = "yes" if channel.hidden else "no"
    texts = (channel.name, channel.display_name, channel.number or "", channel.icon_url or "", hidden)
    return [*texts, "", "", "", ""]


def _source_row(key: tuple[str, str], source: SourceState) -> list[str | int]:
    ignored = "yes" if source.ignored else "no"
    return [
        source.channel or "",
        "",
        "",
        "",
        "",
        *key,
        ignored,
        source.shift_minutes if source.mapped else "",
    ]


def _subject(plan: SheetPlan) -> str:
    return f"sheet: channels {len(plan.channels)}, sources {len(plan.sources)}"


def _details(plan: SheetPlan) -> dict[str, Any]:
    """The changes as `write_log` keeps them."""
    channels = {
        found.channel: published({column: after for column, (_, after) in found.columns.items()})
        for found in plan.channels
    }
    sources = [
        {"provider": found.provider, "provider_channel_id": found.provider_channel_id}
        | ({found.action: found.channel} if found.action else {})
        | ({"shift_minutes": found.shift_minutes[1]} if found.shift_minutes else {})
        for found in plan.sources
    ]
    return {"channels": channels, "sources": sources}


def _apply(conn: sqlite3.Connection, state: GuideState, plan: SheetPlan, now: int) -> SheetResult:
    for found in plan.channels:
        with placed(f"row {found.row}, channel") if found.new else nullcontext():
            if found.new:
                create_channel(conn, found.channel, now=now)
    edit_channels(
        conn,
        [
            ChannelEdit(
                f"row {found.row}",
                _id(conn, found.channel),
                {column: after for column, (_, after) in found.columns.items()},
            )
            for found in plan.channels
            if found.columns
        ],
    )
    # A channel that one row takes a source from may get one from a later row.
    keep = {_id(conn, found.channel) for found in plan.sources if found.channel is not None}
    return _added(plan, [_remap(conn, state, found, keep, now) for found in plan.sources])


def _id(conn: sqlite3.Connection, name: str) -> int:
    return find_channel(conn, name).id


def _remap(
    conn: sqlite3.Connection, state: GuideState, found: SourceDifference, keep: set[int], now: int
) -> Remapped:
    provider, pcid = state.providers[found.provider], found.provider_channel_id
    shift = None if found.shift_minutes is None else found.shift_minutes[1]
    if found.action == "map" and found.channel is not None:
        target = find_channel(conn, found.channel)
        return map_within(conn, provider, pcid, target, now, shift_minutes=shift, keep=keep)
    if found.action == "unmap":
        return unmap_within(conn, provider, pcid, now)
    done = None
    if found.action == "ignore":
        done = ignore_within(conn, provider, pcid, now, keep=keep)
    shifted = Remapped(None, known=True) if shift is None else shift_within(conn, provider, pcid, shift, now)
    return done or shifted


def _added(plan: SheetPlan, all_done: Iterable[Remapped]) -> SheetResult:
    done = list(all_done)
    return SheetResult(
        plan,
        sum(one.moved for one in done),
        sum(one.removed for one in done),
        tuple(one.dropped_channel for one in done if one.dropped_channel is not None),
        any(one.needs_import for one in done),
    )
