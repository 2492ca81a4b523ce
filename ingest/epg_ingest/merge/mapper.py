"""Which logical channel a channel of a feed belongs to (spec section 3, "Which channel"): decided once, then remembered.

An existing mapping always holds. Without one, the import takes the channel whose `name` is the provider's channel id (in any
case), else a channel with the same normalised display name, else it makes a new channel. It never maps two ids of one provider
to the same channel: the provider distinguishes them, so they are two channels, however similar their names are.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.names import normalise, same_id_key
from ..core.times import iso
from .feed_channels import Declared


@dataclass
class Mapped:
    """The channel of each provider channel id (None = ignored); how many channels were made, and how many mappings and channels
    changed otherwise."""

    channels: dict[str, int | None]
    channels_added: int = 0
    changes: int = 0


def current_mappings(conn: sqlite3.Connection, provider_id: int) -> dict[str, int | None]:
    """The mappings of a provider: the channel of each provider channel id, None = ignored."""
    return dict(
        conn.execute(
            "SELECT provider_channel_id, channel_id FROM channel_mappings WHERE provider_id = ?",
            [provider_id],
        ).fetchall()
    )


_ANY_SHIFT = "SELECT 1 FROM channel_mappings WHERE provider_id = ? AND shift_minutes <> 0 LIMIT 1"


def channel_shifts(conn: sqlite3.Connection, provider_id: int) -> dict[str, int]:
    """The seconds added to the times of a provider's channels, by id and by `same_id_key` of the id; empty if none has any."""
    if not conn.execute(_ANY_SHIFT, [provider_id]).fetchone():
        return {}
    shifts = {
        name: 60 * minutes
        for name, minutes in conn.execute(
            "SELECT provider_channel_id, shift_minutes FROM channel_mappings WHERE provider_id = ? ORDER BY id",
            [provider_id],
        )
    }
    for name, seconds in list(shifts.items()):
        shifts.setdefault(same_id_key(name), seconds)
    return shifts


class Mapper:
    """Maps the channels of one provider within the merge transaction. `now` is epoch seconds."""

    def __init__(self, conn: sqlite3.Connection, provider_id: int, policy: str, now: int) -> None:
        self.conn, self.provider_id, self.policy, self.now = conn, provider_id, policy, iso(now)
        self.mapped = Mapped(current_mappings(conn, provider_id))
        self.taken = {channel for channel in self.mapped.channels.values() if channel is not None}
        self._ids: dict[str, int] | None = None
        self._names: dict[str, list[int]] = defaultdict(list)

    def map(self, declared: Iterable[Declared], used: Iterable[str]) -> Mapped:
        """Map every declared channel and every channel id that programmes use; the first declaration of an id counts."""
        seen: set[str] = set()
        for channel in declared:
            if channel[0] not in seen:
                seen.add(channel[0])
                self._one(channel)
        for identifier in used:
            if identifier not in seen:
                self._one((identifier, None, None, None, "[]", "[]", "[]"))
        return self.mapped

    def _one(self, channel: Declared) -> None:
        identifier, name, icon, number = channel[:4]
        if identifier in self.mapped.channels:
            return
        if self.policy != "mapped":
            self._load()
            found = self._choose(identifier, name)
            if found is None:
                found = (self._create(identifier, name or identifier, icon, number), "new", None)
            self._insert(channel, *found)

    def _choose(self, identifier: str, name: str | None) -> tuple[int, str, float | None] | None:
        assert self._ids is not None
        by_id = self._ids.get(identifier.casefold())
        if by_id is not None and by_id not in self.taken:
            return by_id, "id", 1.0
        for candidate in self._names.get(normalise(name), ()) if name else ():
            if candidate not in self.taken:
                return candidate, "name", 1.0
        return None

    def _load(self) -> None:
        """Read the index of channel names and display names, once and only if there is a new channel id."""
        if self._ids is not None:
            return
        self._ids = {}
        for channel, name, display_name in self.conn.execute(
            "SELECT id, name, display_name FROM channels ORDER BY id"
        ):
            self._index(channel, name, display_name)
        for channel, display_name in self.conn.execute(
            "SELECT m.channel_id, json_extract(f.names, '$[0].text') FROM channel_mappings m JOIN feed_channels f"
            " ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id"
            " WHERE m.channel_id IS NOT NULL AND f.names <> '[]' ORDER BY m.id"
        ):
            self._index(channel, None, display_name)

    def _index(self, channel: int, name: str | None, display_name: str) -> None:
        assert self._ids is not None
        if name is not None:
            self._ids.setdefault(name.casefold(), channel)
        candidates = self._names[normalise(display_name)]
        if channel not in candidates:
            candidates.append(channel)

    def _create(self, identifier: str, name: str, icon: str | None, number: str | None) -> int:
        unique = identifier
        while self.conn.execute("SELECT 1 FROM channels WHERE name = ?", [unique]).fetchone():
            unique += "'"
        row = self.conn.execute(
            "INSERT INTO channels (name, display_name, icon_url, number, created_at) VALUES (?, ?, ?, ?, ?)",
            [unique, name, icon, number, self.now],
        )
        assert row.lastrowid is not None
        self._index(row.lastrowid, unique, name)
        self.mapped.channels_added += 1
        return row.lastrowid

    def _insert(self, channel: Declared, channel_id: int, method: str, score: float | None) -> None:
        identifier = channel[0]
        self.conn.execute(
            "INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, score, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [self.provider_id, identifier, channel_id, method, score, self.now],
        )
        self.taken.add(channel_id)
        self.mapped.channels[identifier] = channel_id
        self.mapped.changes += 1
