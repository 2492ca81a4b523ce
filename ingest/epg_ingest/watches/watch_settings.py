"""Settings of a watch as people give them: checked, and as columns. Times of the day are texts there, `20:15`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..core.errors import UsageError
from ..core.times import zone
from ..rules.compiling import checked as compiled
from ..rules.rule import Rule
from .text_match import folded, words_of
from .watch import DAYS, KINDS, ONCE_PER, PATTERN, PERSON, SERIES, TITLE, WORDS, Watch

#: what a person may set, with what a new watch has
DEFAULTS: dict[str, Any] = {
    "name": None, "kind": None, "value": None, "channels": [], "lineup_id": None, "days": [], "from_time": None,
    "to_time": None, "timezone": "UTC", "new_only": False, "once_per": "episode", "lead_minutes": 15, "tell_match": False,
    "digest": False, "targets": [], "enabled": True,
}  # fmt: skip
SETTINGS = tuple(DEFAULTS)
#: a person wrote settings under their own names
UNNAMED: Mapping[str, str] = MappingProxyType({})
LONGEST_NAME, LONGEST_VALUE, MOST_CHANNELS, MOST_TARGETS, MOST_WORDS = 100, 500, 500, 20, 20
#: a day: what starts later than that is for the digest
LONGEST_LEAD = 1440
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def checked_watch(
    settings: Mapping[str, Any], ident: int = 0, owner: str = "", names: Mapping[str, str] = UNNAMED
) -> Watch:
    """The watch of these `SETTINGS`; those that are missing have their defaults. Raises `UsageError` (`watch`), one line.

    `names` says how a person wrote settings that have another name there: the line names them so.
    """
    called = {**{name: name for name in SETTINGS}, **names}
    if unknown := sorted(settings.keys() - set(SETTINGS)):
        raise UsageError(f"unknown setting {unknown[0][:40]!r}; known are: {', '.join(SETTINGS)}", "watch")
    values = {**DEFAULTS, **settings}
    kind = _one_of(values["kind"], KINDS, called["kind"])
    value = _value(kind, values["value"], called["value"])
    lead = values["lead_minutes"]
    return Watch(
        ident, owner, _name(values["name"], value, called["name"]), kind, value,
        channels=_ids(values["channels"], MOST_CHANNELS, called["channels"]),
        lineup_id=None if values["lineup_id"] is None else _whole(values["lineup_id"], 1, 2**63 - 1, called["lineup_id"]),
        days=tuple(day for day in DAYS if day in _days(values["days"], called["days"])),
        from_minute=minute_of(values["from_time"], called["from_time"]),
        to_minute=minute_of(values["to_time"], called["to_time"]),
        timezone=_zone(values["timezone"], called["timezone"]), new_only=_flag(values["new_only"], called["new_only"]),
        once_per=_one_of(values["once_per"], ONCE_PER, called["once_per"]),
        lead_minutes=None if lead is None else _whole(lead, 0, LONGEST_LEAD, called["lead_minutes"]),
        tell_match=_flag(values["tell_match"], called["tell_match"]), digest=_flag(values["digest"], called["digest"]),
        targets=_ids(values["targets"], MOST_TARGETS, called["targets"]),
        enabled=_flag(values["enabled"], called["enabled"]),
    )  # fmt: skip


def as_settings(watch: Watch) -> dict[str, Any]:
    """The settings of a watch, in the form in which they are given."""
    return {
        "name": watch.name, "kind": watch.kind, "value": watch.value, "channels": list(watch.channels),
        "lineup_id": watch.lineup_id, "days": list(watch.days), "from_time": clock(watch.from_minute),
        "to_time": clock(watch.to_minute), "timezone": watch.timezone, "new_only": watch.new_only,
        "once_per": watch.once_per, "lead_minutes": watch.lead_minutes, "tell_match": watch.tell_match,
        "digest": watch.digest, "targets": list(watch.targets), "enabled": watch.enabled,
    }  # fmt: skip


def minute_of(text: Any, what: str) -> int | None:
    """The minute of the day of `20:15`; None for None. Raises `UsageError`."""
    if text is None:
        return None
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise _wrong(f"{what} must be a time of the day such as 20:15")
    return int(found[1]) * 60 + int(found[2])


def clock(minute: int | None) -> str | None:
    """`20:15` for a minute of the day."""
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def _value(kind: str, value: Any, what: str) -> str:
    if kind == SERIES and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(f"{what} must be a text: what to look for")
    if len(value) > LONGEST_VALUE:
        raise _wrong(f"{what} is longer than {LONGEST_VALUE} characters")
    check_text(value, what)
    _VALUES[kind](value, what)
    return value if kind == PATTERN else value.strip()


def _series(value: str, what: str) -> None:
    if not (value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 19):
        raise _wrong(f"{what} must be the number of a series")


def _words(value: str, what: str) -> None:
    found = words_of(value)
    if not found:
        raise _wrong(f"{what} must have a word to look for")
    if len(found) > MOST_WORDS:
        raise _wrong(f"{what} has more than {MOST_WORDS} words")


def _text(value: str, what: str) -> None:
    if not folded(value):
        raise _wrong(f"{what} must have a letter or a digit")


def _pattern(value: str, what: str) -> None:
    """Raises `EpgError` (`nore2`) too, where google-re2 is missing."""
    try:
        compiled(Rule(0, "title", value, "remove", ""))
    except UsageError as error:
        raise _wrong(error.message.partition(": ")[2]) from error


_VALUES: dict[str, Callable[[str, str], None]] = {
    SERIES: _series, WORDS: _words, TITLE: _text, PERSON: _text, PATTERN: _pattern,
}  # fmt: skip


def _name(name: Any, value: str, what: str) -> str:
    """The name, else what is looked for."""
    if name is None:
        name = value[:LONGEST_NAME]
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise _wrong(f"{what} must be a text of 1 to {LONGEST_NAME} characters")
    check_text(name, what)
    return name.strip()


def check_text(text: str, what: str) -> None:
    """Raise `UsageError` for a text that cannot be stored, or printed in one line."""
    if any(
        ord(character) < 32 or ord(character) == 127 or 0xD800 <= ord(character) < 0xE000
        for character in text
    ):
        raise _wrong(f"{what} holds a character that cannot be used")


def _one_of(value: Any, known: Sequence[str], what: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise _wrong(f"{what} must be {', '.join(known[:-1])} or {known[-1]}")
    return value


def _flag(value: Any, what: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(f"{what} must be true or false")
    return value


def _whole(value: Any, low: int, high: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _wrong(f"{what} must be a whole number from {low} to {high}")
    return value


def _ids(value: Any, most: int, what: str) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)) or len(value) > most:
        raise _wrong(f"{what} must be a list of at most {most} ids")
    return tuple(dict.fromkeys(_whole(one, 1, 2**63 - 1, f"each of {what}") for one in value))


def _days(value: Any, what: str) -> set[str]:
    if not isinstance(value, (list, tuple)) or any(day not in DAYS for day in value):
        raise _wrong(f"{what} must be a list of: {', '.join(DAYS)}")
    return set(value)


def _zone(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise _wrong(f"{what} must be an IANA name such as Europe/London")
    zone(value)
    return value


def _wrong(what: str) -> UsageError:
    return UsageError(what, "watch")
