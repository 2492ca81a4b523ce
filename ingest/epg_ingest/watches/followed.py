"""What became of a programme that somebody was told of: it is there, it has moved, or it is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .airing import WatchedAiring

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


def fate(
    told: WatchedAiring, current: WatchedAiring | None, fresh: Iterable[WatchedAiring], now: int
) -> Fate:
    """What became of `told` at `now` (epoch seconds). `current` is the showing with its id, None if the watch finds it no more;
    `fresh` are showings that the watch found only now.

    A move is a fresh showing of the same on the same channel within a day, the nearest in time. Of a showing that has begun
    nothing is said.
    """
    if current is not None and current.start == told.start:
        return Fate(KEPT, current)
    here = [one for one in fresh if one.channel_id == told.channel_id and one.identity == told.identity]
    near = [one for one in here if abs(one.start - told.start) <= FARTHEST]
    best = current or min(near, key=lambda one: (abs(one.start - told.start), one.program_id), default=None)
    if told.start <= now and (best is None or best.start <= now):
        return Fate(OVER, best)
    if best is None:
        return Fate(CANCELLED, None, "the guide does not have it any more")
    if abs(best.start - told.start) < NOTICED:
        return Fate(KEPT, best)
    return Fate(MOVED, best, f"it moved by {_minutes(best.start - told.start)}")


def _minutes(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{'+' if minutes > 0 else '−'}{abs(minutes)} minutes"
