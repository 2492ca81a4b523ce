"""Which channels of feeds are one channel of the guide: decided with all evidence, then carried out (docs/matching.md).

`match.decide` is the decision, a pure function. This module brings it what the guide and a feed know, before an import takes
the write lock, and changes mappings, programmes and channels as it says, within the write transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Set
from dataclasses import dataclass

from ..match.decide import decide
from ..match.values import Key, Matching
from .grouping.evidence import Facts, FeedNow, evidence, made_by_hand, read, stored_names, texts
from .grouping.makers import hand_over
from .grouping.placing import Places
from .grouping.regroup import Note, Regrouped, regroup
from .grouping.schedules import Schedules

__all__ = [
    "Decided", "FeedNow", "Note", "Places", "Regrouped", "decide_again", "decide_all", "hand_over", "regroup",
    "texts",
]  # fmt: skip

_GENERATION = "SELECT number FROM generation"
_IDS_OF = "SELECT provider_channel_id FROM channel_mappings WHERE provider_id = ?"
_MAPPED_IDS = "SELECT provider_id, provider_channel_id FROM channel_mappings"


@dataclass(frozen=True)
class Decided:
    """A decision about the guide of this `generation`. `matching` is None where there was nothing to decide.

    `standing` are the feeds' channels that stand for a channel that a person made: they did not make it.
    """

    generation: int
    matching: Matching | None
    standing: frozenset[Key] = frozenset()

    def holds(self, conn: sqlite3.Connection) -> bool:
        """Whether the guide is still the one that was decided about."""
        return bool(conn.execute(_GENERATION).fetchone()[0] == self.generation)


def decide_all(conn: sqlite3.Connection, feed: FeedNow | None = None) -> Decided:
    """Decide about all channels of all feeds, with those of `feed` as they are now. Call it within a transaction."""
    (generation,) = conn.execute(_GENERATION).fetchone()
    if feed is not None and (_as_before(conn, feed) or _alone(conn, feed)):
        return Decided(generation, None)
    facts = read(conn, feed)
    if feed is None:
        schedules = Schedules(conn, _channels(facts))
        return Decided(generation, decide(evidence(facts, schedules.compare)), facts.standing)
    stored = stored_names(conn, feed)
    feed = _admitted(facts, feed)
    if _nothing_new(feed, facts.mapped(feed.provider), stored):
        return Decided(generation, None)
    schedules = Schedules(conn, _channels(facts), feed.provider, feed.same, feed.schemas)
    try:
        matching = decide(evidence(facts, schedules.compare, feed, stored))
        if feed.policy == "mapped":
            # An id that no mapping lets in must not count. Only now it is known which of them were mapped under another id.
            moved = {place.key.id for place in matching.placements if place.moved_from is not None}
            feed = feed.only({*facts.mapped(feed.provider), *moved})
            matching = decide(evidence(facts, schedules.compare, feed, stored))
    finally:
        schedules.close()
    return Decided(generation, matching, facts.standing)


def decide_again(conn: sqlite3.Connection, now: int) -> Regrouped:
    """Decide about what the guide has, and carry it out, within the write transaction. `now` is epoch seconds."""
    decided = decide_all(conn)
    assert decided.matching is not None
    return regroup(conn, Places(conn, decided.matching, now, decided.standing), now)


def _channels(facts: Facts) -> dict[Key, int | None]:
    return {key: held.channel for key, held in facts.held.items()}


def _admitted(facts: Facts, feed: FeedNow) -> FeedNow:
    """The feed without the ids that its policy keeps out. Where a mapped id is gone, a new one may take its place."""
    mapped = facts.mapped(feed.provider)
    if feed.policy == "mapped" and all(ident in feed.names for ident in facts.of(feed.provider)):
        return feed.only(mapped)
    return feed


def _alone(conn: sqlite3.Connection, feed: FeedNow) -> bool:
    """Whether all ids of the feed are mapped and nothing else is in the guide that they could be joined with."""
    mapped = set()
    for provider, ident in conn.execute(_MAPPED_IDS):
        if provider != feed.provider:
            return False
        mapped.add(feed.renamed.get(ident, ident))
    return mapped >= feed.names.keys() and not made_by_hand(conn)


def _as_before(conn: sqlite3.Connection, feed: FeedNow) -> bool:
    """`_nothing_new` of a feed that may bring channels, before anything is read of other feeds."""
    if feed.new or feed.policy == "mapped":
        return False
    mapped = {feed.renamed.get(ident, ident) for (ident,) in conn.execute(_IDS_OF, [feed.provider])}
    return _nothing_new(feed, mapped, stored_names(conn, feed))


def _nothing_new(feed: FeedNow, mapped: Set[str], stored: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether all ids are mapped, and the feed says and shows what it did, so that the decision would be that of before."""
    if not mapped >= feed.names.keys():
        return False
    renamed = any(given is not None and given != stored.get(ident) for ident, given in feed.names.items())
    return not feed.new and not renamed
