"""`/-/epg/providers`: the list and its buttons, imports started from it, and that it gives nothing away."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_web.admin.onboarding import reach_bars
from epg_web.base.sql import sql

from tests.helpers.admin_site import (  # fmt: skip
    ADDRESSES,
    ADMIN,
    IMPORTS,
    NOBODY,
    PROVIDERS,
    SECRET,
    TOKEN,
    Browser,
    configure,
    fill,
    query,
    served,
)
from tests.helpers.datasette_helpers import moment
from tests.helpers.feedserver import FeedServer
from tests.helpers.query_plans import scans
from tests.helpers.support import feed, show

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    monkeypatch.setenv("EPG_DOWNLOAD_RETRIES", "0")
    return fill(tmp_path / "bundle")


def main_of(answer: Any) -> str:
    """The page's own part."""
    return str(answer.text).partition("<main")[2].partition("</main>")[0]


def words(answer: Any) -> str:
    return " ".join(main_of(answer).split())


async def test_the_list_says_how_each_provider_does(folder: Path) -> None:
    async with served(folder) as ds:
        text = words(await Browser(ds, ADMIN).get(f"{PROVIDERS}?tz=Europe/Lisbon"))
        # What failed comes first.
        assert text.index("<bdi>second</bdi>") < text.index("<bdi>best</bdi>")
        assert "Enabled, priority 1." in text and ">1 channel</a>." in text
        assert "1,234 new, 0 changed" in text
        assert "partly succeeded" in text
        assert "2 problems in the feed" in text
        assert "no &lt;answer&gt;" in text
        assert '<time datetime="2026-01-02T00:00:01Z">Fri 2 Jan 2026, 00:00</time>' in text
        assert f'<time datetime="{moment(30)}">' in text
        assert "1 of 1 channel with something now or later" in text
        assert f"{IMPORTS}?provider=1&amp;tz=Europe%2FLisbon" in text
        assert SECRET not in text


def test_bars_lie_between_the_first_and_the_last_programme() -> None:
    rows: list[dict[str, Any]] = [
        {"first": "2026-01-01T00:00:00Z", "last": "2026-01-02T00:00:00Z"},
        {"first": None, "last": None},
        {"first": "2026-01-02T00:00:00Z", "last": "2026-01-03T00:00:00Z"},
    ]
    assert reach_bars.bars(rows, "2026-01-01T12:00:00Z") == [
        {"x": 0, "width": 500, "now": 250}, None, {"x": 500, "width": 500, "now": 250},
    ]  # fmt: skip
    assert reach_bars.bars(rows, "2026-01-05T00:00:00Z")[0] == {"x": 0, "width": 250, "now": 1000}
    assert reach_bars.bars([rows[1]], "2026-01-05T00:00:00Z") == [None]


async def test_an_empty_guide_has_a_list_too(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn, conn:
        conn.executescript(
            "PRAGMA foreign_keys = ON; DELETE FROM airings; DELETE FROM contents; DELETE FROM providers"
        )
    async with served(folder) as ds:
        assert "No providers yet" in words(await Browser(ds, ADMIN).get(PROVIDERS))


async def test_disable_and_enable(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        done = await browser.follow(await browser.send(PROVIDERS, where="'provider': '1'", action="disable"))
        assert "best is disabled" in done.text
        assert "Disabled: the guide does not show it" in words(done)
        assert query(folder, "SELECT enabled FROM providers WHERE id = 1") == [(0,)]
        again = await browser.get(PROVIDERS)
        assert "best is disabled" not in again.text
        await browser.send(PROVIDERS, where="'enable'", action="enable")
        assert query(folder, "SELECT enabled FROM providers WHERE id = 1") == [(1,)]
        assert (
            query(folder, "SELECT actor, action, subject FROM write_log")
            == [("epg-admin", "provider.update", "provider 1 best")] * 2
        )


@pytest.mark.parametrize(
    "typed",
    [
        {"provider": "99"}, {"provider": "x"}, {"provider": ""}, {"provider": "9" * 40}, {"action": "burn"},
        {"action": ""},
    ],
)  # fmt: skip
async def test_a_button_that_makes_no_sense_changes_nothing(folder: Path, typed: dict[str, str]) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        asked = {"action": "disable", **typed}
        answer = await browser.follow(await browser.send(PROVIDERS, where="'disable'", **asked))
        assert 'class="message-error"' in answer.text
        assert query(folder, "SELECT count(*) FROM write_log") == [(0,)]


async def test_a_title_that_is_a_script_is_only_text(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn, conn:
        conn.execute("UPDATE providers SET name = '<script>alert(1)<' || '/script>' WHERE id = 1")
        conn.executescript(
            """
            UPDATE feed_channels SET names = '[{"text":"\\"><script>"}]', provider_channel_id = '<script>' || (
                SELECT m.id FROM channel_mappings m WHERE m.provider_channel_id = feed_channels.provider_channel_id);
            UPDATE channel_mappings SET provider_channel_id = '<script>' || id;
            """
        )
        conn.execute("UPDATE import_log SET error_message = '<script>'")
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        for path in (*ADDRESSES, f"{PROVIDERS}/1?delete=1"):
            assert "<script>" not in main_of(await browser.get(path)), path


async def test_secrets_reach_nobody_without_the_permission(folder: Path) -> None:
    async with served(folder) as ds:
        for actor in (None, NOBODY):
            for path in (
                *ADDRESSES,
                f"{PROVIDERS}/1?delete=1",
                "/-/epg/login",
                "/-/epg/login?next=/-/epg/providers/1",
            ):
                assert SECRET not in (await Browser(ds, actor).get(path)).text


# Imports


async def ended(browser: Browser, folder: Path, count: int) -> None:
    end = time.monotonic() + 30
    while query(folder, "SELECT count(*) FROM import_log WHERE id > 2 AND status <> 'running'") != [(count,)]:
        assert time.monotonic() < end, "the import did not end"
        await asyncio.sleep(0.1)


async def test_import_now_of_one_and_of_all(folder: Path) -> None:
    configure(folder, "allow_private_addresses: true")
    soon = int(time.time()) // 60 * 60 + 7_200
    with FeedServer() as server:
        server.serve(
            "/feed.xml", feed([show("one.best", soon, soon + 1800, "Fresh")], [("one.best", "BBC One")])
        )
        async with served(folder) as ds:
            browser = Browser(ds, ADMIN)
            await browser.send(
                f"{PROVIDERS}/1",
                where="updated_at",
                xmltv_url=server.url("/feed.xml"),
                private_addresses="allow",
            )
            started = await browser.follow(
                await browser.send(PROVIDERS, where="'provider': '1'", action="import")
            )
            assert "Import started: best." in started.text
            await ended(browser, folder, 1)
            assert "1 new" in words(await browser.get(PROVIDERS))
            every = await browser.follow(await browser.send(PROVIDERS, 0, "'import'", action="import"))
            assert "Import started: best." in every.text
            await ended(browser, folder, 2)
            none = await browser.follow(
                await browser.send(PROVIDERS, where="'provider': '2'", action="import")
            )
            assert 'class="message-error"' in none.text
        done = query(
            folder, "SELECT actor, subject FROM write_log WHERE action = 'import.trigger' ORDER BY id"
        )
        assert done == [("epg-admin", "provider 1"), ("epg-admin", "all enabled providers")]


async def test_a_running_import_is_watched_with_and_without_javascript(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn, conn:
        conn.execute("UPDATE import_log SET status = 'running', completed_at = NULL WHERE id = 2")
    async with served(folder) as ds:
        page = await Browser(ds, ADMIN).get(PROVIDERS)
        assert '<noscript><meta http-equiv="refresh"' in page.text
        assert 'data-import="2"' in page.text
        assert 'id="epg-progress" role="status"' in page.text
        found = (await Browser(ds, ADMIN).get(f"{IMPORTS}?progress=1")).json()["running"]
        assert [(row["id"], row["provider"], row["part"], row["left"]) for row in found] == [
            (2, "second", None, None)
        ]
        (script,) = re.findall(r'src="(/static/[0-9a-f]+/js/progress\.js)"', page.text)
        assert (await ds.client.get(script)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        *(f"page_admin_{part}" for part in ("providers", "extent", "problems", "mappings", "mapping")),
        *(f"page_admin_{part}" for part in ("channels", "names", "merge")),
        *(f"page_desk_{part}" for part in ("channels", "sources", "ahead", "lacking", "last_change", "one", "merge")),
        "page_review_now", "page_review_schedule", "page_import_progress", "page_stats_heat", "page_stats_worst",
        "page_stats_providers",
    ],
)  # fmt: skip
def test_no_page_reads_the_whole_table_of_programmes(folder: Path, name: str) -> None:
    values = dict.fromkeys(
        (
            "now",
            "provider",
            "ids",
            "most",
            "q",
            "method",
            "after",
            "limit",
            "id",
            "source",
            "name",
            "target",
            "days",
            "start",
            "end",
            "channel",
        )
    )
    with closing(sqlite3.connect(folder / "epg.db")) as conn:
        plan = conn.execute(f"EXPLAIN QUERY PLAN {sql(name)}", values).fetchall()
        assert scans(conn, sql(name), values) == []
    steps = [row[-1] for row in plan]
    assert steps
    assert not any(step.startswith("SCAN import_problems") for step in steps), steps
