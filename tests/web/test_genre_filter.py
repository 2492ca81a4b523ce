"""`?genre=`: the API, pages, calendars, feeds and rows with the programmes of a class of genres only.

Channel 1 has sports now and news later, channel 2 news now and sports later, channel 4 neither.
"""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from epg_web.api.routes import ROUTES, STREAMS

from tests.helpers.datasette_helpers import add, make_guide, moment, serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: Any) -> AsyncIterator[Any]:
    folder: Path = tmp_path_factory.mktemp("genres")
    conn = make_guide(folder / "epg.db")
    conn.execute(
        "INSERT INTO channels (id, name, display_name, created_at) VALUES (4, 'four.example', 'Channel Four', '2026')"
    )
    conn.execute("""
        INSERT INTO category_genres VALUES ('["Football"]', 67, 1, ''), ('["News"]', 32, 1, ''), ('["?"]', NULL, 0, '')
    """)
    for channel, first, second in ((1, "Football", "News"), (2, "News", "Football"), (4, "?", "?")):
        for category, start, end in ((first, -1, 2), (second, 2, 4)):
            add(
                conn,
                channel,
                moment(start),
                moment(end),
                f"Cup {category} {channel}",
                category=f'["{category}"]',
            )
    conn.close()
    async with serving(folder / "epg.db") as ds:
        yield ds


#: each has the football of channel 1, and without a genre also the news of channel 1 or of channel 2
PLACES = (
    "/guide/channel/1", "/guide/search?q=cup", "/channels/1.ics", "/calendar.ics?channels=1,2",
    "/search.ics?q=cup", "/search.atom?q=cup", "/api/v1/now", "/api/v1/guide", "/api/v1/channels/1/programs",
    "/api/v1/search?q=cup", "/api/v1/programs.ndjson", "/api/v1/programs.csv",
)  # fmt: skip


async def get(site: Any, address: str, genre: str) -> Any:
    return await site.client.get(f"{address}{'&' if '?' in address else '?'}genre={genre}")


async def test_only_programmes_of_the_genre(site: Any) -> None:
    for address in PLACES:
        whole, narrow = [html.unescape((await get(site, address, genre)).text) for genre in ("", "sports")]
        assert "Cup Football 1" in narrow and "Cup News" not in narrow and "Cup ?" not in narrow, address
        assert "Cup News" in whole, address


async def test_a_genre_that_nothing_has_and_one_that_is_none(site: Any) -> None:
    for address in PLACES:
        assert "Cup " not in (await get(site, address, "leisure")).text.replace("Cup?", ""), address
        for wrong in ("Sports", "67", "film,sports", "x" * 400):
            answer = await get(site, address, wrong)
            assert answer.status_code == 400 and "genre" in answer.text, (address, wrong)


async def test_now_has_channels_where_it_runs_or_comes_next(site: Any) -> None:
    rows = (await get(site, "/api/v1/now", "sports")).json()
    assert [(row["channel"]["id"], bool(row["now"]), bool(row["next"])) for row in rows] == [
        (1, True, False), (2, False, True),
    ]  # fmt: skip
    rows = (await get(site, "/api/v1/now?channels=2,4", "sports")).json()
    assert [row["channel"]["id"] for row in rows] == [2]
    page = await get(site, "/api/v1/now?limit=1", "sports")
    assert [row["channel"]["id"] for row in page.json()] == [1]
    assert "genre=sports" in page.headers["link"] and "after=1" in page.headers["link"]
    following = page.headers["link"].partition("<")[2].partition(">")[0]
    assert [row["channel"]["id"] for row in (await site.client.get(following)).json()] == [2]


async def test_every_read_of_programmes_takes_a_genre() -> None:
    """The copies that stay in step, and single programmes, have all."""
    shapes = {"Program", "GuideEntry", "NowEntry", "Hit", "ProgramRow"}
    for route in (*ROUTES, *STREAMS.values()):
        if route.method == "GET" and route.shape in shapes:
            assert "genre" in [param.name for param in route.params], route.name


async def test_answers_of_genres_are_told_apart(site: Any) -> None:
    for address in PLACES[5:]:
        tags = {(await get(site, address, genre)).headers["etag"] for genre in ("", "sports", "leisure")}
        assert len(tags) == 3, address
