"""Season and episode numbers, counted from 1, from the systems of `<episode-num>`.

The DTD defines `xmltv_ns` in prose: counted from 0, `season . episode . part`, each `X` or `X/Y`. `onscreen` is free text. Of
that, the forms that real guides use are read: `S02E05`, `S2 E5/24`, `2x05`, `E12`, `EP07`, `S1`. Words (`Season 1 Episode 5`)
and bare numbers stay texts without numbers, because it would be a guess what they count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

Numbers = tuple[int | None, int | None]

#: A part of `xmltv_ns`: a number with or without a total, a total alone, or nothing. Programs that subtract one from an unknown
#: number write `-1`.
_NS_PART = re.compile(r"(?:(\d{1,9})(?:/\d*)?|/\d+|-1)?", re.ASCII)
#: `S02E05` anywhere in a text: no letter or digit precedes it and no digit follows; totals (`S2/3`) and separators may be in it
_BOTH = re.compile(
    r"(?<![^\W_]) s[\s.]*(\d{1,4})(?:\s*/\s*\d{1,4})? [\s.,:x_-]* ep?[\s.]*(\d{1,5}) (?!\d)",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_CROSS = re.compile(r"(\d{1,3})x(\d{1,4})", re.IGNORECASE | re.ASCII)
_EPISODE = re.compile(r"ep?[\s.]*(\d{1,5})(?:\s*/\s*\d{1,5})?", re.IGNORECASE | re.ASCII)
_SEASON = re.compile(r"s[\s.]*(\d{1,4})(?:\s*/\s*\d{1,4})?", re.IGNORECASE | re.ASCII)
#: systems with texts like `S01E05`, the best one first; without a system it is `onscreen`, the default of the DTD
_READABLE = ("onscreen", "sxxexx", "common")


@lru_cache(maxsize=8192)
def from_xmltv_ns(text: str) -> Numbers:
    """Season and episode of `1 . 4/13 . 0/2`, here (2, 5); None for a part that is left out.

    There must be one or two dots: `4.2` is season 5, episode 3. Both are None for `123`, which is not in this system, and for a
    text with a part that is no number.
    """
    parts = "".join(text.split()).split(".")
    found = [_NS_PART.fullmatch(part) for part in parts]
    if not 2 <= len(parts) <= 3 or not all(found):
        return None, None
    season, episode = (int(part[1]) + 1 if part and part[1] else None for part in found[:2])
    return season, episode


@lru_cache(maxsize=8192)
def from_onscreen(text: str) -> Numbers:
    """Season and episode of a text as it is shown on screen, `S02E05` or `E12`; None for a number that is not in it."""
    text = text.strip()
    both = _BOTH.search(text) or _CROSS.fullmatch(text)
    if both:
        return int(both[1]), int(both[2])
    if episode := _EPISODE.fullmatch(text):
        return None, int(episode[1])
    season = _SEASON.fullmatch(text)
    return (int(season[1]) if season else None), None


def derive(nums: Sequence[tuple[str, str]]) -> tuple[int | None, int | None, str | None]:
    """Season, episode and the most readable text, from all `(system, text)` of a programme.

    `xmltv_ns` comes first, wherever it is in the element. The readable systems (`onscreen`, `SxxExx`, `common`) fill in what it
    leaves open, if they do not contradict it. The text is that of the first readable system, else it is made from the numbers
    (`S02E05`, `E05`, `S02`), else None. Ids of other systems are not for people.
    """
    by_system: dict[str, list[str]] = {}
    for system, text in nums:
        if text.strip():
            by_system.setdefault(system.strip().lower() or "onscreen", []).append(text.strip())
    readable = [text for system in _READABLE for text in by_system.get(system, ())]
    pairs = [*map(from_xmltv_ns, by_system.get("xmltv_ns", ())), *map(from_onscreen, readable)]
    season, episode = _agreed(pairs)
    return season, episode, readable[0] if readable else _label(season, episode)


def _agreed(pairs: Iterable[Numbers]) -> Numbers:
    """The first numbers, completed by later pairs that agree with them."""
    season: int | None = None
    episode: int | None = None
    for its_season, its_episode in pairs:
        if _agree(season, its_season) and _agree(episode, its_episode):
            season = its_season if season is None else season
            episode = its_episode if episode is None else episode
    return season, episode


def _agree(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _label(season: int | None, episode: int | None) -> str | None:
    text = (f"S{season:02}" if season is not None else "") + (f"E{episode:02}" if episode is not None else "")
    return text or None
