"""A doubtful set is on for a provider only where that provider's own numbers prove it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from epg_ingest.rules.compiling import compile_rules
from epg_ingest.rules.proof import extracting, prove
from epg_ingest.rules.rule import Content, RuleSet
from epg_ingest.rules.sets import rule_sets, shipped_rules

SETS = {one.name: one for one in rule_sets()}
HASH, SEASON = SETS["hash-number"], SETS["season-letter"]


def episodes(right: int, wrong: int, titles: int = 8) -> Iterable[Content]:
    """Contents such as `Show c #12` with the number that the feed gives itself, which is right so often."""
    for at in range(1, right + wrong + 1):
        yield Content(f"Show {'abcdefgh'[at % titles]} #{at}", episode=at if at <= right else at + 100)


@pytest.mark.parametrize(
    ("samples", "right", "wrong", "verdict"),
    [
        (episodes(40, 0), 40, 0, "proved"),
        (episodes(40, 1), 40, 1, "proved"),
        (episodes(40, 4), 40, 4, "refuted"),
        (episodes(12, 0), 12, 0, "open"),
        (episodes(40, 0, titles=2), 40, 0, "open"),
        ([Content(f"Show {at} #{at}") for at in range(40)], 0, 0, "open"),
    ],
    ids=["right", "mostly right", "too often wrong", "too few", "too few titles", "no own numbers"],
)
def test_a_doubtful_set_needs_proof(samples: Iterable[Content], right: int, wrong: int, verdict: str) -> None:
    found = prove(HASH, samples)
    assert (found.right, found.wrong, found.verdict) == (right, wrong, verdict)
    assert f"right {right} of {right + wrong}" in found.reason


def test_a_stage_is_no_season() -> None:
    stages = [Content(f"Women's Tour {name} S{at}", season=2019) for name in "abcdef" for at in range(1, 8)]
    assert prove(SEASON, stages).verdict == "refuted"
    seasons = [Content(f"Show {name} S{at}", season=at) for name in "abcdef" for at in range(1, 8)]
    assert prove(SEASON, seasons).verdict == "proved"


def test_flags_prove_marks_of_a_provider_that_uses_them() -> None:
    marked = [Content(f"Show {'abcdef'[at % 6]}{at} (N)", flags=frozenset(("new",))) for at in range(30)]
    assert prove(SETS["letter-marks"], marked).verdict == "proved"
    women = [Content(f"Football {at} (N)") for at in range(30)]
    judged = prove(SETS["letter-marks"], [*women, Content("Film", flags=frozenset(("new",)))])
    assert judged.verdict == "refuted"


@pytest.mark.parametrize(
    "rules", [one for one in rule_sets() if one.safety == "never"], ids=lambda one: one.name
)
def test_some_sets_are_never_on_by_themselves(rules: RuleSet) -> None:
    samples = [
        Content(f"Show {name} 1x{at} Part {at}", season=1, episode=at)
        for name in "abcdef"
        for at in range(1, 20)
    ]
    assert prove(rules, samples).verdict == "open"


def test_a_safe_set_needs_proof_too_and_is_refuted_only_if_mostly_wrong() -> None:
    def numbered(right: int, wrong: int) -> list[Content]:
        shows = [Content(f"Show {'abcdefgh'[at % 8]} Episode {at}", episode=at) for at in range(1, right + 1)]
        return shows + [Content(f"Show Episode {at}", episode=at + 50) for at in range(1, wrong + 1)]

    assert prove(SETS["episode"], []).verdict == "open"
    assert prove(SETS["episode"], numbered(40, 0)).verdict == "proved"
    assert prove(SETS["episode"], numbered(40, 10)).verdict == "open"
    assert prove(SETS["episode"], numbered(0, 10)).verdict == "open"
    assert prove(SETS["episode"], numbered(0, 30)).verdict == "refuted"


def test_a_set_proves_the_same_among_all_others() -> None:
    every = compile_rules(extracting(shipped_rules()))
    samples = [
        *episodes(30, 5),
        *(Content(f"Show {name} S{at} E7", season=at) for name in "abc" for at in (1, 2)),
    ]
    for rules in SETS.values():
        assert prove(rules, samples, every) == prove(rules, samples)
    assert prove(HASH, samples, every).right == 30
