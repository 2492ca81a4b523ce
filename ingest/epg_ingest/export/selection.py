"""What an export takes from the guide: which channels, whose programmes, from when to when.

Each format has its own statement for the programmes of a channel, because the formats need different columns. The conditions
are the same in all of them. The parameters are `channel` (id), `provider` (name, or NULL for what is shown) and a span of ISO
times: `start`, `stop` and `earliest`. A programme that is on at `start` cannot have begun before `earliest`. The index on
channel, start and end needs that bound.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..core.errors import NotFoundError
from ..core.times import iso

_CHANNELS = """
    SELECT c.id, c.name, c.display_name, c.icon_url, c.number,
        EXISTS (SELECT 1 FROM json_each(c.pinned) WHERE value = 'number') AS chosen,
        (SELECT json_group_array(json_object('names', json(names), 'icons', json(icons), 'urls', json(urls))) FROM (
            SELECT f.names, f.icons, f.urls FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
            JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
            WHERE m.channel_id = c.id AND (:provider IS NULL AND v.enabled = 1 OR v.name = :provider)
            ORDER BY f.last_end IS NULL, v.priority, v.id, f.last_seen DESC, m.id)) AS said
    FROM channels c
    WHERE (c.hidden = 0 OR :hidden)
      AND (:provider IS NULL OR c.id IN (SELECT m.channel_id FROM channel_mappings m
                                         JOIN providers v ON v.id = m.provider_id WHERE v.name = :provider))
    ORDER BY c.id
"""
_COUNT = """
    SELECT count(*) FROM airings p
    WHERE p.channel_id = :channel AND p.start_time >= :earliest AND p.start_time < :stop
"""


class Selection:
    """What to export: channels by name or id (none = all), what is shown or all programmes of one provider (also those that
    other providers' programmes hide), and a span from `start` to `stop` in epoch seconds.

    With `public`, hidden channels are left out and a disabled provider counts as missing. Without it, hidden channels are left
    out unless a provider is named. `within` are ids of channels: no others are exported. Raises `NotFoundError` for a channel
    or provider that does not exist.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        channels: Sequence[str] = (),
        provider: str | None = None,
        start: int | None = None,
        stop: int | None = None,
        *,
        public: bool = False,
        within: Collection[int] | None = None,
    ) -> None:
        self.conn, self.provider = conn, provider
        if provider is not None and not self._provider(provider, public):
            raise NotFoundError(f"there is no provider {provider!r}; see: epg-ingest providers list")
        (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
        self.span = {
            "start": "" if start is None else iso(start),
            "stop": "9999" if stop is None else iso(stop),
            "earliest": "" if start is None else iso(start - longest),
        }
        self.channels = self._channels(channels, hidden=provider is not None and not public)
        if within is not None:
            self.channels = [row for row in self.channels if row[0] in within]

    def _provider(self, name: str, public: bool) -> bool:
        sql = "SELECT 1 FROM providers WHERE name = :name AND (enabled = 1 OR NOT :public)"
        return self.conn.execute(sql, {"name": name, "public": public}).fetchone() is not None

    def _channels(self, wanted: Sequence[str], hidden: bool) -> list[tuple[Any, ...]]:
        """The rows of `_CHANNELS`, also those of hidden channels if `hidden`. A text that is the name of one channel and the id
        of another is taken as the name."""
        found = self.conn.execute(_CHANNELS, {"provider": self.provider, "hidden": hidden}).fetchall()
        if not wanted:
            return found
        by_name = {row[1]: row for row in found}
        known = {str(row[0]): row for row in found} | by_name
        for name in wanted:
            if name not in known:
                raise NotFoundError(f"there is no channel {name!r} to export; see: epg-ingest channels list")
        ids = {known[name][0] for name in wanted}
        return [row for row in found if row[0] in ids]

    def programmes(self, statement: str, channel: int) -> Iterator[tuple[Any, ...]]:
        """The programmes of a channel by start: the rows of the `STATEMENT` of an export format."""
        return programmes(self.conn, statement, channel, self.span, self.provider)

    def file(self) -> str:
        """The path of the database; empty for a database in memory."""
        return str(
            self.conn.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0] or ""
        )

    def counts(self) -> dict[int, int]:
        """About how many programmes each channel has in the span, by its id. All providers' programmes count, because then the
        index alone has the answer."""
        return {
            channel: self.conn.execute(_COUNT, {**self.span, "channel": channel}).fetchone()[0]
            for channel, *_ in self.channels
        }


def programmes(
    conn: sqlite3.Connection, statement: str, channel: int, span: dict[str, str], provider: str | None
) -> Iterator[tuple[Any, ...]]:
    """See `Selection.programmes`; `span` is `Selection.span`."""
    return conn.execute(statement, {**span, "channel": channel, "provider": provider})


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One moment of the database for everything that is read inside, whatever is imported meanwhile."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("COMMIT")
