"""What the feed wrote of programmes whose stored times do not tell it (table `clock_times`). Within an open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from ...core.times import from_iso, iso
from .written import ClockTimes, Written

_READ = """
    SELECT k.program_id, k.start_clock, k.start_second, k.stop_clock, k.stop_second
    FROM clock_times k CROSS JOIN airings a ON a.id = k.program_id WHERE a.provider_id = ?
"""
_KEEP = """
    INSERT OR REPLACE INTO clock_times (program_id, start_clock, start_second, stop_clock, stop_second) VALUES (?, ?, ?, ?, ?)
"""


def read(conn: sqlite3.Connection, provider_id: int) -> dict[int, ClockTimes]:
    """What is kept of what the provider's feed wrote, by programme."""

    def wall(text: str | None) -> int | None:
        return None if text is None else from_iso(f"{text}Z")

    def which(second: int | None) -> bool | None:
        return None if second is None else bool(second)

    rows = conn.execute(_READ, [provider_id])
    return {
        row: (wall(start), which(second), wall(stop), which(stop_second))
        for row, start, second, stop, stop_second in rows
    }


def keep(conn: sqlite3.Connection, programmes: Iterable[tuple[int, Written]]) -> None:
    """Keep what was written of programmes, given by id."""
    conn.executemany(_KEEP, [(ident, *_row(written)) for ident, written in programmes])


def _row(written: Written) -> tuple[str, bool, str | None, bool | None]:
    start, second, stop, stop_second = written
    return iso(start)[:-1], second, None if stop is None else iso(stop)[:-1], stop_second
