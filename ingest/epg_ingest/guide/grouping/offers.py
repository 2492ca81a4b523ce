"""What a person may join: each pair of channels of the guide once, and what follows from joining many of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...match.values import Key
from ..channels import Channel, all_channels
from .proposals import Pair, Review
from .together import Together


@dataclass(frozen=True)
class Suggestion:
    """A provider channel, and another channel that may be the same.

    `channel` is the name of the channel that it feeds now, None when there is none; where a person mapped it although the
    schedules contradict, that is the `candidate`, too, and the score is 0. `score` is 0 to 1, `reason` a sentence for the
    person who decides. `evidence` has the numbers: `titles`, for how much of the time both show the same title, `starts`, how
    many starts coincide, `names`, how similar the most similar names are, and `ids`, 1 where the ids are equal up to the
    suffix.
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
class Offer:
    """A suggestion with its two feeds' channels. What is together with `key` goes to the channel of `other`."""

    suggestion: Suggestion
    key: Key
    other: Key


@dataclass(frozen=True)
class JoinMove:
    """A feed's channel that goes to the channel of the guide with the id `channel`, because of a suggestion."""

    key: Key
    channel: int
    suggestion: Suggestion


@dataclass(frozen=True)
class JoinPlan:
    """The offers that are taken, those that are not, each with the reason, and what has to move."""

    taken: tuple[Offer, ...]
    left_out: tuple[tuple[Offer, str], ...]
    moves: tuple[JoinMove, ...]


def joinable(conn: sqlite3.Connection, found: Review, provider_id: int | None = None) -> list[Offer]:
    """The offers that name something to join. Pairs that differ by a delay and suspects, which score 0, do not."""
    return [offer for offer in offers(conn, found, provider_id) if offer.suggestion.score > 0]


def offers(conn: sqlite3.Connection, found: Review, provider_id: int | None = None) -> Iterator[Offer]:
    """Pairs that are not joined, the surest first, then suspects. `provider_id` asks for channels of one provider only.

    Of each two channels of the guide, the pair of the best evidence counts. The suggestion is for the channel that nobody
    arranged by hand, and of two such for the newer one. A channel that a person mapped to one of its own is in none.
    """
    channels = {channel.id: channel for channel in all_channels(conn)}
    providers = dict(conn.execute("SELECT id, name FROM providers"))
    seen: set[object] = set()
    for pair in found.pairs:
        sides = _sides(found, pair)
        if sides is None or provider_id not in (None, sides[0].provider):
            continue
        two = sides[0] if pair.suspect else frozenset(found.facts.held[key].channel for key in sides)
        if two not in seen:
            seen.add(two)
            yield Offer(_suggestion(found, pair, sides, channels, providers), *sides)


def _sides(found: Review, pair: Pair) -> tuple[Key, Key] | None:
    """The feed's channel that the suggestion is for, and that of the candidate; None if there is nothing to suggest."""
    held, together = found.facts.held, found.together
    one, other = pair.key, pair.other
    if held[one].channel is None or held[other].channel is None:
        return None
    if pair.suspect:
        mapped = [(key, rest) for key, rest in ((one, other), (other, one)) if held[key].method == "manual"]
        return mapped[0] if mapped else None
    if together.kept_apart(one) or together.kept_apart(other):
        return None
    if pair.delayed or _order(found, one) > _order(found, other):
        return one, other
    return other, one


def _order(found: Review, key: Key) -> tuple[bool, int]:
    """Of several channels the least stays: one that a person arranged, or else the oldest."""
    return not found.together.by_hand(key), found.facts.held[key].channel or 0


def _suggestion(
    found: Review,
    pair: Pair,
    sides: tuple[Key, Key],
    channels: Mapping[int, Channel],
    providers: Mapping[int, str],
) -> Suggestion:
    key, _ = sides
    own, target = (channels[found.facts.held[side].channel or 0] for side in sides)
    names = found.facts.channels[key].names
    shares = {"titles": pair.titles, "starts": pair.starts}
    return Suggestion(
        providers[key.provider],
        key.id,
        names[0] if names else key.id,
        own.name,
        target.name,
        target.display_name,
        pair.score,
        f"mapped by hand, but {pair.reason}" if pair.suspect else pair.reason,
        {name: share for name, share in shares.items() if share is not None},
    )


def plan(found: Review, offered: Iterable[Offer]) -> JoinPlan:
    """Take the offers in their order, each unless those before it exclude it.

    Channels go with all that is together with them, so that no later look at the guide finds a part of them alone.
    """
    together = Together(found.facts, found.schedules)
    taken, left_out = [], []
    for offer in offered:
        one, other = offer.key, offer.other
        why = together.excluded(one, other) or together.contradicted(one, other)
        if why is None:
            together.unite(one, other)
            taken.append(offer)
        else:
            left_out.append((offer, why))
    return JoinPlan(tuple(taken), tuple(left_out), tuple(_moves(found, together, taken)))


def _moves(found: Review, together: Together, taken: Iterable[Offer]) -> Iterator[JoinMove]:
    held = found.facts.held
    moved: set[Key] = set()
    for offer in taken:
        for end in (offer.key, offer.other):
            stays = min(together.of(end), key=lambda key: (_order(found, key), key))
            target = held[stays].channel
            for key in sorted(found.together.of(end) - moved):
                if target is not None and held[key].channel != target:
                    moved.add(key)
                    yield JoinMove(key, target, offer.suggestion)
