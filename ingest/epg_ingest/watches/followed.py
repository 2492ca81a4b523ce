"""What became of a programme that a watch found: it is there, it has moved, or it is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from .airing import WatchedAiring
from .text_match import folded

#: a programme that moves further than this is another showing
FARTHEST = 86_400
#: a shift of fewer seconds is not worth a message
NOTICED = 300

KEPT, MOVED, CANCELLED, OVER = "kept", "moved", "cancelled", "over"


class Fate(NamedTuple):
    """`what` is a word of those above; `now` is the showing as it is now, None where it is gone."""

    what: str
    now: WatchedAiring | None = None
    reason: str = ""


def fate(told: WatchedAiring, there: WatchedAiring | None, now: int) -> Fate:
    """What became of `told` at `now` (epoch seconds). `there` is the showing where the guide has it now, None if it has not.

    Of a showing that has begun nothing is said.
    """
    if there is not None and there.start == told.start:
        return Fate(KEPT, there)
    if told.start <= now and (there is None or there.start <= now):
        return Fate(OVER, there)
    if there is None:
        return Fate(CANCELLED, None, "the guide does not have it any more")
    if abs(there.start - told.start) < NOTICED:
        return Fate(KEPT, there)
    return Fate(MOVED, there, f"it moved by {_minutes(there.start - told.start)}")


def alike(before: WatchedAiring, now: WatchedAiring) -> bool:
    """Whether two showings in one place of a channel are the same programme, though a rule or a provider changed its words.

    Evidence is what the feed says, the episode, the series, the numbers, a sub-title, a long description, and a title that has
    all the words of the other one. Without any of it another programme has taken the place.
    """
    if before.element is not None and before.element == now.element:
        return True
    if before.identity == now.identity or folded(before.title) == folded(now.title):
        return True
    return any(
        one is not None and one == other for one, other in zip(_marks(before), _marks(now), strict=True)
    ) or _within(before.title, now.title)


def _marks(airing: WatchedAiring) -> tuple[object, ...]:
    """What says which programme it is under another title; None where it is not known."""
    numbers = (airing.season, airing.episode)
    return (
        airing.series_id, airing.text, folded(airing.subtitle or "") or None, None if None in numbers else numbers,
    )  # fmt: skip


def _within(one: str, other: str) -> bool:
    words, others = set(folded(one).split()), set(folded(other).split())
    return bool(words) and bool(others) and (words <= others or others <= words)


def moves(gone: Iterable[WatchedAiring], fresh: Iterable[WatchedAiring]) -> dict[int, WatchedAiring]:
    """Where showings that are gone went, by their ids. `fresh` are showings that were not there before.

    A move is a fresh showing of the same on the same channel within a day, or what is alike in the same place. Each fresh
    showing is the move of one, the nearest in time.
    """
    same: dict[tuple[int, str], list[WatchedAiring]] = defaultdict(list)
    place: dict[tuple[int, int], list[WatchedAiring]] = defaultdict(list)
    for one in fresh:
        same[one.channel_id, one.identity].append(one)
        place[one.channel_id, one.start // NOTICED].append(one)
    ways = []
    for old in gone:
        at = old.start // NOTICED
        here = [
            new for near in (at - 1, at, at + 1) for new in place[old.channel_id, near] if alike(old, new)
        ]
        ways += [(old, new) for new in same[old.channel_id, old.identity] + here if _near(old, new)]
    ways.sort(
        key=lambda way: (abs(way[1].start - way[0].start), way[0].start, way[0].program_id, way[1].program_id)
    )
    found: dict[int, WatchedAiring] = {}
    taken: set[int] = set()
    for old, new in ways:
        if old.program_id not in found and new.program_id not in taken:
            found[old.program_id] = new
            taken.add(new.program_id)
    return found


def _near(old: WatchedAiring, new: WatchedAiring) -> bool:
    return abs(new.start - old.start) <= (FARTHEST if old.identity == new.identity else NOTICED)


def _minutes(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{'+' if minutes > 0 else '−'}{abs(minutes)} minutes"
