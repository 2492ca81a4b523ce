"""Writes of the API: providers, channels and mappings, what they refuse, and what only writers may read."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from datasette.app import Datasette
from epg_ingest.guide import provider_settings
from epg_ingest.storage.vault import Credentials, Vault
from epg_web.api import writes
from epg_web.api.routes import ROUTES

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment, plugin, serving

pytestmark = pytest.mark.slow

TOKEN = "a-token-that-is-long-enough"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SECRET = "s3cret-canary"
FEED = f"https://user:{SECRET}@feeds.example/guide.xml?key={SECRET}"
API = "/api/v1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    (tmp_path / "bundle").mkdir()
    bundle = copy_bundle(tmp_path / "bundle")
    conn = make_guide(bundle / "epg.db")
    add(conn, 1, moment(-1), moment(1), "On now")
    conn.execute(
        "INSERT INTO channel_mappings (id, provider_id, provider_channel_id, channel_id, method, created_at) "
        "VALUES (1, 1, 'one.best', 1, 'new', '2026-01-01T00:00:00Z')"
    )
    conn.close()
    return bundle


class Api:
    """A writer's requests."""

    def __init__(self, ds: Datasette) -> None:
        self.ds = ds

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = {} if body is None else {"json": body}
        return await self.ds.client.request(method, API + path, headers={**BEARER, **headers}, **content)

    async def public(self, path: str) -> Any:
        return (await self.ds.client.get(API + path)).json()


@asynccontextmanager
async def served(folder: Path, **options: Any) -> AsyncIterator[Api]:
    async with serving(config_dir=folder, **options) as ds:
        yield Api(ds)
        plugin("epg_api").lane_of(ds).pool.close()


def allowing_private(folder: Path) -> None:
    path = folder / "metadata.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "  datasette-epg:\n", "  datasette-epg:\n    allow_private_addresses: true\n", 1
    )
    path.write_text(text, encoding="utf-8")


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "epg.db")) as conn:
        return conn.execute(sql).fetchall()


async def conforms(api: Api, name: str, value: Any) -> bool:
    """Whether `value` is what the published description calls `name`."""
    schemas = (await api.public("/openapi.json"))["components"]["schemas"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    jsonschema_rs.Draft202012Validator(schema).validate(value)
    return True


# Providers


async def test_the_life_of_a_provider(folder: Path) -> None:
    async with served(folder) as api:
        made = await api(
            "POST", "/providers", {"name": "bbc", "xmltv_url": FEED, "headers": {"X-Key": SECRET}}
        )
        assert made.status_code == 201
        body, place = made.json(), made.headers["location"].removeprefix(API)
        assert place == f"/providers/{body['id']}"
        assert (body["xmltv_url"], body["headers"], body["private_addresses"]) == (FEED, ["X-Key"], "deny")
        assert made.headers["cache-control"].endswith("no-store")
        assert (await api("GET", place)).json() == body
        assert (await api.public(place))["xmltv_url"] == "https://feeds.example/…"

        changed = await api("PATCH", place, {"enabled": False, "priority": 3, "language": ["en", "cy"]})
        assert changed.status_code == 200
        assert changed.json() == {
            **body, "enabled": False, "priority": 3, "language": ["en", "cy"],
            "updated_at": changed.json()["updated_at"],
        }  # fmt: skip
        assert {"id": body["id"], "name": "bbc", "enabled": False, "priority": 3} in await api.public(
            "/providers"
        )

        replaced = await api("PUT", place, {"name": "bbc two", "timezone": "Europe/London"})
        assert replaced.status_code == 200
        assert {key: replaced.json()[key] for key in writes.DEFAULTS} == {
            **writes.DEFAULTS, "timezone": "Europe/London", "headers": []
        }  # fmt: skip

        gone = await api("DELETE", place)
        assert (gone.status_code, gone.content) == (204, b"")
        assert (await api("GET", place)).status_code == 404
        assert (await api("DELETE", place)).status_code == 404
        assert (await api.ds.client.get(API + place)).status_code == 404


async def test_every_write_is_recorded_without_secrets(folder: Path) -> None:
    async with served(folder) as api:
        place = (await api("POST", "/providers", {"name": "bbc", "xmltv_url": FEED})).headers["location"]
        place = place.removeprefix(API)
        await api("PATCH", place, {"headers": {"X-Key": SECRET}})
        await api("PATCH", place, {"priority": -1})
        await api("DELETE", place)
        assert (await api("PUT", "/mappings/1", {"channel_id": None})).status_code == 200
    rows = query(folder, "SELECT actor, action, subject, details FROM write_log ORDER BY id")
    assert [row[:2] for row in rows] == [
        ("epg-admin", "provider.create"), ("epg-admin", "provider.update"), ("epg-admin", "provider.delete"),
        ("epg-admin", "mapping.ignore"),
    ]  # fmt: skip
    assert SECRET not in json.dumps(rows)
    assert SECRET.encode() not in (folder / "epg.db").read_bytes()


def test_the_defaults_are_those_of_the_services() -> None:
    source = {"xmltv_url": None, "kind": "url", "mirrors": []}
    assert {**provider_settings.DEFAULTS, "language": [], **source} == writes.DEFAULTS


@pytest.mark.parametrize(
    ("method", "path", "body", "errors"),
    [
        ("POST", "/providers", {}, ["name is missing"]),
        (
            "POST", "/providers", {"enabled": 1, "priority": "1", "nam": "x", "language": "en", "headers": []},
            ["unknown setting 'nam'", "enabled must be true or false", "priority must be a whole number",
             "language must be a list of texts", "headers must be an object of texts", "name is missing"],
        ),
        ("PATCH", "/providers/1", {"name": None, "priority": True}, ["name must be text", "priority must be"]),
        ("PATCH", "/providers/1", {"headers": {"X": 1}}, ["headers must be an object of texts"]),
        ("PATCH", "/providers/1", {"xmltv_url": "file:///etc/passwd"}, ["the URL must begin with http"]),
        ("PATCH", "/providers/1", {"xmltv_url": "/etc/passwd"}, ["the URL must begin with http"]),
        ("PATCH", "/providers/1", {"name": "a\x00b"}, ["a text holds a character that cannot be stored"]),
        ("PATCH", "/providers/1", {"timezone": "Nowhere/Never"}, [""]),
        ("PUT", "/providers/1", {"priority": 1}, ["name is missing"]),
        ("POST", "/providers", {"name": "x", "private_addresses": "allow"}, ["private_addresses: allow needs"]),
        ("POST", "/channels", {"name": 1}, ["name must be text"]),
        (
            "POST", "/providers", {"name": "12", "priority": -1, "timezone": "Mars"},
            ["a provider's name must not be only digits", "priority must be a whole number from", ""],
        ),
        (
            "PATCH", "/providers/1", {"name": "a/b", "enabled": "yes", "shift_minutes": 10**9, "xmltv_url": "ftp://x/"},
            ["enabled must be true or false", "a provider's name must have", "shift_minutes must be", "the URL must begin"],
        ),
        (
            "POST", "/channels", {"name": "", "hidden": 1, "icon_url": "logo.png", "pinned": ["x"]},
            ["hidden must be true or false", "name must have 1", "icon_url must be an", "pinned must be a list of"],
        ),
        ("PATCH", "/channels/1", {"number": "1" * 21, "merge_into": "2"}, ["merge_into must be", "number must have 1 to 20"]),
        ("POST", "/channels", {"name": "99"}, ["a channel's name must not be only digits"]),
        ("POST", "/channels", {"name": " 99 "}, ["a channel's name must not be only digits"]),
        ("PATCH", "/channels/1", {"name": "12"}, ["a channel's name must not be only digits"]),
        ("PATCH", "/channels", [{"id": 1, "name": "12"}], ["[0]: a channel's name must not be only digits"]),
        ("PATCH", "/channels/1", {"merge_into": 2, "name": "x"}, ["merge_into goes alone"]),
        ("PATCH", "/channels/1", {"merge_into": 1}, ["one.example cannot be merged with itself"]),
        ("PUT", "/mappings", {"provider": "best"}, ["provider_channel_id is missing"]),
        ("PUT", "/mappings", {"provider": "best", "provider_channel_id": "x"}, ["give one of channel_id and new_channel"]),
        ("PUT", "/mappings/1", {"channel_id": 1, "new_channel": "x"}, ["give one of channel_id and new_channel"]),
        ("PUT", "/mappings/1", {"channel_id": 1.5}, ["channel_id must be an id or null"]),
        ("PUT", "/mappings/1", {"provider": "best", "channel_id": 1}, ["unknown setting 'provider'"]),
        ("POST", "/import/trigger", {"providers": "best", "force": 1}, ["providers must be", "force must be"]),
    ],
)  # fmt: skip
async def test_a_wrong_body(folder: Path, method: str, path: str, body: Any, errors: list[str]) -> None:
    async with served(folder) as api:
        answer = await api(method, path, body)
        assert answer.status_code == 400
        said = answer.json()["errors"]
        assert len(said) == len(errors)
        assert all(text.startswith(start) for text, start in zip(said, errors, strict=True)), said
        assert await conforms(api, "Error", answer.json())
    assert query(folder, "SELECT count(*) FROM write_log") == [(0,)]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/providers/99", {}, 404),
        ("PUT", "/providers/99", {"name": "x"}, 404),
        ("DELETE", "/channels/99", None, 404),
        ("PATCH", "/channels/1", {"merge_into": 99}, 404),
        ("PATCH", "/channels/1", {"merge_into": 10**30}, 404),
        ("PUT", "/mappings", {"provider": "none", "provider_channel_id": "x", "channel_id": 1}, 404),
        ("PUT", "/mappings", {"provider": 1, "provider_channel_id": "x", "channel_id": 99}, 404),
        ("PUT", "/mappings/99", {"channel_id": 1}, 404),
        ("DELETE", "/mappings/99", None, 404),
        ("POST", "/providers", {"name": "BEST"}, 409),
        ("PATCH", "/providers/1", {"name": "second"}, 409),
        ("POST", "/channels", {"name": "one.example"}, 409),
    ],
)
async def test_what_is_not_there_or_taken(
    folder: Path, method: str, path: str, body: Any, status: int
) -> None:
    async with served(folder) as api:
        answer = await api(method, path, body)
        assert (answer.status_code, answer.json()["status"]) == (status, status), answer.text


async def test_whole_numbers_may_be_written_as_json_likes(folder: Path) -> None:
    async with served(folder) as api:
        answer = await api("PATCH", "/providers/1", {"priority": 5.0})
        assert (answer.status_code, answer.json()["priority"]) == (200, 5)


# Private addresses


def known(folder: Path, url: str = "http://192.168.1.2/a.xml") -> Vault:
    """A provider of the command line in the local network."""
    vault = Vault(folder / "epg.secrets")
    vault.put("best", Credentials(url, {}, "allow"))
    return vault


async def test_a_redirected_provider_loses_its_access(folder: Path) -> None:
    vault = known(folder)
    async with served(folder) as api:
        answer = await api("PATCH", "/providers/1", {"xmltv_url": "http://10.0.0.1/"})
        assert answer.json()["private_addresses"] == "deny"
        answer = await api("PATCH", "/providers/1", {"private_addresses": "allow"})
        assert answer.status_code == 400
        body = {"xmltv_url": "http://10.0.0.2/", "private_addresses": "allow"}
        assert (await api("PATCH", "/providers/1", body)).status_code == 400
    kept = vault.get("best")
    assert kept is not None
    assert (kept.url, kept.private_addresses) == ("http://10.0.0.1/", "deny")


async def test_access_that_is_there_stays_with_its_address(folder: Path) -> None:
    known(folder)
    async with served(folder) as api:
        body = (await api("GET", "/providers/1")).json()
        assert body["private_addresses"] == "allow"
        settings = {key: body[key] for key in writes.DEFAULTS if key != "headers"}
        answer = await api("PUT", "/providers/1", {"name": "best", **settings})
        assert (answer.status_code, answer.json()["private_addresses"]) == (200, "allow")
        assert (await api("PATCH", "/providers/1", {"priority": 7})).json()["private_addresses"] == "allow"
        moved = {"name": "best", **settings, "xmltv_url": "http://10.0.0.2/"}
        assert (await api("PUT", "/providers/1", moved)).status_code == 400
        assert (await api("PUT", "/providers/1", {"name": "best"})).json()["private_addresses"] == "deny"


async def test_where_the_configuration_allows_it(folder: Path) -> None:
    allowing_private(folder)
    async with served(folder) as api:
        body = {"name": "lan", "xmltv_url": "http://10.0.0.1/", "private_addresses": "allow"}
        made = await api("POST", "/providers", body)
        assert (made.status_code, made.json()["private_addresses"]) == (201, "allow")
        place = made.headers["location"].removeprefix(API)
        moved = await api("PATCH", place, {"xmltv_url": "http://10.0.0.2/"})
        assert moved.json()["private_addresses"] == "allow"


# What only writers read


async def test_the_list_of_providers(folder: Path) -> None:
    known(folder, FEED)
    async with served(folder) as api:
        answer = await api("GET", "/providers")
        assert [row["name"] for row in answer.json()] == ["best", "second"]
        assert answer.json()[0]["xmltv_url"] == FEED
        assert "no-store" in answer.headers["cache-control"]
        assert "etag" not in answer.headers
        for row in answer.json():
            assert await conforms(api, "Provider", row)
            assert await conforms(api, "ProviderDetail", row)
        csv = await api("GET", "/providers.csv")
        assert (csv.headers["content-type"], FEED in csv.text) == ("text/csv; charset=utf-8", True)
        assert (await api("GET", "/providers", accept="text/csv")).content == csv.content
        head = await api("HEAD", "/providers")
        assert (head.content, head.headers["content-length"]) == (b"", str(len(answer.content)))
        assert (await api("GET", "/providers?x=1")).status_code == 400
        for path in ("/providers", "/providers/1", "/providers.csv"):
            assert SECRET not in (await api.ds.client.get(API + path)).text


# Channels and mappings


async def test_the_life_of_a_channel(folder: Path) -> None:
    async with served(folder) as api:
        made = await api("POST", "/channels", {"name": "x.example", "display_name": "X", "hidden": True})
        place = made.headers["location"].removeprefix(API)
        assert (made.status_code, made.json()["hidden"], made.json()["providers"]) == (201, True, [])
        assert await conforms(api, "ChannelDetail", made.json())
        assert (await api("GET", place)).json() == made.json()
        assert (await api.ds.client.get(API + place)).status_code == 404
        shown = await api("PATCH", place, {"hidden": False, "number": "7", "icon_url": None})
        pinned = ["display_name", "icon_url", "number"]
        assert shown.json() == {**made.json(), "hidden": False, "number": "7", "pinned": pinned}
        loose = await api("PATCH", place, {"pinned": ["number"]})
        assert loose.json() == {**shown.json(), "pinned": ["number"]}
        assert (await api("PATCH", place, {"pinned": ["name"]})).status_code == 400
        assert (await api("PATCH", place, {"pinned": "number"})).status_code == 400
        assert (await api.public(place))["number"] == "7"
        assert (await api("DELETE", place)).status_code == 204
        assert (await api("GET", place)).status_code == 404


async def test_a_name_of_digits_that_a_feed_gave_may_stay(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn, conn:
        conn.execute("UPDATE channels SET name = '11' WHERE id = 1")
    async with served(folder) as api:
        answer = await api("PATCH", "/channels/1", {"name": "11", "number": "4"})
        assert (answer.status_code, answer.json()["number"]) == (200, "4")
        assert (await api("PATCH", "/channels/1", {"name": "eleven.example"})).status_code == 200


async def test_a_merge_answers_with_the_other_channel(folder: Path) -> None:
    async with served(folder) as api:
        answer = await api("PATCH", "/channels/1", {"merge_into": 2})
        assert (answer.status_code, answer.json()["id"], answer.json()["providers"]) == (200, 2, ["best"])
        assert (await api.ds.client.get(API + "/channels/1")).status_code == 404
        assert [row["title"] for row in await api.public(f"/channels/2/programs?start={moment(-2)}")] == [
            "On now"
        ]


async def test_mappings(folder: Path) -> None:
    async with served(folder) as api:
        new = {"provider": "best", "provider_channel_id": "späte", "new_channel": "late.example"}
        made = await api("PUT", "/mappings", new)
        assert made.status_code == 200
        row = made.json()
        assert (row["channel"], row["method"], row["provider_id"]) == ("late.example", "manual", 1)
        assert await conforms(api, "Mapping", row)
        assert await api.public(f"/mappings/{row['id']}") == row
        shifted = await api("PATCH", f"/mappings/{row['id']}", {"shift_minutes": -30})
        assert shifted.json() == {**row, "shift_minutes": -30}
        again = await api(
            "PUT", f"/mappings/{row['id']}", {"channel_id": row["channel_id"], "shift_minutes": 5}
        )
        assert again.json() == {**row, "shift_minutes": 5}
        for wrong in (
            {},
            {"shift_minutes": None},
            {"shift_minutes": 20_000},
            {"shift_minutes": 1, "channel_id": 1},
        ):
            assert (await api("PATCH", f"/mappings/{row['id']}", wrong)).status_code == 400
        assert (await api("PATCH", "/mappings/999", {"shift_minutes": 1})).status_code == 404
        moved = await api("PUT", "/mappings/1", {"channel_id": 2})
        assert (moved.json()["channel_id"], moved.json()["provider_channel_id"]) == (2, "one.best")
        ignored = await api("PUT", f"/mappings/{moved.json()['id']}", {"channel_id": None})
        assert (ignored.json()["channel_id"], ignored.json()["method"]) == (None, "manual")
        by_id = {"provider": 1, "provider_channel_id": "one.best", "new_channel": "one.example"}
        assert (await api("PUT", "/mappings", by_id)).json()["channel"] == "one.example"
        assert (await api("DELETE", f"/mappings/{row['id']}")).status_code == 204
        assert [kept["provider_channel_id"] for kept in await api.public("/mappings")] == ["one.best"]


# Beside others


async def test_a_kept_answer_does_not_survive_a_write(folder: Path) -> None:
    async with served(folder) as api:
        for number in range(5):
            before = await api.ds.client.get(API + "/channels/1")
            assert (await api("PATCH", "/channels/1", {"number": str(number)})).status_code == 200
            after = await api.ds.client.get(
                API + "/channels/1", headers={"If-None-Match": before.headers["etag"]}
            )
            assert (after.status_code, after.json()["number"]) == (200, str(number))


async def test_while_somebody_else_writes(folder: Path) -> None:
    """The write waits its time and says when to come back; readers go on meanwhile."""
    async with served(folder) as api:
        with closing(sqlite3.connect(folder / "epg.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.ensure_future(api("PATCH", "/channels/1", {"number": "8"}))
            await asyncio.sleep(0.2)
            assert (await api.public("/channels/1"))["number"] == "1"
            answer = await writing
            other.execute("ROLLBACK")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert str(folder) not in answer.text
        assert (await api("PATCH", "/channels/1", {"number": "8"})).status_code == 200


async def test_secrets_that_cannot_be_read_are_not_explained(folder: Path) -> None:
    (folder / "epg.secrets").write_bytes(b"not a database" * 100)
    async with served(folder) as api:
        for method, body in (("GET", None), ("PATCH", {"priority": 2})):
            answer = await api(method, "/providers/1", body)
            assert (answer.status_code, "log" in answer.json()["error"]) == (503, True)
            assert "secrets" not in answer.text
        assert (await api.ds.client.get(API + "/providers/1")).status_code == 200


async def test_many_writes_at_a_time(folder: Path) -> None:
    async with served(folder) as api:
        bodies = [{"name": f"c{number}.example"} for number in range(20)]
        answers = await asyncio.gather(*(api("POST", "/channels", body) for body in bodies))
    assert [answer.status_code for answer in answers] == [201] * 20
    assert query(folder, "SELECT count(*) FROM write_log") == [(20,)]


WITH_ID = [
    (route.method, route.path.removeprefix(API))
    for route in ROUTES
    if route.method != "GET" and "{id}" in route.path
]


@pytest.mark.parametrize("body", [None, {}, {"nothing": 1}, {"shift_minutes": "x"}, []])
async def test_a_write_to_an_unknown_id_is_a_404_whatever_it_says(folder: Path, body: Any) -> None:
    """All routes check in the same order: address, permission, id, body."""
    assert len(WITH_ID) >= 8
    async with served(folder) as api:
        for method, path in WITH_ID:
            for ident in ("999999", "9223372036854775807"):
                answer = await api(method, path.replace("{id}", ident), body)
                assert (answer.status_code, answer.json()["ok"]) == (404, False), (method, path)
            stranger = await api.ds.client.request(method, API + path.replace("{id}", "999999"), json={})
            assert stranger.status_code == 401
