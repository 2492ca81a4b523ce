"""A client written from `docs/api.md` alone, at work on a real server and a real feed (issue 3, first point of "done")."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.helpers.api_server import TOKEN, site
from tests.helpers.feedserver import FeedServer
from tests.helpers.support import feed, show


class ApiError(Exception):
    """What the server says is wrong."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        super().__init__(said["error"])
        self.status, self.said = status, said


class Client:
    """The guide at `server`, as http://127.0.0.1:8001. Without a token it can only read."""

    def __init__(self, server: str, token: str | None = None) -> None:
        self.server, self.base, self.token = server, f"{server}/api/v1", token

    def _send(self, method: str, url: str, body: Any = None) -> tuple[Any, Any]:
        """The answer's JSON (None for 204) and its headers. Raises ApiError."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text else None, answer.headers
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(error.code, json.loads(error.read())) from None

    def get(self, path: str, **parameters: Any) -> Any:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._send("GET", f"{self.base}{path}{query}")[0]

    def all(self, path: str, **parameters: Any) -> list[Any]:
        """Every page of a list."""
        url, found = f"{self.base}{path}?{urlencode(parameters)}", []
        while url:
            rows, headers = self._send("GET", url)
            found += rows
            link = headers.get("Link", "")
            url = self.server + link[1 : link.index(">")] if link.endswith('rel="next"') else ""
        return found

    def make(self, path: str, **settings: Any) -> Any:
        """The new thing, read back from its own address."""
        made, headers = self._send("POST", self.base + path, settings)
        assert self._send("GET", self.server + headers["Location"])[0]["id"] == made["id"]
        return made

    def change(self, path: str, **settings: Any) -> Any:
        return self._send("PATCH", self.base + path, settings)[0]

    def delete(self, path: str) -> None:
        self._send("DELETE", self.base + path)

    def load(self, *providers: str, seconds: float = 60) -> list[Any]:
        """Import these providers and wait; their rows of the import log. Raises TimeoutError."""
        started, _ = self._send("POST", f"{self.base}/import/trigger", {"providers": list(providers)})
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rows = [self._send("GET", self.server + one["url"])[0] for one in started["imports"]]
            if all(row["status"] != "running" for row in rows):
                return rows
            time.sleep(0.1)
        raise TimeoutError(f"still running: {started}")


EVENING = 1_795_377_600  # 2026-11-22T20:00:00Z
HOUR = 3600
NAMES = [(f"{number}.example", f"Channel {number}") for number in range(1, 6)]
GUIDE = feed(
    [
        show(name, EVENING + hour * HOUR, EVENING + (hour + 1) * HOUR, f"{text}, hour {hour}")
        for name, text in NAMES
        for hour in range(-24, 24)
    ]
    + [show("1.example", EVENING + 24 * HOUR, EVENING + 25 * HOUR, "Zugvögel über dem Watt")],
    NAMES,
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FeedServer]]:
    with site(tmp_path_factory.mktemp("client") / "site") as (address, feeds):
        yield address, feeds


def test_from_a_new_provider_to_its_end(running: tuple[str, FeedServer]) -> None:
    server, feeds = running
    client, stranger = Client(server, TOKEN), Client(server)
    url = feeds.serve("/guide.xml", GUIDE, auth="Basic dXNlcjpzZWNyZXQ=")
    secret = url.replace("://", "://user:secret@")

    provider = client.make("/providers", name="uk", xmltv_url=secret, private_addresses="allow")
    path = f"/providers/{provider['id']}"
    assert provider["xmltv_url"] == secret
    assert stranger.get(path)["xmltv_url"] == f"http://127.0.0.1:{feeds.port}/…"

    (done,) = client.load("uk")
    assert (done["status"], done["programs_imported"], done["channels_added"]) == ("success", 241, 5)
    assert stranger.get(path)["last_import"]["id"] == done["id"]

    channels = stranger.all("/channels", limit=2)
    assert [row["name"] for row in channels] == [name for name, _ in NAMES]
    first = channels[0]["id"]
    day = stranger.get(
        f"/channels/{first}/programs", start="2026-11-22T00:00:00+01:00", end="2026-11-23T00:00:00+01:00"
    )
    assert len(day) == 24
    assert (day[0]["start_time"], day[-1]["end_time"]) == ("2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z")

    now = stranger.all("/now", at="2026-11-22T20:30:00Z", limit=2)
    assert [(row["now"]["title"], row["next"]["title"]) for row in now] == [
        (f"{text}, hour 0", f"{text}, hour 1") for _, text in NAMES
    ]
    grid = stranger.all("/guide", start="2026-11-22T20:00:00Z", end="2026-11-22T23:00:00Z", limit=3)
    assert [len(row["programs"]) for row in grid] == [3] * 5
    (hit,) = stranger.get("/search", q="zugvögel wat*")
    assert (hit["title"], hit["channel"]["name"]) == ("Zugvögel über dem Watt", "1.example")
    assert stranger.get(f"/programs/{hit['id']}")["end_source"] == "feed"

    assert client.change(path, name="north", priority=5)["priority"] == 5
    assert stranger.get("/providers") == [
        {"id": provider["id"], "name": "north", "enabled": True, "priority": 5}
    ]
    client.change(path, enabled=False)
    assert stranger.get("/search", q="zugvögel") == []
    assert stranger.get("/now", at="2026-11-22T20:30:00Z")[0]["now"] is None
    client.change(path, enabled=True)
    assert len(stranger.get("/search", q="zugvögel")) == 1

    client.delete(path)
    assert stranger.get("/providers") == stranger.get("/channels") == stranger.get("/imports") == []
    with pytest.raises(ApiError, match="no such provider"):
        stranger.get(path)


def test_a_failed_import_is_told_without_the_secret(running: tuple[str, FeedServer]) -> None:
    server, feeds = running
    client = Client(server, TOKEN)
    url = feeds.fail("/gone.xml", [404]) + "?" + quote("key=hush", safe="=")
    provider = client.make("/providers", name="gone", xmltv_url=url, private_addresses="allow")
    (done,) = client.load("gone")
    assert (done["status"], done["http_status"]) == ("failed", 404)
    assert done["error_message"]
    assert "hush" not in json.dumps(Client(server).get(f"/imports/{done['id']}"))
    client.delete(f"/providers/{provider['id']}")


def test_what_a_client_gets_wrong_is_said(running: tuple[str, FeedServer]) -> None:
    server, _ = running
    client, stranger = Client(server, TOKEN), Client(server)
    cases = [
        (401, lambda: stranger.make("/channels", name="mine")),
        (401, lambda: Client(server, "a-token-nobody-made").get("/channels")),
        (400, lambda: client.make("/channels", name="mine", colour="red")),
        (400, lambda: client.load()),
        (404, lambda: client.load("nobody")),
        (404, lambda: client.delete("/channels/4711")),
        (400, lambda: stranger.get("/channels/1/programs", start="2026-01-01", end="2026-03-01")),
        (405, lambda: client.delete("/channels")),
    ]
    for status, ask in cases:
        with pytest.raises(ApiError) as caught:
            ask()
        assert (caught.value.status, caught.value.said["status"]) == (status, status)
        assert caught.value.said["ok"] is False
        assert caught.value.said["errors"]
    assert stranger.get("/channels") == []


def test_an_import_while_one_runs_is_led_to_it(running: tuple[str, FeedServer]) -> None:
    server, feeds = running
    client = Client(server, TOKEN)
    slow = client.make(
        "/providers", name="slow", xmltv_url=feeds.stall("/slow.xml"), private_addresses="allow"
    )
    with pytest.raises(TimeoutError):
        client.load("slow", seconds=0.5)
    with pytest.raises(ApiError) as caught:
        client.load("slow")
    assert caught.value.status == 409
    running_now = client.get(caught.value.said["running"].removeprefix("/api/v1"))
    assert (running_now["provider"], running_now["status"]) == ("slow", "running")
    feeds.closing.set()
    end = time.monotonic() + 60
    while client.get(f"/providers/{slow['id']}")["last_import"]["status"] == "running":
        assert time.monotonic() < end
        time.sleep(0.1)
