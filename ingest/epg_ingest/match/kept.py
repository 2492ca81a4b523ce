"""Joins that stay although today's ids, names and schedules alone would not make them.

A join that schedules confirmed stays while they can no longer be compared, under any id. So does one that the first release
made by an equal id or name. A channel whose feed changes its id or its name stays where it is, as long as the new ones leave it
open. Each such link leads to the first channel of the logical channel that both are in now, and none holds against schedules
that refute it. A place for changing events (`PPV 1`) keeps nothing over a change: what it showed yesterday says nothing about
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
            or not (held.method in ("schedule", "moved") or held.of_first_release)
        ):
            continue
        anchor = first.get(held.channel)
        if anchor is not None and anchor != key and _holds(known, judge, key, anchor, held.method):
            yield _kept(key, anchor, held)


def _holds(known: Known, judge: Judge, key: Key, anchor: Key, method: str) -> bool:
    """Whether a former join holds: nothing refutes it. Schedules that confirm it need no memory."""
    verdict = judge.about(key, anchor).verdict
    related = relation(known.labels[key], known.labels[anchor])
    moved = method == "moved" or key in known.moves
    if moved and (known.labels[key].event or known.labels[anchor].event):
        return False
    if method == "moved":
        return (verdict == "same" and related is None) or (verdict == "unclear" and _open(known, key, anchor))
    return verdict == "unclear" and related is not None


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


def _kept(key: Key, anchor: Key, held: Held) -> Link:
    one, other = sorted((key, anchor))
    if held.of_first_release:
        # Without a reason it stays what it is, and later decisions recognise it.
        how: Method = "id" if held.method == "id" else "name"
        return Link(one, other, Strength.KEPT, (), how, held.score or _SCORE, "")
    method: Method = "moved" if held.method == "moved" else "schedule"
    return Link(one, other, Strength.KEPT, (), method, held.score or _SCORE, held.reason)


def _changed(known: Known, first: Mapping[int, Key], judge: Judge) -> Iterator[Link]:
    """Between a channel whose id or names changed and the first one of its logical channel, or of that one and all others.

    A later decision remembers only that a channel belongs to the first one, so a link to another would be made today and
    taken back by the next import.
    """
    together: dict[int, list[Key]] = defaultdict(list)
    for key in known.channels:
        held = known.held.get(key)
        if held is not None and held.channel is not None:
            together[held.channel].append(key)
    for channel, anchor in first.items():
        for key in together[channel]:
            changed = key in known.former or anchor in known.former
            if changed and _were_tied(known, key, anchor) and _still_together(known, judge, key, anchor):
                one, two = sorted((key, anchor))
                score = min(known.held[key].score or _SCORE, _SCORE)
                yield Link(one, two, Strength.KEPT, (), "moved", score, _why_changed(known, key))


def _were_tied(known: Known, key: Key, anchor: Key) -> bool:
    """Whether the former ids and names, or the schedules of before, tied the two, and not each to a third."""
    if key.provider == anchor.provider:
        return False
    one, other = (known.former.get(key, known.labels[key]) for key in (key, anchor))
    return known.held[key].method == "schedule" or relation(one, other) in (Level.ID, Level.LETTERS)


def _why_changed(known: Known, key: Key) -> str:
    move = known.moves.get(key)
    return move.reason if move is not None else "joined before the feed changed its id or its name"


def _still_together(known: Known, judge: Judge, key: Key, anchor: Key) -> bool:
    """Whether the new ids and names are those of the same channels. Schedules that confirm equal ones need no memory."""
    if known.labels[key].event or known.labels[anchor].event:
        return False
    said = judge.about(key, anchor)
    if said.verdict == "unclear":
        if not _open(known, key, anchor) and known.held[key].method != "schedule":
            return False
        return all(one in known.moves or _like_before(known, one) for one in (key, anchor))
    return said.verdict == "same" and relation(known.labels[key], known.labels[anchor]) is None


def _like_before(known: Known, key: Key) -> bool:
    """Whether the names of a channel agree with those that it had before."""
    return key not in known.former or names_agree(known.labels[key], known.former[key])
