"""What the API says of series: which they are, their episodes, and their showings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.guide_rows import know_series


class Reader:
    """`get` gives the JSON of an address below `/api/v1`, of the status it must have."""

    def __init__(self, ds: Any) -> None:
        self.ds = ds

    async def get(self, path: str, status: int = 200) -> Any:
        found = await self.ds.client.get("/api/v1" + path)
        assert found.status_code == status, found.text
        return found.json()


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Reader]:
    conn = make_guide(tmp_path / "epg.db")
    for hours, season, episode, channel in (
        (-30, 1, 1, 1),
        (2, 1, 1, 1),
        (3, 1, 2, 1),
        (3, 1, 2, 2),
        (26, 1, 2, 2),
        (4, 2, 1, 3),
    ):
        add(conn, channel, moment(hours), moment(hours + 0.5), "Show", season=season, episode=episode)
    add(conn, 1, moment(8), moment(9), "Show", description="No number")
    add(conn, 1, moment(9), moment(10), "Other show", subtitle="Pilot")
    know_series(conn)
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        yield Reader(ds)


async def test_series_are_found_by_words_and_by_page(site: Reader) -> None:
    show = {"id": 1, "title": "Show", "kind": "series", "generic": False, "pinned": False, "episodes": 3}
    assert await site.get("/series?q=other") == [
        {"id": 2, "title": "Other show", "kind": "series", "generic": False, "pinned": False, "episodes": 1}
    ]
    assert await site.get("/series?q=SHO*&limit=1") == [show]
    assert [one["id"] for one in await site.get("/series?after=1")] == [2]
    assert await site.get("/series?q=pilot") == []
    assert "no word" in (await site.get("/series?q=%22", 400))["error"]


async def test_one_series(site: Reader) -> None:
    found = await site.get("/series/1")
    assert found["seasons"] == [{"season": 1, "episodes": 2}, {"season": 2, "episodes": 1}]
    assert found["keys"] == ["show"]
    # The third channel is hidden.
    assert [(one["id"], one["programs"]) for one in found["channels"]] == [(1, 4), (2, 2)]
    for path in ("/series/99", "/series/99/episodes", "/series/99/airings"):
        await site.get(path, 404)


async def test_episodes_have_their_showings(site: Reader) -> None:
    found = await site.get("/series/1/episodes")
    assert [(one["season"], one["episode"], one["showings"], one["first_channel_id"]) for one in found] == [
        (1, 1, 2, 1), (1, 2, 2, 1), (2, 1, 1, 3),
    ]  # fmt: skip
    assert found[0]["first_start"] == moment(-30) and found[0]["next"]["start_time"] == moment(2)
    assert found[1]["next"]["channel_id"] == 1 and found[2]["next"] is None
    assert [one["episode"] for one in await site.get("/series/1/episodes?season=1&limit=1&offset=1")] == [2]


async def test_showings_to_come_and_those_that_are_new(site: Reader) -> None:
    found = await site.get("/series/1/airings")
    assert [(one["start_time"], one["channel"]["id"], one["showing"]) for one in found] == [
        (moment(2), 1, "repeat"), (moment(3), 1, "first_here"), (moment(3), 2, "first_here"), (moment(8), 1, "unknown"),
        (moment(26), 2, "repeat"),
    ]  # fmt: skip
    assert found[0]["showing_reason"] == f"repeat of {moment(-30)}"
    assert [one["start_time"] for one in await site.get("/series/1/airings?new=1&channels=2")] == [moment(3)]
    assert len(await site.get("/series/1/airings?new=1&limit=1&offset=1")) == 1
    past = await site.get(f"/series/1/airings?start={moment(-40)}&end={moment(0)}")
    assert [one["showing"] for one in past] == ["first_here"]
    episode = found[0]["episode_id"]
    assert {one["episode_id"] for one in await site.get(f"/series/1/airings?episode={episode}")} == {episode}


async def test_programmes_say_their_series_and_why(site: Reader) -> None:
    rows = await site.get(f"/channels/1/programs?start={moment(1)}&end={moment(4)}")
    assert [(row["series_id"], row["episode_id"], row["showing"]) for row in rows] == [
        (1, 1, "repeat"),
        (1, 2, "first_here"),
    ]
    one = await site.get(f"/programs/{rows[0]['id']}")
    assert (one["showing"], one["showing_reason"]) == ("repeat", f"repeat of {moment(-30)}")
    assert {hit["series_id"] for hit in await site.get("/search?q=show")} == {1, 2}
