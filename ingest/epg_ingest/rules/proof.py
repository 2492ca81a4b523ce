"""Whether a set of rules is right for one provider, by the numbers that the provider gives itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .compiling import compile_rules
from .rule import NUMBERS, Content, Rule, RuleSet
from .sets import shipped_rules
from .tidying import Tidy

#: what a set has to get right before it is on, how much of all, and in how many titles: one series proves nothing for others
_ENOUGH, _SHARE, _TITLES = 20, 0.97, 5
#: what a safe set has to get wrong before it is off, and its share of all
_TOO_MANY, _WRONG_SHARE = 20, 0.8


class Proved(NamedTuple):
    """How often a set agrees with the numbers and flags of a provider, what that means for this provider, and why.

    `verdict` is `proved`, `refuted`, or `open` if they say too little.
    """

    right: int
    wrong: int
    verdict: str
    reason: str


def prove(rules: RuleSet, samples: Iterable[Content], every: Tidy | None = None) -> Proved:
    """Decide about a set for one provider. `samples` are contents as that provider gives them, with its own numbers. `every`
    has the rules of the set that extract, among others, if they are made ready already.

    A set proves right by many numbers in several titles, nearly all of them right. A `safe` one is refuted only if it is mostly
    wrong, one of `feed` if more are wrong than a proof allows. One of `never` is not judged.
    The numbers are hidden from the rules, so that what they extract can be compared.
    """
    if rules.safety == "never":
        return Proved(0, 0, "open", "never on by itself: right too rarely in real feeds")
    ready = every or compile_rules(extracting(shipped_rules(frozenset((rules.name,)))))
    tidy = ready.of_set(rules.name).tidy
    samples = list(samples)
    # A provider that leaves a flag out may not know: that proves little, and does not refute what is safe elsewhere.
    told = frozenset().union(*(sample.flags for sample in samples)) if rules.safety == "feed" else frozenset()
    right, wrong, titles = 0, 0, set[str]()
    for sample in samples:
        blind = sample._replace(season=None, episode=None, year=None, flags=frozenset())
        tidied = tidy(blind)
        verdict = tidied and _agrees(tidied.content, sample, told)
        if verdict is None or tidied is None:
            continue
        right, wrong = right + verdict, wrong + (not verdict)
        if verdict:
            titles.add(tidied.content.title)
    return _decided(rules, right, wrong, len(titles))


def extracting(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that can be proved: those that say numbers or flags."""
    return [rule for rule in rules if rule.action == "extract"]


def _agrees(found: Content, sample: Content, told: frozenset[str]) -> bool | None:
    """Whether what the rules found is what the provider says; None if it says nothing of it. `told` are the flags that the
    provider uses at all: one that it never sets is no evidence."""
    pairs = [(getattr(found, name), getattr(sample, name)) for name in NUMBERS]
    verdicts = [got == own for got, own in pairs if got is not None and own is not None]
    verdicts += [flag in sample.flags for flag in found.flags & told]
    return all(verdicts) if verdicts else None


def _decided(rules: RuleSet, right: int, wrong: int, titles: int) -> Proved:
    seen = right + wrong
    told = f"right {right} of {seen} times where the provider says so itself"
    if rules.safety == "safe" and wrong >= _TOO_MANY and wrong > _WRONG_SHARE * seen:
        return Proved(right, wrong, "refuted", told)
    if right >= _ENOUGH and titles >= _TITLES and right >= _SHARE * seen:
        return Proved(right, wrong, "proved", told)
    if rules.safety == "feed" and wrong > (1 - _SHARE) * seen:
        return Proved(right, wrong, "refuted", told)
    return Proved(right, wrong, "open", f"{told}, in {titles} titles: too few to tell")
