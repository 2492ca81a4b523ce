"""The guide grid as a page, over a real Datasette and a small guide."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from lxml import html

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.guide_rows import delete_programmes


def at(clock: str, day: int = 22) -> str:
    return f"2026-11-{day}T{clock}:00Z"


class Site:
    def __init__(self, ds: Any, conn: sqlite3.Connection) -> None:
        self.ds, self.conn = ds, conn

    async def text(self, query: str = "", status: int = 200, **options: Any) -> str:
        found = await self.ds.client.get("/guide" + query, **options)
        assert found.status_code == status, found.text[:2000]
        return str(found.text)

    async def page(self, query: str = "", status: int = 200, **options: Any) -> Any:
        return html.fromstring(await self.text(query, status, **options))


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
                 " VALUES (1, 'one', 1, 'new', '2026'), (2, 'dos', 2, 'new', '2026')")  # fmt: skip
    add(
        conn,
        1,
        at("18:30"),
        at("20:00"),
        "Evening news",
        category='["News"]',
        is_new=1,
        subtitle="Of the day",
    )
    add(conn, 1, at("20:00"), at("23:10"), "A film", category='["Movie","Drama"]')
    add(conn, 2, at("20:00"), at("20:45"), "Quiz", provider_id=2, category='["Unheard of"]')
    add(conn, 3, at("19:00"), at("22:00"), "Hidden")
    # News by its category; the film by its title, as from another provider. The words of a category alone colour nothing.
    conn.execute(
        "INSERT INTO category_genres VALUES ('[\"News\"]', 32, 1, ''), ('[\"Unheard of\"]', NULL, 0, '')"
    )
    conn.execute("INSERT INTO title_genres VALUES ('a film', 16)")
    async with serving(tmp_path / "epg.db") as ds:
        yield Site(ds, conn)
    conn.close()


NINETEEN = "?start=2026-11-22T19:00:00Z"


def cells(page: Any, channel: int) -> list[tuple[str, int]]:
    row = page.xpath(f"//tr[@data-channel='{channel}']/td")
    return [(" ".join(cell.text_content().split()), int(cell.get("colspan"))) for cell in row]


async def test_the_grid(site: Site) -> None:
    page = await site.page(NINETEEN)
    assert cells(page, 1) == [
        ("Evening news since 18:30 New Of the day News and weather", 60), ("A film 20:00 until 23:10 Film and drama", 120),
    ]  # fmt: skip
    assert cells(page, 2) == [
        ("No programmes known 19:00 to 20:00", 60), ("Quiz 20:00", 45), ("No programmes known 20:45 to 22:00", 75),
    ]  # fmt: skip
    assert [time.get("datetime") for time in page.xpath("//tr[@data-channel='1']//time")] == [
        at("18:30"), at("20:00"), at("23:10"),
    ]  # fmt: skip
    assert page.xpath("//thead//th/time/text()") == ["19:00", "19:30", "20:00", "20:30", "21:00", "21:30"]
    assert [int(col.get("span") or 1) for col in page.xpath("//col")] == [1, 180]
    assert "Hidden" not in page.text_content()


async def test_a_kind_is_a_colour_and_a_word_and_can_stand_out(site: Site) -> None:
    page = await site.page(NINETEEN)
    assert set(page.xpath("//a/@data-kind-chip")) >= {"news", "film", "sports"}
    film = await site.page(NINETEEN + "&genre=film")
    assert film.xpath("//td[contains(@class, 'epg-faint')]/a/span[1]/text()") == ["Evening news", "Quiz"]
    assert film.xpath("//a[@data-kind-chip='film'][@aria-current]")
    await site.page(f"{NINETEEN}&genre=Film", 400)
    assert [found.split()[1] for found in page.xpath("//td[contains(@class, 'k-')]/@class")] == [
        "k-news",
        "k-film",
    ]


async def test_links_go_to_programmes_and_channel_days(site: Site) -> None:
    page = await site.page(NINETEEN + "&tz=Asia/Tokyo")
    assert page.xpath("//td[@class]/a/@href")[0] == "/guide/program/1?tz=Asia%2FTokyo"
    assert page.xpath("//tr[@data-channel='2']/th/a/@href") == [
        "/guide/channel/2?date=2026-11-23&tz=Asia%2FTokyo"
    ]
    ours = [
        href
        for href in page.xpath("//div[contains(@class, 'epg-guide-chips')]//a/@href")
        if urlsplit(href).path == "/guide"
    ]
    assert len(ours) > 20
    assert all(parse_qs(urlsplit(href).query)["tz"] == ["Asia/Tokyo"] for href in ours)


async def test_earlier_and_later_pass_through_the_hour_that_comes_twice(site: Site) -> None:
    query, seen = "?start=2026-10-25T00:30&hours=1&tz=Europe/Berlin", []
    for _ in range(4):
        page = await site.page(query)
        seen += page.xpath("//thead//time/@datetime")
        (later,) = page.xpath("//a[@aria-label='Later']/@href")
        query = "?" + urlsplit(later).query
    assert seen == [
        "2026-10-24T22:30:00Z", "2026-10-24T23:00:00Z", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z",
        "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24), ("2026-11-23", 24)]
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Asia/Kathmandu"])
async def test_a_day_has_its_real_hours(site: Site, day: str, hours: int, zone: str) -> None:
    page = await site.page(f"?date={day}&tz={zone}")
    found = page.xpath("//nav[@aria-label='Hour of the day']/a/time/@datetime")
    assert len(set(found)) == len(found) == (hours if zone == "Europe/Berlin" else 24)
    assert ("the clocks change" in page.text_content()) == (len(found) != 24)
    assert len(page.xpath("//nav[@aria-label='Hour of the day']/a[@aria-current]")) == 1


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("?date=2026-11-23&tz=Europe/Berlin", "2026-11-23T19:00:00Z"),
        ("?date=2026-11-23&start=2026-11-20T09:45&tz=Europe/Berlin", "2026-11-23T08:30:00Z"),
        ("?start=2026-11-23&tz=America/New_York", "2026-11-23T05:00:00Z"),
        ("?date=&start=2026-11-23T10:00Z", "2026-11-23T10:00:00Z"),
    ],
)
async def test_a_day_is_shown_at_the_same_clock_or_at_prime_time(site: Site, query: str, first: str) -> None:
    assert (await site.page(query)).xpath("//thead//time/@datetime")[0] == first


async def test_without_a_start_it_is_now(site: Site) -> None:
    # The fixture's own programmes are on at a fixed time, which may be now.
    delete_programmes(site.conn)
    add(site.conn, 1, moment(-1), moment(5), "On now")
    add(site.conn, 2, moment(-1), moment(-0.01), "Over")
    page = await site.page()
    assert page.xpath("//td[contains(@class, ' on')]/a[@aria-current='true']/span[1]/text()") == ["On now"]
    assert not page.xpath("//div[@class='epg-line'][@hidden]")
    shares = [float(found) for found in re.findall(r"--epg-at: ([0-9.]+);", html.tostring(page).decode())]
    assert 0 <= shares[0] <= 0.35
    assert page.xpath("//nav[@aria-label='Day']/a[@aria-current='date']/time/text()")[0].startswith("Today")


async def test_the_line_of_now_is_not_in_another_window(site: Site) -> None:
    page = await site.page("?start=2020-01-01")
    assert page.xpath("//div[@class='epg-line'][@hidden]")
    assert cells(page, 1) == [("No programmes known 00:00 to 03:00", 180)]


async def test_pages_follow_each_other_in_the_same_window(site: Site) -> None:
    seen, query = [], "?limit=1&hours=2"
    windows = set()
    while query:
        page = await site.page(query)
        seen += page.xpath("//tr/@data-channel")
        windows |= set(page.xpath("//div[@class='epg-plan']/@data-start"))
        query = (
            "?" + urlsplit(page.xpath("//a[@rel='next']/@href")[0]).query
            if page.xpath("//a[@rel='next']")
            else ""
        )
    assert (seen, len(windows)) == (["1", "2"], 1)
    assert "hours=2" in page.xpath("//a[text()='Back to the first channels']/@href")[0]


async def test_fragments_are_what_the_script_draws(site: Site) -> None:
    async def fragment(query: str) -> Any:
        found = await site.ds.client.get(f"/guide?fragment={query}")
        assert (found.status_code, found.headers["content-type"]) == (200, "application/json"), found.text
        return found.json()

    assert await fragment("channels") == [[1, 2], ["1", "10"], ["Channel One", "Channel Two"]]
    assert await fragment("channels&channel=two&limit=1") == [[2], ["10"], ["Channel Two"]]
    found = await fragment("cells&channels=1,2,3&start=2026-11-22T19:10:00Z&hours=1")
    assert set(found) == {"now", "rows"}
    assert found["rows"] == [
        [
            1,
            None,
            [[1, -40, 50, "Evening news", "Of the day", "news", 1], [2, 50, 240, "A film", None, "film"]],
        ],
        [2, None, [[3, 50, 95, "Quiz"]]],
    ]
    site.conn.execute("UPDATE contents SET subtitle = ' EVENING news', details = ? WHERE title = 'Evening news'",
                      ['{"title":[{"text":"Abendnachrichten","lang":"de"},{"lang":"en"}]}'])  # fmt: skip
    site.conn.execute("UPDATE generation SET number = number + 1")
    again = await fragment("cells&channels=1&start=2026-11-22T19:00:00Z&hours=1")
    assert again["rows"][0][2] == [[1, -30, 60, "Evening news", None, "news", 1, "en"]]
    for query in (
        "cells",
        "cells&channels=1",
        "cells&start=2026-11-22T19:10:00Z",
        "channels&provider=nobody",
    ):
        await site.text(f"?fragment={query}", 400)


async def test_a_group_of_a_line_up(site: Site) -> None:
    lineup = site.conn.execute(
        "INSERT INTO lineups (name, title, source_kind, updated_at) VALUES ('den', 'Den', 'csv', '2026')"
    ).lastrowid
    site.conn.executemany(
        "INSERT INTO lineup_channels (lineup_id, position, name, group_name, channel_id) VALUES (?, ?, ?, ?, ?)",
        [(lineup, 1, "A", "Kids", 2), (lineup, 2, "B", "News", 1)],
    )
    site.conn.execute("UPDATE generation SET number = number + 1")
    page = await site.page("?lineup=den")
    assert page.xpath("//tr/@data-channel") == ["1", "2"]
    assert page.xpath("//nav[@aria-label='Group']/a/bdi/text()") == ["Kids", "News"]
    assert (await site.page("?lineup=den&group=Kids")).xpath("//tr/@data-channel") == ["2"]
    assert (await site.page("?lineup=den&group=None")).xpath("//tr/@data-channel") == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("channel=TWO", ["2"]), ("channel=zzz", []), ("channel=%25", []), ("channel=", ["1", "2"]), ("provider=best", ["1"]),
        ("provider=2", ["2"]), ("channels=2", ["2"]), ("channels=2,1,99", ["1", "2"]), ("channels=3", []),
        ("provider=best&channel=two", []),
    ],
)  # fmt: skip
async def test_channels_are_filtered(site: Site, query: str, ids: list[str]) -> None:
    page = await site.page(f"?{query}")
    assert page.xpath("//tr/@data-channel") == ids
    assert bool(ids) or "No channel fits" in page.text_content()
    assert "q=" not in page.xpath("//form[@role='search']")[0].get("action")


async def test_filters_go_along(site: Site) -> None:
    page = await site.page(NINETEEN + "&channel=o&hours=2&channels=1,2")
    (later,) = page.xpath("//a[@aria-label='Later']/@href")
    assert parse_qs(urlsplit(later).query) == {
        "channel": ["o"], "channels": ["1,2"], "hours": ["2"], "start": ["2026-11-22T21:00:00Z"],
    }  # fmt: skip
    assert page.xpath("//div[@class='epg-guide']/@data-chosen") == ["1,2"]
    assert page.xpath("//input[@name='channel']/@value") == ["o"]
    assert page.xpath("//select[@name='hours']/option[@selected]/text()") == ["2"]


async def test_a_disabled_provider_is_not_offered_and_its_programmes_are_not_shown(site: Site) -> None:
    site.conn.execute("UPDATE providers SET enabled = 0 WHERE id = 2")
    site.conn.execute("UPDATE generation SET number = number + 1")
    page = await site.page(NINETEEN)
    assert "Quiz" not in page.text_content() and "second" not in page.text_content()
    await site.page("?provider=second", 400)


@pytest.mark.parametrize(
    "query",
    [
        "start=yesterday", "start=2026-02-31", "start=9999-01-01", "start=0001-01-01", "start=" + "9" * 5000,
        "date=2026-02-31", "date=today", "date=9999-12-31", "date=%3Cscript%3E", "hours=0", "hours=7", "hours=x", "hours=-1",
        "limit=0", "limit=201", "limit=" + "9" * 400, "after=x", "after=99", "after=" + "9" * 40, "channels=1;2",
        "channels=" + "1," * 2000, "provider=nobody", "provider=3", "channel=" + "x" * 501,
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_page_that_says_so(site: Site, query: str) -> None:
    page = await site.page(f"?{query}", 400)
    (problem,) = page.xpath("//*[@role='alert']")
    assert 10 < len(problem.text_content()) < 300
    assert not page.xpath("//main//script")


@pytest.mark.parametrize("query", ["tz=Nowhere/Land", "unknown=1", "fragment=2", "tz=../../etc"])
async def test_the_rest_is_passed_over(site: Site, query: str) -> None:
    assert (await site.page(f"?{query}")).xpath("//tr/@data-channel") == ["1", "2"]


@pytest.mark.parametrize("query", ["start=%00", "tz=%00", "channel=%00"])
async def test_a_nul_byte_is_refused(site: Site, query: str) -> None:
    assert "NUL" in await site.text(f"?{query}", 400)


@pytest.mark.parametrize(
    "query", ["start=1901-01-01T00:00", "start=2998-12-31T23:59", "date=1901-01-01&tz=Asia/Tokyo"]
)
async def test_the_ends_of_time_are_pages(site: Site, query: str) -> None:
    page = await site.page(f"?{query}&hours=6")
    for href in page.xpath("//nav[@aria-label='Time']/a/@href"):
        await site.page("?" + urlsplit(href).query)


async def test_texts_of_a_feed_are_text_and_pictures_come_from_here(site: Site) -> None:
    canary = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    add(site.conn, 1, at("19:00", 24), at("19:10", 24), canary, subtitle=canary, category=f'["{"<b>x"}"]')
    site.conn.execute("UPDATE channels SET display_name = ?, number = ?, icon_url = 'javascript:alert(1)' WHERE id = 1",
                      [canary, canary])  # fmt: skip
    site.conn.execute("UPDATE channels SET icon_url = 'https://img.example/2.png' WHERE id = 2")
    text = await site.text("?start=2026-11-24T19:00Z")
    assert "<script>alert" not in text and "<img src=x" not in text and "javascript:" not in text
    page = html.fromstring(text)
    assert page.xpath("//td/@title")[0] == f"19:00–19:10 {canary}"
    assert page.xpath("//img/@src") == ["/logo/2?size=96"]
    (logo,) = page.xpath("//img")
    assert (logo.get("loading"), logo.get("alt"), logo.get("width")) == ("lazy", "", "40")
    assert page.xpath("//tr[@data-channel='2']//*[@class='epg-logo']/span/text()") == ["CT"]


async def test_no_style_or_script_is_inline_but_the_one_with_the_nonce(site: Site) -> None:
    found = await site.ds.client.get("/guide" + NINETEEN)
    nonce = re.search(r"'nonce-([^']+)'", found.headers["content-security-policy"])
    assert nonce and found.text.count(f'<style nonce="{nonce[1]}">') == found.text.count("<style") == 1
    main = found.text.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"<script|\sstyle=|\son[a-z]+=", main)


async def test_an_empty_guide_says_how_to_begin(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("DELETE FROM channels")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        page = await Site(ds, conn).page()
    assert "no channels yet" in page.text_content()
    assert not page.xpath("//table")


async def test_the_strip_counts_shown_programmes_only(site: Site) -> None:
    add(site.conn, 2, at("10:00", 28), at("11:00", 28), "Last", provider_id=2)
    add(site.conn, 3, at("10:00", 30), at("11:00", 30), "Hidden")
    days = "//nav[@aria-label='Day']//time/@datetime"
    assert (await site.page(NINETEEN)).xpath(days)[-1] == "2026-11-28"
    site.conn.execute("UPDATE providers SET enabled = 0 WHERE id = 2")
    site.conn.execute("UPDATE generation SET number = number + 1")
    assert (await site.page(NINETEEN)).xpath(days)[-1] == "2026-11-22"
