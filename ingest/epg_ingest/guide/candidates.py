"""Channels that may be the same under two names (spec section 3): a person reviews them, nothing applies them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.names import normalise
from .channels import Channel, all_channels
from .providers import find_provider
from .similar import Candidate, suggest

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True)
class Suggestion:
    """A provider channel for which the import made a new channel, and another channel that it resembles.

    `channel` is the name of the new channel, None when there is none. `score`, `reason` and `evidence` are those of
    `similar.Candidate`.
    """

    provider: str
    provider_channel_id: str
    display_name: str
    channel: str | None
    candidate: str
    candidate_display_name: str
    score: float
    reason: str
    evidence: Mapping[str, float]


@dataclass(frozen=True)
class _Undecided:
    provider_id: int
    provider: str
    provider_channel_id: str
    channel_id: int | None
    names: tuple[str, ...]


def candidates(db: Database, *, provider: str | int | None = None, limit: int = 3) -> list[Suggestion]:
    """Suggestions for provider channels that nobody has mapped or ignored by hand, the likeliest first.

    At most `limit` for each provider channel. A channel that the same provider feeds already is no candidate: a feed
    does not carry one channel twice. Of two channels that resemble each other only the newer one is listed.
    Raises `NotFoundError` for an unknown provider.
    """
    conn = db.conn
    only = find_provider(conn, provider).id if provider is not None else None
    by_id = {channel.id: channel for channel in all_channels(conn)}
    names = _names(conn, by_id)
    fed, made = _fed(conn)
    by_key: dict[str, set[int]] = defaultdict(set)
    for channel in by_id.values():
        for key in _keys((channel.name, *names[channel.id])):
            by_key[key].add(channel.id)
    found = []
    for item in _undecided(conn, only):
        keys = _keys((item.provider_channel_id, *item.names))
        alike = {ident for key in keys for ident in by_key.get(key, ())}
        pool = [
            (ident, by_id[ident].name, names[ident])
            for ident in sorted(alike)
            if ident not in fed[item.provider_id] and not _newer(ident, item.channel_id, made)
        ]
        for match in suggest(item.names, item.provider_channel_id, pool, limit):
            found.append(_suggestion(item, by_id, match))
    return sorted(found, key=lambda s: (-s.score, s.provider, s.provider_channel_id, s.candidate))


def _keys(names: Iterable[str]) -> set[str]:
    """Two names are only compared if they share one of these keys: a word, or their first three letters.

    Comparing every pair took 34 s for two providers of 2,000 channels each.
    """
    words = [normalise(name).replace(".", " ").split() for name in names]
    return {word for some in words for word in some} | {"^" + "".join(some)[:3] for some in words if some}


def _newer(candidate: int, own: int | None, made: set[int]) -> bool:
    """Whether the pair is listed from the other side already: the candidate is newer, and an import made it."""
    return own is not None and candidate > own and candidate in made


def _suggestion(item: _Undecided, by_id: dict[int, Channel], found: Candidate) -> Suggestion:
    own = by_id[item.channel_id].name if item.channel_id is not None else None
    other = by_id[found.channel_id]
    return Suggestion(
        item.provider,
        item.provider_channel_id,
        item.names[0] if item.names else item.provider_channel_id,
        own,
        other.name,
        other.display_name,
        found.score,
        found.reason,
        dict(found.evidence),
    )


def _names(conn: sqlite3.Connection, channels: dict[int, Channel]) -> dict[int, list[str]]:
    """All names of each channel: its display name, and the names that providers give it."""
    names = {ident: [channel.display_name] for ident, channel in channels.items()}
    for ident, said in conn.execute(
        """
        SELECT m.channel_id, f.names FROM channel_mappings m
        JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
        WHERE m.channel_id IS NOT NULL
        """
    ):
        names[ident] = list(dict.fromkeys([*names[ident], *_texts(said)]))
    return names


def _texts(names: str) -> list[str]:
    """The texts of `feed_channels.names`."""
    return list(dict.fromkeys(entry["text"] for entry in json.loads(names)))


def _fed(conn: sqlite3.Connection) -> tuple[defaultdict[int, set[int]], set[int]]:
    """The channels that each provider feeds, and all channels that an import made."""
    fed: defaultdict[int, set[int]] = defaultdict(set)
    made: set[int] = set()
    for provider, channel, method in conn.execute(
        "SELECT provider_id, channel_id, method FROM channel_mappings WHERE channel_id IS NOT NULL"
    ):
        fed[provider].add(channel)
        if method == "new":
            made.add(channel)
    return fed, made


def _undecided(conn: sqlite3.Connection, provider_id: int | None) -> Iterator[_Undecided]:
    """Provider channels with a new channel or none, that nobody mapped or ignored by hand."""
    rows = conn.execute(
        """
        SELECT m.provider_id, v.name, m.provider_channel_id, m.channel_id,
               CASE WHEN json_array_length(f.names) > 0 THEN f.names
                    WHEN c.id IS NULL THEN '[]' ELSE json_array(json_object('text', c.display_name)) END
        FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
        LEFT JOIN channels c ON c.id = m.channel_id
        LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
        WHERE (:provider IS NULL OR m.provider_id = :provider)
          AND (m.method = 'new' OR (m.channel_id IS NULL AND m.method <> 'manual'))
        ORDER BY m.id
        """,
        {"provider": provider_id},
    )
    for owner, name, pcid, channel, names in rows.fetchall():
        yield _Undecided(owner, name, pcid, channel, tuple(_texts(names)))
