"""Season and episode as `xmltv_ns`, the one system that every reader knows, for programmes whose feed says them otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson

from ..parse.episodes import from_xmltv_ns

SYSTEM = "xmltv_ns"
_PART = re.compile(r"\d*(/\d+)?", re.ASCII).fullmatch
#: entries of `details` as the import writes them
_ENTRY = re.compile(r'\{"text":"([^"\\]*)","system":"xmltv_ns"\}')


@lru_cache(maxsize=8192)
def xmltv_ns(season: int | None, episode: int | None) -> str:
    """`1.4.` for season 2, episode 5. The system counts from 0, so it has no place for a season 0; "" if nothing is left."""
    numbers = ["" if number is None or number < 1 else str(number - 1) for number in (season, episode)]
    return f"{numbers[0]}.{numbers[1]}." if any(numbers) else ""


def missing_number(details: str, season: int | None, episode: int | None) -> str:
    """The `xmltv_ns` that a programme has to get: "" where nothing is known, or where the feed has one that says it.

    `details` is the JSON of the column.
    """
    if season is None and episode is None:
        return ""
    wanted = xmltv_ns(season, episode)
    if f'"{SYSTEM}"' not in details:
        return wanted
    # Python decodes the whole JSON ten times as slowly as it finds the entry.
    said = _ENTRY.findall(details) or _decoded(details)
    return "" if any(_says(text, wanted) for text in said) else wanted


def _says(text: str, wanted: str) -> bool:
    return text.startswith(wanted) or xmltv_ns(*from_xmltv_ns(text)) == wanted


def _decoded(details: str) -> list[str]:
    entries = orjson.loads(details).get("episode-num", ())
    return [entry["text"] for entry in entries if entry.get("system") == SYSTEM]


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
    said = [_PART(part) for part in ["".join(part.split()) for part in text.split(".")][:3]]
    season, episode, part = [*said, None, None, None][:3]
    numbers = wanted.split(".")
    return f"{numbers[0]}{_total(season)}.{numbers[1]}{_total(episode)}.{part[0] if part else ''}"


def _total(part: re.Match[str] | None) -> str:
    return (part[1] or "") if part else ""
