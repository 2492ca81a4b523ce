"""A change by hand with the rows that it touched, whether they still stand, and how they are written back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ...core.errors import ConflictError

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.db import Table

_ROWS = {
    "providers": "SELECT * FROM providers WHERE id = ?",
    "channels": "SELECT * FROM channels WHERE id = ?",
    "channel_mappings": "SELECT * FROM channel_mappings WHERE id = ?",
    "rules": "SELECT * FROM rules WHERE id = ?",
    "rule_choices": "SELECT * FROM rule_choices WHERE id = ?",
    "groups": "SELECT * FROM groups WHERE id = ?",
    "channel_groups": "SELECT * FROM channel_groups WHERE id = ?",
}
#: a row before and after the change, None where it was not there
Pair = tuple["dict[str, Any] | None", "dict[str, Any] | None"]


@dataclass(frozen=True)
class HandChange:
    """A row of `write_log` that can be undone, with the rows it touched, by table."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    rows: Mapping[str, Sequence[Pair]]


def channel_of(row: Mapping[str, Any] | None) -> int | None:
    """The channel of a mapping or of an entry, None for a row that is not there."""
    return None if row is None else row["channel_id"]


def check(
    conn: sqlite3.Connection,
    table: str,
    change: HandChange,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    columns: Iterable[str],
) -> None:
    """Raise `ConflictError` unless the row is as the change left it, in those of the columns that the change touched."""
    ident = (after or before or {})["id"]
    found = conn.execute(_ROWS[table], [ident])
    names = [column[0] for column in found.description]
    row = found.fetchone()
    if after is None or row is None:
        if after is not None or row is not None:
            raise conflict(change)
        return
    now = dict(zip(names, row, strict=True))
    touched = [name for name in columns if before is None or before.get(name) != after.get(name)]
    if any(now.get(name) != after.get(name) for name in touched if name in now and name != "updated_at"):
        raise conflict(change)


def conflict(change: HandChange) -> ConflictError:
    """What to raise for a change whose rows do not stand any more."""
    return ConflictError(
        f"{change.subject} was changed again since {change.at} ({change.action}), by an import or by hand;"
        " nothing was undone"
    )


def put_back(db: Database, table: str, pairs: Iterable[Pair]) -> None:
    """Write rows as they were. sqlite-utils writes the statements: tables gain columns."""
    rows = cast("Table", db[table])
    for before, after in pairs:
        if before is None and after is not None:
            rows.delete(after["id"])
        elif before is not None and after is None:
            rows.insert(before)
        elif before is not None and after is not None:
            rows.update(before["id"], {key: value for key, value in before.items() if value != after[key]})


def regroup(db: Database, rows: Mapping[str, Sequence[Pair]]) -> None:
    """Put groups and their members back. Members that a change made go first, before a group takes them along."""
    made = [pair for pair in rows["channel_groups"] if pair[0] is None]
    put_back(db, "channel_groups", made)
    put_back(db, "groups", rows["groups"])
    put_back(db, "channel_groups", [pair for pair in rows["channel_groups"] if pair[0] is not None])
