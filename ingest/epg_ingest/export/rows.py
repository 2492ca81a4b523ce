"""The programmes of the guide as CSV and as lines of JSON, streamed: memory does not grow with the guide."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import orjson

from .blocks import blocked, copy
from .selection import Selection, snapshot

if TYPE_CHECKING:
    from sqlite_utils import Database

#: the programmes of a channel; see `selection` for the parameters
STATEMENT = """
    SELECT p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num, p.season, p.episode,
           p.rating, p.actors, p.directors, p.icon_url, p.is_new, p.details, p.end_source
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id
    WHERE p.channel_id = :channel
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
      AND ((:provider IS NULL AND v.enabled = 1 AND p.shadowed_by IS NULL) OR v.name = :provider)
    ORDER BY p.start_time
"""
#: the columns of a row in a file, after the name and the display name of the channel
COLUMNS = (
    "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip
#: a spreadsheet takes a text that begins with one of these for a formula; the wide ones are those of East Asian keyboards
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_JSON = ("category", "actors", "directors", "details")


def write_csv(
    db: Database,
    out: TextIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> int:
    """Write the programmes as CSV with a header line; returns how many. Lists and details stay JSON.

    Raises `NotFoundError` for an unknown channel or provider.
    """
    with snapshot(db.conn):
        chosen = Selection(db.conn, channels, provider, start, stop)
        writer = csv.writer(out)
        writer.writerow(["channel", "display_name", *COLUMNS])
        count = 0
        for ident, name, display_name, *_ in chosen.channels:
            for row in chosen.programmes(STATEMENT, ident):
                writer.writerow([_safe(value) for value in (name, display_name, *row)])
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
    """Write each programme as a line of JSON, UTF-8; returns how many. Lists and details are JSON, not text.

    Raises `NotFoundError` for an unknown channel or provider.
    """
    with snapshot(db.conn):
        return copy(blocked(_lines(Selection(db.conn, channels, provider, start, stop))), out)


def _lines(chosen: Selection) -> Iterator[tuple[int, str]]:
    for ident, name, display_name, *_ in chosen.channels:
        for row in chosen.programmes(STATEMENT, ident):
            found = {"channel": name, "display_name": display_name, **dict(zip(COLUMNS, row, strict=True))}
            found["is_new"] = bool(found["is_new"])
            found |= {column: orjson.Fragment(found[column]) for column in _JSON}
            yield 1, orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE).decode()


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV injection")."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value
