"""A served guide, and a visitor who does what a browser does: keep cookies, fill in forms, follow redirects."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from epg_ingest.guide.providers import update_provider
from epg_ingest.storage.vault import Vault, vault_path
from sqlite_utils import Database

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment, plugin, serving
from tests.helpers.hosts.either_datasette import OF_ANOTHER_SITE, OF_THIS_SITE

TOKEN = "a-token-that-is-long-enough"
SECRET = "s3cret-canary"
FEED = f"https://user:{SECRET}@feeds.example/guide.xml?key={SECRET}"
PROVIDERS, IMPORTS, MAPPINGS = "/-/epg/providers", "/-/epg/imports", "/-/epg/mappings"
#: the addresses of the administration that need a permission
ADDRESSES = (PROVIDERS, f"{PROVIDERS}/new", f"{PROVIDERS}/1", IMPORTS, MAPPINGS)
NOW = 1_795_348_800


def fill(folder: Path) -> Path:
    """The bundle with two providers, one of them with a secret address and header, and mappings to decide on."""
    folder.mkdir()
    conn = make_guide(copy_bundle(folder) / "epg.db")
    with closing(conn):
        add(conn, 1, moment(-1), moment(1), "On now")
        add(conn, 2, moment(1), moment(30), "Later", provider_id=2)
        conn.executescript(
            """
            UPDATE channels SET display_name = 'BBC One' WHERE id = 1;
            UPDATE channels SET display_name = 'BBC One HD' WHERE id = 2;
            INSERT INTO channel_mappings (id, provider_id, provider_channel_id, channel_id, method, created_at)
            VALUES (1, 1, 'one.best', 1, 'id', '2026-01-01T00:00:00Z'),
                   (2, 2, 'two.second', 2, 'new', '2026-01-01T00:00:00Z'),
                   (3, 2, 'shop.second', NULL, 'manual', '2026-01-01T00:00:00Z');
            INSERT INTO feed_channels (provider_id, provider_channel_id, names, first_seen, last_seen)
            VALUES (1, 'one.best', '[{"text":"BBC One"}]', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
                   (2, 'two.second', '[{"text":"BBC One HD"}]', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
                   (2, 'shop.second', '[]', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
            INSERT INTO import_log (id, provider_id, started_at, completed_at, status, "trigger", problems, programs_imported)
            VALUES (1, 1, '2026-01-02T00:00:00Z', '2026-01-02T00:00:01Z', 'partial', 'cli', 2, 1234),
                   (2, 2, '2026-01-02T00:00:00Z', '2026-01-02T00:00:01Z', 'failed', 'cli', 0, 0);
            UPDATE import_log SET error_code = 'download', error_message = 'no <answer>', http_status = 404 WHERE id = 2;
            INSERT INTO import_problems (import_id, code, line, subject, message, count)
            VALUES (1, 'badstart', 7, '<one>', 'cannot be read', 2);
            """
        )  # fmt: skip
        settings = {"url": FEED, "headers": {"X-Key": SECRET}}
        update_provider(Database(conn), Vault(vault_path(folder / "epg.db")), 1, settings, now=NOW)
    return folder


class Page(HTMLParser):
    """The forms of a page. For each: its buttons, and the names and values that it would send unchanged."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.inside: dict[str, Any] | None = None
        self.select: str | None = None
        self.area: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = {"action": given.get("action"), "fields": {}, "buttons": []}
            self.forms.append(self.inside)
        if self.inside is None:
            return
        fields, name = self.inside["fields"], given.get("name")
        if tag == "input" and name:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                fields[name] = given.get("value") or ""
        elif tag == "button" and name:
            self.inside["buttons"].append((name, given.get("value")))
        elif tag == "select":
            self.select = name
        elif tag == "textarea" and name:
            self.area, fields[name] = name, ""
        elif tag == "option" and self.select and ("selected" in given or self.select not in fields):
            fields[self.select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area and self.inside:
            self.inside["fields"][self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None


class Browser:
    """One visitor. An `actor` is signed in with Datasette's own cookie, as after `/-/epg/login`."""

    def __init__(self, ds: Datasette, actor: dict[str, Any] | None = None) -> None:
        self.ds = ds
        self.cookies = {"ds_actor": ds.sign({"a": actor}, "actor")} if actor else {}

    async def request(
        self, method: str, path: str, data: dict[str, str] | None = None, *, other_site: bool = False
    ) -> Any:
        """Send a form of this site, or one of an `other_site`, which knows no cookie."""
        form = {} if data is None else {"data": data}
        # Datasette's client adds the prefix.
        base = str(self.ds.setting("base_url"))
        answer = await self.ds.client.request(
            method,
            "/" + path.removeprefix(base).removeprefix("/"),
            cookies=dict(self.cookies),
            follow_redirects=False,
            headers=OF_ANOTHER_SITE if other_site else OF_THIS_SITE,
            **form,
        )
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for line in answer.headers.get_list("set-cookie"):
            if "max-age=0" in line.lower():
                self.cookies.pop(line.partition("=")[0], None)
        return answer

    async def get(self, path: str) -> Any:
        return await self.request("GET", path)

    async def follow(self, answer: Any) -> Any:
        """The page that a form redirects to."""
        assert answer.status_code == 303, answer.text
        return await self.get(answer.headers["location"])

    async def send(self, path: str, nth: int = 0, where: str = "", **typed: Any) -> Any:
        """Fill in and send a form of the page at `path`: number `nth` of those whose action or fields contain `where`."""
        page = Page((await self.get(path)).text)
        own = [form for form in page.forms if "csrftoken" in form["fields"] and form["action"] != "/-/logout"]
        fitting = [form for form in own if where in str(form)]
        form = fitting[nth]
        # A single button is pressed; of several, the test names one.
        pressed = dict(form["buttons"]) if len(form["buttons"]) == 1 else {}
        fields = {**form["fields"], **pressed, **typed}
        return await self.request(
            "POST", form["action"], {key: value for key, value in fields.items() if value is not None}
        )


@asynccontextmanager
async def served(folder: Path, **options: Any) -> AsyncIterator[Datasette]:
    async with serving(config_dir=folder, **options) as ds:
        yield ds
        plugin("epg_api").lane_of(ds).pool.close()


ADMIN = {"id": "epg-admin"}
NOBODY = {"id": "somebody"}


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "epg.db")) as conn:
        return conn.execute(sql).fetchall()


def configure(folder: Path, setting: str) -> None:
    """Add a line to the plugin's configuration."""
    path = folder / "metadata.yaml"
    text = path.read_text(encoding="utf-8")
    assert "  datasette-epg:\n" in text
    path.write_text(
        text.replace("  datasette-epg:\n", f"  datasette-epg:\n    {setting}\n", 1), encoding="utf-8"
    )
