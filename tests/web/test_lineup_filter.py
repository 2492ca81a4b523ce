"""`?lineup=`: the API, pages, exports and calendars with the channels of a line-up only. The guide's line-up `home` has the
second channel and the hidden third one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.helpers.datasette_helpers import add, make_mapped_guide, moment, serving


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_mapped_guide(tmp_path / "epg.db")
    conn.execute(
        "INSERT INTO import_log (id, provider_id, started_at, status, \"trigger\") VALUES (1, 1, ?, 'success', 'manual')",
        [moment(-1)],
    )
    for channel, title in ((1, "Harbour news"), (2, "Meadow news"), (3, "Hidden news")):
        add(conn, channel, moment(-1), moment(1), title)
        add(conn, channel, moment(1), moment(2), f"{title} later")
        conn.execute(
            "INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change)"
            " VALUES (1, 999, ?, ?, ?, 'removed')",
            [channel, moment(1), f"{title} gone"],
        )
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        yield ds


CHOSEN = '<option value="home" dir="auto" selected>'
#: each shows programmes or channels, and has no list of all channels to choose from
PLACES = (
    "/", "/guide", "/api/v1/channels", "/api/v1/guide", "/api/v1/now", "/api/v1/search?q=news", "/api/v1/programs.ndjson",
    "/api/v1/programs.csv", "/xmltv.xml", "/search.ics?q=news", "/search.atom?q=news",
)  # fmt: skip


async def test_only_the_channels_of_the_line_up(site: Any) -> None:
    for address in PLACES:
        mark = "&" if "?" in address else "?"
        whole, narrow = await site.client.get(address), await site.client.get(f"{address}{mark}lineup=home")
        assert (whole.status_code, narrow.status_code) == (200, 200), (address, narrow.text)
        first, second = ("Harbour", "Meadow") if "Meadow" in whole.text else ("one.example", "two.example")
        assert first in whole.text and second in narrow.text, address
        assert first not in narrow.text and "Hidden" not in narrow.text, address


async def test_search_with_filters_keeps_to_the_line_up(site: Any) -> None:
    found = (await site.client.get("/guide/search?q=news&lineup=home&part=evening")).text
    assert "Harbour news" not in found and CHOSEN in found
    found = (await site.client.get("/guide/search?q=news&lineup=home")).text
    assert "Meadow news" in found and "Harbour news" not in found


async def test_with_channels_both_count(site: Any) -> None:
    now = await site.client.get("/api/v1/now?lineup=home&channels=1,2")
    assert [row["channel"]["id"] for row in now.json()] == [2]
    assert (await site.client.get("/api/v1/now?lineup=home&channels=1")).json() == []
    calendar = (await site.client.get("/calendar.ics?lineup=home")).text
    assert "Meadow news" in calendar and "Harbour" not in calendar and "X-WR-CALNAME:home" in calendar
    changes = await site.client.get("/api/v1/changes?lineup=home")
    assert {row["channel_id"] for row in changes.json()} <= {2}


#: every address that takes `?lineup=`, and pages that only pass it on
FILTERED = (
    *PLACES, "/api/v1/changes", "/guide/search?q=a", "/guide/search", "/guide/changes", "/guide/use", "/guide/channel/1",
    "/guide/stats", "/calendar.ics", "/calendar.ics?channels=1", "/changes.atom", "/xmltv.xml.gz", "/xmltv.xml.xz",
)  # fmt: skip


async def test_a_line_up_that_is_not_there_is_refused_alike_everywhere(site: Any) -> None:
    for name in ("nothing", "%C3%BC%22%3Cb%3E", "home%20x", "1", "x" * 400):
        for address in FILTERED:
            mark = "&" if "?" in address else "?"
            answer = await site.client.get(f"{address}{mark}lineup={name}")
            assert answer.status_code == 400 and "there is no line-up" in answer.text, (address, name)
    for address in ("/l/nothing.xml", "/l/nothing.xml.gz", "/l/nothing.m3u?key=x", "/l/nothing/lineup.json"):
        answer = await site.client.get(address)
        assert answer.status_code == 404 and "there is no line-up 'nothing'" in answer.text, address


async def test_an_empty_name_asks_for_no_line_up(site: Any) -> None:
    for address in FILTERED:
        if address != "/calendar.ics":
            mark = "&" if "?" in address else "?"
            assert (await site.client.get(f"{address}{mark}lineup=")).status_code == 200, address


async def test_the_page_of_a_channel_is_in_the_line_up_or_missing(site: Any) -> None:
    text = (await site.client.get("/guide/channel/2?lineup=home")).text
    assert "Meadow news" in text and '<input type="hidden" name="lineup" value="home">' in text
    answer = await site.client.get("/guide/channel/1?lineup=home")
    assert answer.status_code == 404 and "has no such channel" in answer.text
    for address in ("/?lineup=home", "/guide?lineup=home"):
        assert re.search(r"/guide/channel/2\?[^\"]*lineup=home", (await site.client.get(address)).text), (
            address
        )


async def test_the_addresses_for_players_are_those_of_the_line_up(site: Any) -> None:
    text = html.unescape((await site.client.get("/guide/use?lineup=home")).text)
    addresses = [
        urlsplit(found) for found in re.findall(r'<input id="epg-[^"]*" type="text" readonly value="(http[^"]+)"', text)
    ]  # fmt: skip
    assert addresses and CHOSEN in text and "two.example" not in text.partition("Calendars of all")[0]
    for parts in addresses:
        assert parts.path.startswith("/l/home.xml") or "lineup=home" in parts.query or (
            parts.path.startswith("/channels/") and parts.path.endswith(".ics")
        ), parts  # fmt: skip
        answer = await site.client.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200, parts
    assert "/l/home.m3u?key=KEY" in text


async def test_links_of_pages_keep_the_line_up(site: Any) -> None:
    text = (await site.client.get("/guide?lineup=home")).text
    assert "lineup=home" in text
    assert json.loads((await site.client.get("/api/v1/guide?lineup=home")).text)[0]["channel"]["id"] == 2


@pytest.mark.parametrize("address", ["/guide/changes?since=2020-01-01&tz=UTC", "/changes.atom?"])
@pytest.mark.parametrize(("channel", "shown"), [("", True), ("&channel=2", True), ("&channel=1", False)])
async def test_changes_of_a_line_up(site: Any, address: str, channel: str, shown: bool) -> None:
    whole = (await site.client.get(f"{address}{channel}")).text
    narrow = (await site.client.get(f"{address}{channel}&lineup=home")).text
    assert ("Meadow news gone" in narrow) == shown
    assert "Harbour news gone" not in narrow and "Hidden news gone" not in narrow
    assert "Harbour news gone" in whole or channel == "&channel=2"


async def test_the_first_page_has_a_menu_of_line_ups(site: Any) -> None:
    offered = (await site.client.get("/")).text
    assert 'href="/?lineup=home"' in offered and "epg-chip-on" not in offered
    chosen = (await site.client.get("/?lineup=HOME")).text
    assert re.search(r'href="/\?lineup=home" aria-current="true">', chosen) and "epg-chip-on" in chosen


@pytest.mark.parametrize("address", ["/guide/search", "/guide/changes"])
async def test_pages_offer_the_line_ups(site: Any, address: str) -> None:
    offered = (await site.client.get(address)).text
    assert re.search(r'<select name="lineup"[^>]*><option value="">All channels</option>', offered)
    assert '<option value="home" dir="auto">' in offered and CHOSEN not in offered
    assert CHOSEN in (await site.client.get(f"{address}?lineup=HOME")).text
