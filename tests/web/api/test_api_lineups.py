"""Line-ups over the API: who sees what, which addresses may be read, a review of matches, and a refresh to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.helpers.datasette_helpers import serving
from tests.helpers.example_guide import TOKEN, bundle
from tests.helpers.feedserver import FeedServer
from tests.lineup_store.household import Listed, playlist

WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
BASE = "/api/v1/lineups"


@pytest_asyncio.fixture
async def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    async with serving(config_dir=bundle(tmp_path)) as ds:
        yield ds


async def ask(api: Any, method: str, path: str, body: Any = None) -> Any:
    return await api.client.request(method, BASE + path, json=body, headers=WITH_TOKEN)


@pytest.mark.parametrize("path", ["", ".csv", "/1", "/9", "/1/channels", "/1/channels.csv"])
async def test_strangers_see_nothing(api: Any, path: str) -> None:
    for options in (
        {},
        {"headers": {"Accept": "text/csv"}},
        {"cookies": {"ds_actor": api.sign({"a": {"id": "x"}}, "actor")}},
    ):
        answer = await api.client.get(BASE + path, **options)
        assert answer.status_code == (403 if "cookies" in options else 401)
        assert "home" not in answer.text
    answer = await ask(api, "GET", path)
    assert answer.status_code == (404 if path == "/9" else 200)
    assert "no-store" in answer.headers["cache-control"] and "etag" not in answer.headers


async def test_those_who_may_write_see_address_and_key(api: Any) -> None:
    found = (await ask(api, "GET", "/1")).json()
    assert found["url"].startswith("http://127.0.0.1:") and found["key"] == "key-of-the-example"
    assert "key-of-the-example" not in (await ask(api, "GET", "")).text


async def test_a_review_takes_a_candidate(api: Any) -> None:
    (waiting,) = (await ask(api, "GET", "/1/channels?state=open")).json()
    best = waiting["candidates"][0]
    assert (best["channel_id"], best["channel"], best["score"]) == (2, "two.example", 0.7)
    done = await ask(api, "PATCH", "/1/channels", [{"id": waiting["id"], "channel": best["channel_id"]}])
    assert [(row["channel"], row["method"]) for row in done.json()] == [("two.example", "manual")]
    assert (await ask(api, "GET", "/1/channels?state=open")).json() == []
    (logged,) = (await api.client.get("/epg/write_log.json?_shape=array&action=lineup.edit_entries")).json()
    assert (logged["actor"], logged["subject"]) == ("epg-admin", "lineup 1 home")


async def test_all_changes_are_made_or_none(api: Any) -> None:
    before = (await ask(api, "GET", "/1/channels")).json()
    for wrong, status in (
        ({"id": 2, "channel": "nobody"}, 404), ({"id": 99, "number": "1"}, 404), ({"id": 2**63, "number": "1"}, 404),
        ({"id": 2, "position": 0}, 400),
        ({"id": 2, "delete": True}, 400), ({"id": 2, "icon_url": "javascript:1"}, 400), ({"id": 2, "nmae": "x"}, 400),
    ):  # fmt: skip
        answer = await ask(api, "PATCH", "/1/channels", [{"id": 1, "number": "77"}, wrong])
        assert answer.status_code == status, (wrong, answer.text)
    assert (await ask(api, "GET", "/1/channels")).json() == before


async def test_pages_of_entries(api: Any) -> None:
    first = await ask(api, "GET", "/1/channels?limit=1")
    assert [row["id"] for row in first.json()] == [1] and "after=1" in first.headers["link"]
    assert [row["id"] for row in (await ask(api, "GET", "/1/channels?limit=1&after=1")).json()] == [2]
    assert (await ask(api, "GET", "/1/channels?after=99")).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "", {"name": "x", "url": "file:///etc/passwd"}, 400),
        ("POST", "", {"name": "x", "url": "http://127.0.0.1/", "private_addresses": "allow"}, 400),
        ("POST", "", {"name": "HOME"}, 409),
        ("PATCH", "/1", {"filler": -1}, 400),
        ("PATCH", "/1", {"kinds": ["film"]}, 400),
        ("PUT", "/9", {"name": "x"}, 404),
        ("PUT", "/1", {"name": "x", "title": ""}, 400),
        ("POST", "/9/refresh", None, 404),
        ("POST", "/1/channels", {"number": "1"}, 400),
    ],
)
async def test_what_is_refused(api: Any, method: str, path: str, body: Any, status: int) -> None:
    answer = await ask(api, method, path, body)
    assert (answer.status_code, answer.json()["ok"]) == (status, False), answer.text


async def test_a_new_address_loses_the_access_to_private_ones(api: Any) -> None:
    assert (await ask(api, "GET", "/1")).json()["private_addresses"] == "allow"
    moved = await ask(api, "PATCH", "/1", {"url": "http://127.0.0.1/other.m3u"})
    assert moved.json()["private_addresses"] == "deny"


async def test_a_refresh_runs_to_its_end(api: Any) -> None:
    url = (await ask(api, "GET", "/1")).json()["url"]
    port = int(url.rpartition(":")[2].partition("/")[0])
    with FeedServer(port=port) as server:
        server.serve(
            "/list.m3u",
            playlist([Listed("one", "One HD", "http://127.0.0.1/a"), Listed("x", "New", "b")]).encode(),
        )
        started = await ask(api, "POST", "/1/refresh", {"force": True})
        assert (started.status_code, started.headers["location"]) == (202, f"{BASE}/1")
        end = time.monotonic() + 60
        while (last := (await ask(api, "GET", "/1")).json()["last_refresh"])["trigger"] != "api":
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
    assert (last["status"], last["added"], last["removed"]) == ("success", 1, 1)
    assert [row["name"] for row in (await ask(api, "GET", "/1/channels")).json()] == ["One HD", "New"]
