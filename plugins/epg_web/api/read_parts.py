"""What the reads of the API share: their result, ranges of time, pages of a list, filters."""

import copy
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from ..base.answer import Refused
from ..base.connections import gather
from ..base.lineup_filter import narrowed
from ..base.moments import epoch, iso
from ..base.sql import sql
from .routes import BASE

DAY = 86_400
MAX_DAYS = 31
#: filters of channels that are yes or no
FILTERS = ("empty", "stale", "unmatched")


#: what makes a `Read`: connection, id in the address, values of the query, moment in epoch seconds
ReadFunction = Callable[[sqlite3.Connection, "int | None", dict[str, Any], float], "Read"]


@dataclass
class Read:
    """`rows` of JSON text, or `one`. `next` has the query parameters of the next page. `until` and `headers` are those of
    `Answer`.
    """

    rows: list[str] | None = None
    one: str | None = None
    next: dict[str, Any] | None = None
    until: float | None = None
    headers: dict[str, str] = field(default_factory=dict)


def within_lineup(read: ReadFunction) -> ReadFunction:
    """A read whose `channels` are restricted by `lineup`. Raises `Refused` (400) for a line-up that does not exist."""

    @wraps(read)
    def restricted(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
        if values.get("lineup"):
            values = copy.copy(values)
            values["channels"] = narrowed(conn, values["lineup"], values.get("channels"))
        return read(conn, ident, values, now)

    return restricted


def earliest(conn: sqlite3.Connection, start: str) -> str:
    """The stored text of a moment: no programme that began before it can still run at `start`."""
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    return iso(epoch(start) - longest)


def json_of(row: tuple[Any, ...] | None, what: str) -> str:
    """The last column of a row, which is its JSON. Raises `Refused` (404) where there is no row."""
    if row is None:
        raise Refused(404, f"there is no such {what}")
    return str(row[-1])


def span(values: dict[str, Any], now: float) -> tuple[str, str]:
    """Start and end of a range, as stored text. Raises `Refused` (400) where it is empty, reversed or longer than 31 days."""
    start = values["start"] or iso(now)
    end = values["end"] or iso(epoch(start) + DAY)
    if end <= start:
        raise Refused(400, f"end {end} is not after start {start}")
    if epoch(end) - epoch(start) > MAX_DAYS * DAY:
        raise Refused(400, f"the range is longer than {MAX_DAYS} days; ask for a shorter one")
    return start, end


def paged(rows: list[list[str]], limit: int) -> tuple[list[tuple[int, str]], dict[str, Any] | None]:
    """The rows of one page and the parameters of the next. `rows` are `[id, JSON]`, one more than `limit` if there is one."""
    kept = [(int(ident), text) for ident, text in rows[:limit]]
    return kept, {"limit": limit, "after": kept[-1][0]} if len(rows) > limit else None


def channel_page(
    conn: sqlite3.Connection, values: dict[str, Any], limit: int, now: float = 0
) -> tuple[list[tuple[int, str]], dict[str, Any] | None]:
    """Channels as `(id, JSON)`; `values` may have q, provider, channels, after, and the filters in `FILTERS`: true, false or
    None. `now` (epoch seconds) decides which programmes are still to come."""
    after = values["after"]
    if after is not None and not conn.execute("SELECT 1 FROM channels WHERE id = ?", (after,)).fetchone():
        raise Refused(400, f"after: there is no channel {after} any more; begin again without it")
    ids = values.get("channels")
    rows = gather(
        conn,
        sql("channels"),
        {
            "after": after, "limit": limit + 1, "q": values.get("q"), "provider": values.get("provider"),
            "ids": None if ids is None else json.dumps(ids),
            "now": iso(now), "earliest": earliest(conn, iso(now)) if values.get("empty") else "",
            **{name: values[name] == "true" if values.get(name) else None for name in FILTERS},
        },
        2,
    )  # fmt: skip
    return paged(rows, limit)


def known_provider(conn: sqlite3.Connection, values: dict[str, Any]) -> None:
    """Raises `Refused` (400) for a filter by a provider that does not exist."""
    name = values.get("provider")
    if (
        name
        and not conn.execute(
            "SELECT 1 FROM providers WHERE name = :name OR id = :name", {"name": name}
        ).fetchone()
    ):
        raise Refused(400, f"there is no provider {name[:40]!r}; see {BASE}/providers")
