"""The staged programmes of single channels: read for the comparison of schedules, and shifted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .tables import over_parts

_INDEX = "CREATE INDEX IF NOT EXISTS {part}.staged_by_channel ON staged (channel)"
_DROP = "DROP INDEX IF EXISTS {part}.staged_by_channel"
_OF_CHANNEL = """
    -- for each part
    SELECT s.start, s.stop, t.title FROM {part}.staged s JOIN {part}.staged_contents t ON t.id = s.content
    WHERE s.channel = :channel
    -- end of parts
    ORDER BY 1
"""
_SHIFT = "UPDATE {part}.staged SET start = start + :by, stop = stop + :by WHERE channel = :channel"
_SHIFT_MARKS = """
    UPDATE temp.marks SET own_stop = own_stop + :by
    WHERE seq IN (SELECT e.seq FROM temp.elements e WHERE e.channel = :channel)
"""


def index(conn: sqlite3.Connection, schemas: Sequence[str]) -> None:
    """Make `of_channel` fast. `schemas` are those of the `Stage`."""
    for schema in schemas:
        conn.execute(_INDEX.replace("{part}", schema))


def drop_index(conn: sqlite3.Connection, schemas: Sequence[str]) -> None:
    """Take the index away: what reads all staged rows later would only be slower with it."""
    for schema in schemas:
        conn.execute(_DROP.replace("{part}", schema))


def of_channel(
    conn: sqlite3.Connection, schemas: Sequence[str], channel: str
) -> list[tuple[int, int | None, str]]:
    """Start, stop (None where the feed gives none) and title of the programmes of a channel id, in order of start."""
    return conn.execute(over_parts(_OF_CHANNEL, schemas), {"channel": channel}).fetchall()


def shift(conn: sqlite3.Connection, schemas: Sequence[str], channel: str, by: int) -> None:
    """Add so many seconds to the times of a channel id."""
    values = {"channel": channel, "by": by}
    for schema in schemas:
        conn.execute(_SHIFT.replace("{part}", schema), values)
    conn.execute(_SHIFT_MARKS, values)
