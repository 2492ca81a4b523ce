"""Why a programme is of its series and episode, and what the guide knows of a series; for people. Changes nothing."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..core.errors import NotFoundError
from ..series.common_numbers import numbering
from ..series.episode_keys import REASONS
from ..series.key_words import words_of
from .by_hand import find_series
from .told import these_contents

_LIST = """
    SELECT s.id, s.title, s.kind, s.generic, s.pinned,
           (SELECT count(*) FROM episodes e WHERE e.series_id = s.id AND e.same_as IS NULL) AS episodes,
           (SELECT count(*) FROM content_episodes ce JOIN airings a ON a.content_id = ce.content_id
            WHERE ce.series_id = s.id) AS programmes
    FROM series s
    WHERE s.id IN (SELECT k.series_id FROM series_keys k WHERE :words = '' OR instr(k.key, :words))
      AND (NOT :candidates OR s.id IN (SELECT series_id FROM series_numberings WHERE verdict = 'apart'))
    ORDER BY programmes DESC, s.id LIMIT :limit
"""
_KEYS = "SELECT key, source, own_series_id FROM series_keys WHERE series_id = ? ORDER BY key"
_EPISODES = """
    SELECT id, season, episode, subtitle, first_start, last_start, showings FROM episodes
    WHERE series_id = ? AND same_as IS NULL ORDER BY season IS NULL, season, episode, first_start, id
"""
_NUMBERINGS = """
    SELECT p.name AS provider, o.name AS other, n.verdict, n.agreed, n.differed FROM series_numberings n
    JOIN providers p ON p.id = n.provider_id JOIN providers o ON o.id = n.other_id
    WHERE n.series_id = ? ORDER BY 1, 2
"""
_CHANNELS = """
    SELECT c.id, c.name, c.display_name, count(*) AS programmes FROM content_episodes ce
    JOIN airings a ON a.content_id = ce.content_id JOIN channels c ON c.id = a.channel_id
    WHERE ce.series_id = ? GROUP BY c.id ORDER BY 4 DESC, 1
"""
_PROGRAMME = """
    SELECT p.id, p.title, p.start_time, p.series_id, p.episode_id, p.showing, p.showing_reason, p.content_id,
           v.name AS provider,
           ce.basis, ce.claim, s.title AS series, k.source, f.counts, f.reason AS flag_reason
    FROM programs p JOIN providers v ON v.id = p.provider_id
    LEFT JOIN content_episodes ce ON ce.content_id = p.content_id LEFT JOIN series s ON s.id = ce.series_id
    LEFT JOIN series_keys k ON k.series_id = s.id
    LEFT JOIN provider_flags f ON f.provider_id = p.provider_id AND f.flag = ce.claim
    WHERE p.id = ? LIMIT 1
"""


def listed(conn: sqlite3.Connection, words: str, candidates: bool, limit: int) -> list[dict[str, Any]]:
    """Series with these words in their titles ("" for all), those with most programmes first. `candidates` are only those that
    providers number apart, which a person may decide."""
    folded = words_of(words) if words.strip() else ""
    return _rows(conn, _LIST, {"words": folded, "candidates": candidates, "limit": limit})


def shown(conn: sqlite3.Connection, ident: int) -> dict[str, Any]:
    """A series with its keys, channels, episodes, and who numbers it like whom. Raises `NotFoundError`."""
    number, title, kind = find_series(conn, ident)
    numberings = _rows(conn, _NUMBERINGS, [ident])
    for row in numberings:
        row["reason"] = numbering(row["agreed"], row["differed"]).reason
    return {
        "id": number, "title": title, "kind": kind, "keys": _rows(conn, _KEYS, [ident]),
        "channels": _rows(conn, _CHANNELS, [ident]), "numberings": numberings, "episodes": _rows(conn, _EPISODES, [ident]),
    }  # fmt: skip


def explained(conn: sqlite3.Connection, program_id: int) -> dict[str, Any]:
    """Why a programme is of its series and episode, and why its showing is what it is. Raises `NotFoundError`."""
    found = _rows(conn, _PROGRAMME, [program_id])
    if not found:
        raise NotFoundError(f"there is no programme {program_id}")
    row = found[0]
    said = next((one for stretch in these_contents(conn, [row.pop("content_id")]) for one in stretch), None)
    return {
        **row,
        "series_key": said and said.series.key,
        "episode_key": said and said.episode.key,
        "basis_reason": REASONS.get(row["basis"] or ""),
    }


def _rows(conn: sqlite3.Connection, statement: str, values: Any) -> list[dict[str, Any]]:
    found = conn.execute(statement, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]
