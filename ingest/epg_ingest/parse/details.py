"""Elements and attributes that have no column of their own, as JSON objects for the column `programs.details`.

Keys are names of the DTD: attributes, texts, credits and categories first, the others in its order. Elements that may
repeat become arrays. An entry is an object with the attributes, and with the text under `text`. A value that is not valid (an
unknown `units`, an icon without `src`) is left out, so that an export is always valid. Elements that are not in the DTD come
last, under their own names, and what the DTD allows once comes again under `more`; only round trips export both. An entry
of `title`, `sub-title`, `desc` or `category` without `text` has the text that is in the column; that of categories has their
order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..core.text_bounds import one_line
from .element_text import address_of, further_lines, line_of, own_text, text_of
from .vocabulary import CREDITS, canonical

Json = dict[str, Any]
_CREDIT_ORDER = {kind: index for index, kind in enumerate(CREDITS)}
#: attributes of `<programme>` that are kept as they are
ATTRIBUTES = ("pdc-start", "vps-start", "showview", "videoplus", "clumpidx")
#: the values that the DTD allows for an attribute, or for an attribute of one element
ENUMERATED = {
    "units": ("seconds", "minutes", "hours"),
    "guest": ("no", "yes"),
    ("subtitles", "type"): ("teletext", "onscreen", "deaf-signed"),
    ("review", "type"): ("text", "url"),
    ("image", "type"): ("poster", "backdrop", "still", "person", "character"),
    "size": ("1", "2", "3"),
    "orient": ("P", "L"),
}


def attributes(element: Any, names: Iterable[str]) -> Json:
    """Those attributes of `element` that are in `names` and have a value that the DTD allows."""
    found: Json = {}
    for name in names:
        value = element.get(name)
        if value is not None and allowed(element.tag, name, value):
            found[name] = value
    return found


def allowed(tag: str, name: str, value: str) -> bool:
    """Whether the DTD allows this value for the attribute `name` of the element `tag`."""
    values = ENUMERATED.get(name) or ENUMERATED.get((tag, name))
    return values is None or value in values


def with_text(names: tuple[str, ...]) -> Callable[[Any], Json | None]:
    """A reader for elements with a text and the attributes `names`. It returns None for an empty element."""
    free = not any(name in ENUMERATED or name == "type" for name in names)

    def read(element: Any) -> Json | None:
        text = text_of(element) if len(element) else element.text
        if not text or not (text := text.strip()):
            return None
        found = {"text": one_line(text) if "\n" in text else text}
        # Not `items`: with lxml, its time is quadratic in the number of attributes.
        for name in element.keys():  # noqa: SIM118 - elements are no dictionaries
            if name in names:
                value = element.get(name)
                if free or allowed(element.tag, name, value):
                    found[name] = value
        return found

    return read


def flag(element: Any) -> Json:
    """`<premiere>` and `<last-chance>`, which count even if they are empty."""
    text = text_of(element)
    return {**({"text": text} if text else {}), **attributes(element, ("lang",))}


def icon(element: Any) -> Json | None:
    """`<icon>`; the address may also stand between the tags or in another attribute. None without one."""
    src = (element.get("src") or "").strip() or address_of(element)
    if not src:
        return None
    if len(element.keys()) == 1:
        return {"src": src}
    return {"src": src, **attributes(element, ("width", "height"))}


def addressed(names: tuple[str, ...]) -> Callable[[Any], Json | None]:
    """A reader for `<url>` and `<image>`, whose address some feeds write as an attribute."""
    read = with_text(names)

    def read_address(element: Any) -> Json | None:
        found = read(element)
        if found is None and (address := address_of(element)):
            found = {"text": address, **attributes(element, names)}
        return found

    return read_address


def children(element: Any, names: Iterable[str], own: str) -> Json | None:
    """The texts of the children in `names` (`<video>`, `<audio>`); those of a second child of one name are under `more`.

    A text without a child is that of the child `own`.
    """
    found: Json = {
        name: text for name in names if (child := element.find(name)) is not None and (text := line_of(child))
    }
    if not found and not len(element) and (text := line_of(element)):
        found[own] = text
    if len(element) > len(found) and (others := further_lines(element, found)):
        found["more"] = others
    return found or None


def subtitles(element: Any) -> Json:
    language = element.find("language")
    found = attributes(element, ("type",))
    if language is not None and (text := line_of(language)):
        found["language"] = {"text": text, **attributes(language, ("lang",))}
        if len(element) > 1 and (others := further_lines(element, ("language",))):
            found["more"] = others
    elif not len(element) and (text := line_of(element)):
        found["language"] = {"text": text}
    return found


def rated(element: Any) -> Json | None:
    """`<rating>` and `<star-rating>`: a value, its system and its icons."""
    text, icons = "", []
    for child in element:
        if child.tag == "value":
            text = text or line_of(child)
        elif child.tag == "icon" and (entry := icon(child)):
            icons.append(entry)
    text = text or own_text(element)
    if not text:
        return None
    found: Json = {"value": text}
    system = element.get("system")
    if system is not None:
        found["system"] = system
    if icons:
        found["icon"] = icons
    return found


def picture(images: Sequence[Json]) -> str:
    """The address of the image that stands for a programme without an icon: the first that does not show a single person or
    character, else the first."""
    whole = (image["text"] for image in images if image.get("type") not in ("person", "character"))
    address: str = next(whole, images[0]["text"])
    return address


def review(element: Any) -> Json | None:
    """`<review>`; None without a text. The DTD requires `type`: without it, a text that begins like an address is a `url`."""
    text = text_of(element)
    if not text:
        return None
    found = attributes(element, ("type", "source", "reviewer", "lang"))
    kind = found.pop("type", None) or ("url" if text.startswith(("http://", "https://")) else "text")
    return {"text": text, "type": kind, **found}


def length(element: Any) -> Json | None:
    """`<length>`. The DTD requires `units`; without them the number counts as minutes, as in other readers."""
    text = line_of(element)
    units = element.get("units", "minutes")
    return {"text": text, "units": units} if text and units in ENUMERATED["units"] else None


def length_seconds(found: Mapping[str, str] | None) -> int | None:
    """The seconds of a `length` object; None if there is none, or if its text is no number or not within a year."""
    if not found:
        return None
    try:
        number = float(found["text"].replace(",", "."))
    except ValueError:
        return None
    seconds = number * {"seconds": 1, "minutes": 60, "hours": 3600}[found["units"]]
    return int(seconds) if 0 < seconds < 366 * 86400 else None


def credit(element: Any) -> Json | None:
    """One person: kind, name, role and guest flag of an actor, pictures and links."""
    kind = element.tag if element.tag in _CREDIT_ORDER else canonical(element.tag)
    name = own_text(element) or (element.get("name") or element.get("value") or "").strip()
    if not name or kind not in _CREDIT_ORDER:
        return None
    found: Json = {"type": kind, "name": name}
    if kind == "actor" and element.keys():
        found.update(attributes(element, ("role", "guest")))
    if len(element):
        roles = [line_of(child) for child in element if child.tag in ("role", "character")]
        if kind == "actor" and any(roles):
            found.setdefault("role", next(filter(None, roles)))
        for key, read in (("image", image), ("url", url)):
            if entries := [entry for child in element.iterchildren(key) if (entry := read(child))]:
                found[key] = entries
    return found


def people(element: Any) -> list[Json]:
    """The credits in the order of the DTD. People of one kind stay in the order of the feed."""
    found = [entry for child in element if isinstance(child.tag, str) and (entry := credit(child))]
    found.sort(key=lambda entry: _CREDIT_ORDER[entry["type"]])
    return found


#: the children of two elements, in the order of the DTD
PARTS = {"video": ("present", "colour", "aspect", "quality"), "audio": ("present", "stereo")}
lang_text = with_text(("lang",))
url = addressed(("system",))
image = addressed(("type", "size", "orient", "system"))
episode_num = with_text(("system",))


def video(element: Any) -> Json | None:
    return children(element, PARTS["video"], "quality")


def audio(element: Any) -> Json | None:
    return children(element, PARTS["audio"], "stereo")


def previously_shown(element: Any) -> Json:
    return attributes(element, ("start", "channel")) if element.keys() else {}


#: the elements in the order of the DTD, with their reader and whether they may repeat
_READERS: tuple[tuple[str, Callable[[Any], Any], bool], ...] = (
    ("date", lambda element: line_of(element) or None, False),
    ("keyword", lang_text, True),
    ("language", lang_text, False),
    ("orig-language", lang_text, False),
    ("length", length, False),
    ("icon", icon, True),
    ("url", url, True),
    ("country", lang_text, True),
    ("episode-num", episode_num, True),
    ("video", video, False),
    ("audio", audio, False),
    ("previously-shown", previously_shown, False),
    ("premiere", flag, False),
    ("last-chance", flag, False),
    ("subtitles", subtitles, True),
    ("rating", rated, True),
    ("star-rating", rated, True),
    ("review", review, True),
    ("image", image, True),
)
#: the same by tag: reader, whether the element may repeat, place in the DTD
READERS = {tag: (reader, many, rank) for rank, (tag, reader, many) in enumerate(_READERS)}
