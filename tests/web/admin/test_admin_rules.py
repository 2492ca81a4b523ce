"""`/-/epg/rules`: before and after on stored programmes, sets turned on and off, rules added, edited and deleted by forms."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.rules.sets import rule_sets

from tests.helpers.admin_site import ADMIN, NOBODY, TOKEN, Browser, fill, query, served

RULES = "/-/epg/rules"
TITLES = "SELECT title FROM programs ORDER BY id"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    return fill(tmp_path / "bundle")


def words(answer: Any) -> str:
    return " ".join(str(answer.text).partition("<main")[2].partition("</main>")[0].split())


async def test_a_rule_is_tried_added_edited_turned_off_and_deleted(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        address = f"{RULES}?field=title&pattern=%5EOn+&kind=replace&value=Right+"
        tried = words(await browser.get(address))
        assert "1 programme with 1 text of 2" in tried
        assert (
            '<strong dir="auto">On now</strong>' in tried and '<strong dir="auto">Right now</strong>' in tried
        )
        assert query(folder, TITLES) == [("On now",), ("Later",)]

        page = await browser.follow(await browser.send(address, where="'add'"))
        assert "Added rule 1. 1 programme changed." in page.text
        assert query(folder, TITLES) == [("Right now",), ("Later",)]

        page = await browser.follow(await browser.send(f"{RULES}?edit=1", where="'save'", value="Still "))
        assert query(folder, TITLES) == [("Still now",), ("Later",)]
        await browser.send(RULES, where="'disable'", do="disable")
        assert query(folder, TITLES) == [("On now",), ("Later",)]
        await browser.send(RULES, where="'delete'", do="delete")
        assert query(folder, "SELECT * FROM rules") == []
        actions = query(folder, "SELECT action, actor FROM write_log ORDER BY id")
        assert actions == [(f"rule.{verb}", "epg-admin") for verb in ("create", "update", "update", "delete")]


async def test_a_set_is_tried_and_turned_on_for_one_provider(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        tried = words(await browser.get(f"{RULES}?set=quality&provider=best"))
        assert "What the set quality would change" in tried and "0 programmes with 0 texts" in tried
        page = await browser.follow(
            await browser.send(f"{RULES}?set=quality&provider=best", where="'quality'")
        )
        assert "Turned on: quality" in page.text and "turned on for this provider" in words(page)
        assert query(folder, "SELECT name, provider_id, enabled FROM rule_choices") == [("quality", 1, 1)]


async def test_every_set_is_told_of_in_the_language_of_the_viewer(folder: Path) -> None:
    async with served(folder) as ds:
        page = unescape(words(await Browser(ds, ADMIN).get(RULES)))
        german = unescape(words(await Browser(ds, ADMIN).get(f"{RULES}?lang=de")))
    for one in rule_sets():
        assert f"<td>{one.about}</td>" in page, one.name
        assert f'<th scope="row">{one.name}</th><td>' in german and f"<td>{one.about}</td>" not in german


@pytest.mark.parametrize("pattern", ["(", "(%3F<%3Da)b", "x*"])
async def test_what_re2_refuses_is_said_on_the_page(folder: Path, pattern: str) -> None:
    async with served(folder) as ds:
        answer = await Browser(ds, ADMIN).get(f"{RULES}?field=title&pattern={pattern}&kind=remove")
        assert answer.status_code == 200 and 'role="alert"' in answer.text
        assert "Add this rule" not in answer.text


async def test_only_those_who_may_write_see_it_and_other_sites_cannot_send(folder: Path) -> None:
    async with served(folder) as ds:
        assert (await Browser(ds).get(RULES)).status_code in (302, 303)
        assert (await Browser(ds, NOBODY).get(RULES)).status_code == 403
        forged = await Browser(ds, ADMIN).request("POST", RULES, {"do": "safe"}, other_site=True)
        assert forged.status_code == 403
        assert query(folder, "SELECT * FROM rule_choices") == []


async def test_the_api_does_the_same(folder: Path) -> None:
    async with served(folder) as ds:
        token = {"Authorization": f"Bearer {TOKEN}"}

        async def ask(method: str, path: str, body: Any = None) -> Any:
            return await ds.client.request(method, f"/api/v1{path}", json=body, headers=token)

        rule = {"field": "title", "pattern": "^On ", "action": "remove"}
        tried = (await ask("POST", "/rules/test", rule)).json()
        assert (tried["programmes"], tried["examples"][0]["after"]) == (1, {"title": "now"})
        assert (await ds.client.post("/api/v1/rules", json=rule)).status_code == 401
        assert (await ask("POST", "/rules", {**rule, "pattern": "("})).status_code == 400
        made = await ask("POST", "/rules", {**rule, "provider": "best"})
        assert (made.status_code, made.json()["programmes"]) == (201, 1)
        assert (await ds.client.get("/api/v1/rules")).json()[0]["provider"] == "best"
        done = (await ask("PATCH", "/rules/1", {"enabled": False})).json()
        assert (done["enabled"], done["programmes"]) == (False, 1)
        assert (await ask("DELETE", "/rules/1")).status_code == 204
        assert (await ask("GET", "/rules/1")).status_code == 404
        chosen = (await ask("PUT", "/rules/sets", {"all": True, "enabled": True})).json()
        assert "quality" in chosen["sets"] and "cross" not in chosen["sets"]
        sets = {row["name"]: row for row in (await ds.client.get("/api/v1/rules/sets")).json()}
        assert sets["quality"]["enabled"] and not sets["cross"]["enabled"]
        assert (
            json.loads(query(folder, "SELECT details FROM write_log ORDER BY id DESC")[0][0])["enabled"]
            is True
        )
