"""The shape of a programme's element: all of it except its texts and times. Programmes with the same details share one.

`shape_of` makes a shape: it decodes the JSON columns and builds the markup. `Templates` makes the same shapes, most of them
without decoding. An export of 200,000 generated programmes, a third of them with details of their own, takes 2.0 s of CPU in
one process this way, and 2.9 s with `shape_of` alone. It works like this:

1. `split` joins the JSON columns and cuts the text at the quotes. Every second part is then a JSON string: a name or a value.
2. Rows are of one kind if they have the same names, the same text between the strings, and the same value wherever the markup
   depends on it: in the type of a credit, and in the language where one is chosen.
3. When a kind comes the second time, `shape_of` makes the shape with a mark in the place of each value: the template.
4. Later rows of this kind put their values into the template.
5. A template is used only if it gives exactly what `shape_of` gives for the row that it was made from. Where cutting at quotes
   is not enough, as with an escape in a JSON string, `shape_of` does the work.

In real guides 1,500 templates serve 70,000 different details.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from ..parse.details import ATTRIBUTES
from .detail_elements import Json, attributes, categories, in_language, others, people, quoted, simple, text
from .foreign_elements import noted
from .form import PLAIN, Form

#: details, category, actors, directors, icon_url, rating, is_new: columns of `programs`, the first four of them JSON; and the
#: `xmltv_ns` that is missing, or "" (see `missing_number`)
Columns = Sequence[Any]
#: the attributes; the start tags of title, sub-title and description; the provider's own stop (ISO, UTC) or ""; the markup
#: after the texts, the only one with newlines; and what start tags cannot express, or None
Shape = tuple[str, str, str, str, str, str, "Odd | None"]
#: how many kinds of rows are remembered, and from how many characters on a row gets no template. So the memory is a few
#: megabytes at most, and a guide in which no two rows are of one kind loses a tenth of a second
KEPT, LONG = 4096, 1500
#: a character for private use, around the place of a value; rows that contain it get no template
_MARK = "\ue000"
_MARKED = re.compile(f"{_MARK}([0-9]+){_MARK}")
Texts = tuple[str, ...]
Getter = Callable[[list[str]], Texts]


class Odd(NamedTuple):
    """What the start tags of a shape cannot express.

    `texts`: the entries of each tag whose text comes in several languages. `clump`: the parts of a joined clump,
    else None.
    """

    texts: dict[str, Sequence[Json]]
    clump: Sequence[Json] | None


def shape_of(columns: Columns, form: Form = PLAIN) -> Shape:
    """The shape of any row."""
    details, category, actors, directors, icon, rating, is_new, number = columns
    lang = form.lang
    found: dict[str, Any] = orjson.loads(details) if len(details) > 2 else {}
    if form.safe_ids and "channel" in (shown := found.get("previously-shown") or {}):
        # It refers to a channel of the document, so it has to have that channel's id.
        shown["channel"] = form.channel_id(shown["channel"])
    date = f"<date>{text(found['date'])}</date>\n" if "date" in found else ""
    rest = others(found, icon, rating, is_new, number, not form.round_trip)
    if form.round_trip:
        rest += noted(found)
    several: dict[str, Sequence[Json]] = {}
    start = [_start(tag, found.get(tag), lang, several) for tag in ("title", "sub-title", "desc")]
    clump = found.get("clump")
    return (
        "" if found.keys().isdisjoint(ATTRIBUTES) else attributes(found, ATTRIBUTES),
        start[0],
        start[1],
        start[2],
        found.get("stop", ""),
        f"{people(found, actors, directors)}{date}{categories(category, found, lang)}{rest}",
        Odd(several, clump) if several or clump is not None else None,
    )


def _start(
    tag: str, entries: Sequence[Json] | None, lang: str | None, several: dict[str, Sequence[Json]]
) -> str:
    """A start tag. If there are more texts than the one of the column, they go to `several` and the tag is empty."""
    if not entries:
        return f"<{tag}>"
    kept = in_language(entries, lang)
    if len(kept) > 1 or "text" in kept[0]:
        several[tag] = kept
        return ""
    return f'<{tag} lang="{quoted(kept[0]["lang"])}">' if "lang" in kept[0] else f"<{tag}>"


def texts(tag: str, start: str, several: dict[str, Sequence[Json]], value: str) -> str:
    """The elements of a text of the row: one, or those of all its languages."""
    if tag in several:
        return "".join([f"{simple(tag, entry, fallback=value)}\n" for entry in several[tag]])
    return f"{start}{text(value)}</{tag}>\n"


class _Template(NamedTuple):
    """The fields of a shape, a line each, with `%s` for each value, and what picks these values from the parts of a row."""

    template: str
    values: Getter

    def fill(self, parts: list[str]) -> Shape:
        attributes, title, sub, desc, stop, rest = (self.template % self.values(parts)).split("\n", 5)
        return attributes, title, sub, desc, stop, rest, None


class _Family(NamedTuple):
    """All rows with the same JSON structure and the same names. They differ in values only.

    `kind` picks from the parts of a row the values that decide its markup. `templates` has a template for each set of such
    values, None where no template gives the right shape. `once` has the sets that came once and have no template yet.
    """

    kind: Getter
    templates: dict[Texts, _Template | None]
    once: set[Texts]


class Templates:
    """Shapes, by templates where possible. It remembers what it has met, so use one for each export."""

    def __init__(self, form: Form = PLAIN) -> None:
        self.form = form
        #: keys whose value decides what is written
        self.deciding = frozenset({"type"} if form.lang is None else {"type", "lang"})
        self.names: dict[str, Getter] = {}
        self.families: dict[tuple[str, str], _Family] = {}
        self.known = 0

    def shape(self, columns: Columns) -> Shape:
        """The same as `shape_of` gives."""
        # Whether an icon is the feed's own depends on whether it differs from the image.
        decided = self.form.round_trip and '"image"' in columns[0]
        parts = None if decided else split(columns)
        template = self._template(columns, parts) if parts is not None else None
        return shape_of(columns, self.form) if parts is None or template is None else template.fill(parts)

    def _template(self, columns: Columns, parts: list[str]) -> _Template | None:
        """The template for these parts, made when a kind comes the second time; None if there is none."""
        form = '"'.join(parts[::2])
        places = self.names.get(form)
        names = '"'.join(places(parts)) if places else ""
        family = self.families.get((form, names)) if places else None
        if family is None:
            self._new(form, parts)
            return None
        kind = family.kind(parts)
        if kind in family.templates:
            return family.templates[kind]
        if kind in family.once:
            return self._learnt(family, kind, columns, parts)
        if self.known < KEPT:
            self.known += 1
            family.once.add(kind)
        return None

    def _new(self, form: str, parts: list[str]) -> None:
        """Remember a new structure. It gets no template yet, because many come only once."""
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

    def _learnt(self, family: _Family, kind: Texts, columns: Columns, parts: list[str]) -> _Template | None:
        """A new template; None if it does not give what `shape_of` gives."""
        constant = set(self._deciding(parts))
        marked = [
            part if not place % 2 or place in constant or _is_name(parts, place) else f"{_MARK}{place}{_MARK}"
            for place, part in enumerate(parts)
        ]
        *fields, odd = shape_of(_columns(columns, marked), self.form)
        pieces = _MARKED.split("\n".join(fields).replace("%", "%%"))
        made = _Template("%s".join(pieces[::2]), _getter([int(place) for place in pieces[1::2]]))
        right = odd is None and made.fill(parts) == shape_of(columns, self.form)
        family.templates[kind] = made if right else None
        return family.templates[kind]


def split(columns: Columns) -> list[str] | None:
    """The columns as one text, cut at the quotes: every second part is a JSON string, escaped for an element or an attribute.

    None where cutting is not enough (a JSON escape, white space that attributes escape, an empty string, an `xmltv_ns` to
    complete) or the row is long.
    """
    details, category, actors, directors, icon, rating, is_new, number = columns
    if number and '"xmltv_ns"' in details:
        return None
    icons = f'i"{icon}"' if icon else ""
    ratings = f'r"{rating}"' if rating else ""
    numbers = f'n"{number}"' if number else ""
    joined = f"{details}{category}{actors}{directors}{is_new}{icons}{ratings}{numbers}"
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
    """The columns with the strings of `marked`, which has the strings of all columns in their order."""
    texts, found = iter(marked[1::2]), []
    for column in columns[:4]:
        pieces = column.split('"')
        pieces[1::2] = [next(texts) for _ in pieces[1::2]]
        found.append('"'.join(pieces))
    icon, rating, is_new, number = columns[4:]
    return [*found, icon and next(texts), rating and next(texts), is_new, number and next(texts)]


def _getter(places: list[int]) -> Getter:
    """What picks the parts at some places, always as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    if not places:
        return lambda parts: ()
    return lambda parts: tuple([parts[place] for place in places])
