"""The guide of a line-up as XMLTV: its channels only, in its order, under its ids and numbers, with its shifts and filler."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from ...core.times import from_iso, iso
from ..blocks import blocked, copy
from ..channel_writer import channel_element
from ..detail_elements import quoted
from ..form import PLAIN, Form
from ..programme_element import ProgrammeWriter, pieces, statement
from ..selection import programmes, snapshot
from ..xmltv import END, HEAD
from .filler import Row, filled
from .output_entries import OutputEntry, lineup_output

if TYPE_CHECKING:
    from sqlite_utils import Database

DAY = 86_400
#: days of filler where the request has no end
FILLER_DAYS = 7


class LineupSelection:
    """What to export of a line-up: a span from `start` to `stop` in epoch seconds, None where it is open.

    `today` is the beginning of a day, in epoch seconds: filler begins there, where the request says nothing else. `scheme`
    replaces the id scheme of the line-up. Raises `NotFoundError` for a line-up that does not exist.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        name: str,
        start: int | None = None,
        stop: int | None = None,
        *,
        today: int,
        scheme: str | None = None,
    ) -> None:
        self.conn, self.start, self.stop = conn, start, stop
        self.lineup = lineup_output(conn, name, scheme)
        (self.longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
        first = today if start is None else start
        self.filler = (iso(first), iso(first + FILLER_DAYS * DAY if stop is None else stop))

    def blocks(self, form: Form = PLAIN) -> Iterator[tuple[int, bytes]]:
        """The document in blocks of UTF-8, each with how many programmes it holds. It reads the guide meanwhile."""
        return blocked(self._elements(form))

    def shown(self) -> list[OutputEntry]:
        """The entries that the document has: those with a channel, all with filler; of those with one id the first."""
        by_id: dict[str, OutputEntry] = {}
        for entry in self.lineup.entries:
            if entry.channel_id is not None or self.lineup.filler:
                by_id.setdefault(entry.ident, entry)
        return list(by_id.values())

    def _elements(self, form: Form) -> Iterator[tuple[int, str]]:
        yield 0, HEAD
        form = form._replace(episode_ids=form.episode_ids or self.lineup.episode_ids)
        shown, writer = self.shown(), ProgrammeWriter(form)
        for entry in shown:
            yield 0, lineup_channel(entry, form)
        for entry in shown:
            yield from pieces(self._rows(entry, form), quoted(form.channel_id(entry.ident)), writer)
        yield 0, END

    def _rows(self, entry: OutputEntry, form: Form) -> Iterator[Row]:
        shift = entry.shift_minutes * 60
        rows: Iterator[Row] = iter(())
        if entry.channel_id is not None:
            rows = programmes(self.conn, statement(form), entry.channel_id, self._span(shift), None)
        if shift:
            rows = (_shifted(row, shift) for row in rows)
        if self.lineup.filler:
            rows = filled(rows, entry.name, *self.filler, self.lineup.filler)
        return rows

    def _span(self, shift: int) -> dict[str, str]:
        """The span as stored times: a programme that is shown an hour later is stored an hour earlier."""
        start, stop = self.start, self.stop
        return {
            "start": "" if start is None else iso(start - shift),
            "stop": "9999" if stop is None else iso(stop - shift),
            "earliest": "" if start is None else iso(start - shift - self.longest),
        }


def lineup_channel(entry: OutputEntry, form: Form = PLAIN) -> str:
    """The `<channel>` of an entry: the name in the line-up first, then that in the guide, and its number."""
    names = [{"text": entry.display_name}] if entry.display_name else []
    said = json.dumps([{"names": names, "icons": [], "urls": []}])
    # A site keeps the logos of the guide only.
    form = form if entry.guide_icon else form._replace(site=None)
    return channel_element(
        entry.channel_id or 0, entry.ident, entry.name, entry.icon_url, entry.number, True, said, form=form
    )


def write_lineup_xmltv(
    db: Database,
    out: BinaryIO,
    name: str,
    *,
    now: int,
    start: int | None = None,
    stop: int | None = None,
    form: Form = PLAIN,
) -> int:
    """Write the guide of a line-up; returns how many programmes it holds. `now` and the span are in epoch seconds.

    Raises `NotFoundError`.
    """
    with snapshot(db.conn):
        chosen = LineupSelection(db.conn, name, start, stop, today=now // DAY * DAY)
        return copy(chosen.blocks(form), out)


def _shifted(row: Row, seconds: int) -> Row:
    return (iso(from_iso(row[0]) + seconds), iso(from_iso(row[1]) + seconds), *row[2:])
