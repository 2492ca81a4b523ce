"""Texts, attributes and the elements in `programs.details`, in the order of the DTD: the reverse of `parse/details.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from ..parse.details import picture
from ..parse.vocabulary import CREDITS
from .episode_numbers import completed

Json = Mapping[str, Any]
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)
_PLAIN = re.compile(r'[^&<>"\r\n\t]*').fullmatch


def text(value: str) -> str:
    """Escape text content. Most texts need nothing, so asking first is several times faster than `str.translate`."""
    if "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    if ">" in value:
        value = value.replace(">", "&gt;")
    return value.replace("\r", "&#13;") if "\r" in value else value


def attributes(values: Json, names: Iterable[str]) -> str:
    """The named attributes that have a value, each with a leading space."""
    out = ""
    for name in names:
        if name in values:
            out += f' {name}="{quoted(values[name])}"'
    return out


def quoted(value: str) -> str:
    """Escape the value of an attribute."""
    return value if _PLAIN(value) else value.translate(_VALUE)


def simple(tag: str, entry: Json, names: Iterable[str] = ("lang",), fallback: str = "") -> str:
    """An element with text and attributes. An entry without `text` has the text of its column, `fallback`."""
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
    inner = [f"<{name}>{text(value)}</{name}>\n" for name, value in entry.items() if name != "more"]
    return f"<{tag}>\n{''.join(inner)}</{tag}>"


def _subtitles(entry: Json) -> str:
    inner = simple("language", entry["language"]) if "language" in entry else ""
    start = f"<subtitles{attributes(entry, ('type',))}"
    return f"{start}>\n{inner}\n</subtitles>" if inner else f"{start}/>"


def _rated(tag: str) -> Callable[[Json], str]:
    def write(entry: Json) -> str:
        icons = "".join(f"{_icon(icon)}\n" for icon in entry["icon"]) if "icon" in entry else ""
        return (
            f"<{tag}{attributes(entry, ('system',))}>\n<value>{text(entry['value'])}</value>\n{icons}</{tag}>"
        )

    return write


def _person(entry: Json) -> str:
    tag = entry["type"]
    if len(entry) == 2:
        return f"<{tag}>{text(entry['name'])}</{tag}>"
    parts = [*map(_image, entry.get("image", ())), *map(_url, entry.get("url", ()))]
    inner = "".join(f"{part}\n" for part in parts)
    return f"<{tag}{attributes(entry, ('role', 'guest'))}>{text(entry['name'])}{inner}</{tag}>"


def credits(people: Iterable[Json]) -> str:
    """`<credits>` with the entries of `details.credits` in the order of the DTD; "" if there are none."""
    found = list(map(_person, sorted(people, key=lambda entry: _CREDIT_RANK[entry["type"]])))
    return _credits(found) if found else ""


def _credits(found: Iterable[str]) -> str:
    return "\n".join(["<credits>", *found, "</credits>\n"])


_CREDIT_RANK = {kind: rank for rank, kind in enumerate(CREDITS)}
#: what follows `category`, in the order of the DTD: whether it may repeat, and what writes it
REST: dict[str, tuple[bool, Callable[[Any], str]]] = {
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
_RANK = {tag: rank for rank, tag in enumerate(REST)}


def in_language(entries: Sequence[Json], lang: str | None) -> Sequence[Json]:
    """The entries in one language: those with exactly this code, else those of the same language (`pt-BR` for `pt`, and the
    other way round), else all of them."""
    if lang is None or len(entries) < 2:
        return entries
    codes = [_code(entry.get("lang", "")) for entry in entries]
    wanted = _code(lang)
    exact = [entry for entry, code in zip(entries, codes, strict=True) if code == wanted]
    near = [entry for entry, code in zip(entries, codes, strict=True) if _primary(code) == _primary(wanted)]
    return exact or near or entries


def _code(lang: str) -> str:
    """`en-gb` for `en_GB`."""
    return lang.strip().lower().replace("_", "-")


def _primary(code: str) -> str:
    """The language of a code: `en` for `en-gb`."""
    return code.partition("-")[0]


def people(details: Json, actors: str, directors: str) -> str:
    """`<credits>` of a programme, "" if it has none: from `details`, else from the columns, which are JSON lists of names."""
    if "credits" in details:
        return credits(details["credits"])
    if len(directors) + len(actors) <= 4:
        return ""
    found = [f"<director>{text(name)}</director>" for name in orjson.loads(directors)]
    found += [f"<actor>{text(name)}</actor>" for name in orjson.loads(actors)]
    return _credits(found)


def categories(category: str, details: Json, lang: str | None) -> str:
    """The `<category>` elements of a programme, in one language or (None) in all of them.

    `category` is the column, a JSON list of names. `details.category` has their languages, in the same order, or all texts
    with their languages if the column has those in one language only.
    """
    if len(category) <= 2:
        return ""
    names = orjson.loads(category)
    langs = details.get("category")
    if not langs:
        return "".join([f"<category>{text(name)}</category>\n" for name in names])
    if "text" in langs[0]:
        names = [entry["text"] for entry in langs]
    pairs = list(zip(names, langs, strict=True))
    if lang is not None:
        pairs = [(entry["text"], entry) for entry in in_language([{**e, "text": n} for n, e in pairs], lang)]
    return "".join(
        [f"<category{attributes(entry, ('lang',))}>{text(name)}</category>\n" for name, entry in pairs]
    )


def others(
    details: Json, icon: str | None, rating: str | None, is_new: int, number: str = "", plain: bool = True
) -> str:
    """Everything that follows `category`, in the order of the DTD, each element with a newline after it.

    `number` is an `xmltv_ns` that has to be added or "" (see `missing_number`). With `plain`, a programme that has pictures but
    no icon gets one; without it, only what the feed said is written.
    """
    found = [(_RANK[tag], tag, entry) for tag, entry in details.items() if tag in _RANK]
    if "icon" not in details and (shown := _icon_of(details, icon, plain)):
        found.append((_RANK["icon"], "icon", [{"src": shown}]))
    if rating and "rating" not in details:
        found.append((_RANK["rating"], "rating", [{"value": rating}]))
    if number:
        said = details.get("episode-num", ())
        found = [each for each in found if each[1] != "episode-num"]
        found.append((_RANK["episode-num"], "episode-num", completed(said, number)))
    if is_new:
        found.append((_RANK["new"], "new", None))
    found.sort(key=itemgetter(0))
    out: list[str] = []
    for _, tag, entry in found:
        many, write = REST[tag]
        if many and len(entry) > 1:
            out += [write(one) for one in entry]
        elif entry or not many:
            out.append(write(entry[0] if many else entry))
    out.append("")
    return "\n".join(out)


def _icon_of(details: Json, icon: str | None, plain: bool) -> str | None:
    """The address of the icon: the column's, or that of the picture that stands for it. The column may have the latter too; a
    round trip leaves it out, because the feed had no icon."""
    if "image" not in details:
        return icon
    shown = picture(details["image"])
    if plain:
        return icon or shown
    return icon if icon != shown else None
