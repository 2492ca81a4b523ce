"""Rules that people write: added, changed, moved and removed, checked before they are stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.errors import NotFoundError, UsageError
from ..rules.rule import Rule
from ..rules.sets import shipped_rules
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: what a person may set
SETTINGS = ("field", "pattern", "action", "value", "provider_id", "position", "enabled")
#: the most rules of people, so that they fit into one set of patterns
MOST = 1000
_STEP = 10
_LONGEST_VALUE = 1000
_COLUMNS = ("id", "position", "provider_id", "provider", "field", "pattern", "action", "value", "enabled")
_LIST = """
    SELECT r.id, r.position, r.provider_id, v.name AS provider, r.field, r.pattern, r.action, r.value, r.enabled
    FROM rules r LEFT JOIN providers v ON v.id = r.provider_id
    WHERE :id IS NULL OR r.id = :id ORDER BY r.position, r.id
"""
_INSERT = """
    INSERT INTO rules (position, provider_id, field, pattern, action, value, enabled)
    VALUES (:position, :provider_id, :field, :pattern, :action, :value, :enabled)
"""
_UPDATE = """
    UPDATE rules SET position = :position, provider_id = :provider_id, field = :field, pattern = :pattern, action = :action,
        value = :value, enabled = :enabled
    WHERE id = :id
"""


def listed(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """All rules of people, in the order in which they run, each with the name of its provider."""
    rows = conn.execute(_LIST, {"id": None})
    return [_row(row) for row in rows]


def get(conn: sqlite3.Connection, rule_id: int) -> dict[str, Any]:
    """One rule. Raises `NotFoundError`."""
    row = conn.execute(_LIST, {"id": rule_id}).fetchone()
    if row is None:
        raise NotFoundError(f"there is no rule {rule_id}; see: epg-ingest rules list")
    return _row(row)


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(_COLUMNS, row, strict=True))
    return {**found, "enabled": bool(found["enabled"])}


def add(db: Database, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Store a rule of `SETTINGS`; without a position it runs last. Raises `UsageError` for one that cannot be used."""
    with write(db) as conn:
        ident = insert(conn, settings)
    return get(db.conn, ident)


def insert(conn: sqlite3.Connection, settings: Mapping[str, Any]) -> int:
    """The same within an open transaction; returns the id."""
    values = checked({"position": last_position(conn) + _STEP, **settings})
    (count,) = conn.execute("SELECT count(*) FROM rules").fetchone()
    if count >= MOST:
        raise UsageError(f"there are {MOST:,} rules, which is the most", "rule")
    return int(conn.execute(_INSERT, values).lastrowid or 0)


def update(db: Database, rule_id: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Change some settings of a rule. Raises `NotFoundError` and `UsageError`."""
    with write(db) as conn:
        before = get(conn, rule_id)
        values = checked({**{name: before[name] for name in SETTINGS}, **settings})
        conn.execute(_UPDATE, {**values, "id": rule_id})
    return get(db.conn, rule_id)


def remove(db: Database, rule_id: int) -> dict[str, Any]:
    """Delete a rule; returns what it was. Raises `NotFoundError`."""
    with write(db) as conn:
        found = get(conn, rule_id)
        conn.execute("DELETE FROM rules WHERE id = ?", [rule_id])
    return found


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as columns, if they make a rule that can be used. Raises `UsageError`, one line, without stored positions where
    none is given, and `EpgError` (`nore2`) where google-re2 is missing."""
    from ..rules.compiling import checked as compiled

    if unknown := sorted(settings.keys() - set(SETTINGS)):
        raise UsageError(f"unknown setting {unknown[0]!r}; known are: {', '.join(SETTINGS)}")
    values = {"position": 0, "provider_id": None, "value": "", "enabled": True, **settings}
    for name in ("field", "pattern", "action", "value"):
        text = values.get(name)
        if not isinstance(text, str) or (name != "value" and not text):
            raise UsageError(
                f"{name} must be a text{'' if name == 'value' else ' that is not empty'}", "rule"
            )
        if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in text):
            raise UsageError(f"{name} holds a character that cannot be stored", "rule")
    if len(values["value"]) > _LONGEST_VALUE:
        raise UsageError(f"the value is longer than {_LONGEST_VALUE} characters", "rule")
    position, provider = values["position"], values["provider_id"]
    if isinstance(position, bool) or not isinstance(position, int) or abs(position) > 10**9:
        raise UsageError("position must be a whole number", "rule")
    if provider is not None and (isinstance(provider, bool) or not isinstance(provider, int)):
        raise UsageError("provider_id must be the number of a provider", "rule")
    if not isinstance(values["enabled"], bool):
        raise UsageError("enabled must be true or false", "rule")
    try:
        compiled(Rule(position, *(values[name] for name in ("field", "pattern", "action", "value"))))
    except UsageError as error:  # the position says nothing to somebody who has not stored it yet
        raise UsageError(error.message.partition(": ")[2], "rule") from error
    return {**values, "enabled": int(values["enabled"])}


def last_position(conn: sqlite3.Connection) -> int:
    """The highest position, of rules that ship or that somebody wrote."""
    shipped = shipped_rules()[-1].position
    (own,) = conn.execute("SELECT max(position) FROM rules").fetchone()
    return max(shipped, own or 0)
