"""`/-/epg/mappings` and `/-/epg/imports`: decisions, the way back from them, and the log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_web.admin import imports, mappings

from tests.helpers.admin_site import ADMIN, IMPORTS, MAPPINGS, TOKEN, Browser, Page, fill, query, served
from tests.helpers.hosts.either_datasette import OF_THIS_SITE

ALL = f"{MAPPINGS}?view=all"
MAPPING = """
    SELECT c.name, m.method FROM channel_mappings m LEFT JOIN channels c ON c.id = m.channel_id
    WHERE m.provider_channel_id = 'two.second'
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    return fill(tmp_path / "bundle")


def words(answer: Any) -> str:
    return " ".join(str(answer.text).partition("<main")[2].partition("</main>")[0].split())


async def decide(browser: Browser, action: str, where: str = "two.second", **typed: str) -> Any:
    """Press a button of the list of all mappings; the page that follows."""
    return await browser.follow(await browser.send(ALL, 0, where, action=action, **typed))


async def review(browser: Browser, action: str, **typed: str) -> Any:
    """Press a button of the review; the page that follows."""
    return await browser.follow(await browser.send(MAPPINGS, 0, "channel-", action=action, **typed))


async def back(browser: Browser) -> Any:
    """Take the last change back."""
    return await browser.follow(await browser.send(MAPPINGS, 0, "'undo'", action="undo"))


async def test_the_review_has_proof_both_schedules_and_buttons(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        text = words(await browser.get(MAPPINGS))
        assert text.count("data-row=") == 1 and 'data-left="1"' in text
        assert "BBC One HD" in text and '<span class="epg-score">' in text
        assert [f'value="{action}:2"' in text for action in ("accept", "keep", "ignore")] == [True] * 3
        assert 'class="epg-evidence"' in text
        part = await browser.get(f"{MAPPINGS}?evidence=2&channel=one.example")
        assert part.status_code == 200 and "<html" not in part.text and "epg-evidence" in part.text
        assert (await browser.get(f"{MAPPINGS}?evidence=1")).status_code == 404
        assert "Nothing to decide" in words(await browser.get(f"{MAPPINGS}?view=suspect"))
        assert "Nothing to decide" in words(await browser.get(f"{MAPPINGS}?provider=1"))
        assert (await browser.get(f"{MAPPINGS}?view=magic")).status_code == 400


async def test_same_and_the_way_back(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        page = await review(browser, "accept:2")
        assert query(folder, MAPPING) == [("one.example", "manual")]
        assert (
            "Moved: 1 programme. Removed: 0 programmes. Nothing feeds the channel two.example any more"
            in page.text
        )
        assert "Nothing to decide" in words(page)
        assert "Taken back: mappings of channels (mapping" in (await back(browser)).text
        assert query(folder, MAPPING) == [("two.example", "new")]
        assert query(folder, "SELECT display_name FROM channels WHERE name = 'two.example'") == [
            ("BBC One HD",)
        ]
        assert query(folder, "SELECT DISTINCT actor FROM write_log") == [("epg-admin",)]


async def test_different_and_ignored(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        assert "Nothing to decide" in words(await review(browser, "keep:2"))
        assert query(folder, MAPPING) == [("two.example", "manual")]
        await back(browser)
        await review(browser, "ignore:2")
        assert query(folder, MAPPING) == [(None, "manual")]
        await back(browser)
        assert query(folder, MAPPING) == [("two.example", "new")]


async def test_a_script_decides_without_the_page(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        form = next(
            one for one in Page((await browser.get(MAPPINGS)).text).forms if "channel-2" in one["fields"]
        )
        answer = await ds.client.post(
            MAPPINGS, cookies=browser.cookies, data={**form["fields"], "action": "accept:2"},
            headers={"accept": "application/json", **OF_THIS_SITE},
        )  # fmt: skip
        said = answer.json()
        assert said["ok"] and said["message"].startswith("Decided on BBC One HD")
        assert query(folder, "SELECT max(id) FROM write_log") == [(said["change"],)]


async def test_all_that_schedules_prove_are_accepted_at_once(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        # Names alone are never enough, so here there is nothing to accept, and no button.
        assert 'value="match"' not in (await browser.get(MAPPINGS)).text
        page = await review(browser, "match", least="95")
        assert "Accepted 0: 0 programmes moved." in page.text
        page = await review(browser, "match", least="1")
        assert "choose from how many of 100" in page.text


async def test_forgotten_mappings_come_with_the_next_import(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        await decide(browser, "forget", "shop.second")
        assert query(folder, "SELECT count(*) FROM channel_mappings") == [(2,)]
        await back(browser)
        assert query(folder, "SELECT count(*) FROM channel_mappings") == [(3,)]


@pytest.mark.parametrize("wanted", ["one.example", "ONE.EXAMPLE", "1", "bbc one"])
async def test_a_mapping_is_changed_by_name_or_id(folder: Path, wanted: str) -> None:
    async with served(folder) as ds:
        await decide(Browser(ds, ADMIN), "map", "shop.second", channel=wanted)
        assert query(
            folder, "SELECT channel_id FROM channel_mappings WHERE provider_channel_id = 'shop.second'"
        ) == [(1,)]


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("map", {"channel": ""}), ("map", {"channel": "nothing.like.it"}), ("map", {"channel": "9" * 300}),
        ("map", {"channel": "a\0"}), ("make", {"channel": " "}), ("map", {"channel": "1", "provider": "nobody"}),
        ("map", {"channel": "1", "source": ""}), ("", {"channel": "1"}), ("map", {"channel": "same name"}),
    ],
)  # fmt: skip
async def test_a_decision_that_makes_no_sense_changes_nothing(
    folder: Path, action: str, typed: dict[str, str]
) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn, conn:
        conn.executemany(
            "INSERT INTO channels (name, display_name, created_at) VALUES (?, 'Same Name', '2026-01-01T00:00:00Z')",
            [("a.same",), ("b.same",)],
        )
    before = query(folder, "SELECT * FROM channel_mappings")
    async with served(folder) as ds:
        page = await decide(Browser(ds, ADMIN), action, "shop.second", **typed)
        assert "message-error" in page.text
        assert query(folder, "SELECT * FROM channel_mappings") == before


async def test_an_unknown_action_is_refused(folder: Path) -> None:
    async with served(folder) as ds:
        assert (await Browser(ds, ADMIN).send(ALL, 0, "two.second", action="burn")).status_code == 400


async def test_a_channel_is_made_with_the_name_of_the_feed(folder: Path) -> None:
    async with served(folder) as ds:
        await decide(Browser(ds, ADMIN), "make", channel="brand.new")
        assert query(folder, "SELECT display_name FROM channels WHERE name = 'brand.new'") == [
            ("BBC One HD",)
        ]


async def test_merging_asks_first(folder: Path) -> None:
    path = f"{MAPPINGS}?merge=two.example&into=one.example"
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        asked = words(await browser.get(path))
        assert "<h1>Merge two channels?</h1>" in asked
        assert "fed by <bdi>1" in asked
        refused = await browser.follow(await browser.send(path, where="'merge'"))
        assert "tick the box" in refused.text
        assert query(folder, "SELECT count(*) FROM channels") == [(3,)]
        done = await browser.follow(await browser.send(path, where="'merge'", confirm="yes"))
        assert "BBC One now has both. Moved: 1 programme." in done.text
        assert query(folder, "SELECT name FROM channels ORDER BY id") == [
            ("one.example",),
            ("three.example",),
        ]
        for gone in (path, f"{MAPPINGS}?merge=one.example&into=one.example", f"{MAPPINGS}?merge=x"):
            assert (await browser.get(gone)).status_code == 404


async def test_mappings_are_searched_and_paged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mappings, "PAGE", 2)
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)

        async def rows(path: str) -> list[str]:
            text = words(await browser.get(f"{MAPPINGS}?view=all&{path}"))
            return [name for name in ("one.best", "two.second", "shop.second") if f"{name}, " in text]

        assert await rows("") == ["one.best", "two.second"]
        assert await rows("after=2") == ["shop.second"]
        assert await rows("q=HD") == ["two.second"]
        assert await rows("q=shop&provider=second") == ["shop.second"]
        assert await rows("provider=1") == ["one.best"]
        assert await rows("method=manual") == ["shop.second"]
        assert await rows("q=nothing") == []
        page = await browser.send(f"{MAPPINGS}?q=HD&tz=Europe/Lisbon", where="two.second", action="ignore")
        assert page.headers["location"].startswith(f"{MAPPINGS}?q=HD")
        for wrong in ("?method=magic", "?after=x", "?after=-1", "?after=" + "9" * 19):
            assert (await browser.get(MAPPINGS + wrong)).status_code == 400


async def test_a_mapping_that_the_feed_lost_says_so(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn, conn:
        conn.execute(
            "UPDATE feed_channels SET last_seen = '2026-01-09T00:00:00Z' WHERE provider_channel_id = 'shop.second'"
        )
    async with served(folder) as ds:
        page = (await Browser(ds, ADMIN).get(ALL)).text
        assert page.count("No longer in the feed; last there on 2026-01-02.") == 1


# Imports


async def test_the_log_has_problems_and_errors(folder: Path) -> None:
    async with served(folder) as ds:
        text = words(await Browser(ds, ADMIN).get(IMPORTS))
        assert text.index("<bdi>second</bdi>: <span") < text.index("<bdi>best</bdi>: <span")
        assert "<summary>2 problems in the feed</summary>" in text
        assert "<strong>Starts that cannot be read</strong>" in text and "2 × badstart" in text
        assert "For example in line 7" in text and "&lt;one&gt;" in text and "(cannot be read)" in text
        assert "no &lt;answer&gt;" in text
        assert "HTTP status 404" in text


async def test_the_log_is_filtered_and_paged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PAGE", 1)
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)

        async def numbers(path: str) -> tuple[list[int], bool]:
            text = words(await browser.get(IMPORTS + path))
            return [number for number in (1, 2) if f"No. {number}<" in text], 'rel="next"' in text

        assert await numbers("") == ([2], True)
        assert await numbers("?after=2") == ([1], False)
        assert await numbers("?provider=best") == ([1], False)
        assert await numbers("?provider=2&status=failed") == ([2], False)
        assert await numbers("?status=running") == ([], False)
        for wrong in ("?status=fine", "?after=x", "?provider=nobody"):
            assert (await browser.get(IMPORTS + wrong)).status_code == 400
