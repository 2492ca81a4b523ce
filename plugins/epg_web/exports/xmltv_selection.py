"""Whether the guide has what a request for XMLTV asks for, and what that is."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from epg_ingest.core.errors import NotFoundError
from epg_ingest.export.form import Form
from epg_ingest.export.lineup.lineup_document import LineupSelection
from epg_ingest.export.selection import Selection
from epg_ingest.export.xmltv import xmltv_blocks

from ..base.answer import Refused
from ..base.connections import Generation, read_generation
from ..base.lineup_filter import channels_within, no_lineup
from ..base.moments import epoch
from .xmltv_request import ExportRequest


@dataclass(frozen=True)
class Snapshot:
    """What a snapshot of the guide tells before anything is written. `changed` is in epoch seconds."""

    generation: Generation
    changed: int
    chosen: Selection | LineupSelection

    def blocks(self, form: Form) -> Iterator[tuple[int, bytes]]:
        """The document in blocks, each with how many programmes it holds."""
        chosen = self.chosen
        return xmltv_blocks(chosen, form) if isinstance(chosen, Selection) else chosen.blocks(form)


def look(conn: sqlite3.Connection, asked: ExportRequest) -> Snapshot:
    """Find what the request selects. Raises `Refused`: 404 for a channel, provider or line-up that is not shown, 400
    for a line-up that is a filter."""
    (changed,) = conn.execute("SELECT changed_at FROM generation").fetchone()
    moment = max(epoch(changed), asked.clock, asked.today)
    return Snapshot(read_generation(conn), moment, _chosen(conn, asked))


def _chosen(conn: sqlite3.Connection, asked: ExportRequest) -> Selection | LineupSelection:
    if asked.lineup is not None:
        try:
            return LineupSelection(
                conn, asked.lineup, asked.start, asked.stop, today=asked.today, scheme=asked.scheme
            )
        except NotFoundError:
            raise no_lineup(asked.lineup, 404) from None
    names = [_named(conn, text) for text in asked.channels]
    provider = None if asked.provider is None else _provider(conn, asked.provider)
    try:
        return Selection(
            conn,
            names,
            provider,
            asked.start,
            asked.stop,
            public=True,
            within=channels_within(conn, asked.within),
        )
    except NotFoundError:
        raise Refused(404, _missing(conn, asked.channels, names)) from None


def _named(conn: sqlite3.Connection, text: str) -> str:
    """The name of the shown channel with this id, else the text itself: a number is an id before it is a name."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        row = conn.execute("SELECT name FROM channels WHERE id = ? AND hidden = 0", [int(text)]).fetchone()
        if row is not None:
            return str(row[0])
    return text


def _provider(conn: sqlite3.Connection, text: str) -> str:
    row = conn.execute(
        "SELECT name FROM providers WHERE (name = :text OR id = :text) AND enabled = 1 ORDER BY name <> :text",
        {"text": text},
    ).fetchone()
    if row is None:
        raise Refused(404, f"there is no provider {text[:40]!r}; see /api/v1/providers")
    return str(row[0])


def _missing(conn: sqlite3.Connection, asked: tuple[str, ...], names: list[str]) -> str:
    """What to say of channels that are not all there: the first one in the client's own words. A hidden channel is none."""
    shown = {row[0] for row in conn.execute("SELECT name FROM channels WHERE hidden = 0")}
    gone = next((text for text, name in zip(asked, names, strict=True) if name not in shown), None)
    return (
        f"there is no channel {gone[:40]!r}; see /api/v1/channels"
        if gone
        else "the provider has not got that channel"
    )
