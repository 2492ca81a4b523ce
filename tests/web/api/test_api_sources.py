"""Sources and schedules over the API and on the pages: what may be set, what never is, and what is due next."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.times import iso
from epg_ingest.guide.providers import add_provider
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault

from tests.helpers.admin_site import ADMIN, PROVIDERS, TOKEN, Browser, fill, query, served

BEARER = {"Authorization": f"Bearer {TOKEN}"}
API = "/api/v1/providers"
MAIN, MIRROR = "https://feeds.example/a.xml?key=canary-main", "https://me:canary-mirror@mirror.example/b.xml"
COMMAND = ["tv_grab_test", "--password=canary-command"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two providers, of which the second is a command."""
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    made = fill(tmp_path / "bundle")
    db = open_database(made / "epg.db")
    add_provider(db, vault(made), "grabbed", None, now=0, command=COMMAND, local_files=True)
    db.close()
    return made


def vault(folder: Path) -> Vault:
    return Vault(folder / "epg.secrets")


async def ask(ds: Any, method: str, path: str, body: Any = None) -> Any:
    content = {} if body is None else {"json": body}
    return await ds.client.request(method, API + path, headers=BEARER, **content)


async def test_sources_and_schedules_are_set_and_read(folder: Path) -> None:
    settings = {
        "mirrors": [MIRROR],
        "schedule": " 6H",
        "schedule_timezone": "Europe/Lisbon",
        "downloads_per_day": 4,
    }
    async with served(folder) as ds:
        made = await ask(ds, "POST", "", {"name": "tv", "xmltv_url": MAIN, **settings})
        assert made.status_code == 201
        found = made.json()
        assert (found["kind"], found["mirrors"], found["schedule"]) == ("url", [MIRROR], "6h")
        public = (await ds.client.get(f"{API}/{found['id']}")).json()
        assert (public["mirrors"], public["downloads_per_day"]) == (["https://mirror.example/…"], 4)
        assert public["next_import_at"] is None
        changed = await ask(
            ds, "PATCH", f"/{found['id']}", {"mirrors": [], "schedule": None, "kind": "xtream"}
        )
        assert changed.status_code == 400 and "Xtream account needs a user name" in changed.json()["error"]
        account = {
            "kind": "xtream",
            "xmltv_url": "http://panel.example:8080",
            "username": "canary-user",
            "password": "canary/pass",
        }
        assert (await ask(ds, "PATCH", f"/{found['id']}", account)).status_code == 200
        assert vault(folder).get("tv").url == "http://canary-user:canary%2Fpass@panel.example:8080"
        replaced = (await ask(ds, "PUT", f"/{found['id']}", {"name": "tv"})).json()
        assert (replaced["kind"], replaced["mirrors"], replaced["schedule"]) == ("url", [], None)
        assert "canary" not in json.dumps(
            query(folder, "SELECT * FROM providers") + query(folder, "SELECT * FROM write_log")
        )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "command"}, "only be set on the command line"),
        ({"command": ["id"]}, "unknown setting 'command'"),
        ({"kind": "command", "command": ["id"]}, "unknown setting 'command'"),
        ({"kind": "ftp"}, "kind must be url or xtream"),
        ({"mirrors": ["file:///etc/passwd"]}, "mirror 1: the URL must begin with http:// or https://"),
        ({"mirrors": ["http://a/"] * 10}, "at most 9 mirrors"),
        ({"mirrors": "http://a/"}, "mirrors must be a list of texts"),
        ({"schedule": "hourly"}, "the schedule is not understood"),
        ({"schedule": "* * * * *"}, "15 minutes"),
        ({"schedule_timezone": "Mars/Base"}, "Mars/Base"),
        ({"downloads_per_day": 0}, "from 1 to 1,000"),
    ],
)
async def test_what_may_not_be_set_is_refused(folder: Path, body: dict[str, Any], said: str) -> None:
    before = query(folder, "SELECT * FROM providers"), vault(folder).get("best")
    async with served(folder) as ds:
        answers = [
            await ask(ds, "POST", "", {"name": "tv", "xmltv_url": MAIN, **body}),
            await ask(ds, "PATCH", "/1", body),
            await ask(ds, "PUT", "/1", {"name": "best", **body}),
        ]
    for answer in answers:
        assert answer.status_code == 400 and said in str(answer.json()["errors"])
    assert (query(folder, "SELECT * FROM providers"), vault(folder).get("best")) == before


async def test_a_command_stays_as_the_command_line_set_it(folder: Path) -> None:
    (ident,) = query(folder, "SELECT id FROM providers WHERE name = 'grabbed'")[0]
    async with served(folder) as ds:
        for body in (
            {"xmltv_url": MAIN},
            {"mirrors": [MIRROR]},
            {"kind": "url"},
            {"password": "x", "username": "y"},
        ):
            answer = await ask(ds, "PATCH", f"/{ident}", body)
            assert answer.status_code == 400 and "only the command line can change" in answer.json()["error"]
        assert (await ask(ds, "PUT", f"/{ident}", {"name": "grabbed"})).status_code == 400
        changed = (await ask(ds, "PATCH", f"/{ident}", {"priority": 7, "schedule": "12h"})).json()
        assert (changed["xmltv_url"], changed["kind"], changed["schedule"]) == (
            "command:tv_grab_test",
            "command",
            "12h",
        )
        assert vault(folder).get("grabbed").command == tuple(COMMAND)
        browser = Browser(ds, ADMIN)
        page = await browser.get(f"{PROVIDERS}/{ident}")
        assert "command:tv_grab_test" in page.text and 'name="xmltv_url"' not in page.text
        done = await browser.follow(
            await browser.send(f"{PROVIDERS}/{ident}", where="'kind'", schedule="03:00")
        )
        assert "grabbed is changed. From now on imports follow: schedule." in done.text
        shown = (
            page.text
            + done.text
            + str(changed)
            + (await ask(ds, "GET", "")).text
            + (await ds.client.get("/epg/providers")).text
        )
    assert vault(folder).get("grabbed").command == tuple(COMMAND)
    assert "canary-command" not in shown


async def test_a_mirror_in_the_local_network_needs_the_configuration(folder: Path) -> None:
    db = open_database(folder / "epg.db")
    add_provider(db, vault(folder), "local", MAIN, now=0, private_addresses="allow")
    (ident,) = query(folder, "SELECT id FROM providers WHERE name = 'local'")[0]
    db.close()
    async with served(folder) as ds:
        changed = await ask(ds, "PATCH", f"/{ident}", {"mirrors": ["http://127.0.0.1/secret"]})
        assert changed.json()["private_addresses"] == "deny"
        refused = await ask(
            ds, "PATCH", f"/{ident}", {"mirrors": ["http://127.0.0.2/"], "private_addresses": "allow"}
        )
        assert refused.status_code == 400


async def test_pages_and_health_say_what_is_due_next(folder: Path) -> None:
    soon = iso(int(time.time()) + 3600)
    db = open_database(folder / "epg.db")
    db.execute(
        "INSERT INTO import_plan VALUES (1, ?, 'retry', ?), (2, '2026-01-01T00:00:00Z', 'schedule', ?)",
        [soon] * 3,
    )
    db.conn.execute(
        "UPDATE providers SET xmltv_url = 'https://a.example/…', schedule = '6h', mirrors = '[\"b\", \"c\"]'"
    )
    db.close()
    async with served(folder) as ds:
        page = (await Browser(ds, ADMIN).get(PROVIDERS)).text
        health = (await ds.client.get("/health")).json()["providers"]
        assert (await ds.client.get(f"{API}/1")).json()["next_import_at"] == soon
    assert "as the last one failed" in page and "no scheduler runs" in page and "and 2 mirrors" in page
    assert (health[0]["next_import_at"], health[0]["next_import_reason"]) == (soon, "retry")
    assert [row["next_import_at"] for row in health][2] is None
