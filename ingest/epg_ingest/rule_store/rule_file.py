"""The rules of people and their choices of sets as a JSON document, to keep or to take to another guide."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import NotFoundError, UsageError
from ..storage.database import write
from . import chosen_sets, own_rules

if TYPE_CHECKING:
    from sqlite_utils import Database

_RULE = ("position", "provider", "field", "pattern", "action", "value", "enabled")
_CHOICES = """
    SELECT c.name, v.name AS provider, c.enabled FROM rule_choices c LEFT JOIN providers v ON v.id = c.provider_id
    ORDER BY c.name, v.name
"""
_SAME = """
    SELECT 1 FROM rules WHERE provider_id IS :provider_id AND field = :field AND pattern = :pattern AND action = :action
        AND value = :value
"""
_PROVIDER = "SELECT id FROM providers WHERE name = ?"


def document(conn: sqlite3.Connection) -> dict[str, Any]:
    """All rules and choices, with names of providers."""
    rules = [{name: row[name] for name in _RULE} for row in own_rules.listed(conn)]
    sets = [
        {"name": name, "provider": provider, "enabled": bool(enabled)}
        for name, provider, enabled in conn.execute(_CHOICES)
    ]
    return {"rules": rules, "sets": sets}


def take(db: Database, given: Any) -> dict[str, int]:
    """Add the rules and choices of a document, in one transaction; a rule that is there already is not added again.

    Returns how many `rules` were added and `sets` were chosen. Raises `UsageError` or `NotFoundError` for what cannot be used:
    then nothing is changed.
    """
    rules, sets = _entries(given, "rules"), _entries(given, "sets")
    with write(db) as conn:
        added = sum(_add(conn, row) for row in rules)
        for row in sets:
            if not isinstance(row.get("enabled"), bool):
                raise UsageError("a set needs enabled: true or false")
            names = chosen_sets.names_of([str(row.get("name"))], False)
            chosen_sets.note(conn, names, _provider(conn, row), row["enabled"])
    return {"rules": added, "sets": len(sets)}


def _entries(given: Any, key: str) -> Sequence[Mapping[str, Any]]:
    found = given.get(key, []) if isinstance(given, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise UsageError(f'{key} must be a list of objects, as in {{"rules": […], "sets": […]}}')
    if len(found) > own_rules.MOST:
        raise UsageError(f"{key} has more than {own_rules.MOST:,} entries")
    return found


def _add(conn: sqlite3.Connection, row: Mapping[str, Any]) -> bool:
    if unknown := sorted(row.keys() - {*_RULE, "id"}):
        raise UsageError(f"unknown key {unknown[0]!r} of a rule; known are: {', '.join(_RULE)}")
    settings = {key: value for key, value in row.items() if key not in ("provider", "id")}
    settings["provider_id"] = _provider(conn, row)
    values = own_rules.checked(settings)
    if conn.execute(_SAME, values).fetchone():
        return False
    own_rules.insert(conn, settings)
    return True


def _provider(conn: sqlite3.Connection, row: Mapping[str, Any]) -> int | None:
    if row.get("provider") is None:
        return None
    found = conn.execute(_PROVIDER, [str(row["provider"])]).fetchone()
    if found is None:
        raise NotFoundError(f"there is no provider {str(row['provider'])[:80]!r}")
    return int(found[0])
