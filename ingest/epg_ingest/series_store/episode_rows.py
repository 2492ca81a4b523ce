"""The episodes of contents: found by their keys within the series, or made."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from ..series.episode_keys import ID, SUBTITLE, VAGUE, EpisodeKey, is_number
from ..series.episode_parts import keys_of_parts, whole
from .descriptions import Descriptions
from .series_rows import SeriesPlace
from .told import Told

_LAST = "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'episode_rows'"
#: one that turned out to be another one leads there
_FIND = """
    SELECT CASE WHEN k.episode_id = 0 THEN 0
                ELSE coalesce((SELECT o.same_as FROM episode_rows o WHERE o.id = e.same_as), e.same_as, e.id) END
    FROM episode_keys k LEFT JOIN episode_rows e ON e.id = k.episode_id
    WHERE k.series_id = ? AND k.key = ? AND k.provider_id IS ? AND (k.episode_id = 0 OR e.id IS NOT NULL)
"""
_HAS_ID = "SELECT 1 FROM episode_keys WHERE series_id = ? AND episode_id = ? AND key LIKE ? LIMIT 1"
_HAS_PART = "SELECT 1 FROM episode_keys WHERE series_id = ? AND key >= ? AND key < ? LIMIT 1"
_INSERT = "INSERT INTO episode_rows (id, series_id, season, episode, ordinal) VALUES (?, ?, ?, ?, ?)"
_INSERT_KEY = (
    "INSERT OR IGNORE INTO episode_keys (series_id, key, episode_id, provider_id) VALUES (?, ?, ?, ?)"
)
_COMMON = """
    SELECT series_id FROM series_numberings WHERE verdict = 'common' AND provider_id = :provider
    UNION SELECT series_id FROM series_numberings WHERE verdict = 'common' AND other_id = :provider
"""


class FoundEpisode(NamedTuple):
    """The episode of a content, None without one, and what it is known by or why there is none."""

    episode: int | None
    basis: str


class EpisodeRows:
    """Finds and makes episodes for stretches of contents, within one open write transaction."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.last = int(conn.execute(_LAST).fetchone()[0])
        #: episodes by series, key and the provider whose number the key is; of this stretch
        self.known: dict[tuple[int, str, int | None], int | None] = {}
        self.rows: list[tuple[int, int, int | None, int | None, int]] = []
        self.keys: list[tuple[int, str, int, int | None]] = []
        #: episodes of this stretch that have an id of a system
        self.with_id: set[tuple[int, str]] = set()
        #: ids of this stretch, by series, of which a part is known
        self.in_parts: set[tuple[int, str]] = set()
        self.common: dict[int, set[int]] = {}
        self.descriptions = Descriptions(self.last)

    def episode_of(self, one: Told, place: SeriesPlace) -> FoundEpisode:
        """The episode of a content in its series."""
        found = one.episode
        if found.key is None:
            return FoundEpisode(None, found.basis)
        scope = self._scope(found.key, place.series, one.provider)
        ident = self._find(place, found.key, scope)
        if ident == 0:
            return FoundEpisode(None, VAGUE)
        if ident is None and found.basis == ID:
            ident = self._by_whole(found.key, place) or self._by_number(one, found, place)
        if ident is None:
            ident = self._make(one, found, place, scope)
        elif found.basis == SUBTITLE:
            self.descriptions.add(ident, one.described)
        return FoundEpisode(ident, found.basis)

    def close(self) -> None:
        """Write what the stretch has made."""
        self.conn.executemany(_INSERT, self.rows)
        self.conn.executemany(_INSERT_KEY, self.keys)
        self.known, self.rows, self.keys, self.with_id, self.in_parts = {}, [], [], set(), set()

    def _scope(self, key: str, series: int, provider: int | None) -> int | None:
        """The provider whose number a key is, None for a key of all."""
        if provider is None or not is_number(key):
            return None
        if provider not in self.common:
            rows = self.conn.execute(_COMMON, {"provider": provider})
            self.common[provider] = {ident for (ident,) in rows}
        return None if series in self.common[provider] else provider

    def _find(self, place: SeriesPlace, key: str, scope: int | None) -> int | None:
        where = (place.series, key, scope)
        if where in self.known:
            return self.known[where]
        if place.fresh:
            return None
        row = self.conn.execute(_FIND, where).fetchone()
        self.known[where] = None if row is None else row[0]
        return self.known[where]

    def _by_whole(self, key: str, place: SeriesPlace) -> int | None:
        """The episode of a part's id, if no other part has that id: providers that give each part an id say the part or not."""
        bare = whole(key)
        if bare == key or self._has_parts(place.series, bare):
            return None
        ident = self._find(place, bare, None)
        if ident:
            self._remember_id(place.series, key, ident)
        return ident

    def _has_parts(self, series: int, key: str) -> bool:
        """Whether a part of the episode with this id is known."""
        if (series, key) in self.in_parts:
            return True
        return self.conn.execute(_HAS_PART, [series, *keys_of_parts(key)]).fetchone() is not None

    def _by_number(self, one: Told, found: EpisodeKey, place: SeriesPlace) -> int | None:
        """The episode of the same number that has no id of this system yet: it gets this one."""
        if found.number is None or found.key is None:
            return None
        ident = self._find(place, found.number, self._scope(found.number, place.series, one.provider))
        system = found.key.partition(":")[0]
        if not ident or (ident, system) in self.with_id:
            return None
        if self.conn.execute(_HAS_ID, [place.series, ident, f"{system}:%"]).fetchone():
            return None
        self._remember_id(place.series, found.key, ident)
        return ident

    def _make(self, one: Told, found: EpisodeKey, place: SeriesPlace, scope: int | None) -> int:
        self.last += 1
        place.ordinals += 1
        place.grown = True
        numbered = found.number is not None
        season, episode = (one.season, one.number) if numbered else (None, None)
        self.rows.append((self.last, place.series, season, episode, place.ordinals))
        assert found.key is not None
        if found.basis == ID:
            self._remember_id(place.series, found.key, self.last)
        else:
            self._remember(place.series, found.key, scope, self.last)
        if found.basis == ID and found.number is not None:
            own = self._scope(found.number, place.series, one.provider)
            if self._find(place, found.number, own) is None:
                self._remember(place.series, found.number, own, self.last)
        if found.basis == SUBTITLE:
            self.descriptions.start(self.last, one.described)
        return self.last

    def _remember_id(self, series: int, key: str, episode: int) -> None:
        """Let an id lead to an episode. That of the part which is seen first also does without the part."""
        bare = whole(key)
        if bare != key and not self._has_parts(series, bare):
            self._remember(series, bare, None, episode)
        self._remember(series, key, None, episode)

    def _remember(self, series: int, key: str, scope: int | None, episode: int) -> None:
        self.known[series, key, scope] = episode
        self.keys.append((series, key, episode, scope))
        if key != whole(key):
            self.in_parts.add((series, whole(key)))
        if not is_number(key):
            self.with_id.add((episode, key.partition(":")[0]))
