"""Entries changed by hand: their channel, number, name, place, id and shift; entries added and removed.

What a person sets is pinned: a refresh leaves it alone. Each call is one write transaction that raises the generation.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import NotFoundError, UsageError
from ..core.times import iso
from ..guide.channels import find_channel
from ..storage.database import write
from .entry_order import place_entries
from .lineup_rows import Lineup, find_lineup
from .lineup_settings import EDITABLE, validated_entry

if TYPE_CHECKING:
    from sqlite_utils import Database

#: what may be said of the channel of an entry, apart from a name or id: there is none, or the next matching decides
NONE, OPEN = "none", "open"
MAX_ID = 2**63 - 1
_ENTRY = "SELECT pinned, source_name FROM lineup_channels WHERE id = ? AND lineup_id = ?"
_SET = {
    "name": "UPDATE lineup_channels SET name = ? WHERE id = ?",
    "number": "UPDATE lineup_channels SET number = ? WHERE id = ?",
    "group_name": "UPDATE lineup_channels SET group_name = ? WHERE id = ?",
    "icon_url": "UPDATE lineup_channels SET icon_url = ? WHERE id = ?",
    "output_id": "UPDATE lineup_channels SET output_id = ? WHERE id = ?",
    "shift_minutes": "UPDATE lineup_channels SET shift_minutes = ? WHERE id = ?",
    "hidden": "UPDATE lineup_channels SET hidden = ? WHERE id = ?",
}
_SET_CHANNEL = """
    UPDATE lineup_channels SET channel_id = :channel, method = :method, score = NULL, reason = NULL WHERE id = :id
"""
_INSERT = """
    INSERT INTO lineup_channels (lineup_id, position, name, channel_id, method)
    VALUES (:lineup, ifnull((SELECT max(position) FROM lineup_channels WHERE lineup_id = :lineup), 0) + 1, :name, :channel,
            :method)
"""
_TOUCH = "UPDATE lineups SET updated_at = ? WHERE id = ?"


def edit_entries(
    db: Database, lineup: str | int, edits: Sequence[Mapping[str, Any]], *, now: int
) -> list[int]:
    """Change entries, all or none; returns their ids. `now` is epoch seconds.

    Each edit has the `id` of an entry and what to set: the columns in `EDITABLE`; `channel`, a name or id, `none` or `open`;
    `unpin`, a list of columns that the source decides again from the next refresh on; or `delete`, for an entry that a person
    added or that is gone. Raises `NotFoundError` and `UsageError`.
    """
    with write(db) as conn:
        found = find_lineup(conn, lineup)
        for edit in edits:
            if edit.get("delete"):
                _remove(conn, found, edit.get("id"))
            else:
                _edit(conn, found, edit)
        _place(conn, found, edits)
        conn.execute(_TOUCH, [iso(now), found.id])
    return [edit["id"] for edit in edits]


def add_entry(db: Database, lineup: str | int, settings: Mapping[str, Any], *, now: int) -> int:
    """Add an entry by hand at the end, or at `position`; returns its id.

    `settings` are those of `edit_entries`. Without a `name` it is called as its channel.
    """
    with write(db) as conn:
        found = find_lineup(conn, lineup)
        channel = settings.get("channel")
        target = None if channel in (None, NONE, OPEN) else find_channel(conn, channel)
        name = settings.get("name") or (target.display_name if target else None)
        if name is None:
            raise UsageError("an entry needs a name or a channel")
        row = {"lineup": found.id, "name": name, "channel": None, "method": None}
        ident = conn.execute(_INSERT, row).lastrowid
        assert ident is not None
        _edit(conn, found, {**settings, "name": name, "id": ident})
        _place(conn, found, [{**settings, "id": ident}])
        conn.execute(_TOUCH, [iso(now), found.id])
    return ident


def remove_entry(db: Database, lineup: str | int, ident: int, *, now: int) -> None:
    """Delete an entry that a person added, or one that the source no longer has. Raises `NotFoundError` and `UsageError`."""
    with write(db) as conn:
        found = find_lineup(conn, lineup)
        _remove(conn, found, ident)
        conn.execute(_TOUCH, [iso(now), found.id])


def _remove(conn: sqlite3.Connection, lineup: Lineup, ident: Any) -> None:
    _known(conn, lineup, ident)
    gone = "DELETE FROM lineup_channels WHERE id = ? AND (source_name IS NULL OR gone_at IS NOT NULL)"
    if not conn.execute(gone, [ident]).rowcount:
        raise UsageError(
            "this entry comes from the source, which would bring it back; set its channel to none instead"
        )


def _edit(conn: sqlite3.Connection, lineup: Lineup, edit: Mapping[str, Any]) -> None:
    ident: Any = edit.get("id")
    pinned, from_source = _known(conn, lineup, ident)
    given = {key: value for key, value in edit.items() if key not in ("id", "channel", "unpin", "delete")}
    for key in given:
        if key not in EDITABLE:
            known = ", ".join(("channel", *EDITABLE, "unpin"))
            raise UsageError(f"unknown setting {str(key)[:40]!r}; known are: {known}")
    for key, value in validated_entry(given).items():
        if key != "position":
            conn.execute(_SET[key], [value, ident])
    unpinned = edit.get("unpin", ())
    if not isinstance(unpinned, (list, tuple)) or any(key not in EDITABLE for key in unpinned):
        raise UsageError(f"unpin must be a list of columns: {', '.join(EDITABLE)}")
    _pin(conn, ident, [*pinned, *(given if from_source else ())], unpinned)
    if "channel" in edit:
        _set_channel(conn, ident, edit["channel"])


def _place(conn: sqlite3.Connection, lineup: Lineup, edits: Sequence[Mapping[str, Any]]) -> None:
    """Put the entries that are given a position at their places."""
    wanted = {edit["id"]: edit["position"] for edit in edits if "position" in edit}
    if wanted:
        place_entries(conn, lineup.id, wanted)


def _known(conn: sqlite3.Connection, lineup: Lineup, ident: Any) -> tuple[list[str], bool]:
    if not isinstance(ident, int) or isinstance(ident, bool):
        raise UsageError("each change needs the id of an entry")
    if not 0 < ident <= MAX_ID:
        raise NotFoundError(f"there is no entry with this id in the line-up {lineup.name}")
    row = conn.execute(_ENTRY, [ident, lineup.id]).fetchone()
    if row is None:
        raise NotFoundError(f"there is no entry {ident} in the line-up {lineup.name}")
    return json.loads(row[0]), row[1] is not None


def _pin(conn: sqlite3.Connection, ident: int, pinned: Iterable[str], without: Iterable[str]) -> None:
    kept = [key for key in EDITABLE if key in set(pinned) - set(without)]
    conn.execute("UPDATE lineup_channels SET pinned = ? WHERE id = ?", [json.dumps(kept), ident])
    if "output_id" in without:
        conn.execute(_SET["output_id"], [None, ident])


def _set_channel(conn: sqlite3.Connection, ident: int, channel: Any) -> None:
    if channel == OPEN:
        target, method = None, None
    elif channel in (None, NONE):
        target, method = None, "manual"
    elif isinstance(channel, (str, int)) and not isinstance(channel, bool):
        target, method = find_channel(conn, channel).id, "manual"
    else:
        raise UsageError("channel must be a name or an id, none or open")
    conn.execute(_SET_CHANNEL, {"channel": target, "method": method, "id": ident})
