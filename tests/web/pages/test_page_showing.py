"""What the page of a programme has besides its texts, and its sheet, over a real Datasette."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from epg_web.pages import programme_facts
from lxml import html

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.page_helpers import CANARY, get, hrefs, select, texts

DETAILS = {
    "title": [{"lang": "zh_TW"}],
    "episode-num": [
        {"text": "EP010395450001", "system": "dd_progid"},
        {"text": "1039545", "system": "dd_seriesid"},
    ],
    "star-rating": [{"value": "0/10"}],
    "rating": [{"value": "TV-14", "system": "VCHIP"}, {"value": "TV-14", "system": "USA"}],
    "credits": [{"type": "presenter", "name": 'Ann "A" One'}],
}


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(2), moment(3), "Earlier")
    shown = add(
        conn, 1, moment(3), moment(4), f"Show {CANARY}", subtitle="Show!", description="Words", details=json.dumps(DETAILS),
        season=2, episode=5, actors='["Ann"]',
    )  # fmt: skip
    add(conn, 1, moment(4), moment(5), "Hidden after", provider_id=2, shadowed_by=shown)
    add(conn, 1, moment(5), moment(6), "Later")
    film = add(conn, 2, moment(3), moment(5), "Film", category='["Film"]')
    ended = add(conn, 2, moment(-3), moment(-2), "Over")
    conn.executescript(
        """INSERT INTO category_genres (category, genre, sure) VALUES ('["Film"]', 16, 1);
        UPDATE generation SET number = number + 1;"""
    )
    async with serving(tmp_path / "epg.db") as ds:
        yield SimpleNamespace(ds=ds, conn=conn, shown=shown, film=film, ended=ended)
    conn.close()


async def test_what_runs_before_and_after(site: Any) -> None:
    page = await get(site.ds, f"/guide/program/{site.shown}")
    before, after = select(page, "nav.epg-near a")
    assert ("Earlier" in before.text_content(), "Later" in after.text_content()) == (True, True)
    assert [link.get("rel") for link in (before, after)] == ["prev", "next"]
    alone = await get(site.ds, f"/guide/program/{site.film}")
    assert texts(alone, "nav.epg-near a span[dir]") == ["Over"]


async def test_facts_are_those_that_people_want(site: Any) -> None:
    page = await get(site.ds, f"/guide/program/{site.shown}")
    facts = " ".join(select(page, "dl.epg-facts")[0].text_content().split())
    assert "Season 2, episode 5" in facts and "TV-14" in facts
    for unwanted in ("1039545", "EP0103", "dd_", "0/10", "VCHIP", "as the provider gives it"):
        assert unwanted not in page.text_content(), unwanted
    assert facts.count("TV-14") == 1
    # Of this sub-title the title says everything.
    assert not select(page, "p.epg-show-sub span[dir]")
    assert [found.get("lang") for found in select(page, "h1 span")] == ["zh-TW"]
    assert "/guide/search?q=%22Ann++A++One%22" in hrefs(page, "dl.epg-facts a")


async def test_other_sites_can_read_it(site: Any) -> None:
    page = await get(site.ds, f"/guide/program/{site.shown}")
    found = {meta.get("property"): meta.get("content") for meta in select(page, "meta[property]")}
    assert found["og:title"] == f"Show {CANARY}"
    assert found["og:type"] == "video.episode"
    assert found["og:url"] == f"http://localhost/guide/program/{site.shown}"
    assert found["og:image"].endswith("/icons/icon-512.png")
    assert "Channel One" in found["og:description"] and found["og:description"].endswith("Words")
    event = json.loads(select(page, "script[type=application/ld+json]")[0].text)
    assert (event["@type"], event["startDate"], event["endDate"]) == ("BroadcastEvent", moment(3), moment(4))
    assert event["publishedOn"]["name"] == "Channel One"
    work = event["workPerformed"]
    assert (work["@type"], work["episodeNumber"], work["partOfSeason"]["seasonNumber"]) == ("TVEpisode", 5, 2)
    assert work["actor"] == [{"@type": "Person", "name": "Ann"}]
    film = await get(site.ds, f"/guide/program/{site.film}")
    assert select(film, "meta[property=og:type]")[0].get("content") == "video.movie"


async def test_what_one_can_do_depends_on_when_it_is(site: Any) -> None:
    async def offered(ident: int) -> list[str]:
        page = await get(site.ds, f"/guide/program/{ident}")
        assert [item.get("hidden") for item in select(page, "ul.epg-acts li button")] == [None] * len(
            select(page, "ul.epg-acts button")
        )
        return texts(page, "ul.epg-acts .epg-act")

    assert [text.split(",")[0] for text in await offered(site.shown)] == [
        "Remind me",
        "Calendar",
        "Star",
        "Share",
    ]
    assert await offered(site.ended) == ["Star", "Share"]


async def test_a_sheet_is_the_page_without_the_site(site: Any) -> None:
    found = await site.ds.client.get(f"/guide/program/{site.shown}?fragment=sheet")
    whole = await site.ds.client.get(f"/guide/program/{site.shown}")
    assert found.status_code == 200 and CANARY not in found.text
    assert "<html" not in found.text and len(found.text) < len(whole.text) / 2
    page = html.fromstring(found.text)
    assert texts(page, "h1") == [f"Show {CANARY}"]
    assert f"/programs/{site.shown}.ics?alarm=15" in hrefs(page)
    assert texts(page, "dt")[-2:] == ["Before it", "After it"]
    missing = await site.ds.client.get("/guide/program/999?fragment=sheet")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("8/10", ["8/10"]), ("3.5 / 5", ["3.5/5"]), ("0/10", []), ("0.0/10", []), ("0", []), ("N/A", []), ("-", []), ("", []),
        ("4/0", []), ("four stars", ["four stars"]), ("7,5/10", ["7,5/10"]),
    ],
)  # fmt: skip
def test_stars(value: str, expected: list[str]) -> None:
    assert programme_facts.stars([{"value": value}]) == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([{"text": "1.4.", "system": "xmltv_ns"}], ["1.4. (counted from 0)"]),
        ([{"text": "Part 2", "system": "onscreen"}], ["Part 2"]),
        ([{"text": "Part 2"}, {"text": "x1", "system": "crid"}], ["Part 2"]), ([{"text": "EP1", "system": "dd_progid"}], []),
    ],
)  # fmt: skip
def test_numbers_without_season_and_episode(entries: list[Any], expected: list[str]) -> None:
    row = {
        "season": None,
        "episode": None,
        "episode_num": None,
        "details": {"episode-num": entries},
        "category": [],
        "rating": None,
    }
    assert dict(programme_facts.facts(row)).get("Episode", []) == expected
