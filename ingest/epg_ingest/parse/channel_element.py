"""A `<channel>` element to the columns of a provider's channel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from ..core.compact_json import dumps
from ..core.names import channel_number
from ..core.text_bounds import SHORT, Cut, Report, one_line
from .details import READERS, lang_text
from .element_text import own_text, text_of
from .vocabulary import MODEL

#: id, display name, icon URL and number, then all names, icons and addresses (JSON)
Channel = tuple[str, str | None, str | None, str | None, str, str, str]
#: the channel number that an export of this project notes, where none of the names holds it
_NUMBER = re.compile(rb"""<\?epg number="([^"<>&?\s]*)"\?>""")


def read_channel(element: Any, raw: bytes = b"", report: Report = lambda tag, what: None) -> Channel | None:
    """What a `<channel>` says; None if it has no id.

    The display name comes first among the names, the others in the order of the feed. `raw` are the bytes of the element, which
    may hold the note of an export. `report` is called for each kind of text that is too long.
    """
    cut = Cut()
    given_id = element.get("id") or element.get("ID") or element.get("Id") or ""
    identifier = cut.text("channel", given_id.strip())
    if not identifier:
        return None
    names = [entry for child in element.iterchildren("display-name") if (entry := lang_text(child))]
    if not names and (bare := _bare_name(element)):
        names = [{"text": bare}]
    icons = [entry for child in element.iterchildren("icon") if (entry := READERS["icon"][0](child))]
    urls = [entry for child in element.iterchildren("url") if (entry := READERS["url"][0](child))]
    names = [{**entry, "text": one_line(entry["text"])} for entry in names]
    if (
        not raw or len(raw) > SHORT or b"&" in raw
    ):  # in a shorter element nothing can be too long, unless an entity is
        names = cut.entries("display-name", names)
        icons, urls = cut.entries("icon", icons), cut.entries("url", urls)
    lcn = element.find("lcn")
    given = cut.text("lcn", text_of(lcn)) if lcn is not None else None
    number = channel_number([entry["text"] for entry in names], given)
    for tag, what in cut.reasons.items():
        report(tag, what)
    if noted := _NUMBER.search(raw):
        number = noted[1].decode("utf-8", "replace") or None
    texts = [entry["text"] for entry in names]
    # A name that is nothing but the number is the name only where there is no other.
    name = next((text for text in texts if channel_number([text], None) != (number or "")), None)
    name = name or (texts[0] if texts else None)
    names.sort(key=lambda entry: entry["text"] != name)
    icon = icons[0]["src"] if icons else None
    return identifier, name, icon, number, dumps(names), dumps(icons), dumps(urls)


def _bare_name(element: Any) -> str:
    """The name of a channel without `<display-name>`: an attribute, or the text between its tags."""
    given: str = element.get("display-name") or element.get("name") or own_text(element)
    return given.strip()


def others(element: Any) -> list[str]:
    """The names of the elements in a `<channel>` that nothing reads."""
    return [child.tag for child in element if child.tag not in MODEL["channel"] and child.tag != "lcn"]


def united(declared: Sequence[Channel], report: Report = lambda tag, what: None) -> list[Channel]:
    """The same channels. One that is declared several times has everything that is said of it each time; what was said first
    comes first, and `report` is called for what is too much in all."""
    found: dict[str, list[Channel]] = {}
    for channel in declared:
        found.setdefault(channel[0], []).append(channel)
    whole = {name: _whole(several, report) for name, several in found.items() if len(several) > 1}
    return [whole.get(channel[0], channel) for channel in declared] if whole else list(declared)


def _whole(several: Sequence[Channel], report: Report) -> Channel:
    identifier, name, icon, number, *_ = several[0]
    for said in several:
        name, icon, number = name or said[1], icon or said[2], number or said[3]
    cut = Cut()
    facts = zip(
        ("display-name", "icon", "url"), zip(*(said[4:] for said in several), strict=True), strict=True
    )
    names, icons, urls = (dumps(cut.entries(tag, _union(lists))) for tag, lists in facts)
    for tag, what in cut.reasons.items():
        report(tag, what)
    return identifier, name, icon, number, names, icons, urls


def _union(lists: Iterable[str]) -> Iterator[Any]:
    """The entries of several JSON arrays, each once."""
    known = set()
    for one in lists:
        for entry in orjson.loads(one):
            if (text := dumps(entry)) not in known:
                known.add(text)
                yield entry
