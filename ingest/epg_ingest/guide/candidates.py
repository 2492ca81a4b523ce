"""Channels that may be the same (spec section 3): a person reviews them, nothing applies them.

They come from two sides: what channels show, and equal names that prove too little (`grouping.proposals`), and names that only
resemble each other (`grouping.similar`).
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..core.names import normalise
from ..match.values import Comparison, Key
from .channels import Channel, all_channels
from .grouping.offers import JoinMove, JoinPlan, Suggestion, joinable, offers, plan
from .grouping.proposals import REFUTED, Review, review
from .grouping.similar import Candidate, suggest
from .providers import find_provider

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["JoinMove", "JoinPlan", "Suggestion", "candidates", "plan_joins", "proposed"]

#: the score of a name that is as like as can be
_SUREST_NAME = 0.85
#: channels that are compared with a provider's channel by their names: a word that thousands of channels have tells nothing
_MOST_COMPARED = 300
#: names of a channel that are compared
_MOST_NAMES = 30


@dataclass(frozen=True)
class _Undecided:
    provider_id: int
    provider: str
    provider_channel_id: str
    channel_id: int | None
    names: tuple[str, ...]


def candidates(db: Database, *, provider: str | int | None = None, limit: int = 3) -> list[Suggestion]:
    """Suggestions for provider channels that nobody has mapped or ignored by hand, the likeliest first.

    Mappings by hand that schedules contradict are among them. At most `limit` for each provider channel, and one for two
    channels. A channel that the same provider feeds already is no candidate: a feed does not carry one channel twice. Of two
    channels that resemble each other only the newer one is listed. Raises `NotFoundError` for an unknown provider.
    """
    conn = db.conn
    only = find_provider(conn, provider).id if provider is not None else None
    known, found_by_schedule = _Known(conn), review(conn)
    best: dict[frozenset[str], Suggestion] = {}
    for found in (
        *(offer.suggestion for offer in offers(conn, found_by_schedule, only)),
        *_resembling(conn, known, found_by_schedule, only, limit),
    ):
        key = _pair(found)
        twin = best.get(key)
        if twin is None:
            best[key] = found
        else:
            best[key] = replace(twin, evidence={**found.evidence, **twin.evidence})
    ordered = sorted(best.values(), key=lambda s: (-s.score, s.provider, s.provider_channel_id, s.candidate))
    return list(_at_most(limit, ordered))


def _pair(found: Suggestion) -> frozenset[str]:
    """The two channels. What feeds no channel yet, and what a person mapped, is one of the two itself."""
    source = f"{found.provider} {found.provider_channel_id}"
    own = source if found.channel in (None, found.candidate) else f"channel {found.channel}"
    return frozenset((own, f"channel {found.candidate}"))


def proposed(conn: sqlite3.Connection, provider_id: int | None = None) -> list[Suggestion]:
    """What names and schedules together say: the pairs that could be joined, each once, the surest first."""
    return [offer.suggestion for offer in joinable(conn, review(conn), provider_id)]


def plan_joins(conn: sqlite3.Connection, score: float, provider_id: int | None = None) -> JoinPlan:
    """What joining the `proposed` of this score and more takes, and what it leaves out. Changes nothing."""
    found = review(conn)
    offered = joinable(conn, found, provider_id)
    return plan(found, [offer for offer in offered if offer.suggestion.score >= score])


def _at_most(limit: int, found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """The first `limit` for each provider channel."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in found:
        counts[one.provider, one.provider_channel_id] += 1
        if counts[one.provider, one.provider_channel_id] <= limit:
            yield one


class _Known:
    """The channels by id with all their names, and which of them may resemble a provider's channel."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.channels = {channel.id: channel for channel in all_channels(conn)}
        self.names = _names(conn, self.channels)
        self._fed, self._made = _fed(conn)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for ident in sorted(self.channels):
            for key in _keys((self.channels[ident].name, *self.names[ident])):
                self._by_key[key].append(ident)
        self._foreign: dict[tuple[int, str], tuple[list[int], list[int]]] = {}

    def alike(self, item: _Undecided) -> list[int]:
        """Channels that share a key with a provider's channel, at most `_MOST_COMPARED`: those that share a rare one first.

        A channel that the provider feeds already is none of them. One that is newer, and that an import made, lists the pair
        itself.
        """
        keys = _keys((item.provider_channel_id, *item.names))
        found: dict[int, None] = {}
        for key in sorted(keys, key=lambda key: (len(self._by_key.get(key, ())), key)):
            made, others = self._not_fed(item.provider_id, key)
            end = len(made) if item.channel_id is None else bisect_left(made, item.channel_id)
            for ident in (*made[: min(end, _MOST_COMPARED)], *others[:_MOST_COMPARED]):
                if len(found) < _MOST_COMPARED and ident != item.channel_id:
                    found[ident] = None
        return sorted(found)

    def _not_fed(self, provider: int, key: str) -> tuple[list[int], list[int]]:
        """The channels with a key that a provider does not feed: those that an import made, and the others."""
        known = self._foreign.get((provider, key))
        if known is None:
            foreign = [ident for ident in self._by_key.get(key, ()) if ident not in self._fed[provider]]
            made = [ident for ident in foreign if ident in self._made]
            known = made, [ident for ident in foreign if ident not in self._made]
            self._foreign[provider, key] = known
        return known


def _resembling(
    conn: sqlite3.Connection, known: _Known, by_schedule: Review, provider_id: int | None, limit: int
) -> Iterator[Suggestion]:
    """Channels whose names resemble each other. Names alone are no certainty, so the score stays below 0.9."""
    for item in _undecided(conn, provider_id):
        pool = [(ident, known.channels[ident].name, known.names[ident]) for ident in known.alike(item)]
        own = Key(item.provider_id, item.provider_channel_id)
        for match in suggest(item.names, item.provider_channel_id, pool, limit):
            found = _suggestion(item, known.channels, match)
            yield _judged(found, by_schedule.refuting(own, match.channel_id))


def _judged(found: Suggestion, refuting: Comparison | None) -> Suggestion:
    """A suggestion that rests on names, scored by what the schedules say of it."""
    if refuting is None:
        return replace(found, score=min(found.score, _SUREST_NAME))
    most = 0.0 if refuting.verdict == "shifted" else REFUTED
    return replace(found, score=min(found.score, most), reason=f"{found.reason}; but {refuting.reason}")


def _keys(names: Iterable[str]) -> set[str]:
    """Two names are only compared if they share one of these keys: a word, or their first three letters.

    Comparing every pair took 34 s for two providers of 2,000 channels each.
    """
    words = [normalise(name).replace(".", " ").split() for name in names]
    return {word for some in words for word in some} | {"^" + "".join(some)[:3] for some in words if some}


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
        names[ident] = list(dict.fromkeys([*names[ident], *_texts(said)]))[:_MOST_NAMES]
    return names


def _texts(names: str) -> list[str]:
    """The first texts of `feed_channels.names`."""
    return list(dict.fromkeys(entry["text"] for entry in json.loads(names)))[:_MOST_NAMES]


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
