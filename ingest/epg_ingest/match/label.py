"""What the id and the display names of a feed's channel say, in the forms in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ..core.names import normalise, shift_of
from .ids import as_region, is_event, region_of, same_id_key, says_something, stem_of
from .values import FeedChannel

#: names that stand where a name is missing, with or without a number
_PLACEHOLDER = re.compile(
    r"(?:no (?:event|name|title|data|info|information|programme?s?)s?(?: today)?|off air|off the air|tba|tbc|to be announced"
    r"|unknown|untitled|none|null|n a|na|test|channel|ch|chan|station|ppv|event|live event|ppv event|reserved?|placeholder"
    r"|not available|unnamed|default)?[\d ]*"
)
#: real channels that look like a placeholder with a number
_CHANNEL_NUMBER = re.compile(r"channel \d{1,2}")
_REGION_BEFORE = re.compile(r"\s*[|\[(]?([A-Z]{2})[|\])]?\s*[:|]")
_REGION_AFTER = re.compile(r"[\[(]([A-Z]{2})[\])]\s*$")
_NUMERALS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "uno": "1",
    "due": "2",
    "tre": "3",
}
_GENERIC = frozenset({"tv", "channel", "the", "hd", "television"})


@dataclass(frozen=True)
class Label:
    """What a channel says of itself.

    `id_key` is None for an id that says nothing. `letters` and `normal` are the names that prove something, as written and
    normalised; `spaceless` the normalised ones without spaces ("Nat Geo Wild", "NatGeoWild"). `hours` is the delay of a
    `+1` channel. `event` marks a place for changing events: its names prove nothing.
    """

    id_key: str | None
    letters: frozenset[str]
    normal: frozenset[str]
    spaceless: frozenset[str]
    region: str | None
    hours: int
    event: bool


def label(channel: FeedChannel) -> Label:
    """What a channel says of itself now."""
    return label_of(channel.id, channel.names)


@lru_cache(maxsize=16_384)
def label_of(channel_id: str, names: tuple[str, ...]) -> Label:
    """What an id and display names say. Kept, for each import of a run asks about the channels of all feeds."""
    telling = [name for name in names if proves_something(name)]
    normal = frozenset(normalise(name) for name in telling)
    return Label(
        id_key=same_id_key(channel_id) if says_something(channel_id) else None,
        letters=frozenset(letters_of(name) for name in telling),
        normal=normal,
        spaceless=frozenset(name.replace(" ", "") for name in normal),
        region=region_of(channel_id) or next(filter(None, map(_region_in, telling)), None),
        hours=max((shift_of(text) for text in (stem_of(channel_id), *telling)), default=0),
        event=is_event(channel_id),
    )


def letters_of(name: str) -> str:
    """A name letter for letter: only Unicode form, invisible characters and repeated spaces do not count."""
    if name.isascii():
        return " ".join(name.split())
    text = unicodedata.normalize("NFC", name)
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


def proves_something(name: str) -> bool:
    """Whether an equal name means anything: not empty, no number, no placeholder such as "No Event" or "PPV 1"."""
    text = normalise(name)
    if not any(c.isalnum() for c in text):
        return False
    return not _PLACEHOLDER.fullmatch(text) or bool(_CHANNEL_NUMBER.fullmatch(text))


def names_agree(one: Label, other: Label) -> bool:
    """Whether the names of two channels with one id agree: a normalised one is equal or resembles, or one side has none."""
    if not one.normal or not other.normal or one.normal & other.normal:
        return True
    return any(_resemble(a, b) for a in one.normal for b in other.normal)


def _resemble(one: str, other: str) -> bool:
    """Whether two names have the same words, or one has more but no other number ("Discovery", "Discovery Channel")."""
    words, others = _words(one), _words(other)
    if "".join(words) == "".join(others):
        return True
    few, many = sorted((set(words), set(others)), key=len)
    numbers = {word for word in few ^ many if word.isdigit() or word.startswith("+")}
    return bool(few) and few <= many and not numbers


def _words(normal: str) -> list[str]:
    words = [_NUMERALS.get(word, word) for word in normal.split()]
    return [word for word in words if word not in _GENERIC] or words


def _region_in(name: str) -> str | None:
    """The country that a name gives: `UK: BBC One`, `|DE| ZDF`, `CNN (US)`."""
    found = _REGION_BEFORE.match(name) or _REGION_AFTER.search(name)
    return as_region(found[1]) if found else None
