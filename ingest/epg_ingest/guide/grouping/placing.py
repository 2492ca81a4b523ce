"""The channels of the guide that a decision asks for, made as they are needed, and mappings for the new ids of a feed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Set

from ...core.times import iso
from ...match.values import Held, Key, Matching, Placement

_MAPPINGS = "SELECT provider_channel_id, channel_id FROM channel_mappings WHERE provider_id = ?"
_HELD = """
    SELECT provider_id, provider_channel_id, channel_id, method, score, ifnull(reason, '') FROM channel_mappings ORDER BY id
"""
_INSERT_CHANNEL = "INSERT INTO channels (name, display_name, created_at) VALUES (?, ?, ?)"
_INSERT = """
    INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, score, reason, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_RENAME = """
    UPDATE channel_mappings SET provider_channel_id = :new WHERE provider_id = :provider AND provider_channel_id = :old
"""
_FIRST_SEEN = """
    UPDATE feed_channels SET first_seen = min(first_seen, ifnull(
        (SELECT o.first_seen FROM feed_channels o WHERE o.provider_id = :provider AND o.provider_channel_id = :old),
        first_seen))
    WHERE provider_id = :provider AND provider_channel_id = :new
"""
_FORGET = "DELETE FROM feed_channels WHERE provider_id = :provider AND provider_channel_id = :old"


class Places:
    """The places that one decision gives to channels of feeds, within the write transaction. `now` is epoch seconds.

    `standing` are the feeds' channels that stand for one that a person made. `made` counts the channels that were made.
    `fresh` are the feeds' channels that had no mapping before. `spare` are channels that hold programmes only until `regroup`
    has moved them.
    """

    def __init__(
        self, conn: sqlite3.Connection, matching: Matching, now: int, standing: Set[Key] = frozenset()
    ) -> None:
        self._conn, self.matching, self._moment, self.standing = conn, matching, iso(now), standing
        self._new: dict[int, int] = {}
        self._names: dict[int, str] = {}
        for place in reversed(matching.placements):
            if place.group is not None and (place.method == "new" or place.group not in self._names):
                self._names[place.group] = place.key.id
        self.made = 0
        self.fresh: set[Key] = set()
        self.spare: set[int] = set()

    def channel(self, place: Placement) -> int | None:
        """The channel of the guide for a placement, made if it is a new one; None = ignored."""
        if place.channel is not None or place.group is None:
            return place.channel
        if place.group not in self._new:
            self._new[place.group] = self._make(self._names[place.group])
            self.made += 1
        return self._new[place.group]

    def enter(self, provider: int, order: Iterable[str]) -> dict[str, int | None]:
        """Give the new ids of a provider their mappings; returns the channel on which the import puts each id of the provider.

        `order` has the ids as the feed does: channels are made in this order.
        Ids that were mapped before keep their channel until `regroup`. A new id that takes over the channel of one of them
        gets a spare channel until then.
        """
        conn, mappings = self._conn, dict(self._conn.execute(_MAPPINGS, [provider]).fetchall())
        by_id = {place.key.id: place for place in self.matching.placements if place.key.provider == provider}
        places = [by_id[ident] for ident in dict.fromkeys([*order, *by_id]) if ident in by_id]
        for place in places:
            if place.moved_from is not None:
                self._take_over(place, mappings)
        taken = set(mappings.values())
        for place in places:
            ident = place.key.id
            if ident not in mappings:
                channel = self.channel(place)
                mappings[ident] = self.make_spare() if channel in taken else channel
                self.fresh.add(place.key)
                values = (place.method, place.score, place.reason, self._moment)
                conn.execute(_INSERT, (provider, ident, mappings[ident], *values))
        return mappings

    def make_spare(self) -> int:
        """A channel that goes when `regroup` ends."""
        channel = self._make("programmes on their way")
        self.spare.add(channel)
        return channel

    def _take_over(self, place: Placement, mappings: dict[str, int | None]) -> None:
        """Give the mapping of a former id to the new one. Of the former id nothing is kept but when it was first seen."""
        assert place.moved_from is not None
        ids = {"provider": place.key.provider, "old": place.moved_from, "new": place.key.id}
        mappings[place.key.id] = mappings.pop(place.moved_from)
        for statement in (_RENAME, _FIRST_SEEN, _FORGET):
            self._conn.execute(statement, ids)

    def _make(self, wanted: str) -> int:
        """A channel with a name that is not taken."""
        name = wanted
        while self._conn.execute("SELECT 1 FROM channels WHERE name = ?", [name]).fetchone():
            name += "'"
        row = self._conn.execute(_INSERT_CHANNEL, [name, wanted, self._moment])
        assert row.lastrowid is not None
        return row.lastrowid


def held(conn: sqlite3.Connection) -> dict[Key, Held]:
    """The mappings of all providers as they are."""
    rows = conn.execute(_HELD)
    return {
        Key(provider, ident): Held(channel, method, score, reason)
        for provider, ident, channel, method, score, reason in rows
    }
