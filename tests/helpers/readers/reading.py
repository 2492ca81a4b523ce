"""What a reader found in an XMLTV document, as facts that can be compared: those of a feed have to be in an export of it.

A fact is the name of a field with one value. The order of values does not count, and an export may have more of them.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

#: a channel id, and a start in epoch seconds
Key = tuple[str, int]
Facts = frozenset[tuple[str, str]]


@dataclass
class Reading:
    """Programmes by channel and start, each with the facts of all elements that have this place; channels likewise."""

    programmes: dict[Key, list[Facts]] = field(default_factory=lambda: defaultdict(list))
    channels: dict[str, list[Facts]] = field(default_factory=lambda: defaultdict(list))

    def programme(self, channel: str, start: int, values: Iterable[tuple[str, Any]]) -> None:
        self.programmes[channel.strip(), start].append(facts(values))

    def channel(self, ident: str, values: Iterable[tuple[str, Any]]) -> None:
        self.channels[ident.strip()].append(facts(values))


#: fields whose text may have several lines; the guide keeps all others in one
LONG = ("desc", "review", "reviews")
#: the guide keeps so many characters of a long text, and of another one
MOST, MOST_IN_A_LINE = 20_000, 1_000


def facts(values: Iterable[tuple[str, Any]]) -> Facts:
    """Values as text, without those that say nothing."""
    clean = ((name, _clean(value, name in LONG)) for name, value in values)
    return frozenset(
        (name, json.dumps(value, sort_keys=True))
        for name, value in clean
        if value not in (None, False, "", [], {})
    )


def _clean(value: Any, lines: bool) -> Any:
    """Texts without outer blanks and with references decoded, as not all readers decode them; nothing that says nothing.
    Without `lines`, a line break is a blank. What is longer than the guide keeps is cut."""
    if isinstance(value, str):
        text = unescape(value).strip()
        return text[:MOST].strip() if lines else re.sub(r"\s*\n\s*", " ", text)[:MOST_IN_A_LINE].strip()
    if isinstance(value, dict):
        members = {name: _clean(member, lines) for name, member in value.items()}
        said = {name: member for name, member in members.items() if member not in (None, "", [], {})}
        return said if said.keys() - {"lang"} else None
    return [_clean(member, lines) for member in value] if isinstance(value, list) else value


def lost(feed: Reading, export: Reading) -> Counter[str]:
    """The fields in which the feed says something that the export does not, each with how often.

    Where a feed has several programmes at one start of a channel, the export has one of them, so the nearest one counts.
    Programmes that the export has not got are for the caller to count.
    """
    missing: Counter[str] = Counter()
    for key, found in export.programmes.items():
        if key in feed.programmes:
            differences = [said - exported for said in feed.programmes[key] for exported in found]
            missing.update(name for name, _ in min(differences, key=len))
    for ident, found in export.channels.items():
        if ident in feed.channels:
            everything = frozenset().union(*found)
            missing.update(name for said in feed.channels[ident][:1] for name, _ in said - everything)
    return missing
