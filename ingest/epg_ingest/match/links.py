"""Reasons for which two channels of different feeds are joined, each with its strength."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from . import feeds
from .comparison import Judge, distrusts
from .hypotheses import Hypothesis, Level
from .known import Known
from .values import Comparison, Key, Method


class Strength(IntEnum):
    """Why two channels are joined, the strongest last.

    `NAME`: an equal name, and nothing says which countries; `COUNTRY_NAME`: within one country; `ID`: an equal id; `KEPT`:
    they are together since schedules confirmed it, or since before a change of name or id; `CONFIRMED`: the schedules agree.
    """

    NAME = 1
    COUNTRY_NAME = 2
    ID = 3
    KEPT = 4
    CONFIRMED = 5


#: agreement of titles, or of uneven starts, from which two schedules are as good as equal
_STRONG_TITLES, _STRONG_UNEVEN = 0.8, 0.95
_SCORES = {Strength.NAME: 0.8, Strength.COUNTRY_NAME: 0.9, Strength.ID: 0.95}
WORDS = {
    Level.ID: "equal id and name",
    Level.LETTERS: "equal display name",
    Level.NORMALISED: "display name equal up to case, accents and picture quality",
    Level.OTHER_NAME: "equal id under another name",
}


@dataclass(frozen=True)
class Link:
    """A reason to join two channels. `rank` orders links of one strength: a greater one goes first.

    `named` is the method that the ids and names alone would give.
    """

    key: Key
    other: Key
    strength: Strength
    rank: tuple[float, ...]
    method: Method
    score: float
    reason: str
    named: Method = "name"


def links(known: Known, pairs: Iterable[Hypothesis], judge: Judge) -> Iterator[Link]:
    """The links that follow from equal ids and names, each judged by the schedules."""
    pairs = list(pairs)
    quarrels = feeds.quarrelling(pairs, judge)
    for pair in pairs:
        said = judge.about(pair.key, pair.other)
        if said.verdict == "same":
            yield confirmed(pair, said)
        elif said.verdict == "unclear":
            strength = _by_name(known, pair, said, (pair.key.provider, pair.other.provider) in quarrels)
            if strength is not None:
                yield _named(pair, strength, said)


def confirmed(pair: Hypothesis, said: Comparison) -> Link:
    strong = said.titles >= _STRONG_TITLES or said.uneven >= _STRONG_UNEVEN
    rank = (strong, pair.level, said.titles + said.starts, said.uneven, said.programmes)
    score = round(0.9 + 0.1 * max(said.titles, said.uneven if said.uneven_starts else 0), 3)
    reason = f"{WORDS[pair.level]}; {said.reason}"
    return Link(
        pair.key, pair.other, Strength.CONFIRMED, rank, "schedule", score, reason, _method(pair.level)
    )


def _by_name(known: Known, pair: Hypothesis, said: Comparison, quarrel: bool) -> Strength | None:
    """How strong a hypothesis is that the schedules neither confirm nor refute; None if it joins nothing."""
    if not pair.unique or known.labels[pair.key].event or known.labels[pair.other].event:
        return None
    if pair.level is Level.ID:
        return Strength.ID
    if pair.level is not Level.LETTERS:
        return None
    region, other = known.regions[pair.key], known.regions[pair.other]
    if region is not None and other is not None:
        return Strength.COUNTRY_NAME if region == other else None
    doubtful = quarrel or said.comparable or distrusts(said)
    return None if doubtful else Strength.NAME


def _named(pair: Hypothesis, strength: Strength, said: Comparison) -> Link:
    within = " within one country" if strength is Strength.COUNTRY_NAME else ""
    reason = f"{WORDS[pair.level]}{within}"
    return Link(pair.key, pair.other, strength, (), _method(pair.level), _SCORES[strength], reason)


def _method(level: Level) -> Method:
    return "id" if level in (Level.ID, Level.OTHER_NAME) else "name"
