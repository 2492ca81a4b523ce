"""Compares the schedules of two channels of feeds, and reads them only when it is asked.

The programmes of a channel are those in the guide and those that wait in the staging tables of the import; of two with one
start the staged one counts. What was read and compared is kept for the run, within a bound.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from ...core.times import from_iso
from ...match.comparison import Airtime, compare
from ...match.values import NO_PROVIDER, Comparison, Key, Showing
from ...stage import showings
from ..schedule import DAY

#: The last programmes of a channel are compared, two or three weeks of most: a guide that keeps all it ever had stays cheap.
MOST_PROGRAMMES = 1_000
#: so many programmes are kept in memory, about 100 bytes each
_KEPT_PROGRAMMES = 300_000
_STORED = """
    SELECT ifnull(k.start_time, a.start_time), ifnull(k.end_time, a.end_time), c.title
    FROM airings a JOIN contents c ON c.id = a.content_id LEFT JOIN cuts k ON k.program_id = a.id
    WHERE a.provider_id = :provider AND a.channel_id = :channel ORDER BY a.start_time DESC LIMIT :most
"""


class Schedules:
    """The schedules of the channels of all feeds.

    `channels` gives the channel of the guide that each feed's channel is mapped to. `provider` is the one that is being
    imported (None: no import), `same` has the ids in its programmes that mean another one, and that one; `schemas` are those
    of its `Stage`.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        channels: Mapping[Key, int | None],
        provider: int | None = None,
        same: Mapping[str, str] | None = None,
        schemas: Sequence[str] = (),
    ) -> None:
        self._conn, self._channels = conn, channels
        self._provider, self._same, self._schemas = provider, same or {}, schemas
        self._airtimes: OrderedDict[Key, Airtime] = OrderedDict()
        self._kept = 0
        self._compared: dict[tuple[Key, Key], Comparison] = {}
        self._indexed = False

    def compare(self, one: Key, other: Key) -> Comparison:
        """What two schedules have in common; the same for the same pair each time."""
        said = self._compared.get((one, other))
        if said is None:
            said = self._compared[one, other] = compare(*self._both(one, other))
        return said

    def airtime(self, key: Key) -> Airtime:
        """What a channel shows."""
        found = self._airtimes.pop(key, None)
        if found is None:
            found = Airtime(self._showings(key))
            self._kept += len(found)
        self._airtimes[key] = found
        while self._kept > _KEPT_PROGRAMMES and len(self._airtimes) > 1:
            _, dropped = self._airtimes.popitem(last=False)
            self._kept -= len(dropped)
        return found

    def close(self) -> None:
        """Leave the staging tables as they were."""
        if self._indexed:
            showings.drop_index(self._conn, self._schemas)
            self._indexed = False

    def _both(self, one: Key, other: Key) -> tuple[Airtime, Airtime]:
        """The two schedules. Where a stored one is empty the staged one is not read: an empty one decides nothing."""
        first, second = sorted((one, other), key=lambda key: key.provider == self._provider)
        schedule = self.airtime(first)
        found = {first: schedule, second: self.airtime(second) if len(schedule) else Airtime(())}
        return found[one], found[other]

    def _showings(self, key: Key) -> list[Showing]:
        stored, staged = self._stored(key), self._staged(key)
        if not staged:
            return stored
        found = {showing.start: showing for showing in (*stored, *staged)}
        latest = sorted(found)[-MOST_PROGRAMMES:]
        return [found[start] for start in latest]

    def _stored(self, key: Key) -> list[Showing]:
        channel = self._channels.get(key)
        if channel is None or key.provider == NO_PROVIDER:
            return []
        values = {"provider": key.provider, "channel": channel, "most": MOST_PROGRAMMES}
        rows = self._conn.execute(_STORED, values)
        return [Showing(from_iso(start), from_iso(stop), title) for start, stop, title in rows]

    def _staged(self, key: Key) -> list[Showing]:
        if key.provider != self._provider or not self._schemas:
            return []
        if not self._indexed:
            showings.index(self._conn, self._schemas)
            self._indexed = True
        names = (key.id, *(other for other, ident in self._same.items() if ident == key.id))
        rows = [row for name in names for row in showings.of_channel(self._conn, self._schemas, name)]
        return _with_stops(sorted(rows, key=lambda row: row[0]))


def _with_stops(rows: Sequence[tuple[int, int | None, str]]) -> list[Showing]:
    """A programme without a usable stop ends with the next one, if that starts within a day (`schedule.end_without_stop`)."""
    found = []
    for number, (start, stop, title) in enumerate(rows):
        if stop is None or stop <= start:
            following = rows[number + 1][0] if number + 1 < len(rows) else start
            stop = following if following - start <= DAY else start
        found.append(Showing(start, stop, title))
    return found
