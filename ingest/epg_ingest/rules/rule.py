"""A rule, and what rules work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

#: what a rule may read, by the columns of `contents`
FIELDS = ("title", "subtitle", "description", "category")
ACTIONS = ("remove", "replace", "extract", "set_category")
#: what a programme is, as far as rules can tell
FLAGS = ("new", "live", "premiere", "repeat", "subtitle")
#: words in the value of `extract` that say how: what follows the match is the sub-title; the text stays as it is; only where
#: the feed gives the same number; not where the feed gives a different one
SPLIT, KEEP, AGREEING, CAREFUL = "split", "keep", "agreeing", "careful"
#: the numbers that a pattern may name as groups
NUMBERS = ("season", "episode", "episodes", "year")


@dataclass(frozen=True)
class Rule:
    """A row of `rules`. `provider_id` None is all providers, `set_name` None a rule that somebody wrote.

    `pattern` is in the syntax of RE2 and may match anywhere in the field. `value` depends on `action`:

    - `remove` cuts the match out; no value.
    - `replace` puts the value in its place, with groups as `\\1`.
    - `extract` takes what the groups `season`, `episode`, `episodes` (of n/m), `year` and `subtitle` hold, and the flags that
      the value names, and cuts the match out, or its group `cut` if it has one. A digit at the end of a name (`season2`) allows
      the same group twice. The value may also name `split`, `keep`, `agreeing` and `careful`.
    - `set_category` makes the value the only category.

    Shipped rules may have `wider` patterns, each of which matches wherever the pattern does (see `sets.wider_patterns`).
    """

    position: int
    field: str
    pattern: str
    action: str
    value: str = ""
    provider_id: int | None = None
    enabled: bool = True
    set_name: str | None = None
    wider: tuple[str, ...] = ()


class Content(NamedTuple):
    """The values of a programme that rules read or change.

    Numbers count from 1 and are None where the feed gives none; `episodes` is the total of `4/8`; `year` that of `<date>`.
    """

    title: str
    subtitle: str | None = None
    description: str | None = None
    categories: tuple[str, ...] = ()
    season: int | None = None
    episode: int | None = None
    episodes: int | None = None
    year: int | None = None
    flags: frozenset[str] = frozenset()


class Reason(NamedTuple):
    """A rule that was applied, and the text that it matched."""

    rule: Rule
    matched: str

    def __str__(self) -> str:
        name = f"{self.rule.set_name}, rule" if self.rule.set_name else "rule"
        return (
            f"{name} {self.rule.position}: {self.rule.action} {self.matched.strip()!r} in {self.rule.field}"
        )


class Tidied(NamedTuple):
    """A content after the rules; `written` has the former values of the fields of `Content` that changed."""

    content: Content
    written: dict[str, Any]
    reasons: tuple[Reason, ...]


class RuleSet(NamedTuple):
    """Shipped rules of one form. `safety` says where they may be on: `safe` everywhere, `feed` where the provider's own numbers
    prove them, `never` only where somebody turns them on. `rules` are (field, pattern, action, value)."""

    name: str
    safety: str
    about: str
    rules: tuple[tuple[str, str, str, str], ...]
