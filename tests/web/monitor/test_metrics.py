"""`/metrics`: every answer is counted under a route, the guide's numbers are right, labels are few, access is as set."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click
import pytest
import pytest_asyncio
from datasette.app import Datasette
from epg_web.api import routes
from epg_web.monitor import metrics, programme_count
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.helpers.datasette_helpers import ROOT, add, make_guide, serving
from tests.helpers.guide_rows import delete_programmes
from tests.web.monitor.test_health import imported, mapped, moment, plan, raised

DOCUMENT = ROOT / "docs" / "monitoring.md"
TOKEN = "a-token-of-the-tests-only-0123456789"
TOKENS = [{"token": {"$env": "EPG_API_TOKEN"}, "actor": {"id": "watcher"}}]


@pytest.fixture
def conn(tmp_path: Path) -> sqlite3.Connection:
    """Two programmes shown, one hidden by a better provider, one on a hidden channel."""
    made = make_guide(tmp_path / "epg.db")
    made.execute("UPDATE providers SET created_at = ?", [moment(-9)])
    shown = add(made, 1, moment(-1), moment(10), "A")
    add(made, 2, moment(-1), moment(20), "B")
    add(made, 1, moment(-1), moment(9), "A", provider_id=2, shadowed_by=shown)
    add(made, 3, moment(-1), moment(1), "C")
    mapped(made, 1, 1)
    mapped(made, 1, 2)
    imported(made, 1, -3)
    imported(made, 1, 0, "running", completed=None)
    raised(made)
    return made


@pytest_asyncio.fixture
async def ds(conn: sqlite3.Connection, tmp_path: Path) -> AsyncIterator[Datasette]:
    async with serving(tmp_path / "epg.db") as made:
        yield made
    conn.close()


def parsed(text: str) -> dict[tuple[str, ...], float]:
    """Values by name and label values, labels in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def scraped(ds: Datasette) -> dict[tuple[str, ...], float]:
    answer = await ds.client.get("/metrics")
    assert answer.status_code == 200
    return parsed(answer.text)


# Requests


async def test_requests_are_counted_by_route(ds: Datasette) -> None:
    for address in ("/health", "/health", "/-/readyz", "/epg/channels.json", "/api/v2/none", "/nothing"):
        await ds.client.get(address)
    await ds.client.post("/health")
    found = await scraped(ds)
    count = {key[1:]: value for key, value in found.items() if key[0] == "epg_http_requests_total"}
    assert count == {
        ("GET", "/health", "200"): 2, ("GET", "/-/readyz", "200"): 1, ("GET", "/epg/*", "200"): 1,
        ("GET", "/api/*", "404"): 1, ("GET", "other", "404"): 1, ("POST", "/health", "405"): 1,
    }  # fmt: skip
    assert found["epg_http_request_seconds_count", "/health"] == 3
    assert 0 < found["epg_http_request_seconds_sum", "/health"] < 30


async def test_what_other_wrappers_answer_is_counted(ds: Datasette) -> None:
    """The 401 to a broken token comes from a wrapper, as the answers of the fast lane do."""
    answer = await ds.client.get("/health", headers={"Authorization": b"Bearer \xff"})
    assert answer.status_code == 401
    assert (await scraped(ds))["epg_http_requests_total", "GET", "/health", "401"] == 1


async def test_each_instance_counts_for_itself(ds: Datasette, tmp_path: Path) -> None:
    await ds.client.get("/health")
    async with serving(tmp_path / "epg.db") as other:
        found = await scraped(other)
    assert not [key for key in found if key[0] == "epg_http_requests_total"]


async def test_below_a_base_url(conn: sqlite3.Connection, tmp_path: Path) -> None:
    async with serving(tmp_path / "epg.db", settings={"base_url": "/tv/"}) as ds:
        await ds.client.get("/health")
        assert (await scraped(ds))["epg_http_requests_total", "GET", "/health", "200"] == 1
    conn.close()


async def run(app: Any, **scope: Any) -> tuple[dict[tuple[str, ...], float], BaseException | None]:
    """What a meter counts for one request to a small ASGI application, and the exception that came out."""
    registry = CollectorRegistry()
    meter = metrics.Meter(registry)
    caught: BaseException | None = None

    async def send(message: Any) -> None:
        pass

    try:
        await meter.measured(app)({"type": "http", "path": "/health", "method": "GET", **scope}, None, send)
    except ValueError as error:
        caught = error
    return parsed(generate_latest(registry).decode()), caught


async def test_an_exception_is_a_500_even_after_the_start() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("broken off")

    found, caught = await run(broken)
    assert found["epg_http_requests_total", "GET", "/health", "500"] == 1
    assert str(caught) == "broken off"


async def test_no_answer_is_a_500_and_odd_methods_are_one() -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        return

    found, _ = await run(silent, method="BREW")
    assert found["epg_http_requests_total", "other", "/health", "500"] == 1


async def test_only_requests_are_counted() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.complete"})

    found, _ = await run(app, type="lifespan")
    assert not [key for key in found if key[0] == "epg_http_requests_total"]


# Routes


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/api/v1/channels", "/api/v1/channels"),
        ("/api/v1/channels.csv", "/api/v1/channels"),
        ("/api/v1/channels/12", "/api/v1/channels/{id}"),
        ("/api/v1/channels/x", "/api/v1/channels/{id}"),
        ("/api/v1/channels/12/programs", "/api/v1/channels/{id}/programs"),
        ("/api/v1/channels/12/programs.csv", "/api/v1/channels/{id}/programs"),
        ("/api/v1/mappings/candidates", "/api/v1/mappings/candidates"),
        ("/api/v1/openapi.json", "/api/v1/openapi.json"),
        ("/api/v1/channels/12/", "/api/*"),
        ("/epg", "/epg"),
        ("/epg/guide.json", "/epg/*"),
        ("/static/site.css", "/static/*"),
        ("/-/static/app.css", "/-/static/*"),
        ("/-/versions", "/-/*"),
        ("/healthy", "other"),
        ("", "other"),
        ("/api/v1/channels/" + "1" * 9000, "other"),
    ],
)
def test_route_of_a_path(path: str, route: str) -> None:
    assert metrics.route_label(path) == route


LABELS = {
    *metrics.OWN,
    *(folder + "*" for folder in metrics.FOLDERS),
    *(r.path for r in routes.ROUTES),
    "other",
}


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["", "api", "v1", "channels", "1", "é", "{id}", "-"])).map("/".join),
    )
)
def test_no_path_makes_a_new_label(path: str) -> None:
    assert metrics.route_label(path) in LABELS
    assert metrics.route_label("/" + path) in LABELS


def test_every_route_of_the_api_has_its_label() -> None:
    for route in routes.ROUTES:
        assert metrics.route_label(route.path.replace("{id}", "7")) == route.path


# The guide


async def test_numbers_of_the_guide(ds: Datasette) -> None:
    found = await scraped(ds)
    assert (found["epg_programmes",], found["epg_programmes_shown",], found["epg_channels",]) == (4, 2, 3)
    assert (found["epg_guide_generation",], found["epg_database_up",]) == (1, 1)
    assert found["epg_provider_coverage_hours", "best"] == pytest.approx(10, abs=0.2)
    assert found["epg_guide_coverage_hours",] == pytest.approx(10, abs=0.2)
    assert found["epg_provider_last_success_age_seconds", "best"] == pytest.approx(3 * 3600 - 60, abs=60)
    assert found["epg_provider_last_import_seconds", "best"] == pytest.approx(60, abs=1), (
        "not the running one"
    )
    assert found["epg_provider_last_import_programmes", "added", "best"] == 5
    assert ("epg_provider_last_success_age_seconds", "second") not in found, "never imported"
    assert any(key[0] == "epg_build_info" and re.match(r"\d+\.", key[1]) for key in found)


async def test_every_metric_is_documented(ds: Datasette) -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## `/metrics`")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)(?:\{([\w, ]+)\})?` \|", section, re.MULTILINE)
    documented = {name: {label for label in labels.split(", ") if label} for name, labels in rows}
    await ds.client.get("/health")
    text = (await ds.client.get("/metrics")).text
    present: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        name = family.name + ("_total" if family.type == "counter" else "")
        if not name.endswith("_created"):
            present[name] = set().union(*(sample.labels for sample in family.samples)) - {"le"}
    assert documented == present


async def test_programmes_are_counted_once_for_each_generation(
    ds: Datasette, conn: sqlite3.Connection
) -> None:
    await scraped(ds)
    counter = ds._epg_monitor.metrics.guide.programmes
    first = counter.thread
    conn.execute("DELETE FROM airings WHERE channel_id = 3")
    assert (await scraped(ds))["epg_programmes",] == 4, "not counted again in the same generation"
    assert counter.thread is first
    raised(conn)
    counter.rest_until = 0.0
    assert (await scraped(ds))["epg_programmes",] == 3


def test_a_rest_follows_each_count(conn: sqlite3.Connection, tmp_path: Path) -> None:
    counter = programme_count.ProgrammeCounter(tmp_path / "epg.db")
    assert counter.latest(1) == (4, 2)
    counter.rest_until = time.monotonic() + 60
    delete_programmes(conn)
    assert counter.latest(2) == (4, 2)
    counter.rest_until = 0.0
    assert counter.latest(2) == (0, 0)
    conn.close()


async def test_a_database_that_is_gone(ds: Datasette, tmp_path: Path) -> None:
    for file in tmp_path.glob("epg.db*"):
        file.unlink()
    await ds.client.get("/health")
    answer = await ds.client.get("/metrics")
    found = parsed(answer.text)
    assert found["epg_database_up",] == 0
    assert found["epg_http_requests_total", "GET", "/health", "503"] == 1
    assert ("epg_programmes",) not in found
    assert str(tmp_path) not in answer.text


def test_last_imports_are_found_by_the_index(conn: sqlite3.Connection, tmp_path: Path) -> None:
    steps = plan(tmp_path / "epg.db", metrics.SQL["metrics_imports"])
    assert any(re.match(r"SEARCH s USING INDEX import_log_provider", step) for step in steps)
    conn.close()


# Access


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    return {"Authorization": f"Bearer {TOKEN}"}


def configured(mode: Any, **more: Any) -> dict[str, Any]:
    return {
        "plugins": {"datasette-auth-tokens": {"tokens": TOKENS}, "datasette-epg": {"metrics": mode, **more}}
    }


async def test_methods(ds: Datasette) -> None:
    got, head, posted = [await ask("/metrics") for ask in (ds.client.get, ds.client.head, ds.client.post)]
    assert got.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert (got.headers["cache-control"], head.status_code, head.content) == ("no-store", 200, b"")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")


async def test_with_a_token(conn: sqlite3.Connection, tmp_path: Path, token: dict[str, str]) -> None:
    permissions = {"epg-write": {"id": "editor"}}
    async with serving(tmp_path / "epg.db", metadata=configured("token", permissions=permissions)) as ds:
        stranger = await ds.client.get("/metrics")
        wrong = await ds.client.get("/metrics", headers={"Authorization": "Bearer wrong"})
        right = await ds.client.get("/metrics", headers=token)
        cookies = {name: ds.sign({"a": {"id": name}}, "actor") for name in ("editor", "guest")}
        by_actor = {
            name: (await ds.client.get("/metrics", cookies={"ds_actor": cookie})).status_code
            for name, cookie in cookies.items()
        }
    assert (stranger.status_code, stranger.headers["www-authenticate"]) == (401, "Bearer")
    assert (wrong.status_code, right.status_code) == (401, 200)
    assert "epg_programmes 4.0" in right.text
    assert by_actor == {"editor": 200, "guest": 403}
    assert "epg_" not in stranger.text + wrong.text
    conn.close()


async def test_nobody_signed_in_may_read_without_a_permission() -> None:
    assert metrics.may_read({"id": "watcher"}, [{"token": "x", "actor": {"id": "watcher"}}], False)
    assert not metrics.may_read({"id": "guest"}, [{"token": "x", "actor": {"id": "watcher"}}], False)
    assert not metrics.may_read({"id": "guest"}, [], False)
    assert not metrics.may_read(None, [{"token": "x"}], False)


@pytest.mark.parametrize("mode", ["off", False])
async def test_turned_off(conn: sqlite3.Connection, tmp_path: Path, mode: Any) -> None:
    async with serving(tmp_path / "epg.db", metadata=configured(mode)) as ds:
        assert (await ds.client.get("/metrics")).status_code == 404
        assert (await ds.client.get("/health")).status_code in (200, 503)
    conn.close()


@pytest.mark.parametrize("mode", ["open", True, 1, ["token"], {}])
async def test_wrong_mode_stops_the_start(conn: sqlite3.Connection, tmp_path: Path, mode: Any) -> None:
    conn.close()
    with pytest.raises(click.ClickException) as caught:
        async with serving(tmp_path / "epg.db", metadata=configured(mode)):
            raise AssertionError("it started")
    assert caught.value.message == "plugins: datasette-epg: metrics must be public, token or off"
