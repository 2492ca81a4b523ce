"""The matches of a line-up as CSV, for review in a spreadsheet program: what an entry may be, and a column for the decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..lineup_store.entry_edits import NONE, OPEN, edit_entries
from ..lineup_store.lineup_rows import EntryRow, entries_of, find_lineup
from .sheet_file import SheetRow, from_bytes, to_bytes

if TYPE_CHECKING:
    from sqlite_utils import Database

#: candidates that have columns of their own
CANDIDATES = 3
COLUMNS = (
    "entry", "number", "name", "source_id", "channel", "method", "score", "reason",
    "candidate_1", "candidate_2", "candidate_3",
)  # fmt: skip
#: matches below this score are worth a look
SURE = 0.95


def review_sheet(db: Database, name: str, *, everything: bool = False) -> tuple[bytes, int]:
    """The entries to review as a file, and how many: those that are open, and unsure matches; or `everything`.

    Raises `NotFoundError`.
    """
    lineup = find_lineup(db.conn, name)
    names = dict(db.conn.execute("SELECT id, name FROM channels").fetchall())
    rows = [
        row for row in entries_of(db.conn, lineup.id) if row.gone_at is None and (everything or _unsure(row))
    ]
    return to_bytes((_cells(row, names) for row in rows), COLUMNS), len(rows)


def _unsure(row: EntryRow) -> bool:
    return row.open or (row.method != "manual" and (row.score or 0) < SURE)


def _cells(row: EntryRow, names: dict[int, str]) -> list[str | int]:
    candidates = [
        f"{names.get(one['channel_id'], one['channel_id'])} ({one['score']:.2f}: {one['reason']})"
        for one in json.loads(row.candidates)[:CANDIDATES]
    ]
    return [
        row.id, row.number or "", row.name, row.source_id or "", _channel(row, names), row.method or "",
        "" if row.score is None else f"{row.score:.2f}", row.reason or "", *candidates,
        *[""] * (CANDIDATES - len(candidates)),
    ]  # fmt: skip


def _channel(row: EntryRow, names: dict[int, str]) -> str:
    if row.channel_id is not None:
        return names.get(row.channel_id, "")
    return NONE if row.method == "manual" else OPEN


def take_review(db: Database, name: str, data: bytes, *, now: int) -> int:
    """Take over the decisions of an edited file: those rows whose `channel`, `number` or `name` differs; returns how many.

    All of them, or none. Raises `NotFoundError`, and `UsageError` that names the row.
    """
    lineup = find_lineup(db.conn, name)
    names = dict(db.conn.execute("SELECT id, name FROM channels").fetchall())
    known = {row.id: row for row in entries_of(db.conn, lineup.id)}
    edits = [edit for row in from_bytes(data, COLUMNS) if (edit := _edit(row, known, names))]
    if edits:
        edit_entries(db, lineup.id, edits, now=now)
    return len(edits)


def _edit(row: SheetRow, known: dict[int, EntryRow], names: dict[int, str]) -> dict[str, Any] | None:
    text = row.cells.get("entry", "").strip()
    entry = known.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if entry is None:
        raise UsageError(f"row {row.number}: there is no entry {text[:40]!r} in this line-up")
    found: dict[str, Any] = {}
    channel = row.cells.get("channel", _channel(entry, names)).strip()
    if channel != _channel(entry, names):
        found["channel"] = channel or NONE
    for column, value in (("number", entry.number or ""), ("name", entry.name)):
        cell = row.cells.get(column, value).strip()
        if cell.split() != value.split():
            found[column] = cell or None
    return {**found, "id": entry.id} if found else None
