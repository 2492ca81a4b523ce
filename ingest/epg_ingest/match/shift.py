"""A channel that shows the same as another at other times: `+1`, another time zone, a few minutes apart."""

from __future__ import annotations

from collections import Counter, defaultdict

from .airtime import Airtime, Overlap, overlap

#: a title that a channel shows more often fits too many shifts
_RARE = 3
#: half a day: a schedule that repeats daily would agree with itself
_FARTHEST = 12 * 3600
#: so many programmes must have the same distance before the schedules are compared at that distance
_MIN_VOTES = 6
#: what a shifted schedule needs: titles and starts that agree, and clearly more titles than without the shift
_TITLES, _STARTS, _GAIN = 0.6, 0.6, 0.3


def between(one: Airtime, other: Airtime, unshifted: Overlap) -> int:
    """Minutes by which the other channel shows the same later than the first, 0 if it does not."""
    seconds = _distance(one, other)
    if not seconds:
        return 0
    found = overlap(one, other, -seconds)
    agrees = found.titles >= max(_TITLES, unshifted.titles + _GAIN) and found.starts >= _STARTS
    return round(seconds / 60) if agrees and found.together >= _MIN_VOTES else 0


def reason(minutes: int) -> str:
    """What a person reads about a shift: "the same an hour later: +1"."""
    size, direction = abs(minutes), "later" if minutes > 0 else "earlier"
    if size % 60:
        return f"the same {size} minutes {direction}"
    hours = size // 60
    return f"the same {'an hour' if hours == 1 else f'{hours} hours'} {direction}: {'+' if minutes > 0 else '-'}{hours}"


def _distance(one: Airtime, other: Airtime) -> int:
    """The commonest distance in seconds between showings of the same title; the smallest of several, 0 if none stands out."""
    theirs = _rare(other)
    votes = Counter(
        later - start
        for title, starts in _rare(one).items()
        for start in starts
        for later in theirs.get(title, ())
        if abs(later - start) <= _FARTHEST
    )
    if not votes:
        return 0
    best = min(votes, key=lambda seconds: (-votes[seconds], abs(seconds), seconds))
    return best if votes[best] >= _MIN_VOTES and votes[-best] < votes[best] else 0


def _rare(airtime: Airtime) -> dict[str, list[int]]:
    """The starts of each title that the channel shows only a few times."""
    starts: dict[str, list[int]] = defaultdict(list)
    for start, title in zip(airtime.starts, airtime.titles, strict=True):
        starts[title].append(start)
    return {title: found for title, found in starts.items() if len(found) <= _RARE}
