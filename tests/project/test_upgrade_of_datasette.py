"""The same guide on Datasette 0.65 and then on 1.0: the same answers, texts and sessions.

`make test-datasette1` names the interpreter of an environment with 0.65 in DATASETTE_065_PYTHON.
"""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from epg_web.host.running import FROM_1_0

from tests.helpers.browser import ARGUMENTS, CHROMIUM
from tests.helpers.datasette_helpers import add, copy_bundle, make_mapped_guide, moment
from tests.helpers.webprocess import Web, web_process

OLD = os.environ.get("DATASETTE_065_PYTHON", "")
TOKEN = "a-token-that-is-long-enough"
BEARER = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
ENVIRONMENT = {
    "EPG_API_TOKEN": TOKEN, "DATASETTE_SECRET": "the same for both", "DATASETTE_LOAD_PLUGINS": "datasette-auth-tokens",
}  # fmt: skip
API = (
    "/api/v1/channels", "/api/v1/channels/1", "/api/v1/channels/1/programs?start=2000-01-01&end=2000-01-03",
    "/api/v1/programs/1", "/api/v1/search?q=lighthouse", "/api/v1/providers", "/api/v1/channels.csv", "/api/v1/nothing",
    "/xmltv.xml", "/l/home.xml",
)  # fmt: skip
QUERIES = ("on_now", "search", "programmes", "provider_quality", "unmapped_channels")
PAGES = (
    "/", "/guide", "/guide/channel/1", "/guide/program/1", "/guide/search?q=lighthouse", "/guide/use", "/guide/stats",
    "/-/epg/login",
)  # fmt: skip
#: whose pictures are compared: none has a line that moves with the clock
PICTURED = (
    "/guide/channel/1",
    "/guide/program/1",
    "/guide/search?q=lighthouse",
    "/guide/changes",
    "/guide/use",
    "/-/epg/login",
)
#: part of the pixels that may differ: a minute that has passed is a twentieth of it
ALIKE = 0.001
#: the two servers have different ports in the addresses that a page shows
SAME_PORT = "() => document.querySelectorAll('input[readonly]').forEach(at => at.value = at.value.replace(/:[0-9]+/, ':1'))"
SIGNED_IN = ("/-/epg/providers", "/-/epg/providers/1", "/-/epg/mappings", "/-/epg/lineups", "/-/epg/rules")
DESCRIBED = ("/epg", "/epg/guide", "/epg/channels", "/epg/on_now")
#: what is another in each answer
PASSING = re.compile(
    r'name="csrftoken" value="[^"]*"|nonce="[^"]*"|127\.0\.0\.1:\d+|\b\d+ (?:seconds?|minutes?|min|h)\b'
    r'|\d\d:\d\d(?::\d\d)?Z?|(?:x|width)="[\d.]+"|<progress[^>]*>'
)

pytestmark = [
    pytest.mark.elsewhere,
    pytest.mark.skipif(
        not (FROM_1_0 and OLD), reason="needs both versions of Datasette: make test-datasette1"
    ),
]


def part(page: bytes, pattern: str) -> str:
    """What a pattern finds in a page, without what is another in each answer."""
    inside = re.search(pattern, page.decode(), re.DOTALL)
    assert inside, page[:300]
    return re.sub(r"\s+", " ", PASSING.sub("", inside[0]))


def session(web: Web) -> dict[str, str]:
    """The cookie that signing in gives."""
    given = re.findall(r"ds_csrftoken=([^;]+)", web.ask("/-/epg/login").text)
    body = f"token={TOKEN}&csrftoken={given[0] if given else ''}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    headers |= {"cookie": f"ds_csrftoken={given[0]}"} if given else {}
    reply = web.ask("/-/epg/login", "POST", body, headers)
    assert reply.status == 303, reply.text
    return {"cookie": re.findall(r"(ds_actor=[^;]+)", reply.text)[0]}


def answers(web: Web, cookie: dict[str, str]) -> dict[str, Any]:
    """What a server says to the same questions. Of Datasette's own pages, what the bundle describes."""
    said: dict[str, Any] = {
        path: (web.ask(path).status, PASSING.sub("", web.ask(path).text.partition("\n\n")[2])) for path in API
    }
    for name in QUERIES:
        rows = json.loads(web.ask(f"/epg/{name}.json?_shape=array").body)
        said[name] = [{key: row[key] for key in row if not key.startswith("minutes")} for row in rows]
    said |= {path: part(web.ask(path).body, "<main.*</main>") for path in PAGES}
    said |= {path: part(web.ask(path, headers=cookie).body, "<main.*</main>") for path in SIGNED_IN}
    described = r'class="metadata-description">.*?</div>'
    return said | {path: part(web.ask(path).body, described) for path in DESCRIBED}


def parting(old: str, new: str) -> tuple[str, str]:
    """Where two texts begin to differ, a line of each; nothing where they do not."""
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return ("", "") if old == new else (old[max(0, at - 40) : at + 60], new[max(0, at - 40) : at + 60])


def pictures(web: Web) -> dict[str, Any]:
    """Our pages as Chromium shows them, in grey."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = chromium.new_page(viewport={"width": 1100, "height": 800}, color_scheme="light")
        for path in PICTURED:
            page.goto(f"http://127.0.0.1:{web.port}{path}", wait_until="networkidle")
            page.evaluate(SAME_PORT)
            found[path] = Image.open(io.BytesIO(page.screenshot())).convert("L")
        chromium.close()
    return found


def differing(old: Any, new: Any) -> float:
    """The part of the pixels that differ for the eye."""
    from PIL import ImageChops

    seen = ImageChops.difference(old, new).point(lambda value: 255 if value > 24 else 0)
    return float(seen.histogram()[255] / (old.width * old.height))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("upgrade") / "bundle"
    made.mkdir()
    conn = make_mapped_guide(copy_bundle(made) / "epg.db")
    add(conn, 1, moment(-1), moment(30), "Lighthouse")
    add(conn, 2, moment(2), moment(40), "Harbour", provider_id=2)
    conn.close()
    return made


def test_a_guide_moves_from_one_to_the_other(folder: Path) -> None:
    with web_process(folder, python=OLD, **ENVIRONMENT) as web:
        assert json.loads(web.ask("/-/versions.json").body)["datasette"]["version"].startswith("0.")
        made = web.ask("/api/v1/channels", "POST", b'{"name": "new.example"}', BEARER)
        assert made.status == 201, made.text
        cookie = session(web)
        before = answers(web, cookie)
    with web_process(folder, **ENVIRONMENT) as web:
        assert json.loads(web.ask("/-/versions.json").body)["datasette"]["version"].startswith("1.")
        after = answers(web, cookie)
        for path in before:
            assert (path, *parting(str(before[path]), str(after[path]))) == (path, "", "")
        made_id = json.loads(made.body)["id"]
        assert web.ask(f"/api/v1/channels/{made_id}", "DELETE", headers=BEARER).status == 204
        assert b"epg-admin" in web.ask("/-/actor.json", headers=session(web)).body


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_pages_look_alike(folder: Path) -> None:
    with web_process(folder, python=OLD, **ENVIRONMENT) as web:
        before = pictures(web)
    with web_process(folder, **ENVIRONMENT) as web:
        after = pictures(web)
    assert {path: share for path in PICTURED if (share := differing(before[path], after[path])) > ALIKE} == {}
