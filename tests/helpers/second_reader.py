"""A second reader of XMLTV files, for comparison: written from the DTD and the documented rules, with expat.

It shares no code with the importer. It has its own time arithmetic, choice among duplicates and ends of programmes. It reads
well-formed documents only, and takes the elements and attributes from the DTD.
"""

from __future__ import annotations

import calendar
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from lxml import etree

HOUR, DAY = 3600, 86_400
#: an element as a value: name, attributes, text, children
Fact = tuple[str, tuple[tuple[str, str], ...], str, tuple["Fact", ...]]
#: attributes of a programme that are compared separately, because an export writes them in its own form or corrected
PLACED = ("start", "stop", "channel")
#: elements whose text does not include that of their children
PEOPLE = (
    "actor",
    "director",
    "writer",
    "adapter",
    "producer",
    "composer",
    "editor",
    "presenter",
    "commentator",
    "guest",
)


class Show(NamedTuple):
    """A programme of a document. Times are epoch seconds, `length` is seconds; `stop` is None if it is missing. A `bare` one
    has no element but titles that says anything."""

    channel: str
    start: int
    stop: int | None
    title: str
    subtitle: str | None
    description: str | None
    length: int | None
    facts: tuple[Fact, ...]
    bare: bool


class Placed(NamedTuple):
    """A programme in the schedule: its end, the reason for it, and the provider's stop if that differs."""

    show: Show
    end: int
    source: str
    own: int | None


@dataclass
class Document:
    """Channels, declared or only used, with (text, lang) of their names, icons and links; programmes; problems."""

    channels: dict[str, tuple[list[tuple[str, str | None]], list[str], list[str]]] = field(
        default_factory=dict
    )
    shows: list[Show] = field(default_factory=list)
    found: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


class Grammar:
    """What the DTD permits: the attributes of each element, and which elements have text."""

    def __init__(self, path: Path) -> None:
        self.attributes: dict[str, dict[str, list[str]]] = {}
        self.children: dict[str, set[str]] = {}
        self.repeated: dict[str, set[str]] = {}
        for element in etree.DTD(str(path)).iterelements():  # type: ignore[attr-defined]  # lxml-stubs lack it
            self.attributes[element.name] = {a.name: list(a.itervalues()) for a in element.iterattributes()}
            pairs = list(_leaves(element.content))
            self.children[element.name] = {name for name, _ in pairs}
            self.repeated[element.name] = {name for name, many in pairs if many}


def _leaves(content: object, many: bool = False) -> Iterator[tuple[str, bool]]:
    """The names in a content model, and whether they may repeat."""
    if content is None:
        return
    many = many or content.occur in ("mult", "plus")  # type: ignore[attr-defined]
    if content.type == "element":  # type: ignore[attr-defined]
        yield content.name, many  # type: ignore[attr-defined]
    else:
        yield from _leaves(content.left, many)  # type: ignore[attr-defined]
        yield from _leaves(content.right, many)  # type: ignore[attr-defined]


@lru_cache(maxsize=200_000)
def moment(text: str) -> int | None:
    """Epoch seconds of `YYYYMMDDhhmm[ss][ +hhmm]`; without an offset it is UTC, as the DTD says."""
    digits, _, offset = text.strip().partition(" ")
    if len(digits) not in (12, 14) or not digits.isdigit():
        return None
    parts = [int(digits[:4])] + [int(digits[at : at + 2]) for at in range(4, len(digits), 2)]
    if not (1 <= parts[1] <= 12 and 1 <= parts[2] <= 31):
        return None
    seconds = calendar.timegm((*parts, *[0] * (6 - len(parts)), 0, 0, 0))
    if not offset:
        return seconds
    ahead = int(offset[1:3]) * HOUR + int(offset[3:5]) * 60
    return seconds + ahead if offset[0] == "-" else seconds - ahead


def read(body: bytes, grammar: Grammar | None = None) -> Document:
    """Read a document. With a grammar, keep the facts of its programmes."""
    document = Document()
    for _, element in ElementTree.iterparse(io.BytesIO(body)):
        if element.tag == "programme":
            _programme(document, element, grammar)
            element.clear()
        elif element.tag == "channel":
            _channel(document, element)
            element.clear()
    return document


def _channel(document: Document, element: ElementTree.Element) -> None:
    name = element.get("id", "").strip()
    names = [(_text(child), child.get("lang")) for child in element.iter("display-name") if _text(child)]
    icons = [child.get("src", "") for child in element.iter("icon") if child.get("src")]
    links = [_text(child) for child in element.iter("url") if _text(child)]
    if name in document.channels:
        document.wrong["duplicateid"] += 1
        first = document.channels[name]
        names = list(dict.fromkeys([*first[0], *names]))
        icons = list(dict.fromkeys([*first[1], *icons]))
        links = list(dict.fromkeys([*first[2], *links]))
    document.channels[name] = (names, icons, links)


def _programme(document: Document, element: ElementTree.Element, grammar: Grammar | None) -> None:
    document.found += 1
    start, stop = moment(element.get("start", "")), moment(element.get("stop", ""))
    texts = _firsts(element)
    title, subtitle, description = texts["title"], texts["sub-title"], texts["desc"]
    if start is None:
        document.wrong["badstart"] += 1
        return
    if not title:
        title, subtitle = subtitle, None
    if not title:
        document.wrong["emptytitle"] += 1
        return
    document.wrong["missingtimezone"] += " " not in element.get("start", "")
    document.wrong["badstop"] += stop is not None and stop < start
    facts = _facts(element, grammar) if grammar else ()
    name = element.get("channel", "").strip()
    bare = not any(
        child.attrib or _text(child) or child.tag == "new" for child in element if child.tag != "title"
    )
    document.shows.append(
        Show(name, start, stop, title, subtitle, description, _length(element), facts, bare)
    )


#: what HTML takes C1 controls for
_MEANT = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def _text(element: ElementTree.Element) -> str:
    text = "".join(element.itertext()) if len(element) else element.text
    return text.translate(_MEANT).strip() if text else ""


def _firsts(element: ElementTree.Element) -> dict[str, str | None]:
    """Of the children of each of these names, the first text that is not blank."""
    found: dict[str, str | None] = {"title": None, "sub-title": None, "desc": None}
    for child in element:
        if found.get(child.tag, "") is None:
            found[child.tag] = _text(child) or None
    return found


def _length(element: ElementTree.Element) -> int | None:
    child = element.find("length")
    if child is None or not _text(child):
        return None
    return int(_text(child)) * {"seconds": 1, "minutes": 60, "hours": HOUR}[child.get("units", "minutes")]


def _facts(element: ElementTree.Element, grammar: Grammar) -> tuple[Fact, ...]:
    """The elements of a programme that the DTD permits and that are not empty, in a fixed order. Of elements that may occur
    once, the first one."""
    found = [
        fact
        for child in element
        if child.tag in grammar.children[element.tag] and (fact := _fact(child, grammar))
    ]
    seen: set[str] = set()
    kept = []
    for fact in found:
        if fact[0] in grammar.repeated[element.tag] or fact[0] not in seen:
            kept.append(fact)
        seen.add(fact[0])
    return tuple(sorted(kept))


def _fact(element: ElementTree.Element, grammar: Grammar) -> Fact | None:
    """An element as a value; None if it is empty."""
    tag = element.tag
    allowed = grammar.attributes[tag]
    given = sorted((k, v) for k, v in element.items() if k in allowed and (not allowed[k] or v in allowed[k]))
    children = _facts(element, grammar)
    text = _text(element)
    if tag in PEOPLE:
        text = "".join([element.text or "", *[child.tail or "" for child in element]]).strip()
    elif children:
        text = ""
    silent = not (text or children) and tag not in (
        "new",
        "premiere",
        "last-chance",
        "previously-shown",
        "subtitles",
        "icon",
    )
    return (
        None if silent or (tag == "icon" and not element.get("src")) else (tag, tuple(given), text, children)
    )


def schedule(document: Document) -> dict[tuple[str, int], Placed]:
    """The programmes that remain, by channel and start, each with its end (spec section 4)."""
    channels: dict[str, dict[int, list[Show]]] = defaultdict(lambda: defaultdict(list))
    for show in document.shows:
        channels[show.channel][show.start].append(show)
    result = {}
    for name, starts in channels.items():
        order = sorted(starts)
        for start, following in zip(order, [*order[1:], None], strict=True):
            lasting = [show for show in starts[start] if show.stop is not None and show.stop > start]
            rivals = lasting or starts[start]
            show = ([show for show in rivals if not show.bare] or rivals)[-1]
            end, source = _end(show, following)
            result[name, start] = Placed(show, end, source, None if show.stop == end else show.stop)
    return result


def _end(show: Show, following: int | None) -> tuple[int, str]:
    if show.stop is not None and show.stop > show.start:
        end = min(show.stop, show.start + 7 * DAY, following or show.stop)
        return end, "feed" if end == show.stop else "cut"
    if following is not None and following - show.start <= DAY:
        return following, "next"
    if show.length:
        return min(show.start + show.length, following or show.start + show.length), "length"
    return show.start + HOUR, "assumed"


def overlapping(document: Document) -> int:
    """Programmes that start before an earlier one of their channel has ended."""
    count = 0
    latest: dict[str, int] = {}
    for show in sorted(document.shows, key=lambda show: show.start):
        count += show.start < latest.get(show.channel, show.start)
        latest[show.channel] = max(show.stop or show.start, latest.get(show.channel, show.start))
    return count
