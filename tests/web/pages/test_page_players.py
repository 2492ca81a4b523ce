"""The page with the addresses for other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.exports import players
from lxml import html

from tests.helpers.datasette_helpers import make_guide, serving
from tests.helpers.page_helpers import CANARY, hrefs, select, texts


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
    assert [name.split(" (")[0] for name in names] == [
        "Jellyfin", "Emby", "Plex", "Kodi", "Tvheadend", "MythTV", "Channels DVR", "TiviMate", "Dispatcharr", "Home Assistant",
    ]  # fmt: skip
    for section in select(found, "section.epg-player"):
        assert select(section, "input")[0].get("value").startswith("http://localhost/xmltv.xml")
        assert len(select(section, "ol li")) > 1
        # The links above lead to each of them.
        (title,) = select(section, "h3")
        assert f"#{title.get('id')}" in hrefs(found, "nav.epg-jumps a")


async def test_the_addresses_are_those_the_visitor_uses(site: Any) -> None:
    found = await page(site, headers={"host": "tv.example.org:8080"})
    values = [field.get("value") for field in select(found, "p.epg-address input")]
    # The script fills the two fields of the favourites.
    assert values.count("") == 2
    assert all("http://tv.example.org:8080/" in value for value in values if value)


async def test_every_address_answers(site: Any) -> None:
    values = [field.get("value") for field in select(await page(site), "p.epg-address input")]
    assert len(values) > 10
    for value in values:
        if value.startswith("http"):
            found = await site.client.get(value.removeprefix("http://localhost"))
            assert found.status_code == 200, value


async def test_addresses_are_links_and_commands_are_not(site: Any) -> None:
    found = await page(site)
    for place in select(found, "p.epg-address"):
        (field,) = select(place, "input")
        value = field.get("value")
        plain = value.startswith("http")
        assert hrefs(place) == [value] * plain
        assert [check.get("data-check") for check in select(place, "span.epg-answers")] == [value] * plain
    commands = [
        field.get("value") for field in select(found, "section.epg-player input") if " " in field.get("value")
    ]
    assert "--url http://localhost/" in commands
    assert [command for command in commands if "{" in command] == []


MYTHTV = "curl -fsS 'http://localhost/xmltv.xml?ids=safe' -o guide.xml && "


async def test_what_needs_ids_without_blanks_gets_them(site: Any) -> None:
    sections = select(await page(site), "section.epg-player")
    (mythtv,) = [one for one in sections if select(one, "h3")[0].text_content() == "MythTV"]
    values = [field.get("value") for field in select(mythtv, "input")]
    assert values[0] == "http://localhost/xmltv.xml?ids=safe"
    assert values[-1].startswith(MYTHTV)


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("localhost", True), ("localhost:8001", True), ("127.0.0.1:8001", True), ("127.1.2.3", True), ("[::1]:8001", True),
        ("guide.localhost", True), ("192.0.2.1:8001", False), ("tv.example.org", False), ("[2001:db8::1]", False),
        ("localhost.example.org", False),
    ],
)  # fmt: skip
async def test_who_sees_it_as_localhost_is_told(site: Any, host: str, told: bool) -> None:
    found = await page(site, headers={"host": host})
    assert bool(texts(found, "p.epg-note[role=note]")) == told


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("tv.example.org:8443", "'self' http://tv.example.org:8443"),
        ("[::1]:8001", "'self' http://[::1]:8001"),
    ],
)
async def test_the_check_may_ask_the_shown_addresses(site: Any, host: str, asked: str) -> None:
    answer = await site.client.get("/guide/use", headers={"host": host})
    assert f"connect-src {asked}; " in answer.headers["content-security-policy"]
    other = await site.client.get("/guide", headers={"host": host})
    assert "connect-src 'self'; " in other.headers["content-security-policy"]


def test_a_strange_host_ends_no_rule() -> None:
    assert [players.origin(f"http://{host}/") for host in ("a;b", "a b", "a'b", "a,b", "tv.example")] == [
        "", "", "", "", "http://tv.example",
    ]  # fmt: skip


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
