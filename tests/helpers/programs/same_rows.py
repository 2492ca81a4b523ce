"""The rows of `programs` of two guides, compared column by column: `python -m tests.helpers.programs.same_rows OLD.db NEW.db`

The first guide may still have the wide table of the first release, the second one its successors. Rows are paired by provider,
channel and start. What depends on the moment of the import is left out.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

#: every column but `created_at` and `updated_at`; names instead of ids, and of a shadowing programme its start
COLUMNS = (
    "provider", "channel", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season",
    "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by",
)  # fmt: skip
_ROWS = """
    SELECT v.name, c.name, p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num, p.season,
           p.episode, p.rating, p.actors, p.directors, p.icon_url, p.is_new, p.details, p.end_source, b.start_time
    FROM programs p
    JOIN providers v ON v.id = p.provider_id JOIN channels c ON c.id = p.channel_id
    LEFT JOIN programs b ON b.id = p.shadowed_by
    ORDER BY v.name, c.name, p.start_time
"""


def rows(conn: sqlite3.Connection) -> Iterator[list[Any]]:
    """The rows of `programs`, each with the values of `COLUMNS`."""
    return map(list, conn.execute(_ROWS))


def differences(one: sqlite3.Connection, other: sqlite3.Connection) -> Iterator[str]:
    """One line for each row that only one guide has, or that differs in a column."""
    for a, b in zip_longest(rows(one), rows(other)):
        if a is None or b is None:
            yield f"only one guide has {(a or b)[:3]}"
            return
        for column, left, right in zip(COLUMNS, a, b, strict=True):
            if left != right:
                yield f"{a[:3]} {column}: {left!r}, {right!r}"


def main(old: str, new: str) -> int:
    one, other = (
        sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True) for path in (old, new)
    )
    found = list(differences(one, other))
    (count,) = other.execute("SELECT count(*) FROM airings").fetchone()
    print(f"{count:,} programmes, {len(found)} differences", *found[:10], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
