"""`/xmltv.xml`, `.gz` and `.xz`: the guide for players, streamed from one moment of the database, or from a file.

    checked on the pool → 304 or HEAD → a file that is kept → block after block
                                      → else a place among the exports → block after block, as fast as the client reads

A block is made when the one before it is sent, so neither a large guide nor a slow client costs memory. Exports have
threads and connections of their own: they may take minutes, and the API's threads are for milliseconds. A packed document
that is asked for again and again becomes a file while the first of these clients reads it.
"""

import asyncio
import time
from email.utils import formatdate, parsedate_to_datetime

from ..base import access
from ..base.answer import Answer
from ..base.http import Scope, header, headers_of, unchanged
from ..logos.instance_logos import logos_of
from ..pages.visit import Visit
from .common import link, plainly
from .xmltv_demand import FileKeeper, finished, keeper_of
from .xmltv_request import ExportRequest, understand
from .xmltv_selection import Snapshot, look
from .xmltv_stream import ExportSlots, ExportStream, FileSource, slots_of, streamed

#: seconds that others may keep it; while the guide is the same, asking again costs nothing
MAX_AGE = 300
#: the media type of each packing
KINDS = {
    "": b"application/xml; charset=utf-8",
    "gz": b"application/gzip",
    "xz": b"application/x-xz",
}


@plainly
async def export(visit: Visit) -> None:
    """`/xmltv.xml` and `/xmltv.xml.gz`: the guide; 304 where the client has it already.

    Answers 400 for parameters that cannot be read, and 503 where too many exports run.
    """
    await _answer(visit, "gz" if visit.request.url_vars.get("gz") else None)


@plainly
async def export_xz(visit: Visit) -> None:
    """`/xmltv.xml.xz`: the same, half as large as `.gz`."""
    await _answer(visit, "xz")


async def _answer(visit: Visit, ending: str | None) -> None:
    await answer_for(visit, understand(visit.request.scope, ending, time.time(), site_of(visit)))


def site_of(visit: Visit) -> str | None:
    """Where this site keeps logos, for an export that names them; None where it keeps none."""
    return link(visit, "/") if logos_of(visit.datasette) else None


async def answer_for(visit: Visit, asked: ExportRequest) -> None:
    """Answer a request for the guide, or for that of a line-up. Raises `Refused`."""
    scope, lane = visit.request.scope, visit.lane
    _, seen = await lane.pool.run(lambda conn: look(conn, asked))
    tag = current(scope, asked, seen)
    if tag is not None:
        return await bare(visit, 304, head_of(visit, asked, seen, tag))
    if scope["method"] == "HEAD":
        return await bare(visit, 200, head_of(visit, asked, seen) + described(asked))
    places, keeper = slots_of(visit.datasette), keeper_of(visit.datasette, lane)
    wanted = bool(asked.packing) and keeper.demand.note(asked, time.time())
    if wanted:
        keeper.start()
    if asked.packing and await from_file(visit, asked, seen, keeper):
        return
    await places.enter()
    try:
        await written(visit, asked, places, keeper if wanted else None)
    finally:
        places.places.release()


def current(scope: Scope, asked: ExportRequest, seen: Snapshot) -> str | None:
    """The tag of the copy that the client has, None where it needs a new one (RFC 9110 section 13.2.2)."""
    stamp = asked.stamp(seen.generation)
    if header(scope, b"if-none-match"):
        return unchanged(scope, stamp)
    try:
        since = parsedate_to_datetime(header(scope, b"if-modified-since")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return tag_of(asked, stamp) if since >= seen.changed else None


def tag_of(asked: ExportRequest, stamp: str) -> str:
    return f'"{stamp}-gz"' if asked.packing and not asked.file else f'"{stamp}"'


def head_of(
    visit: Visit, asked: ExportRequest, seen: Snapshot, tag: str | None = None
) -> list[tuple[bytes, bytes]]:
    """Headers that GET, HEAD and 304 share."""
    headers = {}
    if seen.changed < time.time() - 2:
        # A second change may come within the same second, and the date would not differ.
        headers["Last-Modified"] = formatdate(seen.changed, usegmt=True)
    stamp, generation = asked.stamp(seen.generation), seen.generation.number
    age = MAX_AGE if access.open_to_strangers(visit.datasette) else None
    answer = Answer(b"", headers=headers, stamp=stamp, generation=generation, max_age=age)
    return headers_of(answer, tag or tag_of(asked, stamp), False, None)


def described(asked: ExportRequest) -> list[tuple[bytes, bytes]]:
    """Headers of the body."""
    kind = KINDS[asked.packing if asked.file else ""]
    found = [
        (b"content-type", kind),
        (b"content-disposition", f'attachment; filename="{asked.name}"'.encode()),
    ]
    return found if asked.file or not asked.packing else [*found, (b"content-encoding", b"gzip")]


async def bare(visit: Visit, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await visit.send({"type": "http.response.start", "status": status, "headers": headers})
    await visit.send({"type": "http.response.body", "body": b""})


async def from_file(visit: Visit, asked: ExportRequest, seen: Snapshot, keeper: FileKeeper) -> bool:
    """Send the document from its file; False if there is none. It takes no place among the exports: it needs no snapshot."""
    path = keeper.files.find(asked.file_name(seen.generation))
    if path is None:
        return False
    try:
        source = FileSource(path)
    except FileNotFoundError:  # a newer guide has just removed it
        return False
    try:
        length = (b"content-length", str(source.size).encode())
        headers = [*head_of(visit, asked, seen), *described(asked), length]
        await visit.send({"type": "http.response.start", "status": 200, "headers": headers})
        await streamed(visit, keeper.places, source)
    finally:
        source.close()
    return True


async def written(visit: Visit, asked: ExportRequest, places: ExportSlots, keeper: FileKeeper | None) -> None:
    """Send the document from the guide. With a keeper it becomes a file, also when the client leaves before the end."""
    work = ExportStream(visit.lane.pool.path, asked, keeper.files if keeper else None)
    try:
        seen = await places.run(work.begin)
        headers = head_of(visit, asked, seen) + described(asked)
        await visit.send({"type": "http.response.start", "status": 200, "headers": headers})
        if not await streamed(visit, places, work) and work.making is not None:
            await finished(places, work)
    finally:
        await asyncio.shield(places.run(work.close))
