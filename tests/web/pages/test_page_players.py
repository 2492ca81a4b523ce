"""The page with the addresses for other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from lxml import html

from tests.helpers.datasette_helpers import make_guide, serving
from tests.helpers.page_helpers import CANARY, select, texts


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        yield ds


async def page(ds: Any, path: str = "/guide/use", **options: Any) -> Any:
    found = await ds.client.get(path, **options)
    assert found.status_code == 200, found.text
    return html.fromstring(found.content)


async def test_every_player_and_its_address(site: Any) -> None:
    found = await page(site)
    names = texts(found, "section.epg-player h3")
    for name in ("Jellyfin", "Emby", "Kodi", "Tvheadend", "Plex", "TiviMate"):
        assert any(title.startswith(name) for title in names), name
    for section in select(found, "section.epg-player"):
        assert select(section, "input")[0].get("value").startswith("http://localhost/xmltv.xml")
        assert select(section, "ol li")


async def test_the_addresses_are_those_the_visitor_uses(site: Any) -> None:
    found = await page(site, headers={"host": "tv.example.org:8080"})
    values = [field.get("value") for field in select(found, "p.epg-address input")]
    assert all("http://tv.example.org:8080/" in value for value in values)


async def test_every_address_answers(site: Any) -> None:
    values = [field.get("value") for field in select(await page(site), "p.epg-address input")]
    assert len(values) > 10
    for value in values:
        if value.startswith("http"):
            found = await site.client.get(value.removeprefix("http://localhost"))
            assert found.status_code == 200, value


async def test_fields_work_without_a_script(site: Any) -> None:
    found = await page(site)
    for field in select(found, "p.epg-address input"):
        assert field.get("readonly") is not None
        assert len(select(found, "p.epg-address label")) == len(select(found, "p.epg-address input"))
        assert found.xpath(f"//label[@for='{field.get('id')}']")
    assert all(button.get("hidden") is not None for button in select(found, "p.epg-address button"))
    ids = found.xpath("//@id")
    assert len(set(ids)) == len(ids)


async def test_hidden_channels_are_not_listed(site: Any) -> None:
    assert texts(await page(site), "ul.epg-columns li") == ["Channel One", "Channel Two"]


async def test_an_empty_guide_has_the_page_too(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("DELETE FROM channels")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        assert texts(await page(ds), "h1") == ["Use this guide in other programs"]


async def test_names_are_escaped(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("UPDATE channels SET display_name = ?", [CANARY])
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        body = (await ds.client.get("/guide/use")).text
        assert CANARY not in body
        assert "&lt;script&gt;" in body
