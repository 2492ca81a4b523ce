"""The calendars: what is in them, that other readers take them, that a change moves the event a calendar has."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import icalendar
import pytest
import pytest_asyncio

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.guide_rows import delete_programmes

pytestmark = pytest.mark.slow

TRICKY = "Pâté; à, la \\ Ålesund\nsecond 🎬 line " + "é" * 80


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn: sqlite3.Connection = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-9), moment(-8), "Past news")
    add(
        conn, 1, moment(2), moment(3), "News", subtitle="Late; edition", episode_num="S01E02", description=TRICKY,
        category='["News, local","Talk"]', created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:10:00Z",
    )  # fmt: skip
    add(conn, 1, moment(30), moment(31), "Tomorrow news")
    add(conn, 1, moment(24 * 9), moment(24 * 9 + 1), "Far news")
    add(conn, 2, moment(1), moment(2), "Two news")
    add(conn, 1, moment(2), moment(3), "Worse news", provider_id=2, shadowed_by=2)
    add(conn, 3, moment(2), moment(3), "Hidden news")
    async with serving(tmp_path / "epg.db") as ds:
        ds.conn = conn
        yield ds
    conn.close()


async def events(ds: Any, path: str) -> list[Any]:
    found = await ds.client.get(path)
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(found.content).walk("VEVENT"))


async def summaries(ds: Any, path: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in await events(ds, path)]


NEWS = "News: Late; edition (S01E02)"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/channels/1.ics", [NEWS, "Tomorrow news"]),
        ("/channels/1.ics?days=1", [NEWS]),
        ("/channels/1.ics?days=31", [NEWS, "Tomorrow news", "Far news"]),
        ("/channels/2.ics", ["Two news"]),
        ("/programs/1.ics", ["Past news"]),
        ("/programs/2.ics", [NEWS]),
        ("/search.ics?q=news", ["Two news", NEWS, "Tomorrow news"]),
        ("/search.ics?q=news&channels=2", ["Two news"]),
        ("/search.ics?q=tom*&days=31", ["Tomorrow news"]),
        ("/search.ics?q=nothing", []),
        ("/calendar.ics?channels=1", [NEWS, "Tomorrow news"]),
        ("/calendar.ics?channels=1,2", ["Two news", NEWS, "Tomorrow news"]),
        ("/calendar.ics?channels=two.example,one.example,%201&days=1", ["Two news", NEWS]),
        ("/calendar.ics?channels=2&days=31&alarm=0", ["Two news"]),
    ],
)
async def test_what_is_in_them(site: Any, path: str, expected: list[str]) -> None:
    assert await summaries(site, path) == expected


@pytest.mark.parametrize(
    ("path", "status", "line"),
    [
        ("/channels/9.ics", 404, "there is no such channel"),
        ("/channels/3.ics", 404, "there is no such channel"),
        ("/channels/1.ics?days=32", 400, "days must be a whole number from 1 to 31"),
        ("/channels/1.ics?foo=1", 400, "unknown parameter 'foo'; known are: genre, days, alarm"),
        ("/channels/1.ics?alarm=-1", 400, "alarm must be a whole number from 0 to 10080"),
        ("/programs/2.ics?alarm=10081", 400, "alarm must be a whole number from 0 to 10080"),
        ("/search.ics?q=a&alarm=soon", 400, "alarm must be a whole number from 0 to 10080"),
        ("/calendar.ics", 400, "channels must have 1 to 20 ids or names, as channels=1,two.example"),
        ("/calendar.ics?channels=1&channels=2", 400, "channels is given more than once"),
        (
            f"/calendar.ics?channels={','.join(map(str, range(1, 22)))}",
            400,
            "channels must have 1 to 20 ids or names, as channels=1,two.example",
        ),
        ("/calendar.ics?channels=1,9", 404, "there is no channel '9'; see /api/v1/channels"),
        ("/calendar.ics?channels=3", 404, "there is no channel '3'; see /api/v1/channels"),
        (
            "/calendar.ics?channels=three.example",
            404,
            "there is no channel 'three.example'; see /api/v1/channels",
        ),
        ("/programs/99.ics", 404, "there is no such programme"),
        ("/programs/6.ics", 404, "there is no such programme"),
        ("/programs/7.ics", 404, "there is no such programme"),
        ("/search.ics", 400, "q is missing: write a word or two to look for, as q=news"),
        ("/search.ics?q=*", 400, "q is missing: write a word or two to look for, as q=news"),
        ("/search.ics?q=a&channels=x", 400, "channels must be ids, as 1,2,3"),
    ],
)
async def test_what_is_refused(site: Any, path: str, status: int, line: str) -> None:
    found = await site.client.get(path)
    assert (found.status_code, found.text) == (status, line + "\n")
    assert found.headers["content-type"] == "text/plain; charset=utf-8"


async def test_an_event(site: Any) -> None:
    (event,) = await events(site, "/programs/2.ics")
    parsed = datetime.strptime(moment(2), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert event["DTSTART"].dt == parsed
    assert event["DTSTART"].to_ical().endswith(b"Z")
    assert (event["DTEND"].dt - parsed).total_seconds() == 3600
    assert str(event["DESCRIPTION"]) == TRICKY
    assert [str(name) for name in event["CATEGORIES"].cats] == ["News, local", "Talk"]
    assert str(event["LOCATION"]) == "Channel One"
    assert str(event["URL"]) == "http://localhost/guide/program/2"
    assert event["SEQUENCE"] == 600
    updated = datetime(2026, 1, 1, 0, 10, tzinfo=timezone.utc)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == updated


@pytest.mark.parametrize(
    ("path", "minutes"),
    [
        ("/programs/2.ics?alarm=15", 15),
        ("/programs/2.ics?alarm=0", 0),
        ("/channels/1.ics?days=1&alarm=10080", 10080),
        ("/calendar.ics?channels=1&days=1&alarm=90", 90),
        ("/search.ics?q=late&alarm=1440", 1440),
    ],
)
async def test_an_alarm_goes_off_before_the_start(site: Any, path: str, minutes: int) -> None:
    import vobject

    (event,) = await events(site, path)
    (alarm,) = event.walk("VALARM")
    assert (alarm["ACTION"], alarm["DESCRIPTION"]) == ("DISPLAY", f"{NEWS}, Channel One")
    assert alarm["TRIGGER"].dt.total_seconds() == -60 * minutes
    # RFC 5545 section 3.6.6: nothing else may stand in it, and it stands in its event
    assert set(alarm) == {"ACTION", "DESCRIPTION", "TRIGGER"}
    body = (await site.client.get(path)).content.decode()
    (read,) = vobject.readOne(body).vevent_list
    assert read.valarm.trigger.value.total_seconds() == -60 * minutes


async def test_without_an_alarm_there_is_none(site: Any) -> None:
    for path in ("/programs/2.ics", "/calendar.ics?channels=1", "/search.ics?q=news&alarm="):
        assert b"VALARM" not in (await site.client.get(path)).content


async def test_an_alarm_is_another_answer(site: Any) -> None:
    paths = ["/programs/2.ics", "/programs/2.ics?alarm=5", "/programs/2.ics?alarm=6"]
    assert len({(await site.client.get(path)).headers["etag"] for path in paths}) == 3


async def test_a_calendar_of_several_is_named_after_them_and_bounded(site: Any) -> None:
    found = strictly((await site.client.get("/calendar.ics?channels=2,1")).content)
    assert ("X-WR-CALNAME", r"Channel Two\, Channel One") in found
    for number in range(5001):
        add(site.conn, 2, moment(20 + number / 50), moment(20 + (number + 1) / 50), "Short")
    site.conn.execute("UPDATE generation SET number = number + 1")
    refused = await site.client.get("/calendar.ics?channels=2&days=31")
    assert (refused.status_code, refused.text) == (
        400,
        "that is more than 5000 programmes; ask for fewer channels or days, or without days\n",
    )
    assert (await site.client.get("/calendar.ics?channels=2&days=3")).status_code == 200


async def test_a_calendar_of_a_large_line_up_reaches_as_far_as_the_first_5000_programmes(site: Any) -> None:
    """Three hundred channels with a programme each 20 minutes: 900 in an hour, 151,200 in a week."""
    site.conn.executescript("""
        INSERT INTO lineups (id, name, title, source_kind, updated_at) VALUES (9, 'all', 'All', 'hand', '2026');
        WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 399)
        INSERT INTO channels (id, name, display_name, created_at) SELECT i, 'c' || i || '.example', 'C ' || i, '2026' FROM n;
        INSERT INTO lineup_channels (id, lineup_id, position, name, channel_id)
        SELECT id, 9, id, name, id FROM channels WHERE id >= 100;
    """)
    ident = add(site.conn, 100, moment(0), moment(1 / 3), "Short")
    site.conn.execute(
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 71)
        INSERT INTO airings (channel_id, provider_id, content_id, start_time, end_time, end_source, created_at, updated_at)
        SELECT c.id, 1, (SELECT content_id FROM airings WHERE id = ?),
               strftime('%Y-%m-%dT%H:%M:%SZ', ?, (n.i * 20) || ' minutes'),
               strftime('%Y-%m-%dT%H:%M:%SZ', ?, (n.i * 20 + 20) || ' minutes'), 'feed',
               '2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z'
        FROM channels c CROSS JOIN n WHERE c.id >= 100
        """,
        [ident, moment(0), moment(0)],
    )
    answer = await site.client.get("/calendar.ics?lineup=all")
    starts = [value for name, value in strictly(answer.content) if name == "DTSTART"]
    assert (answer.status_code, len(starts)) == (200, 5000)
    assert starts == sorted(starts) and len(set(starts)) < 20
    assert (await site.client.get("/calendar.ics?lineup=all&days=1")).status_code == 400
    one = await site.client.get("/calendar.ics?lineup=all&channels=100,1&days=2")
    assert one.status_code == 200 and one.text.count("BEGIN:VEVENT") >= 60


async def test_a_calendar_has_a_name_and_says_when_to_ask_again(site: Any) -> None:
    site.conn.execute("UPDATE channels SET display_name = 'One; two,\nthree' WHERE id = 1")
    found = (await site.client.get("/channels/1.ics")).content
    for name in ("X-WR-CALNAME", "NAME"):
        assert (name, r"One\; two\, three") in strictly(found)
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in found
    assert b"\r\nVERSION:2.0\r\n" in found


async def test_a_change_keeps_the_event_and_raises_its_sequence(site: Any) -> None:
    (before,) = await events(site, "/programs/2.ics")
    site.conn.execute(
        "UPDATE airings SET end_time = ?, updated_at = '2026-02-01T00:00:00Z' WHERE id = 2", [moment(4)]
    )
    site.conn.execute("UPDATE generation SET number = number + 1")
    (after,) = await events(site, "/programs/2.ics")
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTEND"].dt > before["DTEND"].dt
    delete_programmes(site.conn, [2])
    site.conn.execute("UPDATE generation SET number = number + 1")
    assert await summaries(site, "/channels/1.ics?days=1") == []


async def test_uids_tell_programmes_apart(site: Any) -> None:
    uids = {str(event["UID"]) for event in await events(site, "/search.ics?q=news&days=31")}
    assert len(uids) == 4
    one = {str(event["UID"]) for event in await events(site, "/channels/1.ics?days=31")}
    assert len(uids & one) == 3


async def test_unchanged_is_304_and_head_has_no_body(site: Any) -> None:
    for path in ("/channels/1.ics", "/programs/2.ics", "/search.ics?q=news"):
        first = await site.client.get(path)
        again = await site.client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = await site.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == first.headers["etag"]


ESCAPED = re.compile(r"(?:[^\\]|\\[nN;,\\])*")


def strictly(body: bytes) -> list[tuple[str, str]]:
    """Lines of a calendar by RFC 5545 sections 3.1 and 3.3.11, written from it: name with parameters, value as it stands."""
    assert body.endswith(b"\r\n")
    lines = body[:-2].split(b"\r\n")
    unfolded: list[bytes] = []
    for line in lines:
        assert len(line) <= 75, line
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode()  # a character is not cut in two by a fold
        if line.startswith(b" "):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    found = []
    for line in unfolded:
        name, colon, value = line.decode().partition(":")
        assert colon
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[^;:]+)*", name), name
        assert ESCAPED.fullmatch(value), value
        found.append((name, value))
    return found


REQUIRED = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE")


@pytest.mark.parametrize(
    "path",
    [
        "/channels/1.ics",
        "/programs/2.ics?alarm=15",
        "/search.ics?q=news",
        "/calendar.ics?channels=1,2&alarm=60",
    ],
)
async def test_by_the_letter_of_the_standard(site: Any, path: str) -> None:
    lines = strictly((await site.client.get(path)).content)
    assert lines[0] == ("BEGIN", "VCALENDAR")
    assert lines[-1] == ("END", "VCALENDAR")
    names = [name for name, _ in lines]
    count = lines.count(("BEGIN", "VEVENT"))
    assert count == lines.count(("END", "VEVENT")) > 0
    for name in REQUIRED:
        assert names.count(name) == count
    for name, value in lines:
        if name in ("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED", "CREATED"):
            assert re.fullmatch(r"\d{8}T\d{6}Z", value)


async def test_another_reader_takes_it(site: Any) -> None:
    import vobject

    body = (await site.client.get("/channels/1.ics")).content.decode()
    calendar = vobject.readOne(body)
    found = {event.summary.value: event for event in calendar.vevent_list}
    assert set(found) == {NEWS, "Tomorrow news"}
    assert found[NEWS].description.value == TRICKY
    assert found[NEWS].dtstart.value.isoformat() == moment(2).replace("Z", "+00:00")
    assert found[NEWS].location.value == "Channel One"


@pytest.mark.parametrize("path", ["/channels/abc.ics", "/channels/one.example.ics", "/programs/x.ics", "/channels/3.ics",
                                  "/programs/99.ics", "/channels/-1.ics", "/channels/1234567890123456789.ics"])  # fmt: skip
async def test_what_is_not_there_is_said_in_one_line(site: Any, path: str) -> None:
    found = await site.client.get(path)
    assert (found.status_code, found.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert found.text.count("\n") == 1
    assert "<" not in found.text


async def test_exports_of_a_private_guide_refuse_in_one_line(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db", metadata={"allow": {"id": "root"}}) as ds:
        stranger = {"ds_actor": ds.sign({"a": {"id": "somebody"}}, "actor")}
        for path in ("/xmltv.xml", "/xmltv.xml.gz", "/channels/1.ics", "/changes.atom", "/search.ics?q=a"):
            for cookies, status in ((None, 401), (stranger, 403)):
                found = await ds.client.get(path, cookies=cookies)
                assert (found.status_code, found.headers["content-type"]) == (
                    status,
                    "text/plain; charset=utf-8",
                )
                assert found.text.startswith("this guide is private")
                assert found.text.count("\n") == 1
            assert status == 401 or "www-authenticate" not in found.headers
        page = await ds.client.get("/guide/use")
        assert page.headers["content-type"].startswith("text/html")
