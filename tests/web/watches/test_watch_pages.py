"""The pages and the API of watches and alerts: each actor's own, nothing for strangers, no secret twice."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from tests.helpers.admin_site import ADMIN, NOBODY, Browser, configure, fill, served
from tests.helpers.feedserver import FeedServer
from tests.helpers.hosts.either_datasette import OF_THIS_SITE

WATCHES, ALERTS = "/-/epg/watches", "/-/epg/alerts"
HOOK = "https://hooks.example/t0ken-canary"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = fill(tmp_path_factory.mktemp("watches") / "site")
    configure(made, "allow_private_addresses: false")
    return made


@pytest.fixture
async def site(folder: Path) -> AsyncIterator[Datasette]:
    async with served(folder) as ds:
        yield ds


class Api:
    """The API for one actor, as a signed-in browser uses it."""

    def __init__(self, ds: Datasette, actor: dict[str, Any] | None) -> None:
        self.browser = Browser(ds, actor)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        await self.browser.get("/-/epg/login")
        token = self.browser.cookies.get("ds_csrftoken", "")
        return await self.browser.ds.client.request(
            method,
            f"/api/v1{path}",
            cookies=dict(self.browser.cookies),
            headers={"x-csrftoken": token, "content-type": "application/json", **OF_THIS_SITE},
            content=None if body is None else json.dumps(body),
        )


async def test_the_api_from_a_watch_to_its_preview(site: Datasette) -> None:
    api = Api(site, ADMIN)
    made = await api.ask("POST", "/watches", {"kind": "title", "value": "Later", "lead_minutes": 30})
    assert made.status_code == 201, made.text
    ident = made.json()["id"]
    assert made.headers["location"].endswith(f"/api/v1/watches/{ident}")
    found = (await api.ask("GET", f"/watches/{ident}/preview")).json()
    assert (found["sends"], found["programmes"][0]["title"]) == (1, "Later")
    assert found["programmes"][0]["found"] == "the title is Later"
    changed = await api.ask("PATCH", f"/watches/{ident}", {"from_time": "03:00", "to_time": "03:01"})
    assert changed.json()["from_time"] == "03:00"
    found = (await api.ask("GET", f"/watches/{ident}/preview")).json()
    assert found["sends"] in (0, 1) and found["sends"] + found["skips"] == 1
    tried = await api.ask("POST", "/watches/preview", {"kind": "words", "value": "now"})
    assert tried.json()["skips"] == 1 and "begun" in tried.json()["programmes"][0]["reason"]
    assert [row["id"] for row in (await api.ask("GET", "/watches")).json()] == [ident]
    assert "Later" in (await api.ask("GET", "/watches.csv")).text
    for wrong, said in (
        ({"kind": "title"}, "value is missing"),
        ({"kind": "pattern", "value": "("}, "RE2 cannot read the pattern"),
        ({"kind": "words", "value": "x", "channels": [999]}, "channels: there is nothing with the id 999"),
        (
            {"kind": "words", "value": "x", "lead_minutes": 5000},
            "lead_minutes must be a whole number from 0 to 1440",
        ),
        ({"kind": "words", "value": "x", "owner": "other"}, "unknown setting 'owner'"),
    ):
        answer = await api.ask("POST", "/watches", wrong)
        assert answer.status_code == 400 and said in answer.json()["error"], answer.text
    assert (await api.ask("DELETE", f"/watches/{ident}")).status_code == 204
    assert (await api.ask("GET", f"/watches/{ident}")).status_code == 404


async def test_targets_show_no_address_and_their_secret_once(site: Datasette) -> None:
    api = Api(site, ADMIN)
    made = await api.ask("POST", "/targets", {"name": "phone", "url": HOOK, "digest_at": "07:00"})
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    ident = made.json()["id"]
    for path in ("/targets", f"/targets/{ident}", "/targets.csv"):
        text = (await api.ask("GET", path)).text
        assert "hooks.example" in text and "canary" not in text and "whsec" not in text
    again = await api.ask("POST", "/targets", {"name": "phone", "url": HOOK})
    assert again.status_code == 409
    denied = await api.ask("PATCH", f"/targets/{ident}", {"private_addresses": "allow"})
    assert denied.status_code == 400 and "allow_private_addresses" in denied.json()["error"]
    renewed = await api.ask("PATCH", f"/targets/{ident}", {"secret": None})
    assert renewed.json()["secret"] not in ("", made.json()["secret"])
    assert "secret" not in (await api.ask("PATCH", f"/targets/{ident}", {"operator": True})).json()
    assert (await api.ask("DELETE", f"/targets/{ident}")).status_code == 204


async def test_a_test_message_goes_out_by_a_process_of_its_own(site: Datasette) -> None:
    api = Api(site, ADMIN)
    with FeedServer() as receiver:
        url = receiver.serve("/hook", b"")
        made = (await api.ask("POST", "/targets", {"name": "local", "url": url})).json()
        refused = await api.ask("POST", f"/targets/{made['id']}/test")
        assert refused.json() == {"ok": False, "error": refused.json()["error"]}, refused.text
        assert "not at a public address" in refused.json()["error"] and receiver.hits == []
    log = (await api.ask("GET", "/alerts")).json()
    assert [(row["kind"], row["state"], row["target"]) for row in log] == [("test", "failed", "local")]
    await api.ask("DELETE", f"/targets/{made['id']}")


async def test_strangers_and_others_see_nothing(site: Datasette, folder: Path) -> None:
    own = Api(site, ADMIN)
    watch = (await own.ask("POST", "/watches", {"kind": "words", "value": "private-canary"})).json()["id"]
    other = Api(site, {"id": "root"})
    assert (await other.ask("GET", "/watches")).json() == []
    for method, body in (("GET", None), ("PATCH", {"enabled": False}), ("DELETE", None)):
        assert (await other.ask(method, f"/watches/{watch}", body)).status_code == 404
    assert (await other.ask("GET", f"/watches/{watch}/preview")).status_code == 404
    assert (await Browser(site, {"id": "root"}).get(f"{WATCHES}/{watch}")).status_code == 404
    for path in ("/watches", "/targets", "/alerts", f"/watches/{watch}/preview"):
        answer = await site.client.get(f"/api/v1{path}")
        assert answer.status_code == 401 and "canary" not in answer.text
        assert (await Api(site, NOBODY).ask("GET", path)).status_code == 403
    for path in (WATCHES, ALERTS, f"{WATCHES}/{watch}"):
        assert (await Browser(site).get(path)).status_code == 303
        assert (await Browser(site, NOBODY).get(path)).status_code == 403
    nameless = await Api(site, {"id": None, "gh": 1}).ask("GET", "/watches")
    assert nameless.status_code in (401, 403)
    for name in ("epg.db", "epg.db-wal"):
        if (folder / name).exists():
            assert b"private-canary" not in (folder / name).read_bytes()
    await own.ask("DELETE", f"/watches/{watch}")


async def test_the_pages_add_try_change_and_undo(site: Datasette) -> None:
    browser = Browser(site, ADMIN)
    tried = await browser.send(WATCHES, where="value", value="later", do="try")
    assert tried.status_code == 200 and "It would tell of 1" in tried.text and 'value="later"' in tried.text
    page = await browser.follow(
        await browser.send(WATCHES, where="'value'", value="later", name="Mine", do="add")
    )
    assert "Added watch" in page.text and "Mine" in page.text
    wrong = await browser.send(WATCHES, where="'value'", kind="pattern", value="(", do="add")
    assert wrong.status_code == 400 and 'value="("' in wrong.text
    ident = page.text.split(f'href="{WATCHES}/')[1].split('"')[0]
    one = await browser.get(f"{WATCHES}/{ident}")
    assert "This week" in one.text and "Later" in one.text
    done = await browser.send(
        f"{WATCHES}/{ident}", where="'value'", value="later", lead_minutes="", do="save"
    )
    assert "Changed watch" in (await browser.follow(done)).text
    given = await browser.get(f"{WATCHES}?kind=title&value=Later")
    assert '<option value="title" selected>' in given.text and 'name="value" value="Later"' in given.text
    await chooses_channels_by_name(browser, f"{WATCHES}/{ident}")
    await keeps_what_is_wrong(browser, f"{WATCHES}/{ident}")
    gone = await browser.follow(await browser.send(WATCHES, where=f"'watch': '{ident}'", do="delete"))
    assert "You have no watches yet" in gone.text
    back = await browser.follow(await browser.send(WATCHES, do="undo"))
    assert "Undone" in back.text and "Mine" in back.text


async def chooses_channels_by_name(browser: Browser, page: str) -> None:
    """A name in the box means the channels that are called so; they come back as ticks, and stay when it is saved again."""
    await browser.send(page, where="'value'", do="save", channel_name="bbc one hd")
    for _again in range(2):
        one = (await browser.get(page)).text
        assert re.search(r'name="channels" value="2" checked> <span dir="auto">BBC One HD</span>', one)
        await browser.send(page, where="'value'", do="save")
    await browser.send(page, where="'value'", do="save", channels="")
    assert 'name="channels"' not in (await browser.get(page)).text


async def keeps_what_is_wrong(browser: Browser, page: str) -> None:
    """Whatever box is wrong: one line under the name of the box, and all that was typed."""
    for box, text, said in (
        ("lead_minutes", "-5", "Minutes before the start must be a whole number"),
        ("lead_minutes", "5000", "Minutes before the start must be a whole number from 0 to 1440"),
        ("timezone", "Mars/Olympus", "unknown time zone"),
        ("channel_name", "nowhere", "No channel is called “nowhere”."),
    ):
        typed = {"value": "typed-value", "name": "typed-name", "day_sun": "1", "digest": "1", box: text}
        for where, do in ((page, "save"), (WATCHES, "add"), (WATCHES, "try")):
            wrong = await browser.send(where, where="'value'", do=do, **typed)
            assert (wrong.status_code, wrong.text.count('class="epg-problem"')) == (400, 1), (box, do)
            assert wrong.text.partition('class="epg-problem">')[2].startswith(said), wrong.text
            assert all(f'value="{one}"' in wrong.text for one in (text, "typed-value"))
            form = wrong.text[wrong.text.index('class="epg-form"') :]
            assert 'value="typed-name"' in form and re.search(r'name="day_sun" value="1" checked', form)
            assert re.search(r'name="digest" value="1" checked', form)


async def test_the_page_of_targets_shows_a_secret_once(site: Datasette) -> None:
    browser = Browser(site, ADMIN)
    made = await browser.send(ALERTS, where="'url'", name="bell", url=HOOK, do="add")
    assert made.status_code == 200 and "whsec_" in made.text and "canary" not in made.text
    page = await browser.get(ALERTS)
    assert "bell" in page.text and "whsec_" not in page.text and "canary" not in page.text
    off = await browser.follow(await browser.send(ALERTS, where="'target'", do="off"))
    assert "Turned off: bell" in off.text
    gone = await browser.follow(await browser.send(ALERTS, where="'target'", do="delete"))
    assert "You have no targets yet" in gone.text
    typed = {"name": "typed-name", "url": "nonsense-canary", "digest_at": "07:15", "operator": "1"}
    wrong = await browser.send(ALERTS, where="'url'", do="add", **typed)
    assert wrong.status_code == 400 and "Address must be an address" in wrong.text
    assert 'value="typed-name"' in wrong.text and 'value="07:15"' in wrong.text and "canary" not in wrong.text
    assert 'name="operator" value="1" checked' in wrong.text
