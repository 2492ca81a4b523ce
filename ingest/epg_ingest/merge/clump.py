"""Programmes that share one slot on purpose (`clumpidx`): joined into one row, titles by `; `.

The parts stay in `details.clump`, so that an export writes them as the provider did.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from ..core.compact_json import dumps
from ..guide.schedule import Entry
from ..stage.columns import CONTENT

#: the columns that a part keeps for itself
PART = CONTENT[1:]
_JSON = ("category", "actors", "directors", "details")


def part(row: dict[str, Any]) -> dict[str, Any]:
    """A staged row as an object of `details.clump`: its columns without what is empty, JSON as JSON."""
    found = {name: orjson.loads(row[name]) if name in _JSON else row[name] for name in PART}
    return {name: value for name, value in found.items() if value}


def columns(part: dict[str, Any]) -> dict[str, Any]:
    """The columns of a part, as a row of `programs` has them."""
    empty = {"category": [], "actors": [], "directors": [], "details": {}, "is_new": 0}
    found = {name: part.get(name, empty.get(name)) for name in PART}
    return {name: dumps(value) if name in _JSON else value for name, value in found.items()}


def join(conn: sqlite3.Connection, entries: Sequence[Entry]) -> Entry:
    """Stage the joined programme of a clump, under the number of its first part with a minus; returns its entry.

    It has no hash: the parts are read again with each import, and compared by content.
    """
    ordered = sorted(entries, key=lambda entry: ((entry.clump or "").replace(" ", "").zfill(9), entry.order))
    rows = [_content(conn, entry.order) for entry in ordered]
    seq = -min(entry.order for entry in entries)
    joined = {**rows[0], "title": "; ".join(dict.fromkeys(row["title"] for row in rows))}
    joined["details"] = dumps({"clump": [part(row) for row in rows]})
    marks = ", ".join("?" * len(CONTENT))
    conn.execute(f"INSERT INTO temp.contents VALUES ({marks})", [seq, *joined.values()])  # noqa: S608 - constants
    conn.execute("INSERT INTO temp.staged (seq, content) VALUES (?, ?)", [seq, seq])
    longest = max(entries, key=lambda entry: entry.stop or 0)
    return entries[0]._replace(order=seq, stop=longest.stop, own_stop=longest.own_stop, clump=None)


def _content(conn: sqlite3.Connection, seq: int) -> dict[str, Any]:
    row = conn.execute(f"SELECT {', '.join(PART)} FROM temp.shows WHERE seq = ?", [seq])  # noqa: S608 - constants
    return dict(zip(PART, row.fetchone(), strict=True))
