"""Validators, caching, compression and CORS of the API, in the fast lane and through Datasette alike."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.api.routes import ROUTES

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.guide_rows import know_series, update_programme

pytestmark = pytest.mark.slow

DAY = f"/api/v1/channels/1/programs?start={moment(-3)}&end={moment(12)}"
ADDRESSES = [
    route.path.replace("{id}", "1") + ("?q=news" if route.name in ("search", "suggest") else "")
    for route in ROUTES
    if route.method == "GET" and route.access == "public"
]


@pytest_asyncio.fixture
async def guide_file(tmp_path: Path) -> AsyncIterator[sqlite3.Connection]:
    conn = make_guide(tmp_path / "epg.db")
    for hour in range(-2, 10):
        add(conn, 1, moment(hour), moment(hour + 1), f"News {hour}", description="What happened. " * 20)
    know_series(conn)
    conn.execute("INSERT INTO rules (position, field, pattern, action) VALUES (1, 'title', ' HD$', 'remove')")
    conn.execute("INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
                 " VALUES (1, 'one', 1, 'new', '2026-01-01T00:00:00Z')")  # fmt: skip
    conn.execute(
        "INSERT INTO import_log (provider_id, started_at, status, trigger) VALUES (1, '2026', 'success', 'cli')"
    )
    yield conn
    conn.close()


@pytest_asyncio.fixture
async def ds(guide_file: sqlite3.Connection, tmp_path: Path) -> AsyncIterator[Any]:
    async with serving(tmp_path / "epg.db") as found:
        yield found


def raise_generation(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE generation SET number = number + 1, changed_at = '2026-11-22T00:00:00Z'")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_public_get_has_its_headers(ds: Any, address: str) -> None:
    found = await ds.client.get(address)
    assert found.status_code == 200, found.text
    headers = found.headers
    assert headers["etag"].startswith('"')
    assert headers["x-epg-generation"] == "0"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"].startswith("public, max-age=")
    assert "stale-if-error=86400" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address", [*ADDRESSES, "/api/v1/nothing", "/api/v1/channels?x=1", "/api/v1/channels/77"]
)
async def test_lane_and_routes_give_the_same_bytes(ds: Any, address: str) -> None:
    """A cookie that says nothing sends the request through Datasette."""
    lane = await ds.client.get(address)
    route = await ds.client.get(address, cookies={"theme": "dark"})
    assert (route.status_code, route.content) == (lane.status_code, lane.content)
    assert route.headers.get("etag") == lane.headers.get("etag")
    assert "cookie" in route.headers["vary"].lower()


@pytest.mark.parametrize("address", ADDRESSES)
async def test_head_is_get_without_the_body(ds: Any, address: str) -> None:
    got, head = await ds.client.get(address), await ds.client.head(address)
    assert head.content == b""
    assert head.status_code == 200
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_304_for_what_the_client_has(ds: Any, address: str) -> None:
    for encoding in ("gzip", "identity"):
        first = await ds.client.get(address, headers={"Accept-Encoding": encoding})
        for form in ("{}", "W/{}", '"other", {}'):
            tags = form.format(first.headers["etag"])
            again = await ds.client.get(address, headers={"If-None-Match": tags, "Accept-Encoding": encoding})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
            assert "content-type" not in again.headers
    other = await ds.client.get(address, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_a_304_comes_before_anything_is_computed(ds: Any) -> None:
    tag = (await ds.client.get(DAY)).headers["etag"]
    lane = ds._epg_lane
    lane.cache.clear()
    assert (await ds.client.get(DAY, headers={"If-None-Match": tag})).status_code == 304
    assert not lane.cache.entries


async def test_a_change_is_seen_at_once(ds: Any, guide_file: sqlite3.Connection) -> None:
    before = await ds.client.get(DAY)
    update_programme(guide_file, 1, title="Changed")
    raise_generation(guide_file)
    after = await ds.client.get(DAY, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()[0]["title"] == "Changed"
    assert after.headers["x-epg-generation"] == "1"
    assert after.headers["etag"] != before.headers["etag"]


async def test_a_restored_backup_is_another_state(ds: Any, guide_file: sqlite3.Connection) -> None:
    """The same number of another time: a client must not keep what it has."""
    before = (await ds.client.get(DAY)).headers["etag"]
    guide_file.execute("UPDATE generation SET changed_at = '2001-01-01T00:00:00Z'")
    assert (await ds.client.get(DAY)).headers["etag"] != before


async def test_gzip_where_it_is_asked_for_and_pays(ds: Any) -> None:
    plain = await ds.client.get(DAY, headers={"Accept-Encoding": "identity"})
    # httpx unpacks by itself: the length is that of what came over the line.
    packed = await ds.client.get(DAY, headers={"Accept-Encoding": "br;q=1, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(packed.content) / 3
    assert packed.content == plain.content
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    refused = await ds.client.get(DAY, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers
    small = await ds.client.get("/api/v1/providers", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers


async def test_cache_time_of_now_ends_with_the_programme(ds: Any, guide_file: sqlite3.Connection) -> None:
    lane_now = await ds.client.get("/api/v1/now")
    age = int(lane_now.headers["cache-control"].split("max-age=")[1].split(",")[0])
    assert 0 <= age <= 60
    fixed = await ds.client.get(f"/api/v1/now?at={moment(0.5)}")
    assert "max-age=60, stale-while-revalidate=60" in fixed.headers["cache-control"]


async def test_equal_questions_are_one_entry(ds: Any) -> None:
    """However the query is written, the cache keeps it once."""
    for query in (
        "channels=1&limit=5",
        "limit=5&channels=1",
        "limit=5&channels=1,1&start=",
        "limit=05&channels=%31",
    ):
        start = (
            f"&start={moment(0)}&end={moment(3)}" if "start=" not in query else f"{moment(0)}&end={moment(3)}"
        )
        assert (await ds.client.get(f"/api/v1/guide?{query}{start}")).status_code == 200
    assert len(ds._epg_lane.cache.entries) == 1


async def test_many_at_once_are_computed_once(ds: Any) -> None:
    await ds.client.get("/api/v1/providers")
    lane = ds._epg_lane
    calls = 0
    compute = lane.compute

    async def counted(asked: Any) -> Any:
        nonlocal calls
        calls += 1
        return await compute(asked)

    lane.compute = counted
    answers = await asyncio.gather(*(ds.client.get(DAY) for _ in range(20)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert calls == 1


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/api/v1/channels", "GET, HEAD, OPTIONS, PATCH, POST"),
        ("POST", "/api/v1/now", "GET, HEAD, OPTIONS"),
        ("GET", "/api/v1/import/trigger", "OPTIONS, POST"),
        ("PATCH", "/api/v1/channels/1/programs", "GET, HEAD, OPTIONS"),
        ("BREW", "/api/v1/channels", "GET, HEAD, OPTIONS, PATCH, POST"),
    ],
)
async def test_405_says_what_is_possible(ds: Any, method: str, path: str, allow: str) -> None:
    found = await ds.client.request(method, path)
    assert (found.status_code, found.headers["allow"]) == (405, allow)
    assert found.json()["status"] == 405
    assert found.headers["cache-control"] == "no-store"


async def test_a_browser_may_ask_before_it_writes(ds: Any) -> None:
    found = await ds.client.options(
        "/api/v1/providers",
        headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST"},
    )
    assert (found.status_code, found.content) == (204, b"")
    assert "POST" in found.headers["access-control-allow-methods"]
    assert "Authorization" in found.headers["access-control-allow-headers"]


async def test_a_mistake_of_ours_is_json_too(ds: Any, guide_file: sqlite3.Connection) -> None:
    guide_file.execute("ALTER TABLE import_log RENAME TO gone")
    found = await ds.client.get("/api/v1/imports")
    assert found.status_code == 500
    assert found.json()["error"] == "the server made a mistake; its log has the details"
    guide_file.execute("ALTER TABLE gone RENAME TO import_log")


async def test_a_slow_answer_is_given_up(ds: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_web.api import reads

    def forever(conn: sqlite3.Connection, *rest: Any) -> Any:
        conn.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ).fetchone()

    await ds.client.get("/api/v1/providers")
    monkeypatch.setitem(reads.READS, "providers", forever)
    monkeypatch.setattr(ds._epg_lane.pool.run.__func__, "__defaults__", (0.2,))
    ds._epg_lane.cache.clear()
    found = await ds.client.get("/api/v1/providers")
    assert (found.status_code, found.headers["retry-after"]) == (503, "5")


async def test_two_instances_share_nothing(ds: Any, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    conn = make_guide(tmp_path / "other" / "epg.db")
    conn.execute("DELETE FROM providers WHERE id = 2")
    raise_generation(conn)
    async with serving(tmp_path / "other" / "epg.db") as other:
        assert len((await other.client.get("/api/v1/providers")).json()) == 1
        assert len((await ds.client.get("/api/v1/providers")).json()) == 2
    conn.close()


async def test_bodies_are_utf8_whatever_the_feed_had(ds: Any, guide_file: sqlite3.Connection) -> None:
    add(guide_file, 2, moment(1), moment(2), "Żółć 日本 \U0001f3ac", description="\u2028 line")
    raise_generation(guide_file)
    found = await ds.client.get("/api/v1/channels/2/programs")
    assert json.loads(found.content.decode("utf-8"))[0]["title"] == "Żółć 日本 \U0001f3ac"


async def test_behind_a_proxy_with_a_prefix(guide_file: sqlite3.Connection, tmp_path: Path) -> None:
    """`base_url`: whether the proxy takes the prefix off or not, links have it."""
    async with serving(tmp_path / "epg.db", settings={"base_url": "/tv/"}) as ds:
        for cookies in ({}, {"theme": "dark"}):
            found = await ds.client.get("/api/v1/channels?limit=1", cookies=cookies)
            assert found.status_code == 200
            assert found.headers["link"].startswith("</tv/api/v1/channels?limit=1&after=1>")
        described = await ds.client.get("/api/v1/openapi.json")
        assert described.json()["servers"] == [{"url": "/tv"}]
        schemas = described.json()["components"]["schemas"]
        assert schemas["Error"]["properties"]["running"]["examples"] == ["/tv/api/v1/imports/1"]
        assert '"/api/v1' not in json.dumps(schemas)
