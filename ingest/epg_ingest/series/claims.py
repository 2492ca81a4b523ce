"""How far the flags of a feed count, judged by repeats that can be proved.

A repeat is proved by an earlier showing of the same episode. That a showing is the first can never be proved, so a flag is
taken at its word until the repeats contradict it. A flag on nearly everything says nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from .said import SHOWN

#: a flag on more than this share of showings is a habit
HABIT = 0.9
#: showings with the flag, and repeats, from which they can contradict it
ENOUGH = 20
#: proved repeats that may be called new
MOST_WRONG = 0.15


class FlagCounts(NamedTuple):
    """Showings whose episode is known: all, those with the flag, proved repeats, and those of them with the flag."""

    showings: int
    flagged: int
    repeats: int
    flagged_repeats: int


class Verdict(NamedTuple):
    """Whether a flag counts, and why."""

    counts: bool
    reason: str


def judge_flag(flag: str, counts: FlagCounts) -> Verdict:
    """Whether a provider's flag (`new`, `premiere`, `shown`) counts."""
    showings, flagged, repeats, both = counts
    if flagged > HABIT * showings and flagged >= ENOUGH:
        return Verdict(False, f"it is on {flagged / showings:.0%} of all showings")
    if flag == SHOWN:
        return _judge_shown(counts)
    if flagged >= ENOUGH and both > MOST_WRONG * flagged:
        return Verdict(False, f"{both / flagged:.0%} of those it is on are repeats")
    if flagged >= ENOUGH and repeats >= ENOUGH:
        return Verdict(True, f"{1 - both / flagged:.0%} of those it is on are no proved repeats")
    return Verdict(True, "nothing contradicts it")


def _judge_shown(counts: FlagCounts) -> Verdict:
    showings, flagged, repeats, both = counts
    others = showings - repeats
    if min(repeats, flagged, others) < ENOUGH:
        return Verdict(True, "nothing contradicts it")
    on_repeats, on_others = both / repeats, (flagged - both) / others
    if on_repeats <= on_others:
        return Verdict(
            False, f"it is on {on_repeats:.0%} of proved repeats and on {on_others:.0%} of the rest"
        )
    return Verdict(True, f"it is on {on_repeats:.0%} of proved repeats, and on {on_others:.0%} of the rest")
