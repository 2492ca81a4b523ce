"""The groups as placements: which logical channel each group keeps, and method, score and reason of each feed's channel."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

from .clusters import Group
from .known import Known
from .links import Link, Strength
from .values import Evidence, Held, Key, Method, Placement

_BY_HAND = "mapped by hand"
_FIRST = "the first channel of this kind"
#: at most the score of a join that moves: less than that of a first channel
_MOVED = 0.9


def placements(
    known: Known,
    groups: list[Group],
    channels: Mapping[Group, int],
    anchors: Mapping[int, Key],
    links: Iterable[Link],
) -> Iterator[Placement]:
    """The placement of each channel that nobody ignores."""
    tied = _tied(links)
    for number, group in enumerate(groups):
        channel = channels.get(group)
        first = _first(known, group, channel, anchors)
        for key in sorted(group):
            link = _reason(known, tied.get(key, {}), group, first)
            method, score, reason = _why(known, key, channel, first, link)
            move = known.moves.get(key)
            yield Placement(key, number, channel, method, score, reason, move.old.id if move else None)


def ignored(evidence: Evidence, known: Known) -> Iterator[Placement]:
    """The channels that a person ignores, under their present ids."""
    vanished = {move.old for move in known.moves.values()}
    for channel in evidence.channels:
        held = known.held.get(channel.key)
        if held is not None and held.channel is None and channel.key not in vanished:
            move = known.moves.get(channel.key)
            reason = held.reason or _BY_HAND
            yield Placement(
                channel.key, None, None, "manual", held.score, reason, move.old.id if move else None
            )


def _tied(links: Iterable[Link]) -> dict[Key, dict[Key, Link]]:
    """The strongest link between any two channels, under both."""
    found: dict[Key, dict[Key, Link]] = defaultdict(dict)
    for link in links:
        best = found[link.key].get(link.other)
        if best is None or (link.strength, link.rank) > (best.strength, best.rank):
            found[link.key][link.other] = found[link.other][link.key] = link
    return found


def _first(known: Known, group: Group, channel: int | None, anchors: Mapping[int, Key]) -> Key:
    """The channel of the group for which its logical channel was made, or now stands for it."""
    anchor = anchors.get(channel) if channel is not None else None
    return anchor if anchor in group else min(group, key=lambda key: (known.content(key), key))


def _reason(known: Known, tied: Mapping[Key, Link], group: Group, first: Key) -> Link | None:
    """What ties a channel to its group: its link to the first one, else the strongest to another.

    Only what the methods `schedule` and `moved` say of the first channel is known to later decisions. So `schedule` means
    that schedules confirmed it against the first channel. A link that holds over a change makes it `moved`, unless
    its link to the first one is as strong.
    """
    inside = [
        (link.strength, link.rank, known.content(key), key) for key, link in tied.items() if key in group
    ]
    if not inside:
        return None
    best = tied[max(inside)[-1]]
    direct = tied.get(first)
    if direct is not None and (direct.strength >= Strength.KEPT or best.strength is not Strength.KEPT):
        return direct
    return replace(best, method=best.named) if best.method == "schedule" else best


def _why(
    known: Known, key: Key, channel: int | None, first: Key, link: Link | None
) -> tuple[Method, float | None, str]:
    held, move = known.held.get(key), known.moves.get(key)
    stays = held is not None and held.channel == channel
    if held is not None and held.method == "manual":
        return "manual", held.score, held.reason or _BY_HAND
    if key == first:
        link = None
    confirmed = link is not None and link.method == "schedule"  # says more than that the channel moved
    if held is not None and stays and held.method == "moved" and not confirmed:
        return "moved", held.score, held.reason
    if link is None:
        return "new", None, _kept_reason(held, stays)
    if move is not None and stays and not confirmed and first in (link.key, link.other):
        return "moved", min(link.score, _MOVED), move.reason
    return link.method, link.score, link.reason


def _kept_reason(held: Held | None, stays: bool) -> str:
    return held.reason if held is not None and stays and held.method == "new" and held.reason else _FIRST


def channel_ids(
    groups: Iterable[Group], known: Known, anchors: Mapping[int, Key], touched: Set[int]
) -> dict[Group, int]:
    """The logical channel of each group that keeps one; a group without one gets a new channel.

    A channel goes with what a person mapped to it, then with the channel it was made for, then with most of its members. Of
    several, a group keeps one that a person touched, then one with most members, then the oldest.
    """
    claims = []
    for group in groups:
        members = Counter(known.held[key].channel for key in group if key in known.held)
        by_hand = {known.manual(key) for key in group}
        for channel, count in members.items():
            if channel is not None:
                rank = (
                    channel in by_hand,
                    channel in touched,
                    anchors.get(channel) in group,
                    count,
                    -channel,
                )
                claims.append((rank, min(map(known.content, group)), channel, group))
    kept: dict[Group, int] = {}
    given: set[int] = set()
    for _, _, channel, group in sorted(claims, key=lambda claim: (_descending(claim[0]), claim[1])):
        if group not in kept and channel not in given:
            kept[group] = channel
            given.add(channel)
    return kept


def _descending(rank: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-value for value in rank)
