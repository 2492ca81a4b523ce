"""From an address to a provider: a look at the feed, what a change does, how far an import is, a form sent again."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from epg_ingest.core.times import iso
from epg_web.admin import provider_form
from epg_web.admin.onboarding import effects, import_pace, import_progress
from epg_web.host.running import FROM_1_0

from tests.helpers.admin_site import ADMIN, PROVIDERS, TOKEN, Browser, Page, configure, fill, query, served
from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, NOON, feed, show


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    return fill(tmp_path / "bundle")


def test_what_a_change_does_is_said_for_every_setting() -> None:
    at_once, times, later = effects.sorted_out(provider_form.LABELS)
    assert sorted((*at_once, *times, *later)) == sorted(provider_form.LABELS)
    assert set(provider_form.LABELS) >= effects.AT_ONCE | effects.TIMES
    assert effects.in_words(["priority", "schedule", "xmltv_url", "mirrors"], provider_form.LABELS) == (
        "Changed at once: priority. From now on imports follow: schedule. The next import obeys: address, mirrors."
    )


def test_how_much_is_done_and_what_is_left() -> None:
    assert import_pace.done("download", 0, 100) == 0
    assert import_pace.done("download", 100, 100) == import_pace.done("parse", 0, 100) == 0.25
    assert import_pace.done("parse", 500, 100) == import_pace.done("merge", 0, 1) == pytest.approx(0.8)
    assert import_pace.done("parse", 7, None) == pytest.approx(0.525)
    for part, elapsed, last, expected in [
        (0.5, 10, 40, 30), (0.5, 10, None, 10), (0.5, 50, 40, 50), (0.0, 10, None, None), (0.5, 0.2, None, None),
    ]:  # fmt: skip
        assert import_pace.seconds_left(part, elapsed, last) == expected
    row = {"stage": "parse", "programmes": 50, "expected": 100, "started_at": iso(NOON), "took": None}
    assert import_progress.measured(row, NOON + 10) == {"part": 0.525, "left": 9}


def test_a_name_is_made_of_the_address() -> None:
    for address, taken, name in [
        ("https://www.feeds.example/a.xml", [], "feeds"), ("http://192.0.2.7/x", [], "home"),
        ("https://feeds.example/", ["FEEDS", "feeds-2"], "feeds-3"), ("http://server/", [], "server"),
    ]:  # fmt: skip
        assert provider_form.name_from(address, taken) == name


async def test_a_feed_is_looked_at_and_nothing_is_stored(folder: Path) -> None:
    with FeedServer() as feeds:
        rows = [show("one", NOON, NOON + HOUR, "News <b>")]
        address = feeds.serve("/guide.xml", feed(rows, [("one", "One"), ("two", "Two")]))
        async with served(folder) as ds:
            browser = Browser(ds, ADMIN)
            path = f"{PROVIDERS}/new"
            closed = await browser.send(path, where="xmltv_url", action="look", xmltv_url=address)
            assert "tick the box below" in closed.text and "epg-field-now" in closed.text
            seen = await browser.send(
                path, where="xmltv_url", action="look", xmltv_url=address, private_addresses="allow"
            )
            assert seen.status_code == 200
            assert (
                "2 channels" in seen.text
                and "1 programme" in seen.text
                and "Channels without programmes" in seen.text
            )
            form = next(one for one in Page(seen.text).forms if "xmltv_url" in one["fields"])
            assert form["fields"]["xmltv_url"] == address and form["fields"]["private_addresses"] == "allow"
            assert query(folder, "SELECT count(*) FROM providers") == [(2,)]
            empty = await browser.send(path, where="xmltv_url", action="look", name="x")
            assert empty.status_code == 400 and "write the address of the feed first" in empty.text


async def test_what_was_typed_is_kept_when_the_session_ends(folder: Path) -> None:
    typed = {
        "name": "north",
        "xmltv_url": "https://feeds.example/a.xml",
        "password": "hush-hush",
        "action": "add",
    }
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        await browser.get(f"{PROVIDERS}/new")

        async def sent(cookies: dict[str, str], **headers: str) -> Any:
            return await ds.client.post(
                f"{PROVIDERS}/new", cookies=cookies, content=urlencode({**typed, "csrftoken": "old"}), follow_redirects=False,
                headers={"content-type": "application/x-www-form-urlencoded", **headers},
            )  # fmt: skip

        here = {"sec-fetch-site": "same-origin"}
        late = await sent(browser.cookies, **here)
        # Datasette 1.0 has no token that ends: what a browser says is enough there, and the form is read.
        assert late.status_code == (400 if FROM_1_0 else 403) and "hush-hush" not in late.text
        form = next(one for one in Page(late.text).forms if "name" in one["fields"])
        assert form["fields"]["name"] == "north" and "password" in late.text
        assert (await sent({}, **here)).status_code == 401
        for elsewhere in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
            refused = await sent(browser.cookies, **elsewhere)
            assert refused.status_code == 403 and "feeds.example/a.xml" not in refused.text
        assert query(folder, "SELECT count(*) FROM providers") == [(2,)]


async def test_the_configuration_can_forbid_the_local_network(folder: Path) -> None:
    configure(folder, "allow_private_addresses: false")
    async with served(folder) as ds:
        answer = await Browser(ds, ADMIN).send(
            f"{PROVIDERS}/new", where="xmltv_url", action="look", xmltv_url="http://127.0.0.1:9/a.xml",
            private_addresses="allow",
        )  # fmt: skip
        assert "The configuration of this site forbids" in answer.text
