"""The search page: the best first, suggestions, a genre alone, channels by typing, what was meant; over a real Datasette."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from epg_web.base import zone as zones
from epg_web.pages.finding import day_parts
from epg_web.search import names_tables

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.page_helpers import get, hrefs, select, texts

TITLES = "ol.epg-hits a.epg-item-link"
GENRES = """INSERT INTO category_genres (category, genre, sure) VALUES ('["Film"]', 16, 1), ('["News"]', 32, 1);
    INSERT INTO channels (id, name, display_name, number, hidden, created_at) VALUES
        (4, 'four', 'Channel', '4', 0, '2026-01-01T00:00:00Z'), (5, 'five', 'Télé Cinq', NULL, 0, '2026-01-01T00:00:00Z');
    UPDATE generation SET number = number + 1;"""


@pytest_asyncio.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    monkeypatch.setattr(names_tables.prepare, "__defaults__", (5.0,))  # all names at once
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-8), moment(6), "Breakfast", category='["News"]')
    add(conn, 2, moment(7), moment(8), "Breakfast", subtitle="breakfast", category='["News"]')
    add(
        conn,
        2,
        moment(3),
        moment(5),
        "A Film",
        description="With breakfast",
        category='["Film"]',
        actors='["Ann Break"]',
    )
    add(conn, 1, moment(40), moment(42), "Late Film", category='["Film"]')
    add(conn, 5 - 4, moment(9), moment(10), "Channel Hopping")
    conn.executescript(GENRES)
    async with serving(tmp_path / "epg.db") as ds:
        yield SimpleNamespace(ds=ds, conn=conn)
    conn.close()


async def test_the_best_come_first_and_not_what_began_first(site: Any) -> None:
    page = await get(site.ds, "/guide/search?q=breakfast")
    assert texts(page, TITLES) == ["Breakfast", "Breakfast", "A Film"]
    assert texts(page, "ol.epg-hits time")[0] != ""
    starts = [found.get("datetime") for found in select(page, "ol.epg-hits time")]
    assert starts[:2] == [moment(7), moment(-8)]
    assert not select(page, "ol.epg-hits strong span.epg-soft")


async def test_suggestions_stand_above_the_hits(site: Any) -> None:
    page = await get(site.ds, "/guide/search?q=break")
    assert texts(page, ".epg-found-names a") == ["Ann Break"]
    assert hrefs(page, ".epg-found-names a") == ["/guide/search?q=%22Ann+Break%22"]
    assert texts(await get(site.ds, "/guide/search?q=%22Ann+Break%22"), TITLES) == ["A Film"]
    page = await get(site.ds, "/guide/search?q=chan")
    # Of the likeliest channels the page says what is on.
    assert [row.get("data-channel") for row in select(page, ".epg-found-channels li")] == ["1", "4", "2"]
    assert texts(page, ".epg-found-channels a.epg-item-link")[0] == "Breakfast"
    assert hrefs(await get(site.ds, "/guide/search?q=film"), ".epg-found-names a") == [
        "/guide/search?genre=film"
    ]


async def test_a_genre_alone(site: Any) -> None:
    assert texts(await get(site.ds, "/guide/search?genre=film"), TITLES) == ["A Film"]
    late = moment(40)[:10]
    assert "Late Film" in texts(await get(site.ds, f"/guide/search?genre=film&date={late}&tz=UTC"), TITLES)
    assert texts(await get(site.ds, "/guide/search?genre=film&channel=1"), TITLES) == []
    page = await get(site.ds, "/guide/search?genre=film")
    assert len(select(page, "a.epg-chip[aria-current=true]")) == 1
    assert "/guide/search" in hrefs(page, "form[data-search] a.epg-chip")


async def test_what_was_meant_is_shown(site: Any) -> None:
    page = await get(site.ds, "/guide/search?q=breakfst")
    assert texts(page, "p.epg-meant a") == ["breakfast"]
    assert hrefs(page, "p.epg-meant a") == ["/guide/search?q=breakfast"]
    assert texts(page, TITLES) == ["Breakfast", "Breakfast", "A Film"]
    assert texts(await get(site.ds, "/guide/search?q=xyzzyplugh"), "section.epg-empty h2") == [
        "Nothing found"
    ]


async def test_a_channel_by_its_name(site: Any) -> None:
    async def found(query: str) -> tuple[list[str], list[str]]:
        page = await get(site.ds, f"/guide/search?q=breakfast&{query}")
        return texts(page, TITLES), texts(page, "form[data-search] a.epg-chip-on bdi")

    # One that is called just so is meant alone; else all that may be.
    assert await found("channel_name=channel") == ([], ["Channel"])
    assert await found("channel_name=Channel+Two") == (["Breakfast", "A Film"], ["Channel Two"])
    assert await found("channel_name=10") == (["Breakfast", "A Film"], ["Channel Two"])
    assert (await found("channel_name=chan"))[0] == ["Breakfast", "Breakfast", "A Film"]
    assert await found("channel_name=tele+cinq") == ([], ["Télé Cinq"])
    assert (await found("channel_name=nothing"))[0] == []
    assert await found("channel_name=chan&lineup=home") == (["Breakfast", "A Film"], [])


async def test_results_alone(site: Any) -> None:
    found = await site.ds.client.get("/guide/search?q=break&fragment=results")
    assert found.status_code == 200
    assert "<html" not in found.text and "epg-hits" in found.text and "data-search" not in found.text


async def test_a_blank_ends_the_word(site: Any) -> None:
    assert texts(await get(site.ds, "/guide/search?q=breakf"), TITLES) == ["Breakfast", "Breakfast", "A Film"]
    page = await get(site.ds, "/guide/search?q=breakf%20")
    assert texts(page, "p.epg-meant a") == ["break"]


async def test_suggestions_of_the_api(site: Any) -> None:
    found = (await site.ds.client.get("/api/v1/suggest?q=break&limit=1")).json()
    (title,) = found["titles"]
    assert (title["title"], title["showings"], title["next"]["start_time"]) == ("Breakfast", 2, moment(-8))
    assert found["people"] == [{"name": "Ann Break", "showings": 1}]
    assert (found["channels"], found["genres"], found["meant"]) == ([], [], None)
    assert (await site.ds.client.get("/api/v1/suggest?q=breakfst")).json()["meant"] == "breakfast"
    assert (await site.ds.client.get("/api/v1/suggest?q=*")).status_code == 400


@pytest.mark.parametrize(
    ("part", "now", "expected"),
    [
        ("evening", "2026-11-22T10:00:00Z", ("2026-11-22T17:00:00Z", "2026-11-22T22:00:00Z")),
        ("evening", "2026-11-22T22:00:00Z", ("2026-11-23T17:00:00Z", "2026-11-23T22:00:00Z")),
        ("night", "2026-11-22T03:00:00Z", ("2026-11-21T22:00:00Z", "2026-11-22T04:00:00Z")),
        ("night", "2026-11-22T05:00:00Z", ("2026-11-22T22:00:00Z", "2026-11-23T04:00:00Z")),
    ],
)
def test_the_next_part_of_a_day(part: str, now: str, expected: tuple[str, str]) -> None:
    assert (
        day_parts.next_part(zones.Zone("Europe/Berlin", "asked"), date(2026, 11, 22), part, now) == expected
    )
