"""Datasette 0.65 asks for metadata one key at a time, for each permission that it checks, and copies what it gets.

A page that lists the tables asks 430 times. With the descriptions of 500 columns in each answer, that took it 0.7 seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: what Datasette passes as key when it looks for anything
EVERYTHING = (None, "databases")
#: what tables have for permissions; all else is asked for by its own key, or with everything
PERMISSIONS = ("allow",)


def part_of(metadata: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """What `metadata` says about `key`, of the site, its databases and their tables. It is the asker's own, to be changed."""
    if key in EVERYTHING:
        return copied(metadata)
    rest = parted(metadata)[0] if key == "tables" else metadata
    return copied(_only(rest, str(key), ("databases", "tables", "queries")))


def copied(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata with dictionaries of its own. Datasette writes into these, and replaces all else, so nothing else is copied."""
    return {key: copied(value) if isinstance(value, dict) else value for key, value in metadata.items()}


def _only(level: Mapping[str, Any], key: str, below: tuple[str, ...]) -> dict[str, Any]:
    """`key` of a level, and of the levels below it that have it."""
    found = {key: level[key]} if key in level else {}
    for name in below:
        kept = {
            part: said
            for part, value in (level.get(name) or {}).items()
            if name != key and isinstance(value, dict) and (said := _only(value, key, below))
        }
        found |= {name: kept} if kept else {}
    return found


def parted(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The metadata with nothing but permissions of tables, and all else of tables. Joined again they are the metadata."""
    rest, shown = dict(metadata), {}
    for database, said in (metadata.get("databases") or {}).items():
        tables = said.get("tables") if isinstance(said, dict) else None
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            continue
        others = set().union(*tables.values()) - set(PERMISSIONS)
        rest["databases"] = {**rest["databases"], database: {**said, "tables": _without(tables, others)}}
        shown[database] = {"tables": _without(tables, PERMISSIONS)}
    return rest, {"databases": shown} if shown else {}


def _without(tables: Mapping[str, Any], keys: Any) -> dict[str, Any]:
    return {
        name: {key: value for key, value in table.items() if key not in keys}
        for name, table in tables.items()
    }
