"""What the GET routes of rules read. See `reads`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from ...base.connections import connect, gather
from ...base.sql import sql
from ..read_parts import Read, json_of, known_provider


def rules(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """All rules of people."""
    return Read([row[1] for row in gather(conn, sql("rules"), {"id": None}, 2)])


def rule(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One rule. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("rules"), {"id": ident}).fetchone(), "rule"))


def rule_sets(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """The sets that ship. Raises `Refused` (400) for an unknown provider."""
    from epg_ingest.rule_store.chosen_sets import states

    known_provider(conn, values)
    return Read([json.dumps(row) for row in states(conn, provider_id(conn, values["provider"]))])


def provider_id(conn: sqlite3.Connection, named: str | None) -> int | None:
    """The provider with this name or id, None for none."""
    if named is None:
        return None
    row = conn.execute(
        "SELECT id FROM providers WHERE name = :named OR id = :named ORDER BY name = :named DESC",
        {"named": named},
    )
    found = row.fetchone()
    return None if found is None else int(found[0])


def one_rule(path: Path, ident: int) -> dict[str, Any]:
    """A rule as everybody sees it."""
    with closing(connect(str(path))) as conn:
        return dict(json.loads(rule(conn, ident, {}, 0).one or ""))


RULE_READS = {"rules": rules, "rule": rule, "rule_sets": rule_sets}
