"""The description against the routes, against its own standard, and against what the API really answers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import pytest_asyncio
from datasette.app import Datasette
from epg_web.api.description import csv_columns, openapi, route_examples
from epg_web.api.description.schemas import SCHEMAS
from epg_web.api.routes import ROUTES, STREAMS, Route
from epg_web.base import csv_table

from tests.helpers.datasette_helpers import serving
from tests.helpers.example_guide import TOKEN, bundle

pytestmark = pytest.mark.slow

WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
MONITORING = {("get", "/health"), ("get", "/-/readyz"), ("get", "/metrics")}
READS = [route for route in ROUTES if route.method == "GET"]
WRITES = [route for route in ROUTES if route.method != "GET"]
LISTS = [route for route in ROUTES if route.rows]


def document() -> dict[str, Any]:
    """As it is sent."""
    found: dict[str, Any] = json.loads(json.dumps(openapi.document("")))
    return found


def closed(part: Any) -> Any:
    """The same schema, without room for properties that it does not name."""
    if isinstance(part, list):
        return [closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    found = {key: closed(value) for key, value in part.items()}
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found


def validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": {"schemas": closed(document()["components"]["schemas"])}},
        validate_formats=True,
    )


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    return [f"{error.instance_path}: {error.message}" for error in validator(schema).iter_errors(value)]


def response_schema(route: Route, status: int) -> dict[str, Any] | None:
    responses = document()["paths"][route.path][route.method.lower()]["responses"]
    content = responses[str(status)].get("content", {})
    return content["application/json"]["schema"] if content else None


@pytest_asyncio.fixture
async def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    async with serving(config_dir=bundle(tmp_path)) as ds:
        yield ds


def test_it_is_openapi_3_1() -> None:
    # To load it takes a fifth of a second, which each process of a run would spend at its start.
    from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document())] == []


def test_schemas_are_json_schema_and_hold_their_examples() -> None:
    for name, schema in SCHEMAS.items():
        jsonschema_rs.meta.validate(schema)
        for example in schema["examples"]:
            assert faults({"$ref": f"#/components/schemas/{name}"}, example) == [], name


def test_every_route_is_described_and_nothing_else() -> None:
    described = {(method, path) for path, item in document()["paths"].items() for method in item}
    routes = {(route.method.lower(), route.path) for route in ROUTES}
    as_csv = {("get", f"{route.path}.csv") for route in LISTS}
    streams = {("get", route.path) for route in STREAMS.values()}
    assert described == routes | as_csv | streams | MONITORING


def test_operations_are_told_apart() -> None:
    names = [operation["operationId"] for item in document()["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))


def test_every_schema_is_used() -> None:
    text = json.dumps(document())
    assert [name for name in SCHEMAS if f'"#/components/schemas/{name}"' not in text] == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_is_described_as_it_is(route: Route) -> None:
    operation = document()["paths"][route.path][route.method.lower()]
    assert [p["name"] for p in operation["parameters"] if p["in"] == "query"] == [
        p.name for p in route.params
    ]
    assert (operation["security"] == [{"bearer": []}]) == (route.access != "public")
    assert ("requestBody" in operation) == (route.body is not None)
    assert str(route.status) in operation["responses"]


@pytest.mark.parametrize("name", ["ProviderNew", "ProviderChange", "ChannelNew", "ChannelChange", "Trigger"])
def test_bodies_refuse_misspelt_settings(name: str) -> None:
    body = {**SCHEMAS[name]["examples"][0], "nmae": 1}
    assert faults({"$ref": f"#/components/schemas/{name}"}, body) != []


async def test_the_examples_of_reads_work(api: Datasette) -> None:
    for route in READS:
        answer = await api.client.get(route_examples.request_example(route)[0], headers=WITH_TOKEN)
        assert answer.status_code == 200, (route.name, answer.text)
        schema = response_schema(route, 200)
        assert schema is not None
        assert faults(schema, answer.json()) == [], route.name


async def test_what_the_examples_of_lists_find(api: Datasette) -> None:
    for route in LISTS:
        if route.name != "candidates":
            found = await api.client.get(route_examples.request_example(route)[0], headers=WITH_TOKEN)
            assert found.json(), route.name


async def test_those_who_may_write_see_more_as_described(api: Datasette) -> None:
    for path, name in (("/api/v1/providers", "providers"), ("/api/v1/providers/1", "provider")):
        answer = await api.client.get(path, headers=WITH_TOKEN)
        schema = response_schema(next(route for route in ROUTES if route.name == name), 200)
        assert schema is not None
        assert faults(schema, answer.json()) == []
        assert "private_addresses" in answer.text


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.name)
async def test_the_examples_of_writes_work(api: Datasette, route: Route) -> None:
    address, body = route_examples.request_example(route)
    answer = await api.client.request(route.method, address, json=body, headers=WITH_TOKEN)
    assert answer.status_code == route.status, answer.text
    schema = response_schema(route, route.status)
    if schema is None:
        assert answer.content == b""
    else:
        assert faults(schema, answer.json()) == []


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.name)
async def test_a_write_is_refused_as_described(api: Datasette, route: Route) -> None:
    address, body = route_examples.request_example(route)
    answer = await api.client.request(route.method, address, json=body)
    assert answer.status_code == 401
    assert faults({"$ref": "#/components/schemas/Error"}, answer.json()) == []


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
async def test_columns_are_those_of_csv(api: Datasette, route: Route) -> None:
    path, _, query = route_examples.request_example(route)[0].partition("?")
    token = {} if route.access == "public" else WITH_TOKEN
    table = list(csv.reader(io.StringIO((await api.client.get(f"{path}.csv?{query}", headers=token)).text)))
    assert table[0] == csv_columns.columns(route.shape or "")
    rows = (await api.client.get(f"{path}?{query}", headers=token)).json()
    found = {
        name for row in rows for part in csv_table.one_per_programme(row) for name, _ in csv_table.flat(part)
    }
    assert {name for name in found if not csv_table.known(name, table[0])} == set()
    assert all(len(line) == len(table[0]) for line in table)


async def test_an_empty_table_has_the_same_columns(api: Datasette) -> None:
    answer = await api.client.get("/api/v1/channels.csv?q=nothing-has-this")
    assert answer.text == ",".join(csv_columns.columns("Channel")) + "\r\n"


async def test_nothing_on_leaves_the_columns_as_they_are(api: Datasette) -> None:
    answer = await api.client.get("/api/v1/now.csv?at=2001-01-01")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["channel_id"], line["now_title"], "now" in line) for line in lines] == [
        ("1", "", False),
        ("2", "", False),
    ]
