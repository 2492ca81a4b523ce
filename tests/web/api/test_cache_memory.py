"""What strangers write into addresses takes little memory, however many addresses they make up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.api.instance_lane import lane_of
from epg_web.api.lane import REMEMBERED_BYTES
from epg_web.base.cache import short

from tests.helpers.datasette_helpers import copy_bundle, make_guide, serving
from tests.helpers.webprocess import Web, web_process

pytestmark = pytest.mark.slow

IDS = ",".join(map(str, range(1001, 2000)))


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    folder = tmp_path / "bundle"
    folder.mkdir()
    copy_bundle(folder)
    make_guide(folder / "epg.db").close()
    with web_process(folder) as running:
        yield running


def high_water(web: Web) -> int:
    lines = Path(f"/proc/{web.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/now?at=2026-11-28T{{hour:02}}:{{minute:02}}:{{second:02}}Z&channels={IDS}",
        f"/api/v1/guide?start=2026-11-28T{{hour:02}}:{{minute:02}}:{{second:02}}Z&channels={IDS}",
        f"/search.ics?q=w{{hour}}{{minute}}{{second}}&channels={IDS}",
        f"/search.atom?q=w{{hour}}{{minute}}{{second}}&channels={IDS}",
    ],
    ids=["now", "guide", "ics", "atom"],
)
def test_many_addresses_take_little_memory(web: Web, path: str) -> None:
    """Each took fifty kilobytes, as long as the guide stayed the same."""
    connection = web.connect(60)

    def ask(first: int, last: int) -> None:
        for number in range(first, last):
            connection.request(
                "GET", path.format(hour=number // 3600, minute=number // 60 % 60, second=number % 60)
            )
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200

    ask(0, 100)
    before = high_water(web)
    ask(100, 400)
    connection.close()
    assert high_water(web) - before < 6_000_000


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        yield ds


async def test_what_is_remembered_is_bounded_by_its_size(site: Any) -> None:
    for number in range(1, 201):
        assert (await site.client.get(f"/api/v1/now?channels={IDS},{number}")).status_code == 200
    lane = lane_of(site)
    assert lane
    assert len(lane.remembered) < 200
    assert 0 < lane.remembered_bytes <= REMEMBERED_BYTES
    for number in range(300):
        assert (await site.client.get(f"/api/v1/channels?limit={number + 1}")).status_code == 200
    assert len(lane.remembered) >= 300


async def test_long_keys_of_different_questions_stay_different(site: Any) -> None:
    lane = lane_of(site)
    assert lane
    for last in ("1", "2"):
        assert (await site.client.get(f"/api/v1/now?channels={IDS},{last}")).status_code == 200
    assert len(lane.cache.entries) == 2
    answers = [(await site.client.get(f"/api/v1/now?channels={IDS},{last}")).json() for last in ("1", "2")]
    assert [[entry["channel"]["id"] for entry in answer] for answer in answers] == [[1], [2]]


def test_short_keys_stay_as_they_are() -> None:
    assert short(("now", 1, None)) == ("now", 1, None)
    assert short(tuple(range(1000))) == short(tuple(range(1000)))
    assert short(tuple(range(1000))) != short(tuple(range(1001)))
    assert short("x" * 1000) != short("y" * 1000)
    assert short("\ud800" * 1000)
