"""A channel of the guide as a `<channel>` element, with everything that its providers say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ..core.names import channel_number
from ..logos.logo_address import readable
from .detail_elements import attributes, simple
from .form import PLAIN, Form

#: names, icons or addresses as `feed_channels` has them
Entries = list[dict[str, Any]]
_NOT_IN_NUMBER = re.compile(r"""["<>&?\s]""")


def channel_element(
    ident: int,
    name: str,
    display_name: str,
    icon_url: str | None,
    number: str | None,
    chosen: int,
    said: str,
    *,
    form: Form = PLAIN,
) -> str:
    """The element of the channel with the id `ident`.

    `said` is a JSON array with the `names`, `icons` and `urls` of each provider's channel, the best first.

    The channel's own display name and icon come first, then what the providers say, each once. The number is a name of its own,
    the third: MythTV takes the first for the name and the second for the callsign. A channel with one name has it twice then.
    The names leave out every other number, also where a person has `chosen` that there is none.
    With `form.site`, its logo there is the only icon.
    """
    sources = orjson.loads(said)
    lists = [source["names"] for source in sources]
    names = _first("text", display_name, _once("text", _names(lists, number, chosen and not form.round_trip)))
    if not form.round_trip:
        names = _numbered(names, number)
    icons = _first("src", icon_url, _once("src", [source["icons"] for source in sources]))
    if form.site is not None:
        icons = [{"src": form.logo(ident)}] if readable(icon_url) else []
    urls = _once("text", [source["urls"] for source in sources])
    out = [f"<channel{attributes({'id': form.channel_id(name)}, ('id',))}>"]
    if form.round_trip and number != channel_number([entry["text"] for entry in names], None):
        out.append(f'<?epg number="{_NOT_IN_NUMBER.sub("", number or "")}"?>')
    out += [simple("display-name", entry) for entry in names]
    out += [f"<icon{attributes(entry, ('src', 'width', 'height'))}/>" for entry in icons]
    out += [simple("url", entry, ("system",)) for entry in urls]
    return "\n".join([*out, "</channel>\n"])


def _numbered(names: Entries, number: str | None) -> Entries:
    """The names, with the number of the channel in third place.

    It is the only one after the first name: Jellyfin and tvheadend take the last number that they find. It has the language of
    the first name: Jellyfin takes for the name the first in its own language, else the first without any, so a number that
    differs could become the name.
    """
    if number is None:
        return names
    lang = names[0].get("lang")
    own = {"text": number} if lang is None else {"text": number, "lang": lang}
    words = [names[0], *(entry for entry in names[1:] if _number(entry) is None)]
    return [*(2 * words if len(words) == 1 else words[:2]), own, *words[2:]]


def _number(entry: dict[str, Any]) -> str | None:
    return channel_number([entry["text"]], None)


def _names(sources: Sequence[Entries], number: str | None, chosen: int) -> list[Entries]:
    """The names of all providers. A name that is only a number is the channel's number with its provider: from the second
    provider on, and from the first on where a person has chosen the number, it would look like a second number, so only the
    number of the channel itself is taken."""
    return [
        names if place == 0 and not chosen else [entry for entry in names if _number(entry) in (None, number)]
        for place, names in enumerate(sources)
    ]


def _first(key: str, own: str | None, entries: Entries) -> Entries:
    """The entries, those of the channel's own value first."""
    if own is None:
        return entries
    mine = [entry for entry in entries if entry[key] == own] or [{key: own}]
    return [*mine, *(entry for entry in entries if entry[key] != own)]


def _once(key: str, sources: Iterable[Entries]) -> Entries:
    """The entries of all providers: those of the first as they are, of the others only what no better one has. Where a better
    one says no more than the `key`, the entry of the other replaces it."""
    found: Entries = []
    for entries in sources:
        known = {entry[key]: entry for entry in found}
        for entry in entries:
            if entry[key] not in known:
                found.append(entry)
            elif len(entry) > 1 and known[entry[key]] == {key: entry[key]}:
                found[found.index(known[entry[key]])] = known[entry[key]] = entry
    return found
