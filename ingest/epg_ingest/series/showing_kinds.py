"""What a showing is, with the reason: a repeat, the first one, the first one here, or unknown.

The view `programs` says the same in SQL; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .said import PREMIERE, SHOWN

REPEAT, FIRST, FIRST_HERE, UNKNOWN = "repeat", "first", "first_here", "unknown"
SHOWINGS = (REPEAT, FIRST, FIRST_HERE, UNKNOWN)
#: seconds within which showings on several channels are one: simulcasts, and channels that run an hour late
ONE_SHOWING = 2 * 3600
#: seconds by which feeds move a showing on its own channel
MOVED = 15 * 60


class KnownShowing(NamedTuple):
    """What is known of a showing. Times are epoch seconds.

    `others` are start and channel of the other known showings of its episode. `episode` says whether that is known at all.
    `claim` is what the feed claims, where that counts.
    """

    start: int
    channel: int
    episode: bool = True
    others: Sequence[tuple[int, int]] = ()
    claim: str | None = None


class ShowingKind(NamedTuple):
    """What a showing is, and why: `earlier`, with the start of the last showing before it; `claim`, `premiere`, `none_before`
    or `no_episode`."""

    showing: str
    reason: str
    earlier: int | None = None


def showing_of(known: KnownShowing) -> ShowingKind:
    """What a showing is. An earlier showing proves a repeat, whatever the feed claims."""
    earlier = [
        start for start, channel in known.others if known.start > start + _one(channel == known.channel)
    ]
    if earlier:
        return ShowingKind(REPEAT, "earlier", max(earlier))
    if known.claim == SHOWN:
        return ShowingKind(REPEAT, "claim")
    if known.claim is not None:
        return ShowingKind(FIRST, "premiere" if known.claim == PREMIERE else "claim")
    return ShowingKind(FIRST_HERE, "none_before") if known.episode else ShowingKind(UNKNOWN, "no_episode")


def _one(same_channel: bool) -> int:
    """Seconds after a showing in which another one is no repeat of it."""
    return MOVED if same_channel else ONE_SHOWING


def showings(starts: Iterable[int]) -> int:
    """How many showings these starts (epoch seconds) on any channels are: within two hours of the one before is the same."""
    ordered = sorted(starts)
    return sum(not at or start > ordered[at - 1] + ONE_SHOWING for at, start in enumerate(ordered))
