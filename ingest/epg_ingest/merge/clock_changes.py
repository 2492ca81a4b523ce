"""What a feed read again says about clock changes, after `airings` were written. Within the open write transaction.

A time that the provider's clock skips is stored as another one, so what was written is noted in `clock_times`. Programmes that
a correction put aside in `displaced` are decided by the feed, as far as it reaches. A correction cannot know which pass of a
repeated hour a programme belongs to; the feed can.
"""

from __future__ import annotations

import sqlite3

_ANY_SKIPPED = (
    "SELECT EXISTS (SELECT 1 FROM temp.marks WHERE start_clock IS NOT NULL OR stop_clock IS NOT NULL)"
)
_ANY_NOTED = "SELECT EXISTS (SELECT 1 FROM clock_times)"
#: of the joined programme of a clump, `seq` is that of its first part with a minus
_FORGET = """
    DELETE FROM clock_times WHERE program_id IN (
        SELECT ifnull(n.id, n.number) FROM temp.planned n LEFT JOIN temp.marks m ON m.seq = abs(n.seq)
        WHERE n.seq IS NOT NULL AND m.start_clock IS NULL AND m.stop_clock IS NULL)
"""
_NOTE = """
    INSERT INTO clock_times (program_id, start_clock, start_second, stop_clock)
    SELECT ifnull(n.id, n.number), strftime('%Y-%m-%dT%H:%M:%S', m.start_clock, 'unixepoch'),
           CASE WHEN m.start_clock IS NOT NULL THEN 0 END, strftime('%Y-%m-%dT%H:%M:%S', m.stop_clock, 'unixepoch')
    FROM temp.planned n CROSS JOIN temp.marks m ON m.seq = abs(n.seq)
    WHERE m.start_clock IS NOT NULL OR m.stop_clock IS NOT NULL
    ON CONFLICT (program_id) DO UPDATE SET
        start_clock = excluded.start_clock, start_second = excluded.start_second, stop_clock = excluded.stop_clock,
        stop_second = NULL
"""
_ANY_DISPLACED = "SELECT EXISTS (SELECT 1 FROM displaced WHERE provider_id = ?)"
_DECIDE_DISPLACED = """
    WITH spans AS MATERIALIZED (
        SELECT channel_id, strftime('%Y-%m-%dT%H:%M:%SZ', min(start), 'unixepoch') AS first,
               strftime('%Y-%m-%dT%H:%M:%SZ', max(max(start, ifnull(stop, start))), 'unixepoch') AS last
        FROM temp.planned WHERE seq IS NOT NULL GROUP BY channel_id)
    DELETE FROM displaced WHERE provider_id = ? AND EXISTS (
        SELECT 1 FROM spans s
        WHERE s.channel_id = displaced.channel_id AND displaced.start_time BETWEEN s.first AND s.last)
"""
#: stored programmes that the feed has in the other pass of a repeated hour
_IN_THE_OTHER = """
    SELECT a.id, a.channel_id FROM temp.marks m CROSS JOIN temp.elements s ON s.seq = m.seq
    CROSS JOIN temp.mapped f ON f.name = s.channel
    CROSS JOIN airings a ON a.provider_id = :provider AND a.channel_id = f.channel_id AND a.start_time IN (
        strftime('%Y-%m-%dT%H:%M:%SZ', s.start - m.later, 'unixepoch'),
        strftime('%Y-%m-%dT%H:%M:%SZ', s.start + m.later, 'unixepoch'))
    CROSS JOIN contents c ON c.id = a.content_id AND c.hash = s.content_hash
    WHERE m.later IS NOT NULL AND a.unzoned
"""


def note(conn: sqlite3.Connection, provider_id: int) -> None:
    """Note what the feed wrote of the programmes in the plan; forget displaced ones of the time that it covers."""
    (skipped,) = conn.execute(_ANY_SKIPPED).fetchone()
    (noted,) = conn.execute(_ANY_NOTED).fetchone()
    if noted:
        conn.execute(_FORGET)
    if skipped:
        conn.execute(_NOTE)
    (displaced,) = conn.execute(_ANY_DISPLACED, [provider_id]).fetchone()
    if displaced:
        conn.execute(_DECIDE_DISPLACED, [provider_id])


def in_other_pass(conn: sqlite3.Connection, provider_id: int) -> dict[int, set[int]]:
    """Stored programmes, by channel, that the feed shows with the same content in the other pass of a repeated hour.

    They were put there by a correction of the time zone, and are wrong even where the feed does not reach.
    """
    found: dict[int, set[int]] = {}
    for row, channel in conn.execute(_IN_THE_OTHER, {"provider": provider_id}):
        found.setdefault(channel, set()).add(row)
    return found
