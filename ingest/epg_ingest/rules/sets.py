"""The sets of rules that ship, in the order in which they run: what is no text first, numbers last."""

from __future__ import annotations

from functools import cache

from .forms import doubtful, markup, numbering, occasions, scripts, years
from .rule import Rule, RuleSet

#: between the positions of two shipped rules, so that others fit in
_STEP = 10


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """All sets, in their order."""
    modules = (markup, occasions, numbering, scripts, years, doubtful)
    return tuple(one for module in modules for one in module.SETS)


@cache
def wider_patterns() -> dict[tuple[str, str], tuple[str, ...]]:
    """For some fields and patterns wider ones, each of which matches wherever the pattern does.

    The first is searched for in all texts, with others that rules share. A text that it matches is asked for the next, and for
    the pattern itself in the end. Each process that reads a feed compiles the first ones, and the others only where they are
    needed: those of seasons and episodes, with words of all languages, take longer to compile than a feed to be searched.
    """
    return {
        key: wider
        for module in (markup, occasions, numbering, scripts, doubtful)
        for key, wider in module.WIDER.items()
    }


def shipped_rules(names: frozenset[str] | None = None, provider_id: int | None = None) -> list[Rule]:
    """The rules of all sets, or of those in `names`, all on; positions are the same whichever sets are asked for."""
    rows = [(one.name, rule) for one in rule_sets() for rule in one.rules]
    wider = wider_patterns()
    return [
        Rule(at * _STEP, *rule, provider_id=provider_id, set_name=name, wider=wider.get(rule[:2], ()))
        for at, (name, rule) in enumerate(rows, 1)
        if names is None or name in names
    ]


def safe_names() -> frozenset[str]:
    """The sets that are on by default for every provider."""
    return frozenset(one.name for one in rule_sets() if one.safety == "safe")
