"""The pages about one channel, one programme, a search, the changes and the time zone, over a real Datasette."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from epg_web.base import zone as zones
from epg_web.base.sql import sql
from epg_web.base.viewer.written_times import zone_place
from epg_web.pages import changes as changed
from epg_web.pages import programme, programme_facts
from epg_web.pages.finding import hit_rows
from epg_web.pages.preferences import zone_choice
from epg_web.search.fts_query import fts_query
from lxml import etree

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.page_helpers import CANARY, get, hrefs, select, texts
from tests.helpers.query_plans import scans

BERLIN = zones.Zone("Europe/Berlin", "asked")
TODAY = zones.Zone("UTC", "default").day(moment(0)).isoformat()
RICH = {
    "title": [{"text": "Krimi", "lang": "de"}, {"text": "Crime", "lang": "en"}],
    "desc": [{"lang": "de"}],
    "credits": [
        {"type": "director", "name": "A. Director"},
        {"type": "actor", "name": "B. Actor", "role": "The Judge", "guest": "yes", "url": [{"text": "https://people.example/b"}]},
        {"type": "writer", "name": CANARY, "url": [{"text": "javascript:alert(2)"}]},
    ],
    "date": "19990301",
    "country": [{"text": "Portugal"}],
    "url": [{"text": "javascript:alert(3)"}, {"text": "https://pages.example/krimi", "system": "pages"}],
    "image": [{"text": "https://pictures.example/poster.jpg", "type": "poster"}, {"text": "data:image/png,x"}],
    "episode-num": [{"text": "1.4.", "system": "xmltv_ns"}, {"text": "S02E05", "system": "onscreen"}],
    "rating": [{"value": "16", "system": "FSK"}],
    "star-rating": [{"value": "4/5"}],
    "review": [{"text": "Good.", "type": "text", "source": "The Paper"}, {"text": "javascript:alert(4)", "type": "url"}],
    "video": {"aspect": "16:9", "quality": "HDTV", "colour": "no"},
    "audio": {"stereo": "surround"},
    "subtitles": [{"type": "teletext", "language": {"text": "Deutsch"}}],
    "previously-shown": {"start": "20080711000000", "channel": "two.example"},
    "premiere": {"text": "First time here"},
    "last-chance": {},
    "stop": moment(1.5),
}  # fmt: skip


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    rich = add(
        conn, 1, moment(-1), moment(1), "Krimi", subtitle="Fall eins", season=2, episode=5, is_new=1, end_source="cut",
        description=f"Worte {CANARY}", details=json.dumps(RICH), category='["Crime","Series"]', rating="16",
        icon_url="https://pictures.example/poster.jpg",
    )  # fmt: skip
    again = add(conn, 2, moment(30), moment(31), "KRIMI", subtitle="Fall eins", season=2, episode=5)
    other = add(conn, 2, moment(-40), moment(-39), "Krimi", subtitle="Fall zwei", season=2, episode=6)
    add(conn, 2, moment(100), moment(101), "Krimi am Abend")
    hidden = add(conn, 1, moment(0), moment(1), "Worse", provider_id=2, shadowed_by=rich)
    secret = add(conn, 3, moment(-1), moment(1), "Krimi")
    async with serving(tmp_path / "epg.db") as ds:
        yield SimpleNamespace(
            ds=ds, conn=conn, rich=rich, again=again, other=other, hidden=hidden, secret=secret
        )
    conn.close()


# A day of a channel


async def test_a_day_of_a_channel(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    for start, end, title in (
        ("2026-11-20T22:30:00Z", "2026-11-20T23:30:00Z", "Over midnight"),
        ("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z", "Morning"),
        ("2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z", "Tomorrow's first"),
        ("2026-11-24T10:00:00Z", "2026-11-24T23:00:00Z", "Last"),
    ):
        add(conn, 1, start, end, title)
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        page = await get(ds, "/guide/channel/1?date=2026-11-21&tz=Europe/Berlin")
        last = await get(ds, "/guide/channel/1?date=2026-11-24&tz=Europe/Berlin")
        outside = await get(ds, "/guide/channel/1?date=2027-06-01&tz=Europe/Berlin")
    assert texts(page, "ol.epg-day h2 a") == ["Over midnight", "Morning"]
    assert texts(page, ".epg-list-time") == ["23:30 the day before", "11:00"]
    days = [href.split("date=")[1] for href in hrefs(page, "nav.epg-days li a")]
    assert [day.split("&")[0] for day in days] == [
        "2026-11-20",
        "2026-11-21",
        "2026-11-22",
        "2026-11-23",
        "2026-11-24",
    ]
    assert all(day.endswith("&tz=Europe%2FBerlin") for day in days)
    assert len(select(page, "nav.epg-days a[aria-current=date]")) == 1
    assert [len(select(page, f"nav.epg-days a[rel={rel}]")) for rel in ("prev", "next")] == [1, 1]
    # The last programme ends at midnight: the day behind it has nothing.
    assert [len(select(last, f"nav.epg-days a[rel={rel}]")) for rel in ("prev", "next")] == [1, 0]
    assert not select(outside, "ol.epg-day")
    assert hrefs(outside, "nav.epg-days a[rel=prev]")[0].startswith("/guide/channel/1?date=2026-11-24")


@pytest.mark.parametrize(
    ("day", "hours", "clocks"),
    [
        ("2026-10-25", "25", ["00:30 CEST", "02:30 CEST", "02:30 CET", "23:30 CET"]),
        ("2026-03-29", "23", ["00:30 CET", "01:30 CET", "03:30 CEST", "23:30 CEST"]),
    ],
)
async def test_days_of_a_clock_change(tmp_path: Path, day: str, hours: str, clocks: list[str]) -> None:
    conn = make_guide(tmp_path / "epg.db")
    starts = {
        "25": ["2026-10-24T22:30", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T22:30", "2026-10-25T23:30"],
        "23": ["2026-03-28T23:30", "2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T21:30", "2026-03-29T22:30"],
    }[hours]  # fmt: skip
    for start in starts:
        add(conn, 1, f"{start}:00Z", f"{start[:-2]}45:00Z", start)
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        page = await get(ds, f"/guide/channel/1?date={day}&tz=Europe/Berlin")
    assert texts(page, ".epg-list-time") == clocks
    assert f"this day has {hours} hours" in texts(page, ".epg-note")[0]


async def test_what_is_on_is_marked_and_what_ended_is_said(site: Any) -> None:
    add(site.conn, 1, moment(-3), moment(-2), "Gone")
    site.conn.execute("UPDATE generation SET number = number + 1")
    page = await get(site.ds, f"/guide/channel/1?date={TODAY}&tz=UTC")
    if moment(-1)[:10] == TODAY:
        assert texts(page, "li[aria-current=time] h2 a") == ["Krimi"]
    yesterday = await get(site.ds, f"/guide/channel/1?date={moment(-3)[:10]}&tz=UTC")
    assert "Gone" in texts(yesterday, "li.epg-is-ended h2 a")
    assert "Worse" not in page.text_content()


async def test_a_day_as_data_and_as_a_calendar(site: Any) -> None:
    page = await get(site.ds, f"/guide/channel/1?date={TODAY}&tz=Asia/Kathmandu")
    zone = zones.Zone("Asia/Kathmandu", "asked")
    day = zones.day_of(TODAY)
    assert day
    span = f"start={zone.begins(day)}&end={zone.ends(day)}"
    found = {link.get("type"): link.get("href") for link in select(page, "link[rel=alternate]")}
    assert found["application/json"] == f"/api/v1/channels/1/programs?{span}"
    assert found["text/csv"] == f"/api/v1/channels/1/programs.csv?{span}"
    assert found["text/calendar"] == "/channels/1.ics"
    assert set(found.values()) <= set(hrefs(page))
    for kind in ("application/json", "text/csv"):
        assert (await site.ds.client.get(found[kind])).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/guide/channel/3", 404), ("/guide/channel/99", 404), ("/guide/channel/999999999999999999", 404),
        ("/guide/channel/1?date=2026-02-30", 400), ("/guide/channel/1?date=0001-01-01", 400),
        ("/guide/channel/1?date=9999-12-31", 400), (f"/guide/channel/1?date={'9' * 500}", 400),
        ("/guide/channel/1?tz=Nowhere/Land", 200), ("/guide/program/99", 404),
        ("/guide/search?channel=x", 400), ("/guide/search?q=x&date=x", 400), ("/guide/search?q=x&part=noon", 400),
        ("/guide/search?q=x&page=0", 400), ("/guide/search?q=x&page=101", 400), (f"/guide/search?q={'x' * 501}", 400),
        (f"/guide/search?q=x&category={'x' * 501}", 400), ("/guide/search?q=%22%22+*+%22", 200),
        ("/guide/search?q=%5E+AND+OR+%28+%7B+title%3Ax", 200), ("/guide/search?q=x&channel=99", 200),
        ("/guide/changes?since=x", 400), ("/guide/changes?kind=moved", 400), ("/guide/changes?channel=x", 400),
        ("/guide/changes?after=1", 400), ("/guide/changes?after=1.x", 400), ("/guide/zone?tz=Nowhere/Land", 400),
    ],
)  # fmt: skip
async def test_wrong_input_is_a_page_that_says_so(site: Any, path: str, status: int) -> None:
    page = await get(site.ds, path, status)
    assert len(select(page, "[role=alert]")) == (status != 200)
    assert len(select(page, "h1")) == 1


# A programme


async def test_everything_about_a_programme(site: Any) -> None:
    page = await get(site.ds, f"/guide/program/{site.rich}")
    assert texts(page, "h1") == ["Krimi"]
    assert select(page, "h1 span")[0].get("lang") == "de"
    said = " ".join(page.text_content().split())
    for part in (
        "Fall eins", f"Worte {CANARY}", "2 h", "Crime (en)", "B. Actor as The Judge", "Crime; Series", "16", "4/5",
        "1 March 1999", "Portugal", "Season 2, episode 5", "HDTV; 16:9; black and white",
        "surround", "Deutsch, teletext", "Repeat, first shown 11 July 2008 on two.example", "Premiere: First time here",
        "Last chance", "Good.", "The Paper", "cut where the next programme begins", "best", "Channel One",
    ):  # fmt: skip
        assert part in said, part
    assert texts(page, ".epg-facts .epg-badge") == ["Guest"]
    assert [image.get("src") for image in select(page, ".epg-picture img")] == [
        f"/programs/{site.rich}/picture?n=1&size=384"
    ]
    # A picture that does not come leaves the drawn one with the title.
    assert texts(page, ".epg-picture span") == ["Krimi"]
    assert [image.get("alt") for image in select(page, ".epg-picture img")] == [""]
    assert {"https://pages.example/krimi", "https://people.example/b"} <= set(hrefs(page))
    assert {f"/programs/{site.rich}.ics?alarm=15", f"/api/v1/programs/{site.rich}"} <= set(hrefs(page))


async def test_other_showings(site: Any) -> None:
    page = await get(site.ds, f"/guide/program/{site.rich}")
    again, episodes = select(page, "ul.epg-showings")
    assert hrefs(again) == [f"/guide/program/{site.again}"]
    assert hrefs(episodes) == [f"/guide/program/{site.other}"]
    assert texts(page, "main section h2") == ["This episode again", "Other episodes"]
    assert "Fall zwei" in episodes.text_content()


async def test_a_title_without_words_has_no_other_showings(site: Any) -> None:
    numbers = [add(site.conn, 2, moment(60 + n), moment(61 + n), '"?" AND *') for n in range(2)]
    plain = [add(site.conn, 2, moment(70 + n), moment(71 + n), 'It "is" NOT (this)') for n in range(2)]
    site.conn.execute("UPDATE generation SET number = number + 1")
    assert programme.phrase("…?!") is None
    for number in (*numbers, *plain):
        page = await get(site.ds, f"/guide/program/{number}")
        assert texts(page, "main section h2") == ["Other showings"]


async def test_a_programme_hidden_by_a_better_provider_says_so(site: Any) -> None:
    page = await get(site.ds, f"/guide/program/{site.hidden}")
    (note,) = select(page, "[role=note]")
    assert hrefs(note) == [f"/guide/program/{site.rich}"]


async def test_programmes_that_nobody_may_see(site: Any) -> None:
    await get(site.ds, f"/guide/program/{site.secret}", 404)
    site.conn.executescript(
        "UPDATE providers SET enabled = 0 WHERE id = 1; UPDATE generation SET number = number + 1"
    )
    await get(site.ds, f"/guide/program/{site.rich}", 404)


async def test_a_bare_programme_and_one_of_parts(site: Any) -> None:
    parts = [{"title": "First", "description": "One"}, {"title": "Second", "subtitle": "Two"}]
    number = add(site.conn, 2, moment(80), moment(81), "First; Second", details=json.dumps({"clump": parts}))
    site.conn.execute("UPDATE generation SET number = number + 1")
    page = await get(site.ds, f"/guide/program/{number}")
    assert texts(page, "section.epg-part h2") == ["First", "Second"]
    assert texts(page, "dl.epg-facts dt") == ["Source"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1999", "1999"), ("199903", "March 1999"), ("19990301", "1 March 1999"), ("20080711000000 +0000", "11 July 2008"),
        ("1999-03-01", "1999"), ("19991399", "19991399"), ("soon", "soon"),
    ],
)  # fmt: skip
def test_dates_of_feeds(text: str, expected: str) -> None:
    assert programme_facts.on_day(text) == expected


# Search


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("news", '"news"'), ("two words", '"two" "words"'), ("begin*", '"begin"*'), ("**", ""), ("", ""), ('"', ""),
        ('"two words"', '"two words"'), ('"two words"*', '"two words"*'), ('a "b c" d*', '"a" "b c" "d"*'),
        ('open "end', '"open" "end"'), ('a"b', '"a" "b"'), ('"" "  "', ""), ("NOT (x) OR y:z", '"NOT" "(x)" "OR" "y:z"'),
        ('"*"', ""), ("a*b", '"a*b"'),
    ],
)  # fmt: skip
def test_words_phrases_and_beginnings(words: str, match: str) -> None:
    assert fts_query(words) == match


async def test_search(site: Any) -> None:
    page = await get(site.ds, "/guide/search?q=krimi")
    found = [int(href.rpartition("/")[2]) for href in hrefs(page, "ol.epg-hits a.epg-item-link")]
    assert (found[:2], found[-1]) == ([site.rich, site.again], site.other)
    assert len(found) == 4
    assert "Ended" in texts(page, "li.epg-is-ended .epg-item-end")[0]
    assert {"/search.ics?q=krimi", "/search.atom?q=krimi"} <= set(hrefs(page))
    assert texts(await get(site.ds, '/guide/search?q="krimi+am"'), "ol.epg-hits a.epg-item-link") == [
        "Krimi am Abend"
    ]
    assert texts(await get(site.ds, '/guide/search?q="am+krimi"'), "ol.epg-hits a.epg-item-link") == []
    assert len(texts(await get(site.ds, "/guide/search?q=kri*"), "ol.epg-hits a.epg-item-link")) == 4


async def test_search_filters(site: Any) -> None:
    async def found(query: str) -> list[int]:
        page = await get(site.ds, f"/guide/search?q=krimi&tz=UTC&{query}")
        return [
            int(href.rpartition("/")[2].partition("?")[0])
            for href in hrefs(page, "ol.epg-hits a.epg-item-link")
        ]

    assert await found("channel=1") == [site.rich]
    assert await found("channel=3") == []
    assert await found("category=CRIME") == [site.rich]
    assert await found("category=Crim") == []
    assert await found(f"date={moment(30)[:10]}") == [site.again]
    page = await get(site.ds, "/guide/search?q=krimi&channel=2&part=night&category=x")
    assert [found.get("value") for found in select(page, "option[selected]")] == ["night"]
    assert [found.get("value") for found in select(page, "form[data-search] input[name=channel]")] == ["2"]


async def test_search_by_time_of_day(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    # The same clock on both sides of a clock change is not the same UTC.
    for start, title in (
        ("2026-10-24T17:30:00Z", "Show 19:30 summer"), ("2026-10-25T18:30:00Z", "Show 19:30 winter"),
        ("2026-10-25T01:30:00Z", "Show 02:30 winter"), ("2026-10-24T22:30:00Z", "Show 00:30 summer"),
        ("2026-10-25T09:00:00Z", "Show 10:00 winter"),
    ):  # fmt: skip
        add(conn, 1, start, start.replace("30:00Z", "45:00Z").replace("00:00Z", "45:00Z"), title)
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:

        async def found(query: str) -> list[str]:
            page = await get(ds, f"/guide/search?q=show&tz=Europe/Berlin&{query}")
            return sorted(text.removeprefix("Show ") for text in texts(page, "ol.epg-hits a.epg-item-link"))

        assert await found("part=evening") == ["19:30 summer", "19:30 winter"]
        assert await found("part=morning") == ["10:00 winter"]
        assert await found("part=night") == ["00:30 summer", "02:30 winter"]
        # The night of a day goes on until the next morning.
        assert await found("part=night&date=2026-10-24") == ["00:30 summer", "02:30 winter"]
        assert await found("part=night&date=2026-10-25") == []
        assert await found("date=2026-10-25") == [
            "00:30 summer",
            "02:30 winter",
            "10:00 winter",
            "19:30 winter",
        ]


async def test_search_pages(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hit_rows, "HITS", 3)
    first = await get(site.ds, "/guide/search?q=krimi&part=&category=")
    (href,) = hrefs(first, "nav.epg-list-more a")
    second = await get(site.ds, href)
    assert [len(hrefs(page, "ol.epg-hits a.epg-item-link")) for page in (first, second)] == [3, 1]
    assert hrefs(second, "nav.epg-list-more a") == ["/guide/search?q=krimi&page=1"]


async def test_an_empty_search_shows_examples(site: Any) -> None:
    for path in ("/guide/search", "/guide/search?q=", "/guide/search?q=*&category=x"):
        page = await get(site.ds, path)
        assert len(select(page, "dl.epg-facts a")) == 3
        assert not select(page, "link[rel=alternate]")


# Changes


@pytest.fixture
def changes(site: Any) -> Any:
    conn: sqlite3.Connection = site.conn
    conn.execute(
        "INSERT INTO import_log (id, provider_id, started_at, status, trigger) VALUES (1, 1, ?, 'success', 'test')",
        [moment(-100)],
    )
    conn.execute(
        "INSERT INTO import_log (id, provider_id, started_at, status, trigger) VALUES (2, 1, ?, 'success', 'test')",
        [moment(-1)],
    )
    conn.execute(
        "INSERT INTO import_log (id, provider_id, started_at, status, trigger) VALUES (3, 2, ?, 'success', 'test')",
        [moment(0)],
    )
    before = {
        "title": "Alt",
        "end_time": moment(0.5),
        "category": '["A"]',
        "description": "Old",
        "details": '{"date":"1"}',
    }
    after = {
        "title": "Krimi",
        "end_time": moment(1),
        "category": '["A","B"]',
        "description": CANARY,
        "details": '{"date":"2"}',
    }
    rows = [
        (1, 1, 1, "Long ago", "added", None, "{}"),
        (2, site.rich, 1, "Krimi", "changed", json.dumps(before), json.dumps(after)),
        (
            2,
            999,
            2,
            f"Gone {CANARY}",
            "removed",
            json.dumps({"end_time": moment(3), "subtitle": None, "description": "Was"}),
            None,
        ),
        (2, 999, 3, "On a hidden channel", "removed", "{}", None),
        (3, site.hidden, 1, "Worse", "added", None, json.dumps({"end_time": moment(1), "subtitle": "Sub"})),
    ]
    conn.executemany(
        "INSERT INTO program_changes (import_id, program_id, channel_id, title, change, before, after, start_time)"
        f" VALUES (?, ?, ?, ?, ?, ?, ?, '{moment(0)}')",
        rows,
    )
    conn.execute("UPDATE generation SET number = number + 1")
    return site  # fmt: skip


async def test_changes_by_import_the_newest_first(changes: Any) -> None:
    page = await get(changes.ds, f"/guide/changes?since={moment(-30)[:10]}")
    assert [text.rpartition(", ")[2] for text in texts(page, "main section h2")] == [
        "from second",
        "from best",
    ]
    assert texts(page, "ul.epg-changes .epg-badge") == ["Added", "Changed", "Removed"]
    added, altered, removed = select(page, "ul.epg-changes li")
    assert "hidden by a better provider" in added.text_content()
    assert texts(altered, "dt") == ["Title", "End", "Category", "Description", "Details"]
    assert texts(altered, "del")[0] == "was Alt"
    assert texts(altered, "ins")[-1] == f"now {CANARY}"
    assert texts(altered, "dd")[-1] == "date"
    assert f"/guide/program/{changes.rich}" in hrefs(altered)
    assert "/guide/program/999" not in hrefs(removed)
    assert texts(removed, "dt") == ["End", "Description"]


async def test_changes_are_filtered(changes: Any) -> None:
    async def found(query: str) -> list[str]:
        return texts(await get(changes.ds, f"/guide/changes?{query}"), "ul.epg-changes .epg-badge")

    since = moment(-30)[:10]
    assert await found(f"since={since}&channel=1") == ["Added", "Changed"]
    assert await found(f"since={since}&channel=1&kind=added") == ["Added"]
    assert await found(f"since={since}&kind=removed") == ["Removed"]
    assert await found(f"since={since}&channel=3") == []
    assert await found("since=2020-01-01") == ["Added", "Changed", "Removed", "Added"]
    assert await found("since=2990-01-01") == []
    changes.conn.executescript(
        "UPDATE providers SET enabled = 0 WHERE id = 2; UPDATE generation SET number = number + 1"
    )
    assert await found(f"since={since}") == ["Changed", "Removed"]


@pytest.mark.parametrize("channel", ["", "&channel=1"])
async def test_changes_are_paged(changes: Any, monkeypatch: pytest.MonkeyPatch, channel: str) -> None:
    whole = await get(changes.ds, f"/guide/changes?since=2020-01-01{channel}")
    monkeypatch.setattr(changed, "CHANGES", 1)
    path, seen = f"/guide/changes?since=2020-01-01{channel}", []
    while path:
        page = await get(changes.ds, path)
        seen += texts(page, "ul.epg-changes li p")
        path = next(iter(hrefs(page, "a[rel=next]")), "")
    assert seen == texts(whole, "ul.epg-changes li p")
    assert len(seen) == (3 if channel else 4)


@pytest.mark.parametrize("name", ["page_changed_all", "page_changed_channel"])
def test_changes_come_through_their_indexes(tmp_path: Path, name: str) -> None:
    conn = make_guide(tmp_path / "epg.db")
    given = {"import": 1, "since": "", "row": 0, "change": None, "limit": 9, "channel": 1, "ids": None}
    plan = [row[3] for row in conn.execute("EXPLAIN QUERY PLAN " + sql(name), given)]
    conn.close()
    assert not [step for step in plan if step.startswith("SCAN x")]
    assert any(step.startswith("SEARCH x USING INDEX program_changes_") for step in plan)
    # The list of all changes may be long: it is read in order, and never sorted.
    assert name == "page_changed_channel" or not [step for step in plan if "TEMP B-TREE" in step]


@pytest.mark.parametrize("name", ["page_showing_others", "page_finding_hits", "page_finding_rows"])
def test_programmes_come_through_the_search_index(tmp_path: Path, name: str) -> None:
    conn = make_guide(tmp_path / "epg.db")
    assert scans(conn, sql(name)) == []
    conn.close()


# The time zone


async def test_a_zone_is_chosen_and_kept(site: Any) -> None:
    page = await get(site.ds, "/guide/zone?back=/guide/channel/1")
    labels = texts(page, "option")
    assert labels.count("Kolkata") == labels.count("Kyiv") == labels.count("New York") == 1
    assert "UTC" in labels and len(labels) > 400
    assert {"Europe", "America", "Other"} <= {group.get("label") for group in select(page, "optgroup")}
    found = await site.ds.client.get(
        "/guide/zone?tz=America/New_York&back=/guide/channel/1%3Ftz=UTC%26date=2026-11-22"
    )
    assert (found.status_code, found.headers["location"]) == (303, "/guide/channel/1?date=2026-11-22")
    assert found.headers["set-cookie"] == "epg_tz=America/New_York; Path=/; Max-Age=31536000; SameSite=Lax"
    page = await get(site.ds, "/guide/zone", headers={"Cookie": "epg_tz=America/New_York"})
    assert [option.get("value") for option in select(page, "option[selected]")] == ["America/New_York"]


@pytest.mark.parametrize(
    "name", ["Etc/GMT+1", "America/Argentina/Buenos_Aires", "UTC", "Asia/Calcutta", "EST5EDT", "US/Pacific"]
)
async def test_the_cookie_of_any_zone_is_understood(site: Any, name: str) -> None:
    found = await site.ds.client.get("/guide/zone", params={"tz": name})
    cookie = found.headers["set-cookie"].partition(";")[0]
    page = await get(site.ds, "/guide/zone", headers={"Cookie": cookie})
    assert texts(page, "main strong") == [zone_place(name)]
    assert [option.get("value") for option in select(page, "option[selected]")] == [name]


async def test_the_choice_is_forgotten(site: Any) -> None:
    found = await site.ds.client.get("/guide/zone?tz=auto&back=/")
    assert found.headers["set-cookie"] == "epg_tz=; Path=/; Max-Age=0; SameSite=Lax"
    assert "no-store" in found.headers["cache-control"]


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "/\t/evil.example", "/\n/evil.example",
     "evil.example", "javascript:alert(1)", "///evil.example", "/\r\nSet-Cookie: a=b", "/\u2028/", ""],
)  # fmt: skip
async def test_the_way_back_stays_on_this_site(site: Any, back: str) -> None:
    found = await site.ds.client.get(f"/guide/zone?tz=UTC&back={quote(back, safe='')}")
    assert (found.status_code, found.headers["location"]) == (303, "/guide")
    page = await site.ds.client.get(f"/guide/zone?back={quote(back, safe='')}")
    assert "evil." not in page.text.partition("<main")[2].partition("</main>")[0]


async def test_a_link_of_another_site_keeps_nothing(site: Any) -> None:
    found = await site.ds.client.get("/guide/zone?tz=Pacific/Apia", headers={"Sec-Fetch-Site": "cross-site"})
    assert found.status_code == 200
    assert "set-cookie" not in found.headers


@pytest.mark.parametrize(
    "path", ["/guide?channels=1,2", "/guide/search?q=a%26b%20c", "/x/%2F%2Fevil", "/é?ü=1"]
)
def test_the_way_back_is_kept_as_it_is(path: str) -> None:
    from urllib.parse import parse_qsl, unquote, urlsplit

    found = urlsplit(zone_choice.local(path, "/guide"))
    expected = urlsplit(path)
    assert unquote(found.path) == unquote(expected.path)
    assert parse_qsl(found.query) == parse_qsl(expected.query)


async def test_opensearch(site: Any) -> None:
    found = await site.ds.client.get("/guide/opensearch.xml")
    assert found.headers["content-type"] == "application/opensearchdescription+xml"
    root = etree.fromstring(found.content)
    urls = [url.get("template") for url in root.findall("{*}Url")]
    assert urls == [
        "http://localhost/guide/search?q={searchTerms}",
        "http://localhost/search.atom?q={searchTerms}",
    ]
