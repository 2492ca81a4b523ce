"""Joins that stay although today's ids, names and schedules alone would not make them.

A join that schedules confirmed stays while they can no longer be compared. So does one that the first release made by an
equal id or name. A channel whose feed changes its id or its name stays where it is. Each such link leads to a channel that
is in the same logical channel now, and none holds against schedules that refute it. A place for changing events (`PPV 1`)
keeps nothing over a change: what it showed yesterday says nothing about today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .comparison import Judge
from .hypotheses import Level, relation
from .known import Content, Known
from .label import names_agree
from .links import Link, Strength
from .values import Held, Key, Method

_SCORE = 0.9
#: the methods of the first channel of a logical channel, the likeliest first
_FIRST = ("new", "moved", "manual")


def anchors(known: Known) -> dict[int, Key]:
    """The first channel of each logical channel: the one it was made for, else one that moved, else one mapped by hand.

    A logical channel whose first channel is gone with its provider has none.
    """
    ranked: dict[int, tuple[int, Content, Key]] = {}
    for key in known.channels:
        held = known.held.get(key)
        if held is not None and held.channel is not None and held.method in _FIRST:
            rank = (_FIRST.index(held.method), known.content(key), key)
            ranked[held.channel] = min(rank, ranked.get(held.channel, rank))
    return {channel: key for channel, (_, _, key) in ranked.items()}


def links(known: Known, judge: Judge) -> Iterator[Link]:
    """The links that keep channels together."""
    yield from _confirmed_before(known, judge)
    yield from _changed(known, judge)


def _confirmed_before(known: Known, judge: Judge) -> Iterator[Link]:
    """Between the first channel of a logical channel and those that were tied to it before, for a reason that lasts."""
    first = anchors(known)
    for key in known.channels:
        held = known.held.get(key)
        if (
            held is None
            or held.channel is None
            or not (held.method in ("schedule", "moved") or _earlier(held))
        ):
            continue
        anchor = first.get(held.channel)
        if anchor is not None and anchor != key and _holds(known, judge, key, anchor, held.method):
            yield _kept(key, anchor, held)


def _holds(known: Known, judge: Judge, key: Key, anchor: Key, method: str) -> bool:
    """Whether a former join holds: nothing refutes it. Schedules that confirm it need no memory."""
    verdict = judge.about(key, anchor).verdict
    if method == "moved":
        events = known.labels[key].event or known.labels[anchor].event
        return verdict in ("same", "unclear") and not events
    return verdict == "unclear" and relation(known.labels[key], known.labels[anchor]) is not None


def _earlier(held: Held) -> bool:
    """Whether the first release made this join by an id or a name: it stored no reasons."""
    return held.method in ("id", "name") and not held.reason


def _kept(key: Key, anchor: Key, held: Held) -> Link:
    one, other = sorted((key, anchor))
    if _earlier(held):
        # Without a reason it stays what it is, and later decisions recognise it.
        how: Method = "id" if held.method == "id" else "name"
        return Link(one, other, Strength.KEPT, (), how, held.score or _SCORE, "")
    method: Method = "moved" if held.method == "moved" else "schedule"
    return Link(one, other, Strength.KEPT, (), method, held.score or _SCORE, held.reason)


def _changed(known: Known, judge: Judge) -> Iterator[Link]:
    """Between a channel whose id or names changed and those to which the old ones tied it."""
    together: dict[int, list[Key]] = defaultdict(list)
    for key in known.channels:
        held = known.held.get(key)
        if held is not None and held.channel is not None:
            together[held.channel].append(key)
    for key in known.former:
        held = known.held.get(key)
        for other in together[held.channel] if held and held.channel is not None else ():
            if other.provider != key.provider and _still_together(known, judge, key, other):
                one, two = sorted((key, other))
                reason = "joined before the feed changed its id or its name"
                yield Link(one, two, Strength.KEPT, (), "moved", _SCORE, reason)


def _still_together(known: Known, judge: Judge, key: Key, other: Key) -> bool:
    """Whether the old names tied the two, and the new ones are a name for the same channel."""
    if known.labels[key].event or known.labels[other].event:
        return False
    theirs = known.former.get(other, known.labels[other])
    if (relation(known.former[key], theirs) or Level.OTHER_NAME) is Level.OTHER_NAME:
        return False
    said = judge.about(key, other)
    if said.verdict == "unclear":
        if _elsewhere(known, key, other) and not (_confirmed(known, key) or _confirmed(known, other)):
            return False  # what the new id says of the country was not known when they were joined
        return key in known.moves or names_agree(known.labels[key], known.former[key])
    return said.verdict == "same"


def _elsewhere(known: Known, key: Key, other: Key) -> bool:
    region, theirs = known.regions[key], known.regions[other]
    return region is not None and theirs is not None and region != theirs


def _confirmed(known: Known, key: Key) -> bool:
    """Whether schedules confirmed what tied a channel to its place before."""
    move = known.moves.get(key)
    return move.confirmed if move is not None else known.held[key].method == "schedule"
