"""A `<channel>` element to the columns of a provider's channel."""

from __future__ import annotations

import re
from typing import Any

from ..core.compact_json import dumps
from ..core.names import channel_number
from .details import READERS, lang_text, text_of

#: the channel number that an export of this project notes, where none of the names holds it
_NUMBER = re.compile(rb"""<\?epg number="([^"<>&?\s]*)"\?>""")


def read_channel(
    element: Any, raw: bytes = b""
) -> tuple[str, str | None, str | None, str | None, str, str, str] | None:
    """Id, display name, icon URL and number of a `<channel>`, then all names, icons and addresses (JSON); None if it has no id.

    The display name comes first among the names, the others in the order of the feed. `raw` are the bytes of the element, which
    may hold the note of an export.
    """
    identifier = (element.get("id") or "").strip()
    if not identifier:
        return None
    names = [entry for child in element.iterchildren("display-name") if (entry := lang_text(child))]
    icons = [entry for child in element.iterchildren("icon") if (entry := READERS["icon"][0](child))]
    urls = [entry for child in element.iterchildren("url") if (entry := READERS["url"][0](child))]
    lcn = element.find("lcn")
    number = channel_number([entry["text"] for entry in names], text_of(lcn) if lcn is not None else None)
    if noted := _NUMBER.search(raw):
        number = noted[1].decode("utf-8", "replace") or None
    texts = [entry["text"] for entry in names]
    # A name that is nothing but the number is the name only where there is no other.
    name = next((text for text in texts if channel_number([text], None) != (number or "")), None)
    name = name or (texts[0] if texts else None)
    names.sort(key=lambda entry: entry["text"] != name)
    icon = icons[0]["src"] if icons else None
    return identifier, name, icon, number, dumps(names), dumps(icons), dumps(urls)
