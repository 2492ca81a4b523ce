"""What an entry is, by what it says: television, radio, a film or series to fetch, or a line that separates groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat

from ..entry import EntryKind

_RADIO_GROUP = re.compile(r"(?<![^\W_])(?:web)?radios?(?![^\W_])|hörfunk|^musique radio", re.IGNORECASE)
#: signs with which names end that are no decoration
NAME_ENDS = frozenset(")]+!?.'")
#: how addresses of files end: radio, films, episodes
AUDIO_OR_VIDEO = frozenset({
    ".mp3", ".aac", ".ogg", ".m4a", "opus", ".pls", ".mp4", ".mkv", ".avi", ".mov", ".m4v", ".wmv", ".mpg", "mpeg", ".MP3",
    ".MP4", ".MKV", ".AVI",
})  # fmt: skip
_RADIO_ADDRESS = re.compile(r"\.(?:mp3|aac|ogg|m4a|opus|pls)(?:[?#|]|$)", re.IGNORECASE)
_VOD_FILE = re.compile(r"\.(?:mp4|mkv|avi|mov|m4v|wmv|mpe?g)(?:[?#|]|$)", re.IGNORECASE)
_VOD_TYPES = frozenset({"movie", "movies", "series", "vod", "tvshow", "tvshows", "episode", "created_movie"})
_STARS = frozenset("★☆●○◉✪✦✯❖■◆♦▬═━─►◄»«✰⭐🔴🔵")
#: what says no more than television
_LIVE = frozenset({"", "live", "created_live"})
_TRUE = frozenset({"true", "1", "yes"})
_PREFIX = re.compile(r"\s*\|?\.?[A-Z]{2,3}\.?\s?[|:]\s*")
#: signs that decorate: none that can begin or end a name, as quotes, brackets and `+`
_SIGNS = re.compile(r"[^\w\s\"'“”‘’„«»()\[\]{}+&!?.,$%/¡¿]+")


def has_folder_of_films(address: str) -> bool:
    """Whether an address is that of a film or an episode, by its folder, as Xtream panels have it."""
    return "/movie/" in address or "/series/" in address or "/movies/" in address


def kind_of(name: str, group: str, address: str, said: str = "", radio: str = "") -> EntryKind:
    """The kind of an entry. `said` is its `tvg-type` or `stream_type`, `radio` its attribute `radio`."""
    if is_separator(name):
        return "separator"
    said, radio = said.strip(), radio.strip()
    if (radio and radio.lower() in _TRUE) or (said and said.lower().startswith("radio")):
        return "radio"
    file = address[-4:] in AUDIO_OR_VIDEO or "?" in address or "|" in address
    if (
        (said and said.lower() in _VOD_TYPES)
        or has_folder_of_films(address)
        or (file and _VOD_FILE.search(address))
    ):
        return "vod"
    if is_radio_group(group) or (file and _RADIO_ADDRESS.search(address)):
        return "radio"
    return "tv"


def kinds_of(
    names: Sequence[str],
    groups: Sequence[str],
    addresses: Sequence[str],
    types: Sequence[str],
    radios: Sequence[str],
) -> Iterable[EntryKind]:
    """The kind of each entry. A cheap look tells that most are television."""
    together = "\n".join(addresses)
    sure = (
        _LIVE.issuperset(types)
        and not any(radios)
        and "?" not in together
        and "|" not in together
        and not has_folder_of_films(together)
        and AUDIO_OR_VIDEO.isdisjoint([address[-4:] for address in addresses])
        and not any(map(is_radio_group, set(groups)))
    )
    ends = {name[-1] for name in names}
    if sure and all(end.isalnum() or end in NAME_ENDS for end in ends):
        return repeat("tv")
    return map(kind_of, names, groups, addresses, types, radios)


@lru_cache(maxsize=4096)
def is_radio_group(group: str) -> bool:
    """Whether a group is one of radio stations: `Radios`, `FR | RADIO`."""
    return bool(_RADIO_GROUP.search(group))


def is_separator(name: str) -> bool:
    """Whether a name is the title of a group: signs on both sides (`---●★| SPORT |★●---`, `## UK ##`), or nothing but signs."""
    if name[-1:].isalnum() or name[-1:] in NAME_ENDS:
        return False
    rest = _PREFIX.sub("", name, count=1)
    ends = rest.replace(" ", "").replace("\t", "")
    first, last = _SIGNS.match(ends), _SIGNS.match(ends[::-1])
    if not first or not last:
        return False
    if first.end() == len(ends):
        return len(ends) > 1
    return first.end() + last.end() >= 4 or _STARS.issuperset(first[0] + last[0])
