"""What a showing is, with the reason: a repeat, the first one, the first one here, or unknown.

The view `programs` says the same in SQL; a test compares them.
"""

from __future__ import annotations

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

    `first_start` and `first_channel` are those of the earliest known showing of its episode, None where no episode is known.
    `claim` is what the feed claims, where that counts. `since` is when the ledger of showings begins.
    """

    start: int
    channel: int
    first_start: int | None = None
    first_channel: int | None = None
    claim: str | None = None
    since: int = 0


class ShowingKind(NamedTuple):
    """What a showing is, and why: `earlier`, `claim`, `none_before`, `no_episode`."""

    showing: str
    reason: str


def showing_of(evidence: KnownShowing) -> ShowingKind:
    """What a showing is. An earlier showing proves a repeat, whatever the feed claims."""
    if evidence.first_start is not None and evidence.start > evidence.first_start + _one(evidence):
        return ShowingKind(REPEAT, "earlier")
    if evidence.claim == SHOWN:
        return ShowingKind(REPEAT, "claim")
    if evidence.claim is not None:
        return ShowingKind(FIRST, "premiere" if evidence.claim == PREMIERE else "claim")
    if evidence.first_start is not None:
        return ShowingKind(FIRST_HERE, "none_before")
    return ShowingKind(UNKNOWN, "no_episode")


def _one(evidence: KnownShowing) -> int:
    """Seconds after the first showing in which this one is no repeat of it."""
    return MOVED if evidence.channel == evidence.first_channel else ONE_SHOWING
