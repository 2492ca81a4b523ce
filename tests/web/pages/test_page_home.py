"""The first page: on now, next and tonight, over a real Datasette and a small guide."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from epg_web.base import zone as zones
from epg_web.host.running import FROM_1_0
from epg_web.pages import home
from epg_web.pages import texts as listing

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.page_helpers import CANARY, get, hrefs, select, texts


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-1), moment(1), f"News {CANARY}", subtitle="At one", is_new=1)
    add(conn, 1, moment(1), moment(2), "Film")
    add(conn, 3, moment(-1), moment(1), "Of the hidden channel")
    conn.execute("UPDATE channels SET icon_url = 'javascript:alert(1)' WHERE id = 1")
    conn.execute("UPDATE channels SET icon_url = 'https://pictures.example/2.png' WHERE id = 2")
    async with serving(tmp_path / "epg.db") as ds:
        yield SimpleNamespace(ds=ds, conn=conn)
    conn.close()


async def test_on_now_and_next(site: Any) -> None:
    page = await get(site.ds, "/")
    assert texts(page, "ol.epg-home h2 a") == ["Channel One", "Channel Two"]
    one, two = select(page, "ol.epg-home li")
    assert texts(one, ".epg-home-title a")[:2] == [f"News {CANARY}", "Film"]
    assert texts(two, "p.epg-soft") == ["Nothing is known of this channel."]
    assert select(one, "progress")[0].get("max") == "120"
    assert {found.get("datetime") for found in select(one, "time")} >= {moment(-1), moment(1)}
    assert "Of the hidden channel" not in page.text_content()


async def test_links_lead_on(site: Any) -> None:
    page = await get(site.ds, "/")
    assert set(hrefs(page)) >= {
        "/guide", "/epg", "/-/epg/api", "/guide/use", "/epg/on_now", "/guide/channel/1", "/guide/program/1",
    }  # fmt: skip
    for path in ("/epg", "/-/epg/api", "/epg/on_now", *(f"/epg/{name}" for name, _ in home.QUESTIONS)):
        assert (await site.ds.client.get(path)).status_code == 200


async def test_feeds_cannot_put_script_into_it(site: Any) -> None:
    page = await get(site.ds, "/")
    assert [image.get("src") for image in select(page, "ol.epg-home img")] == ["/logo/2?size=96"]
    assert not select(page, "[style]") + select(page, "[onclick]") + select(page, "[onerror]")


async def test_times_are_those_of_the_zone(site: Any) -> None:
    page = await get(site.ds, "/?tz=Asia/Kathmandu")
    zone = zones.Zone("Asia/Kathmandu", "asked")
    shown = {found.get("datetime"): found.text for found in select(page, "ol.epg-home time")}
    assert shown[moment(-1)] == zone.clock(moment(-1))
    assert hrefs(page, "ol.epg-home h2 a")[0] == "/guide/channel/1?tz=Asia%2FKathmandu"


async def test_pages_of_channels(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "CHANNELS", 1)
    page = await get(site.ds, "/")
    assert texts(page, "ol.epg-home h2 a") == ["Channel One"]
    (more,) = select(page, "a.epg-button")
    assert more.get("href") == "/?after=1"
    page = await get(site.ds, more.get("href"))
    assert texts(page, "ol.epg-home h2 a") == ["Channel Two"]
    assert not select(page, "a.epg-button")


async def test_only_some_channels(site: Any) -> None:
    assert texts(await get(site.ds, "/?channels=2,3"), "ol.epg-home h2 a") == ["Channel Two"]


@pytest.mark.parametrize(
    "query", ["after=x", "after=99", "channels=a", f"channels={'1,' * 2000}1", "after=-1"]
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
    assert not select(page, "ol.epg-home")


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
    assert "/more" in hrefs(page, ".epg-home-deeper a")


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
    assert home.evening(visit) == expected


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


async def test_the_script_and_its_marks_agree() -> None:
    root = Path(home.__file__).parents[3]
    script = (root / "static" / "epg-home.js").read_text(encoding="utf-8")
    assert re.search(r'getItem\("epg_favourites"\)', script)
    assert "data-epg-home" in script and "data-epg-home" in (root / "templates" / "epg-home.html").read_text()


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
