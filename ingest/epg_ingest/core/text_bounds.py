"""How long the texts of a feed may be: whatever is in it, a page of the guide and a row of the database stay small.

A text that is longer is cut. An address is left out instead, because half an address leads nowhere. If there is too much in
all, what comes last is left out. Each kind of element with such a text is reported once for its programme (`toolong`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson

from .compact_json import dumps

#: characters of a title, sub-title, category, name or id, and of any other text that is not listed here
SHORT = 1_000
#: those of a description or a review
LONG = 20_000
#: those of an address
ADDRESS = 8_000
#: those of the categories, of the actors, of the directors, or of one kind of facts of a channel, in all
LIST = 20_000
#: those of `details` in all
DETAILS = 200_000
#: characters that each value counts on top of its own
_MARKUP = 20

#: called with the name of an element and with what became of it
Report = Callable[[str, str], None]
_LONG_ELEMENTS = frozenset(("desc", "review"))
_ADDRESS_ELEMENTS = frozenset(("url", "image"))
_LEFT_OUT = "left out, as there is too much"
#: control characters (C0 and C1), halves of surrogate pairs and U+FFFE, U+FFFF: XML has no place for most of them
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("[\t\r\n\u2028\u2029]+")


def within(columns: tuple[Any, ...]) -> bool:
    """Whether the columns of a content, as `bounded` takes them, are so short that nothing in them can be too long."""
    title, subtitle, description, categories, number, _, _, rating, actors, directors, icon, _, details = (
        columns
    )
    return (
        len(title) <= SHORT
        and len(subtitle) <= SHORT
        and len(description) <= LONG
        and (len(details) <= SHORT or (len(details) <= LIST and max(map(len, details.split('"'))) <= SHORT))
        and len(categories) <= SHORT
        and len(actors) <= SHORT
        and len(directors) <= SHORT
        and len(number) + len(rating) + len(icon) <= SHORT
    )


def bounded(columns: tuple[Any, ...], report: Report) -> tuple[Any, ...]:
    """The columns of a content (`stage.columns.CONTENT` without the id) with all their texts within the bounds.

    `report` is called once for each element with a text that was too long.
    """
    (
        title,
        subtitle,
        description,
        categories,
        number,
        season,
        episode,
        rating,
        actors,
        directors,
        icon,
        is_new,
        details,
    ) = columns
    cut = Cut()
    found = orjson.loads(details) if len(details) > SHORT else None
    names = orjson.loads(categories)
    kept = cut.texts("category", names)
    if found is None and len(kept) < len(names):
        found = orjson.loads(details)
    if found is not None:
        if "category" in found and "text" not in found["category"][0]:
            found["category"] = found["category"][: len(kept)]
        details = dumps(cut.details(found))
    result = (
        cut.text("title", title), cut.text("sub-title", subtitle), cut.text("desc", description, LONG),
        dumps(kept), cut.text("episode-num", number), season, episode, cut.text("rating", rating),
        dumps(cut.texts("actor", orjson.loads(actors))), dumps(cut.texts("director", orjson.loads(directors))),
        cut.address("icon", icon), is_new, details,
    )  # fmt: skip
    for tag, what in cut.reasons.items():
        report(tag, what)
    return result


class Cut:
    """Cuts texts, and remembers in `reasons` which elements had one that was too long, and what became of it."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}
        self._left = DETAILS

    def text(self, tag: str, text: str, most: int = SHORT) -> str:
        """A text of at most `most` characters."""
        if len(text) <= most:
            return text
        self.reasons.setdefault(tag, f"cut after {most:,} characters")
        return text[:most].rstrip()

    def address(self, tag: str, text: str) -> str:
        """An address, "" for one that is too long."""
        if len(text) <= ADDRESS:
            return text
        self.reasons.setdefault(tag, f"left out, as its address has more than {ADDRESS:,} characters")
        return ""

    def texts(self, tag: str, texts: Sequence[str]) -> list[str]:
        """The first texts, each cut, that have `LIST` characters in all."""
        left = LIST
        kept = []
        for text in texts:
            short = self.text(tag, text)
            left -= len(short) + _MARKUP
            if left < 0:
                self.reasons.setdefault(tag, _LEFT_OUT)
                break
            kept.append(short)
        return kept

    def entries(self, tag: str, entries: Iterable[Any], most: int = LIST) -> list[Any]:
        """The first entries, objects as in `details`, that have `most` characters in all."""
        self._left = most
        return self._list(tag, entries)

    def details(self, found: dict[str, Any]) -> dict[str, Any]:
        """The object of the column `details` within `DETAILS` characters."""
        self._left = DETAILS
        kept = {}
        for tag, value in found.items():
            short = self._value(tag, "", value) if self._named(tag, tag) else None
            if short not in (None, [], {}) or short == value:
                kept[tag] = short
        return kept

    def _value(self, tag: str, key: str, value: Any) -> Any:
        """A value with its texts cut; None if it is left out. `tag` is the element, `key` the attribute or `text` within."""
        if not self._fits(tag):
            return None
        if isinstance(value, str):
            return self._text(tag, key, value)
        if isinstance(value, list):
            return self._list(tag, value)
        if not isinstance(value, dict):
            return value
        self._left -= _MARKUP
        found = {}
        for name, part in value.items():
            inner = tag if isinstance(part, str) else name
            short = self._value(inner, name, part) if self._named(tag, name) else None
            if short is None:
                return None
            found[name] = short
        return found

    def _text(self, tag: str, key: str, text: str) -> str | None:
        if key == "src" or (tag in _ADDRESS_ELEMENTS and key == "text"):
            short: str | None = self.address(tag, text) or (None if text else "")
        else:
            short = self.text(tag, text, LONG if tag in _LONG_ELEMENTS and key == "text" else SHORT)
        self._left -= len(dumps(short)) + _MARKUP if short is not None else 0
        return short if self._fits(tag) else None

    def _named(self, tag: str, name: str) -> bool:
        """Whether a name of an element or attribute is kept: half a name would be the name of something else."""
        if len(name) > SHORT:
            self.reasons.setdefault(
                tag[:100], f"left out, as a name in it has more than {SHORT:,} characters"
            )
            return False
        self._left -= len(name)
        return self._fits(tag)

    def _fits(self, tag: str) -> bool:
        if self._left < 0:
            self.reasons.setdefault(tag[:100], _LEFT_OUT)
        return self._left >= 0

    def _list(self, tag: str, values: Iterable[Any]) -> list[Any]:
        kept = [self._value(tag, "text", value) for value in values]
        return [value for value in kept if value is not None]


def one_line(text: str) -> str:
    """A text without line breaks: each becomes one space, with the white space around it."""
    if text.isprintable():  # line breaks are not
        return text.strip()
    return " ".join(filter(None, map(str.strip, text.splitlines())))


def without_controls(text: str) -> str:
    """A text on one line, without the characters that XML 1.0 forbids and without any other control character."""
    if text.isprintable():
        return text
    return _BREAKS.sub(" ", _CONTROLS.sub("", text)).strip()
