"""Rows of the guide as XMLTV elements, in the order of the DTD (the reverse of normalise.py and details.py).

A stop that is not the provider's own is written as the guide has it, with a processing instruction beside it that keeps what
the provider wrote: other programs see a coherent schedule, and importing the file again gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from .details import ATTRIBUTES, CREDITS
from .times import from_iso, xmltv

Json = Mapping[str, Any]
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def text(value: str) -> str:
    """Text content."""
    return value.translate(_TEXT)


def attributes(values: Json, names: Iterable[str]) -> str:
    """Those of the named attributes that are there, each with a leading space."""
    return "".join(f' {name}="{values[name].translate(_VALUE)}"' for name in names if name in values)


def simple(tag: str, entry: Json, names: Iterable[str] = ("lang",), fallback: str = "") -> str:
    """An element with text and attributes; without `text` it has that of its column."""
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
        icons = "".join(map(_icon, entry.get("icon", ())))
        return f"<{tag}{attributes(entry, ('system',))}><value>{text(entry['value'])}</value>{icons}</{tag}>"

    return write


def _person(entry: Json) -> str:
    inner = "".join(map(_image, entry.get("image", ()))) + "".join(map(_url, entry.get("url", ())))
    tag = entry["type"]
    return f"<{tag}{attributes(entry, ('role', 'guest'))}>{text(entry['name'])}{inner}</{tag}>"


def credits(people: Iterable[Json]) -> str:
    inner = "".join(map(_person, sorted(people, key=lambda entry: CREDITS.index(entry["type"]))))
    return f"<credits>{inner}</credits>" if inner else ""


#: what follows `category`, in the order of the DTD: name, may repeat, writer
_REST: tuple[tuple[str, bool, Callable[[Any], str]], ...] = (
    ("keyword", True, lambda entry: simple("keyword", entry)),
    ("language", False, lambda entry: simple("language", entry)),
    ("orig-language", False, lambda entry: simple("orig-language", entry)),
    ("length", False, lambda entry: simple("length", entry, ("units",))),
    ("icon", True, _icon),
    ("url", True, _url),
    ("country", True, lambda entry: simple("country", entry)),
    ("episode-num", True, lambda entry: simple("episode-num", entry, ("system",))),
    ("video", False, lambda entry: _children("video", entry)),
    ("audio", False, lambda entry: _children("audio", entry)),
    (
        "previously-shown",
        False,
        lambda entry: f"<previously-shown{attributes(entry, ('start', 'channel'))}/>",
    ),
    ("premiere", False, lambda entry: _flag("premiere", entry)),
    ("last-chance", False, lambda entry: _flag("last-chance", entry)),
    ("new", False, lambda _: "<new/>"),
    ("subtitles", True, _subtitles),
    ("rating", True, _rated("rating")),
    ("star-rating", True, _rated("star-rating")),
    ("review", True, lambda entry: simple("review", entry, ("type", "source", "reviewer", "lang"))),
    ("image", True, _image),
)


def in_language(entries: Sequence[Json], lang: str | None) -> Sequence[Json]:
    """The entries of one language where there are any, else all of them."""
    if lang is None or len(entries) < 2:
        return entries
    return [entry for entry in entries if _primary(entry.get("lang", "")) == _primary(lang)] or entries


def _primary(lang: str) -> str:
    """`en` of `en-GB` and `en_NZ`."""
    return lang.lower().replace("_", "-").split("-")[0]


def programme(row: Mapping[str, Any], channel: str, lang: str | None = None) -> str:
    """The `<programme>` of a row of `programs`; a joined clump becomes its parts again. JSON columns are text."""
    details = orjson.loads(row["details"]) if len(row["details"]) > 2 else {}
    if "clump" not in details:
        return _one(row, details, row, channel, lang)
    return "".join(_one(row, details, part, channel, lang) for part in _parts(details["clump"]))


def _parts(parts: Iterable[Json]) -> Iterable[dict[str, Any]]:
    for part in parts:
        found = {"category": [], "actors": [], "directors": [], "details": {}, **part}
        yield {
            key: orjson.dumps(value) if isinstance(value, (list, dict)) else value
            for key, value in found.items()
        }


def _one(row: Mapping[str, Any], outer: Json, part: Mapping[str, Any], channel: str, lang: str | None) -> str:
    details = outer if part is row else orjson.loads(part["details"])
    start, end = xmltv(from_iso(row["start_time"])), xmltv(from_iso(row["end_time"]))
    out = [
        f'<programme start="{start}" stop="{end}" channel="{channel}"{attributes(details, ATTRIBUTES)}>',
        _note(row["end_source"], outer.get("stop")),
    ]
    for tag, column in (("title", "title"), ("sub-title", "subtitle"), ("desc", "description")):
        value = part.get(column) if part is not row else row[column]
        if value is not None:
            entries = in_language(details.get(tag, ({},)), lang)
            out += [simple(tag, entry, fallback=value) for entry in entries]
    out.append(_credits(part, details))
    if "date" in details:
        out.append(f"<date>{text(details['date'])}</date>")
    out += _categories(part, details, lang)
    out += _others(part, details)
    out.append("</programme>\n")
    return "".join(out)


def _note(end_source: str, own_stop: str | None) -> str:
    """The instruction that keeps the provider's own stop; nothing where the stop is its own."""
    if end_source == "feed":
        return ""
    own = f'stop="{xmltv(from_iso(own_stop))}" ' if own_stop else ""
    return f'<?epg {own}end-source="{end_source}"?>'


def _credits(part: Mapping[str, Any], details: Json) -> str:
    if "credits" in details:
        return credits(details["credits"])
    if len(part["directors"]) + len(part["actors"]) <= 4:
        return ""
    people = [{"type": "director", "name": name} for name in orjson.loads(part["directors"])]
    people += [{"type": "actor", "name": name} for name in orjson.loads(part["actors"])]
    return credits(people)


def _categories(part: Mapping[str, Any], details: Json, lang: str | None) -> list[str]:
    if len(part["category"]) <= 2:
        return []
    names = orjson.loads(part["category"])
    langs = details.get("category") or [{}] * len(names)
    entries = [{**entry, "text": name} for name, entry in zip(names, langs, strict=True)]
    return [simple("category", entry) for entry in in_language(entries, lang)]


def _others(part: Mapping[str, Any], details: Json) -> list[str]:
    out: list[str] = []
    icon, rating = part.get("icon_url"), part.get("rating")
    for tag, many, write in _REST:
        if tag in details:
            out += map(write, details[tag]) if many else [write(details[tag])]
        elif tag == "icon" and icon:
            out.append(_icon({"src": icon}))
        elif tag == "rating" and rating:
            out.append(write({"value": rating}))
        elif tag == "new" and part.get("is_new"):
            out.append("<new/>")
    return out
