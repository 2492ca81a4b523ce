"""Entries matched again without reading the source: those that are open, or all that no person has decided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..core.times import iso
from ..lineups.entry import EntryKind, LineupEntry
from ..storage.database import write
from .guide_channels import guide_channels
from .lineup_rows import EntryRow, entries_of, find_lineup
from .refresh_plan import matched_columns

if TYPE_CHECKING:
    from sqlite_utils import Database

#: the row must be as it was when it was matched
_STORE = """
    UPDATE lineup_channels SET channel_id = (SELECT id FROM channels WHERE id = :channel_id), method = :method, score = :score,
        reason = :reason, candidates = :candidates
    WHERE id = :id AND channel_id IS :before AND method IS :was
"""


def match_again(
    db: Database, name_or_id: str | int, *, everything: bool = False, above: float | None = None, now: int
) -> tuple[int, int]:
    """Find channels for the open entries of a line-up; with `everything`, for all that no person has decided.

    `above` also takes the first candidate of what stays open, where its score is at least that. Returns how many entries were
    looked at and how many of them have a channel now. `now` is epoch seconds. Raises `NotFoundError`.
    """
    from .entry_matching import matched

    lineup = find_lineup(db.conn, name_or_id)
    listed = entries_of(db.conn, lineup.id)
    rows = [row for row in listed if _asked(row, everything)]
    if not rows:
        return 0, 0
    answers = matched(map(_entry, rows), map(_entry, listed), guide_channels(db.conn, now))
    found = 0
    with write(db) as conn:
        for row, match in zip(rows, answers, strict=True):
            if match.channel_id is None and above is not None and match.candidates:
                best = match.candidates[0]
                if best.score >= above:
                    match = match._replace(
                        channel_id=best.channel_id, method="name", score=best.score, reason=best.reason
                    )
            columns = matched_columns(match)
            conn.execute(_STORE, {**columns, "id": row.id, "before": row.channel_id, "was": row.method})
            found += columns["channel_id"] is not None
        conn.execute("UPDATE lineups SET updated_at = ? WHERE id = ?", [iso(now), lineup.id])
    return len(rows), found


def _asked(row: EntryRow, everything: bool) -> bool:
    wanted = row.open or (everything and row.method != "manual")
    return wanted and row.gone_at is None and row.kind in ("tv", "radio")


def _entry(row: EntryRow) -> LineupEntry:
    """What the source said of an entry. Of one that a person added, what the person said."""
    kind: EntryKind = "radio" if row.kind == "radio" else "tv"
    name = row.source_name or row.name
    return LineupEntry(
        row.position, row.number or "", name, row.source_id or "", tuple(json.loads(row.other_ids)), row.group_name or "",
        kind=kind,
    )  # fmt: skip
