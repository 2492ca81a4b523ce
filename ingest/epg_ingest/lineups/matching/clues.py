"""What an entry says of the channel that it is: its names and its id, the countries they give, its delay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ...core.names import shift_of
from ...match.ids import as_region, region_of, same_id_key, says_something
from ...match.label import proves_something
from ..entry import LineupEntry
from .marks import country, country_word, link_text, unmarked
from .spelling import NameForm, spellings

#: the end of ids that a service gives: `TF11.kazer.org`, `I20453.json.schedulesdirect.org`
_HOST = re.compile(r"(?:\.[a-z\d-]{2,})+\.(?:com|net|org|info|io|eu|tv)$", re.IGNORECASE)
_FEED = re.compile(r"@([\w-]+)")
#: the end of what follows `@`, where it says how the picture is sent
_FEED_QUALITY = re.compile(r"(?:U?HD|FHD|SD|4K)$")
#: ids that a program made up
_MADE_UP = re.compile(r"[0-9a-f]{16,}|[0-9a-f-]{36}|[\W\d_]*", re.IGNORECASE)
_HD = re.compile(r"(?:[FU]?HD|4K)(?![A-Za-z])|1080|720|HEVC")
_UHD = re.compile(r"(?:UHD|4K|8K)(?![A-Za-z])|2160")
_PLUS_GLUED = re.compile(r"(?i)plus(?=\d)")


@dataclass(frozen=True, slots=True)
class Id:
    """What an id says. `key` is the id in the form in which ids are compared. `names` are its forms as a name, none if it says
    nothing; `variant` the words after `@` that name a regional feed. `foreign` says that a service made it, which names
    channels in its own way.
    """

    key: str
    names: tuple[NameForm, ...]
    region: str | None
    variant: tuple[str, ...]
    hours: int
    foreign: bool


@dataclass(frozen=True, slots=True)
class Clues:
    """What an entry says. `names` are the forms of its names, the first one first; `written` the name without marks.

    `regions` are the countries that the marks and the id give, the mark first; `hinted` is a country that a word of the name
    stands for. `hours` is the delay, `hd` and `uhd` say which quality the list promises.
    """

    written: str
    names: tuple[NameForm, ...]
    id: Id
    regions: tuple[str, ...]
    hinted: str | None
    hours: int
    number: str
    hd: bool
    uhd: bool


def clues_of(entry: LineupEntry) -> Clues:
    """What an entry says."""
    return _clues(entry.name, entry.source_id, entry.other_ids, entry.number)


def _hint(form: NameForm) -> str | None:
    """The country that a word of a name stands for, after the first one. Northern Ireland is not Ireland."""
    if "northern" in form.words:
        return None
    return next((found for word in form.words[1:] if (found := country_word(word))), None)


def is_hd(name: str) -> bool:
    """Whether a name or an id promises high definition, or more."""
    return bool(_HD.search(name))


def is_uhd(name: str) -> bool:
    return bool(_UHD.search(name))


@lru_cache(maxsize=16_384)
def _clues(name: str, source_id: str, other_ids: tuple[str, ...], number: str) -> Clues:
    said = read_id(source_id)
    plain = unmarked(_without_host(name))
    names = [plain.name, *(unmarked(other).name for other in other_ids if proves_something(other))]
    telling = [form for text in dict.fromkeys(names) if proves_something(text) for form in spellings(text)]
    regions = [region for region in (plain.region, said.region) if region]
    hinted = next(filter(None, map(_hint, telling)), None)
    hours = max((shift_of(text) for text in names), default=0) or said.hours
    return Clues(
        plain.name,
        tuple(dict.fromkeys(telling)),
        said,
        tuple(dict.fromkeys(regions)),
        hinted,
        hours,
        number,
        is_hd(name),
        is_uhd(name),
    )


@lru_cache(maxsize=65_536)
def read_id(text: str) -> Id:
    """What an id of a list or of a feed says."""
    text = link_text(text.strip())
    feed = _FEED.search(text)
    host = _HOST.search(text)
    base = _FEED.sub("", text)
    region = region_of(base) if not host else None
    stem = _stem(base)
    telling = bool(text) and says_something(base) and not _MADE_UP.fullmatch(stem)
    names = spellings(stem) if telling else ()
    variant, shift = _variant(feed[1], region) if feed else ((), 0)
    hours = shift or max((form.hours for form in names), default=0)
    return Id(same_id_key(text), names, region, variant, hours, host is not None)


def _stem(base: str) -> str:
    """An id without country and host, its dots as spaces, its capitals kept."""
    text = _HOST.sub("", base)
    head, dot, end = text.rpartition(".")
    if dot and head and re.fullmatch(r"[A-Za-z]{2}\d?", end) and as_region(end[:2]):
        text = head
    return " ".join(_PLUS_GLUED.sub(" +", re.sub(r"[._]+", " ", text)).split())


def _variant(feed: str, region: str | None) -> tuple[tuple[str, ...], int]:
    """The words of a feed's name that say more than a country or a quality, and its delay: `@SouthWestHD`, `@Plus1`."""
    text = _FEED_QUALITY.sub("", feed)
    if not text or country(text) or (region and as_region(text) == region):
        return (), 0
    form = spellings(_PLUS_GLUED.sub(" +", text))[-1]
    hours = form.hours or shift_of(_PLUS_GLUED.sub(" +", text))
    words = tuple(
        word for word in form.words if word[0] != "+" and not (region and country_word(word) == region)
    )
    return (() if hours else words), hours


def _without_host(name: str) -> str:
    """A name that is an id without the end that its service gave it: `6TER` for `22. 6TER.kazer.org`."""
    return _HOST.sub("", name) if " " not in name.partition(". ")[2] else name
