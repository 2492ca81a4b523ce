"""Watches and targets added, changed and removed, each in one transaction of the secrets file, with what `undo` needs.

`owner` None is whoever may read the file itself: the command line. Everybody else has only what is their own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..core.errors import NotFoundError, UsageError
from ..storage.database import connect_readonly, translated
from ..storage.vault import Vault
from ..watches import digests
from ..watches.target_settings import AlertTarget, changed_target, checked_target
from ..watches.watch import SERIES, Watch
from ..watches.watch_settings import LONGEST_NAME, UNNAMED, as_settings, checked_watch
from . import match_rows, target_rows, watch_rows
from .apprise_asking import check_form
from .watch_rows import StoredWatch

#: the most of one owner, and of all together
MOST_WATCHES, MOST_TARGETS, MOST_OF_ALL = 1000, 50, 10_000
#: changes that can be taken back
KEPT_UNDO = 100
_KNOWN = {
    "channels": "SELECT 1 FROM channels WHERE id = ?",
    "lineup_id": "SELECT 1 FROM lineups WHERE id = ?",
}
_UNDO = """
    SELECT id, what, place, row_id, before FROM watch_undo WHERE :owner IS NULL OR owner = :owner ORDER BY id DESC LIMIT 1
"""


def add_watch(
    vault: Vault,
    guide: Path,
    owner: str,
    settings: Mapping[str, Any],
    now: int,
    names: Mapping[str, str] = UNNAMED,
) -> StoredWatch:
    """Store a watch. Raises `UsageError` for settings that are wrong, or name something that `guide` does not have; `names`
    says how settings were written."""
    watch = checked_watch(settings, owner=owner, names=names)
    if watch.kind == SERIES and settings.get("name") is None:
        watch = replace(watch, name=_series_title(guide, watch.value)[:LONGEST_NAME])
    with vault.writing() as conn:
        _check_room(watch_rows.count(conn, owner), MOST_WATCHES, watch_rows.count(conn))
        _check_names(conn, guide, watch, watch)
        ident = watch_rows.insert(conn, watch, now)
        _note(conn, owner, now, f"watch {ident} added", "watches", ident, None)
        return watch_rows.get(conn, ident)


def set_watch(
    vault: Vault,
    guide: Path,
    owner: str | None,
    ident: int,
    settings: Mapping[str, Any],
    now: int,
    names: Mapping[str, str] = UNNAMED,
) -> StoredWatch:
    """Change some settings of a watch. Raises `NotFoundError` and `UsageError`; `names` as for `add_watch`."""
    with vault.writing() as conn:
        before = watch_rows.get(conn, ident, owner).watch
        after = checked_watch({**as_settings(before), **settings}, ident, before.owner, names)
        _check_names(conn, guide, after, before, settings)
        watch_rows.update(conn, after, now)
        if not after.enabled:
            watch_rows.drop_waiting(conn, ident, "the watch was turned off", now)
        _note(conn, before.owner, now, f"watch {ident} changed", "watches", ident, as_settings(before))
        return watch_rows.get(conn, ident)


def remove_watch(vault: Vault, owner: str | None, ident: int, now: int) -> Watch:
    """Delete a watch; what it was. What it told is remembered until that cannot be taken back. Raises `NotFoundError`."""
    with vault.writing() as conn:
        before = watch_rows.get(conn, ident, owner).watch
        watch_rows.delete(conn, ident, now)
        _note(conn, before.owner, now, f"watch {ident} removed", "watches", ident, as_settings(before))
        return before


def add_target(
    vault: Vault, owner: str, settings: Mapping[str, Any], now: int, names: Mapping[str, str] = UNNAMED
) -> AlertTarget:
    """Store a target. Raises `UsageError` for wrong settings, `ConflictError` for a name that is taken; `names` as for
    `add_watch`."""
    target = checked_target(settings, owner=owner, names=names)
    check_form(target)
    with vault.writing() as conn:
        _check_room(len(target_rows.targets_of(conn, owner)), MOST_TARGETS, len(target_rows.targets_of(conn)))
        ident = target_rows.insert_target(conn, target, _passed(target, now), now)
        _note(conn, owner, now, f"target {target.name} added", "alert_targets", ident, None)
        return target_rows.target_named(conn, ident)


def set_target(
    vault: Vault,
    owner: str | None,
    reference: str | int,
    settings: Mapping[str, Any],
    now: int,
    names: Mapping[str, str] = UNNAMED,
) -> AlertTarget:
    """Change some settings of a target, by name or id. Raises `NotFoundError`, `UsageError`, `ConflictError`; `names` as for
    `add_watch`."""
    if "url" in settings:
        with vault.writing() as conn:
            other = changed_target(target_rows.target_named(conn, reference, owner), settings, names)
        check_form(other)
    with vault.writing() as conn:
        before = target_rows.target_named(conn, reference, owner)
        after = changed_target(before, settings, names)
        done = target_rows.digests_done(conn)[before.id]
        if (before.digest_at, before.timezone) != (after.digest_at, after.timezone):
            done = max(done, _passed(after, now))
        target_rows.update_target(conn, after, done)
        if not after.enabled:
            target_rows.drop_for_target(conn, after.id, "the target was turned off", now)
        _note(
            conn,
            before.owner,
            now,
            f"target {before.name} changed",
            "alert_targets",
            before.id,
            asdict(before),
        )
        return after


def remove_target(vault: Vault, owner: str | None, reference: str | int, now: int) -> AlertTarget:
    """Delete a target; what it was. Raises `NotFoundError`."""
    with vault.writing() as conn:
        before = target_rows.target_named(conn, reference, owner)
        target_rows.delete_target(conn, before.id, now)
        _note(
            conn,
            before.owner,
            now,
            f"target {before.name} removed",
            "alert_targets",
            before.id,
            asdict(before),
        )
        return before


def undo_last(vault: Vault, owner: str | None, now: int) -> str:
    """Take back the last change of an owner's watches and targets; what it was. Raises `NotFoundError` where there is none."""
    with vault.writing() as conn:
        row = conn.execute(_UNDO, {"owner": owner}).fetchone()
        if row is None:
            raise NotFoundError("there is no change of watches or targets to take back")
        ident, what, place, row_id, before = row
        restore = _restore_watch if place == "watches" else _restore_target
        restore(conn, row_id, None if before is None else json.loads(before), now)
        conn.execute("DELETE FROM watch_undo WHERE id = ?", [ident])
        match_rows.forget_removed(conn)
        return str(what)


def _restore_watch(conn: sqlite3.Connection, ident: int, before: dict[str, Any] | None, now: int) -> None:
    there = watch_rows.listed(conn, ident=ident)
    if before is None:
        watch_rows.delete(conn, ident, now)
        return
    owner = before.pop("owner")
    watch = checked_watch(before, ident, owner)
    if there:
        watch_rows.update(conn, watch, now)
    else:
        watch_rows.insert(conn, watch, now)
        match_rows.untell_dropped(conn, ident)


def _restore_target(conn: sqlite3.Connection, ident: int, before: dict[str, Any] | None, now: int) -> None:
    if before is None:
        target_rows.delete_target(conn, ident, now)
        return
    target = AlertTarget(**before)
    if any(one.id == ident for one in target_rows.targets_of(conn)):
        target_rows.update_target(conn, target, _passed(target, now))
    else:
        target_rows.insert_target(conn, target, _passed(target, now), now)


def _note(
    conn: sqlite3.Connection,
    owner: str,
    now: int,
    what: str,
    place: str,
    ident: int,
    before: Mapping[str, Any] | None,
) -> None:
    text = None
    if before is not None:
        text = json.dumps({**before, "owner": owner}, ensure_ascii=False)
    conn.execute(
        "INSERT INTO watch_undo (owner, at, what, place, row_id, before) VALUES (?, ?, ?, ?, ?, ?)",
        [owner, now, what, place, ident, text],
    )
    conn.execute(
        "DELETE FROM watch_undo WHERE owner = :owner AND id NOT IN ("
        "SELECT id FROM watch_undo WHERE owner = :owner ORDER BY id DESC LIMIT :kept)",
        {"owner": owner, "kept": KEPT_UNDO},
    )
    match_rows.forget_removed(conn)


def _passed(target: AlertTarget, now: int) -> str:
    """The local date of today where today's digest is over for a target that begins now, else ""."""
    if target.digest_at is None or digests.due_digest(target.digest_at, target.timezone, "", now) is None:
        return ""
    return digests.local_date(target.timezone, now)


def _check_room(own: int, most: int, of_all: int) -> None:
    if own >= most or of_all >= MOST_OF_ALL:
        raise UsageError(
            f"there are {max(own, of_all):,} already, which is the most; remove one first", "many"
        )


def _check_names(
    conn: sqlite3.Connection,
    guide: Path,
    watch: Watch,
    before: Watch,
    changed: Mapping[str, Any] | None = None,
) -> None:
    """Raise `UsageError` where the watch names a target, a channel, a line-up or a series that is not there.

    With `changed` only what is among those settings is looked at: what was there once may be gone.
    """
    given = as_settings(watch) if changed is None else changed
    own = {target.id for target in target_rows.targets_of(conn, watch.owner)}
    if "targets" in given and (unknown := [ident for ident in watch.targets if ident not in own]):
        raise UsageError(
            f"there is no target {unknown[0]} of this owner; see: epg-ingest targets list", "watch"
        )
    asked = {"channels": watch.channels, "lineup_id": () if watch.lineup_id is None else (watch.lineup_id,)}
    if watch.kind == SERIES and {"kind", "value"} & set(given):
        _series_title(guide, watch.value)
    with translated(guide), closing(connect_readonly(guide)) as db:
        for name, idents in asked.items():
            for ident in idents if name in given else ():
                if db.execute(_KNOWN[name], [ident]).fetchone() is None:
                    raise UsageError(f"{name}: there is nothing with the id {ident} in the guide", "watch")


def _series_title(guide: Path, value: str) -> str:
    """What a series is called. Raises `UsageError` for one that is not in the guide."""
    with translated(guide), closing(connect_readonly(guide)) as db:
        row = db.execute("SELECT title FROM series WHERE id = ?", [int(value)]).fetchone()
    if row is None:
        how = "look for it at /guide/series, or with: epg-ingest series list"
        raise UsageError(f"there is no series {value} in the guide; {how}", "watch")
    return str(row[0])
