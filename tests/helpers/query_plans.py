"""Which steps of a query plan read a table of programmes from end to end."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

TABLES = ("airings", "contents", "programs", "guide")
_READ = re.compile(
    rf"\b(?:FROM|JOIN)\s+(?:main\.)?(?:{'|'.join(TABLES)})\b(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE
)
_NO_NAMES = ("WHERE", "ON", "ORDER", "GROUP", "LIMIT", "JOIN", "CROSS", "LEFT", "UNION")


def aliases(sql: str) -> set[str]:
    """The names by which a statement reads `airings` and `contents`, or the views over them, which give them no others."""
    return {*TABLES} | {name for name in _READ.findall(sql) if name and name.upper() not in _NO_NAMES}


def scans(conn: sqlite3.Connection, sql: str, values: Any = None) -> list[str]:
    """The steps of the query plan that scan `airings` or `contents`. Without values, every parameter is ''."""
    given = dict.fromkeys(re.findall(r":([a-z_]+)", sql), "") if values is None else values
    plan = [row[3] for row in conn.execute("EXPLAIN QUERY PLAN " + sql, given)]
    names = "|".join(sorted(aliases(sql)))
    return [step for step in plan if re.match(rf"SCAN (TABLE )?({names})\b", step)]
