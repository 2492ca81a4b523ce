"""The Atom feeds: what is in them, their form by RFC 4287, and that an entry keeps its id."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lxml import etree

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.guide_rows import update_programme
from tests.helpers.support import HOUR, NOON, Guide, feed, show

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-9), moment(-8), "Past news")
    add(
        conn, 1, moment(2), moment(3), "News <b>", subtitle="A & B", description="Told\n\"so\" & <so>",
        category='["News"]', created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:10:00Z",
    )  # fmt: skip
    add(conn, 2, moment(1), moment(2), "Two news")
    add(conn, 3, moment(2), moment(3), "Hidden news")
    conn.execute(
        "INSERT INTO import_log (id, provider_id, started_at, completed_at, status, \"trigger\") VALUES"
        " (1, 1, ?1, ?1, 'success', 'test'), (2, 1, ?2, ?2, 'success', 'test'), (3, 1, ?3, ?3, 'success', 'test')",
        [moment(-24 * 20), moment(-5), moment(-1)],
    )  # fmt: skip
    conn.executemany(
        "INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (1, 2, 1, moment(2), "Long ago", "added", None, "{}"),
            (2, 2, 1, moment(2), "News <b>", "changed", '{"title": "Old"}', '{"title": "News <b>"}'),
            (3, 3, 2, moment(1), "Two news", "added", None, "{}"),
            (3, 99, 2, moment(5), "Gone", "removed", "{}", None),
            (3, 4, 3, moment(2), "Hidden news", "added", None, "{}"),
        ],
    )
    async with serving(tmp_path / "epg.db") as ds:
        ds.conn = conn
        yield ds
    conn.close()


async def document(ds: Any, path: str) -> Any:
    """The feed, checked by the rules of RFC 4287 section 4.1 that a reader relies on."""
    found = await ds.client.get(path)
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(found.content)
    assert root.tag == ATOM + "feed"
    for element in (root, *root.iter(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            (child,) = element.findall(ATOM + name)
            assert child.text
        assert DATE.fullmatch(element.findtext(ATOM + "updated"))
        assert element.find(f"{ATOM}link[@rel='alternate']").get("href").startswith("http://localhost/guide/")
    assert root.find(ATOM + "author").findtext(ATOM + "name")
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == f"http://localhost{path}"
    ids = [child.text for child in root.iter(ATOM + "id")]
    assert len(set(ids)) == len(ids)
    return root


def titles(root: Any) -> list[str]:
    return [entry.findtext(ATOM + "title").partition(" · ")[0] for entry in root.iter(ATOM + "entry")]


async def test_a_search(site: Any) -> None:
    root = await document(site, "/search.atom?q=news")
    assert root.findtext(ATOM + "title") == "TV guide: news"
    assert titles(root) == ["Two news", "News <b>: A & B"]
    entry = root.findall(ATOM + "entry")[1]
    assert entry.findtext(ATOM + "content") == 'Told\n"so" & <so>'
    assert entry.find(ATOM + "content").get("type", "text") == "text"
    assert entry.findtext(ATOM + "updated") == "2026-01-01T00:10:00Z"
    assert entry.findtext(ATOM + "published") == "2026-01-01T00:00:00Z"
    assert entry.find(ATOM + "category").get("term") == "News"
    assert entry.find(ATOM + "link").get("href") == "http://localhost/guide/program/2"
    assert titles(await document(site, "/search.atom?q=news&channels=2")) == ["Two news"]
    assert titles(await document(site, "/search.atom?q=nothing")) == []


async def test_the_title_is_in_the_language_that_the_reader_asks_for(site: Any) -> None:
    for path, english, german in (
        ("/search.atom?q=news", "TV guide: news", "TV-Programm: news"),
        (
            "/changes.atom?channel=1",
            "Changes of the TV guide: Channel One",
            "Änderungen am TV-Programm: Channel One",
        ),
    ):
        for language, title in (("en", english), ("de", german), ("en", english)):
            answer = await site.client.get(path, headers={"accept-language": language})
            assert etree.fromstring(answer.content).findtext(ATOM + "title") == title
            assert "Accept-Language" in ", ".join(answer.headers.get_list("vary"))


async def test_an_entry_keeps_its_id_when_it_changes(site: Any) -> None:
    async def entries() -> dict[str, str]:
        root = await document(site, "/search.atom?q=news")
        return {
            entry.findtext(ATOM + "id"): entry.findtext(ATOM + "updated")
            for entry in root.iter(ATOM + "entry")
        }

    before = await entries()
    update_programme(site.conn, 2, subtitle="C")
    site.conn.execute("UPDATE airings SET updated_at = '2026-02-01T00:00:00Z' WHERE id = 2")
    site.conn.execute("UPDATE generation SET number = number + 1")
    after = await entries()
    assert after.keys() == before.keys()
    assert sum(after[name] != before[name] for name in after) == 1


async def test_changes(site: Any) -> None:
    root = await document(site, "/changes.atom")
    assert titles(root) == ["Added: Two news", "Removed: Gone", "Changed: News <b>"]
    links = [entry.find(ATOM + "link").get("href") for entry in root.iter(ATOM + "entry")]
    assert links == [f"http://localhost/guide/{page}" for page in ("program/3", "channel/2", "program/2")]
    assert root.findall(ATOM + "entry")[2].findtext(ATOM + "content") == "Title: Old → News <b>"
    assert root.findtext(ATOM + "updated") == moment(-1)


async def test_changes_of_a_channel(site: Any) -> None:
    root = await document(site, "/changes.atom?channel=1")
    assert root.findtext(ATOM + "title") == "Changes of the TV guide: Channel One"
    assert titles(root) == ["Changed: News <b>"]


async def test_what_an_import_changed(guide: Guide) -> None:
    guide.load(
        "p", feed([show("one", NOON, NOON + HOUR, "A"), show("one", NOON + HOUR, NOON + 2 * HOUR, "B")])
    )
    guide.load(
        "p", feed([show("one", NOON, NOON + HOUR, "A!"), show("one", NOON + HOUR, NOON + 2 * HOUR, "B")])
    )
    guide.db.execute("UPDATE import_log SET started_at = ?", [moment(-1)])
    async with serving(guide.path) as ds:
        assert titles(await document(ds, "/changes.atom")) == ["Changed: A!"]


@pytest.mark.parametrize(
    ("path", "status", "line"),
    [
        ("/search.atom", 400, "q is missing: write a word or two to look for, as q=news"),
        ("/search.atom?q=a&x=1", 400, "unknown parameter 'x'; known are: q, channels, lineup, genre, days"),
        ("/search.atom?q=a&days=99", 400, "days must be a whole number from 1 to 31"),
        ("/changes.atom?channel=3", 404, "there is no such channel"),
        ("/changes.atom?channel=x", 400, "channel must be a whole number from 1"),
    ],
)
async def test_what_is_refused(site: Any, path: str, status: int, line: str) -> None:
    found = await site.client.get(path)
    assert (found.status_code, found.text) == (status, line + "\n")


async def test_unchanged_is_304(site: Any) -> None:
    for path in ("/search.atom?q=news", "/changes.atom"):
        first = await site.client.get(path)
        again = await site.client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_characters_that_no_document_may_have(site: Any) -> None:
    found = await site.client.get("/search.atom?q=news%01%EF%BF%BF")
    assert found.status_code == 200
    root = etree.fromstring(found.content)
    assert root.findtext(ATOM + "title") == "TV guide: news"
