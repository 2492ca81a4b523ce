"""`PATCH /api/v1/channels`: many channels in one request, all or none."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.bulk import edits
from epg_web.api import json_body, routes

from tests.helpers.datasette_helpers import copy_bundle, make_guide
from tests.web.api.test_api_writes import API, BEARER, TOKEN, conforms, query, served

LOG = "SELECT actor, action, subject, details FROM write_log ORDER BY id"
STATE = "SELECT id, name, display_name, icon_url, number, hidden, pinned FROM channels ORDER BY id"
GENERATION = "SELECT number FROM generation"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    (tmp_path / "bundle").mkdir()
    bundle = copy_bundle(tmp_path / "bundle")
    make_guide(bundle / "epg.db").close()
    return bundle


async def test_many_channels_change_in_one_transaction(folder: Path) -> None:
    ((generation,),) = query(folder, GENERATION)
    body = [
        {"id": 1, "number": "101", "display_name": "One"},
        {"name": "THREE.example", "hidden": False, "icon_url": "https://x.example/3.png"},
        {"id": 2, "pinned": ["number"]},
    ]
    async with served(folder) as api:
        answer = await api("PATCH", "/channels", body)
        assert answer.status_code == 200
        assert [await conforms(api, "ChannelDetail", found) for found in answer.json()] == [True] * 3
        assert answer.json() == [(await api("GET", f"/channels/{ident}")).json() for ident in (1, 3, 2)]
        assert answer.headers["cache-control"].endswith("no-store")
        assert query(folder, STATE) == [
            (1, "one.example", "One", None, "101", 0, '["display_name", "number"]'),
            (2, "two.example", "Channel Two", None, "10", 0, '["number"]'),
            (3, "three.example", "Hidden", "https://x.example/3.png", None, 0, '["icon_url"]'),
        ]
        assert query(folder, GENERATION) == [(generation + 1,)]
        again = await api("PATCH", "/channels", body)
    assert (again.status_code, again.json()) == (200, answer.json())
    assert query(folder, GENERATION) == [(generation + 1,)]
    ((actor, action, subject, details),) = query(folder, LOG)
    assert (actor, action, subject) == ("epg-admin", "channel.update_many", "3 channels")
    assert json.loads(details)["channels"][1] == {
        "channel": "THREE.example", "hidden": False, "icon_url": "https://x.example/…",
    }  # fmt: skip


async def test_names_can_be_exchanged(folder: Path) -> None:
    async with served(folder) as api:
        answer = await api(
            "PATCH", "/channels", [{"id": 1, "name": "two.example"}, {"id": 2, "name": "one.example"}]
        )
        assert [channel["name"] for channel in answer.json()] == ["two.example", "one.example"]
    assert [row[:2] for row in query(folder, STATE)][:2] == [(1, "two.example"), (2, "one.example")]


FINE = {"id": 2, "number": "7"}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ([], 400, ["give a list of 1 to 500 channels"]),
        ([{"id": 1}] * 501, 400, ["give a list of 1 to 500 channels"]),
        ({"id": 1}, 400, ["the body must be a JSON array of objects"]),
        ([FINE, 5], 400, ["the body must be a JSON array of objects"]),
        ([FINE, {"number": "5"}], 400, ["[1]: id or name is missing"]),
        ([FINE, {"id": "1"}], 400, ["[1]: id must be a whole number"]),
        ([FINE, {"id": 1.5}], 400, ["[1]: id must be a whole number"]),
        ([FINE, {"id": True}], 400, ["[1]: id must be a whole number"]),
        ([FINE, {"id": 1, "name": None}], 400, ["[1]: name must be text"]),
        ([FINE, {"id": 1, "merge_into": 2}], 400, ["[1]: unknown setting 'merge_into'; known are: id, name, display_name,"]),
        (
            [{"id": 1, "number": 5}, FINE, {"id": 3, "hidden": "yes", "colour": 1}], 400,
            ["[0]: number must be text or null", "[2]: unknown setting 'colour'", "[2]: hidden must be true or false"],
        ),
        (
            [{"id": 1, "number": "x" * 21}, FINE, {"id": 3, "icon_url": "ftp://x", "display_name": ""}], 400,
            ["[0]: number must have 1 to 20", "[2]: icon_url must be an http", "[2]: display_name must have"],
        ),
        ([FINE, {"id": 1, "pinned": ["hidden"]}], 400, ["[1]: pinned must be a list"]),
        ([FINE, {"name": "two.example", "number": "8"}], 400, ["[1]: [0] is of the same channel"]),
        ([FINE, {"id": 1, "display_name": "a\u0000b"}], 400, ["[1]: display_name must have"]),
        ([FINE, {"id": 9, "number": "1"}], 404, ["[1]: there is no channel"]),
        ([FINE, {"id": 0}], 404, ["[1]: there is no channel"]),
        ([FINE, {"id": 2**63}], 404, ["[1]: there is no channel"]),
        ([FINE, {"name": "none.example"}], 404, ["[1]: there is no channel"]),
        ([FINE, {"name": "1"}], 404, ["[1]: there is no channel"]),
        ([FINE, {"id": 1, "name": "TWO.example"}], 409, ["[1]: there is already a channel 'two.example'"]),
        ([{"id": 1, "name": "x"}, {"id": 2, "name": "x"}], 409, ["[1]: there is already a channel 'x'"]),
    ],
)  # fmt: skip
async def test_one_bad_change_refuses_all(folder: Path, body: Any, status: int, said: list[str]) -> None:
    before = query(folder, STATE), query(folder, GENERATION)
    async with served(folder) as api:
        answer = await api("PATCH", "/channels", body)
    assert answer.status_code == status, answer.text
    errors = answer.json()["errors"]
    assert [error[: len(start)] for error, start in zip(errors, said, strict=True)] == said
    assert (query(folder, STATE), query(folder, GENERATION)) == before
    assert query(folder, LOG) == []


async def test_it_needs_the_permission_and_json(folder: Path) -> None:
    async with served(folder) as api:
        path = f"{API}/channels"
        assert (await api.ds.client.patch(path, json=[FINE])).status_code == 401
        assert (await api.ds.client.patch(path, content=b"[]", headers=BEARER)).status_code == 415
        assert (await api("PATCH", "/channels?x=1", [FINE])).status_code == 400
        assert (await api("PATCH", "/channels.csv", [FINE])).status_code == 405
        as_json = {**BEARER, "content-type": "application/json"}
        large = b"[" + b" " * json_body.MAX_BODY + b"]"
        for content, status in ((large, 413), (b"", 400), (b"[", 400), (b"[NaN]", 400), (b"\xff", 400)):
            answer = await api.ds.client.request("PATCH", path, content=content, headers=as_json)
            assert answer.status_code == status
            assert answer.json()["ok"] is False
        allow = (await api("PUT", "/channels", [FINE])).headers["allow"]
    assert allow == "GET, HEAD, OPTIONS, PATCH, POST"


async def test_500_channels_at_once(folder: Path) -> None:
    assert routes.MAX_CHANNELS == edits.MAX_CHANNELS == 500
    async with served(folder) as api:
        with sqlite3.connect(folder / "epg.db") as conn:
            conn.executemany(
                "INSERT INTO channels (name, display_name, created_at) VALUES (?1, ?1, '2026-01-01T00:00:00Z')",
                [(f"c{number}.example",) for number in range(497)],
            )
        conn.close()
        body = [{"id": ident, "number": str(ident), "hidden": ident % 2 == 0} for ident in range(1, 501)]
        answer = await api("PATCH", "/channels", body)
    assert answer.status_code == 200
    assert [(row["id"], row["number"], row["hidden"]) for row in answer.json()] == [
        (ident, str(ident), ident % 2 == 0) for ident in range(1, 501)
    ]
