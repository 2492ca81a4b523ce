"""The forms of a provider's settings under `/-/epg/providers`: what is typed, stored, refused and never shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.storage.vault import Vault
from epg_web.admin import provider_form, providers
from epg_web.api import writes
from epg_web.api.bodies import PROVIDER

from tests.helpers.admin_site import (
    ADMIN,
    FEED,
    PROVIDERS,
    SECRET,
    TOKEN,
    Browser,
    Page,
    configure,
    fill,
    query,
    served,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    return fill(tmp_path / "bundle")


def main_of(answer: Any) -> str:
    """The page's own part."""
    return str(answer.text).partition("<main")[2].partition("</main>")[0]


def words(answer: Any) -> str:
    return " ".join(main_of(answer).split())


def kept(folder: Path, name: str) -> Any:
    return Vault(folder / "epg.secrets").get(name)


async def test_a_provider_is_added(folder: Path) -> None:
    configure(folder, "allow_private_addresses: true")
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        answer = await browser.send(
            f"{PROVIDERS}/new", name=" north ", xmltv_url=FEED, priority="7", timezone="Europe/Lisbon",
            shift_minutes="-60", language="pt, en", channel_policy="mapped", headers=f"X-Key: {SECRET}\r\nAccept: a:b",
            private_addresses="allow", repair_text="1",
        )  # fmt: skip
        page = await browser.follow(answer)
        assert "north is added" in page.text
        assert SECRET not in page.text
        columns = "priority, timezone, shift_minutes, language, channel_policy, repair_text, enabled, public_url, xmltv_url"
        assert query(folder, f"SELECT {columns} FROM providers WHERE name = 'north'") == [
            (7, "Europe/Lisbon", -60, '["pt", "en"]', "mapped", 1, 1, 0, "https://feeds.example/…")
        ]
        found = kept(folder, "north")
        assert found.headers == {"X-Key": SECRET, "Accept": "a:b"}
        assert (found.url, found.private_addresses) == (FEED, "allow")
        assert SECRET not in str(query(folder, "SELECT * FROM write_log"))


async def test_what_is_wrong_is_said_for_each_field_and_what_was_typed_stays(folder: Path) -> None:
    async with served(folder) as ds:
        answer = await Browser(ds, ADMIN).send(
            f"{PROVIDERS}/new", name="77", xmltv_url="gopher://a/<b>", priority="many", timezone="Mars/Base",
            shift_minutes="1e3", language="english please", headers=f"Authorization {SECRET}",
        )  # fmt: skip
        assert answer.status_code == 400
        text = main_of(answer)
        keys = ("name", "xmltv_url", "priority", "timezone", "shift_minutes", "headers")
        assert all(text.count(f'id="epg-{key}-problem"') == 1 for key in keys)
        assert text.count('aria-invalid="true"') == len(keys)
        assert all(f'<li><a href="#epg-{key}">' in text for key in keys)
        fields = next(form for form in Page(text).forms if "name" in form["fields"])["fields"]
        assert (fields["name"], fields["xmltv_url"], fields["headers"]) == ("77", "gopher://a/<b>", "")
        assert fields["priority"] == "many"
        assert "they are not sent back to you" in text
        assert SECRET not in answer.text
        assert query(folder, "SELECT count(*) FROM providers") == [(2,)]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "BEST"}, {"name": ""}, {"name": "a\0b"}, {"name": "x" * 101}, {"xmltv_url": "http://a/" + "x" * 9_000},
        {"priority": "10000"}, {"priority": "9" * 50}, {"priority": "٣"}, {"shift_minutes": "--5"}, {"language": "!"},
        {"channel_policy": "none"}, {"headers": "no colon"}, {"headers": ": empty"}, {"headers": "A: 1\nA: 2"},
        {"headers": "A: ś"}, {"headers": "A: " + "x" * 20_000}, {"timezone": "../etc/passwd"},
    ],
)  # fmt: skip
async def test_a_setting_that_is_not_allowed_is_not_stored(folder: Path, typed: dict[str, str]) -> None:
    async with served(folder) as ds:
        answer = await Browser(ds, ADMIN).send(f"{PROVIDERS}/new", **{"name": "north", **typed})
        assert answer.status_code in (400, 409)
        assert "Nothing is stored yet" in answer.text
        assert query(folder, "SELECT count(*) FROM providers") == [(2,)]


async def test_the_local_network_is_a_box_unless_the_configuration_forbids_it(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        await browser.send(f"{PROVIDERS}/new", name="home", xmltv_url=FEED, private_addresses="allow")
        assert kept(folder, "home").private_addresses == "allow"
    configure(folder, "allow_private_addresses: false")
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        assert 'name="private_addresses"' not in (await browser.get(f"{PROVIDERS}/new")).text
        await browser.send(f"{PROVIDERS}/new", name="north", xmltv_url=FEED, private_addresses="allow")
        assert kept(folder, "north").private_addresses == "deny"


async def test_only_what_differs_is_changed_and_headers_stay(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        page = await browser.get(f"{PROVIDERS}/1")
        text = main_of(page)
        assert "Set now: X-Key." in text
        fields = next(form for form in Page(text).forms if "name" in form["fields"])["fields"]
        assert (fields["xmltv_url"], fields["headers"], fields["name"]) == (FEED, "", "best")
        assert text.replace(FEED, "").count(SECRET) == 0
        assert 'autocomplete="off"' in text

        done = await browser.follow(await browser.send(f"{PROVIDERS}/1", where="updated_at", priority="9"))
        assert "best is changed. Changed at once: priority." in done.text
        assert json.loads(query(folder, "SELECT details FROM write_log")[0][0]) == {"priority": 9}
        assert (kept(folder, "best").headers, kept(folder, "best").url) == ({"X-Key": SECRET}, FEED)

        await browser.send(f"{PROVIDERS}/1", where="updated_at", headers="B: two")
        assert kept(folder, "best").headers == {"B": "two"}
        await browser.send(f"{PROVIDERS}/1", where="updated_at", clear_headers="1")
        assert kept(folder, "best").headers == {}
        same = await browser.follow(await browser.send(f"{PROVIDERS}/1", where="updated_at"))
        assert "Nothing was different" in same.text
        assert query(folder, "SELECT count(*) FROM write_log") == [(3,)]


async def test_a_form_older_than_the_provider_asks_again(folder: Path) -> None:
    async with served(folder) as ds:
        one, other = Browser(ds, ADMIN), Browser(ds, ADMIN)
        old = Page(main_of(await one.get(f"{PROVIDERS}/1"))).forms[-1]
        await other.send(f"{PROVIDERS}/1", where="updated_at", name="better")
        answer = await one.request("POST", old["action"], {**old["fields"], "priority": "44"})
        assert answer.status_code == 409
        assert providers.CHANGED in answer.text
        assert query(folder, "SELECT name, priority FROM providers WHERE id = 1") == [("better", 1)]
        again = Page(main_of(answer)).forms[-1]
        await one.request("POST", again["action"], again["fields"])
        assert query(folder, "SELECT name, priority FROM providers WHERE id = 1") == [("best", 44)]


async def test_a_provider_that_is_not_there(folder: Path) -> None:
    async with served(folder) as ds:
        for path in (f"{PROVIDERS}/99", f"{PROVIDERS}/{'9' * 18}", f"{PROVIDERS}/99?delete=1"):
            assert (await Browser(ds, ADMIN).get(path)).status_code == 404


async def test_deleting_asks_first_and_says_what_goes(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        path = f"{PROVIDERS}/1?delete=1"
        assert "What goes: 1 programme," in words(await browser.get(path))
        refused = await browser.follow(await browser.send(path, where="'delete'"))
        assert "tick the box" in refused.text
        assert query(folder, "SELECT count(*) FROM providers") == [(2,)]
        done = await browser.follow(await browser.send(path, where="'delete'", confirm="yes"))
        assert "best is deleted, with 1 programme." in done.text
        assert query(folder, "SELECT name FROM providers") == [("second",)]
        assert query(folder, "SELECT actor, action FROM write_log") == [("epg-admin", "provider.delete")]


def test_the_form_has_every_setting_of_the_api(folder: Path) -> None:
    assert set(provider_form.LABELS) == set(PROVIDER)
    values, errors = provider_form.parsed({}, True)
    assert errors == {}
    assert set(values) == set(PROVIDER) - {"headers", "username", "password"}
    blank = {
        key: values[key] for key in ("priority", "shift_minutes", "timezone", "language", "private_addresses")
    }
    assert blank == {key: writes.DEFAULTS[key] for key in blank}
