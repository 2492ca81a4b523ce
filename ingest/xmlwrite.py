"""Rows of the guide as XMLTV elements, in the order of the DTD (the reverse of normalise.py and details.py).

A stop that is not the provider's own is written as the guide has it, with a processing instruction beside it that keeps what
the provider wrote: other programs see a coherent schedule, and importing the file again gives the same rows.

Most of an element does not depend on its texts and times, and showings of one episode or genre share it: `Writer` keeps
what it made for that part. In real guides two thirds of the programmes find theirs there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from .details import ATTRIBUTES, CREDITS
from .times import from_iso, xmltv

Json = Mapping[str, Any]
#: the columns of a programme that make its element, in the order in which `Writer` takes them
COLUMNS = (
    "start_time", "end_time", "title", "subtitle", "description", "end_source", "details", "category", "actors",
    "directors", "icon_url", "rating", "is_new",
)  # fmt: skip
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)
_PLAIN = re.compile(r'[^&<>"\r\n\t]*').fullmatch
#: shapes that a writer keeps, and characters of details from which on none is kept: a few megabytes at most
_KEPT, _LONG = 8192, 1000


def text(value: str) -> str:
    """Text content. Asking first is several times faster than `str.translate`: most texts need nothing."""
    if "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    if ">" in value:
        value = value.replace(">", "&gt;")
    return value.replace("\r", "&#13;") if "\r" in value else value


def attributes(values: Json, names: Iterable[str]) -> str:
    """Those of the named attributes that are there, each with a leading space."""
    out = ""
    for name in names:
        if name in values:
            out += f' {name}="{_value(values[name])}"'
    return out


def _value(value: str) -> str:
    """The value of an attribute."""
    return value if _PLAIN(value) else value.translate(_VALUE)


def simple(tag: str, entry: Json, names: Iterable[str] = ("lang",), fallback: str = "") -> str:
    """An element with text and attributes; without `text` it has that of its column."""
    if len(entry) == 1 and "text" in entry:
        return f"<{tag}>{text(entry['text'])}</{tag}>"
    return f"<{tag}{attributes(entry, names)}>{text(entry.get('text', fallback))}</{tag}>"


def _flag(tag: str, entry: Json) -> str:
    content = text(entry.get("text", ""))
    start = f"<{tag}{attributes(entry, ('lang',))}"
    return f"{start}>{content}</{tag}>" if content else f"{start}/>"


def _icon(entry: Json) -> str:
    return f"<icon{attributes(entry, ('src', 'width', 'height'))}/>"


def _url(entry: Json) -> str:
    return simple("url", entry, ("system",))


def _image(entry: Json) -> str:
    return simple("image", entry, ("type", "size", "orient", "system"))


def _children(tag: str, entry: Json) -> str:
    return (
        f"<{tag}>" + "".join(f"<{name}>{text(value)}</{name}>" for name, value in entry.items()) + f"</{tag}>"
    )


def _subtitles(entry: Json) -> str:
    inner = simple("language", entry["language"]) if "language" in entry else ""
    start = f"<subtitles{attributes(entry, ('type',))}"
    return f"{start}>{inner}</subtitles>" if inner else f"{start}/>"


def _rated(tag: str) -> Callable[[Json], str]:
    def write(entry: Json) -> str:
        icons = "".join(map(_icon, entry["icon"])) if "icon" in entry else ""
        return f"<{tag}{attributes(entry, ('system',))}><value>{text(entry['value'])}</value>{icons}</{tag}>"

    return write


def _person(entry: Json) -> str:
    tag = entry["type"]
    if len(entry) == 2:
        return f"<{tag}>{text(entry['name'])}</{tag}>"
    inner = "".join(map(_image, entry.get("image", ()))) + "".join(map(_url, entry.get("url", ())))
    return f"<{tag}{attributes(entry, ('role', 'guest'))}>{text(entry['name'])}{inner}</{tag}>"


def credits(people: Iterable[Json]) -> str:
    inner = "".join(map(_person, sorted(people, key=lambda entry: _CREDIT_RANK[entry["type"]])))
    return f"<credits>{inner}</credits>" if inner else ""


_CREDIT_RANK = {kind: rank for rank, kind in enumerate(CREDITS)}
#: what follows `category`, in the order of the DTD: may repeat, writer
_REST: dict[str, tuple[bool, Callable[[Any], str]]] = {
    "keyword": (True, lambda entry: simple("keyword", entry)),
    "language": (False, lambda entry: simple("language", entry)),
    "orig-language": (False, lambda entry: simple("orig-language", entry)),
    "length": (False, lambda entry: simple("length", entry, ("units",))),
    "icon": (True, _icon),
    "url": (True, _url),
    "country": (True, lambda entry: simple("country", entry)),
    "episode-num": (True, lambda entry: simple("episode-num", entry, ("system",))),
    "video": (False, lambda entry: _children("video", entry)),
    "audio": (False, lambda entry: _children("audio", entry)),
    "previously-shown": (
        False,
        lambda entry: f"<previously-shown{attributes(entry, ('start', 'channel'))}/>",
    ),
    "premiere": (False, lambda entry: _flag("premiere", entry)),
    "last-chance": (False, lambda entry: _flag("last-chance", entry)),
    "new": (False, lambda _: "<new/>"),
    "subtitles": (True, _subtitles),
    "rating": (True, _rated("rating")),
    "star-rating": (True, _rated("star-rating")),
    "review": (True, lambda entry: simple("review", entry, ("type", "source", "reviewer", "lang"))),
    "image": (True, _image),
}
_RANK = {tag: rank for rank, tag in enumerate(_REST)}


def in_language(entries: Sequence[Json], lang: str | None) -> Sequence[Json]:
    """The entries of one language where there are any, else all of them."""
    if lang is None or len(entries) < 2:
        return entries
    return [entry for entry in entries if _primary(entry.get("lang", "")) == _primary(lang)] or entries


def _primary(lang: str) -> str:
    """`en` of `en-GB` and `en_NZ`."""
    return lang.lower().replace("_", "-").split("-")[0]


class _Shape(NamedTuple):
    """What is the same for all programmes with the same details: attributes, what follows the texts, and how each of the
    three texts is written (see `_texts`). `stop` is the provider's own stop, `clump` the parts of a joined programme.
    """

    attributes: str
    title: str | Sequence[Json]
    subtitle: str | Sequence[Json]
    description: str | Sequence[Json]
    rest: str
    stop: str | None
    clump: Sequence[Json] | None


class Writer:
    """Rows as elements, in one language or (None) all of them. For one export: it remembers."""

    def __init__(self, lang: str | None = None) -> None:
        self.lang = lang
        self.shapes: dict[tuple[Any, ...], _Shape] = {}
        self.times: dict[str, str] = {}

    def programme(self, row: tuple[Any, ...], channel: str) -> str:
        """The `<programme>` of a row of `COLUMNS`, in which lists and details are JSON, and the name of its channel as an
        attribute has it; a joined clump becomes its parts again.
        """
        start, end, title, subtitle, description, source = row[:6]
        shape = self.shapes.get(row[6:]) or self._remembered(row[6:])
        if shape.clump is not None:
            return "".join([self._part(row, shape, part, channel) for part in shape.clump])
        note = "" if source == "feed" else _note(source, shape.stop)
        return self._element(start, end, channel, note, shape, title, subtitle, description)

    def _element(
        self, start: str, end: str, channel: str, note: str, shape: _Shape,
        title: str, subtitle: str | None, description: str | None,
    ) -> str:  # fmt: skip
        times = self.times
        begins, ends = times.get(start) or self._time(start), times.get(end) or self._time(end)
        more = "" if subtitle is None else _texts("sub-title", shape.subtitle, subtitle)
        if description is not None:
            more += _texts("desc", shape.description, description)
        return (
            f'<programme start="{begins}" stop="{ends}" channel="{channel}"{shape.attributes}>{note}'
            f"{_texts('title', shape.title, title)}{more}{shape.rest}</programme>\n"
        )

    def _time(self, iso: str) -> str:
        if len(self.times) > 100_000:
            self.times.clear()
        found = self.times[iso] = xmltv(from_iso(iso))
        return found

    def _part(self, row: Sequence[Any], outer: _Shape, part: Json, channel: str) -> str:
        """One programme of a clump; all of them have the times of the row."""
        found = {"category": [], "actors": [], "directors": [], "details": {}, **part}
        texts = [
            orjson.dumps(value).decode() if isinstance(value, (list, dict)) else value
            for value in (found.get(name) for name in COLUMNS[6:])
        ]
        note = "" if row[5] == "feed" else _note(row[5], outer.stop)
        title = (part["title"], part.get("subtitle"), part.get("description"))
        return self._element(row[0], row[1], channel, note, self._shape(texts), *title)

    def _remembered(self, columns: tuple[Any, ...]) -> _Shape:
        shape = self._shape(columns)
        if sum(len(column) for column in columns[:5] if column) < _LONG:
            if len(self.shapes) >= _KEPT:
                self.shapes.clear()
            self.shapes[columns] = shape
        return shape

    def _shape(self, columns: Sequence[Any]) -> _Shape:
        details, category, actors, directors, icon, rating, is_new = columns
        found: dict[str, Any] = orjson.loads(details) if len(details) > 2 else {}
        date = f"<date>{text(found['date'])}</date>" if "date" in found else ""
        rest = "".join(_others(found, icon, rating, is_new))
        return _Shape(
            "" if found.keys().isdisjoint(ATTRIBUTES) else attributes(found, ATTRIBUTES),
            _how("title", found.get("title"), self.lang),
            _how("sub-title", found.get("sub-title"), self.lang),
            _how("desc", found.get("desc"), self.lang),
            f"{_credits(found, actors, directors)}{date}{_categories(category, found, self.lang)}{rest}",
            found.get("stop"),
            found.get("clump"),
        )  # fmt: skip


def programme(row: Mapping[str, Any], channel: str, lang: str | None = None) -> str:
    """The `<programme>` of one row of `programs`; see `Writer.programme`."""
    return Writer(lang).programme(tuple(row[name] for name in COLUMNS), channel)


def _how(tag: str, entries: Sequence[Json] | None, lang: str | None) -> str | Sequence[Json]:
    """A start tag where the text of the column is all there is, else the entries."""
    if not entries:
        return f"<{tag}>"
    kept = in_language(entries, lang)
    if len(kept) > 1 or "text" in kept[0]:
        return kept
    return f'<{tag} lang="{_value(kept[0]["lang"])}">' if "lang" in kept[0] else f"<{tag}>"


def _texts(tag: str, how: str | Sequence[Json], value: str) -> str:
    if isinstance(how, str):
        return f"{how}{text(value)}</{tag}>"
    return "".join([simple(tag, entry, fallback=value) for entry in how])


def _note(end_source: str, own_stop: str | None) -> str:
    """The instruction that keeps the provider's own stop; nothing where the stop is its own."""
    own = f'stop="{xmltv(from_iso(own_stop))}" ' if own_stop else ""
    return f'<?epg {own}end-source="{end_source}"?>'


def _credits(details: Json, actors: str, directors: str) -> str:
    if "credits" in details:
        return credits(details["credits"])
    if len(directors) + len(actors) <= 4:
        return ""
    found = [f"<director>{text(name)}</director>" for name in orjson.loads(directors)]
    found += [f"<actor>{text(name)}</actor>" for name in orjson.loads(actors)]
    return f"<credits>{''.join(found)}</credits>"


def _categories(category: str, details: Json, lang: str | None) -> str:
    if len(category) <= 2:
        return ""
    names = orjson.loads(category)
    langs = details.get("category")
    if not langs:
        return "".join([f"<category>{text(name)}</category>" for name in names])
    pairs = list(zip(names, langs, strict=True))
    if lang is not None:
        pairs = [(entry["text"], entry) for entry in in_language([{**e, "text": n} for n, e in pairs], lang)]
    return "".join(
        [f"<category{attributes(entry, ('lang',))}>{text(name)}</category>" for name, entry in pairs]
    )


def _others(details: Json, icon: str | None, rating: str | None, is_new: int) -> list[str]:
    """All that follows `category`, in the order of the DTD."""
    found = [(_RANK[tag], tag, entry) for tag, entry in details.items() if tag in _RANK]
    if icon and "icon" not in details:
        found.append((_RANK["icon"], "icon", [{"src": icon}]))
    if rating and "rating" not in details:
        found.append((_RANK["rating"], "rating", [{"value": rating}]))
    if is_new:
        found.append((_RANK["new"], "new", None))
    found.sort(key=itemgetter(0))
    out: list[str] = []
    for _, tag, entry in found:
        many, write = _REST[tag]
        if many and len(entry) > 1:
            out += [write(one) for one in entry]
        elif entry or not many:
            out.append(write(entry[0] if many else entry))
    return out
