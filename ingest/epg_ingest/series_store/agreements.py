"""Who numbers a series like whom: compared where two providers show it at one instant on one channel."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from ..series.common_numbers import COMMON, OPEN, numbering
from ..series.series_keys import title_words
from .same_episodes import join_numbers

_SEVERAL = "SELECT count(*) > 1 FROM providers"
#: What is new or says something new, against what others show there. Times that are cut differ, and then nothing is said.
_COMPARE = """
    SELECT b.provider_id, n.title, o.title, (n.season, n.episode) = (o.season, o.episode), count(*)
    FROM (
        SELECT id FROM airings WHERE id > :last_airing
        UNION ALL SELECT a.id FROM contents c CROSS JOIN airings a ON a.content_id = c.id
        WHERE c.id > :last AND a.id <= :last_airing
        UNION ALL SELECT a.id FROM json_each(:again) j CROSS JOIN airings a ON a.content_id = j.value
        WHERE a.id <= :last_airing
    ) i
    CROSS JOIN airings a ON a.id = i.id AND a.provider_id = :provider AND a.channel_id IN (
        SELECT channel_id FROM channel_mappings GROUP BY channel_id HAVING count(DISTINCT provider_id) > 1)
    CROSS JOIN contents n ON n.id = a.content_id AND n.season < 1900 AND n.episode > 0
    CROSS JOIN airings b ON b.channel_id = a.channel_id AND b.start_time = a.start_time AND b.provider_id <> :provider
    CROSS JOIN contents o ON o.id = b.content_id AND o.season < 1900 AND o.episode > 0
    GROUP BY 1, 2, 3, 4
"""
_SERIES = "SELECT series_id FROM series_keys WHERE key = ?"
_KNOWN = "SELECT agreed, differed FROM series_numberings WHERE (series_id, provider_id, other_id) = (?, ?, ?)"
_NOTE = """
    INSERT INTO series_numberings (series_id, provider_id, other_id, agreed, differed, verdict) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET agreed = excluded.agreed, differed = excluded.differed, verdict = excluded.verdict
"""
#: providers that have the common numbering of a series
_MEMBERS = """
    SELECT provider_id FROM series_numberings WHERE series_id = :series AND verdict = 'common'
    UNION SELECT other_id FROM series_numberings WHERE series_id = :series AND verdict = 'common'
"""


def look(conn: sqlite3.Connection, provider: int, last_airing: int, last: int, again: Iterable[int]) -> None:
    """Compare the numbers of a provider's programmes above `last_airing`, of its contents above `last` and of those in `again`
    with those of other providers.

    From the first agreement on, numbers of both are one numbering; episodes of the same number become one.
    """
    if not conn.execute(_SEVERAL).fetchone()[0]:
        return
    counts: Counter[tuple[str, int, bool]] = Counter()
    values = {
        "last_airing": last_airing,
        "last": last,
        "again": json.dumps(list(again)),
        "provider": provider,
    }
    for other, title, others_title, agreed, count in conn.execute(_COMPARE, values):
        key = title_words(title)
        if key == title_words(others_title):
            counts[key, other, bool(agreed)] += count
    for key, other in sorted({(key, other) for key, other, _ in counts}):
        row = conn.execute(_SERIES, [key]).fetchone()
        if row is not None:
            _note(conn, row[0], provider, other, counts[key, other, True], counts[key, other, False])


def _note(
    conn: sqlite3.Connection, series: int, provider: int, other: int, agreed: int, differed: int
) -> None:
    pair = (series, min(provider, other), max(provider, other))
    before = conn.execute(_KNOWN, pair).fetchone() or (0, 0)
    agreed, differed = agreed + before[0], differed + before[1]
    verdict = numbering(agreed, differed).verdict
    if verdict == OPEN:
        return
    members = {ident for (ident,) in conn.execute(_MEMBERS, {"series": series})}
    if verdict == COMMON and members and not members & {provider, other}:
        return  # a second group that nothing ties to the first: its numbers stay those of each provider
    conn.execute(_NOTE, [*pair, agreed, differed, verdict])
    if verdict == COMMON:
        for newcomer in sorted({provider, other} - members):
            join_numbers(conn, series, newcomer)
