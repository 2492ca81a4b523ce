"""A `<channel>` element to the columns of a provider's channel."""

from __future__ import annotations

import re
from typing import Any

from ..core.compact_json import dumps
from ..core.names import channel_number
from ..core.text_bounds import Cut, Report, one_line
from .details import READERS, lang_text, text_of

#: the channel number that an export of this project notes, where none of the names holds it
_NUMBER = re.compile(rb"""<\?epg number="([^"<>&?\s]*)"\?>""")


def read_channel(
    element: Any, raw: bytes = b"", report: Report = lambda tag, what: None
) -> tuple[str, str | None, str | None, str | None, str, str, str] | None:
    """Id, display name, icon URL and number of a `<channel>`, then all names, icons and addresses (JSON); None if it has no id.

    The display name comes first among the names, the others in the order of the feed. `raw` are the bytes of the element, which
    may hold the note of an export. `report` is called for each kind of text that is too long.
    """
    cut = Cut()
    identifier = cut.text("channel", (element.get("id") or "").strip())
    if not identifier:
        return None
    names = [entry for child in element.iterchildren("display-name") if (entry := lang_text(child))]
    icons = [entry for child in element.iterchildren("icon") if (entry := READERS["icon"][0](child))]
    urls = [entry for child in element.iterchildren("url") if (entry := READERS["url"][0](child))]
    names = cut.entries("display-name", [{**entry, "text": one_line(entry["text"])} for entry in names])
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
