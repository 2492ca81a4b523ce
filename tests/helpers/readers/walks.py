"""Readers that cannot be installed for a test, written from descriptions of how they walk through a document.

Each takes a document and returns what it found. A reader that gives up raises an exception, as the program does.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from tests.helpers.readers.reading import Reading
from tests.helpers.second_reader import moment

NUMBER = re.compile(r"\d+(?:[-.]\d+)?")
#: the elements whose text Jellyfin reads at once, which takes it past the end of the element
AT_ONCE = ("language", "orig-language", "url", "image")


def elements(body: bytes, *tags: str) -> Iterator[Any]:
    """The channels and programmes of a document, each with all that is in it."""
    for _, element in etree.iterparse(
        io.BytesIO(body), tag=tags, load_dtd=False, no_network=True, huge_tree=True
    ):
        yield element
        element.clear()


def text(element: Any) -> str:
    return "".join(element.itertext(etree.Element)).strip() if len(element) else (element.text or "").strip()


def attributes(element: Any) -> dict[str, str]:
    return {**element.attrib, "text": text(element)}


def jellyfin(body: bytes) -> Reading:
    """After the text of some elements it skips the next node, which is the next element where no white space is in between."""
    found = Reading()
    for element in elements(body, "channel", "programme"):
        children = list(_read_by_jellyfin(element))
        if element.tag == "channel":
            names = [text(child) for child in children if child.tag == "display-name"]
            numbers = [name.replace("-", ".") for name in names if NUMBER.fullmatch(name)]
            values = [("number", number) for number in numbers]
            found.channel(element.get("id", ""), [*values, *_named(children, "icon", "url")])
            continue
        start = moment(element.get("start", ""))
        if start is not None:
            wanted = (
                "title",
                "sub-title",
                "desc",
                "category",
                "country",
                "icon",
                "image",
                "url",
                "rating",
                "date",
            )
            values = [
                *_named(children, *wanted, "episode-num", "star-rating", "credits"),
                *_episode(children),
            ]
            found.programme(element.get("channel", ""), start, values)
    return found


def _read_by_jellyfin(element: Any) -> Iterator[Any]:
    skip = False
    for child in element:
        if not skip and isinstance(child.tag, str):
            yield child
        blank_follows = bool(child.tail)
        skip = not skip and child.tag in AT_ONCE and not blank_follows


def _named(children: list[Any], *names: str) -> Iterator[tuple[str, Any]]:
    """The values of the children with these names."""
    for child in children:
        if child.tag in names and child.tag == "credits":
            for person in child:
                yield f"credits.{person.tag}", {"name": (person.text or "").strip(), **person.attrib}
        elif child.tag in names:
            # A rating says the same with its icon first, which is not the order of the DTD.
            inner = [
                {"tag": one.tag, **attributes(one)} for one in sorted(child, key=lambda one: str(one.tag))
            ]
            yield child.tag, {**attributes(child), "inner": inner} if inner else attributes(child)


def _episode(children: list[Any]) -> Iterator[tuple[str, Any]]:
    """Season and episode of `xmltv_ns`, from which Jellyfin and tvheadend know that a programme belongs to a series."""
    for child in children:
        if child.tag == "episode-num" and child.get("system") == "xmltv_ns":
            parts = [part.split("/")[0].strip() for part in text(child).split(".")]
            for name, part in zip(("season", "episode"), parts, strict=False):
                if part.isdigit():
                    yield name, int(part) + 1


def home_assistant(body: bytes) -> Reading:
    """It takes the tag of each child for text: a processing instruction has none (`TypeError`). What lacks a part that it needs
    is left out."""
    found = Reading()
    root = etree.fromstring(body, etree.XMLParser(huge_tree=True, load_dtd=False, no_network=True))
    for element in root:
        children = {}
        for child in element:
            children.setdefault("" + child.tag, []).append(child)
        if element.tag == "channel" and "display-name" in children:
            values = _named(list(element), "icon") if element.get("id") else ()
            found.channel(element.get("id", ""), values)
        start, stop = moment(element.get("start", "")), moment(element.get("stop", ""))
        if element.tag == "programme" and "title" in children and start is not None and (stop or 0) >= start:
            wanted = ("title", "sub-title", "desc", "category", "episode-num", "icon", "image", "language")
            found.programme(element.get("channel", ""), start, _named(list(element), *wanted))
    return found


def kodi(body: bytes) -> Reading:
    """The document begins with `<?xml`; a programme needs its stop and a channel element; the start second is its id."""
    if not body.startswith(b"<?xml"):
        raise ValueError("no XML declaration")
    found = Reading()
    declared: set[str] = set()
    for element in elements(body, "channel", "programme"):
        if element.tag == "channel":
            declared.add(element.get("id", ""))
            found.channel(element.get("id", ""), _named(list(element), "display-name", "icon"))
            continue
        start, stop = moment(element.get("start", "")), moment(element.get("stop", ""))
        if start is not None and stop is not None and element.get("channel") in declared:
            found.programme(
                element.get("channel", ""), start, _named(list(element), "title", "desc", "category", "icon")
            )
    return found


def tvheadend(body: bytes) -> Reading:
    """The number of a channel is a name that is a number, with a dot between major and minor."""
    found = Reading()
    for element in elements(body, "channel", "programme"):
        if element.tag == "channel":
            names = [text(name) for name in element.iterchildren("display-name")]
            numbers = [name for name in names if re.fullmatch(r"\d+(\.\d+)?", name)]
            found.channel(element.get("id", ""), [("number", number) for number in numbers])
            continue
        start = moment(element.get("start", ""))
        if start is not None:
            values = [
                *_episode(list(element)),
                *_named(list(element), "title", "sub-title", "desc", "category"),
            ]
            found.programme(element.get("channel", ""), start, values)
    return found


def mythtv(body: bytes) -> Reading:
    """The names of a channel have their meaning by their place, and an id ends at the first blank."""
    found = Reading()
    for element in elements(body, "channel", "programme"):
        ident = (element.get("id") or element.get("channel", "")).split(" ")[0]
        if element.tag == "channel":
            names = [text(name) for name in element.iterchildren("display-name")]
            found.channel(ident, zip(("name", "callsign", "number"), names, strict=False))
            continue
        start = moment(element.get("start", ""))
        if start is not None:
            found.programme(ident, start, _named(list(element), "title", "sub-title", "desc"))
    return found


def strict(body: bytes) -> Reading:
    """It allows no processing instruction, and no programme with a picture but without an icon."""
    found = Reading()
    root = etree.fromstring(body, etree.XMLParser(huge_tree=True, load_dtd=False, no_network=True))
    if any(True for _ in root.iter(etree.ProcessingInstruction)):
        raise ValueError("a processing instruction")
    for element in root.iterchildren("programme"):
        if element.find("image") is not None and element.find("icon") is None:
            raise ValueError("a picture without an icon")
        icons = [("icon", icon.get("src")) for icon in element.iterchildren("icon")]
        start = moment(element.get("start", ""))
        if start is not None:
            found.programme(element.get("channel", ""), start, icons)
    return found


Walk = Callable[[bytes], Reading]
WALKS: dict[str, Walk] = {
    "Jellyfin": jellyfin, "Home Assistant": home_assistant, "Kodi": kodi, "tvheadend": tvheadend,
}  # fmt: skip
