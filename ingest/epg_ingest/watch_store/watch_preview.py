"""What a watch would send this week, and what it would leave out and why. Nothing is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from ..core.times import iso
from ..watches.airing import WatchedAiring
from ..watches.planning import PlannedAlert, StoredMatch, planned
from ..watches.text_match import pattern_reason, text_reason
from ..watches.watch import PATTERN, SERIES, Watch
from ..watches.watch_settings import UNNAMED, checked_watch
from .airing_rows import MOST, lineup_channels
from .airing_search import found_in_guide
from .content_texts import text_of
from .pattern_search import fields_with

#: seconds that a preview looks ahead
WEEK = 7 * 86_400
#: showings that a preview names
SHOWN = 200
_CONTENT = "SELECT content_id FROM airings WHERE id = ?"


def preview(
    conn: sqlite3.Connection, watch: Watch, now: int, told: Mapping[str, int] | None = None, ahead: int = WEEK
) -> dict[str, Any]:
    """What `watch` finds in the guide until `ahead` seconds after `now` (epoch seconds), as JSON values.

    `sends` and `skips` count showings, `complete` says whether that was all, and `programmes` has the first of them, by start:
    each with what was found (`found`), whether it `sends`, the `reason`, and `at`, when the alert before the start is due.
    """
    found = found_in_guide(conn, watch, now, now + ahead)
    decided = planned(
        watch,
        [StoredMatch(airing, now) for airing in found],
        told or {},
        lineup_channels(conn, watch.lineup_id),
    )
    return {
        "sends": sum(one.sends for one in decided),
        "skips": sum(not one.sends for one in decided),
        "complete": len(found) < MOST,
        "programmes": [_row(conn, watch, one) for one in decided[:SHOWN]],
    }


def told_programs(
    conn: sqlite3.Connection,
    settings: Mapping[str, Any],
    lineup: frozenset[int] | None,
    now: int,
    ahead: int,
    names: Mapping[str, str] = UNNAMED,
) -> tuple[str, list[int]]:
    """The name of a watch that nobody stored, and the ids of the programmes that it would tell of: what ends after `now` (epoch
    seconds) and begins within `ahead` seconds, by start. `lineup` has the only channels that count, None for all; `names` says
    how settings were written.

    Raises `UsageError` for settings that are wrong, `EpgError` (`nore2`) for a pattern where google-re2 is missing.
    """
    watch = checked_watch(settings, names=names)
    found = [StoredMatch(airing) for airing in found_in_guide(conn, watch, now, now + ahead)]
    return watch.name, [one.airing.program_id for one in planned(watch, found, {}, lineup) if one.sends]


def _row(conn: sqlite3.Connection, watch: Watch, one: PlannedAlert) -> dict[str, Any]:
    airing = one.airing
    lead = watch.lead_minutes
    return {
        **airing_as_json(airing),
        "found": _found_because(conn, watch, airing),
        "sends": one.sends,
        "reason": one.reason,
        "at": iso(airing.start - 60 * lead) if one.sends and lead is not None else None,
    }


def airing_as_json(airing: WatchedAiring) -> dict[str, Any]:
    """A showing as the API gives it."""
    return {
        "id": airing.program_id, "channel_id": airing.channel_id, "channel": airing.channel, "start_time": iso(airing.start),
        "end_time": iso(airing.end), "title": airing.title, "subtitle": airing.subtitle, "season": airing.season,
        "episode": airing.episode, "series_id": airing.series_id, "episode_id": airing.episode_id, "showing": airing.showing,
    }  # fmt: skip


def _found_because(conn: sqlite3.Connection, watch: Watch, airing: WatchedAiring) -> str:
    if watch.kind == SERIES:
        return "it is of this series"
    row = conn.execute(_CONTENT, [airing.program_id]).fetchone()
    said = text_of(conn, row[0]) if row else None
    if said is None:
        return ""
    if watch.kind == PATTERN:
        return pattern_reason(watch, said, fields_with(watch, said)) or ""
    return text_reason(watch, said) or ""
