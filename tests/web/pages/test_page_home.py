"""The first page: on now, next, soon, tonight and films, over a real Datasette and a small guide."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from epg_web.base import zone as zones
from epg_web.base.sql import sql
from epg_web.host.running import FROM_1_0
from epg_web.pages import home
from epg_web.pages import texts as listing
from epg_web.pages.onair import evening, kept_rows, onair_rows, starting
from lxml import html

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.page_helpers import CANARY, get, hrefs, select, texts
from tests.helpers.query_plans import scans

ROWS = "ul[data-rows] li[data-channel]"
TITLES = "ul[data-rows] a.epg-item-link"
GENRES = """
    INSERT INTO category_genres (category, genre, sure) VALUES ('["Film"]', 16, 1), ('["Soap"]', 21, 1), ('["News"]', 32, 1);
    UPDATE generation SET number = number + 1;
"""


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    lang = '{"title":[{"lang":"pt_BR"}]}'
    add(
        conn,
        1,
        moment(-1),
        moment(1),
        f"News {CANARY}",
        subtitle="At one",
        is_new=1,
        category='["News"]',
        details=lang,
    )
    add(conn, 1, moment(1), moment(2), "Film", subtitle="film!")
    add(conn, 3, moment(-1), moment(1), "Of the hidden channel")
    conn.execute("UPDATE channels SET icon_url = 'javascript:alert(1)' WHERE id = 1")
    conn.execute("UPDATE channels SET icon_url = 'https://pictures.example/2.png' WHERE id = 2")
    conn.executescript(GENRES)
    async with serving(tmp_path / "epg.db") as ds:
        yield SimpleNamespace(ds=ds, conn=conn)
    conn.close()


def changed(site: Any) -> None:
    site.conn.execute("UPDATE generation SET number = number + 1")


async def test_on_now_and_next(site: Any) -> None:
    page = await get(site.ds, "/")
    one, two = select(page, ROWS)
    assert [row.get("data-channel") for row in (one, two)] == ["1", "2"]
    assert texts(one, "a.epg-item-link") == [f"News {CANARY}"]
    assert texts(one, "strong span.epg-soft") == ["At one"]
    assert "Channel One · then Film" in texts(one, "small")[0]
    assert texts(two, "a.epg-item-link") == ["Nothing announced"]
    assert (one.get("data-start"), one.get("data-end")) == (moment(-1), moment(1))
    assert select(one, "progress")[0].get("max") == "120"
    assert [found.get("lang") for found in select(one, "a.epg-item-link span")] == ["pt-BR"]
    assert [found.get("dir") for found in select(one, "a.epg-item-link span")] == ["auto"]
    assert "Of the hidden channel" not in page.text_content()


async def test_links_lead_on(site: Any) -> None:
    page = await get(site.ds, "/")
    assert set(hrefs(page)) >= {
        "/guide", "/epg", "/-/epg/api", "/guide/use", "/epg/on_now", "/guide/channel/1", "/guide/program/1", "/?show=films",
        "/?show=soon", "/?show=tonight", "/?genre=news", "/?lineup=home",
    }  # fmt: skip
    for path in ("/epg", "/-/epg/api", "/epg/on_now", *(f"/epg/{name}" for name, _ in home.QUESTIONS)):
        assert (await site.ds.client.get(path)).status_code == 200


async def test_feeds_cannot_put_script_into_it(site: Any) -> None:
    page = await get(site.ds, "/")
    assert [image.get("src") for image in select(page, "ul[data-rows] img")] == ["/logo/2?size=96"]
    assert not select(page, "[style]") + select(page, "[onclick]") + select(page, "[onerror]")


async def test_times_are_those_of_the_zone(site: Any) -> None:
    page = await get(site.ds, "/?tz=Asia/Kathmandu")
    zone = zones.Zone("Asia/Kathmandu", "asked")
    shown = {found.get("datetime"): found.text for found in select(page, "ul[data-rows] time")}
    assert shown == {moment(1): zone.clock(moment(1))}
    assert hrefs(page, TITLES)[0] == "/guide/program/1?tz=Asia%2FKathmandu"


async def test_pages_of_channels(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onair_rows, "CHANNELS", 1)
    page = await get(site.ds, "/")
    assert [row.get("data-channel") for row in select(page, ROWS)] == ["1"]
    (more,) = select(page, "a[rel=next]")
    assert more.get("href") == "/?after=1"
    page = await get(site.ds, more.get("href"))
    assert [row.get("data-channel") for row in select(page, ROWS)] == ["2"]
    assert not select(page, "a[rel=next]")


async def test_only_some_channels(site: Any) -> None:
    async def channels(query: str) -> list[str]:
        return [row.get("data-channel") for row in select(await get(site.ds, f"/?{query}"), ROWS)]

    assert await channels("channels=2,3") == ["2"]
    assert await channels("lineup=home") == ["2"]
    assert await channels("genre=news") == ["1"]
    assert await channels("genre=film") == []
    assert await channels("lineup=home&genre=news") == []


async def test_what_starts_soon(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "SOON", 10 * 3600)
    for channel, hours, title in (
        (1, 20, "Too late"),
        (2, 6, "Second"),
        (2, 3, "First"),
        (1, 6, "second"),
        (3, 5, "Hidden"),
    ):
        add(site.conn, channel, moment(hours), moment(hours + 1), title, category='["News"]')
    site.conn.execute("DELETE FROM airings WHERE start_time = ?", [moment(1)])
    changed(site)
    page = await get(site.ds, "/?show=soon")
    # The same title at the same time on two channels is one row.
    assert texts(page, TITLES) == ["First", "second"]
    assert "and 1 more channel" in texts(page, "ul[data-rows] small")[1]
    assert texts(await get(site.ds, "/?show=soon&channels=2&genre=news"), TITLES) == ["First", "Second"]
    assert texts(await get(site.ds, "/?show=soon&genre=film"), TITLES) == []


async def test_the_films_of_tonight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conn = make_guide(tmp_path / "epg.db")
    monkeypatch.setattr(starting, "film_night", lambda visit: (moment(10), moment(18)))
    for hours, title, category, columns in (
        (12, "Film", "Film", {}), (11, "Part two", "Film", {"season": 1, "episode": 2}), (14, "Soap", "Soap", {}),
        (15, "News", "News", {}), (19, "Tomorrow", "Film", {}), (9, "Before", "Film", {}), (13, "Short", "Film", {"end": 13.5}),
    ):  # fmt: skip
        end = columns.pop("end", hours + 2)
        add(conn, 1 + hours % 2, moment(hours), moment(end), title, category=f'["{category}"]', **columns)
    conn.executescript(GENRES)
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        assert texts(await get(ds, "/?show=films"), TITLES) == ["Film"]


async def test_pages_of_programmes(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "ROWS", 1)
    monkeypatch.setattr(starting, "SOON", 10 * 3600)
    site.conn.execute("DELETE FROM airings WHERE start_time = ?", [moment(1)])
    for hours in (4, 6):
        add(site.conn, 2, moment(hours), moment(hours + 1), f"In {hours}")
    changed(site)
    first = await get(site.ds, "/?show=soon")
    assert hrefs(first, "a[rel=next]") == ["/?show=soon&page=2"]
    second = await get(site.ds, "/?show=soon&page=2")
    assert (texts(first, TITLES), texts(second, TITLES)) == (["In 4"], ["In 6"])
    assert hrefs(second, "a[rel=next]") == []


async def test_because_something_is_starred(site: Any) -> None:
    add(site.conn, 2, moment(30), moment(31), "Little Show")
    add(site.conn, 1, moment(20), moment(21), "LITTLE SHOW")
    add(site.conn, 1, moment(10), moment(11), "Another little show")
    changed(site)
    query = urlencode({"titles": 'Little Show\n?!\nNo Such "Title', "channels": "1"})
    found = html.fromstring(f"<ul>{(await site.ds.client.get(f'/guide/because?{query}')).text}</ul>")
    first = select(found, "li[data-channel]")[0]
    assert texts(first, "a.epg-item-link") == ["LITTLE SHOW"]
    assert first.get("data-start") == moment(20)


async def test_rows_alone_are_kept_until_one_of_them_ends(site: Any) -> None:
    first = await site.ds.client.get("/?fragment=rows")
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert "<html" not in first.text and "data-program" in first.text
    tag = first.headers["etag"]
    again = await site.ds.client.get("/?fragment=rows", headers={"If-None-Match": tag})
    assert (again.status_code, again.text) == (304, "")
    assert re.fullmatch(r"public, max-age=\d+, stale-if-error=86400", first.headers["cache-control"])
    other = await site.ds.client.get("/?fragment=rows&tz=Asia/Kathmandu")
    assert other.text != first.text
    add(site.conn, 2, moment(-1), moment(1), "New on two")
    changed(site)
    fresh = await site.ds.client.get("/?fragment=rows", headers={"If-None-Match": tag})
    assert fresh.status_code == 200 and "New on two" in fresh.text


def test_the_tag_of_rows_follows_what_they_show_and_not_the_clock() -> None:
    def rows(programme: int | None, gone: int) -> list[Any]:
        return [{"channel": {"id": 1}, "now": programme and {"id": programme, "gone": gone}, "next": None}]

    assert kept_rows.digest(rows(7, 1)) == kept_rows.digest(rows(7, 2))
    assert len({kept_rows.digest(rows(ident, 1)) for ident in (7, 8, None)}) == 3


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "channels=a",
        f"channels={'1,' * 2000}1",
        "after=-1",
        "show=all",
        "genre=soap",
        "page=0",
        "fragment=x",
        "lineup=no",
    ],
)
async def test_wrong_parameters_are_a_page_that_says_so(site: Any, query: str) -> None:
    page = await get(site.ds, f"/?{query}", 400)
    assert len(texts(page, "[role=alert]")) == 1


async def test_the_index_as_json_still_works(site: Any) -> None:
    found = await site.ds.client.get("/.json")
    databases = found.json()["databases"] if FROM_1_0 else found.json().values()
    assert [one["name"] for one in databases] == ["epg"]


async def test_an_empty_guide_says_what_to_do(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("DELETE FROM channels")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        page = await get(ds, "/")
    assert "epg-ingest providers add" in select(page, "pre")[0].text
    assert not select(page, ROWS)


async def test_a_guide_that_ran_out_says_so(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-9), moment(-8), "Long ago")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        page = await get(ds, "/")
    assert "No programme is known" in texts(page, ".epg-problem")[0]


async def test_other_databases_are_linked(tmp_path: Path, site: Any) -> None:
    more = tmp_path / "elsewhere" / "more.db"
    more.parent.mkdir()
    with closing(sqlite3.connect(more)) as conn:
        conn.execute("CREATE TABLE t (a)")
    async with serving(tmp_path / "epg.db", more) as ds:
        page = await get(ds, "/")
    assert "/more" in hrefs(page, ".epg-onair-deeper a")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-22T18:59:59Z", ("2026-11-22T19:00:00Z", "Tonight at 20:00")),
        ("2026-11-22T19:00:00Z", ("2026-11-22T21:00:00Z", "Late tonight at 22:00")),
        ("2026-11-22T21:00:00Z", ("2026-11-23T19:00:00Z", "Tomorrow at 20:00")),
        ("2026-11-22T23:30:00Z", ("2026-11-23T19:00:00Z", "Tonight at 20:00")),
        # The clocks go back in the night: 20:00 is one hour later in UTC.
        ("2026-10-24T20:30:00Z", ("2026-10-25T19:00:00Z", "Tomorrow at 20:00")),
    ],
)
def test_tonight_is_prime_time_of_the_viewer(now: str, expected: tuple[str, str]) -> None:
    visit: Any = SimpleNamespace(zone=zones.Zone("Europe/Berlin", "asked"), now=now)
    found = evening.evening(visit)
    assert (found.begins, found.at) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-22T10:00:00Z", ("2026-11-22T17:00:00Z", "2026-11-23T01:00:00Z")),
        ("2026-11-22T20:00:00Z", ("2026-11-22T20:00:00Z", "2026-11-23T01:00:00Z")),
        ("2026-11-23T00:59:00Z", ("2026-11-23T00:59:00Z", "2026-11-23T01:00:00Z")),
        ("2026-11-23T01:00:00Z", ("2026-11-23T17:00:00Z", "2026-11-24T01:00:00Z")),
    ],
)
def test_films_of_tonight_start_until_two(now: str, expected: tuple[str, str]) -> None:
    visit: Any = SimpleNamespace(zone=zones.Zone("Europe/Berlin", "asked"), now=now)
    assert evening.film_night(visit) == expected


@pytest.mark.parametrize(
    "name", ["page_onair", "page_onair_channels", "page_starting", "page_because", "page_neighbours"]
)
def test_rows_come_through_indexes(tmp_path: Path, name: str) -> None:
    conn = make_guide(tmp_path / "epg.db")
    assert scans(conn, sql(name)) == []
    conn.close()


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [
        ("Krimi", "Fall eins", "Fall eins"), ("Krimi", "krimi!", None), ("The News at Ten", "News", None),
        ("Krimi", None, None), ("Krimi", "…", None), ("Dune", "Dune: Part Two", "Dune: Part Two"), ("?", "Who", "Who"),
    ],
)  # fmt: skip
def test_a_sub_title_that_repeats_the_title_is_left_out(
    title: str, subtitle: str | None, expected: str | None
) -> None:
    assert listing.telling(title, subtitle) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Channel One", "CO"), ("Crumb", "CR"), ("Sprout & Sons", "SS"), ("é", "É"), ("&", "&")],
)
def test_initials(name: str, expected: str) -> None:
    assert listing.initials(name) == expected


def test_days_in_words() -> None:
    today = date(2026, 11, 22)
    named = [
        listing.named(day, today) for day in (today, date(2026, 11, 23), date(2026, 11, 21), date(2027, 1, 3))
    ]
    assert named == ["Today", "Tomorrow", "Yesterday", "Sun 3 Jan 2027"]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("20:45:00", "45 min"),
        ("21:00:00", "1 h"),
        ("21:45:59", "1 h 45 min"),
        ("20:00:30", "less than a minute"),
    ],
)
def test_lengths_in_words(end: str, expected: str) -> None:
    assert listing.length("2026-11-22T20:00:00Z", f"2026-11-22T{end}Z") == expected
