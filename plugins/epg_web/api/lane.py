"""GET and HEAD of the API: the fast lane, and the same for requests that come through Datasette.

    scope → parsed (remembered by path and query) → 304 or cached answer → else computed on the pool, once

The lane answers strangers before Datasette sees their requests. Requests with a token or a cookie go through Datasette
and end in the same code.
"""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from ..base.answer import CSV, Answer, Refused, dump, unauthorized
from ..base.cache import MIN_GZIP, Cache, CachedAnswer, short
from ..base.connections import DEADLINE, ConnectionPool, Generation
from ..base.csv_table import to_csv
from ..base.http import Scope, Send, header, send_answer, send_unchanged, unchanged, wants_gzip
from ..base.params import parse
from ..base.release import code_stamp
from .description import openapi
from .description.csv_columns import columns
from .read_parts import Read
from .reads import READS
from .routes import NOTHING_HERE, Route, allow, match

#: seconds that a shared cache may keep what only an import can change
MAX_AGE = 60
#: parsed requests that are remembered, and the memory that all of them may take (bytes, estimated)
REMEMBERED, REMEMBERED_BYTES = 4096, 4_000_000
#: routes whose answers may take long; they have their own thread
SLOW = ("search", "suggest", "candidates")
#: seconds that these may take, where it is not `connections.DEADLINE`; candidates are made once for a state of the guide
DEADLINES = {"candidates": 60.0}


@dataclass(frozen=True)
class ReadRequest:
    """A parsed request. Two requests with the same `key` get the same answer."""

    route: Route
    ident: int | None
    values: dict[str, Any]
    csv: bool
    path: str

    @property
    def key(self) -> tuple[Any, ...]:
        return ("api", short((self.route.name, self.ident, self.csv, *self.values.values())))

    @property
    def follows_clock(self) -> bool:
        """Whether the answer depends on the time of the request: a range or moment that is missing, a search, or a filter by
        programmes to come."""
        if self.route.name == "channels":
            return self.values["empty"] is not None
        moment = {"now": "at", "programs": "start", "guide": "start"}.get(self.route.name)
        return self.route.name in ("search", "suggest") or (
            moment is not None and self.values[moment] is None
        )


def understand(method: str, path: str, query: bytes) -> ReadRequest:
    """The request in its parts. Raises `Refused`: 404 for an unknown address, 405 with `Allow`, 400 for the query."""
    as_csv = path.endswith(".csv")
    found = match(path)
    if found is None:
        raise Refused(404, NOTHING_HERE)
    methods, ident = found
    route = methods.get("GET" if method == "HEAD" else method)
    if route is None:
        raise Refused(405, f"{method} is not possible here", headers={"Allow": allow(methods)})
    return ReadRequest(route, ident, parse(query, route.params), as_csv, path)


class Lane:
    """Answers reads of one database. Used from one event loop only."""

    def __init__(self, pool: ConnectionPool, cache_bytes: int, server: str = "") -> None:
        self.pool, self.cache, self.server = pool, Cache(cache_bytes), server
        self.remembered: OrderedDict[tuple[str, str, bytes], tuple[ReadRequest, tuple[Any, ...]]] = (
            OrderedDict()
        )
        self.remembered_bytes = 0

    def asked(self, scope: Scope) -> tuple[ReadRequest, tuple[Any, ...]]:
        """The parsed request and its key, remembered by method, path and query. Raises `Refused` as `understand` does."""
        raw = (scope["method"], scope["path"], scope["query_string"])
        known = self.remembered.get(raw)
        if known is None:
            asked = understand(*raw)
            known = self.remembered[raw] = (asked, asked.key)
            self.remembered_bytes += taken_by(raw)
            while len(self.remembered) > REMEMBERED or self.remembered_bytes > REMEMBERED_BYTES:
                self.remembered_bytes -= taken_by(self.remembered.popitem(last=False)[0])
        return known

    async def respond(self, scope: Scope, send: Send) -> None:
        """Answer a GET or HEAD. Mistakes in it are answered too, in the shape of errors."""
        try:
            asked, key = self.asked(scope)
            if asked.route.access != "public":
                raise unauthorized()
            if asked.route.rows and not asked.csv and prefers_csv(scope):
                # Caches know an answer by its address only, so they must not keep one that a header chose.
                return await send_answer(scope, send, await self.unkept(scope))
            await self.serve(scope, send, asked, key)
        except Refused as refused:
            await send_answer(scope, send, refused.answer())

    async def unkept(self, scope: Scope) -> Answer:
        """An answer that nobody may keep: for those with a permission, or in a form that a header chose. Raises `Refused`."""
        asked, _ = self.asked(scope)
        if asked.route.rows and not asked.csv and prefers_csv(scope):
            asked = ReadRequest(asked.route, asked.ident, asked.values, True, asked.path)
        answer = await self.compute(asked)
        return Answer(answer.body, content_type=answer.content_type, headers=answer.headers)

    async def serve(self, scope: Scope, send: Send, asked: ReadRequest, key: tuple[Any, ...]) -> None:
        """Answer with 304, from the cache, or with a new answer, which is then cached. Raises `Refused`."""
        generation = self.pool.look()
        if asked.route.live:
            key = (*key, self.pool.commits)
        entry = self.cache.get(key, generation.stamp)
        if entry is None and not asked.route.live and not asked.follows_clock:
            # Nothing has changed since the client asked last, so the body need not be made.
            answer = Answer(b"", stamp=stamp_of(generation), generation=generation.number, max_age=MAX_AGE)
            if tag := unchanged(scope, answer.stamp or ""):
                return await send_unchanged(scope, send, answer, tag)
        if entry is None:
            entry = await self.cache.make(key, generation.stamp, partial(self.compute, asked))
        await self.send(scope, send, key, entry)

    async def send(self, scope: Scope, send: Send, key: tuple[Any, ...], entry: CachedAnswer) -> None:
        """Send an answer of the cache: 304 where the client has it, gzipped where that is wanted and worth it."""
        answer = entry.answer
        if tag := unchanged(scope, answer.stamp or ""):
            return await send_unchanged(scope, send, answer, tag)
        if len(answer.body) >= MIN_GZIP and wants_gzip(scope):
            return await send_answer(scope, send, answer, await self.cache.gzip(key, entry), True)
        await send_answer(scope, send, answer)

    async def compute(self, asked: ReadRequest) -> Answer:
        """A new answer, read on a thread of the pool. Raises `Refused`."""
        now = time.time()
        if asked.route.name == "openapi":
            generation, body = self.pool.look(), dump(openapi.document(self.server))
            return Answer(body, stamp=stamp_of(generation), generation=generation.number, max_age=MAX_AGE)
        read = READS[asked.route.name]
        generation, answer = await self.pool.run(
            lambda conn: build(read(conn, asked.ident, asked.values, now), asked, self.server),
            DEADLINES.get(asked.route.name, DEADLINE),
            slow=asked.route.name in SLOW,
        )
        return finish(answer, asked, generation)


def taken_by(raw: tuple[str, str, bytes]) -> int:
    """Bytes that a remembered request takes, estimated: each id of `channels=1,2` becomes a number of 36 bytes."""
    return 1500 + len(raw[1]) + 18 * len(raw[2])


def prefers_csv(scope: Scope) -> bool:
    """Whether `Accept` names CSV before JSON."""
    accept = header(scope, b"accept").lower()
    at = accept.find("text/csv")
    json_at = accept.find("application/json")
    return at >= 0 and (json_at < 0 or at < json_at)


def build(read: Read, asked: ReadRequest, server: str) -> Answer:
    """What a read gave as an answer. Called on the thread that read it."""
    headers = dict(read.headers)
    if read.next:
        headers["Link"] = f'<{server}{next_page(asked, read.next)}>; rel="next"'
    if asked.csv:
        names = columns(asked.route.shape or "")
        name = asked.route.name
        headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
        return Answer(to_csv(read.rows or [], names), content_type=CSV, headers=headers, until=read.until)
    text = read.one if read.rows is None else f"[{','.join(read.rows)}]"
    # A feed may hold half of a surrogate pair; JSON must be UTF-8.
    return Answer((text or "").encode("utf-8", "replace"), headers=headers, until=read.until)


def finish(answer: Answer, asked: ReadRequest, generation: Generation) -> Answer:
    """The answer with its validators. Where it depends on more than the generation, its content is part of the tag."""
    depends = asked.route.live or asked.follows_clock
    content = "." + hashlib.sha256(answer.body).hexdigest()[:12] if depends else ""
    return Answer(
        answer.body, content_type=answer.content_type, headers=answer.headers, until=answer.until,
        stamp=stamp_of(generation) + content, generation=generation.number, max_age=1 if asked.route.live else MAX_AGE,
    )  # fmt: skip


def stamp_of(generation: Generation) -> str:
    return f"{generation.stamp}-{code_stamp()}"


def next_page(asked: ReadRequest, changed: dict[str, Any]) -> str:
    """The address of the next page, with the filters of this one."""
    given = {name: value for name, value in asked.values.items() if value is not None} | changed
    texts = {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in given.items()
    }
    return f"{asked.path}?{urlencode(texts)}"
