"""Faults of SQLite's library that anybody who may send SQL could use.

The version alone does not tell: distributions repair old versions. Where a fault can be asked for without harm, the library
is asked. Where it cannot, the version counts, unless the distribution has changed the source; its number then ends in "alt".
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

#: CVE, first version with the fault, first without it
BY_VERSION = (("CVE-2025-7458", (3, 39, 2), (3, 41, 2)),)
#: more than SQLite permits columns; a library with the fault counts on, without harm below 32,768
TERMS = 2_100


def counts_aggregates(conn: sqlite3.Connection) -> bool:
    """Whether the library refuses too many aggregate terms in a statement, which formerly overran an array (CVE-2025-6965)."""
    part = 100
    sums = ["+".join(f"max(x+{start + term})" for term in range(part)) for start in range(0, TERMS, part)]
    try:
        conn.execute(f"SELECT {', '.join(sums)} FROM (SELECT 1 AS x)").fetchone()  # noqa: S608 - numbers
    except sqlite3.OperationalError as error:
        return "aggregate terms" in str(error)
    return False


def holes_of(version: tuple[int, ...], source: str, counting: bool) -> tuple[str, ...]:
    """The known holes of a library with this version and source id, by their CVE; pure."""
    found = [] if counting else ["CVE-2025-6965"]
    changed = "alt" in source.rpartition(" ")[2]
    found += [name for name, first, fixed in BY_VERSION if first <= version < fixed and not changed]
    return tuple(found)


@cache
def known_holes() -> tuple[str, ...]:
    """The known holes of the library that this process uses."""
    with closing(sqlite3.connect(":memory:")) as conn:
        (source,) = conn.execute("SELECT sqlite_source_id()").fetchone()
        return holes_of(sqlite3.sqlite_version_info, source, counts_aggregates(conn))
