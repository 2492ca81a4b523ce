"""The last change that a person made to mappings, channels or a provider's settings, taken back.

`storage.audit` keeps the rows that a change touched, as they were before and after it. `undo` puts the old rows back if the
new ones still stand, and lets the programmes follow as far as they are there: those that a change deleted come with the next
import. It is recorded like any change, so the next `undo` takes back the change before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ..core.errors import ConflictError, NotFoundError, UsageError
from ..core.times import iso
from ..rule_store.applying import apply_rules
from ..storage.audit import audited
from ..storage.database import write
from ..storage.vault import Vault
from .clock.corrections import shift
from .programmes import delete_programmes, drop_orphans, mark_changed, move_programmes, read_again
from .provider_settings import PUBLIC
from .providers import update_provider
from .resolve import resolve
from .stored import reschedule

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.db import Table

_LAST = """
    SELECT id, at, actor, action, subject, undo FROM write_log
    WHERE undo IS NOT NULL AND action <> 'undo'
      AND id NOT IN (SELECT json_extract(details, '$.undone') FROM write_log WHERE action = 'undo')
    ORDER BY id DESC LIMIT 1
"""
_OTHERS = """
    SELECT 1 FROM channel_mappings
    WHERE provider_id = ? AND channel_id = ? AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1
"""
#: an entry of a line-up gets its channel back, unless somebody has chosen another one since
_FOLLOW_BACK = """
    UPDATE lineup_channels SET channel_id = :channel_id, method = :method, score = :score, reason = :reason
    WHERE id = :id AND channel_id IS :now
"""
#: what cannot be taken back, and what to do instead
_FINAL = {
    "provider.create": "remove the provider with: epg-ingest providers remove NAME",
    "provider.delete": "add the provider again, or restore a backup",
}
#: the tables of a change of rules
RULES = {"rules", "rule_choices"}
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


@dataclass(frozen=True)
class Undone:
    """What was taken back. `moved`, `removed` and `tidied` count programmes; `needs_import` is True if some follow with an
    import."""

    change: HandChange
    moved: int = 0
    removed: int = 0
    needs_import: bool = False
    tidied: int = 0


def last_tables(conn: sqlite3.Connection) -> set[str]:
    """The tables with rows that `undo` would put back; none where there is nothing to undo."""
    row = conn.execute(_LAST).fetchone()
    return set() if row is None else set(json.loads(row[-1]))


def undo(db: Database, vault: Vault, *, actor: str, now: int, only: int | None = None) -> Undone:
    """Take back the last change that was not undone yet, in one transaction. `now` is epoch seconds.

    With `only` (an id in `write_log`) nothing is undone unless that is the last change: somebody may have made another one
    since a page offered to take it back. Raises `ConflictError` then.

    Raises `NotFoundError` if there is none, `UsageError` for one that cannot be taken back, and `ConflictError` if something
    has changed the same rows since.
    """
    row = db.conn.execute(_LAST).fetchone()
    if row is None:
        raise NotFoundError("there is no change to undo")
    ident, at, who, action, subject, rows = row
    if only not in (None, ident):
        raise ConflictError(f"another change came after it ({action}, {subject}); nothing was undone")
    change = HandChange(ident, at, who, action, subject, json.loads(rows))
    if change.action in _FINAL:
        raise UsageError(
            f"the last change ({change.action}, {change.subject}) cannot be undone; {_FINAL[change.action]}"
        )
    with audited(actor, "undo", change.subject, {"undone": change.id, "action": change.action}, now=now):
        if change.action == "provider.update":
            return _undo_settings(db, vault, change, now)
        if change.rows.keys() <= RULES:
            return _undo_rules(db, change, now)
        return _undo_rows(db, change, now)


def _undo_settings(db: Database, vault: Vault, change: HandChange, now: int) -> Undone:
    """Settings go back as a person would set them, with all that follows from them."""
    for before, after in change.rows["providers"]:
        if before is None or after is None:
            raise _conflict(change)
        _check(db.conn, "providers", change, before, after, PUBLIC)
        # A change that an older version wrote down has not all of today's columns.
        old = {key: before[key] for key in PUBLIC if before.get(key) != after.get(key)}
        if not old:
            raise UsageError(
                f"the last change ({change.subject}) was to an address or headers, which the log does not keep;"
                " set them with: epg-ingest providers update"
            )
        for key in ("public_url", "enabled", "repair_text"):
            if key in old:
                old[key] = bool(old[key])
        if "language" in old:
            old["language"] = json.loads(old["language"])
        update_provider(db, vault, before["id"], old, now=now)
    return Undone(change)


def _undo_rules(db: Database, change: HandChange, now: int) -> Undone:
    """Rules and choices go back, and the stored programmes follow."""
    try:
        with write(db) as conn:
            for table, pairs in change.rows.items():
                for before, after in pairs:
                    _check(conn, table, change, before, after, before or ())
                _put_back(db, table, pairs)
    except sqlite3.IntegrityError:
        raise _conflict(change) from None
    return Undone(change, tidied=apply_rules(db, now=now).programmes)


def _undo_rows(db: Database, change: HandChange, now: int) -> Undone:
    channels = change.rows.get("channels", ())
    mappings = change.rows.get("channel_mappings", ())
    groups = [(table, change.rows.get(table, ())) for table in ("groups", "channel_groups")]
    try:
        with write(db) as conn:
            for table, pairs in (("channels", channels), ("channel_mappings", mappings), *groups):
                for before, after in pairs:
                    _check(conn, table, change, before, after, before or ("channel_id",))
            returning = _returning(mappings)
            alone = {key: _only(conn, *key, pairs) for key, pairs in returning.items()}
            shifted = _shift_back(conn, mappings, now)
            _put_back(db, "channels", [pair for pair in channels if pair[0]])
            _put_back(db, "channel_mappings", mappings)
            moved = removed = 0
            for (provider, source), target in alone.items():
                if target is None:
                    read_again(conn, provider, source)
                elif target == source:
                    removed += delete_programmes(conn, provider, source)
                else:
                    moved += move_programmes(conn, provider, source, target, iso(now)).moved
                    reschedule(conn, provider, [target], now)
            for entry, followed in change.rows.get("lineup_channels", ()):
                conn.execute(_FOLLOW_BACK, {**(entry or {}), "now": _channel(followed)})
            _regroup(db, dict(groups))
            drop_orphans(conn, [after["id"] for before, after in channels if before is None and after])
            _settle(conn, channels, mappings, now)
    except sqlite3.IntegrityError:
        raise _conflict(change) from None
    gone = any(_channel(after) is None and _channel(before) for before, after in mappings)
    return Undone(change, moved, removed, gone or not shifted or None in alone.values())


def _shift_back(conn: sqlite3.Connection, mappings: Iterable[Pair], now: int) -> bool:
    """Give programmes the times that they had before the change shifted their channel, where they are now.

    Returns whether all could be; where several mappings feed a channel, the next import reads its programmes again.
    """
    whole = True
    for before, after in mappings:
        if before is None or after is None or after["channel_id"] is None:
            continue
        provider, channel = after["provider_id"], after["channel_id"]
        by = 60 * (before["shift_minutes"] - after["shift_minutes"])
        if by and conn.execute(_OTHERS, [provider, channel, json.dumps([after["id"]])]).fetchone():
            read_again(conn, provider, channel)
            whole = False
        elif by:
            shift(conn, provider, [channel], by, now)
    return whole


def _returning(mappings: Iterable[Pair]) -> dict[tuple[int, int], list[Pair]]:
    """The mappings that go back, by provider and the channel that they leave."""
    found: dict[tuple[int, int], list[Pair]] = {}
    for before, after in mappings:
        if after is not None and after["channel_id"] is not None and _channel(before) != after["channel_id"]:
            found.setdefault((after["provider_id"], after["channel_id"]), []).append((before, after))
    return found


def _only(conn: sqlite3.Connection, provider: int, source: int, pairs: Sequence[Pair]) -> int | None:
    """The channel to which all of a provider's programmes on `source` go back, `source` itself if to none at all.

    None where it cannot be told whose they are: other mappings feed the same channel, or they go to several.
    """
    ids = json.dumps([after["id"] for _, after in pairs if after])
    targets = {_channel(before) for before, _ in pairs}
    if len(targets) > 1 or conn.execute(_OTHERS, [provider, source, ids]).fetchone():
        return None
    return targets.pop() or source


def _channel(row: Mapping[str, Any] | None) -> int | None:
    return None if row is None else row["channel_id"]


def _check(
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
            raise _conflict(change)
        return
    now = dict(zip(names, row, strict=True))
    touched = [name for name in columns if before is None or before.get(name) != after.get(name)]
    if any(now.get(name) != after.get(name) for name in touched if name in now and name != "updated_at"):
        raise _conflict(change)


_ROWS = {
    "providers": "SELECT * FROM providers WHERE id = ?",
    "channels": "SELECT * FROM channels WHERE id = ?",
    "channel_mappings": "SELECT * FROM channel_mappings WHERE id = ?",
    "rules": "SELECT * FROM rules WHERE id = ?",
    "rule_choices": "SELECT * FROM rule_choices WHERE id = ?",
    "groups": "SELECT * FROM groups WHERE id = ?",
    "channel_groups": "SELECT * FROM channel_groups WHERE id = ?",
}


def _conflict(change: HandChange) -> ConflictError:
    return ConflictError(
        f"{change.subject} was changed again since {change.at} ({change.action}), by an import or by hand;"
        " nothing was undone"
    )


def _put_back(db: Database, table: str, pairs: Iterable[Pair]) -> None:
    """Write rows as they were. sqlite-utils writes the statements: tables gain columns."""
    rows = cast("Table", db[table])
    for before, after in pairs:
        if before is None and after is not None:
            rows.delete(after["id"])
        elif before is not None and after is None:
            rows.insert(before)
        elif before is not None and after is not None:
            rows.update(before["id"], {key: value for key, value in before.items() if value != after[key]})


def _regroup(db: Database, rows: Mapping[str, Sequence[Pair]]) -> None:
    """Put groups and their members back. Members that a change made go first, before a group takes them along."""
    made = [pair for pair in rows["channel_groups"] if pair[0] is None]
    _put_back(db, "channel_groups", made)
    _put_back(db, "groups", rows["groups"])
    _put_back(db, "channel_groups", [pair for pair in rows["channel_groups"] if pair[0] is not None])


def _settle(conn: sqlite3.Connection, channels: Iterable[Pair], mappings: Iterable[Pair], now: int) -> None:
    """Let the next import read the feeds again, and decide what is shown on every channel that the change touched."""
    providers = {row["provider_id"] for pair in mappings for row in pair if row}
    mark_changed(conn, sorted(providers), now)
    touched = {row["id"] for pair in channels for row in pair if row}
    touched |= {row["channel_id"] for pair in mappings for row in pair if row and row["channel_id"]}
    resolve(conn, sorted(touched))
