"""Datasette's own pages stand in our document. It loads what Datasette's would load, and has all of its blocks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from datasette.app import Datasette
from epg_web.host.jinja import template_environment

from tests.helpers.admin_site import Browser
from tests.helpers.datasette_helpers import ROOT, make_guide, serving
from tests.helpers.hosts.either_datasette import OWN_SCRIPTS, SQL

OURS = (ROOT / "templates" / "base.html").read_text(encoding="utf-8")
LOADED = re.compile(r"static\('([^']+)'\)")
BLOCK = re.compile(r"{%-? block (\w+)")
ELEMENT = re.compile(r"<(\w+-[\w-]+)")
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@pytest.fixture(name="ds")
async def instance(tmp_path: Path) -> AsyncIterator[Datasette]:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as found:
        yield found


def source(ds: Datasette) -> str:
    env = template_environment(ds)
    return str(env.loader.get_source(env, "default:base.html")[0])


async def test_a_page_loads_what_datasettes_own_document_loads(ds: Datasette) -> None:
    page = (await ds.client.get("/epg")).text
    names = LOADED.findall(source(ds))
    assert "app.css" in names and set(OWN_SCRIPTS) <= set(names)
    for name in names:
        (address,) = re.findall(rf'(?:href|src)="(/-/static/{re.escape(name)}\?[^"]+)"', page)
        assert (await ds.client.get(address)).status_code == 200, name
    for element in ELEMENT.findall(source(ds)):
        assert f"<{element}" in page, element
    for script in SCRIPT.findall(source(ds)):
        assert script in OURS, script


async def test_the_document_has_all_blocks_of_datasettes_own(ds: Datasette) -> None:
    wanted = BLOCK.findall(source(ds))
    assert "extra_head" in wanted and set(wanted) <= set(BLOCK.findall(OURS))


async def test_the_dialog_has_a_button_where_there_is_a_dialog(ds: Datasette) -> None:
    for path in ("/epg", "/epg/on_now", "/epg/channels", "/-/versions"):
        page = (await ds.client.get(path)).text
        opens, dialogs = page.count("data-navigation-search-open"), page.count("<navigation-search ")
        assert opens == dialogs == ("navigation-search.js" in OWN_SCRIPTS), path
    guide = (await ds.client.get("/guide/search")).text
    assert "navigation-search" not in guide


async def test_a_sheet_with_another_hash_is_not_kept(ds: Datasette) -> None:
    for address in ("/-/static/app.css", "/-/static/app.css?_hash=0", "/-/static/app.css?other"):
        found = await ds.client.get(address)
        assert found.status_code == 200
        assert "immutable" not in found.headers.get("cache-control", ""), address


async def test_a_page_of_an_error_looks_like_the_others(ds: Datasette) -> None:
    (sheet,) = re.findall(r'href="(/static/\w+/site\.css)"', (await ds.client.get("/epg")).text)
    for path, status, words in (
        ("/epg/nothing", 404, "Table not found"),
        ("/nothing/at/all", 404, "Not found"),
        ("/epg/channels?_where=x+y", 400, "syntax error"),
        (f"{SQL}?sql=drop+table+channels", 400, "Statement must be a SELECT"),
    ):
        page = await ds.client.get(path)
        assert page.status_code == status, path
        assert page.text.count(sheet) == 1 and "epg-bar" in page.text, path
        assert words in page.text.split("<h1>")[1], path
        assert '<a href="/guide">' in page.text, path


async def test_a_page_of_an_error_knows_who_asks(ds: Datasette) -> None:
    for path, said in (("/-/epg/lineups/home/review", "There is no such page."), ("/nope", "There is no such page."),
                       ("/guide/channel/abc", "There is no such page."), ("/epg/nothing", "Table not found"),
                       ("/epg/channels?_where=x+y", "syntax error")):  # fmt: skip
        for actor in (None, {"id": "ann"}):
            page = (await Browser(ds, actor).get(path)).text
            assert said in page.partition("<main")[2], path
            assert ("Signed in as ann" in page, 'class="epg-sign-in"' in page) == (bool(actor), not actor), (
                path
            )
    assert (await ds.client.get("/epg/nothing.json")).json()["error"] == "Table not found"


async def test_who_may_not_see_a_page_is_told_so_in_our_look(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(
        tmp_path / "epg.db", metadata={"databases": {"epg": {"allow": {"id": "someone"}}}}
    ) as ds:
        page = await ds.client.get("/epg/channels")
        assert page.status_code == 403
        assert page.text.count("site.css") == 1 and "one.example" not in page.text
