"""What a refresh changes: the rows that are stored, the list as it is now, and the matches of its entries. Pure.

A row keeps what a person has set. It keeps its channel, unless only its address tells which entry it is: then the name differs,
and a channel that was found by the name is found again. Rows that the list no longer has are deleted; those with decisions of a
person wait (`gone_at`) for the entry to come back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..core.errors import GateError
from ..lineups.entry import LineupEntry
from ..lineups.matched import Matched
from ..storage.lineup_secrets import Stream
from .lineup_rows import EntryRow
from .pairing import Identity, Pairing, pair

#: losses up to this number of entries always pass
GATE_ROWS = 2
#: the columns of a row that a list decides, unless a person has set them
FROM_LIST = ("position", "number", "name", "group_name", "icon_url", "shift_minutes")
#: candidates that are kept for review
MOST_CANDIDATES = 5


class ListedEntry(NamedTuple):
    """One entry of the list with the row that it is, None for a new one. `changed`: its channel is to be found again."""

    entry: LineupEntry
    row: EntryRow | None
    changed: bool = False

    def wants_match(self, guide_changed: bool) -> bool:
        """Whether its channel is to be looked for: it is new, or open although the guide or the entry has changed since."""
        if self.entry.kind not in ("tv", "radio") or (self.row is not None and self.row.method == "manual"):
            return False
        if self.row is None or self.changed:
            return True
        return self.row.open and (guide_changed or self._says_else(self.row))

    def _says_else(self, row: EntryRow) -> bool:
        entry = self.entry
        said = (entry.source_id, entry.name, json.dumps(entry.other_ids, ensure_ascii=False))
        return said != (row.source_id or "", row.source_name, row.other_ids)


@dataclass
class RefreshPlan:
    """Rows to insert and to update, as dictionaries of all columns; ids of rows to delete, and of those that are gone."""

    inserted: list[dict[str, Any]] = field(default_factory=list)
    updated: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    streams: dict[int, Stream] = field(default_factory=dict)

    def keep_streams(self, rows: Sequence[EntryRow], streams: Mapping[int, Stream]) -> None:
        """Keep the addresses of rows that stay although the list does not have them."""
        deleted = set(self.deleted)
        for row in rows:
            if row.id in streams and row.id not in deleted:
                self.streams.setdefault(row.id, streams[row.id])


def places(
    rows: Sequence[EntryRow], entries: Sequence[LineupEntry], streams: Mapping[int, Stream]
) -> list[ListedEntry]:
    """Each entry with its row. `streams` are the addresses that are stored."""
    known = [row for row in rows if row.from_source]
    found: Pairing = pair(
        [_stored(row, streams) for row in known],
        [Identity(entry.source_id, entry.name, entry.address) for entry in entries],
    )
    return [
        ListedEntry(entry, None if partner is None else known[partner], place in found.by_address)
        for place, (entry, partner) in enumerate(zip(entries, found.partners, strict=True))
    ]


def _stored(row: EntryRow, streams: Mapping[int, Stream]) -> Identity:
    stream = streams.get(row.id)
    return Identity(row.source_id or "", row.source_name or "", stream.address if stream else "")


def check_loss(rows: Sequence[EntryRow], found: Sequence[ListedEntry]) -> None:
    """Raise `GateError` if half of the entries are missing: the list is probably broken, or another one."""
    before = sum(1 for row in rows if row.from_source and row.gone_at is None)
    lost = before - sum(1 for place in found if place.row is not None and place.row.gone_at is None)
    if lost > GATE_ROWS and lost * 2 >= before:
        raise GateError(
            f"the list has lost {lost:,} of {before:,} entries, so nothing was changed; look at it, and accept it with --force"
            " if it is right"
        )


def plan(
    rows: Sequence[EntryRow],
    found: Sequence[ListedEntry],
    matches: Mapping[int, Matched],
    first_id: int,
    now: str,
) -> RefreshPlan:
    """What to write. `matches` are by the place in the list; new rows get ids from `first_id` on; `now` is ISO, UTC."""
    made = RefreshPlan()
    positions = _positions(rows, found)
    kept: set[int] = set()
    for place, (entry, row, _) in enumerate(found):
        wanted = _wanted(entry, row, positions[place], matches.get(place))
        if row is None:
            ident = first_id + len(made.inserted)
            made.inserted.append({"id": ident, **wanted})
        else:
            ident = row.id
            kept.add(ident)
            if any(getattr(row, column) != value for column, value in wanted.items()):
                made.updated.append({"id": ident, **wanted})
        if entry.address:
            made.streams[ident] = Stream(entry.address, entry.options)
    for row in rows:
        if row.from_source and row.id not in kept:
            if not row.decided:
                made.deleted.append(row.id)
            elif row.gone_at is None:
                made.gone.append(row.id)
    return made


def _wanted(entry: LineupEntry, row: EntryRow | None, position: int, match: Matched | None) -> dict[str, Any]:
    """The columns of a row as they are to be."""
    listed: dict[str, Any] = {
        "position": position,
        "number": entry.number or None,
        "name": entry.name,
        "group_name": entry.group_name or None,
        "icon_url": entry.icon_url or None,
        "shift_minutes": entry.shift_minutes,
    }
    if row is not None:
        listed |= {column: getattr(row, column) for column in json.loads(row.pinned) if column in listed}
    own = {
        "kind": entry.kind,
        "source_id": entry.source_id or None,
        "source_name": entry.name,
        "other_ids": json.dumps(entry.other_ids, ensure_ascii=False),
        "gone_at": None,
    }
    if match is None and row is None:
        return {**listed, **own, **matched_columns(None)}
    return {**listed, **own} if match is None else {**listed, **own, **matched_columns(match)}


def matched_columns(match: Matched | None) -> dict[str, Any]:
    """What a row says of its match."""
    if match is None:
        return {"channel_id": None, "method": None, "score": None, "reason": None, "candidates": "[]"}
    candidates = [
        {"channel_id": one.channel_id, "score": round(one.score, 3), "reason": one.reason}
        for one in match.candidates[:MOST_CANDIDATES]
    ]
    has = match.channel_id is not None
    return {
        "channel_id": match.channel_id,
        "method": match.method if has else None,
        "score": match.score if has else None,
        "reason": match.reason or None,
        "candidates": json.dumps(candidates, ensure_ascii=False),
    }


def _positions(rows: Sequence[EntryRow], found: Sequence[ListedEntry]) -> list[int]:
    """The place of each entry in the line-up, from 1: in the order of the list, but for those that a person has placed."""
    taken = {row.position for row in rows if row.gone_at is None and _placed(row)}
    positions: list[int] = []
    following = 0
    for place in found:
        if place.row is not None and _placed(place.row):
            positions.append(place.row.position)
            continue
        following += 1
        while following in taken:
            following += 1
        positions.append(following)
    return positions


def _placed(row: EntryRow) -> bool:
    return not row.from_source or '"position"' in row.pinned
