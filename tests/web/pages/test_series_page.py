"""The page of a series, its calendar and feed, and what is new on the first page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from icalendar import Calendar
from lxml import etree, html

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.guide_rows import know_series


@pytest_asyncio.fixture
async def ds(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    for hours, season, episode, subtitle, channel in (
        (-30, 1, 1, "Pilot", 1), (2, 1, 1, "Pilot", 1), (3, 1, 2, "Second", 1), (3, 1, 2, "Second", 2), (50, 2, 1, None, 2),
    ):  # fmt: skip
        add(
            conn,
            channel,
            moment(hours),
            moment(hours + 0.5),
            "Show",
            season=season,
            episode=episode,
            subtitle=subtitle,
        )
    know_series(conn)
    conn.close()
    async with serving(tmp_path / "epg.db") as found:
        yield found


async def text(ds: Any, path: str, status: int = 200) -> str:
    found = await ds.client.get(path)
    assert found.status_code == status, found.text
    return str(found.text)


async def test_a_series_has_its_showings_seasons_and_channels(ds: Any) -> None:
    page = html.fromstring(await text(ds, "/guide/series/1"))
    showings = [
        " ".join(item.text_content().split())
        for item in page.xpath("//section[@aria-labelledby='epg-coming']//li")
    ]
    assert len(showings) == 4
    assert showings[0].endswith("repeat") and "First time here" in showings[1]
    headings = [heading.text_content() for heading in page.xpath("//h3")]
    assert headings == ["Season 1", "Season 2"]
    assert len(page.xpath("//section[@aria-labelledby='epg-channels']//li")) == 2
    new = html.fromstring(await text(ds, "/guide/series/1?new=1"))
    assert len(new.xpath("//section[@aria-labelledby='epg-coming']//li")) == 3
    one = html.fromstring(await text(ds, "/guide/series/1?season=2"))
    assert [heading.text_content() for heading in one.xpath("//h3")] == ["Season 2"]
    await text(ds, "/guide/series/9", 404)
    await text(ds, "/guide/series/1?new=x", 400)


async def test_a_series_leads_to_a_watch_for_it(ds: Any) -> None:
    page = html.fromstring(await text(ds, "/guide/series/1"))
    (there,) = page.xpath("//main//nav//a[contains(@href, 'watches')]/@href")
    assert there == "/guide/watches?kind=series&value=1"
    assert "/watch.ics?series=1" in await text(ds, there)


async def test_a_series_is_found_by_its_title_and_the_menu_says_where_one_is(ds: Any) -> None:
    found = html.fromstring(await text(ds, "/guide/series?q=sho*"))
    assert [link.text_content() for link in found.xpath("//main//a[@class='epg-item-link']")] == ["Show"]
    assert "No series or film has these words" in await text(ds, "/guide/series?q=nowhere")
    await text(ds, "/guide/series?q=%22", 400)
    new = html.fromstring(await text(ds, "/guide/series"))
    links = new.xpath("//main//li//a[starts-with(@href, '/guide/series/1')]")
    assert {link.text_content() for link in links} == {"All episodes"}
    for path, current in (("/guide/series", "page"), ("/guide/series/1", "true")):
        page = html.fromstring(await text(ds, path))
        (link,) = page.xpath("//header//nav//a[@aria-current]")
        assert (link.text_content(), link.get("aria-current")) == ("Series and films", current)


async def test_a_programme_leads_to_its_series_and_says_why(ds: Any) -> None:
    page = html.fromstring(await text(ds, "/guide/program/2?tz=UTC"))
    (link,) = page.xpath("//a[contains(@href, '/guide/series/1')]")
    assert link.getnext().text.startswith("Repeat of ")


async def test_a_series_is_a_calendar_and_a_feed(ds: Any) -> None:
    calendar = Calendar.from_ical(await text(ds, "/series/1.ics?days=31"))
    assert len(calendar.walk("VEVENT")) == 4
    new = Calendar.from_ical(await text(ds, "/series/1.ics?days=31&new=1&channels=1"))
    assert [str(event["SUMMARY"]) for event in new.walk("VEVENT")] == ["Show: Second"]
    feed = etree.fromstring((await text(ds, "/series/1.atom?new=1")).encode())
    assert len(feed.findall("{*}entry")) == 3
    assert "no such series" in await text(ds, "/series/9.ics", 404)
    assert "no such series" in await text(ds, "/series/9.atom", 404)


async def test_the_first_page_says_what_is_new(ds: Any) -> None:
    page = html.fromstring(await text(ds, "/"))
    headings = {heading.text_content() for heading in page.xpath("//h2")}
    assert headings & {"New tonight", "New this week"}
    for name in ("new_tonight", "new_this_week"):
        rows = await ds.client.get(f"/epg/{name}.json?_shape=array")
        assert rows.status_code == 200, rows.text
        assert {row["showing"] for row in rows.json()} <= {"first", "first_here"}
    week = (await ds.client.get("/epg/new_this_week.json?_shape=array")).json()
    assert [(row["channel_id"], row["showing"]) for row in week] == [
        (1, "first_here"),
        (2, "first_here"),
        (2, "first_here"),
    ]
