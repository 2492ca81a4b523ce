"""What the guide knows about the channels of all feeds, as the evidence of a matching decision."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson

from ...match.values import NO_PROVIDER, Compare, Evidence, FeedChannel, Held, Key

#: the mappings of all providers with what their feeds say. A mapping of a channel that no feed has shown says nothing yet.
_MAPPED = """
    SELECT m.provider_id, m.provider_channel_id, m.channel_id, m.method, m.score, m.reason, f.names, f.last_seen < l.latest
    FROM channel_mappings m
    LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
    LEFT JOIN (SELECT provider_id, max(last_seen) AS latest FROM feed_channels GROUP BY provider_id) l
        ON l.provider_id = m.provider_id
    ORDER BY m.id
"""
#: channels that no channel of a feed stands for: people made them, or want to keep them
_MADE_BY_HAND = """
    SELECT id, name, nullif(display_name, name) FROM channels c WHERE NOT EXISTS (
        SELECT 1 FROM channel_mappings m JOIN feed_channels f
            ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
        WHERE m.channel_id = c.id AND m.method IN ('new', 'moved', 'manual'))
"""
_TOUCHED = "SELECT id FROM channels WHERE hidden = 1 OR pinned <> '[]'"
_STORED_NAMES = "SELECT provider_channel_id, names FROM feed_channels WHERE provider_id = ?"


@dataclass(frozen=True)
class FeedNow:
    """The channels of a feed that is being imported, as it is now.

    `names` has the display names of each channel id, None where the feed only uses the channel. `same` has ids in
    programmes of the feed that mean another of its ids, and that id; `renamed` ids of before that are spelt in another way now,
    and how. `schemas` are those of the `Stage`; `new` says whether
    anything is staged.
    """

    provider: int
    policy: str
    names: Mapping[str, tuple[str, ...] | None]
    same: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    schemas: Sequence[str] = ()
    new: bool = True

    def only(self, known: Collection[str]) -> FeedNow:
        """The feed with these of its channels only."""
        return replace(self, names={ident: given for ident, given in self.names.items() if ident in known})


@dataclass(frozen=True)
class Facts:
    """What the database has: all channels of feeds that are mapped, and the channels of the guide that people touched.

    `standing` are the feeds' channels that stand for a channel that a person made.
    """

    channels: Mapping[Key, FeedChannel]
    held: Mapping[Key, Held]
    touched: frozenset[int]
    standing: frozenset[Key] = frozenset()

    def of(self, provider: int) -> dict[str, FeedChannel]:
        """The channels of a provider by id."""
        return {key.id: channel for key, channel in self.channels.items() if key.provider == provider}

    def mapped(self, provider: int) -> set[str]:
        """The ids of a provider that have a mapping, also where the feed has not shown them yet."""
        return {key.id for key in self.held if key.provider == provider}


def read(conn: sqlite3.Connection, feed: FeedNow | None = None) -> Facts:
    """Read the facts. Of a feed that is being imported, only the spelling of its ids is in them."""
    channels: dict[Key, FeedChannel] = {}
    held: dict[Key, Held] = {}
    for provider, ident, channel, method, score, reason, names, gone in conn.execute(_MAPPED):
        renamed = feed.renamed if feed is not None and feed.provider == provider else {}
        key = Key(provider, renamed.get(ident, ident))
        held[key] = Held(channel, method, score, reason or "")
        if names is not None:
            channels[key] = FeedChannel(provider, key.id, texts(names), gone=bool(gone))
    standing = _without_feed(conn, held, channels)
    touched = frozenset(channel for (channel,) in conn.execute(_TOUCHED))
    return Facts(channels, held, touched, standing)


def made_by_hand(conn: sqlite3.Connection) -> list[tuple[int, str, str | None]]:
    """The channels that no import made: id and name, and the display name where that differs from the name."""
    return conn.execute(_MADE_BY_HAND).fetchall()


def _without_feed(
    conn: sqlite3.Connection, held: dict[Key, Held], channels: dict[Key, FeedChannel]
) -> frozenset[Key]:
    """Let something stand for each channel that people made; returns the feeds' channels that do.

    The oldest of its mappings counts as its maker while it has one, whatever the channel is called now. Otherwise it stands for
    itself, with a mapping by hand. But one that has the name of a feed's channel which belongs elsewhere now is what that one
    left: a person may still want it, but it draws nothing back.
    """
    first: dict[int | None, Key] = {}
    belong: dict[str, set[int | None]] = defaultdict(set)
    for key, has in held.items():
        belong[key.id].add(has.channel)
        if key in channels:
            first.setdefault(has.channel, key)
    standing = set()
    for channel, name, display_name in made_by_hand(conn):
        if channel in first:
            standing.add(first[channel])
            held[first[channel]] = replace(held[first[channel]], method="new")
        elif not belong[name.rstrip("'")] - {channel}:
            key = Key(NO_PROVIDER, name)
            channels[key] = FeedChannel(
                NO_PROVIDER, name, (display_name,) if display_name is not None else ()
            )
            held[key] = Held(channel, "manual")
    return frozenset(standing)


def texts(names: str) -> tuple[str, ...]:
    """The texts of `feed_channels.names`, each once."""
    return tuple(dict.fromkeys(entry["text"] for entry in orjson.loads(names)))


def stored_names(conn: sqlite3.Connection, feed: FeedNow) -> dict[str, tuple[str, ...]]:
    """The display names of every channel that the feed ever had, by its id as it is spelt now."""
    rows = conn.execute(_STORED_NAMES, [feed.provider])
    return {feed.renamed.get(ident, ident): texts(names) for ident, names in rows}


def evidence(
    facts: Facts,
    compare: Compare,
    feed: FeedNow | None = None,
    stored: Mapping[str, tuple[str, ...]] | None = None,
) -> Evidence:
    """The evidence of a decision: the facts, and the feed's channels as they are now.

    `stored` are the names of the feed's channels of before (`stored_names`).
    """
    channels = dict(facts.channels)
    if feed is not None:
        channels = {key: channel for key, channel in channels.items() if key.provider != feed.provider}
        channels |= {channel.key: channel for channel in _now(facts, feed, stored or {})}
    return Evidence(tuple(channels.values()), compare, facts.held, facts.touched)


def _now(facts: Facts, feed: FeedNow, stored: Mapping[str, tuple[str, ...]]) -> Iterator[FeedChannel]:
    """The channels that the feed has, and those that it had: their mappings may move."""
    for ident, given in feed.names.items():
        before = stored.get(ident, ())
        names = before if given is None else given
        yield FeedChannel(feed.provider, ident, names, before if before != names else ())
    for ident, channel in facts.of(feed.provider).items():
        if ident not in feed.names:
            yield FeedChannel(feed.provider, ident, channel.names, gone=True)
