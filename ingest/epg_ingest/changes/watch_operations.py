"""The operations on watches, targets and alerts that the web process may ask for, each for one owner.

They are private, so nothing of them is recorded in `write_log`; `watch_edits.undo_last` takes them back. An owner sees and
changes only what is their own: for anything else there is nothing with that id.

| operation | arguments | result |
| --- | --- | --- |
| watch.list | | `watches` |
| watch.get, .delete | `watch` | the watch |
| watch.create | settings, as `watches.watch_settings.SETTINGS` | the watch |
| watch.update | `watch` and settings | the watch |
| watch.preview | `watch`, or settings of one that is not stored | as `watch_preview.preview` |
| target.list | | `targets` |
| target.get, .delete | `target` | the target |
| target.create | settings, as `watches.target_settings.SETTINGS` | the target with its `secret` |
| target.update | `target` and settings | the target, with its `secret` if that was set |
| alert.list | `limit`, `after`, `state` | `alerts` |
| watch.undo | | `undone` |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from ..core.errors import UsageError
from ..core.times import iso
from ..storage.database import connect_readonly, translated
from ..storage.vault import Vault, vault_path
from ..watch_store import match_rows, outbox_rows, target_rows, watch_edits, watch_rows
from ..watch_store.target_showing import shown_alert, shown_target
from ..watch_store.watch_preview import preview
from ..watch_store.watch_rows import StoredWatch
from ..watches.target_settings import AlertTarget
from ..watches.watch_settings import as_settings, checked_watch
from .operations import check_texts


class PrivateChange(NamedTuple):
    """One operation asked for by `owner` at `now` (epoch seconds)."""

    path: Path
    vault: Vault
    owner: str
    arguments: dict[str, Any]
    now: int

    def ident(self, name: str) -> int:
        """Take an id out of the arguments. Raises `UsageError`."""
        value = self.arguments.pop(name, None)
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageError(f"{name} must be a number")
        return value


def perform_private(
    path: Path | str, operation: str, arguments: Mapping[str, Any], *, owner: str, now: int
) -> dict[str, Any]:
    """Perform one operation for `owner` on what belongs to the guide at `path`; the result as JSON values.

    Raises `UsageError` (`NotFoundError`, `ConflictError`) for arguments that are refused, and `DatabaseError` for the rest.
    """
    check_texts(arguments)
    action = PRIVATE_OPERATIONS.get(operation)
    if action is None:
        raise UsageError(f"unknown operation; known are: {', '.join(PRIVATE_OPERATIONS)}")
    return action(PrivateChange(Path(path), Vault(vault_path(path)), owner, dict(arguments), now))


def watch_state(stored: StoredWatch) -> dict[str, Any]:
    """A watch as its owner sees it."""
    stamps = {"created_at": iso(stored.created_at), "updated_at": iso(stored.updated_at)}
    return {"id": stored.watch.id, **as_settings(stored.watch), **stamps}


def _watch_list(change: PrivateChange) -> dict[str, Any]:
    with change.vault.writing() as conn:
        return {"watches": [watch_state(one) for one in watch_rows.listed(conn, change.owner)]}


def _watch_get(change: PrivateChange) -> dict[str, Any]:
    with change.vault.writing() as conn:
        return watch_state(watch_rows.get(conn, change.ident("watch"), change.owner))


def _watch_create(change: PrivateChange) -> dict[str, Any]:
    return watch_state(
        watch_edits.add_watch(change.vault, change.path, change.owner, change.arguments, change.now)
    )


def _watch_update(change: PrivateChange) -> dict[str, Any]:
    ident = change.ident("watch")
    done = watch_edits.set_watch(change.vault, change.path, change.owner, ident, change.arguments, change.now)
    return watch_state(done)


def _watch_delete(change: PrivateChange) -> dict[str, Any]:
    gone = watch_edits.remove_watch(change.vault, change.owner, change.ident("watch"), change.now)
    return {"id": gone.id, **as_settings(gone)}


def _watch_preview(change: PrivateChange) -> dict[str, Any]:
    told: dict[str, int] = {}
    if "watch" in change.arguments:
        with change.vault.writing() as conn:
            watch = watch_rows.get(conn, change.ident("watch"), change.owner).watch
            told = {one.unit: one.airing.program_id for one in match_rows.told_of(conn, watch.id)}
    else:
        watch = checked_watch(change.arguments, owner=change.owner)
    with translated(change.path), closing(connect_readonly(change.path)) as conn:
        return preview(conn, watch, change.now, told)


def _target_list(change: PrivateChange) -> dict[str, Any]:
    with change.vault.writing() as conn:
        return {"targets": [shown_target(one) for one in target_rows.targets_of(conn, change.owner)]}


def _target_get(change: PrivateChange) -> dict[str, Any]:
    with change.vault.writing() as conn:
        return shown_target(target_rows.target_named(conn, change.ident("target"), change.owner))


def _target_create(change: PrivateChange) -> dict[str, Any]:
    made = watch_edits.add_target(change.vault, change.owner, change.arguments, change.now)
    return _with_secret(made)


def _target_update(change: PrivateChange) -> dict[str, Any]:
    ident = change.ident("target")
    done = watch_edits.set_target(change.vault, change.owner, ident, change.arguments, change.now)
    return _with_secret(done) if "secret" in change.arguments else shown_target(done)


def _target_delete(change: PrivateChange) -> dict[str, Any]:
    return shown_target(
        watch_edits.remove_target(change.vault, change.owner, change.ident("target"), change.now)
    )


def _with_secret(target: AlertTarget) -> dict[str, Any]:
    return {**shown_target(target), **({"secret": target.secret} if target.secret else {})}


def _alert_list(change: PrivateChange) -> dict[str, Any]:
    given = change.arguments
    with change.vault.writing() as conn:
        rows = outbox_rows.log(
            conn, change.owner, given.get("limit") or 100, state=given.get("state"), after=given.get("after")
        )
    return {"alerts": [shown_alert(row) for row in rows]}


def _undo(change: PrivateChange) -> dict[str, Any]:
    return {"undone": watch_edits.undo_last(change.vault, change.owner, change.now)}


PRIVATE_OPERATIONS: dict[str, Callable[[PrivateChange], dict[str, Any]]] = {
    "watch.list": _watch_list,
    "watch.get": _watch_get,
    "watch.create": _watch_create,
    "watch.update": _watch_update,
    "watch.delete": _watch_delete,
    "watch.preview": _watch_preview,
    "watch.undo": _undo,
    "target.list": _target_list,
    "target.get": _target_get,
    "target.create": _target_create,
    "target.update": _target_update,
    "target.delete": _target_delete,
    "alert.list": _alert_list,
}
