"""`POST /import/trigger` against a real server process: the answer, the import that follows, and what outlives what."""

from __future__ import annotations

import json
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.guide.providers import add_provider
from epg_web.api import trigger
from epg_web.base.answer import Refused

from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, Guide, feed, require, show
from tests.helpers.webprocess import Reply, Web, web_process

pytestmark = pytest.mark.slow

TOKEN = "a-token-that-is-long-enough"
URL = "/api/v1/import/trigger"
NOW = int(time.time()) // HOUR * HOUR
PROC = Path("/proc")


class Site:
    """A bundle with providers whose feeds are served when the test lets them."""

    def __init__(self, folder: Path, feeds: FeedServer) -> None:
        self.folder, self.feeds = folder, feeds
        self.guide = Guide(folder)
        self.gate = threading.Event()

    def provider(self, name: str, *, held: bool = False, **settings: Any) -> None:
        body = feed([show(name, NOW + n * HOUR, NOW + (n + 1) * HOUR, f"t{n}") for n in range(3)])

        def answer(handler: Any) -> None:
            self.gate.wait(60)
            handler.answer(200, body)

        path = f"/{len(self.feeds.paths)}.xml"
        url = self.feeds.behave(path, answer) if held else self.feeds.serve(path, body)
        add_provider(
            self.guide.db, self.guide.vault, name, url, now=NOW, private_addresses="allow", **settings
        )

    def log(self) -> list[tuple[str, str]]:
        return [
            (row["status"], row["trigger"]) for row in self.guide.rows("SELECT * FROM import_log ORDER BY id")
        ]

    def ended(self) -> bool:
        return bool(self.log()) and all(status != "running" for status, _ in self.log())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "bundle").mkdir()
    with FeedServer() as feeds:
        made = Site(copy_bundle(tmp_path / "bundle"), feeds)
        yield made
        made.gate.set()
        wait_for(lambda: not made.log() or made.ended())
        made.guide.close()


@pytest.fixture
def web(site: Site) -> Iterator[Web]:
    with web_process(site.folder, EPG_API_TOKEN=TOKEN) as running:
        yield running


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def ask(web: Web, body: Any = None, token: str | None = TOKEN) -> tuple[Reply, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    content = None if body is None else json.dumps(body).encode()
    reply = web.ask(URL, "POST", content, headers)
    return reply, json.loads(reply.body)


def children(pid: int) -> list[str]:
    """State letters of a process's children, Z for one that nobody asked for its exit status. The one that forks SQL processes
    is left out: it stays as long as the server.
    """
    found = []
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue  # gone meanwhile
        if int(fields[1]) == pid and b"sql_processes" not in command:
            found.append(fields[0])
    return found


def test_an_import_from_the_request_to_the_guide(site: Site, web: Web) -> None:
    site.provider("north")
    site.provider("south", priority=5)
    site.provider("off", enabled=False)
    reply, body = ask(web)
    assert reply.status == 202
    assert body["message"] == "Import started"
    assert [row["provider"] for row in body["imports"]] == ["south", "north"]
    assert reply.headers["location"] == body["imports"][0]["url"]
    wait_for(site.ended)
    for row in body["imports"]:
        found = json.loads(web.ask(row["url"]).body)
        assert (found["id"], found["provider"], found["status"]) == (row["id"], row["provider"], "success")
        assert found["trigger"] == "api"
    assert len(json.loads(web.ask("/api/v1/channels").body)) == 2
    (record,) = site.guide.rows("SELECT actor, action, subject, details FROM write_log")
    assert record == {
        "actor": "epg-admin", "action": "import.trigger", "subject": "all enabled providers",
        "details": '{"providers": [], "force": false}',
    }  # fmt: skip


def test_names_ids_and_force(site: Site, web: Web) -> None:
    site.provider("north")
    site.provider("south")
    for body in ({"providers": ["south"]}, {"providers": [2, 2.0, "2", "south"], "force": True}):
        reply, said = ask(web, body)
        assert (reply.status, [row["provider"] for row in said["imports"]]) == (202, ["south"])
        # A row says success a moment before its import has let go of the lock.
        wait_for(lambda: site.ended() and children(web.process.pid) == [])
    details = [json.loads(row["details"]) for row in site.guide.rows("SELECT details FROM write_log")]
    assert [row["force"] for row in details] == [False, True]


def test_a_second_import_is_refused_with_the_address_of_the_first(site: Site, web: Web) -> None:
    site.provider("slow", held=True)
    _, first = ask(web)
    reply, body = ask(web)
    assert (reply.status, body["status"], body["ok"]) == (409, 409, False)
    assert reply.headers["location"] == body["running"] == first["imports"][0]["url"]
    assert json.loads(web.ask(body["running"]).body)["status"] == "running"
    site.gate.set()
    wait_for(site.ended)
    assert site.log() == [("success", "api")]
    assert site.guide.rows("SELECT count(*) AS n FROM write_log") == [{"n": 1}]


def test_addresses_of_imports_below_a_prefix(site: Site) -> None:
    """In `Location` and in bodies, of an import that starts and of one that runs already."""
    settings = json.loads((site.folder / "settings.json").read_text())
    (site.folder / "settings.json").write_text(json.dumps(settings | {"base_url": "/tv/"}))
    site.provider("slow", held=True)
    with web_process(site.folder, EPG_API_TOKEN=TOKEN) as web:
        first, started = ask(web)
        second, busy = ask(web)
        site.gate.set()
        wait_for(site.ended)
    address = f"/tv/api/v1/imports/{started['imports'][0]['id']}"
    assert (first.status, first.headers["location"], started["imports"][0]["url"]) == (202, address, address)
    assert (second.status, second.headers["location"], busy["running"]) == (409, address, address)


def test_the_import_outlives_the_web_server(site: Site) -> None:
    site.provider("slow", held=True)
    with web_process(site.folder, EPG_API_TOKEN=TOKEN) as web:
        _, body = ask(web)
        wait_for(lambda: len(site.feeds.hits) > 0)
        web.process.send_signal(signal.SIGKILL)
        web.process.wait(30)
    with web_process(site.folder, EPG_API_TOKEN=TOKEN) as web:
        reply, again = ask(web)
        assert (reply.status, again["running"]) == (409, body["imports"][0]["url"])
        site.gate.set()
        wait_for(site.ended)
        assert json.loads(web.ask(body["imports"][0]["url"]).body)["status"] == "success"
    assert site.log() == [("success", "api")]


def test_no_process_is_left_behind(site: Site, web: Web) -> None:
    require(PROC.is_dir(), "there is no /proc")
    site.provider("north")
    for body in (None, {"providers": ["nobody"]}):
        ask(web, body)
    wait_for(site.ended)
    wait_for(lambda: children(web.process.pid) == [])


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"providers": ["nobody"]}, 404, "there is no provider 'nobody'"),
        ({"providers": [99]}, 404, "there is no provider '99'"),
        ({"providers": [10**30]}, 404, "there is no provider"),
        ({"providers": ["--force"]}, 404, "there is no provider '--force'"),
        ({"providers": ["--help"]}, 404, "there is no provider '--help'"),
        ({"providers": ["north", "bare"]}, 400, "bare has no URL"),
        ({"providers": ["a\0b"]}, 400, "a text holds a character that cannot be stored"),
        ({"providers": ["\ud800"]}, 400, "a text holds a character that cannot be stored"),
        ({"providers": ["north"] * 1001}, 400, "providers must have at most 1000 entries"),
        ({"providers": [True]}, 400, "providers must be a list of names or ids"),
        ({"provider": ["north"]}, 400, "unknown setting 'provider'"),
    ],
)
def test_what_cannot_be_started(site: Site, web_of_all: Web, body: Any, status: int, said: str) -> None:
    reply, answer = ask(web_of_all, body)
    assert (reply.status, answer["status"]) == (status, status)
    assert answer["error"].startswith(said)


@pytest.fixture(scope="module")
def web_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """One server for all requests that start nothing."""
    folder = copy_bundle(tmp_path_factory.mktemp("bundle"))
    guide = Guide(folder)
    add_provider(guide.db, guide.vault, "north", "http://127.0.0.1:9/", now=NOW)
    add_provider(guide.db, guide.vault, "bare", None, now=NOW)
    with web_process(folder, EPG_API_TOKEN=TOKEN) as web:
        yield web
    assert guide.rows("SELECT * FROM import_log") == guide.rows("SELECT * FROM write_log") == []
    guide.close()


def test_strangers_start_nothing(web_of_all: Web) -> None:
    for token in (None, "wrong"):
        reply, _ = ask(web_of_all, token=token)
        assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")


def test_a_guide_without_providers(web: Web) -> None:
    reply, body = ask(web)
    assert (reply.status, body["error"].startswith("there are no providers")) == (400, True)


def test_the_configuration_of_the_bundle_is_read(site: Site, web: Web) -> None:
    """And what is wrong with it is for the log of the server."""
    site.provider("north")
    (site.folder / "config.yaml").write_text("nonsense: 1\n", encoding="utf-8")
    reply, body = ask(web)
    assert reply.status == 503
    assert "nonsense" not in body["error"]
    assert str(site.folder) not in reply.text
    assert web.says("nonsense"), web.log


def test_an_import_that_says_nothing_is_ended(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.provider("north")
    # Less than an interpreter needs to start.
    monkeypatch.setattr(trigger, "PATIENCE", 0.001)
    with pytest.raises(Refused) as refused:
        trigger.start(site.guide.path, {}, "epg-admin", None, "")
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "30")
    assert "without a word" in caplog.text
    assert site.log() == []


def test_while_somebody_else_writes(site: Site, web: Web) -> None:
    site.provider("north")
    with closing(sqlite3.connect(site.guide.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        reply, body = ask(web)
        other.execute("ROLLBACK")
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert "try again" in body["error"]
    assert site.log() == []
