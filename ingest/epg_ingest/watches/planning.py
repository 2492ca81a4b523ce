"""Which showings a watch tells of, and why it is silent about the others.

Showings of one title that begin within two hours on several channels (simulcasts, channels an hour later) are one showing. Of
an episode, or of a day, the first showing counts. Where the guide does not know the episode, each showing counts for itself:
the watch tells too often rather than not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .airing import UNKNOWN, WatchedAiring
from .conditions import clock_of, local, refusal
from .watch import DAY, EPISODE, Watch

#: seconds within which the same on another channel is the same showing
TOGETHER = 2 * 3600


class StoredMatch(NamedTuple):
    """A showing that a watch found. `seen` is when (epoch seconds); `known`: it is not told as new, because the guide had it
    before the watch, or because nobody was to be told when it came."""

    airing: WatchedAiring
    seen: int = 0
    known: bool = False


class PlannedAlert(NamedTuple):
    """What becomes of a showing. `unit` stands for what is told once: an episode, a day or a showing."""

    match: StoredMatch
    unit: str
    sends: bool
    reason: str

    @property
    def airing(self) -> WatchedAiring:
        return self.match.airing


def planned(
    watch: Watch,
    matches: Sequence[StoredMatch],
    told: Mapping[str, int],
    lineup: frozenset[int] | None = None,
) -> list[PlannedAlert]:
    """A decision for each showing, by start. `told` has the units that were told of, with the programme that was named."""
    ordered = sorted(matches, key=lambda match: (match.airing.start, match.airing.program_id))
    units = units_of(watch, [match.airing for match in ordered])
    taken: dict[str, WatchedAiring] = {}
    return [
        _decided(watch, match, unit, told, taken, lineup) for match, unit in zip(ordered, units, strict=True)
    ]


def _decided(
    watch: Watch,
    match: StoredMatch,
    unit: str,
    told: Mapping[str, int],
    taken: dict[str, WatchedAiring],
    lineup: frozenset[int] | None,
) -> PlannedAlert:
    airing = match.airing
    if no := refusal(watch, airing, lineup):
        return PlannedAlert(match, unit, False, no)
    if airing.start <= match.seen:
        return PlannedAlert(match, unit, False, "it had begun when it was found")
    if unit in told and told[unit] != airing.program_id:
        return PlannedAlert(match, unit, False, f"you were told of {_what(unit)} already")
    if unit in taken:
        first = taken[unit]
        when = clock_of(first.start, watch.timezone)
        return PlannedAlert(match, unit, False, f"{_what(unit)} is on {first.channel} on {when}")
    taken[unit] = airing
    return PlannedAlert(match, unit, True, _why(watch, airing))


def _why(watch: Watch, airing: WatchedAiring) -> str:
    if watch.new_only and airing.showing == UNKNOWN:
        return "whether it is new is not known" + (f": {airing.why}" if airing.why else "")
    if watch.once_per == EPISODE and airing.episode_id is None:
        return "the guide does not know which episode it is"
    return airing.why or "it fits"


def _what(unit: str) -> str:
    return {"e": "this episode", "d": "this day", "s": "this showing"}[unit[0]]


def units_of(watch: Watch, airings: Sequence[WatchedAiring]) -> list[str]:
    """What each of these showings, by start, is told once as."""
    if watch.once_per == DAY:
        return [f"d{local(airing.start, watch.timezone):%Y-%m-%d}" for airing in airings]
    showings = _showings(airings)
    return [
        f"e{airing.episode_id}" if watch.once_per == EPISODE and airing.episode_id is not None else showing
        for airing, showing in zip(airings, showings, strict=True)
    ]


def _showings(airings: Sequence[WatchedAiring]) -> list[str]:
    """The unit of each showing: that of the first of those that are together."""
    groups: dict[str, list[WatchedAiring]] = {}
    found = []
    for airing in airings:
        group = groups.get(airing.identity)
        on = {one.channel_id for one in group or ()}
        if not group or airing.start - group[0].start > TOGETHER or airing.channel_id in on:
            group = groups[airing.identity] = []
        group.append(airing)
        found.append(f"s{group[0].program_id}")
    return found
