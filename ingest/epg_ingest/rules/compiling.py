"""Rules made ready: the patterns compiled, the errors in them told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

from ..core.errors import EpgError, UsageError
from .rule import ACTIONS, AGREEING, CAREFUL, FIELDS, FLAGS, KEEP, NUMBERS, SPLIT, Rule
from .tidying import Tidy

#: characters of a pattern; the longest that is shipped has half of them
LONGEST = 20_000
#: bytes that the patterns of one field may take with what RE2 keeps of their states; the shipped ones need 8 MB
_MEMORY = 32 << 20
#: instructions of a compiled pattern
_LARGEST = 60_000
_WORDS = frozenset((*FLAGS, SPLIT, KEEP, AGREEING, CAREFUL))
_GROUPS = frozenset((*NUMBERS, "subtitle", "cut"))
#: what `replace` puts in place of a match, besides text: a group by number or name, or a backslash
_REFERENCE = re.compile(r"\\(?:([0-9])|g<([^>]*)>|(\\))")


class FoundText(NamedTuple):
    """A match in a text, of which both are UTF-8."""

    raw: bytes
    match: Any

    def text(self, group: int = 0) -> str | None:
        """What a group matched, None if it is no part of the match; group 0 is all of it."""
        start, end = self.match.span(group)
        return None if start < 0 else self.raw[start:end].decode()

    def sides(self, group: int = 0) -> tuple[str, str]:
        """What stands before and after a group."""
        start, end = self.match.span(group)
        return self.raw[:start].decode(), self.raw[end:].decode()


class Ready:
    """A rule that can be run. Its own pattern is compiled when a text first matches, as most rules of a set never do in a
    feed: that halves the time until the first programme is read. The shipped rules are known to be right."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.words = frozenset(rule.value.split()) if rule.action == "extract" else frozenset[str]()
        self.may_empty = rule.field in ("description", "category")
        #: what is searched for before the pattern is
        self.wider = rule.wider

    @cached_property
    def regexp(self) -> Any:
        return library().compile(self.rule.pattern, _options())

    @cached_property
    def groups(self) -> tuple[tuple[int, str], ...]:
        """The numbers of the named groups with what they hold."""
        return tuple((at, name.rstrip("0123456789")) for name, at in self.regexp.groupindex.items())

    def search(self, text: str) -> FoundText | None:
        """The first match in the text. RE2 works on UTF-8: handing it bytes takes a third of the time."""
        raw = text.encode()
        match = self.regexp.search(raw)
        return None if match is None else FoundText(raw, match)

    def matches(self, raw: bytes) -> bool:
        """Whether the rule matches a text (UTF-8) that the first of its wider patterns matches."""
        return (
            all(_wide(pattern).search(raw) for pattern in self.wider[1:])
            and self.regexp.search(raw) is not None
        )

    @cached_property
    def _parts(self) -> tuple[bytes | int, ...]:
        """The value of `replace`: text, and the numbers of groups."""
        parts, end, value, names = list[bytes | int](), 0, self.rule.value, self.regexp.groupindex
        for found in _REFERENCE.finditer(value):
            digit, name, backslash = found.groups()
            parts.append((value[end : found.start()] + (backslash or "")).encode())
            if not backslash:
                parts.append(int(digit) if digit else names[name])
            end = found.end()
        return (*parts, value[end:].encode())

    def replaced(self, text: str) -> str:
        """The text with the value of the rule in place of each match. The method of RE2 would take each byte of the value for
        a character, and three times as long."""
        raw, pieces, end = text.encode(), list[bytes](), 0
        for match in self.regexp.finditer(raw):
            pieces.append(raw[end : match.span()[0]])
            pieces += [one if isinstance(one, bytes) else match.group(one) or b"" for one in self._parts]
            end = match.span()[1]
        return b"".join((*pieces, raw[end:])).decode()

    def group(self, found: FoundText, holds: str) -> int:
        """The number of the first group of a name that is part of the match; 0, which is all of it, if there is none."""
        return next((at for at, name in self.groups if name == holds and found.text(at) is not None), 0)


class Narrowed:
    """Patterns of rules, or wider ones that several share, searched together. `places` has the rules of each, by its number."""

    def __init__(
        self,
        match: Callable[[bytes], Sequence[int] | None],
        places: Sequence[Sequence[int]],
        rules: Sequence[Ready],
    ) -> None:
        self._match, self._places, self._rules = match, places, rules

    def Match(self, text: str) -> list[int] | None:
        """The places of the rules that match the text or its composed form, in no order; None for none."""
        raw = (text if text.isascii() else unicodedata.normalize("NFC", text)).encode()
        found = self._match(raw)
        if found is None:
            return None
        rules, candidates = self._rules, [at for number in found for at in self._places[number]]
        return [at for at in candidates if not rules[at].wider or rules[at].matches(raw)] or None


@cache
def library() -> Any:
    """The module `re2`. Raises `EpgError` (`nore2`) where it is not installed, as there is no wheel for the machine."""
    try:
        import re2
    except ImportError as error:
        raise EpgError(
            "rules need google-re2, for which there is no wheel for this machine: build it with "
            "`pip install google-re2` (it needs RE2 and Abseil), or turn the rules off",
            "nore2",
        ) from error
    return re2


def compile_rules(rules: Iterable[Rule], provider_id: int | None = None) -> Tidy:
    """A `Tidy` of the enabled rules for all providers and for `provider_id`, in the order of their positions.

    Raises `UsageError` (`rule`) for the first rule that cannot be used, in one line with its position.
    """
    wanted = [rule for rule in rules if rule.enabled and rule.provider_id in (None, provider_id)]
    ready = [
        Ready(rule) if rule.set_name else checked(rule)
        for rule in sorted(wanted, key=lambda rule: rule.position)
    ]
    return Tidy({field: _together(own) for field in FIELDS if (own := _of_field(ready, field))})


def _of_field(ready: list[Ready], field: str) -> tuple[Ready, ...]:
    return tuple(one for one in ready if one.rule.field == field)


def _together(rules: tuple[Ready, ...]) -> tuple[Any, tuple[Ready, ...]]:
    """The set of the patterns, which finds those that match in one pass, and the rules."""
    places: dict[str, list[int]] = {}
    for at, one in enumerate(rules):
        places.setdefault(one.wider[0] if one.wider else one.rule.pattern, []).append(at)
    patterns = library().Set.SearchSet(_options())
    for pattern in places:
        patterns.Add(pattern)
    try:
        patterns.Compile()
    except library().error as error:
        raise UsageError(
            f"the rules for {rules[0].rule.field} are too large together: use fewer", "rule"
        ) from error
    return Narrowed(patterns.Match, list(places.values()), rules), rules


@cache
def _wide(pattern: str) -> Any:
    return library().compile(pattern, _options())


def _options() -> Any:
    options = library().Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


def checked(rule: Rule) -> Ready:
    """The rule, compiled. Raises `UsageError` (`rule`) if it cannot be used."""
    if rule.field not in FIELDS:
        raise _error(rule, f"{rule.field!r} is no field: {', '.join(FIELDS)}")
    if rule.action not in ACTIONS:
        raise _error(rule, f"{rule.action!r} is no action: {', '.join(ACTIONS)}")
    regexp = _pattern(rule)
    names = tuple(regexp.groupindex)
    if rule.action == "extract":
        _check_extract(rule, names)
    elif rule.action == "replace":
        _check_references(rule, regexp)
    elif rule.action == "set_category" and not rule.value.strip():
        raise _error(rule, "set_category needs a value: the category")
    ready = Ready(rule)
    ready.regexp = regexp
    return ready


def _pattern(rule: Rule) -> Any:
    re2 = library()
    if len(rule.pattern) > LONGEST:
        raise _error(rule, f"the pattern is longer than {LONGEST} characters")
    try:
        regexp = re2.compile(rule.pattern, _options())
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise _error(rule, f"RE2 cannot read the pattern: {' '.join(text.split())}") from error
    if regexp.programsize > _LARGEST:
        raise _error(rule, "the pattern is too large: use smaller numbers of repetitions")
    if regexp.search("") is not None:
        raise _error(rule, "the pattern matches everything, as it matches an empty text")
    return regexp


def _check_extract(rule: Rule, names: tuple[str, ...]) -> None:
    words = set(rule.value.split())
    if unknown := sorted(words - _WORDS):
        raise _error(rule, f"extract does not know {unknown[0]!r}: {', '.join(sorted(_WORDS))}")
    holds = {name.rstrip("0123456789") for name in names}
    if unknown := sorted(holds - _GROUPS):
        raise _error(rule, f"the group {unknown[0]!r} has no meaning: {', '.join(sorted(_GROUPS))}")
    if not words & set(FLAGS) and not holds - {"cut"}:
        raise _error(rule, "extract needs a group (such as (?P<episode>[0-9]+)) or a flag in its value")
    if words & {AGREEING, CAREFUL} and not holds & set(NUMBERS):
        raise _error(rule, f"{AGREEING} and {CAREFUL} need a group that holds a number")


def _check_references(rule: Rule, regexp: Any) -> None:
    for digit, name, backslash in _REFERENCE.findall(rule.value):
        known = int(digit) <= regexp.groups if digit else name in regexp.groupindex
        if not known and not backslash:
            raise _error(rule, f"the value names the group {digit or name}, which the pattern does not have")


def _error(rule: Rule, what: str) -> UsageError:
    return UsageError(f"rule {rule.position} ({rule.field}): {what}", "rule")
