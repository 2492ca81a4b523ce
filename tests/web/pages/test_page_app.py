"""The site as an app: its manifest, its service worker, what browsers may keep; over a real Datasette."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.page_helpers import get, select, texts
from tests.helpers.paths import ROOT
from tests.web.pages import app_icons


@pytest_asyncio.fixture(params=["/", "/tv/"])
async def site(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-1), moment(1), "News")
    conn.close()
    async with serving(tmp_path / "epg.db", settings={"base_url": request.param}) as ds:
        yield ds


async def test_the_manifest(site: Any) -> None:
    base = site.setting("base_url")
    found = await site.client.get(f"{base}manifest.webmanifest")
    assert found.headers["content-type"] == "application/manifest+json"
    manifest = found.json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (base, base, "standalone")
    assert manifest["name"] and len(manifest["short_name"]) <= 12
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    for address in (
        *(icon["src"] for icon in manifest["icons"]),
        *(place["url"] for place in manifest["shortcuts"]),
    ):
        assert address.startswith(base)
        assert (await site.client.get(address)).status_code == 200, address


async def test_the_service_worker(site: Any) -> None:
    base = site.setting("base_url")
    found = await site.client.get(f"{base}sw.js")
    assert found.headers["content-type"] == "text/javascript; charset=utf-8"
    assert found.headers["cache-control"] == "no-cache"
    given = {
        name: json.loads(value)
        for name, value in re.findall(
            r"^const (BASE|EDITION|OFFLINE|FILES) = (.*);$", found.text, re.MULTILINE
        )
    }
    assert given["BASE"] == base and given["OFFLINE"] == f"{base}guide/offline"
    for address in (given["OFFLINE"], *given["FILES"]):
        assert (await site.client.get(address)).status_code == 200, address
    page = await site.client.get(base)
    assert f'content="{base}sw.js"' in page.text and f'href="{base}manifest.webmanifest"' in page.text
    policy = page.headers["content-security-policy"]
    assert "manifest-src 'self'" in policy and "script-src 'self'" in policy


async def test_browsers_keep_what_everybody_sees_and_nothing_else(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        cookie = {"ds_actor": ds.sign({"a": {"id": "writer"}}, "actor")}
        for path in ("/", "/guide", "/guide/search?q=x", "/guide/channel/1", "/guide/offline"):
            assert (await ds.client.get(path)).headers.get("EPG-Offline") == "keep", path
            assert "EPG-Offline" not in (await ds.client.get(path, cookies=cookie)).headers, path
        for path in ("/guide/channel/99", "/-/epg/login", "/api/v1/now"):
            assert "EPG-Offline" not in (await ds.client.get(path)).headers, path
    async with serving(tmp_path / "epg.db", metadata={"allow": {"id": "writer"}}) as ds:
        assert "EPG-Offline" not in (await ds.client.get("/guide", cookies=cookie)).headers


async def test_the_offline_page(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        page = await get(ds, "/guide/offline")
    assert texts(page, "h1") == ["You are offline"]
    assert select(page, "section[data-kept]")[0].get("hidden") is not None


@pytest.mark.parametrize(("name", "size", "whole"), app_icons.ICONS)
def test_icons_are_drawn_from_the_picture(name: str, size: int, whole: bool) -> None:
    svg = (ROOT / "static" / "icons" / "icon.svg").read_text(encoding="utf-8")
    kept = Image.open(ROOT / "static" / "icons" / name)
    assert kept.size == (size, size)
    small = (24, 24)
    drawn = app_icons.draw(svg, 96, whole).convert(kept.mode).resize(small)
    pairs = zip(drawn.tobytes(), kept.resize(small).tobytes(), strict=True)
    differences = [abs(one - other) for one, other in pairs]
    assert sum(differences) / len(differences) < 4
