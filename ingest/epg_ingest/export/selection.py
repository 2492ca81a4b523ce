"""What an export takes from the guide: which channels, whose programmes, from when to when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..core.errors import NotFoundError
from ..core.times import iso

_CHANNELS = """
    SELECT c.id, c.name, c.display_name, c.icon_url, c.number,
        (SELECT m.details FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
         WHERE m.channel_id = c.id AND (:provider IS NULL OR v.name = :provider)
         ORDER BY v.enabled DESC, v.priority, v.id, m.id LIMIT 1) AS details
    FROM channels c
    WHERE (c.hidden = 0 OR :all)
      AND (:provider IS NULL OR c.id IN (SELECT m.channel_id FROM channel_mappings m
                                         JOIN providers v ON v.id = m.provider_id WHERE v.name = :provider))
    ORDER BY c.id
"""
# `longest` bounds how far back an overlapping programme can start (see migrations: the index is on channel, start and end).
_SHOWN = """
    SELECT {columns}
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.channel_id = :channel AND p.shadowed_by IS NULL
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
    ORDER BY p.start_time
"""
_OF_PROVIDER = """
    SELECT {columns}
    FROM programs p
    WHERE p.channel_id = :channel AND p.provider_id = (SELECT id FROM providers WHERE name = :provider)
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
    ORDER BY p.start_time
"""
_COUNT = """
    SELECT count(*) FROM programs p
    WHERE p.channel_id = :channel AND p.start_time >= :earliest AND p.start_time < :stop
"""


class Selection:
    """What to export: channels by name or id (none = all), one provider's own rows (also those that others hide) or what
    is shown, a span of epoch seconds.

    With `public` hidden channels stay out and a disabled provider is not there. Without it they are left out unless a
    provider is named. Raises `NotFoundError` for a channel or provider that is not there.
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
        self.channels = self._channels(channels, all_of_them=provider is not None and not public)

    def _provider(self, name: str, public: bool) -> bool:
        sql = "SELECT 1 FROM providers WHERE name = :name AND (enabled = 1 OR NOT :public)"
        return self.conn.execute(sql, {"name": name, "public": public}).fetchone() is not None

    def _channels(self, wanted: Sequence[str], all_of_them: bool) -> list[tuple[Any, ...]]:
        """The rows of `_CHANNELS`. A text that is the name of one channel and the id of another is the name."""
        found = self.conn.execute(_CHANNELS, {"provider": self.provider, "all": all_of_them}).fetchall()
        if not wanted:
            return found
        by_name = {row[1]: row for row in found}
        known = {str(row[0]): row for row in found} | by_name
        for name in wanted:
            if name not in known:
                raise NotFoundError(f"there is no channel {name!r} to export; see: epg-ingest channels list")
        ids = {known[name][0] for name in wanted}
        return [row for row in found if row[0] in ids]

    def rows(self, channel: int, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The programmes of a channel by start, as tuples of `columns` (names of columns of `programs`)."""
        return rows_of(self.conn, channel, columns, self.span, self.provider)

    def file(self) -> str:
        """The path of the database, empty for one that is in memory."""
        return str(
            self.conn.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0] or ""
        )

    def counts(self) -> dict[int, int]:
        """About how many programmes the channels have in the span, by id: those of all providers, from an index alone."""
        return {
            channel: self.conn.execute(_COUNT, {**self.span, "channel": channel}).fetchone()[0]
            for channel, *_ in self.channels
        }


def rows_of(
    conn: sqlite3.Connection, channel: int, columns: Sequence[str], span: dict[str, str], provider: str | None
) -> Iterator[tuple[Any, ...]]:
    """See `Selection.rows`."""
    statement = _SHOWN if provider is None else _OF_PROVIDER
    names = ", ".join(f"p.{name}" for name in columns)
    return conn.execute(statement.format(columns=names), {**span, "channel": channel, "provider": provider})


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One moment of the database for everything that is read inside, whatever is imported meanwhile."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("COMMIT")
