"""The guide as an XMLTV document, streamed: memory does not grow with the guide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from .. import __version__
from .blocks import blocked, copy
from .channel_writer import channel_element
from .detail_elements import quoted
from .form import PLAIN, Form
from .programme_element import ProgrammeWriter, pieces, statement
from .selection import Selection, snapshot
from .writer_pool import WriterPool, cores

if TYPE_CHECKING:
    from sqlite_utils import Database

#: programmes that one process writes in the time that writer processes take to start (0.1 s on the machine of
#: docs/performance.md)
SMALL_GUIDE = 50_000
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
    f'<tv generator-info-name="datasette-epg {__version__}">\n'
)
END = "</tv>\n"


def write_xmltv(
    db: Database,
    out: BinaryIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
    form: Form = PLAIN,
    workers: int | None = None,
    small: int = SMALL_GUIDE,
) -> int:
    """Write an XMLTV document that is valid against the DTD; returns how many programmes it holds.

    The document shows one moment of the database, whatever is imported meanwhile. From `small` programmes on, `workers`
    processes write it (None: as many as there are cores, see `cores`). Raises `NotFoundError` for an unknown channel or
    provider, and `EpgError` when a process was ended from outside.
    """
    filters = (channels, provider, start, stop)
    workers = cores() if workers is None else workers
    with snapshot(db.conn):
        chosen = Selection(db.conn, *filters)
        path, counts = chosen.file(), chosen.counts()
        if workers < 2 or not path or sum(counts.values()) < small:
            return copy(xmltv_blocks(chosen, form), out)
    with WriterPool(path, workers) as pool:
        if pool.agree():
            return copy(_together(pool, Selection(pool.conn, *filters), counts, form), out)
    return write_xmltv(
        db, out, channels=channels, provider=provider, start=start, stop=stop, form=form, workers=1
    )


def xmltv_blocks(chosen: Selection, form: Form = PLAIN) -> Iterator[tuple[int, bytes]]:
    """The document in blocks of about `BLOCK` characters, as UTF-8, each with how many programmes it holds.

    It reads the guide while you take the blocks, so the connection of the selection must stay in its transaction until the end.
    """
    return blocked(_elements(chosen, form))


def _elements(chosen: Selection, form: Form) -> Iterator[tuple[int, str]]:
    """Pieces of the document, each with how many programmes it holds."""
    yield from _head(chosen, form)
    writer = ProgrammeWriter(form)
    for channel in chosen.channels:
        yield from pieces(chosen.programmes(statement(form), channel[0]), _named(channel, form), writer)
    yield 0, END


def _together(
    pool: WriterPool, chosen: Selection, counts: dict[int, int], form: Form
) -> Iterator[tuple[int, bytes]]:
    """The same document, with the programmes from writer processes."""
    sized = [(channel[0], _named(channel, form), counts.get(channel[0], 0)) for channel in chosen.channels]
    pool.start(sized, chosen.span, chosen.provider, form)
    yield from blocked(_head(chosen, form))
    yield from pool.blocks()
    yield 0, END.encode()


def _head(chosen: Selection, form: Form) -> Iterator[tuple[int, str]]:
    yield 0, HEAD
    for channel in chosen.channels:
        yield 0, channel_element(*channel, form=form)


def _named(channel: Sequence[Any], form: Form) -> str:
    """The id of a channel as an attribute has it."""
    return quoted(form.channel_id(channel[1]))
