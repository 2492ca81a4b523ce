"""Titles that say nothing, found among the series that contents were just placed in."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator

from ..series.generic_titles import FEWEST_CHANNELS, PER_EPISODE, says_nothing

#: Counted as far as is needed to tell. A person's series stays as it is.
_COUNT = """
    SELECT s.id, count(DISTINCT a.channel_id), count(*), count(ce.episode_id)
    FROM json_each(:series) j CROSS JOIN series s ON s.id = j.value AND s.generic = 0 AND s.pinned = 0
    CROSS JOIN content_episodes ce ON ce.series_id = s.id CROSS JOIN airings a ON a.content_id = ce.content_id
    GROUP BY s.id HAVING count(*) >= :channels
"""
_MARK = "UPDATE series SET generic = 1 WHERE id = ?"
_MARK_KEYS = "UPDATE series_keys SET by_channel = 1 WHERE series_id = ?"
#: series that are looked at a time
STRETCH = 5_000
_CONTENTS = "SELECT content_id FROM content_episodes WHERE series_id = ?"


class Touched:
    """How many contents of each series were placed in a run, and how many of them have an episode. `claims` says whether a feed
    has a flag on any.

    The counts are arrays by id of the series: eight bytes for each series of the guide, a tenth of what a dict takes.
    """

    def __init__(self) -> None:
        self.claims = False
        self.without = array("I")
        self.with_episode = array("I")

    def add(self, series: int, has_episode: bool) -> None:
        """Count a content."""
        counts = self.with_episode if has_episode else self.without
        if series >= len(self.without):
            self._make_room(series)
        counts[series] += 1

    def candidates(self) -> Iterator[list[int]]:
        """Series with hardly any episode among these contents, in stretches."""
        found = []
        for series, (without, known) in enumerate(zip(self.without, self.with_episode, strict=True)):
            if without and known * (PER_EPISODE - 1) <= without:
                found.append(series)
                if len(found) == STRETCH:
                    yield found
                    found = []
        yield found

    def _make_room(self, series: int) -> None:
        """Let both arrays reach this id, and some further."""
        more = bytes((series + STRETCH - len(self.without)) * self.without.itemsize)
        self.without.frombytes(more)
        self.with_episode.frombytes(more)


def newly_generic(conn: sqlite3.Connection, touched: Touched) -> list[int]:
    """Mark the series whose title says nothing; returns their contents, which are then placed by channel."""
    return [content for candidates in touched.candidates() for content in _mark(conn, candidates)]


def _mark(conn: sqlite3.Connection, candidates: list[int]) -> list[int]:
    """Those of these series whose title says nothing are marked; returns their contents."""
    found = []
    values = {"series": json.dumps(candidates), "channels": FEWEST_CHANNELS}
    for series, channels, programmes, with_episode in conn.execute(_COUNT, values).fetchall():
        if says_nothing(channels, programmes, with_episode):
            conn.execute(_MARK, [series])
            conn.execute(_MARK_KEYS, [series])
            found += [content for (content,) in conn.execute(_CONTENTS, [series])]
    return found
