"""Who may write: tokens, cookies and their protection, permissions from the configuration, private guides."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import click
import pytest
from datasette.app import Datasette

from tests.helpers.datasette_helpers import add, make_guide, moment, plugin, serving
from tests.helpers.hosts.either_datasette import OF_ANOTHER_SITE, PROOF, forgeries, is_allowed, proof

TOKEN = "a-token-that-is-long-enough"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
CHANNEL = {"name": "new.example"}
URL = "/api/v1/channels"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-1), moment(1), "On now")
    conn.close()
    return tmp_path / "epg.db"


def configured(**settings: Any) -> dict[str, Any]:
    """Metadata with this configuration of the plugin."""
    return {"plugins": {"datasette-epg": settings}}


@asynccontextmanager
async def served(guide: Path, **options: Any) -> AsyncIterator[Datasette]:
    async with serving(guide, **options) as ds:
        yield ds
        plugin("epg_api").lane_of(ds).pool.close()


def is_error(answer: Any, status: int) -> bool:
    """Whether it is in the shape of errors (contract, section 7)."""
    body = answer.json()
    assert (answer.status_code, body["ok"], body["status"]) == (status, False, status), body
    assert body["error"] and body["errors"]
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    return True


# Tokens


async def test_a_token_may_write(guide: Path) -> None:
    async with served(guide) as ds:
        assert (await ds.client.post(URL, json=CHANNEL, headers=BEARER)).status_code == 201


BROKEN: list[list[tuple[bytes, bytes]]] = [
    [],
    [(b"Authorization", b"")],
    [(b"Authorization", b"Bearer")],
    [(b"Authorization", b"Bearer ")],
    [(b"Authorization", b"Bearer wrong")],
    [(b"Authorization", b"bearer " + TOKEN.encode())],
    [(b"Authorization", b"Basic " + TOKEN.encode())],
    [(b"Authorization", TOKEN.encode())],
    [(b"Authorization", b"Bearer  " + TOKEN.encode())],
    [(b"Authorization", b"Bearer \xc3\xa9")],
    [(b"Authorization", b"Bearer " + b"a" * 5000)],
    [(b"Authorization", f"Bearer {TOKEN}".encode()), (b"Authorization", b"Bearer wrong")],
    [(b"Authorization", f"Bearer {TOKEN}".encode())] * 2,
    [(b"X-CSRFToken", b"\xe9")],
    [(b"Cookie", b";;=")],
    [(b"Cookie", b"a=1"), (b"Cookie", b"b=2")],
    [(b"Cookie", b"ds_actor=junk; b/d=1")],
]


@pytest.mark.parametrize("headers", BROKEN)
@pytest.mark.parametrize("known", [True, False])
async def test_broken_credentials(
    guide: Path, monkeypatch: pytest.MonkeyPatch, headers: list[tuple[bytes, bytes]], known: bool
) -> None:
    if not known:
        monkeypatch.delenv("EPG_API_TOKEN")
    async with served(guide) as ds:
        for method, path in (("POST", URL), ("PATCH", f"{URL}/1"), ("POST", "/api/v1/import/trigger")):
            answer = await ds.client.request(method, path, json=CHANNEL, headers=headers)
            assert is_error(answer, 401)
        assert (await ds.client.get(URL)).json()[0]["name"] == "one.example"


async def test_broken_credentials_when_reading(guide: Path) -> None:
    async with served(guide) as ds:
        for headers in BROKEN:
            tokens = any(name == b"Authorization" for name, _ in headers)
            answer = await ds.client.get(URL, headers=headers)
            assert answer.status_code == (401 if tokens else 200), headers


async def test_a_huge_token_and_no_token(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPG_API_TOKEN")
    async with served(guide) as ds:
        for value in (TOKEN, "None", "null"):
            answer = await ds.client.post(URL, json=CHANNEL, headers={"Authorization": f"Bearer {value}"})
            assert is_error(answer, 401)
        answer = await ds.client.post(URL, json=CHANNEL, headers={"Authorization": "Bearer " + "a" * 10_000})
        assert answer.status_code in (401, 431)
        assert answer.json()["ok"] is False


# Cookies


async def signed_in(ds: Datasette, actor: str = "root") -> tuple[dict[str, str], dict[str, str]]:
    """Cookies of a signed-in actor, and the headers by which a page of this site proves where it is from."""
    return await proof(ds, {"ds_actor": ds.sign({"a": {"id": actor}}, "actor")})


async def test_a_cookie_actor_with_the_csrf_token(guide: Path) -> None:
    async with served(guide) as ds:
        cookies, proved = await signed_in(ds)
        answer = await ds.client.post(URL, json=CHANNEL, cookies=cookies, headers=proved)
        assert answer.status_code == 201
        answer = await ds.client.delete(f"{URL}/{answer.json()['id']}", cookies=cookies, headers=proved)
        assert answer.status_code == 204


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_cookie_actor_without_it(guide: Path, method: str) -> None:
    async with served(guide) as ds:
        for jar, headers in forgeries(*await signed_in(ds)).values():
            raw = [(name.encode(), value.encode()) for name, value in headers.items()]
            answer = await ds.client.request(method, f"{URL}/1", json={}, cookies=jar, headers=raw)
            assert is_error(answer, 403)
            assert PROOF in answer.json()["error"]
        cookies, proved = await signed_in(ds)
        headers = {"Authorization": "Bearer junk", **proved}
        assert is_error(await ds.client.request(method, f"{URL}/1", cookies=cookies, headers=headers), 401)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
)
async def test_a_form_of_another_site(guide: Path, content_type: str) -> None:
    async with served(guide) as ds:
        cookies, proved = await signed_in(ds)
        answer = await ds.client.post(
            URL,
            content=b"csrftoken=" + proved.get("x-csrftoken", "x").encode(),
            cookies=cookies,
            headers={"content-type": content_type, **OF_ANOTHER_SITE},
        )
        assert is_error(answer, 403)


async def test_cookies_beside_a_token_do_not_count(guide: Path) -> None:
    async with served(guide) as ds:
        cookies, _ = await signed_in(ds, "nobody")
        answer = await ds.client.post(URL, json=CHANNEL, cookies=cookies, headers=BEARER)
        assert answer.status_code == 201
        assert guide_log(guide)[-1] == ("epg-admin", "channel.create")


def guide_log(guide: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(guide)) as conn:
        return conn.execute("SELECT actor, action FROM write_log ORDER BY id").fetchall()


# Permissions


async def test_an_actor_without_permission(guide: Path) -> None:
    async with served(guide) as ds:
        cookies, proved = await signed_in(ds, "nobody")
        for path in (URL, "/api/v1/import/trigger"):
            answer = await ds.client.post(path, json=CHANNEL, cookies=cookies, headers=proved)
            assert is_error(answer, 403)
        assert (await ds.client.get("/api/v1/providers", cookies=cookies)).json()[0] == {
            "id": 1, "name": "best", "enabled": True, "priority": 1
        }  # fmt: skip


async def test_one_permission_without_the_other(guide: Path) -> None:
    metadata = configured(permissions={"epg-write": False, "epg-import": {"id": "epg-admin"}})
    async with served(guide, metadata=metadata) as ds:
        assert is_error(await ds.client.post(URL, json=CHANNEL, headers=BEARER), 403)
        answer = await ds.client.post("/api/v1/import/trigger", json={"providers": ["x"]}, headers=BEARER)
        assert is_error(answer, 404)


async def test_datasette_knows_the_permissions(guide: Path) -> None:
    async with serving(guide) as ds:
        for action in ("epg-write", "epg-import"):
            assert await is_allowed(ds, {"id": "root"}, action)
            assert not await is_allowed(ds, {"id": "nobody"}, action)
            assert not await is_allowed(ds, None, action)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"permission": {}}, "unknown setting 'permission'"),
        ({"permissions": []}, "permissions must map"),
        ({"permissions": {"epg-writes": True}}, "unknown permission 'epg-writes'; known are: epg-write, epg-import"),
        ({"permissions": {"epg-write": None}}, "epg-write must be true, false or an allow block"),
        ({"permissions": {"epg-write": "root"}}, "epg-write must be true, false or an allow block"),
        ({"permissions": {"epg-write": {"id": {"x": 1}}}}, "epg-write must be true, false or an allow block"),
        ({"permissions": {"epg-write": {"unauthenticated": True}}}, "cannot be given to strangers"),
        ({"cache_mb": "64"}, "cache_mb must be a whole number"),
        ({"cache_mb": True}, "cache_mb must be a whole number"),
        ({"allow_private_addresses": "yes"}, "allow_private_addresses must be true or false"),
        ({"primary_url": 1}, "primary_url must be an address"),
    ],
)  # fmt: skip
async def test_a_wrong_configuration_stops_the_start(guide: Path, settings: Any, said: str) -> None:
    with pytest.raises(click.ClickException) as refused:
        async with serving(guide, metadata=configured(**settings)):
            pass
    assert refused.value.message.startswith("plugins: datasette-epg: ")
    assert said in refused.value.message
    assert "\n" not in refused.value.message


async def test_everybody_who_is_somebody(guide: Path) -> None:
    async with served(guide, metadata=configured(permissions={"epg-write": True})) as ds:
        cookies, proved = await signed_in(ds, "anybody")
        answer = await ds.client.post(URL, json=CHANNEL, cookies=cookies, headers=proved)
        assert answer.status_code == 201
        assert is_error(await ds.client.post(URL, json={"name": "other"}), 401)


# Reading


PRIVATE = [
    {"allow": {"id": "epg-admin"}},
    {"databases": {"epg": {"allow": {"id": "epg-admin"}}}},
    {"databases": {"epg": {"tables": {"providers": {"allow": {"id": "epg-admin"}}}}}},
]


@pytest.mark.parametrize("metadata", PRIVATE)
async def test_a_private_guide(guide: Path, metadata: dict[str, Any]) -> None:
    async with served(guide, metadata=metadata) as ds:
        cookies, _ = await signed_in(ds, "nobody")
        for path in (URL, f"{URL}/1", f"{URL}.csv", "/api/v1/openapi.json", "/api/v1/nothing"):
            assert is_error(await ds.client.get(path), 401)
            assert is_error(await ds.client.get(path, cookies=cookies), 403)
        answer = await ds.client.get(URL, headers=BEARER)
        assert answer.status_code == 200
        assert "public" not in answer.headers["cache-control"]
        assert "x-epg-generation" in answer.headers
        assert is_error(await ds.client.get(URL), 401)
        assert (await ds.client.options(URL)).status_code == 204


async def test_an_open_guide_is_answered_by_the_lane(guide: Path) -> None:
    async with served(guide) as ds:
        assert "etag" in (await ds.client.get(URL)).headers
        checks = len(ds._permission_checks)
        await ds.client.get(URL)
        assert len(ds._permission_checks) == checks
