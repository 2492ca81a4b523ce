"""Numbers and ids of episodes as the guide knows them, for players: one episode has one id, whatever its feeds say.

A programme of a known episode gets the season and episode that another programme of it has, and a `dd_progid` of this guide.
The `dd_progid` of its feed goes: players take it as the show, and two forms of it would make two shows of one.
"""

from __future__ import annotations

from typing import Any

import orjson

from ..core.compact_json import dumps
from ..series.player_ids import player_id

#: the programmes of a channel with their genre, and the series and number of their episode; see `selection` for the parameters
STATEMENT_WITH_EPISODE = """
    SELECT p.start_time, p.end_time, p.title, p.subtitle, p.description, p.end_source, p.details, p.category, p.actors,
           p.directors, p.icon_url, p.rating, p.is_new, ifnull(p.season, e.season), ifnull(p.episode, e.episode), p.genre,
           e.series_id, e.ordinal
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id
    LEFT JOIN content_episodes ce ON ce.content_id = p.content_id
    LEFT JOIN episode_rows e ON e.id = ce.episode_id AND ce.basis <> 'year'
    WHERE p.channel_id = :channel
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
      AND ((:provider IS NULL AND v.enabled = 1 AND p.shadowed_by IS NULL) OR v.name = :provider)
    ORDER BY p.start_time
"""
SYSTEM = "dd_progid"
Row = tuple[Any, ...]
#: the place of the details in a row, and those of the series and number of its episode
_DETAILS, _SERIES, _ORDINAL = 6, 16, 17


def with_id(row: Row) -> Row:
    """A row of the statement whose details have the id of its episode, and no other `dd_progid`. Films and clumps get none."""
    series, ordinal = row[_SERIES:] if len(row) > _ORDINAL else (None, None)
    found = None if series is None else player_id(series, ordinal)
    details = row[_DETAILS]
    if (found is None and f'"{SYSTEM}"' not in details) or '"clump"' in details:
        return row
    return (*row[:_DETAILS], _with_entry(details, found), *row[_DETAILS + 1 :])


def _with_entry(details: str, ident: str | None) -> str:
    said: dict[str, Any] = orjson.loads(details)
    entries = [entry for entry in said.pop("episode-num", ()) if entry.get("system") != SYSTEM]
    if ident is not None:
        entries.append({"text": ident, "system": SYSTEM})
    return dumps({**said, "episode-num": entries} if entries else said)
