"""A programme as watches see it."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import orjson

from .text_match import folded

#: what a showing is
REPEAT, FIRST, FIRST_HERE, UNKNOWN = "repeat", "first", "first_here", "unknown"
#: characters from which a description says which programme it is of
TELLING = 40


class WatchedAiring(NamedTuple):
    """A showing: ids of `epg.db`, times in epoch seconds. `showing` is a word of those above, `why` says how it is known.

    `element` is the hash of what the feed says, None where it is not known; rules leave it as it is. `text` stands for a
    description that is long enough to tell programmes apart (`text_mark`).
    """

    program_id: int
    channel_id: int
    channel: str
    start: int
    end: int
    title: str
    subtitle: str | None = None
    season: int | None = None
    episode: int | None = None
    series_id: int | None = None
    episode_id: int | None = None
    showing: str = UNKNOWN
    why: str = ""
    element: int | None = None
    text: int | None = None

    def as_json(self) -> str:
        """As it is stored."""
        return orjson.dumps(tuple(self)).decode()

    @property
    def identity(self) -> str:
        """What is shown: the episode where the guide knows it, else title and sub-title."""
        if self.episode_id is not None:
            return f"e{self.episode_id}"
        return "t" + folded(self.title) + "\n" + folded(self.subtitle or "")


def text_mark(description: str | None) -> int | None:
    """What stands for a description in `WatchedAiring.text`; None for one that many programmes may have."""
    if description is None or len(description) < TELLING:
        return None
    return crc32(description.encode("utf-8", "replace"))


def from_json(text: str) -> WatchedAiring:
    """What `as_json` made."""
    return WatchedAiring(*orjson.loads(text))
