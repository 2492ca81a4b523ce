"""Days on which London and New York change their clocks: exports have the right instants, pages name times that come twice."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import time
from collections.abc import AsyncIterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
import pytest
import pytest_asyncio
import vobject
from epg_ingest.export.ics import write_ics
from epg_ingest.export.rows import write_csv, write_ndjson
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.document import filtered
from epg_ingest.grabber.window import window
from epg_web.base.zone import Zone, comes_twice, offset_name
from lxml import etree, html

from tests.helpers.datasette_helpers import serving
from tests.helpers.support import Guide, feed


class Day(NamedTuple):
    """A day as a feed writes it, with offsets, and as it is in UTC. `names` are those of the times that come twice."""

    zone: str
    date: str
    shows: tuple[tuple[str, str, str], ...]
    names: tuple[str, str] | None
    hours: int


DAYS = {
    "London, back": Day(
        "Europe/London", "2026-10-25",
        (
            ("First half past", "20261025013000 +0100", "2026-10-25T00:30:00Z"),
            ("Second one", "20261025010000 +0000", "2026-10-25T01:00:00Z"),
            ("Second half past", "20261025013000 +0000", "2026-10-25T01:30:00Z"),
            ("After", "20261025020000 +0000", "2026-10-25T02:00:00Z"),
            ("Late", "20261025030000 +0000", "2026-10-25T03:00:00Z"),
        ),
        ("BST", "GMT"), 25,
    ),
    "London, forward": Day(
        "Europe/London", "2026-03-29",
        (
            ("Before", "20260329003000 +0000", "2026-03-29T00:30:00Z"),
            ("At once", "20260329020000 +0100", "2026-03-29T01:00:00Z"),
            ("After", "20260329023000 +0100", "2026-03-29T01:30:00Z"),
            ("Late", "20260329040000 +0100", "2026-03-29T03:00:00Z"),
        ),
        None, 23,
    ),
    "New York, back": Day(
        "America/New_York", "2026-11-01",
        (
            ("First half past", "20261101013000 -0400", "2026-11-01T05:30:00Z"),
            ("Second one", "20261101010000 -0500", "2026-11-01T06:00:00Z"),
            ("Second half past", "20261101013000 -0500", "2026-11-01T06:30:00Z"),
            ("After", "20261101020000 -0500", "2026-11-01T07:00:00Z"),
            ("Late", "20261101030000 -0500", "2026-11-01T08:00:00Z"),
        ),
        ("EDT", "EST"), 25,
    ),
    "New York, forward": Day(
        "America/New_York", "2026-03-08",
        (
            ("Before", "20260308013000 -0500", "2026-03-08T06:30:00Z"),
            ("At once", "20260308030000 -0400", "2026-03-08T07:00:00Z"),
            ("Late", "20260308043000 -0400", "2026-03-08T08:30:00Z"),
        ),
        None, 23,
    ),
}  # fmt: skip


@pytest.fixture(params=DAYS)
def day(request: pytest.FixtureRequest) -> Day:
    return DAYS[request.param]


@pytest_asyncio.fixture
async def site(guide: Guide, day: Day) -> AsyncIterator[Any]:
    starts = [start for _, start, _ in day.shows]
    shows = [
        f'<programme start="{start}" stop="{stop}" channel="one"><title>{title}</title></programme>\n'
        for (title, start, _), stop in zip(day.shows, starts[1:], strict=False)
    ]
    guide.load("p", feed(shows, [("one", "One")]))
    async with serving(guide.path) as ds:
        yield ds


def expected(day: Day) -> list[tuple[str, str, str]]:
    """Title, start and end of each programme."""
    ends = [utc for _, _, utc in day.shows][1:]
    return [(title, utc, end) for (title, _, utc), end in zip(day.shows, ends, strict=False)]


GUIDES = ("", ".gz", ".xz", "?ids=safe", "?lang=en", "?round_trip=1", "?provider=p")
UNPACKED = {".gz": gzip.decompress, ".xz": lzma.decompress}


@pytest.mark.parametrize("form", GUIDES)
async def test_guides_have_the_right_instants(site: Any, day: Day, form: str) -> None:
    body = UNPACKED.get(form, bytes)((await site.client.get(f"/xmltv.xml{form}")).content)
    assert programmes(body) == expected(day)


def programmes(body: bytes) -> list[tuple[str, str, str]]:
    return [
        (element.findtext("title", ""), in_xmltv(element.get("start", "")), in_xmltv(element.get("stop", "")))
        for element in etree.fromstring(body).iter("programme")
    ]


def in_xmltv(text: str) -> str:
    return utc(datetime.strptime(text, "%Y%m%d%H%M%S %z"))


async def test_files_have_the_right_instants(site: Any, guide: Guide, day: Day) -> None:
    """Those of the command line."""
    lines, table, calendar = io.BytesIO(), io.StringIO(), io.BytesIO()
    write_ndjson(guide.db, lines)
    write_csv(guide.db, table)
    write_ics(guide.db, calendar)
    rows = [*map(json.loads, lines.getvalue().splitlines()), *csv.DictReader(io.StringIO(table.getvalue()))]
    assert [(row["title"], row["start_time"], row["end_time"]) for row in rows] == 2 * expected(day)
    assert events(calendar.getvalue()) == expected(day)


def events(body: bytes) -> list[tuple[str, str, str]]:
    found = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return sorted(
        ((str(event["SUMMARY"]), utc(event["DTSTART"].dt), utc(event["DTEND"].dt)) for event in found),
        key=itemgetter(1),
    )


async def test_a_grabber_has_the_right_instants(
    site: Any, guide: Guide, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for the day, which begins at midnight in the machine's zone and is long or short."""
    whole, out = io.BytesIO(), io.BytesIO()
    write_xmltv(guide.db, whole)
    whole.seek(0)
    noon = datetime.fromisoformat(f"{day.date}T12:00").replace(tzinfo=ZoneInfo(day.zone))
    monkeypatch.setenv("TZ", day.zone)
    time.tzset()
    asked = window(noon.timestamp(), 0, 1)
    monkeypatch.undo()
    time.tzset()
    assert asked.stop - asked.start == day.hours * 3600
    assert filtered(whole, out, Configuration(), asked) == len(day.shows) - 1
    assert programmes(out.getvalue()) == expected(day)


async def test_rows_have_the_right_instants(site: Any, day: Day) -> None:
    text = (await site.client.get("/api/v1/programs.ndjson")).text
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["title"], row["start_time"], row["end_time"]) for row in rows] == expected(day)
    table = csv.DictReader(io.StringIO((await site.client.get("/api/v1/programs.csv")).text))
    assert [(row["title"], row["start_time"], row["end_time"]) for row in table] == expected(day)


async def test_a_day_of_rows_is_the_day_of_the_zone(site: Any, day: Day) -> None:
    """Its bounds in local time, with the offsets that hold then."""
    zone = Zone(day.zone, "asked")
    date = datetime.fromisoformat(day.date).date()
    start, end = zone.begins(date), zone.ends(date)
    hours = (datetime.fromisoformat(end[:-1]) - datetime.fromisoformat(start[:-1])).total_seconds() / 3600
    assert hours == day.hours
    found = (await site.client.get(f"/api/v1/programs.ndjson?start={start}&end={end}")).text
    assert found.count("\n") == len(day.shows) - 1


@pytest.mark.parametrize("hours", [1, 3])
async def test_calendars_of_channels_have_the_right_instants(
    site: Any, day: Day, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for so long before the day's first programme."""
    first = datetime.fromisoformat(expected(day)[0][1].replace("Z", "+00:00"))
    monkeypatch.setattr(time, "time", lambda: first.timestamp() - 3600 * hours)
    title = day.shows[0][0].split()[0]
    for path, wanted in (
        ("/channels/1.ics", expected(day)),
        ("/calendar.ics?channels=1", expected(day)),
        (f"/search.ics?q={title}", [show for show in expected(day) if title in show[0]]),
    ):
        assert events((await site.client.get(path)).content) == wanted


async def test_calendars_have_the_right_instants(site: Any, day: Day) -> None:
    for number, (title, start, end) in enumerate(expected(day), 1):
        body = (await site.client.get(f"/programs/{number}.ics?alarm=30")).content
        (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
        assert (str(event["SUMMARY"]), utc(event["DTSTART"].dt), utc(event["DTEND"].dt)) == (
            title,
            start,
            end,
        )
        (other,) = vobject.readOne(body.decode()).vevent_list
        assert (utc(other.dtstart.value), utc(other.dtend.value)) == (start, end)
        # So a calendar in the zone shows the right hour, and reminds in time.
        local = event["DTSTART"].dt.astimezone(ZoneInfo(day.zone))
        assert local.utcoffset() == datetime.fromisoformat(start.replace("Z", "+00:00")).astimezone(
            ZoneInfo(day.zone)
        ).utcoffset()  # fmt: skip
        assert event.walk("VALARM")[0]["TRIGGER"].dt.total_seconds() == -1800


def utc(moment: datetime) -> str:
    assert moment.utcoffset() is not None
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


async def shown(ds: Any, path: str) -> dict[str, set[str]]:
    """What a page shows for each moment, in the elements that name it."""
    answer = await ds.client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, set[str]] = {}
    for element in html.fromstring(answer.content).xpath("//main//time[@datetime]"):
        text = element.text_content() + ((element.tail or "") if element.getnext() is None else "")
        after = element.getnext()
        if after is not None and after.tag == "small":
            text = f"{element.text_content()} {after.text_content()}"
        found.setdefault(element.get("datetime"), set()).add(" ".join(text.split()))
    return found


def pages(day: Day, number: int, start: str, title: str) -> dict[str, str]:
    """Pages that show the start of a programme."""
    return {
        "grid": f"/guide?tz={day.zone}&start={start}&hours=2",
        "channel": f"/guide/channel/1?tz={day.zone}&date={day.date}",
        "programme": f"/guide/program/{number}?tz={day.zone}",
        "search": f"/guide/search?q=%22{title}%22&tz={day.zone}",
    }


async def test_pages_name_a_time_that_comes_twice(site: Any, day: Day) -> None:
    for number, (title, start, _) in enumerate(expected(day), 1):
        local = datetime.fromisoformat(start.replace("Z", "+00:00")).astimezone(ZoneInfo(day.zone))
        twice = day.names is not None and local.hour == 1
        for name, path in pages(day, number, start, title).items():
            texts = (await shown(site, path))[start]
            assert all(f"{local:%H:%M}" in text for text in texts), (name, texts)
            if twice:
                assert all(f"{local:%H:%M %Z}" in text for text in texts), (name, texts)
    if day.names:
        first, second = day.names
        text = html.fromstring(
            (await site.client.get(f"/guide?tz={day.zone}&start={day.date}T01:00")).content
        )
        hours = [
            " ".join(link.text_content().split())
            for link in text.xpath("//nav[@aria-label='Hour of the day']//a")
        ]
        assert [hour for hour in hours if hour.startswith("01")] == [f"01:00 {first}", f"01:00 {second}"]


async def test_the_two_hours_are_two_windows(site: Any, day: Day) -> None:
    if day.names is None:
        return
    first, second = day.names
    zone = Zone(day.zone, "asked")
    for start, name in ((day.shows[0][2], first), (day.shows[2][2], second)):
        page = html.fromstring((await site.client.get(f"/guide?tz={day.zone}&start={start}&hours=1")).content)
        assert zone.clock(start).endswith(f"01:30 {name}")
        assert f"01:30 {name}" in page.xpath("string(//h1)")
        assert f"01:30 {name}" in [
            " ".join(mark.text_content().split()) for mark in page.xpath("//thead//time")
        ]


@pytest.mark.parametrize(
    ("zone", "utc_text", "clock"),
    [
        ("Europe/London", "2026-10-25T00:00:00Z", "01:00 BST"),
        ("Europe/London", "2026-10-25T00:59:59Z", "01:59 BST"),
        ("Europe/London", "2026-10-25T01:00:00Z", "01:00 GMT"),
        ("Europe/London", "2026-10-25T02:00:00Z", "02:00"),
        ("Europe/London", "2026-10-24T23:59:00Z", "00:59"),
        ("Europe/London", "2026-03-29T01:00:00Z", "02:00"),
        ("America/New_York", "2026-11-01T05:59:00Z", "01:59 EDT"),
        ("America/New_York", "2026-11-01T06:00:00Z", "01:00 EST"),
        ("America/New_York", "2026-11-01T07:00:00Z", "02:00"),
        # half an hour, in a zone without names
        ("Australia/Lord_Howe", "2026-04-04T14:45:00Z", "01:45 UTC+11:00"),
        ("Australia/Lord_Howe", "2026-04-04T15:15:00Z", "01:45 UTC+10:30"),
        ("Australia/Lord_Howe", "2026-04-04T14:15:00Z", "01:15"),
        ("Asia/Tokyo", "2026-04-04T15:15:00Z", "00:15"),
    ],
)
def test_the_clock(zone: str, utc_text: str, clock: str) -> None:
    assert Zone(zone, "asked").clock(utc_text) == clock


def test_a_time_that_is_left_out_does_not_come_twice() -> None:
    gap = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    assert not comes_twice(gap)
    assert offset_name(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London"))) == "BST"
