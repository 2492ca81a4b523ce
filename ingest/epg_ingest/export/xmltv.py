"""The guide as XMLTV, CSV and lines of JSON, streamed: memory does not grow with the guide."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import orjson

from .. import __version__
from ..core.names import channel_number
from .blocks import blocked, copy
from .crew import Crew, cores
from .element import COLUMNS as ELEMENT
from .element import Writer, pieces
from .parts import attributes, quoted, simple
from .selection import Selection, snapshot

if TYPE_CHECKING:
    from sqlite_utils import Database

COLUMNS = (
    "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip
_JSON = ("category", "actors", "directors", "details")
_IS_NEW = COLUMNS.index("is_new")
#: programmes that one process writes in the time that others need to start (0.1 s on the machine of docs/performance.md)
SMALL_GUIDE = 50_000
_NOT_IN_NUMBER = re.compile(r"""["<>&?\s]""")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
    f'<tv generator-info-name="datasette-epg {__version__}">\n'
)
_END = "</tv>\n"


def write_xmltv(
    db: Database,
    out: BinaryIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
    lang: str | None = None,
    workers: int | None = None,
    small: int = SMALL_GUIDE,
) -> int:
    """Write an XMLTV document that is valid against the DTD; returns how many programmes it holds.

    One snapshot of the database is read, whatever is imported meanwhile. From `small` programmes on in `workers` processes,
    None for as many as there are cores. Raises `NotFoundError` for an unknown channel or provider, `EpgError` when a process
    was ended from outside.
    """
    filters = (channels, provider, start, stop)
    workers = cores() if workers is None else workers
    with snapshot(db.conn):
        chosen = Selection(db.conn, *filters)
        path, counts = chosen.file(), chosen.counts()
        if workers < 2 or not path or sum(counts.values()) < small:
            return copy(xmltv_blocks(chosen, lang), out)
    with Crew(path, workers) as crew:
        if crew.agree():
            return copy(_together(crew, Selection(crew.conn, *filters), counts, lang), out)
    return write_xmltv(
        db, out, channels=channels, provider=provider, start=start, stop=stop, lang=lang, workers=1
    )


def xmltv_blocks(chosen: Selection, lang: str | None = None) -> Iterator[tuple[int, bytes]]:
    """The document in blocks of about `BLOCK` characters, UTF-8, each with how many programmes it holds.

    Reads as it goes: the connection of the selection must stay in its transaction until the end.
    """
    return blocked(_elements(chosen, lang))


def _elements(chosen: Selection, lang: str | None) -> Iterator[tuple[int, str]]:
    """Pieces of the document, each with how many programmes it holds."""
    yield from _head(chosen)
    writer = Writer(lang)
    for channel in chosen.channels:
        yield from pieces(chosen.rows(channel[0], ELEMENT), _named(channel), writer)
    yield 0, _END


def _together(
    crew: Crew, chosen: Selection, counts: dict[int, int], lang: str | None
) -> Iterator[tuple[int, bytes | bytearray]]:
    """The same document, whose programmes others write."""
    sized = [(channel[0], _named(channel), counts.get(channel[0], 0)) for channel in chosen.channels]
    crew.start(sized, chosen.span, chosen.provider, lang)
    yield from blocked(_head(chosen))
    yield from crew.blocks()
    yield 0, _END.encode()


def _head(chosen: Selection) -> Iterator[tuple[int, str]]:
    yield 0, _HEAD
    for channel in chosen.channels:
        yield 0, _channel(*channel)


def _named(channel: Sequence[Any]) -> str:
    """The name of a channel as an attribute has it."""
    return quoted(channel[1])


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
            for row in chosen.rows(channel[0], COLUMNS):
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
        for row in chosen.rows(channel[0], COLUMNS):
            found = {**names, **dict(zip(COLUMNS, row, strict=True)), "is_new": bool(row[_IS_NEW])}
            found |= {name: orjson.Fragment(found[name]) for name in _JSON}
            yield 1, orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE).decode()


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV injection")."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
