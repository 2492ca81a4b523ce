"""What one programme's texts say of its numbers, taken out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..series.film_words import names_a_film
from .cutting import around, begun, joined, says_something, unquoted
from .more_episodes import more_episodes
from .numerals import number
from .rule import AGREEING, CAREFUL, FLAGS, KEEP, NUMBERS, SPLIT, Content

if TYPE_CHECKING:
    from .compiling import FoundText, Ready

#: of two numbers in brackets, the first of those that are a sports season (`24/25`) and no episode of a total
_SEASON_YEARS = range(15, 40)


class Extraction:
    """The numbers and flags that rules find in one content, as they are found. They go into `now`, unless the feed gives its
    own: these win."""

    def __init__(self, content: Content, now: dict[str, Any]) -> None:
        self._content, self._now = content, now
        self._own: dict[str, int | None] = {name: getattr(content, name) for name in NUMBERS}
        self._found: dict[str, int] = {}
        #: whether the title is nothing without its numbers: other rules then leave them in it
        self._only_numbers = False

    def extract(self, one: Ready, found: FoundText, text: str) -> str | None:
        """The text after a rule, which may be the same; None if its match cannot be what it seems."""
        numbers = _numbers(one, found)
        if numbers is None or not self._fits(numbers, one.words) or self._is_of_a_film(one, numbers):
            return None
        if SPLIT in one.words and self._goes_on_elsewhere(found.sides(one.group(found, "cut")), numbers):
            return None
        changed = text
        if KEEP not in one.words and not (numbers and self._only_numbers and one.rule.field == "title"):
            changed = self._cut(one, found, text, bool(numbers))
        self._take(numbers, one.words)
        return changed

    def _cut(self, one: Ready, found: FoundText, text: str, numbered: bool) -> str:
        """The text without the match. What follows it may become the sub-title. A title keeps what nothing stands before."""
        field = one.rule.field
        before, after = around(*found.sides(one.group(found, "cut")))
        if SPLIT in one.words and before and after:
            before, after, subtitle = self._split(field, before, after)
        else:
            subtitle = found.text(at) if (at := one.group(found, "subtitle")) else None
        changed = joined(before, after, field == "description")
        if field == "title" and numbered and not says_something(before):
            self._only_numbers = True
            return text
        if field in ("title", "subtitle") and not says_something(changed):
            self._only_numbers |= numbered and field == "title"
            return text
        if subtitle and (not self._subtitle() or self._named_twice()):
            self._now["subtitle"] = subtitle.strip()
        return changed

    def _subtitle(self) -> str:
        text: str | None = self._now.get("subtitle", self._content.subtitle)
        return text or ""

    def _named_twice(self) -> bool:
        """Whether the sub-title only repeats the title."""
        return self._subtitle().casefold() == self._content.title.casefold()

    def _split(self, field: str, before: str, after: str) -> tuple[str, str, str | None]:
        """Title, what of the rest stays in it, and the sub-title, if the rest can be one."""
        rest, own = begun(after), self._subtitle().casefold()
        if field != "title" or not says_something(rest):
            return before, after, None
        if more_episodes(after) is not None:
            return before, "", None
        if not own or self._named_twice():
            return before, "", unquoted(rest)
        return (
            (before, "", None) if rest.casefold() in own or own in rest.casefold() else (before, after, None)
        )

    def _fits(self, numbers: dict[str, int], words: frozenset[str]) -> bool:
        """Whether the numbers do not contradict those of other rules, and those of the feed as far as the rule asks."""
        if any(self._found.get(name, value) != value for name, value in numbers.items()):
            return False
        pairs = [(own, value) for name, value in numbers.items() if (own := self._own[name]) is not None]
        if AGREEING in words:
            return bool(pairs) and all(own == value for own, value in pairs)
        if CAREFUL in words:
            # A film may be dated a year later than its title says.
            return all(own == value or (value > 1900 and abs(own - value) <= 1) for own, value in pairs)
        return True

    def _is_of_a_film(self, one: Ready, numbers: dict[str, int]) -> bool:
        """Whether the number belongs to what a film is called: `Star Wars: Episode 5`."""
        return (
            one.rule.field == "title"
            and set(numbers) == {"episode"}
            and self._own["season"] is None
            and self._own["episode"] is None
            and names_a_film(self._content.categories)
        )

    def _goes_on_elsewhere(self, sides: tuple[str, str], numbers: dict[str, int]) -> bool:
        """Whether another number follows that contradicts the first one: `S1 E2 S3 E4` is no single episode."""
        more = more_episodes(around(*sides)[1])
        return more is not None and more.get("season", numbers.get("season")) != numbers.get("season")

    def _take(self, numbers: dict[str, int], words: frozenset[str]) -> None:
        self._found.update(numbers)
        self._now.update((name, value) for name, value in numbers.items() if self._own[name] is None)
        if flags := words.intersection(FLAGS):
            self._now["flags"] = self._now.get("flags", self._content.flags) | flags


def _numbers(one: Ready, found: FoundText) -> dict[str, int] | None:
    """The numbers that a match names; None if they cannot be what they seem."""
    numbers: dict[str, int] = {}
    for at, holds in one.groups:
        if holds in NUMBERS and (text := found.text(at)) is not None:
            value = number(text)
            if value is None:
                return None
            numbers[holds] = value
    total, episode = numbers.get("episodes"), numbers.get("episode")
    if total is not None and episode is not None:
        named = any(map(str.isalpha, found.text() or ""))
        if not 1 <= episode <= total or (not named and episode + 1 == total and episode in _SEASON_YEARS):
            return None
    return numbers
