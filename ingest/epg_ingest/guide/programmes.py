"""Programmes moved and removed together with contents that nothing shows any more, and channels that nobody feeds any more.

For changes that people make to providers, channels and mappings. Every function runs within an open write transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.times import iso
from . import displaced
from .contents import drop_unshown, watch
from .stored import uncut

#: the providers that are marked already, with the generation before the change: a transaction raises it once, at its end
_MARKED = """
    CREATE TEMP TABLE IF NOT EXISTS marked_providers (provider_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL)
"""
#: Strictly later than before, even if two changes fall into one second; once in a transaction, or `updated_at` would run ahead
#: of the clock by a second for each mapping.
_MARK_CHANGED = """
    UPDATE providers
    SET updated_at = max(:moment, strftime('%Y-%m-%dT%H:%M:%SZ', updated_at, '+1 second'))
    WHERE id = :provider AND NOT EXISTS (
        SELECT 1 FROM temp.marked_providers m
        WHERE m.provider_id = providers.id AND m.generation = (SELECT number FROM generation))
"""
_NOTE_MARKED = """
    INSERT OR REPLACE INTO temp.marked_providers SELECT :provider, number FROM generation
"""


@dataclass(frozen=True)
class Moved:
    """How many rows went to another channel, and how many were dropped because a row with the same start was there."""

    moved: int = 0
    dropped: int = 0

    def __add__(self, other: Moved) -> Moved:
        return Moved(self.moved + other.moved, self.dropped + other.dropped)


def channels_fed(conn: sqlite3.Connection, provider_id: int) -> list[int]:
    """Channels with programmes of this provider. One probe of the unique index per channel, no scan of `airings`."""
    rows = conn.execute(
        """
        SELECT c.id FROM channels c
        WHERE EXISTS (SELECT 1 FROM airings a WHERE a.provider_id = :provider AND a.channel_id = c.id)
        """,
        {"provider": provider_id},
    )
    return [row[0] for row in rows]


def delete_programmes(conn: sqlite3.Connection, provider_id: int, channel_id: int | None = None) -> int:
    """Remove a provider's programmes, of one channel or (None) of all; returns how many."""
    where = {"provider": provider_id, "channel": channel_id}
    watch(conn)
    conn.execute(
        """
        INSERT OR IGNORE INTO temp.watched_contents
        SELECT content_id FROM airings WHERE provider_id = :provider AND (:channel IS NULL OR channel_id = :channel)
        """,
        where,
    )
    removed = conn.execute(
        "DELETE FROM airings WHERE provider_id = :provider AND (:channel IS NULL OR channel_id = :channel)",
        where,
    ).rowcount
    drop_unshown(conn)
    displaced.drop(conn, provider_id, channel_id)
    return removed


def move_programmes(
    conn: sqlite3.Connection, provider_id: int, source: int, target: int, moment: str
) -> Moved:
    """Move a provider's programmes from channel `source` to `target`. Where both have the same start, that on `target` stays.

    `moment` (ISO, UTC) becomes their `updated_at`. The caller then calls `stored.reschedule` and resolves both channels.
    """
    where = {"provider": provider_id, "source": source, "target": target, "moment": moment}
    uncut(conn, provider_id, [source, target])
    watch(conn)
    conn.execute(
        """
        INSERT OR IGNORE INTO temp.watched_contents
        SELECT a.content_id FROM airings a
        WHERE a.provider_id = :provider AND a.channel_id = :source
          AND EXISTS (SELECT 1 FROM airings b WHERE b.provider_id = :provider AND b.channel_id = :target
                      AND b.start_time = a.start_time)
        """,
        where,
    )
    dropped = conn.execute(
        """
        DELETE FROM airings AS a
        WHERE a.provider_id = :provider AND a.channel_id = :source
          AND EXISTS (SELECT 1 FROM airings b WHERE b.provider_id = :provider AND b.channel_id = :target
                      AND b.start_time = a.start_time)
        """,
        where,
    ).rowcount
    drop_unshown(conn)
    moved = conn.execute(
        """
        UPDATE airings SET channel_id = :target, updated_at = :moment
        WHERE provider_id = :provider AND channel_id = :source
        """,
        where,
    ).rowcount
    displaced.follow(conn, provider_id, source, target)
    return Moved(moved, dropped)


def read_again(conn: sqlite3.Connection, provider_id: int, channel_id: int) -> None:
    """Let the next import read the elements of a shared channel again, and so sort out to which channel they belong.

    A row without a hash is not recognised by the bytes of its element, so it does not stay where it is.
    """
    conn.execute(
        "UPDATE airings SET element_hash = NULL WHERE provider_id = ? AND channel_id = ?",
        (provider_id, channel_id),
    )


def drop_orphans(
    conn: sqlite3.Connection, channel_ids: Iterable[int], *, keep_pinned: bool = False
) -> list[int]:
    """Delete those of the channels that have no mapping and no programme left; returns their ids.

    What a person hid stays, and with `keep_pinned` also what a person named or numbered.
    """
    rows = conn.execute(
        """
        DELETE FROM channels
        WHERE id IN (SELECT value FROM json_each(:channels)) AND hidden = 0 AND (pinned = '[]' OR NOT :keep_pinned)
          AND NOT EXISTS (SELECT 1 FROM channel_mappings m WHERE m.channel_id = channels.id)
          AND NOT EXISTS (SELECT 1 FROM airings a WHERE a.channel_id = channels.id)
        RETURNING id
        """,
        {"channels": json.dumps(list(channel_ids)), "keep_pinned": keep_pinned},
    )
    return [row[0] for row in rows.fetchall()]


def mark_changed(conn: sqlite3.Connection, provider_ids: Iterable[int], now: int) -> None:
    """Note a change of mappings, within an open transaction: the next import then reads the feed even if it is unchanged.

    The transaction must raise the generation. However often it calls this, it counts as one change of the provider.
    """
    conn.execute(_MARKED)
    for ident in provider_ids:
        conn.execute(_MARK_CHANGED, {"moment": iso(now), "provider": ident})
        conn.execute(_NOTE_MARKED, {"provider": ident})
