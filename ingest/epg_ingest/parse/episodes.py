"""Season and episode numbers, counted from 1, from the systems of `<episode-num>`.

The DTD defines `xmltv_ns` in prose: counted from 0, `season . episode . part`, each `X` or `X/Y`. A part that cannot be read
counts as left out, and the others are read all the same. `onscreen` is free text. Of that, the forms that real guides use are
read: `S02E05`, `S2 E5/24`, `2x05`, and words (`episode_words`). Bare numbers stay texts without numbers, because it would be a
guess what they count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

Numbers = tuple[int | None, int | None]

#: longer texts are no numbers of episodes
_LONGEST = 200
#: A part of `xmltv_ns`: the first number counts. After it, only totals and further numbers may follow (`4-5` for two episodes
#: in one, `4/8`, `4 of 8`), never digits after a mere blank.
_NS_PART = re.compile(
    r"[(\[]?\s*(\d{1,9})\s*(?:[-–—,&+/_;)\]][-–—,&+/_;()\[\]\s\dof]*|[(\[]?\s*of[\s\d)\]]*)?",
    re.ASCII | re.IGNORECASE,
)
#: `S02E05` anywhere in a text: no letter or digit precedes it and no digit follows; totals (`S2/3`) and separators may be in it
_BOTH = re.compile(
    r"(?<![^\W_]) s[\s.]*(\d{1,4})(?:\s*/\s*\d{1,4})? [\s.,:x_-]* ep?[\s.]*(\d{1,5}) (?!\d)",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_CROSS = re.compile(r"(\d{1,3})x(\d{1,4})", re.IGNORECASE | re.ASCII)
#: one number with its letter, `E12` or `S3`: the only text besides both that most feeds have
_ONE = re.compile(r"(?:(s)|e)(\d{1,4})", re.IGNORECASE | re.ASCII)
#: systems with texts like `S01E05`, the best one first; without a system it is `onscreen`, the default of the DTD
_READABLE = ("onscreen", "sxxexx", "common")
#: the usual spellings
_SYSTEMS = {"onscreen": "onscreen", "xmltv_ns": "xmltvns", "SxxExx": "sxxexx"}
_NOT_A_LETTER = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def from_xmltv_ns(text: str) -> Numbers:
    """Season and episode of `1 . 4/13 . 0/2`, here (2, 5); None for a part that is left out or cannot be read.

    There must be a dot: `4.2` is season 5, episode 3. Both are None for `123`, which is not in this system.
    """
    parts = text.split(".")
    if len(parts) < 2:
        return None, None
    return _from_zero(parts[0].strip()), _from_zero(parts[1].strip())


def _from_zero(part: str) -> int | None:
    if len(part) < 4 and part.isdigit() and part.isascii():
        return int(part) + 1
    found = _NS_PART.fullmatch(part)
    return int(found[1]) + 1 if found else None


@lru_cache(maxsize=8192)
def from_onscreen(text: str) -> Numbers:
    """Season and episode of a text as it is shown on screen, `S02E05` or `E12`; None for a number that is not in it."""
    if both := _BOTH.search(text) or _CROSS.fullmatch(text.strip()):
        return int(both[1]), int(both[2])
    if one := _ONE.fullmatch(text):
        return (int(one[2]), None) if one[1] else (None, int(one[2]))
    from ..core.episode_words import from_words  # only here: its patterns take 20 ms to compile

    return from_words(text)


def derive(nums: Sequence[tuple[str, str]]) -> tuple[int | None, int | None, str | None]:
    """Season, episode and the most readable text, from all `(system, text)` of a programme.

    `xmltv_ns` comes first, wherever it is in the element. The readable systems (`onscreen`, `SxxExx`, `common`) fill in what it
    leaves open, if they do not contradict it. A system counts in any spelling (`XMLTV-NS`, `on screen`). The text is that of
    the first readable system, else it is made from the numbers (`S02E05`, `E05`, `S02`), else None. Ids of other systems are
    not for people.
    """
    by_system: dict[str, list[str]] = {}
    for system, text in nums:
        text = text.strip()
        if text:
            by_system.setdefault(_SYSTEMS.get(system) or _system(system[:_LONGEST]), []).append(text)
    readable = [
        text
        for system in _READABLE
        for text in by_system.get(system, ())
        if text[0].isalnum() or any(map(str.isalnum, text))
    ]
    pairs = [_from_ns(text) for text in by_system.get("xmltvns", ()) if len(text) <= _LONGEST]
    pairs += [from_onscreen(text) for text in readable if len(text) <= _LONGEST]
    season, episode = _agreed(pairs)
    return season, episode, readable[0] if readable else _label(season, episode)


def _from_ns(text: str) -> Numbers:
    """`xmltv_ns`, or what a feed with the wrong system calls so (`S2.E3.`)."""
    found = from_xmltv_ns(text)
    return found if found != (None, None) else from_onscreen(text)


@lru_cache(maxsize=1024)
def _system(name: str) -> str:
    """The letters and digits of a system's name in lower case; that of a missing one is the default of the DTD."""
    return _NOT_A_LETTER.sub("", name.lower()) or "onscreen"


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
