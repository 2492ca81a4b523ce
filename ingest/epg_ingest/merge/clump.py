"""Programmes that share one slot on purpose (`clumpidx`): joined into one row, their titles separated by `; `.

The parts stay in `details.clump`, so that an export writes them as the provider did.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from ..core.compact_json import dumps
from ..core.text_bounds import SHORT
from ..guide.schedule import Entry
from ..stage.columns import CONTENT, MISSING, content_hash

#: the columns that a part keeps in `details.clump`
PART = CONTENT[1:]
_READ = """
    SELECT title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new,
           details
    FROM temp.element_contents WHERE seq = ?
"""
_STAGE_CONTENT = "INSERT INTO temp.staged_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_STAGE_ELEMENT = "INSERT INTO temp.staged (seq, content, content_hash) VALUES (?, ?, ?)"
_JSON = ("category", "actors", "directors", "details")


def part(row: dict[str, Any]) -> dict[str, Any]:
    """A staged content as an object of `details.clump`: without empty columns, and with JSON texts parsed."""
    found = {name: orjson.loads(row[name]) if name in _JSON else row[name] for name in PART}
    return {name: value for name, value in found.items() if value}


def columns(part: dict[str, Any]) -> dict[str, Any]:
    """The opposite of `part`: the columns of a part as a row of `programs` has them."""
    empty = {"category": [], "actors": [], "directors": [], "details": {}, "is_new": 0}
    found = {name: part.get(name, empty.get(name)) for name in PART}
    return {name: dumps(value) if name in _JSON else value for name, value in found.items()}


def join(conn: sqlite3.Connection, provider: int, entries: Sequence[Entry]) -> Entry:
    """Stage the joined programme of a provider's clump, numbered with the negative number of its first part; returns its entry.

    It has no hash, so each import reads the parts again and compares them by content.
    """
    ordered = sorted(entries, key=lambda entry: ((entry.clump or "").replace(" ", "").zfill(9), entry.order))
    rows = [_content(conn, entry.order) for entry in ordered]
    seq = -min(entry.order for entry in entries)
    joined = {**rows[0], "title": "; ".join(dict.fromkeys(row["title"] for row in rows))[:SHORT].rstrip()}
    joined["details"] = dumps({"clump": [part(row) for row in rows]})
    values = [
        missing if value is None else value
        for value, missing in zip(joined.values(), MISSING[1:], strict=True)
    ]
    conn.execute(_STAGE_CONTENT, [seq, *values])
    conn.execute(_STAGE_ELEMENT, [seq, seq, content_hash(values, provider)])
    longest = max(entries, key=lambda entry: entry.stop or 0)
    return entries[0]._replace(order=seq, stop=longest.stop, own_stop=longest.own_stop, clump=None)


def _content(conn: sqlite3.Connection, seq: int) -> dict[str, Any]:
    """The staged content of an element, by column."""
    return dict(zip(PART, conn.execute(_READ, [seq]).fetchone(), strict=True))
