"""The guide as XMLTV and CSV, streamed: memory does not grow with the guide."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, TextIO

import orjson
from sqlite_utils import Database

from . import __version__
from .errors import NotFoundError
from .matching import channel_number
from .times import iso
from .xmlwrite import attributes, programme, simple

COLUMNS = (
    "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip
_BLOCK = 256 * 1024
_NOT_IN_NUMBER = re.compile(r"""["<>&?\s]""")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
    f'<tv generator-info-name="datasette-epg {__version__}">\n'
)
_CHANNELS = """
    SELECT c.id, c.name, c.display_name, c.icon_url, c.number,
        (SELECT m.details FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
         WHERE m.channel_id = c.id AND (:provider IS NULL OR v.name = :provider)
         ORDER BY v.enabled DESC, v.priority, v.id, m.id LIMIT 1) AS details
    FROM channels c
    WHERE (:provider IS NOT NULL OR c.hidden = 0)
      AND (:provider IS NULL OR c.id IN (SELECT m.channel_id FROM channel_mappings m
                                         JOIN providers v ON v.id = m.provider_id WHERE v.name = :provider))
    ORDER BY c.id
"""
# `:provider` chooses one provider's own rows, hidden ones too; else what is shown. `longest` bounds how far back an
# overlapping programme can start (see migrations: the index is on channel, start and end).
_PROGRAMS = f"""
    SELECT {", ".join("p." + name for name in COLUMNS)}
    FROM programs p JOIN providers v ON v.id = p.provider_id
    WHERE p.channel_id = :channel
      AND (v.name = :provider OR (:provider IS NULL AND p.shadowed_by IS NULL AND v.enabled = 1))
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
    ORDER BY p.start_time
"""  # noqa: S608 - constants


class Selection:
    """What to export: channels by name or id (none = all), one provider's rows or what is shown, a span of epoch seconds."""

    def __init__(
        self, db: Database, channels: Sequence[str], provider: str | None, start: int | None, stop: int | None
    ) -> None:
        self.conn: sqlite3.Connection = db.conn
        self.provider = provider
        if (
            provider is not None
            and not self.conn.execute("SELECT 1 FROM providers WHERE name = ?", [provider]).fetchone()
        ):
            raise NotFoundError(f"there is no provider {provider!r}; see: epg-ingest providers list")
        (longest,) = self.conn.execute("SELECT longest_seconds FROM generation").fetchone()
        self.span = {
            "start": "" if start is None else iso(start),
            "stop": "9999" if stop is None else iso(stop),
            "earliest": "" if start is None else iso(start - longest),
        }
        self.channels = self._channels(channels)

    def _channels(self, wanted: Sequence[str]) -> list[sqlite3.Row | tuple[Any, ...]]:
        found = self.conn.execute(_CHANNELS, {"provider": self.provider}).fetchall()
        if not wanted:
            return found
        names = {str(channel[0]) for channel in found} | {channel[1] for channel in found}
        for name in wanted:
            if name not in names:
                raise NotFoundError(f"there is no channel {name!r} to export; see: epg-ingest channels list")
        return [channel for channel in found if channel[1] in wanted or str(channel[0]) in wanted]

    def programmes(self, channel: int) -> Iterator[dict[str, Any]]:
        rows = self.conn.execute(_PROGRAMS, {**self.span, "channel": channel, "provider": self.provider})
        for row in rows:
            yield dict(zip(COLUMNS, row, strict=True))


def write_xmltv(
    db: Database,
    out: BinaryIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
    lang: str | None = None,
) -> int:
    """Write an XMLTV document that is valid against the DTD; returns how many programmes it holds.

    One snapshot of the database is read, whatever is imported meanwhile. Raises `NotFoundError` for an unknown channel or
    provider.
    """
    conn = db.conn
    conn.execute("BEGIN")
    try:
        chosen = Selection(db, channels, provider, start, stop)
        return _stream(out, _elements(chosen, lang))
    finally:
        conn.execute("COMMIT")


def _elements(chosen: Selection, lang: str | None) -> Iterator[tuple[int, str]]:
    """Pieces of the document, each with how many programmes it holds."""
    yield 0, _HEAD
    for channel in chosen.channels:
        yield 0, _channel(*channel)
    for channel in chosen.channels:
        name = attributes({"channel": channel[1]}, ("channel",))[len(' channel="') : -1]
        for row in chosen.programmes(channel[0]):
            yield 1, programme(row, name, lang)
    yield 0, "</tv>\n"


def _stream(out: BinaryIO, pieces: Iterator[tuple[int, str]]) -> int:
    programmes, size = 0, 0
    block: list[str] = []
    for count, piece in pieces:
        programmes += count
        size += len(piece)
        block.append(piece)
        if size > _BLOCK:
            out.write("".join(block).encode())
            block, size = [], 0
    out.write("".join(block).encode())
    return programmes


def _channel(
    _id: int, name: str, display_name: str, icon_url: str | None, number: str | None, details: str | None
) -> str:
    """A `<channel>`: its own display name first, then what the best provider says. The DTD has no place for a number that
    is not among the names, so an instruction keeps it."""
    facts = orjson.loads(details or "{}")
    names = facts.get("display-name", [])
    if not any(entry["text"] == display_name for entry in names):
        names = [{"text": display_name}, *names]
    icons = facts.get("icon", [])
    if icon_url and not any(entry["src"] == icon_url for entry in icons):
        icons = [{"src": icon_url}, *icons]
    out = [f"<channel{attributes({'id': name}, ('id',))}>"]
    if number != channel_number([entry["text"] for entry in names], None):
        out.append(f'<?epg number="{_NOT_IN_NUMBER.sub("", number or "")}"?>')
    out += [simple("display-name", entry) for entry in names]
    out += [f"<icon{attributes(entry, ('src', 'width', 'height'))}/>" for entry in icons]
    out += [simple("url", entry, ("system",)) for entry in facts.get("url", [])]
    return "".join([*out, "</channel>\n"])


def write_csv(
    db: Database,
    out: TextIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> int:
    """Write the programmes as CSV with a header line; returns how many. Lists and details stay JSON."""
    conn = db.conn
    conn.execute("BEGIN")
    try:
        chosen = Selection(db, channels, provider, start, stop)
        writer = csv.writer(out)
        writer.writerow(["channel", "display_name", *COLUMNS])
        count = 0
        for channel in chosen.channels:
            for row in chosen.programmes(channel[0]):
                writer.writerow([_safe(value) for value in (channel[1], channel[2], *row.values())])
                count += 1
        return count
    finally:
        conn.execute("COMMIT")


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV injection")."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
