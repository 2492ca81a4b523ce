"""The guide as XMLTV, CSV and lines of JSON, streamed: memory does not grow with the guide."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import orjson

from . import __version__
from .errors import NotFoundError
from .matching import channel_number
from .times import iso
from .xmlparts import attributes, simple
from .xmlwrite import COLUMNS as ELEMENT
from .xmlwrite import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

COLUMNS = (
    "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip
_JSON = ("category", "actors", "directors", "details")
_IS_NEW = COLUMNS.index("is_new")
#: characters that are made at a time
BLOCK = 256 * 1024
#: programmes between two looks at how much there is
AT_ONCE = 64
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
    WHERE (c.hidden = 0 OR :all)
      AND (:provider IS NULL OR c.id IN (SELECT m.channel_id FROM channel_mappings m
                                         JOIN providers v ON v.id = m.provider_id WHERE v.name = :provider))
    ORDER BY c.id
"""
# `longest` bounds how far back an overlapping programme can start (see migrations: the index is on channel, start and end).
_SHOWN = """
    SELECT {columns}
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.channel_id = :channel AND p.shadowed_by IS NULL
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
    ORDER BY p.start_time
"""
_OF_PROVIDER = """
    SELECT {columns}
    FROM programs p
    WHERE p.channel_id = :channel AND p.provider_id = (SELECT id FROM providers WHERE name = :provider)
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
    ORDER BY p.start_time
"""


class Selection:
    """What to export: channels by name or id (none = all), one provider's own rows (also those that others hide) or what
    is shown, a span of epoch seconds.

    With `public` hidden channels stay out and a disabled provider is not there. Without it they are left out unless a
    provider is named. Raises `NotFoundError` for a channel or provider that is not there.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        channels: Sequence[str] = (),
        provider: str | None = None,
        start: int | None = None,
        stop: int | None = None,
        *,
        public: bool = False,
    ) -> None:
        self.conn, self.provider = conn, provider
        if provider is not None and not self._provider(provider, public):
            raise NotFoundError(f"there is no provider {provider!r}; see: epg-ingest providers list")
        (longest,) = conn.execute("SELECT longest_seconds FROM generation").fetchone()
        self.span = {
            "start": "" if start is None else iso(start),
            "stop": "9999" if stop is None else iso(stop),
            "earliest": "" if start is None else iso(start - longest),
        }
        self.channels = self._channels(channels, all_of_them=provider is not None and not public)

    def _provider(self, name: str, public: bool) -> bool:
        sql = "SELECT 1 FROM providers WHERE name = :name AND (enabled = 1 OR NOT :public)"
        return self.conn.execute(sql, {"name": name, "public": public}).fetchone() is not None

    def _channels(self, wanted: Sequence[str], all_of_them: bool) -> list[tuple[Any, ...]]:
        """The rows of `_CHANNELS`. A text that is the name of one channel and the id of another is the name."""
        found = self.conn.execute(_CHANNELS, {"provider": self.provider, "all": all_of_them}).fetchall()
        if not wanted:
            return found
        by_name = {row[1]: row for row in found}
        known = {str(row[0]): row for row in found} | by_name
        for name in wanted:
            if name not in known:
                raise NotFoundError(f"there is no channel {name!r} to export; see: epg-ingest channels list")
        ids = {known[name][0] for name in wanted}
        return [row for row in found if row[0] in ids]

    def rows(self, channel: int, columns: Sequence[str] = COLUMNS) -> Iterator[tuple[Any, ...]]:
        """The programmes of a channel by start, as tuples of `columns` (names of columns of `programs`)."""
        statement = _SHOWN if self.provider is None else _OF_PROVIDER
        names = ", ".join(f"p.{name}" for name in columns)
        values = {**self.span, "channel": channel, "provider": self.provider}
        return self.conn.execute(statement.format(columns=names), values)


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One moment of the database for everything that is read inside, whatever is imported meanwhile."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("COMMIT")


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
    with snapshot(db.conn):
        return copy(xmltv_blocks(Selection(db.conn, channels, provider, start, stop), lang), out)


def copy(blocks: Iterator[tuple[int, bytes]], out: BinaryIO) -> int:
    """Write the blocks; returns how many programmes they hold."""
    programmes = 0
    for count, block in blocks:
        out.write(block)
        programmes += count
    return programmes


def xmltv_blocks(chosen: Selection, lang: str | None = None) -> Iterator[tuple[int, bytes]]:
    """The document in blocks of about `BLOCK` characters, UTF-8, each with how many programmes it holds.

    Reads as it goes: the connection of the selection must stay in its transaction until the end.
    """
    return blocked(_elements(chosen, lang))


def _elements(chosen: Selection, lang: str | None) -> Iterator[tuple[int, str]]:
    """Pieces of the document, each with how many programmes it holds."""
    yield 0, _HEAD
    for channel in chosen.channels:
        yield 0, _channel(*channel)
    write = Writer(lang).programmes
    for channel in chosen.channels:
        name = attributes({"channel": channel[1]}, ("channel",))[len(' channel="') : -1]
        rows = chosen.rows(channel[0], ELEMENT)
        while several := write(islice(rows, AT_ONCE), name):
            yield len(several), "".join(several)
    yield 0, "</tv>\n"


def blocked(pieces: Iterator[tuple[int, str]]) -> Iterator[tuple[int, bytes]]:
    """Pieces joined into blocks; the counts are added up."""
    programmes, size = 0, 0
    block: list[str] = []
    for count, piece in pieces:
        programmes += count
        size += len(piece)
        block.append(piece)
        if size > BLOCK:
            yield programmes, "".join(block).encode()
            block.clear()
            programmes = size = 0
    yield programmes, "".join(block).encode()


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
    with snapshot(db.conn):
        chosen = Selection(db.conn, channels, provider, start, stop)
        writer = csv.writer(out)
        writer.writerow(["channel", "display_name", *COLUMNS])
        count = 0
        for channel in chosen.channels:
            for row in chosen.rows(channel[0]):
                writer.writerow([_safe(value) for value in (channel[1], channel[2], *row)])
                count += 1
        return count


def write_ndjson(
    db: Database,
    out: BinaryIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> int:
    """Write one JSON object a line and programme, UTF-8; returns how many. Lists and details are JSON, not text."""
    with snapshot(db.conn):
        return copy(blocked(_lines(Selection(db.conn, channels, provider, start, stop))), out)


def _lines(chosen: Selection) -> Iterator[tuple[int, str]]:
    for channel in chosen.channels:
        names = {"channel": channel[1], "display_name": channel[2]}
        for row in chosen.rows(channel[0]):
            found = {**names, **dict(zip(COLUMNS, row, strict=True)), "is_new": bool(row[_IS_NEW])}
            found |= {name: orjson.Fragment(found[name]) for name in _JSON}
            yield 1, orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE).decode()


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV injection")."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
