"""The sets of rules that ship, turned on and off by people."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import NotFoundError, UsageError
from ..rules.sets import rule_sets, safe_names
from ..storage.database import write
from . import in_effect

if TYPE_CHECKING:
    from sqlite_utils import Database

_CHOOSE = """
    INSERT INTO rule_choices (name, provider_id, enabled) VALUES (:name, :provider, :enabled)
    ON CONFLICT (name, ifnull(provider_id, 0)) DO UPDATE SET enabled = excluded.enabled
    WHERE enabled <> excluded.enabled
"""


def names_of(names: Sequence[str], every: bool, enabled: bool = True) -> list[str]:
    """The sets that somebody means: `names`, or `every` one. All that can be turned on together are the safe ones.

    Raises `NotFoundError` for an unknown name, `UsageError` for both, or none.
    """
    if bool(names) == every:
        raise UsageError("name the sets, or use --all")
    known = [one.name for one in rule_sets()]
    if every:
        return [name for name in known if not enabled or name in safe_names()]
    for name in names:
        if name not in known:
            raise NotFoundError(f"there is no rule set {name!r}; see: epg-ingest rules list")
    return list(dict.fromkeys(names))


def choose(db: Database, names: Sequence[str], provider_id: int | None, enabled: bool) -> None:
    """Turn sets on or off for a provider, or (None) for all. `applying` brings it to the stored programmes."""
    with write(db) as conn:
        note(conn, names, provider_id, enabled)


def note(conn: sqlite3.Connection, names: Sequence[str], provider_id: int | None, enabled: bool) -> None:
    """The same within an open transaction."""
    rows = [{"name": name, "provider": provider_id, "enabled": int(enabled)} for name in names]
    conn.executemany(_CHOOSE, rows)


def states(conn: sqlite3.Connection, provider_id: int | None) -> list[dict[str, Any]]:
    """All sets in their order: name, safety, what it is about, its number of rules, whether it is on, and why."""
    found = in_effect.set_states(conn, provider_id)
    off = in_effect.SetState(False, "off")
    return [
        {
            "name": one.name,
            "safety": one.safety,
            "about": one.about,
            "rules": len(one.rules),
            "enabled": found.get(one.name, off).enabled,
            "reason": found.get(one.name, off).reason,
        }
        for one in rule_sets()
    ]
