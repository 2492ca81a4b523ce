"""Season and episode as `xmltv_ns`, the one system that every reader knows, for programmes whose feed says them otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson

SYSTEM = "xmltv_ns"
_NAME = f'"{SYSTEM}"'
_PART = r"[0-9]*(/[0-9]+)?"
#: the end of an entry as the import writes it, after the text
_END = '","system":"xmltv_ns"}'


@lru_cache(maxsize=8192)
def xmltv_ns(season: int | None, episode: int | None) -> str:
    """`1.4.` for season 2, episode 5. The system counts from 0, so it has no place for a season 0: "" then, also where the
    episode is known. Kodi takes the first `xmltv_ns` and looks no further, so `.4.` would hide the season of an `S00E05`."""
    if season == 0:
        return ""
    numbers = ["" if number is None or number < 1 else str(number - 1) for number in (season, episode)]
    return f"{numbers[0]}.{numbers[1]}." if any(numbers) else ""


def missing_number(details: str, season: int | None, episode: int | None) -> str | None:
    """The `xmltv_ns` that a programme has to get; "" where nothing is known, or where the feed has one that says it.

    `details` is the JSON of the column. Which numbers an `xmltv_ns` of the feed has is for the feed to say: None means that it
    has a season and an episode, so that nothing is missing, whatever the columns have.
    """
    wanted = xmltv_ns(season, episode)
    if _NAME not in details:
        return wanted
    if _says_both(details):
        return None
    entries = orjson.loads(details).get("episode-num", ())
    said = [entry["text"] for entry in entries if entry.get("system") == SYSTEM]
    return "" if any(_says_all(text, wanted) for text in said) else wanted


def _says_both(details: str) -> bool:
    """Whether the first `xmltv_ns` has a season and an episode; False also where looking is not enough. Most contents with an
    `xmltv_ns` need no more, and decoding the JSON takes ten times as long."""
    end = details.find(_END)
    start = details.rfind('"', 0, end)
    return end > 0 and details[start - 1] == ":" and _says_all(details[start + 1 : end], "0.0.")


@lru_cache(maxsize=8192)
def _says_all(text: str, wanted: str) -> bool:
    """Whether the numbers that `wanted` has are there in `text`."""
    parts = text.split(".")
    return 2 <= len(parts) <= 3 and all(
        part.partition("/")[0].strip().isdecimal()
        for part, number in zip(parts, wanted.split("."), strict=False)
        if number
    )


def completed(entries: Sequence[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    """The `episode-num` entries of a programme, with `wanted`, the result of `missing_number`.

    A lone `xmltv_ns` that says less is completed: a total and a part stay. Two of them would confuse readers, which take the
    first, the last, or both as one text. Where the feed itself has several, they stay as they are.
    """
    places = [place for place, entry in enumerate(entries) if entry.get("system") == SYSTEM]
    if len(places) > 1:
        return list(entries)
    if not places:
        return [*entries, {"text": wanted, "system": SYSTEM}]
    found = list(entries)
    said = found[places[0]]
    found[places[0]] = {**said, "text": _filled(said["text"], wanted)}
    return found


def _filled(text: str, wanted: str) -> str:
    """`wanted` with the totals and the part of `text`."""
    said = [re.fullmatch(_PART, part) for part in ["".join(part.split()) for part in text.split(".")][:3]]
    season, episode, part = [*said, None, None, None][:3]
    numbers = wanted.split(".")
    return f"{numbers[0]}{_total(season)}.{numbers[1]}{_total(episode)}.{part[0] if part else ''}"


def _total(part: re.Match[str] | None) -> str:
    return (part[1] or "") if part else ""
