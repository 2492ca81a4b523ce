"""`EPG_ROLE=replica` in one process: what is refused, how, and when a replica is ready."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from epg_ingest.storage.database import open_database, raise_generation
from epg_web.monitor import replica

from tests.helpers.datasette_helpers import make_guide, serving

PRIMARY = "https://primary.example.org"


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Path]:
    conn = make_guide(tmp_path / "epg.db")
    raise_generation(conn)
    conn.close()
    yield tmp_path / "epg.db"


@asynccontextmanager
async def replica_of(
    path: Path, monkeypatch: pytest.MonkeyPatch, **config: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a replica that serves the guide at `path`."""
    monkeypatch.setenv("EPG_ROLE", "replica")
    plugins = {"plugins": {"datasette-epg": {"primary_url": PRIMARY, **config}}}
    async with serving(path, metadata=plugins) as ds:
        transport = httpx.ASGITransport(app=ds.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/providers"),
        ("PUT", "/api/v1/providers/1"),
        ("PATCH", "/api/v1/channels/1"),
        ("DELETE", "/api/v1/channels/1"),
        ("POST", "/api/v1/import/trigger"),
        ("POST", "/-/logout"),
        ("POST", "/epg/programs"),
        ("GET", "/-/epg/providers"),
        ("GET", "/-/epg/mappings"),
        ("GET", "/-/epg/login"),
        ("HEAD", "/-/epg/providers/1"),
    ],
)
async def test_changes_are_refused(
    guide: Path, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    async with replica_of(guide, monkeypatch) as client:
        reply = await client.request(method, path, headers={"Authorization": "Bearer anything-at-all-1"})
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "60"
    assert reply.headers["cache-control"] == "no-store"
    assert "location" not in reply.headers
    if method != "HEAD":
        said = reply.json()
        assert said["ok"] is False and said["status"] == 503 and said["primary"] == PRIMARY
        assert said["errors"] == [said["error"]] and PRIMARY in said["error"]


@pytest.mark.parametrize(
    "path",
    ["/", "/guide", "/epg/guide", "/api/v1/channels", "/api/v1/now", "/-/epg/api", "/metrics", "/xmltv.xml"],
)
async def test_reading_goes_on(guide: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    before = guide.read_bytes()
    async with replica_of(guide, monkeypatch) as client:
        assert (await client.get(path)).status_code == 200
        assert (await client.options("/api/v1/channels")).status_code == 204
    assert guide.read_bytes() == before


async def test_a_browser_gets_a_page(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with replica_of(guide, monkeypatch) as client:
        reply = await client.get("/-/epg/providers", headers={"Accept": "text/html,*/*;q=0.8"})
        form = await client.post("/-/epg/login", data={"token": "x"}, headers={"Accept": "text/html"})
        api = await client.post("/api/v1/providers", headers={"Accept": "text/html"})
    for page in (reply, form):
        assert page.status_code == 503 and page.headers["content-type"].startswith("text/html")
        assert PRIMARY in page.text and "/guide" in page.text
        assert page.headers["retry-after"] == "60" and page.headers["cache-control"] == "no-store"
    assert api.headers["content-type"].startswith("application/json")


async def test_without_an_address_of_the_primary(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with replica_of(guide, monkeypatch, primary_url="") as client:
        said = (await client.post("/api/v1/providers")).json()
    assert said["primary"] is None and "the primary server" in said["error"]


async def test_below_a_prefix(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_ROLE", "replica")
    async with serving(guide, settings={"base_url": "/tv/"}) as ds:
        transport = httpx.ASGITransport(app=ds.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            assert (await client.get("/tv/-/epg/providers")).status_code == 503
            assert (await client.post("/tv/api/v1/providers")).status_code == 503
            assert (await client.get("/tv/api/v1/channels")).status_code == 200


async def test_a_primary_is_as_it_was(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_ROLE", "primary")
    async with serving(guide) as ds:
        assert (await ds.client.post("/api/v1/providers")).status_code == 401
        assert (await ds.client.get("/-/readyz")).json() == {"ready": True}


async def test_a_wrong_role_stops_the_start(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_ROLE", "replca")
    with pytest.raises(click.ClickException, match="EPG_ROLE must be primary or replica, not 'replca'"):
        async with serving(guide):
            pass


async def test_ready_once_a_guide_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "epg.db"
    conn = open_database(path).conn
    async with replica_of(path, monkeypatch) as client:
        early = await client.get("/-/readyz")
        assert early.status_code == 503 and early.json()["reasons"] == [replica.EMPTY]
        raise_generation(conn)
        later = await client.get("/-/readyz")
    conn.close()
    assert later.status_code == 200
    assert later.json() == {"ready": True, "role": "replica", "generation": 1}


async def test_not_ready_while_a_newer_guide_waits(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = guide.parent / replica.STATE
    async with replica_of(guide, monkeypatch) as client:
        state.write_text(json.dumps({"behind_since": time.time() - replica.MAX_BEHIND - 5}))
        late = await client.get("/-/readyz")
        state.write_text(json.dumps({"behind_since": time.time() - 5}))
        soon = await client.get("/-/readyz")
        state.write_text("{")
        broken = await client.get("/-/readyz")
    assert late.status_code == 503 and "has been waiting" in late.json()["reasons"][0]
    assert soon.status_code == broken.status_code == 200


@pytest.mark.parametrize(
    ("number", "state", "reason"),
    [
        (0, {}, replica.EMPTY),
        (None, {}, replica.EMPTY),
        (3, {}, None),
        (3, {"behind_since": None}, None),
        (3, {"behind_since": "yesterday"}, None),
        (3, {"behind_since": 1_000.0}, None),
        (3, {"behind_since": 390.0}, "a newer guide has been waiting for 610 seconds"),
    ],
)
def test_unready(number: int | None, state: dict[str, Any], reason: str | None) -> None:
    assert replica.unready(number, state, 1_000.0) == reason


def test_the_command_line_changes_nothing_on_a_replica(tmp_path: Path) -> None:
    open_database(tmp_path / "epg.db").conn.close()
    add = [
        sys.executable,
        "-m",
        "epg_ingest.cli",
        "--db",
        "epg.db",
        "providers",
        "add",
        "north",
        "http://127.0.0.1:9/x.xml",
    ]
    done = subprocess.run(
        add,
        cwd=tmp_path,
        env={**os.environ, "EPG_ROLE": "replica"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: this is a replica (EPG_ROLE=replica); change the guide on its primary\n",
    )
    listed = subprocess.run(
        [*add[:5], "status"], cwd=tmp_path, env={**os.environ, "EPG_ROLE": "replica"}, timeout=60
    )
    assert listed.returncode == 0
