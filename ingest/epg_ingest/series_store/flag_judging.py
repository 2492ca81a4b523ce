"""How far a provider's flags count, measured on a sample of its programmes whose episode is known."""

from __future__ import annotations

import sqlite3

from ..series.claims import FlagCounts, judge_flag
from ..series.said import NEW, PREMIERE, SHOWN

#: programmes that are looked at, spread over all
SAMPLE = 5_000
_LAST = "SELECT ifnull(max(id), 0) FROM airings"
_KNOWN = "SELECT 1 FROM provider_flags WHERE provider_id = ?"
_COUNT = """
    WITH RECURSIVE probes (id) AS (SELECT 1 UNION ALL SELECT id + :step FROM probes WHERE id < :last)
    SELECT ce.claim, EXISTS (
            SELECT 1 FROM content_episodes o CROSS JOIN airings b ON b.content_id = o.content_id
            WHERE o.series_id = ce.series_id AND o.episode_id = ce.episode_id AND b.start_time < a.start_time
              AND a.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', b.start_time,
                  iif(b.channel_id = a.channel_id, '+15 minutes', '+2 hours')))
        OR EXISTS (
            SELECT 1 FROM episode_ledger l WHERE l.episode_id = ce.episode_id
              AND a.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours')), count(*)
    FROM probes p CROSS JOIN airings a ON a.id = p.id AND a.provider_id = :provider
    CROSS JOIN content_episodes ce ON ce.content_id = a.content_id AND ce.episode_id IS NOT NULL
    GROUP BY 1, 2
"""
_NOTE = """
    INSERT INTO provider_flags (provider_id, flag, counts, showings, flagged, repeats, flagged_repeats, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET counts = excluded.counts, showings = excluded.showings, flagged = excluded.flagged,
        repeats = excluded.repeats, flagged_repeats = excluded.flagged_repeats, reason = excluded.reason
"""


def judge(conn: sqlite3.Connection, provider: int, claims: bool) -> None:
    """Judge the flags of a provider again, within the open write transaction. `claims` says that it has some; one that has none
    and never had gets no row."""
    if not claims and not conn.execute(_KNOWN, [provider]).fetchone():
        return
    (last,) = conn.execute(_LAST).fetchone()
    values = {"provider": provider, "last": last, "step": max(1, last // SAMPLE)}
    counts = {(claim, bool(repeat)): count for claim, repeat, count in conn.execute(_COUNT, values)}
    repeats = sum(count for (_, repeat), count in counts.items() if repeat)
    for flag in (NEW, PREMIERE, SHOWN):
        both = counts.get((flag, True), 0)
        found = FlagCounts(sum(counts.values()), both + counts.get((flag, False), 0), repeats, both)
        verdict = judge_flag(flag, found)
        conn.execute(_NOTE, [provider, flag, int(verdict.counts), *found, verdict.reason])
