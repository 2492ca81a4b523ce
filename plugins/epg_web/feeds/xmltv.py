"""`/xmltv.xml` and `/xmltv.xml.gz`: the guide for players, streamed from one moment of the database.

checked on the pool → 304 or HEAD → a place among the exports → block after block, as fast as the client reads

A block is made when the one before it is gone, so neither a large guide nor a slow client costs memory. Exports have
threads and connections of their own: they may take minutes, and the API's threads are for milliseconds.
"""

import asyncio
import contextlib
import hashlib
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

from epg_ingest import __version__
from epg_ingest.core.errors import NotFoundError
from epg_ingest.export.selection import Selection
from epg_ingest.export.xmltv import xmltv_blocks

from ..api.lane import stamp_of
from ..api.reads import DAY, epoch
from ..base import access
from ..base.answer import Answer, Refused
from ..base.connections import Generation, connect, read_generation
from ..base.http import header, headers_of, unchanged, wants_gzip
from ..base.params import Param
from ..pages.visit import Visit
from .common import hour, plainly, with_channels

#: exports that run at once; whoever comes then waits for so many seconds, and so many may wait
AT_ONCE, PATIENCE, WAITING = 3, 20.0, 20
#: seconds a client may take for a block, and for everything: an open snapshot keeps the write-ahead log from shrinking
STALL, LONGEST = 60.0, 900.0
#: seconds others may keep it; asking again costs nothing while the guide is as it was
MAX_AGE = 300
LEVEL = 3
DAYS = 3650
PARAMS = (
    # Taken out before the others are read: `ids` would refuse names.
    Param("channels", "ids", "Only these channels, by id or name."),
    Param("days", "int", "Programmes from now until so many days ahead.", None, 1, DAYS, example=7),
    Param("past_days", "int", "Also those of so many days past.", None, 0, DAYS, example=1),
    Param("provider", "text", "What this provider gives, also what others hide; name or id.", example="uk"),
    Param("lang", "text", "Only this language, where a text comes in several.", example="en"),
)


@dataclass(frozen=True)
class Asked:
    """`start`, `stop` and `clock`, the hour from which days are counted, are epoch seconds; `channels` are names, or ids as
    text; `file`: as `.gz` and not by encoding.
    """

    channels: tuple[str, ...]
    provider: str | None
    lang: str | None
    start: int | None
    stop: int | None
    clock: int
    file: bool
    gzipped: bool

    @property
    def name(self) -> str:
        return "xmltv.xml.gz" if self.file else "xmltv.xml"

    def stamp(self, generation: Generation) -> str:
        """Same stamp, same document."""
        what = (self.channels, self.provider, self.lang, self.start, self.stop, self.file, __version__)
        return f"{stamp_of(generation)}-{hashlib.sha256(repr(what).encode()).hexdigest()[:12]}"


def understand(scope: dict[str, Any], file: bool, now: float) -> Asked:
    """Raises `Refused` for what cannot be asked. Days are counted from the full hour, so that an hour has one answer."""
    values, channels = with_channels(scope, PARAMS)
    days, past = values["days"], values["past_days"]
    clock = 0 if days is None and past is None else hour(now)
    start = clock - (past or 0) * DAY if clock else None
    stop = None if days is None else clock + days * DAY
    gzipped = file or wants_gzip(scope)
    return Asked(channels, values["provider"], values["lang"], start, stop, clock, file, gzipped)


@dataclass(frozen=True)
class Seen:
    """What a snapshot says before anything is written. `changed` is epoch seconds."""

    generation: Generation
    changed: int
    chosen: Selection


def look(conn: Any, asked: Asked) -> Seen:
    """Raises `Refused` (404) for a channel or provider that is not shown."""
    (changed,) = conn.execute("SELECT changed_at FROM generation").fetchone()
    names = [_named(conn, text) for text in asked.channels]
    provider = None if asked.provider is None else _provider(conn, asked.provider)
    try:
        chosen = Selection(conn, names, provider, asked.start, asked.stop, public=True)
    except NotFoundError:
        raise Refused(404, _missing(conn, names)) from None
    return Seen(read_generation(conn), max(epoch(changed), asked.clock), chosen)


def _named(conn: Any, text: str) -> str:
    """The name of a channel given by id or name; the text itself where there is none. An id goes before a name."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        row = conn.execute("SELECT name FROM channels WHERE id = ?", [int(text)]).fetchone()
        if row is not None:
            return str(row[0])
    return text


def _provider(conn: Any, text: str) -> str:
    row = conn.execute(
        "SELECT name FROM providers WHERE (name = :text OR id = :text) AND enabled = 1 ORDER BY name <> :text",
        {"text": text},
    ).fetchone()
    if row is None:
        raise Refused(404, f"there is no provider {text[:40]!r}; see /api/v1/providers")
    return str(row[0])


def _missing(conn: Any, names: list[str]) -> str:
    shown = {row[0] for row in conn.execute("SELECT name FROM channels WHERE hidden = 0")}
    gone = next((name for name in names if name not in shown), None)
    return (
        f"there is no channel {gone[:40]!r}; see /api/v1/channels"
        if gone
        else "the provider has not got that channel"
    )


class Work:
    """One export on a connection of its own. Its methods may be called from any thread; one at a time is at work."""

    def __init__(self, path: str, asked: Asked) -> None:
        self.path, self.asked = path, asked
        self.lock = threading.Lock()
        self.conn: sqlite3.Connection | None = None
        self.gzip = zlib.compressobj(LEVEL, zlib.DEFLATED, 31) if asked.gzipped else None

    def begin(self) -> Seen:
        with self.lock:
            self.conn = connect(self.path)
            self.conn.execute("BEGIN")
            seen = look(self.conn, self.asked)
            self.blocks = xmltv_blocks(seen.chosen, self.asked.lang)
            return seen

    def block(self) -> bytes | None:
        """The next bytes, None behind the last ones."""
        with self.lock:
            for _, block in self.blocks:
                if found := self.gzip.compress(block) if self.gzip else block:
                    return found
            last, self.gzip = self.gzip and self.gzip.flush(), None
            return last or None

    def close(self) -> None:
        with self.lock:
            if self.conn is not None:
                self.conn.close()


class Exports:
    """The places for exports of one Datasette instance."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0
        self.executor = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="epg-export")

    async def run(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    async def enter(self) -> None:
        """Take a place. Raises `Refused` (503) when none becomes free in time."""
        busy = Refused(503, "too many exports are being read; try again", headers={"Retry-After": "30"})
        if self.waiting >= WAITING:
            raise busy
        self.waiting += 1
        try:
            await asyncio.wait_for(self.places.acquire(), PATIENCE)
        except asyncio.TimeoutError:
            raise busy from None
        finally:
            self.waiting -= 1


def exports(datasette: Any) -> Exports:
    found: Exports | None = getattr(datasette, "_epg_exports", None)
    if found is None:
        found = datasette._epg_exports = Exports()
    return found


@plainly
async def export(visit: Visit) -> None:
    scope, lane = visit.request.scope, visit.lane
    asked = understand(scope, bool(visit.request.url_vars.get("gz")), time.time())
    _, seen = await lane.pool.run(lambda conn: look(conn, asked))
    tag = current(scope, asked, seen)
    if tag is not None:
        return await bare(visit, 304, head_of(visit, asked, seen, tag))
    if scope["method"] == "HEAD":
        return await bare(visit, 200, head_of(visit, asked, seen) + described(asked))
    places = exports(visit.datasette)
    await places.enter()
    try:
        await written(visit, asked, places)
    finally:
        places.places.release()


def current(scope: dict[str, Any], asked: Asked, seen: Seen) -> str | None:
    """The tag of the copy that the client has, None where it needs a new one (RFC 9110 section 13.2.2)."""
    stamp = asked.stamp(seen.generation)
    if header(scope, b"if-none-match"):
        return unchanged(scope, stamp)
    try:
        since = parsedate_to_datetime(header(scope, b"if-modified-since")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return tag_of(asked, stamp) if since >= seen.changed else None


def tag_of(asked: Asked, stamp: str) -> str:
    return f'"{stamp}-gz"' if asked.gzipped and not asked.file else f'"{stamp}"'


def head_of(visit: Visit, asked: Asked, seen: Seen, tag: str | None = None) -> list[tuple[bytes, bytes]]:
    """Headers that GET, HEAD and 304 share."""
    headers = {}
    if seen.changed < time.time() - 2:
        # Within the second of a change there may be another one, which its date would not tell apart.
        headers["Last-Modified"] = formatdate(seen.changed, usegmt=True)
    stamp, generation = asked.stamp(seen.generation), seen.generation.number
    age = MAX_AGE if access.open_to_strangers(visit.datasette) else None
    answer = Answer(b"", headers=headers, stamp=stamp, generation=generation, max_age=age)
    return headers_of(answer, tag or tag_of(asked, stamp), False, None)


def described(asked: Asked) -> list[tuple[bytes, bytes]]:
    """Headers of the body."""
    kind = b"application/gzip" if asked.file else b"application/xml; charset=utf-8"
    found = [
        (b"content-type", kind),
        (b"content-disposition", f'attachment; filename="{asked.name}"'.encode()),
    ]
    return found if asked.file or not asked.gzipped else [*found, (b"content-encoding", b"gzip")]


async def bare(visit: Visit, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await visit.send({"type": "http.response.start", "status": status, "headers": headers})
    await visit.send({"type": "http.response.body", "body": b""})


async def written(visit: Visit, asked: Asked, places: Exports) -> None:
    work = Work(visit.lane.pool.path, asked)
    try:
        seen = await places.run(work.begin)
        headers = head_of(visit, asked, seen) + described(asked)
        await visit.send({"type": "http.response.start", "status": 200, "headers": headers})
        await streamed(visit, places, work)
    finally:
        await asyncio.shield(places.run(work.close))


async def streamed(visit: Visit, places: Exports, work: Work) -> None:
    """Block after block, until the end or until the client is gone or too slow: then the server cuts the connection, as
    the body has no end.
    """
    end = time.monotonic() + LONGEST
    gone = asyncio.create_task(left(visit.request.receive))
    try:
        while not gone.done() and time.monotonic() < end:
            block = await places.run(work.block)
            message = {"type": "http.response.body", "body": block or b"", "more_body": block is not None}
            await asyncio.wait_for(visit.send(message), STALL)
            if block is None:
                return
    except asyncio.TimeoutError:
        return
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def left(receive: Callable[[], Any]) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
