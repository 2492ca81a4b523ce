"""The page of the API for people."""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from datasette.app import Datasette
from epg_web.api.description import route_examples
from epg_web.api.description.schemas import SCHEMAS
from epg_web.api.routes import ROUTES, STREAMS

from tests.helpers.datasette_helpers import ROOT, serving
from tests.helpers.example_guide import fill

PAGE = "/-/epg/api"


EVERY = (*ROUTES, *STREAMS.values())


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Datasette]:
    fill(tmp_path / "epg.db")
    async with serving(
        tmp_path / "epg.db", plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates")
    ) as ds:
        yield ds


async def text_of(site: Datasette) -> str:
    answer = await site.client.get(PAGE)
    assert answer.status_code == 200
    return answer.text


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="epg-route" id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, name
    return html.unescape(found[1])


async def test_every_route_is_there_with_what_it_takes(site: Datasette) -> None:
    page = await text_of(site)
    for route in EVERY:
        part = section(page, route.name)
        assert f"{route.method} {route.path}<" in part
        assert route.summary in part
        assert (f"permission {route.access}" in part) == (route.access != "public")
        settings = SCHEMAS[route.body]["properties"] if route.body else {}
        assert [name for name in settings if f"<code>{name}</code>" not in part] == []
        assert [param.name for param in route.params if f"<code>{param.name}</code>" not in part] == []


async def test_it_names_no_route_that_is_not_there(site: Datasette) -> None:
    named = re.findall(r'<section class="epg-route" id="(\w+)">', await text_of(site))
    assert sorted(named) == sorted(route.name for route in EVERY)


async def test_the_curl_lines_of_reads_work(site: Datasette) -> None:
    page = await text_of(site)
    for route in EVERY:
        line = re.search(r'<pre class="epg-curl">(.*?)</pre>', section(page, route.name), re.DOTALL)
        assert line
        words = shlex.split(line[1])
        assert words[0] == "curl"
        address = words[-1].removeprefix("http://localhost")
        assert address == route_examples.request_example(route)[0]
        if route.method == "GET":
            expected = 200 if route.access == "public" else 401
            assert (await site.client.get(address)).status_code == expected, route.name
            assert ("Authorization: Bearer $EPG_API_TOKEN" in words) == (route.access != "public")
        else:
            assert words[1:3] == ["-X", route.method]
            assert "Authorization: Bearer $EPG_API_TOKEN" in words


async def test_it_leads_to_the_description_and_needs_no_script(site: Datasette) -> None:
    content = (await text_of(site)).partition("<main")[2].partition("</main>")[0]
    assert 'href="/api/v1/openapi.json"' in content
    assert "<script" not in content


async def test_the_menu_leads_to_it(site: Datasette) -> None:
    assert f'<a href="{PAGE}">API</a>' in (await site.client.get("/epg")).text


async def test_it_moves_with_the_site(tmp_path: Path) -> None:
    fill(tmp_path / "epg.db")
    async with serving(tmp_path / "epg.db", settings={"base_url": "/tv/"}) as ds:
        answer = await ds.client.get(PAGE)
        assert 'href="/tv/api/v1/openapi.json"' in answer.text
        assert "/tv/api/v1/channels?q=one" in answer.text


async def test_other_methods_are_refused(site: Datasette) -> None:
    answer = await site.client.delete(PAGE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_a_private_site_keeps_it_to_itself(tmp_path: Path) -> None:
    fill(tmp_path / "epg.db")
    async with serving(tmp_path / "epg.db", metadata={"allow": {"id": "root"}}) as ds:
        assert (await ds.client.get(PAGE)).status_code == 403
