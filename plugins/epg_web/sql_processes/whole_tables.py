"""`/epg/TABLE.csv?_stream=on`: all rows of a table, a view or a query, with the filters of its page.

Datasette itself sends a thousand rows. It could send further pages, and would then look for each page of a view from the
start, count the rows again, and write an error into the file. So it is asked for its SQL only, with all that it checks: who
may read the table, what the filters mean. The SQL runs once, in a process of its own.
"""

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from ..base.answer import Refused
from ..base.http import App, Receive, Scope, Send, wants_gzip
from ..bounds.block_sending import sent
from .csv_stream import CsvPlaces, CsvStream

#: `/epg/guide.csv`, `/epg/on_now.csv`, and where 0.65 and 1.0 of Datasette take SQL
ADDRESS = re.compile(r"/epg(?:/(?:-/)?(?P<name>\w+))?\.csv")
WANTED = "_stream"
#: what says how Datasette sends rows; which rows, in which order and with which columns, say the others
OF_A_PAGE = re.compile(
    r"_(?:stream|size|next|dl|header|labels?|shape|nl|json\w*|trace|ttl|facet\w*|nofacet|nocount|nosuggest|extra|timelimit)"
)
#: of a table, the SQL that Datasette shows has a limit of one row more than were asked for
ASKED = (
    ("_size", "1"),
    ("_nocount", "1"),
    ("_nofacet", "1"),
    ("_shape", "objects"),
    ("_extra", "query"),
)
LIMIT = re.compile(r"\s+limit 2\s*\Z")
#: bytes that Datasette may answer when it is asked for the SQL
MOST = 1_000_000
logger = logging.getLogger("datasette_epg")
MARKUP = re.compile(r"<.*", re.DOTALL)


class Statement(NamedTuple):
    """SQL with the values of its parameters."""

    sql: str
    values: dict[str, Any]


def is_wanted(scope: Scope, path: str) -> bool:
    """Whether all rows are asked for."""
    return (
        scope["method"] in ("GET", "HEAD")
        and WANTED.encode() in scope["query_string"]
        and ADDRESS.fullmatch(path) is not None
        and any(name == WANTED and value for name, value in fields(scope))
    )


def link(address: str, is_view: bool) -> str:
    """The address of all rows, for that of a page's rows as CSV. A view keeps no order: its rows are too large to be sorted."""
    path, _, query = address.partition("?")
    rows = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not OF_A_PAGE.fullmatch(name) and not (is_view and name in ("_sort", "_sort_desc"))
    ]
    return f"{path}?{urlencode([*rows, (WANTED, 'on')])}"


def fields(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def question(scope: Scope) -> Scope:
    """The request for the same rows as JSON, by the same client, in a form that is not compressed."""
    rows = [(name, value) for name, value in fields(scope) if not OF_A_PAGE.fullmatch(name)]
    return {
        **scope,
        "method": "GET",
        "path": scope["path"].removesuffix(".csv") + ".json",
        "raw_path": (scope.get("raw_path") or scope["path"].encode()).removesuffix(b".csv") + b".json",
        "query_string": urlencode([*rows, *ASKED]).encode(),
        "headers": [
            pair for pair in scope["headers"] if pair[0] not in (b"accept-encoding", b"if-none-match")
        ],
    }


async def told(app: App, scope: Scope) -> tuple[int, bytes]:
    """Status and body of what `app` answers. Raises `Refused` where that is more than `MOST` bytes."""
    status, body = 500, bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))
        if len(body) > MOST:
            raise Refused(400, "the first row is too large")

    await app(scope, receive, send)
    return status, bytes(body)


def statement_of(status: int, body: bytes, is_table: bool, whole: Mapping[str, str]) -> Statement:
    """The SQL for all rows. `whole` gives, for the SQL of each canned query, the same without its limit of rows.

    Raises `Refused` with what Datasette says against the request.
    """
    try:
        found = json.loads(body)
    except ValueError:
        found = {}
    if status != 200 or "query" not in found:
        words = " ".join(MARKUP.sub("", str(found.get("error") or "")).split())
        raise Refused(status if status >= 400 else 400, words or str(found.get("title") or "not available"))
    sql, values = found["query"]["sql"], found["query"]["params"]
    return Statement(LIMIT.sub("", sql) if is_table else whole.get(sql, sql), dict(values))


async def respond(places: CsvPlaces, scope: Scope, receive: Receive, send: Send, asked: Statement) -> None:
    """Send the rows. Raises `Refused` before the first byte; later, the body stays without an end, as with other exports."""
    packed = wants_gzip(scope)
    async with places.places.taken():
        work = CsvStream(places, asked.sql, asked.values, packed)
        try:
            await asyncio.to_thread(work.begin)
            await send({"type": "http.response.start", "status": 200, "headers": headers(scope, packed)})
            if scope["method"] == "HEAD":
                return await send({"type": "http.response.body", "body": b""})
            await sent(receive, send, asyncio.to_thread, work)
        except Refused as refused:
            if not work.first_was_sent:
                raise
            logger.warning("%s ended early: %s", scope["path"], refused.message)
        finally:
            work.close()


def headers(scope: Scope, packed: bool) -> list[tuple[bytes, bytes]]:
    """Those of a file that is kept by nobody: it is of one moment."""
    name = scope["path"].rpartition("/")[2]
    encoding = [(b"content-encoding", b"gzip")] if packed else []
    return [
        (b"content-type", b"text/csv; charset=utf-8"),
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        (b"cache-control", b"private, no-store"),
        (b"vary", b"Accept-Encoding"),
        *encoding,
    ]
