"""What the GET routes read. Each function takes a connection inside a read transaction, the id of the address, the
values of the query and the moment (epoch seconds), and gives a `Read`. SQLite writes the JSON of each row.
"""

import json
import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

from ..base.answer import Refused
from ..base.gather import gather
from ..base.params import FORM
from ..base.sql import sql
from ..search.soonest import soonest
from .routes import BASE

DAY = 86_400
MAX_DAYS = 31
#: channels of a page times days, so that no answer of the grid grows past about 15 MB
CHANNEL_DAYS = 500
#: seconds an answer that depends on the clock may be kept
SHORT = 60


@dataclass
class Read:
    """`rows` of JSON text, or `one`. `next` are the query parameters of the page behind. `until`: see `Answer`."""

    rows: list[str] | None = None
    one: str | None = None
    next: dict[str, Any] | None = None
    until: float | None = None


@cache
def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(FORM)


def epoch(text: str) -> int:
    return int(datetime.strptime(text, FORM).replace(tzinfo=timezone.utc).timestamp())


def earliest(conn: sqlite3.Connection, start: str) -> str:
    """Nothing that began before this can still run at `start`."""
    (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
    return (datetime.strptime(start, FORM) - timedelta(seconds=longest)).strftime(FORM)


def found(row: tuple[Any, ...] | None, what: str) -> str:
    if row is None:
        raise Refused(404, f"there is no such {what}")
    return str(row[-1])


def span(values: dict[str, Any], now: float) -> tuple[str, str]:
    """Start and end of a range. Raises `Refused` for one that is empty, backwards or longer than 31 days."""
    start = values["start"] or iso(now)
    end = values["end"] or iso(epoch(start) + DAY)
    if end <= start:
        raise Refused(400, f"end {end} is not after start {start}")
    if epoch(end) - epoch(start) > MAX_DAYS * DAY:
        raise Refused(400, f"the range is longer than {MAX_DAYS} days; ask for a shorter one")
    return start, end


def paged(rows: list[list[str]], limit: int) -> tuple[list[tuple[int, str]], dict[str, Any] | None]:
    """Rows `[id, JSON]`, one more than `limit` where there is a page behind."""
    kept = [(int(ident), text) for ident, text in rows[:limit]]
    return kept, {"limit": limit, "after": kept[-1][0]} if len(rows) > limit else None


def channel_page(
    conn: sqlite3.Connection, values: dict[str, Any], limit: int
) -> tuple[list[tuple[int, str]], dict[str, Any] | None]:
    """Channels as `(id, JSON)`; `values` may have q, provider, channels and after."""
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
        },
        2,
    )  # fmt: skip
    return paged(rows, limit)


def channels(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    known_provider(conn, values)
    rows, following = channel_page(conn, values, values["limit"])
    return Read([row[1] for row in rows], next=following)


def channel(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    return Read(one=found(conn.execute(sql("channel"), {"id": ident}).fetchone(), "channel"))


def programs(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    start, end = span(values, now)
    found(conn.execute("SELECT 1 FROM channels WHERE id = ? AND hidden = 0", (ident,)).fetchone(), "channel")
    rows = gather(
        conn, sql("programs"), {"id": ident, "start": start, "end": end, "earliest": earliest(conn, start)}
    )
    return Read([text for (text,) in rows], until=None if values["start"] else now + SHORT)


def guide(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    start, end = span(values, now)
    days = max(1, -(-(epoch(end) - epoch(start)) // DAY))
    most = CHANNEL_DAYS // days
    limit = values["limit"] or min(50, most)
    if limit > most:
        raise Refused(
            400, f"limit must be at most {most} for {days} days; ask for fewer channels or a shorter range"
        )
    page, following = channel_page(conn, values, limit)
    shown: dict[int, list[str]] = {row[0]: [] for row in page}
    span_of = {"ids": json.dumps(list(shown)), "start": start, "end": end, "earliest": earliest(conn, start)}
    for channel_id, text in gather(conn, sql("guide"), span_of, 2):
        shown[int(channel_id)].append(text)
    rows = [f'{{"channel":{text},"programs":[{",".join(shown[channel_id])}]}}' for channel_id, text in page]
    if following:
        following |= {"start": start, "end": end}
    return Read(rows, next=following, until=None if values["start"] else now + SHORT)


def now_next(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    at = values["at"] or iso(now)
    page, following = channel_page(conn, values, values["limit"])
    shown: dict[int, dict[str, str]] = {row[0]: {"now": "null", "next": "null"} for row in page}
    until = now + SHORT
    moment = {"ids": json.dumps(list(shown)), "at": at, "earliest": earliest(conn, at)}
    for channel_id, which, change, text in gather(conn, sql("now"), moment, 4):
        shown[int(channel_id)][which] = text
        until = min(until, epoch(change))
    rows = [
        f'{{"channel":{text},"now":{shown[channel_id]["now"]},"next":{shown[channel_id]["next"]}}}'
        for channel_id, text in page
    ]
    if following and values["at"]:
        following |= {"at": at}
    return Read(rows, next=following, until=None if values["at"] else until)


def program(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    return Read(one=found(conn.execute(sql("program"), {"id": ident}).fetchone(), "programme"))


def known_provider(conn: sqlite3.Connection, values: dict[str, Any]) -> None:
    """Raises `Refused` for a filter by a provider that does not exist."""
    name = values.get("provider")
    if (
        name
        and not conn.execute(
            "SELECT 1 FROM providers WHERE name = :name OR id = :name", {"name": name}
        ).fetchone()
    ):
        raise Refused(400, f"there is no provider {name[:40]!r}; see {BASE}/providers")


def match_of(words: str) -> str:
    """The words as FTS5 wants them: each in quotes, so that nothing is an operator; a star behind one finds beginnings.

    Words between quotation marks stay one phrase; a mark without its second one says nothing.
    """
    kept = []
    for phrase, star, word in re.findall(r'"([^"]*)"(\*?)|([^\s"]+)', words):
        text = phrase.strip() or word.rstrip("*")
        if text.strip("*"):
            kept.append(f'"{text}"*' if star or word.endswith("*") else f'"{text}"')
    return " ".join(kept)


def search(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    match = match_of(values["q"] or "")
    if not match:
        raise Refused(400, "q is missing: write a word or two to look for, as q=news")
    limit, offset, ids = values["limit"], values["offset"], values["channels"]
    any_time = values["start"] is None and values["end"] is None
    first = soonest(conn, match, limit + offset + 1, now, ids) if any_time else None
    rows = gather(
        conn,
        sql("search"),
        {
            "found": None if first is None else json.dumps(first), "match": match,
            "start": values["start"], "end": values["end"], "limit": limit + 1, "offset": offset,
            "now": iso(now), "ids": None if ids is None else json.dumps(ids),
        },
    )  # fmt: skip
    following = {"limit": limit, "offset": offset + limit} if len(rows) > limit else None
    return Read([text for (text,) in rows[:limit]], next=following, until=now + SHORT)


def providers(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    return Read([text for (text,) in gather(conn, sql("providers"), {})])


def provider(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    return Read(one=found(conn.execute(sql("provider"), {"id": ident}).fetchone(), "provider"))


def mappings(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    known_provider(conn, values)
    rows, following = paged(
        gather(conn, sql("mappings"), {**values, "limit": values["limit"] + 1}, 2), values["limit"]
    )
    return Read([row[1] for row in rows], next=following)


def mapping(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    return Read(one=found(conn.execute(sql("mapping"), {"id": ident}).fetchone(), "mapping"))


def imports(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    known_provider(conn, values)
    rows, following = paged(
        gather(conn, sql("imports"), {**values, "limit": values["limit"] + 1}, 2), values["limit"]
    )
    return Read([row[1] for row in rows], next=following)


def import_(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    return Read(one=found(conn.execute(sql("import"), {"id": ident}).fetchone(), "import"))


def candidates(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """What `epg-ingest channels candidates` shows. The names are compared by the package `epg_ingest`."""
    from epg_ingest.guide.candidates import candidates as suggested
    from epg_ingest.storage.database import opened

    found = suggested(opened(conn))[: values["limit"]]
    return Read([json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":")) for row in found])


READS = {
    "channels": channels, "channel": channel, "programs": programs, "guide": guide, "now": now_next,
    "program": program, "search": search, "providers": providers, "provider": provider, "mappings": mappings,
    "mapping": mapping, "candidates": candidates, "imports": imports, "import": import_,
}  # fmt: skip
