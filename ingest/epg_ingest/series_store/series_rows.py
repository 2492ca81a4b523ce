"""The series of keys: found by their key, or made. A key that a person gave to another series stays there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..series.series_keys import SeriesKey, of_channel
from .renamed_series import follow, renamed_before
from .told import Told

_FIND = """
    SELECT k.key, k.series_id, k.by_channel, s.generic, s.ordinals
    FROM json_each(?) j CROSS JOIN series_keys k ON k.key = j.value CROSS JOIN series s ON s.id = k.series_id
"""
_LAST = "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'series'"
_INSERT = "INSERT INTO series (id, title, kind, generic, ordinals) VALUES (?, ?, ?, ?, ?)"
_INSERT_KEY = "INSERT INTO series_keys (key, series_id, source, by_channel) VALUES (?, ?, 'title', 0)"
_ORDINALS = "UPDATE series SET ordinals = ? WHERE id = ?"
#: the channels of a content, as far as they are few
_CHANNELS = "SELECT DISTINCT channel_id FROM airings WHERE content_id = ? LIMIT 50"


@dataclass
class SeriesPlace:
    """A series as a stretch of contents meets it. `ordinals` counts the episodes it ever had; `fresh` was made just now."""

    series: int
    by_channel: bool = False
    generic: bool = False
    ordinals: int = 0
    fresh: bool = False
    grown: bool = False


class SeriesRows:
    """Finds and makes series for stretches of contents, within one open write transaction."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.last = int(conn.execute(_LAST).fetchone()[0])
        self.places: dict[str, SeriesPlace] = {}
        self.made: list[tuple[str, SeriesKey, SeriesPlace]] = []

    def places_of(self, contents: Sequence[Told]) -> list[SeriesPlace]:
        """The series of each content, in their order. `close` writes the new ones."""
        self.places, self.made = {}, []
        self._find({one.series.key for one in contents})
        return [self._place(one) for one in contents]

    def close(self) -> None:
        """Write what the stretch has made, with the ordinals that it has given out."""
        rows = [
            (place.series, key.title, key.kind, int(place.generic), place.ordinals)
            for _, key, place in self.made
        ]
        self.conn.executemany(_INSERT, rows)
        self.conn.executemany(_INSERT_KEY, [(key, place.series) for key, _, place in self.made])
        grown = [place for place in self.places.values() if place.grown and not place.fresh]
        self.conn.executemany(_ORDINALS, [(place.ordinals, place.series) for place in grown])

    def _find(self, keys: Iterable[str]) -> None:
        by_series = {place.series: place for place in self.places.values()}
        for key, series, by_channel, generic, ordinals in self.conn.execute(_FIND, [json.dumps(list(keys))]):
            place = by_series.setdefault(series, SeriesPlace(series, False, bool(generic), ordinals))
            # Keys of one series share its ordinals, but each is by channel or not.
            self.places[key] = place
            place.by_channel = place.by_channel or bool(by_channel)

    def _place(self, one: Told) -> SeriesPlace:
        place = (
            self.places.get(one.series.key)
            or (self._renamed(one) if one.tidied else None)
            or self._make(one.series.key, one.series, generic=False)
        )
        return self._on_channel(one, place) if place.by_channel else place

    def _renamed(self, one: Told) -> SeriesPlace | None:
        """The series of the title that the feed wrote, which rules give another one, if nothing else has it."""
        found = renamed_before(self.conn, one.content, one.series)
        if found is None or found.before.key in self.places:
            return None
        follow(self.conn, [found])
        self._find([one.series.key])
        return self.places[one.series.key]

    def _on_channel(self, one: Told, place: SeriesPlace) -> SeriesPlace:
        """The series of a title on the channel of the content. What several channels show is of the title's own series, unless
        they have one in common."""
        keys = [
            of_channel(one.series.key, channel) for (channel,) in self.conn.execute(_CHANNELS, [one.content])
        ]
        self._find([key for key in keys if key not in self.places])
        found = [self.places.get(key) for key in keys]
        if not found or any(other is None for other in found[1:]):
            return place
        if found[0] is None:
            return (
                self._make(keys[0], one.series, generic=True) if place.generic and len(keys) == 1 else place
            )
        return found[0] if all(other is found[0] for other in found) else place

    def _make(self, key: str, named: SeriesKey, generic: bool) -> SeriesPlace:
        self.last += 1
        place = SeriesPlace(self.last, False, generic, 0, True)
        self.places[key] = place
        self.made.append((key, named, place))
        return place
