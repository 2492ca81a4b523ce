"""`/logo/{channel}` and `/programs/{id}/picture`: a real Datasette, its fetching process, and a server of pictures."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from epg_ingest.logos.logo_address import key_of
from epg_web.base import access
from epg_web.logos import kept_logos
from epg_web.logos.instance_logos import logos_of

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.feedserver import FeedServer
from tests.helpers.page_helpers import get, select
from tests.logos.example_pictures import HTML, decoded, picture

SETTINGS = {"plugins": {"datasette-epg": {"logo_networks": ["127.0.0.1/32"]}}}


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as found:
        yield found


@asynccontextmanager
async def site_of(folder: Path, metadata: dict[str, Any] = SETTINGS) -> AsyncIterator[Any]:
    conn = make_guide(folder / "epg.db")
    async with serving(folder / "epg.db", metadata=metadata) as ds:
        try:
            yield SimpleNamespace(
                ds=ds, conn=conn, folder=folder, get=ds.client.get, kept=lambda: logos_of(ds)
            )
        finally:
            if kept := logos_of(ds):
                kept.end()
    conn.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    async with site_of(tmp_path) as found:
        yield found


def point(site: Any, channel: int, address: str | None) -> str | None:
    """Let a channel's logo be at this address."""
    site.conn.execute("UPDATE channels SET icon_url = ? WHERE id = ?", [address, channel])
    return address


async def test_the_first_request_brings_the_picture(site: Any, server: FeedServer) -> None:
    point(site, 1, server.serve("/first.png", picture(size=(800, 400))))
    found = await site.get("/logo/1?size=96")
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert decoded(found.content).size == (96, 48)
    assert (
        found.headers["cache-control"]
        == "public, max-age=86400, stale-while-revalidate=60, stale-if-error=86400"
    )
    assert found.headers["content-security-policy"] == "default-src 'none'"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert decoded((await site.get("/logo/1")).content).size == (384, 192)
    assert len(server.requests("/first.png")) == 1
    assert (site.folder / "epg.logos").is_dir()


async def test_a_version_can_be_kept_for_ever(site: Any, server: FeedServer) -> None:
    url = point(site, 1, server.serve("/version.png", picture()))
    await site.get("/logo/1")
    page = await get(site.ds, "/")
    (src,) = [image.get("src") for image in select(page, "ul[data-rows] img")]
    assert src.startswith("/logo/1?size=96&v=")
    found = await site.get(src)
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (
        (await site.get("/logo/1?size=96&v=0123"))
        .headers["cache-control"]
        .startswith("public, max-age=86400")
    )
    for headers in (
        {"If-None-Match": found.headers["etag"]},
        {"If-None-Match": f'W/{found.headers["etag"]}, "x"'},
    ):
        again = await site.get(src, headers=headers)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", found.headers["etag"])
    head = await site.ds.client.head(src)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(found.content)))

    server.serve("/version.png", picture(colour="blue"))
    state, kept = site.kept().folder.state(key_of(url)), site.kept()
    kept.folder.keep(key_of(url), replace(state, next=0.0))
    kept.remembered.clear()
    old = await site.get(src)
    assert old.content == found.content, "what is there is shown while the server is asked"
    await asyncio.wait_for(asyncio.gather(*kept.queued.values()), timeout=10)
    new = await site.get(src)
    assert new.content != found.content and "immutable" not in new.headers["cache-control"]
    (fresh,) = [image.get("src") for image in select(await get(site.ds, "/"), "ul[data-rows] img")]
    assert fresh != src


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/logo/3", 404, "there is no such channel"),  # hidden
        ("/logo/77", 404, "there is no such channel"),
        ("/logo/2", 404, "no picture here"),
        ("/logo/1?size=97", 400, "size must be 96 or 192 or 384"),
        ("/logo/1?url=http://example.org/", 400, "unknown parameter"),
        ("/programs/1/picture?n=0", 400, "n must be a whole number"),
        ("/programs/1/picture?n=9", 404, "no picture here"),
        ("/programs/99/picture", 404, "there is no such programme"),
    ],
)
async def test_requests_without_a_picture(
    site: Any, server: FeedServer, path: str, status: int, said: str
) -> None:
    point(site, 1, server.serve("/there.png", picture()))
    point(site, 3, server.url("/hidden.png"))
    add(site.conn, 1, moment(0), moment(1), "A", icon_url=server.url("/there.png"))
    found = await site.get(path)
    assert (found.status_code, found.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert said in found.text and found.text.count("\n") == 1
    assert found.headers["cache-control"] == "no-store" and not server.requests("/hidden.png")
    assert (await site.ds.client.post("/logo/1")).status_code in (403, 405)


async def test_what_is_no_picture_is_asked_for_once_and_pages_do_without(
    site: Any, server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.serve("/secret-path.png", HTML, content_type="image/png")
    point(site, 1, server.url("/secret-path.png?key=hushhush", user="me:quietly"))
    assert len(select(await get(site.ds, "/"), "ul[data-rows] img")) == 1
    first, second = await site.get("/logo/1"), await site.get("/logo/1")
    assert [found.status_code for found in (first, second)] == [404, 404] and first.headers[
        "retry-after"
    ] == "60"
    assert len(server.requests("/secret-path.png")) == 1
    assert not select(await get(site.ds, "/"), "ul[data-rows] img")
    spoken = first.text + str(first.headers) + caplog.text
    assert not [secret for secret in ("hushhush", "quietly", "secret-path") if secret in spoken]


async def test_local_networks_are_closed_unless_they_are_named(tmp_path: Path, server: FeedServer) -> None:
    async with site_of(tmp_path, {}) as site:
        point(site, 1, server.serve("/local.png", picture()))
        assert (await site.get("/logo/1")).status_code == 404
    assert not server.requests("/local.png")


async def test_many_who_ask_cause_one_request(site: Any, server: FeedServer) -> None:
    point(site, 1, server.serve("/many.png", picture()))
    found = await asyncio.gather(*(site.get(f"/logo/1?size={size}") for size in (96, 192, 384) * 5))
    assert {answer.status_code for answer in found} == {200}
    assert len(server.requests("/many.png")) == 1


async def test_a_slow_server_holds_nobody_up_for_long(
    site: Any, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_logos, "PATIENCE", 0.2)
    point(site, 1, server.stall("/slow.png"))
    point(site, 2, server.serve("/quick.png", picture()))
    begun = time.monotonic()
    assert (await site.get("/logo/1")).status_code == 404 and time.monotonic() - begun < 3
    for _ in range(20):
        if (await site.get("/logo/2")).status_code == 200:
            break
    else:
        pytest.fail("the slow server keeps others from coming")


@pytest.mark.parametrize("slowness", ["silent", "dripping"])
async def test_many_pictures_of_a_slow_host_hold_up_only_their_own(
    site: Any, server: FeedServer, monkeypatch: pytest.MonkeyPatch, slowness: str
) -> None:
    kept = site.kept()
    make = server.stall if slowness == "silent" else server.drip
    slow = [make(f"/{slowness}{number}.png") for number in range(40)]
    futures = [kept.ask(address) for address in slow]
    with FeedServer() as other:
        point(site, 2, other.serve("/other.png", picture()))
        begun = time.monotonic()
        assert (await site.get("/logo/2")).status_code == 200, "it comes while one request waits for it"
        assert time.monotonic() - begun < kept_logos.PATIENCE
    assert kept.queued and len({hit.path for address in slow for hit in server.requests(address)}) <= 3
    kept.end()
    await asyncio.wait([future for future in futures if future], timeout=10)


async def test_the_queue_and_the_hour_have_bounds(
    site: Any, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = site.kept()
    monkeypatch.setattr(kept_logos, "MOST_QUEUED", 4)
    waiting = [kept.ask(server.stall(f"/queued{number}.png")) for number in range(4)]
    assert [future is None for future in waiting] == [False, False, True, True]
    assert kept.ask(server.url("/queued0.png")) is waiting[0]
    others = [kept.ask(f"http://127.0.0.2:{server.port}/{number}.png") for number in range(3)]
    assert [future is None for future in others] == [False, False, True], (
        "half of the places are for other hosts"
    )
    kept.end()
    await asyncio.wait([future for future in (*waiting, *others) if future], timeout=10)
    assert not kept.queued_of
    assert not kept.queued, "who waits for a process that has ended goes on"
    monkeypatch.setattr(kept_logos, "HOURLY", 1)
    kept.hour = int(time.time() // 3600)
    kept.asked_in_hour = 1
    assert kept.ask(server.url("/later.png")) is None


async def test_a_folder_that_cannot_be_written_to_stops_the_queue(
    tmp_path: Path, server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = {"logo_networks": ["127.0.0.1/32"], "logos_path": str(tmp_path / "file")}
    async with site_of(tmp_path, {"plugins": {"datasette-epg": settings}}) as site:
        point(site, 1, server.serve("/nowhere.png", picture()))
        assert [(await site.get("/logo/1")).status_code for _ in range(2)] == [404, 404]
        assert caplog.text.count("the next attempt is in 10 minutes") == 1
    assert not server.requests("/nowhere.png")


async def test_a_process_that_ends_is_not_started_again_and_again(
    site: Any, server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    kept = site.kept()
    point(site, 1, server.stall("/killed.png"))
    asking = asyncio.ensure_future(site.get("/logo/1"))
    while kept.fetcher is None:
        await asyncio.sleep(0.01)
    kept.fetcher.process.process.kill()
    assert (await asking).status_code == 404 and "has ended; the next attempt is in 10 minutes" in caplog.text
    point(site, 2, server.serve("/after.png", picture()))
    assert (await site.get("/logo/2")).status_code == 404 and kept.fetcher is None
    kept.paused_until = 0.0
    assert (await site.get("/logo/2")).status_code == 200


async def test_without_room_pages_show_initials(tmp_path: Path, server: FeedServer) -> None:
    async with site_of(tmp_path, {"plugins": {"datasette-epg": {"logos_mb": 0}}}) as site:
        point(site, 1, server.serve("/none.png", picture()))
        assert not select(await get(site.ds, "/"), "img")
        found = await site.get("/logo/1")
        assert (found.status_code, "logos_mb" in found.text) == (404, True)
        assert (await site.get("/xmltv.xml?logos=local")).status_code == 400
    assert not server.requests("/none.png") and not (tmp_path / "epg.logos").exists()


async def test_a_private_guide_has_private_pictures(tmp_path: Path, server: FeedServer) -> None:
    async with site_of(tmp_path, {**SETTINGS, "allow": {"id": "root"}}) as site:
        point(site, 1, server.serve("/private.png", picture()))
        assert (await site.get("/logo/1")).status_code == 401
        cookie = {"ds_actor": site.ds.sign({"a": {"id": "root"}}, "actor")}
        found = await site.get("/logo/1", cookies=cookie)
        assert found.status_code == 200 and "no-store" in found.headers["cache-control"]


async def test_pictures_of_a_programme(site: Any, server: FeedServer) -> None:
    poster, still = (
        server.serve("/poster.jpg", picture("JPEG")),
        server.serve("/still.png", picture(colour="blue")),
    )
    details = json.dumps({"image": [{"text": poster, "type": "poster"}, {"text": still, "type": "still"}]})
    ident = add(site.conn, 1, moment(0), moment(1), "A", details=details)
    page = await get(site.ds, f"/guide/program/{ident}")
    sources = [image.get("src") for image in select(page, ".epg-picture img")]
    assert sources == [f"/programs/{ident}/picture?n={number}&size=384" for number in (1, 2)]
    found = [await site.get(source) for source in sources]
    assert [answer.headers["content-type"] for answer in found] == ["image/jpeg", "image/png"]
    page = await get(site.ds, f"/guide/program/{ident}")
    kept = [image.get("src") for image in select(page, ".epg-picture img")]
    assert all("v=" in source for source in kept)
    assert "immutable" in (await site.get(kept[0])).headers["cache-control"]


async def test_players_get_the_logos_of_this_site(site: Any, server: FeedServer) -> None:
    point(site, 1, server.serve("/player.png", picture()))
    site.conn.execute("UPDATE generation SET number = 8")
    plain, local = [(await site.get(f"/xmltv.xml{query}")).text for query in ("", "?logos=local")]
    assert server.url("/player.png") in plain and server.url() not in local
    (src,) = re.findall(r'<icon src="([^"]*)"/>', local)
    assert src == "http://localhost/logo/1"
    assert (await site.get(src.removeprefix("http://localhost"))).status_code == 200
    elsewhere = await site.get("/xmltv.xml?logos=local", headers={"Host": "tv.example"})
    assert 'src="http://tv.example/logo/1"' in elsewhere.text
    tags = [
        (await site.get("/xmltv.xml?logos=local", headers={"Host": host})).headers["etag"]
        for host in ("a", "b", "a")
    ]
    assert tags[0] == tags[2] != tags[1]
    for query, said in (("logos=local&round_trip=1", "leave out logos=local"), ("logos=no", "feed or local")):
        refused = await site.get(f"/xmltv.xml?{query}")
        assert (refused.status_code, said in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"logos_mb": -1}, "logos_mb must be a whole number"),
        ({"logos_mb": True}, "logos_mb must be a whole number"),
        ({"logos_path": "logos"}, "logos_path must be an absolute path"),
        ({"logos_path": 3}, "logos_path must be an absolute path"),
        ({"logo_networks": "10.0.0.0/8"}, "logo_networks must be a list"),
        ({"logo_networks": ["home"]}, "logo_networks must be a list"),
        ({"logo_networks": [10]}, "logo_networks must be a list"),
        ({"logos_mb": 0, "logos_path": "/var/cache/epg", "logo_networks": ["10.0.0.0/8", "::1"]}, None),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], said: str | None) -> None:
    found = access.wrong_with(settings)
    assert found is None if said is None else said in (found or "")
