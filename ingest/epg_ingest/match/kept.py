"""Joins that stay although today's ids, names and schedules alone would not make them.

A join that schedules confirmed stays while they can no longer be compared, under any id. So does one that the first release
made by an equal id or name. A channel whose feed changes its id or its name stays where it is, as long as the new ones leave it
open. Each such link leads to a channel that is in the same logical channel now, and none holds against schedules that
refute it. A place for changing events (`PPV 1`) keeps nothing over a change: what it showed yesterday says nothing about
today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

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
    ranked: dict[int, tuple[int, float, Content, Key]] = {}
    for key in known.channels:
        held = known.held.get(key)
        if held is not None and held.channel is not None and held.method in _FIRST:
            # A first channel that moved is surer than one that moved with its join.
            rank = (_FIRST.index(held.method), -(held.score or 0), known.content(key), key)
            ranked[held.channel] = min(rank, ranked.get(held.channel, rank))
    return {channel: key for channel, (*_, key) in ranked.items()}


def links(known: Known, judge: Judge) -> Iterator[Link]:
    """The links that keep channels together."""
    first = anchors(known)
    yield from _tied_before(known, first, judge)
    yield from _changed(known, first, judge)


def _tied_before(known: Known, first: Mapping[int, Key], judge: Judge) -> Iterator[Link]:
    """Between the first channel of a logical channel and those that were tied to it before, for a reason that lasts."""
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
    moved = method == "moved" or key in known.moves
    if moved and (known.labels[key].event or known.labels[anchor].event):
        return False
    if method == "moved":
        return verdict == "same" or (verdict == "unclear" and _open(known, key, anchor))
    return verdict == "unclear" and relation(known.labels[key], known.labels[anchor]) is not None


def _open(known: Known, key: Key, other: Key) -> bool:
    """Whether today's ids and names leave open if two channels are one, so that a former join of them still counts.

    They decide once they give both countries: equal names join within one, and join nothing across two. Schedules that confirm
    equal names make a join `schedule`, which needs no more. Where no names are equal it stays `moved` even then, so only a
    new id or name ends it across two countries: what that says of the country was not known before.
    """
    region, theirs = known.regions[key], known.regions[other]
    if region is None or theirs is None:
        return True
    level = relation(known.labels[key], known.labels[other])
    if region == theirs:
        return level not in (Level.ID, Level.LETTERS)
    return level is None and key not in known.former and other not in known.former


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


def _changed(known: Known, first: Mapping[int, Key], judge: Judge) -> Iterator[Link]:
    """Between a channel whose id or names changed and those to which the old ones tied it."""
    together: dict[int, list[Key]] = defaultdict(list)
    for key in known.channels:
        held = known.held.get(key)
        if held is not None and held.channel is not None:
            together[held.channel].append(key)
    for key in known.former:
        held = known.held.get(key)
        for other in together[held.channel] if held and held.channel is not None else ():
            if other.provider != key.provider and _still_together(known, first, judge, key, other):
                one, two = sorted((key, other))
                reason = "joined before the feed changed its id or its name"
                yield Link(one, two, Strength.KEPT, (), "moved", _SCORE, reason)


def _still_together(known: Known, first: Mapping[int, Key], judge: Judge, key: Key, other: Key) -> bool:
    """Whether the old names tied the two, and the new ones are a name for the same channel."""
    if known.labels[key].event or known.labels[other].event:
        return False
    theirs = known.former.get(other, known.labels[other])
    if (relation(known.former[key], theirs) or Level.OTHER_NAME) is Level.OTHER_NAME:
        return False
    said = judge.about(key, other)
    if said.verdict == "unclear":
        if not _open(known, key, other) and not _confirmed(known, first, key, other):
            return False
        return key in known.moves or names_agree(known.labels[key], known.former[key])
    return said.verdict == "same"


def _confirmed(known: Known, first: Mapping[int, Key], *keys: Key) -> bool:
    """Whether each channel is the first one of its logical channel, or schedules once confirmed it against that one."""
    return all(
        known.held[key].method == "schedule" or first.get(known.held[key].channel or 0) == key for key in keys
    )
