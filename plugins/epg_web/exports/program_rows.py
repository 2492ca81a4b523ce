"""`/api/v1/programs.ndjson` and `/api/v1/programs.csv`: the guide as rows, a programme each.

They are streamed from one moment of the database, as XMLTV is, and share its places: a large guide or a slow client costs
no memory, and at most so many exports of all kinds run at once.
"""

import asyncio
import csv
import io
import json
import time
from collections.abc import Iterator

from epg_ingest.export.blocks import blocked
from epg_ingest.export.selection import Selection

from ..api.change_log_read import POSITION, last_change, not_yet
from ..api.description.csv_columns import columns
from ..api.routes import STREAMS
from ..base.answer import Refused
from ..base.connections import connect
from ..base.csv_table import cell
from ..base.http import send_answer
from ..base.sql import sql
from ..pages.visit import Visit
from .rows_request import KINDS, RowsRequest, understand
from .xmltv import bare, current, head_of
from .xmltv_selection import Snapshot, look
from .xmltv_stream import ExportSlots, ExportStream, slots_of, streamed


async def respond(visit: Visit, kind: str) -> None:
    """Answer a GET or HEAD: 304 where the client has the rows already, a refusal in the shape of the API's errors."""
    try:
        await _respond(visit, kind)
    except Refused as refused:
        await send_answer(visit.request.scope, visit.send, refused.answer())


async def _respond(visit: Visit, kind: str) -> None:
    scope = visit.request.scope
    asked = understand(scope, kind, time.time())
    _, (seen, change) = await visit.lane.pool.run(lambda conn: (look(conn, asked), last_change(conn)))
    if change < asked.change:
        raise not_yet()
    tag = current(scope, asked, seen)
    if tag is not None:
        return await bare(visit, 304, [*head_of(visit, asked, seen, tag), positioned(change)])
    if scope["method"] == "HEAD":
        return await bare(visit, 200, [*head_of(visit, asked, seen), *described(asked), positioned(change)])
    places = slots_of(visit.datasette)
    await places.enter()
    try:
        await _written(visit, asked, places)
    finally:
        places.places.release()


async def _written(visit: Visit, asked: RowsRequest, places: ExportSlots) -> None:
    work = RowStream(visit.lane.pool.path, asked)
    try:
        seen = await places.run(work.begin)
        headers = [*head_of(visit, asked, seen), *described(asked), positioned(work.change)]
        await visit.send({"type": "http.response.start", "status": 200, "headers": headers})
        await streamed(visit, places, work)
    finally:
        await asyncio.shield(places.run(work.close))


def described(asked: RowsRequest) -> list[tuple[bytes, bytes]]:
    """Headers of the body."""
    found = [
        (b"content-type", KINDS[asked.kind].encode()),
        (b"content-disposition", f'attachment; filename="{asked.name}"'.encode()),
    ]
    return [*found, (b"content-encoding", b"gzip")] if asked.packing else found


def positioned(change: int) -> tuple[bytes, bytes]:
    """The header with the last change that the rows have in them, for `/api/v1/changes?after=`."""
    return POSITION.lower().encode(), str(change).encode()


class RowStream(ExportStream):
    """One export of rows on its own connection. `change` is the last change of its moment."""

    change = 0

    def begin(self) -> Snapshot:
        assert isinstance(self.asked, RowsRequest)
        with self.lock:
            self.conn = connect(self.path)
            self.conn.execute("BEGIN")
            seen, self.change = look(self.conn, self.asked), last_change(self.conn)
            assert isinstance(seen.chosen, Selection)
            self.blocks = blocked(_FORMS[self.asked.kind](_rows(seen.chosen, self.asked.genre)))
            return seen


def _rows(chosen: Selection, genre: int | None) -> Iterator[str]:
    """The JSON of each programme, channel by channel; only those of a class of genres if it is given."""
    statement = sql("program_rows")
    for channel in chosen.channels:
        for text, its_class in chosen.programmes(statement, channel[0]):
            if genre in (None, its_class):
                yield text


def _ndjson(rows: Iterator[str]) -> Iterator[tuple[int, str]]:
    for text in rows:
        yield 1, f"{text}\n"


def _csv(rows: Iterator[str]) -> Iterator[tuple[int, str]]:
    """A line of names, then a line for each row; lines end as in RFC 4180. Lists and details are JSON in their cells."""
    names = columns(STREAMS["csv"].shape or "")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for text in rows:
        row = json.loads(text)
        writer.writerow([cell(row[name]) for name in names])
        # A feed may hold half of a surrogate pair, which JSON escapes and UTF-8 has not got.
        yield 1, out.getvalue().encode("utf-8", "replace").decode()
        out.seek(0)
        out.truncate()
    yield 0, out.getvalue()


_FORMS = {"ndjson": _ndjson, "csv": _csv}
