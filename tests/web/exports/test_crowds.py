"""Many strangers at exports and searches: each address has one export, and the rest of the site does not wait for them."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.api.instance_lane import lane_of
from epg_web.base import connections
from epg_web.base.answer import Refused

from tests.helpers.datasette_helpers import add, make_guide, moment, plugin, serving
from tests.helpers.webprocess import Web
from tests.system.attack.target import target

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(1), moment(2), "News")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        yield ds


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with target(tmp_path_factory.mktemp("crowds")) as running:
        yield running


def reading(web: Web, address: str) -> http.client.HTTPConnection:
    """A connection over which an export has been asked for; nothing of the body is read."""
    connection = web.connect(60, address)
    connection.request("GET", "/xmltv.xml")
    return connection


def test_one_address_holds_one_export(web: Web) -> None:
    """Formerly 23 readers, three with a place and twenty that waited, kept everybody from the exports."""
    slow = [reading(web, "127.0.0.7") for _ in range(23)]
    others = [reading(web, f"127.0.0.{number}") for number in range(20, 26)]
    for connection in others:
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read().endswith(b"</tv>\n")
    assert slow[0].getresponse().status == 200
    for connection in (*slow, *others):
        connection.close()


def test_more_exports_for_one_address_wait_and_are_refused(web: Web) -> None:
    first = reading(web, "127.0.0.8")
    assert first.getresponse().status == 200
    more = [reading(web, "127.0.0.8") for _ in range(6)]
    for connection in more:
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("retry-after")) == (503, "30")
        assert b"your address" in answer.read()
    first.close()
    assert reading(web, "127.0.0.8").getresponse().status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/search.atom?q=news",
        "/search.ics?q=news",
        "/guide/search?q=news",
        "/api/v1/search?q=news",
        "/channels/1.ics",
    ],
)
async def test_searches_do_not_take_the_quick_threads(site: Any, path: str) -> None:
    held, lane = threading.Event(), lane_of(site)
    assert lane
    lane.pool.slow.submit(held.wait)
    searching = asyncio.ensure_future(site.client.get(path))
    for _ in range(4):
        assert (await site.client.get("/api/v1/now")).status_code == 200
    assert not searching.done()
    held.set()
    assert (await searching).status_code == 200


@pytest.mark.parametrize(
    "path", ["/search.atom?q=n{n}*", "/search.ics?q=n{n}*", "/guide/search?q=n{n}*", "/api/v1/search?q=n{n}*"]
)
async def test_so_many_searches_at_once(site: Any, path: str) -> None:
    held, lane = threading.Event(), lane_of(site)
    assert lane
    lane.pool.slow.submit(held.wait)
    asking = [asyncio.ensure_future(site.client.get(f"{path}?q=n{number}*")) for number in range(40)]
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    done = [task.result() for task in asking if task.done()]
    assert all((answer.status_code, answer.headers["retry-after"]) == (503, "5") for answer in done)
    assert (await site.client.get("/api/v1/now")).status_code == 200
    held.set()
    statuses = {answer.status_code for answer in await asyncio.gather(*asking)}
    assert statuses == {200, 503}


async def test_questions_that_wait_too_long_are_refused(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.0)
    monkeypatch.setattr(connections, "WAITING", 2)
    held, lane = threading.Event(), lane_of(site)
    assert lane
    lane.pool.slow.submit(held.wait)
    asking = [asyncio.ensure_future(lane.pool.run(lambda conn: 1, slow=True)) for _ in range(5)]
    await asyncio.sleep(0.05)
    assert [task.done() for task in asking] == [False, False, True, True, True]
    held.set()
    for result in await asyncio.gather(*asking, return_exceptions=True):
        assert isinstance(result, Refused)
        assert (result.status, result.headers) == (503, {"Retry-After": "5"})
    monkeypatch.undo()
    assert (await lane.pool.run(lambda conn: 2, slow=True))[1] == 2


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/xmltv.xml", "export"), ("/xmltv.xml.gz", "export"), ("/xmltv.xml.xz", "export"),
        ("/api/v1/programs.ndjson", "export"), ("/api/v1/programs.csv", "export"),
        ("/api/v1/search", "slow"), ("/api/v1/search.csv", "slow"), ("/api/v1/mappings/candidates", "slow"),
        ("/guide/search", "slow"), ("/guide/because", "slow"), ("/api/v1/suggest", "slow"),
        ("/search.ics", "slow"), ("/search.atom", "slow"), ("/changes.atom", "slow"),
        ("/calendar.ics", "slow"), ("/channels/1.ics", "slow"),
        ("/", None), ("/guide", None), ("/api/v1/now", None), ("/api/v1/programs/1", None), ("/health", None), ("/epg", None),
    ],
)  # fmt: skip
def test_what_has_places(path: str, kind: str | None) -> None:
    crowds = plugin("epg_crowds")
    assert bool(crowds.EXPORTS.fullmatch(path)) is (kind == "export")
    assert bool(crowds.SLOW.fullmatch(path)) is (kind == "slow")
