"""`/-/epg/lineups`: line-ups added, changed and removed, their lists, and what strangers see of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from datasette.app import Datasette

from tests.helpers.admin_site import ADMIN, NOBODY, TOKEN, Browser, configure, query, served
from tests.lineup_store.lineup_site import fill, upload

LINEUPS = "/-/epg/lineups"
CLOSED = ("/new", "/1/settings", "/1/list", "/1/entry", "/1/entry?entry=1", "/1/review", "/1/missing")
SECRETS = ("canaryuser", "canarypass", "list.m3u")


@pytest.fixture(scope="module")
def token() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPG_API_TOKEN", TOKEN)
        yield


@pytest.fixture(scope="module")
def shared(token: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle for tests that change nothing, or only line-ups of their own."""
    folder = fill(tmp_path_factory.mktemp("lineups") / "bundle")
    configure(folder, "allow_private_addresses: true")
    return folder


@pytest_asyncio.fixture
async def ds(shared: Path) -> AsyncIterator[Datasette]:
    async with served(shared) as found:
        yield found


def words(answer: Any) -> str:
    return " ".join(str(answer.text).partition("<main")[2].partition("</main>")[0].split())


def message(answer: Any) -> str:
    """The lines on top of a page."""
    found = str(answer.text).split('class="message-')[1:]
    return " ".join(" ".join(part.partition("</p>")[0].split()) for part in found)


async def test_strangers_see_names_and_channels_but_no_source_and_no_form(ds: Datasette) -> None:
    stranger = Browser(ds)
    for path in ("", "/1"):
        page = await stranger.get(LINEUPS + path)
        assert (page.status_code, page.headers["cache-control"]) == (200, "public, max-age=30")
        assert "Living room" in words(page)
        assert not [word for word in (*SECRETS, "csrftoken", "m3u", "Last refresh") if word in page.text]
    assert "/l/home.xml.gz" in (await stranger.get(LINEUPS)).text
    for path in CLOSED:
        assert "/-/epg/login?next=" in (await stranger.get(LINEUPS + path)).headers["location"], path
    for path in ("", "/1", "/1/settings", "/1/review", "/new", "/1/list"):
        assert (await stranger.request("POST", LINEUPS + path, {"action": "refresh"})).status_code in (
            303,
            401,
            403,
        )


async def test_others_who_are_signed_in_see_what_strangers_see(ds: Datasette) -> None:
    somebody = Browser(ds, NOBODY)
    for path in ("", "/1"):
        page = await somebody.get(LINEUPS + path)
        assert (page.status_code, "key=" in page.text, 'method="post" action="/-/epg/lineups/1"' in page.text) == (
            200, False, False,
        )  # fmt: skip
    for path in CLOSED:
        assert (await somebody.get(LINEUPS + path)).status_code == 403, path


async def test_writers_get_addresses_for_players_and_no_page_has_a_stream(ds: Datasette) -> None:
    admin = Browser(ds, ADMIN)
    page = await admin.get(LINEUPS)
    assert page.headers["cache-control"] == "private, no-store"
    playlist = page.text.partition("/l/home.m3u?key=")[2].partition('"')[0]
    assert len(playlist) == 32
    assert "#EXTM3U" in (await Browser(ds).get(f"/l/home.m3u?key={playlist}")).text
    for path in ("", "/1", *CLOSED):
        text = (await admin.get(LINEUPS + path)).text
        assert not [word for word in SECRETS[:2] if word in text], path
    assert (await admin.get(f"{LINEUPS}/99")).status_code == 404
    assert (await admin.get(f"{LINEUPS}/99/review")).status_code == 404


async def test_the_counts_of_a_line_up_lead_to_what_is_to_do(ds: Datasette) -> None:
    text = words(await Browser(ds, ADMIN).get(LINEUPS))
    assert "8 entries: 6 with a channel" in text
    assert 'href="/-/epg/lineups/1/review">2 to review</a>' in text
    assert 'href="/-/epg/lineups/1/missing">1 without programmes to come</a>' in text


async def test_what_is_missing_and_where_the_answer_is(ds: Datasette) -> None:
    text = words(await Browser(ds, ADMIN).get(f"{LINEUPS}/1/missing"))
    ended, _, rest = text.partition("<h2>Channels whose guide ends within a day</h2>")
    ending, _, rest = rest.partition("<h2>Entries without a channel</h2>")
    waiting, _, left = rest.partition("<h2>Left out of the source</h2>")
    assert ("Bramble" in ended, "its last programme ended" in ended, "Thistle" in ended) == (
        True,
        True,
        False,
    )
    assert ("Thistle" in ending, "Harbour" in ending) == (True, False)
    assert ("1 channel it may be" in waiting, "Sell &lt;b&gt;it&lt;/b&gt; now" in waiting) == (True, True)
    assert [word in left for word in ("Radio stations", "Films and series", "Wave")] == [True, True, False]


async def test_a_line_up_is_added_changed_and_removed(ds: Datasette, shared: Path) -> None:
    admin = Browser(ds, ADMIN)
    answer = await upload(admin, f"{LINEUPS}/new", None, name="hand-made", kind_tv="1", filler="60")
    page = await admin.follow(answer)
    assert "There are no entries yet." in words(page)
    (ident,) = query(shared, "SELECT id FROM lineups WHERE name = 'hand-made'")[0]
    settings = f"{LINEUPS}/{ident}/settings"
    page = await admin.follow(await admin.send(settings, title="By hand", id_scheme="number", filler="0"))
    assert "By hand is changed: Title, Ids, Filler in minutes." in message(page)
    row = "SELECT name, title, id_scheme, filler, source_kind FROM lineups WHERE name = 'hand-made'"
    assert query(shared, row) == [("hand-made", "By hand", "number", 0, "hand")]
    assert "Nothing was different" in message(await admin.follow(await admin.send(settings)))
    page = await admin.follow(await admin.send(f"{settings}?delete=1"))
    assert "tick the box" in message(page)
    page = await admin.follow(await admin.send(f"{settings}?delete=1", confirm="yes"))
    assert "By hand is removed, with 0 entries." in message(page)
    assert query(shared, row) == []


@pytest.mark.parametrize(
    ("typed", "field", "problem"),
    [
        ({"name": ""}, "name", "a line-up&#39;s name must have"), ({"name": "two words"}, "name", "must have"),
        ({"name": "12"}, "name", "not only digits"), ({"filler": "soon"}, "filler", "whole number of minutes"),
        ({"filler": "2000"}, "filler", "from 0 to 1440"), ({"url": "ftp://example.org/x"}, "url", "http"),
        ({"url": "/etc/passwd"}, "url", "http"), ({"kind_tv": None}, "kinds", "kinds must be"),
        ({"id_scheme": "odd"}, "id_scheme", "id_scheme must be"), ({"source_kind": "odd"}, "source_kind", "must be one of"),
        ({"headers": "no colon"}, "headers", "not of the form"), ({"name": "HOME"}, "", "already a line-up named home"),
        ({"url": "http://example.org/l", "text": "#EXTM3U"}, "list", "not both"),
        ({"source_kind": "xtream", "url": "http://example.org/"}, "", "needs a user name and a password"),
    ],
)  # fmt: skip
async def test_a_mistake_is_told_at_its_field_and_stores_nothing(
    ds: Datasette, shared: Path, typed: dict[str, Any], field: str, problem: str
) -> None:
    before = query(shared, "SELECT * FROM lineups")
    fields = {"name": "new-one", "title": "Kept <text>", "kind_tv": "1", **typed}
    answer = await upload(Browser(ds, ADMIN), f"{LINEUPS}/new", None, **fields)
    assert answer.status_code in (400, 409), answer.text
    assert problem in answer.text
    assert "Kept &lt;text&gt;" in answer.text
    if field:
        assert f'href="#epg-{field}"' in answer.text
        assert f'id="epg-{field}-problem"' in answer.text
    assert query(shared, "SELECT * FROM lineups") == before


async def test_two_people_who_change_settings_are_told(ds: Datasette, shared: Path) -> None:
    admin, page = Browser(ds, ADMIN), f"{LINEUPS}/1/settings"
    assert (await admin.send(page, state="0" * 16, title="Other")).status_code == 409
    assert query(shared, "SELECT title FROM lineups WHERE id = 1") == [("Living room",)]
    assert "list.m3u" in (await admin.get(page)).text, (
        "the whole address is there for those who may change it"
    )


async def test_a_refresh_runs_by_itself_and_its_outcome_is_told(ds: Datasette, shared: Path) -> None:
    admin = Browser(ds, ADMIN)
    answer = await admin.send(LINEUPS, where="action", action="refresh")
    assert answer.headers["location"].endswith("refreshing=1&since=1")
    page = await admin.follow(answer)
    assert "The refresh of Living room has started." in message(page)
    for _ in range(200):
        page = await admin.get(f"{LINEUPS}?refreshing=1&since=1")
        if "A refresh is running" not in page.text:
            break
        assert "http-equiv" in page.text
        await asyncio.sleep(0.1)
    assert "found nothing new" in words(page)
    assert query(shared, 'SELECT status, "trigger" FROM lineup_refreshes WHERE id = 2') == [
        ("unchanged", "api")
    ]
    wrong = await admin.follow(await admin.send(LINEUPS, where="action", action="refresh", lineup="99"))
    assert "message-error" in wrong.text
