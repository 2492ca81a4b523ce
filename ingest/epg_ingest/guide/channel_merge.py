"""The two ways in which a channel ends: merged into another one, or deleted. For the command line and the API.

Each is one write transaction that raises the generation. `now` is epoch seconds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..core.times import iso
from ..series_store import shown_ledger
from ..storage.database import write
from .channel_settings import pin
from .channels import Channel, find_channel
from .follow import follow
from .grouping.lineup_references import follow_channel
from .programmes import Moved, delete_programmes, mark_changed, move_programmes
from .resolve import resolve
from .stored import reschedule

if TYPE_CHECKING:
    from sqlite_utils import Database


def merge_channels(db: Database, source: str | int, target: str | int, *, now: int) -> Moved:
    """Move every mapping and programme of `source` to `target` and delete `source`; returns how many programmes moved.

    Where a provider has a programme at the same start on both, the one on `target` stays. `target` takes over the icon and
    number of `source` if it has none. The moved mappings count as made by hand, so no import undoes the merge. Raises
    `NotFoundError`, or `UsageError` if both are the same channel.
    """
    return merge_several(db, [source], target, now=now)


def merge_several(db: Database, sources: Sequence[str | int], target: str | int, *, now: int) -> Moved:
    """`merge_channels` for several `sources`, in one transaction: all of them or none."""
    moved = Moved()
    with write(db) as conn:
        for source in sources:
            moved += _merge(conn, source, find_channel(conn, target), now)
    return moved


def _merge(conn: sqlite3.Connection, source: str | int, b: Channel, now: int) -> Moved:
    a = find_channel(conn, source)
    if a.id == b.id:
        raise UsageError(f"{a.name} cannot be merged with itself")
    providers = _providers_of(conn, a.id)
    moved = Moved()
    for provider_id in providers:
        moved += move_programmes(conn, provider_id, a.id, b.id, iso(now))
        reschedule(conn, provider_id, [b.id], now)
    _take_over(conn, a, b)
    _move_everything_else(conn, a.id, b.id)
    follow(conn, [b.id])
    mark_changed(conn, providers, now)
    resolve(conn, [b.id])
    return moved


def _take_over(conn: sqlite3.Connection, source: Channel, target: Channel) -> None:
    """Give `target` the icon and number of `source` where it has none; what is pinned on `source` stays pinned."""
    taken = [
        field
        for field in ("icon_url", "number")
        if getattr(target, field) is None and field not in target.pinned
    ]
    conn.execute(
        "UPDATE channels SET icon_url = ?, number = ?, pinned = ? WHERE id = ?",
        (
            source.icon_url if "icon_url" in taken else target.icon_url,
            source.number if "number" in taken else target.number,
            json.dumps(pin(target.pinned, (field for field in taken if field in source.pinned))),
            target.id,
        ),
    )


def _move_everything_else(conn: sqlite3.Connection, source: int, target: int) -> None:
    """Move mappings, groups, logged changes and entries of line-ups to `target`, and delete `source`."""
    both = {"source": source, "target": target}
    conn.execute(
        """
        UPDATE channel_mappings SET channel_id = :target, method = 'manual', score = NULL, reason = NULL
        WHERE channel_id = :source
        """,
        both,
    )
    conn.execute("UPDATE program_changes SET channel_id = :target WHERE channel_id = :source", both)
    conn.execute("UPDATE OR IGNORE channel_groups SET channel_id = :target WHERE channel_id = :source", both)
    follow_channel(conn, source, target)
    shown_ledger.follow_channel(conn, source, target)
    conn.execute("DELETE FROM channels WHERE id = :source", both)


def delete_channel(db: Database, name_or_id: str | int, *, now: int) -> int:
    """Delete a channel with its programmes; returns how many programmes were deleted. Raises `NotFoundError`.

    Its provider channels are ignored from now on, as if a person had said so: otherwise the next import would make the
    channel again.
    """
    with write(db) as conn:
        channel = find_channel(conn, name_or_id)
        providers = _providers_of(conn, channel.id)
        removed = sum(delete_programmes(conn, provider_id, channel.id) for provider_id in providers)
        conn.execute(
            """
            UPDATE channel_mappings SET channel_id = NULL, method = 'manual', score = NULL, reason = NULL
            WHERE channel_id = ?
            """,
            (channel.id,),
        )
        mark_changed(conn, providers, now)
        conn.execute("DELETE FROM channels WHERE id = ?", (channel.id,))
    return removed


def _providers_of(conn: sqlite3.Connection, channel_id: int) -> list[int]:
    """Providers that are mapped to a channel or have programmes there, the best first."""
    rows = conn.execute(
        """
        SELECT id FROM providers v
        WHERE EXISTS (SELECT 1 FROM channel_mappings m WHERE m.provider_id = v.id AND m.channel_id = :channel)
           OR EXISTS (SELECT 1 FROM airings p WHERE p.provider_id = v.id AND p.channel_id = :channel)
        ORDER BY priority, id
        """,
        {"channel": channel_id},
    )
    return [row[0] for row in rows]
