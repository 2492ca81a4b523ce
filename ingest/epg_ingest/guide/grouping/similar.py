"""Which channels resemble a name: a score and a reason for each, so that a person can decide.

Pure, but apart from `core.names`: only suggestions need rapidfuzz, and neither parsers nor imports should load it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from ...core.names import normalise, shift_of

#: a lower score means nothing
THRESHOLD = 0.6
#: how many names are compared in full with each name
_SHORTLIST = 60
#: how many characters of a name are compared: the time grows with their square
_COMPARED = 200
_STEM_SCORE = 0.95
#: different numbers (`Sport 1`, `Sport 2`) mostly mean different channels
_DIFFERENT_NUMBER = 0.8

_SUFFIX = re.compile(r"(?:@[\w-]+)?\.[a-z]{2,3}(?:@[\w-]+)?$|@[\w-]+$", re.IGNORECASE | re.ASCII)
_NUMERALS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


@dataclass(frozen=True)
class Candidate:
    """A channel that may be the right one: `score` is 0 to 1, `reason` one sentence for the person who decides.

    `evidence` has the numbers: `names`, how similar the most similar names are (0 to 1), and `ids`, 1 where the ids are equal
    up to the suffix. What was not found similar is missing.
    """

    channel_id: int
    score: float
    reason: str
    evidence: Mapping[str, float] = field(default_factory=dict)


def suggest(
    display_names: Sequence[str],
    provider_channel_id: str,
    channels: Sequence[tuple[int, str, Sequence[str]]],
    limit: int = 5,
) -> list[Candidate]:
    """Channels that may be the provider's channel, best first, at most `limit`, none below `THRESHOLD`.

    `channels` are (id, name, display names). A channel with a different time shift is never suggested.
    """
    shift = _hours(provider_channel_id, display_names)
    alike = [
        (number, name, _without_numbers(texts))
        for number, name, texts in channels
        if _hours(name, texts) == shift
    ]
    display_names = _without_numbers(display_names)
    best: dict[int, Candidate] = {}
    for candidate in (*_same_stem(provider_channel_id, alike), *_resembling(display_names, alike)):
        known = best.get(candidate.channel_id, candidate)
        better, other = (candidate, known) if candidate.score > known.score else (known, candidate)
        best[candidate.channel_id] = replace(better, evidence=_both(better.evidence, other.evidence))
    return sorted(best.values(), key=lambda c: (-c.score, c.channel_id))[:limit]


def _both(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """The larger number of each kind."""
    return {kind: max(one.get(kind, 0), other.get(kind, 0)) for kind in sorted({*one, *other})}


def _without_numbers(names: Sequence[str]) -> Sequence[str]:
    """The names without those that are only a number on the remote control; a channel called `10` keeps its name."""
    return [name for name in names if not name.strip().isdigit()] or names


def _hours(channel_id: str, names: Sequence[str]) -> int:
    return max(map(shift_of, (_stem(channel_id), *names)))


def _stem(channel_id: str) -> str:
    """`BBC1.uk`, `BBC1.gb` and `BBC1.uk@SD` without what follows the name."""
    return _SUFFIX.sub("", channel_id.strip())


def _same_stem(channel_id: str, channels: Iterable[tuple[int, str, Sequence[str]]]) -> Iterator[Candidate]:
    stem = normalise(_stem(channel_id))
    if not any(c.isalpha() for c in stem):
        return
    for number, name, _ in channels:
        if normalise(_stem(name)) == stem:
            reason = f"id {_quoted(channel_id)} equals {_quoted(name)} up to the suffix"
            yield Candidate(number, _STEM_SCORE, reason, {"ids": 1.0})


def _resembling(
    names: Iterable[str], channels: Iterable[tuple[int, str, Sequence[str]]]
) -> Iterator[Candidate]:
    choices = [(number, text) for number, _, texts in channels for text in texts]
    folded = [normalise(text)[:_COMPARED] for _, text in choices]
    for name in names:
        wanted = normalise(name)[:_COMPARED]
        near = process.extract(
            wanted, folded, scorer=fuzz.WRatio, limit=_SHORTLIST, score_cutoff=THRESHOLD * 100
        )
        for other, _, index in near:
            score = _score(wanted, other)
            if score >= THRESHOLD:
                number, text = choices[index]
                yield Candidate(number, score, _reason(name, text, score), {"names": score})


def _score(one: str, other: str) -> float:
    """1 for equal names; else the mean of how similar the whole names are and how similar their common words are."""
    score = (fuzz.token_sort_ratio(one, other) + fuzz.token_set_ratio(one, other)) / 200
    numbers, other_numbers = _numbers(one), _numbers(other)
    if numbers and other_numbers and numbers != other_numbers:
        score *= _DIFFERENT_NUMBER
    return round(score, 3)


def _numbers(name: str) -> set[str]:
    return {_NUMERALS.get(word, word) for word in name.split() if word.isdigit() or word in _NUMERALS}


def _reason(name: str, other: str, score: float) -> str:
    if normalise(name) == normalise(other):
        return f"display name {_quoted(name)} equals {_quoted(other)} up to case, accents and quality"
    return f"display name {_quoted(name)} resembles {_quoted(other)} ({score:.2f})"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")
