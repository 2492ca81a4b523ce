"""Programmes as iCalendar (RFC 5545): one event each, whose identity and revision come from the row.

A programme that was changed keeps its UID and gets a higher SEQUENCE, so that calendars update the event they have. A
programme that was cancelled is missing from the next answer, and a subscribed calendar drops its event.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, BinaryIO

import icalendar
import orjson

from .. import __version__
from ..core.times import from_iso
from .blocks import blocked, copy
from .selection import Selection, snapshot

if TYPE_CHECKING:
    from sqlite_utils import Database

#: the programmes of a channel; see `selection` for the parameters
STATEMENT = """
    SELECT p.id, p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num, p.created_at,
           p.updated_at
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id
    WHERE p.channel_id = :channel
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
      AND ((:provider IS NULL AND v.enabled = 1 AND p.shadowed_by IS NULL) OR v.name = :provider)
    ORDER BY p.start_time
"""
#: its columns, which make an event together with `channel` (name) and `display_name`
COLUMNS = (
    "id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "created_at",
    "updated_at",
)  # fmt: skip
#: how often a calendar should ask again
REFRESH = timedelta(hours=6)
_ROOT = uuid.UUID("5f7d9a3c-6d0e-4c0b-9a57-0d3a6f7f0c11")
# characters that RFC 5545 (section 3.1) does not allow
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), 127, 0xFFFE, 0xFFFF])


def calendar(name: str) -> icalendar.Calendar:
    """An empty calendar with its title."""
    made = icalendar.Calendar()
    made.add("prodid", f"-//datasette-epg//datasette-epg {__version__}//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    title = icalendar.vText(" ".join(_clean(name).split()))
    made.add("x-wr-calname", title)
    made.add("name", title)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", icalendar.vDuration(REFRESH))
    return made


def event(row: Mapping[str, Any], url: str | None = None, alarm: int | None = None) -> icalendar.Event:
    """The event of a programme (`COLUMNS`, `channel`, `display_name`); `url` is its page. Times are UTC.

    With `alarm`, calendars remind people so many minutes before the start.
    """
    made = icalendar.Event()
    updated = _moment(row["updated_at"])
    made.add("uid", uid(row["channel"], row["id"], row["created_at"]))
    made.add("dtstamp", updated)
    made.add("last-modified", updated)
    made.add("created", _moment(row["created_at"]))
    made.add("sequence", max(0, from_iso(row["updated_at"]) - from_iso(row["created_at"])))
    made.add("dtstart", _moment(row["start_time"]))
    made.add("dtend", _moment(row["end_time"]))
    made.add("summary", " ".join(_clean(summary(row)).split()))
    if description := _clean(row["description"] or ""):
        made.add("description", description)
    if categories := [" ".join(_clean(name).split()) for name in orjson.loads(row["category"])]:
        made.add("categories", categories)
    made.add("location", _clean(row["display_name"]))
    made.add("transp", "TRANSPARENT")
    if url:
        made.add("url", url)
    if alarm is not None:
        made.add_component(_reminder(row, alarm))
    return made


def _reminder(row: Mapping[str, Any], minutes: int) -> icalendar.Alarm:
    """A VALARM (RFC 5545, section 3.6.6). The description is what a calendar shows when it goes off."""
    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("trigger", timedelta(minutes=-minutes))
    made.add("description", " ".join(_clean(f"{summary(row)}, {row['display_name']}").split()))
    return made


def uid(channel: str, ident: int, created_at: str) -> str:
    """The UUID of a programme (RFC 7986, section 5.3). It stays the same as long as the programme exists.

    `created_at` is part of it because a guide that is made anew counts its programmes from 1 again.
    """
    return str(uuid.uuid5(_ROOT, f"{channel}\n{ident}\n{created_at}"))


def summary(row: Mapping[str, Any]) -> str:
    """`Title: Subtitle (S01E02)`, without the parts that the row does not have."""
    title = row["title"] + (f": {row['subtitle']}" if row["subtitle"] else "")
    return f"{title} ({row['episode_num']})" if row["episode_num"] else title


def document(
    name: str, rows: Sequence[Mapping[str, Any]], url: str | None = None, alarm: int | None = None
) -> bytes:
    """A whole calendar. `url` is the page of a programme, with `{id}` in the place of its id; `alarm` as in `event`."""
    made = calendar(name)
    for row in rows:
        made.add_component(event(row, url and url.replace("{id}", str(row["id"])), alarm))
    return bytes(made.to_ical())


def write_ics(
    db: Database,
    out: BinaryIO,
    *,
    channels: Sequence[str] = (),
    provider: str | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> int:
    """Write a calendar with an event for each programme, streamed; returns how many.

    Raises `NotFoundError` for an unknown channel or provider.
    """
    with snapshot(db.conn):
        chosen = Selection(db.conn, channels, provider, start, stop)
        title = chosen.channels[0][2] if len(chosen.channels) == 1 else "TV guide"
        return copy(blocked(_pieces(chosen, title)), out)


def _pieces(chosen: Selection, name: str) -> Iterator[tuple[int, str]]:
    head, end, tail = calendar(name).to_ical().decode().partition("END:VCALENDAR")
    yield 0, head
    for channel in chosen.channels:
        names = {"channel": channel[1], "display_name": channel[2]}
        for row in chosen.programmes(STATEMENT, channel[0]):
            yield 1, event({**dict(zip(COLUMNS, row, strict=True)), **names}).to_ical().decode()
    yield 0, end + tail


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(from_iso(text), timezone.utc)


def _clean(text: str) -> str:
    return (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .translate(_CONTROLS)
        .encode("utf-8", "replace")
        .decode()
    )
