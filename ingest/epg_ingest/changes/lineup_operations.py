"""The operations on line-ups that the web process may ask for; see `operations`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.errors import UsageError
from ..lineup_store import entry_edits, lineup_changes, lineup_rows, lineup_settings
from ..storage.audit import published
from .operations import Change, reference

LINEUP = (*lineup_settings.PUBLIC, *lineup_settings.SOURCE, "source_kind")
#: what is recorded of a change: never an address
_RECORDED = (*lineup_settings.PUBLIC, "source_kind")
ENTRY = (*lineup_settings.EDITABLE, "channel")
#: entries that one request may change
MOST_ENTRIES = 5000


def wrong_lineup(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each of a line-up's settings that would be refused, by column."""
    return _wrong(settings, lineup_settings.validated)


def wrong_entry(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each of the columns of an entry that would be refused, by column."""
    return _wrong(settings, lineup_settings.validated_entry)


def _wrong(settings: Mapping[str, Any], check: Callable[[Mapping[str, Any]], Any]) -> dict[str, str]:
    found = {}
    for key, value in settings.items():
        try:
            check({key: value})
        except UsageError as error:
            found[key] = error.message
    return found


def _create(change: Change) -> dict[str, Any]:
    settings = change.take(("name",), LINEUP)
    given = {"url": None, **settings}
    with change.recorded(f"lineup {settings['name']}", _details(settings)):
        made = lineup_changes.add_lineup(change.db, change.vault, now=change.now, **given)
    return {"id": made.id, "name": made.name}


def _update(change: Change) -> dict[str, Any]:
    settings = change.take(("lineup",), LINEUP)
    lineup = lineup_rows.find_lineup(change.db.conn, reference("lineup", settings.pop("lineup")))
    with change.recorded(f"lineup {lineup.id} {lineup.name}", _details(settings)):
        done = lineup_changes.update_lineup(change.db, change.vault, lineup.id, settings, now=change.now)
    return {"id": done.id, "name": done.name}


def _delete(change: Change) -> dict[str, Any]:
    change.take(("lineup",))
    lineup = lineup_rows.find_lineup(change.db.conn, reference("lineup", change.arguments["lineup"]))
    with change.recorded(f"lineup {lineup.id} {lineup.name}", {}):
        removed = lineup_changes.remove_lineup(change.db, change.vault, lineup.id)
    return {"id": lineup.id, "name": lineup.name, "removed": removed}


def _add_entry(change: Change) -> dict[str, Any]:
    settings = change.take(("lineup",), ENTRY)
    lineup = lineup_rows.find_lineup(change.db.conn, reference("lineup", settings.pop("lineup")))
    with change.recorded(f"lineup {lineup.id} {lineup.name}", published(settings)):
        ident = entry_edits.add_entry(change.db, lineup.id, settings, now=change.now)
    return {"id": ident}


def _edit_entries(change: Change) -> dict[str, Any]:
    given = change.take(("lineup", "entries"))
    edits = given["entries"]
    if not isinstance(edits, list) or not 0 < len(edits) <= MOST_ENTRIES:
        raise UsageError(f"give 1 to {MOST_ENTRIES:,} changes")
    lineup = lineup_rows.find_lineup(change.db.conn, reference("lineup", given["lineup"]))
    with change.recorded(f"lineup {lineup.id} {lineup.name}", {"entries": edits}):
        done = entry_edits.edit_entries(change.db, lineup.id, edits, now=change.now)
    return {"ids": done}


def _details(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: settings[key] for key in _RECORDED if key in settings}


LINEUP_OPERATIONS: dict[str, Callable[[Change], dict[str, Any]]] = {
    "lineup.create": _create,
    "lineup.update": _update,
    "lineup.delete": _delete,
    "lineup.add_entry": _add_entry,
    "lineup.edit_entries": _edit_entries,
}
