"""What programmes with the same details share: all of an element but its texts and times.

Making it from JSON takes an export longer than reading the rows. So details are not decoded where a text between quotes is
all that tells them from others: `Patterns` makes a template of the first, by the way that is right for all, and fills it with
the texts of the others. In real guides fifteen hundred templates serve seventy thousand different details.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from ..parse.details import ATTRIBUTES
from .detail_elements import Json, attributes, categories, in_language, others, people, quoted, simple, text

#: details, category, actors, directors, icon_url, rating, is_new: columns of `programs`, the first four of them JSON
Columns = Sequence[Any]
#: attributes, start tags of title, sub-title and description, what follows the texts, the provider's own stop (ISO, UTC) or
#: "", and None where that is all
Shape = tuple[str, str, str, str, str, str, "Odd | None"]
#: kinds of details that are known, and characters of details from which on none is: a few megabytes, and a tenth of a second
#: for a guide in which no two have the same
KEPT, LONG = 4096, 1500
#: a text that no feed has, around the place of a value
_MARK = "\ue000"
_MARKED = re.compile(f"{_MARK}([0-9]+){_MARK}")
Texts = tuple[str, ...]
Getter = Callable[[list[str]], Texts]


class Odd(NamedTuple):
    """What start tags cannot say: the texts by tag, where one comes in several, and the parts of a joined programme."""

    texts: dict[str, Sequence[Json]]
    clump: Sequence[Json] | None


def shape_of(columns: Columns, lang: str | None = None) -> Shape:
    """The shape of any details, in one language or (None) all of them."""
    details, category, actors, directors, icon, rating, is_new = columns
    found: dict[str, Any] = orjson.loads(details) if len(details) > 2 else {}
    date = f"<date>{text(found['date'])}</date>" if "date" in found else ""
    rest = "".join(others(found, icon, rating, is_new))
    several: dict[str, Sequence[Json]] = {}
    start = [_start(tag, found.get(tag), lang, several) for tag in ("title", "sub-title", "desc")]
    clump = found.get("clump")
    return (
        "" if found.keys().isdisjoint(ATTRIBUTES) else attributes(found, ATTRIBUTES),
        start[0],
        start[1],
        start[2],
        f"{people(found, actors, directors)}{date}{categories(category, found, lang)}{rest}",
        found.get("stop", ""),
        Odd(several, clump) if several or clump is not None else None,
    )


def _start(
    tag: str, entries: Sequence[Json] | None, lang: str | None, several: dict[str, Sequence[Json]]
) -> str:
    """A start tag; where the text of the column is not all there is, the entries go to `several`."""
    if not entries:
        return f"<{tag}>"
    kept = in_language(entries, lang)
    if len(kept) > 1 or "text" in kept[0]:
        several[tag] = kept
        return ""
    return f'<{tag} lang="{quoted(kept[0]["lang"])}">' if "lang" in kept[0] else f"<{tag}>"


def texts(tag: str, start: str, several: dict[str, Sequence[Json]], value: str) -> str:
    """The elements of a text of the row."""
    if tag in several:
        return "".join([simple(tag, entry, fallback=value) for entry in several[tag]])
    return f"{start}{text(value)}</{tag}>"


class _Pattern(NamedTuple):
    """The fields of a shape, a line each, and the places of the texts that go there."""

    template: str
    values: Getter

    def fill(self, parts: list[str]) -> Shape:
        attributes, title, sub, desc, rest, stop = (self.template % self.values(parts)).split("\n")
        return attributes, title, sub, desc, rest, stop, None


class _Family(NamedTuple):
    """Details with the same members: where the values are that decide what is written, the templates by those values, and
    which of them were met."""

    kind: Getter
    patterns: dict[Texts, _Pattern | None]
    once: set[Texts]


class Patterns:
    """Shapes by template. For one export: it remembers."""

    def __init__(self, lang: str | None = None) -> None:
        self.lang = lang
        #: keys whose value decides what is written
        self.deciding = frozenset({"type"} if lang is None else {"type", "lang"})
        self.names: dict[str, Getter] = {}
        self.families: dict[tuple[str, str], _Family] = {}
        self.known = 0

    def shape(self, columns: Columns) -> Shape:
        """The same as `shape_of`."""
        parts = split(columns)
        pattern = self._pattern(columns, parts) if parts is not None else None
        return shape_of(columns, self.lang) if parts is None or pattern is None else pattern.fill(parts)

    def _pattern(self, columns: Columns, parts: list[str]) -> _Pattern | None:
        """The template for these parts, made when a kind is met again."""
        form = '"'.join(parts[::2])
        places = self.names.get(form)
        names = '"'.join(places(parts)) if places else ""
        family = self.families.get((form, names)) if places else None
        if family is None:
            self._new(form, parts)
            return None
        kind = family.kind(parts)
        if kind in family.patterns:
            return family.patterns[kind]
        if kind in family.once:
            return self._learnt(family, kind, columns, parts)
        if self.known < KEPT:
            self.known += 1
            family.once.add(kind)
        return None

    def _new(self, form: str, parts: list[str]) -> None:
        """The first of its form, or of its names: many stay the only one, so none is a template yet."""
        if self.known >= KEPT:
            return
        self.known += 1
        places = self.names[form] = _getter(_names(parts))
        kind = _getter(self._deciding(parts))
        self.families[form, '"'.join(places(parts))] = _Family(kind, {}, {kind(parts)})

    def _deciding(self, parts: list[str]) -> list[int]:
        return [
            place + 2
            for place in range(1, len(parts) - 2, 2)
            if parts[place] in self.deciding and parts[place + 1].strip() == ":"
        ]

    def _learnt(self, family: _Family, kind: Texts, columns: Columns, parts: list[str]) -> _Pattern | None:
        """A new template; None where a template does not give what `shape_of` gives."""
        constant = set(self._deciding(parts))
        marked = [
            part if not place % 2 or place in constant or _is_name(parts, place) else f"{_MARK}{place}{_MARK}"
            for place, part in enumerate(parts)
        ]
        *fields, odd = shape_of(_columns(columns, marked), self.lang)
        pieces = _MARKED.split("\n".join(fields).replace("%", "%%"))
        made = _Pattern("%s".join(pieces[::2]), _getter([int(place) for place in pieces[1::2]]))
        right = odd is None and made.fill(parts) == shape_of(columns, self.lang)
        family.patterns[kind] = made if right else None
        return family.patterns[kind]


def split(columns: Columns) -> list[str] | None:
    """The columns as one text, cut at the quotes: every second part is a text, ready for an element or an attribute. None
    where cutting is not enough: an escape of JSON, a white space that attributes escape, an empty text; or where it is long."""
    details, category, actors, directors, icon, rating, is_new = columns
    joined = f"{details}{category}{actors}{directors}{is_new}"
    if icon:
        joined = f'{joined}i"{icon}"'
    if rating:
        joined = f'{joined}r"{rating}"'
    if len(joined) > LONG or _MARK in joined or not isinstance(details, str):
        return None
    if "\\" in joined or '""' in joined or "\n" in joined or "\r" in joined or "\t" in joined:
        return None
    if (icon and '"' in icon) or (rating and '"' in rating):
        return None
    if "&" in joined or "<" in joined or ">" in joined:
        joined = text(joined)
    return joined.split('"')


def _names(parts: list[str]) -> list[int]:
    """Where the names of members are."""
    return [place for place in range(1, len(parts), 2) if _is_name(parts, place)]


def _is_name(parts: list[str], place: int) -> bool:
    return parts[place + 1].lstrip().startswith(":")


def _columns(columns: Columns, marked: list[str]) -> Columns:
    """The columns with the texts of `marked`, which has those of all of them in their order."""
    texts, found = iter(marked[1::2]), []
    for column in columns[:4]:
        pieces = column.split('"')
        pieces[1::2] = [next(texts) for _ in pieces[1::2]]
        found.append('"'.join(pieces))
    return [*found, *[column and next(texts) for column in columns[4:6]], columns[6]]


def _getter(places: list[int]) -> Getter:
    """The parts at some places, as a tuple however many there are."""
    if len(places) > 1:
        return itemgetter(*places)
    if not places:
        return lambda parts: ()
    return lambda parts: tuple([parts[place] for place in places])
