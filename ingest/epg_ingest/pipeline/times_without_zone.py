"""How many of the programmes that an import recognised unread have times without an offset, so that each import reports as
many as the first one did."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

#: in the order of `StoredElements`; no row for a provider of which no import has reported such times
_UNZONED = """
    SELECT unzoned FROM airings
    WHERE provider_id = :provider AND EXISTS (
        SELECT 1 FROM import_log l JOIN import_problems p ON p.import_id = l.id
        WHERE l.provider_id = :provider AND p.code = 'missingtimezone')
    ORDER BY channel_id, start_time
"""


def recognised_without_zone(conn: sqlite3.Connection, provider_id: int, seen: Sequence[int]) -> int:
    """The number of stored programmes with times without an offset that the feed has shown.

    `seen` is that of `StoredElements`: not 0 for those that the feed has shown.
    """
    rows = conn.execute(_UNZONED, {"provider": provider_id})
    return sum(unzoned for (unzoned,), shown in zip(rows, seen, strict=False) if shown)
