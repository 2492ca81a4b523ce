"""The OpenAPI 3.1 description, made from `routes.ROUTES` and `schemas.SCHEMAS`."""

from typing import Any

from ...base.params import MAX_ID, MAX_TEXT, Param
from ..routes import BASE, MAX_CHANNELS, ROUTES, STREAMS, Route
from .csv_columns import columns
from .openapi_texts import DESCRIPTION, HEADERS, TAGS, VERSION
from .responses import error, headers, responses, success_headers
from .schema_kinds import PLACE
from .schemas import SCHEMAS
from .server_paths import server_paths

#: what cannot be left out although `params` has no default for it
NEEDED = {("search", "q")}
#: routes whose answer depends on who asks
PERSONAL = ("providers", "provider")
_TAG_OF = {
    "providers": "providers",
    "mappings": "mappings",
    "lineups": "lineups",
    "rules": "rules",
    "watches": "watches",
    "targets": "watches",
    "alerts": "watches",
    "import": "imports",
    "imports": "imports",
    "openapi.json": "server",
}
#: says of a text what is in it (JSON Schema 2020-12, section 8)
_LINES = {"contentMediaType": "application/x-ndjson", "contentSchema": {"$ref": f"{PLACE}ProgramRow"}}
#: numbers with commas between, and the empty text
_IDS = r"^( *[0-9]{1,19} *(, *[0-9]{1,19} *)*)?$"
_ID = {
    "name": "id", "in": "path", "required": True, "description": "Its number.",
    "schema": {"type": "integer", "minimum": 1, "maximum": MAX_ID}, "example": 1,
}  # fmt: skip


def document(server: str) -> dict[str, Any]:
    """The description; `server` is the address before the paths, "" for that of the description itself."""
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
        if route.rows:
            paths[f"{route.path}.csv"] = {"get": _csv_operation(route)}
    for route in STREAMS.values():
        paths[route.path] = {"get": _stream_operation(route)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TV guide", "version": VERSION, "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths | server_paths(),
        "components": {
            "schemas": below(server, SCHEMAS), "headers": HEADERS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The token of the server."}
            },
        },
    }  # fmt: skip


def below(server: str, schema: Any) -> Any:
    """A schema whose examples of addresses begin with `server`, as those in answers do."""
    if isinstance(schema, dict):
        return {key: below(server, inner) for key, inner in schema.items()}
    if isinstance(schema, list):
        return [below(server, inner) for inner in schema]
    return server + schema if isinstance(schema, str) and schema.startswith(f"{BASE}/") else schema


def tag(route: Route) -> str:
    return _TAG_OF.get(route.path.split("/")[3], "channels")


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [tag(route)],
        "security": _security(route),
        "parameters": _parameters(route),
        "responses": responses(route),
    }
    if route.body:
        found["requestBody"] = {
            "required": route.name not in ("import_trigger", "lineup_refresh"),
            "content": {"application/json": {"schema": _body(route)}},
        }
    return found


def _body(route: Route) -> dict[str, Any]:
    reference = {"$ref": f"{PLACE}{route.body}"}
    return (
        {"type": "array", "items": reference, "minItems": 1, "maxItems": MAX_CHANNELS}
        if route.many
        else reference
    )


def _csv_operation(route: Route) -> dict[str, Any]:
    answer = {
        "description": "CSV, UTF-8, with a line of column names: "
        + ", ".join(columns(route.shape or ""))
        + ".",
        "headers": success_headers(route),
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
    with_csv = responses(route) | {"200": answer}
    return {
        **_operation(route),
        "operationId": f"{route.name}_csv",
        "summary": f"{route.summary}; as CSV",
        "responses": with_csv,
    }


def _stream_operation(route: Route) -> dict[str, Any]:
    form = route.path.rpartition(".")[2]
    kind, text = {
        "ndjson": ("application/x-ndjson", "Lines of JSON in UTF-8, a `ProgramRow` each."),
        "csv": ("text/csv", "CSV, UTF-8, with a line of column names: those of `ProgramRow`."),
    }[form]
    answer = {
        "description": text,
        "headers": headers("Cache-Control", "ETag", "X-EPG-Generation", "X-EPG-Change"),
        "content": {kind: {"schema": {"type": "string"} | ({} if form == "csv" else _LINES)}},
    }
    missing = {"404": error(404)}
    return {**_operation(route), "responses": responses(route) | missing | {"200": answer}}


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access != "public":
        return [{"bearer": []}]
    return [{}, {"bearer": []}] if route.name in PERSONAL else []


def _parameters(route: Route) -> list[dict[str, Any]]:
    path = [_ID] if "{id}" in route.path else []
    return path + [_parameter(route, param) for param in route.params]


def _parameter(route: Route, param: Param) -> dict[str, Any]:
    schema = _schema_of(param)
    found: dict[str, Any] = {
        "name": param.name, "in": "query", "description": param.description, "schema": schema,
    }  # fmt: skip
    if (route.name, param.name) in NEEDED:
        found["required"] = True
    if param.example is not None:
        found["example"] = param.example
    return found


def _schema_of(param: Param) -> dict[str, Any]:
    """An empty value counts as left out, as a form sends it. Ids are one text: generators of clients take an array for a
    parameter that is repeated, also where the description says otherwise."""
    empty = {"maxLength": 0}
    kinds: dict[str, dict[str, Any]] = {
        "moment": {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}, empty]},
        "int": {"type": "integer", "minimum": param.low, "maximum": param.high},
        "ids": {"type": "string", "pattern": _IDS},
        "names": {"type": "string"},
        "text": {"type": "string", "maxLength": MAX_TEXT},
        "choice": {"type": "string", "anyOf": [{"enum": list(param.choices)}, empty]},
    }
    return kinds[param.kind] | ({} if param.default is None else {"default": param.default})
