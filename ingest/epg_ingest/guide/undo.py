"""The last change that a person made to mappings, channels or a provider's settings, taken back.

`storage.audit` keeps the rows that a change touched, as they were before and after it. `undo` puts the old rows back if the
new ones still stand, and lets the programmes follow as far as they are there: those that a change deleted come with the next
import. It is recorded like any change, so the next `undo` takes back the change before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import ConflictError, NotFoundError, UsageError
from ..core.times import iso
from ..rule_store.applying import apply_rules
from ..series_store.by_hand import take_back
from ..storage.audit import audited
from ..storage.database import write
from ..storage.vault import Vault
from .programmes import delete_programmes, drop_orphans, mark_changed, move_programmes, read_again
from .provider_settings import PUBLIC
from .providers import update_provider
from .resolve import resolve
from .stored import reschedule
from .undoing.hand_change import HandChange, Pair, channel_of, check, conflict, put_back, regroup
from .undoing.programmes_back import only, returning, shift_back

if TYPE_CHECKING:
    from sqlite_utils import Database

_LAST = """
    SELECT id, at, actor, action, subject, undo FROM write_log
    WHERE undo IS NOT NULL AND action <> 'undo'
      AND id NOT IN (SELECT json_extract(details, '$.undone') FROM write_log WHERE action = 'undo')
    ORDER BY id DESC LIMIT 1
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
        if change.rows.keys() == {"series_keys"}:
            return _undo_series(db, change)
        if change.rows.keys() <= RULES:
            return _undo_rules(db, change, now)
        return _undo_rows(db, change, now)


def _undo_settings(db: Database, vault: Vault, change: HandChange, now: int) -> Undone:
    """Settings go back as a person would set them, with all that follows from them."""
    for before, after in change.rows["providers"]:
        if before is None or after is None:
            raise conflict(change)
        check(db.conn, "providers", change, before, after, PUBLIC)
        # A change that an older version wrote down has not all of today's columns.
        old = {key: before[key] for key in PUBLIC if before.get(key) != after.get(key)}
        if not old:
            raise UsageError(
                f"the last change ({change.subject}) was to an address, a command or headers, which the log does not keep;"
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
                    check(conn, table, change, before, after, before or ())
                put_back(db, table, pairs)
    except sqlite3.IntegrityError:
        raise conflict(change) from None
    return Undone(change, tidied=apply_rules(db, now=now).programmes)


def _undo_series(db: Database, change: HandChange) -> Undone:
    """Keys of series go back, and contents and episodes follow."""
    with write(db) as conn:
        if not take_back(conn, change.rows["series_keys"]):
            raise conflict(change)
    return Undone(change)


def _undo_rows(db: Database, change: HandChange, now: int) -> Undone:
    channels = change.rows.get("channels", ())
    mappings = change.rows.get("channel_mappings", ())
    groups = [(table, change.rows.get(table, ())) for table in ("groups", "channel_groups")]
    try:
        with write(db) as conn:
            for table, pairs in (("channels", channels), ("channel_mappings", mappings), *groups):
                for before, after in pairs:
                    check(conn, table, change, before, after, before or ("channel_id",))
            alone = {key: only(conn, *key, pairs) for key, pairs in returning(mappings).items()}
            shifted = shift_back(conn, mappings, now)
            put_back(db, "channels", [pair for pair in channels if pair[0]])
            put_back(db, "channel_mappings", mappings)
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
                conn.execute(_FOLLOW_BACK, {**(entry or {}), "now": channel_of(followed)})
            regroup(db, dict(groups))
            drop_orphans(conn, [after["id"] for before, after in channels if before is None and after])
            _settle(conn, channels, mappings, now)
    except sqlite3.IntegrityError:
        raise conflict(change) from None
    gone = any(channel_of(after) is None and channel_of(before) for before, after in mappings)
    return Undone(change, moved, removed, gone or not shifted or None in alone.values())


def _settle(conn: sqlite3.Connection, channels: Iterable[Pair], mappings: Iterable[Pair], now: int) -> None:
    """Let the next import read the feeds again, and decide what is shown on every channel that the change touched."""
    providers = {row["provider_id"] for pair in mappings for row in pair if row}
    mark_changed(conn, sorted(providers), now)
    touched = {row["id"] for pair in channels for row in pair if row}
    touched |= {row["channel_id"] for pair in mappings for row in pair if row and row["channel_id"]}
    resolve(conn, sorted(touched))
