"""Whether one of the channels that an entry may be is it, and in which order a person sees them. Pure.

An entry is matched without asking only if nothing speaks against it: a name is equal, no id names another channel, the country
is the same, and no other channel fits as well. An id may lie: `tvg-id="BBC2Wales.uk"` on `UK: BBC Two HD`, a channel number,
the name of a station. So an id never matches against a name, and where both say different channels, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..matched import LineupCandidate, Matched, MatchMethod
from .clues import Clues
from .found import Found
from .likeness import LOOSE, abbreviates

#: candidates that are shown, and the lowest score of one
_MOST, _LOWEST = 5, 0.45
#: how much more a name says than an id, which is often another channel's
_NAME_SHARE = 0.62
#: so many channels of a country may share a name; of more, none is meant
_FEW = 3
#: a channel whose id or name is like this fits better than one with an equal name that the id contradicts
_FITS = 0.8


#: ids that are a few letters and a number
_SERIAL = re.compile(r"[a-z]{1,3}[\W_]?\d{1,6}", re.IGNORECASE)


def verdict(clues: Clues, found: Sequence[Found], *, sure_country: bool, radio: bool = False) -> Matched:
    """The match of an entry, or its candidates. `sure_country` says that its country is more than a guess, `radio` that it is a
    radio station, which only a channel can be that says so."""
    scored = sorted(
        ((_score(clues, one), one) for one in found), key=lambda row: (-row[0], row[1].known.channel.id)
    )
    ranked = [one for _, one in scored]
    best = _sure(clues, ranked, sure_country)
    if best and (best.known.radio or not radio):
        score = 1.0 if best.exact else 0.97 if best.by_id else 0.95 if best.named else 0.9
        chosen = LineupCandidate(best.known.channel.id, score, _why(best))
        others = _candidates([row for row in scored if row[1] is not best])
        method: MatchMethod = "id" if best.exact or best.by_id else "name" if best.named else "number"
        return Matched(chosen.channel_id, method, score, chosen.reason, (chosen, *others)[:_MOST])
    candidates = _candidates(scored)
    why = _why_open(clues, ranked) if candidates else "no channel resembles it"
    return Matched(None, "none", 0.0, why, candidates)


def _sure(clues: Clues, ranked: Sequence[Found], sure_country: bool) -> Found | None:
    """The channel that an entry is without doubt."""
    home = [
        one for one in ranked if one.country == "same" or (one.country == "unknown" and not one.known.regions)
    ]
    if not clues.names:
        exact = [one for one in ranked if one.exact]
        return exact[0] if len(exact) == 1 and exact[0].country != "other" else None
    both = [one for one in home if one.named and (one.exact or one.by_id)]
    if both and (sure_country or any(one.exact for one in both)):
        return _only(clues, both)
    exact = [one for one in ranked if one.exact]
    if exact:
        short = [one for one in exact if one.country != "other" and _cut_short(clues, one)]
        return short[0] if len(exact) == len(short) == 1 else None
    if not sure_country or any(one.by_id for one in ranked) or _contradicted(clues, ranked):
        return None
    named = [one for one in home if one.named]
    numbered = [one for one in home if one.number and one.name >= LOOSE]
    return _only(clues, named or numbered)


def _contradicted(clues: Clues, ranked: Sequence[Found]) -> bool:
    """Whether the id says that the entry is not the channel that its name says."""
    said = clues.id
    if said.variant:
        return True
    if not said.names or said.foreign:
        return False
    if said.region is None and _SERIAL.fullmatch(said.key):
        # Made up by a program (`p0`), or the name of a channel (`M6`): it tells where the guide has such a channel.
        return any(one.ident >= _FITS and not one.named for one in ranked)
    keys = {form.key for form in clues.names} | {form.loose for form in clues.names}
    if any(form.key in keys or form.loose in keys for form in said.names):
        return False
    words = set(clues.names[0].words)
    if not any(
        _akin(words, set(form.words)) or form.key.startswith(clues.names[0].key) for form in said.names
    ):
        return True
    # The id says more than the name, as a region: fine, unless a channel has just that.
    return any(one.ident >= _FITS and not one.named for one in ranked)


def _akin(words: set[str], others: set[str]) -> bool:
    few, many = sorted((words, others), key=len)
    return few <= many


def _only(clues: Clues, fitting: Sequence[Found]) -> Found | None:
    """The one of a few channels with an equal name that is meant, mostly one in HD and one in SD; None if that leaves two.

    Programmes come first, then a name that is equal letter for letter, then the quality that the list promises.
    """
    # A channel in UHD mostly shows something else than the one without.
    left = [one for one in fitting if clues.uhd or not one.known.uhd]
    left = left if len(left) <= _FEW else []
    tests: Sequence[Callable[[Found], bool]] = (
        lambda one: one.exact,
        lambda one: one.known.channel.has_programmes,
        lambda one: one.letters,
        lambda one: one.known.hd == clues.hd,
    )
    for test in tests:
        left = [one for one in left if test(one)] or left
    return left[0] if len(left) == 1 else None


def _cut_short(clues: Clues, one: Found) -> bool:
    """Whether a name of the channel is the entry's, cut short as guides do: `SkySpMainEv`."""
    return any(
        len(form.key) >= 4 and len(form.key) < len(name.key) and abbreviates(form.key, name.words)
        for name in clues.names
        for form in one.known.forms
        if form.hours == clues.hours
    )


def _score(clues: Clues, one: Found) -> float:
    """How much speaks for a channel, from 0 to 1."""
    name = max(one.name, 0.9 if one.former else 0.0)
    if clues.id.names and not clues.id.foreign:
        score = _NAME_SHARE * name + (1 - _NAME_SHARE) * max(one.ident, float(one.exact))
        score = max(score, 0.6 * one.exact, name * 0.9 if one.former else 0)
    else:
        score = max(name, 0.8 * one.exact)
    if one.number:
        score = max(score + 0.05, 0.5)
    if one.country == "other":
        score *= 0.85
    elif one.country == "unknown":
        score *= 0.95
    if clues.hinted and clues.hinted in one.known.regions:
        score += 0.05
    if not one.known.channel.has_programmes:
        score *= 0.97
    return min(score, 0.99)


def _candidates(scored: Sequence[tuple[float, Found]]) -> tuple[LineupCandidate, ...]:
    return tuple(
        LineupCandidate(one.known.channel.id, round(score, 2), _why(one))
        for score, one in scored[:_MOST]
        if score >= _LOWEST
    )


def _why(one: Found) -> str:
    """Why a channel may be the entry, in a sentence for a person."""
    said = []
    if one.exact:
        said.append("its id is the same")
    elif one.by_id:
        said.append("its id is the same up to spelling")
    elif one.ident >= _FITS:
        said.append("its id is similar")
    if one.letters:
        said.append("its name is the same")
    elif one.named:
        said.append("its name is the same up to spelling and quality")
    elif one.former:
        said.append("it had this name before, or has it now")
    elif one.name >= 0.5:
        said.append("its name is similar")
    if one.number:
        said.append("its number is the same")
    if one.country == "other":
        said.append("it is of another country")
    return ", ".join(said) or "it shares a word"


def _why_open(clues: Clues, ranked: Sequence[Found]) -> str:
    best = ranked[0]
    if any(one.exact or one.by_id for one in ranked) and not best.exact and not best.by_id:
        return "id and name say different channels"
    if best.named and best.country == "other":
        return "a channel of another country has this name"
    named = sum(one.named for one in ranked)
    if named != 1:
        return "several channels have this name" if named else "no channel has just this name"
    return (
        "its id may be that of another channel"
        if clues.id.names
        else "not sure enough: the country is a guess"
    )
