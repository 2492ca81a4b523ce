"""Ids of episodes that providers give, and which of them say nothing.

Ids of Gracenote are `EP` for an episode, `SH` for a show, `MV` for a film, `SP` for a sport event; their last four digits
count the episodes, and `0000` stands for any. Other ids name their kind: `episode/…`. Ids of shows and seasons are evidence of
neither: providers give a show several of them, one per season or market.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_GRACENOTE = re.compile(r"(EP|SH|MV|SP)\s*([0-9]{8,10})[.\s]*([0-9]{4})", re.IGNORECASE)
_EPISODE = re.compile(r"(?:episode|ep|program|programme)[/:]([\w.:~+-]{4,100})", re.IGNORECASE)
#: ids in `dd_progid` of others than Gracenote
_OTHER = re.compile(r"[A-Za-z]{0,4}[0-9]{5,14}")
_SAYS_NOTHING = "0000"


def episode_id(ids: Iterable[tuple[str, str]]) -> str | None:
    """The id of the episode among pairs of system and id, as `system:id`; None where there is none that says which."""
    found = [key for system, text in ids if (key := _one(system.strip().lower(), text.strip()))]
    return min(found) if found else None


def _one(system: str, text: str) -> str | None:
    if system in ("xmltv_ns", "onscreen", "sxxexx", "original-air-date"):
        return None
    gracenote = _GRACENOTE.fullmatch(text)
    if gracenote:
        kind, show, number = gracenote[1].upper(), gracenote[2], gracenote[3]
        return (
            None
            if kind not in ("EP", "SP") or number == _SAYS_NOTHING
            else f"gracenote:{kind}{show}.{number}"
        )
    if system == "dd_progid":
        usable = _OTHER.fullmatch(text) and not text.endswith(_SAYS_NOTHING)
        return f"dd_progid:{text}" if usable else None
    named = _EPISODE.fullmatch(text)
    return f"{system}:{named[1]}" if named and not named[1].endswith(_SAYS_NOTHING) else None
