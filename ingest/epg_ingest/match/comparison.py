"""Compare what two channels show: the same, something else, the same at other times, or nothing that decides.

Two facts count, each as a share. *Titles*: of the time in which both show something, how much has titles that agree.
*Starts*: how many starts of the channel with fewer coincide with one of the other. Regular schedules start together whatever
they show, so only *uneven* starts count, those off the full and half hour, where there are enough of them. Two feeds in two
languages agree in their starts and not in their titles.
"""

from __future__ import annotations

from . import shift
from .airtime import Airtime, Overlap, overlap
from .values import Compare, Comparison, Key, Verdict

__all__ = ["Airtime", "Judge", "compare", "distrusts"]

#: less in common decides nothing
MIN_HOURS, MIN_PROGRAMMES = 6.0, 12
#: a channel with fewer different titles says too little
MIN_DISTINCT = 6
#: with fewer uneven starts their share decides nothing
MIN_UNEVEN = 8
#: titles or uneven starts that confirm; with fewer titles than `SOME_TITLES` the starts of both sides must coincide
SAME_TITLES, SAME_UNEVEN, SOME_TITLES, SAME_UNEVEN_MORE = 0.5, 0.8, 0.3, 0.4
#: with fewer starts the titles may agree because long films overlap an hour later
SURE_STARTS = 0.5
#: titles that refute, together with starts that do not coincide: all, uneven ones, and all where hardly any are uneven
OTHER_TITLES, OTHER_STARTS, OTHER_UNEVEN, OTHER_EVEN_STARTS = 0.1, 0.4, 0.3, 0.8
#: thin evidence: too little to confirm anything, enough to distrust an equal name
_THIN_PROGRAMMES, _THIN_STARTS = 5, 0.5


def compare(one: Airtime, other: Airtime) -> Comparison:
    """What two schedules say about their channels. Swapping them only changes the sign of `shift`."""
    found = overlap(one, other)
    if not _comparable(found):
        return _told(found, "unclear", _too_little(found), comparable=False)
    if found.titles >= SAME_TITLES and found.starts >= SURE_STARTS:
        return _told(found, "same", _same_titles(found))
    if _starts_agree(found):
        return _told(found, "same", _same_starts(found))
    minutes = shift.between(one, other, found)
    if minutes:
        return _told(found, "shifted", shift.reason(minutes), shift=minutes)
    if found.titles >= SAME_TITLES:
        return _told(found, "same", _same_titles(found))
    if found.titles < OTHER_TITLES and _starts_differ(found):
        return _told(found, "different", _different(found))
    return _told(found, "unclear", _undecided(found))


def _comparable(found: Overlap) -> bool:
    return found.hours >= MIN_HOURS and found.programmes >= MIN_PROGRAMMES and found.distinct >= MIN_DISTINCT


def _starts_agree(found: Overlap) -> bool:
    """Starts alone are believed if those of both channels coincide: a channel of short clips meets every start."""
    if found.uneven_starts < MIN_UNEVEN or found.uneven < SAME_UNEVEN:
        return False
    return found.titles >= SOME_TITLES or found.uneven_more >= SAME_UNEVEN_MORE


def _starts_differ(found: Overlap) -> bool:
    if found.starts < OTHER_STARTS:
        return True
    if found.uneven_starts >= MIN_UNEVEN:
        return found.uneven < OTHER_UNEVEN
    return found.starts < OTHER_EVEN_STARTS


def _told(
    found: Overlap, verdict: Verdict, reason: str, *, comparable: bool = True, shift: int = 0
) -> Comparison:
    return Comparison(
        verdict,
        reason,
        comparable,
        round(found.hours, 2),
        found.programmes,
        round(found.titles, 3),
        round(found.starts, 3),
        round(found.uneven, 3),
        found.uneven_starts,
        found.distinct,
        shift,
    )


def _too_little(found: Overlap) -> str:
    if not found.programmes:
        return "no programmes at the same time"
    if found.hours < MIN_HOURS or found.programmes < MIN_PROGRAMMES:
        return f"only {found.programmes} programmes in {found.hours:.0f} hours to compare"
    return f"only {found.distinct} different titles to compare"


def _same_titles(found: Overlap) -> str:
    if found.together:
        return f"{found.together} of {found.programmes} programmes at the same time with the same title"
    return f"the same title {found.titles:.0%} of the time"


def _same_starts(found: Overlap) -> str:
    count = round(found.starts * found.programmes)
    return f"{count} of {found.programmes} programmes start at the same minute, with other titles"


def _different(found: Overlap) -> str:
    return f"they show something else: the same title {found.titles:.0%} of {found.hours:.0f} hours"


def _undecided(found: Overlap) -> str:
    return f"the same title {found.titles:.0%} of the time, {found.starts:.0%} of the starts coincide"


class Judge:
    """The schedules as a witness. Remembers what `compare` says about a pair, so that a decision asks for each pair once."""

    def __init__(self, compare: Compare) -> None:
        self._compare = compare
        self._said: dict[tuple[Key, Key], Comparison] = {}

    def about(self, one: Key, other: Key) -> Comparison:
        """The comparison of two channels; `shift` is that of the greater key against the smaller."""
        pair = (one, other) if one < other else (other, one)
        said = self._said.get(pair)
        if said is None:
            said = self._said[pair] = self._compare(*pair)
        return said

    def refutes(self, one: Key, other: Key) -> bool:
        """Whether the schedules say that two channels are not the same."""
        return self.about(one, other).verdict in ("different", "shifted")


def distrusts(said: Comparison) -> bool:
    """Whether the little that can be compared speaks against an equal name."""
    return said.programmes >= _THIN_PROGRAMMES and said.titles == 0 and said.starts < _THIN_STARTS
