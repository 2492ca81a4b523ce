"""The OpenAPI 3.1 description, made from `routes.ROUTES` and `schemas.SCHEMAS`, and the columns of CSV answers."""

from functools import cache
from typing import Any
from urllib.parse import urlencode

from ...api.routes import ROUTES, Route
from ...base.params import MAX_ID, MAX_IDS, MAX_TEXT, Param
from .openapi_texts import DESCRIPTION, HEADERS, REASONS, TAGS, VERSION
from .schemas import PLACE, SCHEMAS, example, parts

#: what cannot be left out although `params` has no default for it
NEEDED = {("search", "q")}
#: routes whose answer depends on who asks
PERSONAL = ("providers", "provider")
#: writes that can meet what is there already
CLASHING = (
    "provider_create", "provider_replace", "provider_update", "channel_create", "channel_update", "channel_delete",
    "mapping_set", "mapping_update", "import_trigger",
)  # fmt: skip
_TAG_OF = {
    "providers": "providers",
    "mappings": "mappings",
    "import": "imports",
    "imports": "imports",
    "openapi.json": "server",
}
_OF_ERROR = {401: "WWW-Authenticate", 405: "Allow", 503: "Retry-After"}
_ID = {
    "name": "id", "in": "path", "required": True, "description": "Its number.",
    "schema": {"type": "integer", "minimum": 1, "maximum": MAX_ID}, "example": 1,
}  # fmt: skip
_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_HEALTH = {
    "type": "object", "required": ["status", "reasons"],
    "properties": {
        "status": {"type": "string", "enum": ["ok", "stale", "error"]},
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip
_READY = {"type": "object", "required": ["ready"], "properties": {"ready": {"type": "boolean"}}}


def document(server: str) -> dict[str, Any]:
    """The description; `server` is the address before the paths, "" for that of the description itself."""
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
        if route.rows:
            paths[f"{route.path}.csv"] = {"get": _csv_operation(route)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TV guide", "version": VERSION, "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths | _monitoring(),
        "components": {
            "schemas": SCHEMAS, "headers": HEADERS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The token of the server."}
            },
        },
    }  # fmt: skip


def tag(route: Route) -> str:
    return _TAG_OF.get(route.path.split("/")[3], "channels")


def errors_of(route: Route) -> list[int]:
    """The statuses with which a route can refuse."""
    found = {400, 401, 403, 405, 414, 503}
    if "{id}" in route.path or route.name in ("import_trigger", "mapping_set"):
        found.add(404)
    if route.access != "public":
        found.add(413)
    if route.body:
        found.add(415)
    if route.name in CLASHING:
        found.add(409)
    return sorted(found)


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [tag(route)],
        "security": _security(route),
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.body:
        found["requestBody"] = {
            "required": route.name != "import_trigger",
            "content": {"application/json": {"schema": {"$ref": PLACE + route.body}}},
        }
    return found


def _csv_operation(route: Route) -> dict[str, Any]:
    answer = {
        "description": "CSV, UTF-8, with a line of column names: "
        + ", ".join(columns(route.shape or ""))
        + ".",
        "headers": _headers("Cache-Control", "ETag", "X-EPG-Generation", "Link"),
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
    responses = _responses(route) | {"200": answer}
    return {
        **_operation(route),
        "operationId": f"{route.name}_csv",
        "summary": f"{route.summary}; as CSV",
        "responses": responses,
    }


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access != "public":
        return [{"bearer": []}]
    return [{}, {"bearer": []}] if route.name in PERSONAL else []


def _parameters(route: Route) -> list[dict[str, Any]]:
    path = [_ID] if "{id}" in route.path else []
    return path + [_parameter(route, param) for param in route.params]


def _parameter(route: Route, param: Param) -> dict[str, Any]:
    schema = _schema_of(param)
    found = {"name": param.name, "in": "query", "description": param.description, "schema": schema}
    if (route.name, param.name) in NEEDED:
        found["required"] = True
    if param.kind == "ids":
        found |= {"style": "form", "explode": False}
    if param.example is not None:
        ids = param.kind == "ids"
        found["example"] = [int(part) for part in param.example.split(",")] if ids else param.example
    return found


def _schema_of(param: Param) -> dict[str, Any]:
    """An empty value counts as left out, as a form sends it."""
    empty = {"maxLength": 0}
    kinds: dict[str, dict[str, Any]] = {
        "moment": {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}, empty]},
        "int": {"type": "integer", "minimum": param.low, "maximum": param.high},
        "ids": {"type": "array", "items": _ID["schema"], "minItems": 1, "maxItems": MAX_IDS},
        "text": {"type": "string", "maxLength": MAX_TEXT},
        "choice": {"type": "string", "anyOf": [{"enum": list(param.choices)}, empty]},
    }
    return kinds[param.kind] | ({} if param.default is None else {"default": param.default})


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _responses(route: Route) -> dict[str, Any]:
    found = {str(route.status): _success(route)}
    if route.method == "GET":
        found["304"] = {
            "description": "Nothing changed since the answer with the ETag in `If-None-Match`.",
            "headers": _headers("Cache-Control", "ETag", "X-EPG-Generation"),
        }
    return found | {str(status): _error(status) for status in errors_of(route)}


def _success(route: Route) -> dict[str, Any]:
    if route.shape is None:
        return {"description": "Done.", "headers": _headers("Cache-Control")}
    names = ["Cache-Control"]
    if route.method == "GET":
        names += ["ETag", "X-EPG-Generation"] + (["Link"] if route.rows else [])
    elif route.status in (201, 202):
        names.append("Location")
    content = {"application/json": {"schema": _shape(route)}}
    if route.rows:
        content["text/csv"] = {"schema": {"type": "string"}}
    return {"description": "The answer.", "headers": _headers(*names), "content": content}


def _shape(route: Route) -> dict[str, Any]:
    reference = {"$ref": PLACE + str(route.shape)}
    return {"type": "array", "items": reference} if route.rows else reference


def _error(status: int) -> dict[str, Any]:
    names = ["Cache-Control", *([_OF_ERROR[status]] if status in _OF_ERROR else [])]
    content = {"application/json": {"schema": {"$ref": f"{PLACE}Error"}}}
    return {"description": REASONS[status], "headers": _headers(*names), "content": content}


def _monitoring() -> dict[str, Any]:
    """What answers outside `/api/v1`; no part of `ROUTES`."""
    health = {
        status: _answer(text, {"application/json": {"schema": _HEALTH}})
        for status, text in (("200", "The guide is well."), ("503", "It is not; `reasons` says why."))
    }
    ready = {
        status: _answer(text, {"application/json": {"schema": _READY}})
        for status, text in (("200", "The server can answer."), ("503", "It cannot."))
    }
    metrics = {"200": _answer("Metrics in Prometheus' text format.", _TEXT)}
    metrics |= {str(status): _error(status) for status in (401, 403, 404)}
    return {
        "/health": {"get": _server_operation("health", "How the guide and its providers are", health)},
        "/-/readyz": {"get": _server_operation("readyz", "Whether the server can answer, for load balancers", ready)},
        "/metrics": {"get": _server_operation("metrics", "Counters for Prometheus; a setting decides for whom", metrics)},
    }  # fmt: skip


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "headers": _headers("Cache-Control"), "content": content}


def _server_operation(name: str, summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name, "summary": summary, "tags": ["server"], "security": [], "parameters": [],
        "responses": responses | {"405": _error(405)},
    }  # fmt: skip


@cache
def columns(shape: str) -> list[str]:
    """The columns of `shape` as CSV, in order: parts of an object with its name in front, see `tables.flat`."""
    schema = SCHEMAS[shape]
    names: list[str] = []
    for name, part in schema["properties"].items():
        inner = parts(part)
        if name == "programs":
            names += columns("Program")
        elif "properties" in inner:
            names += [f"{name}_{column}" for column in _required(inner)]
        elif name in schema["required"]:
            names.append(name)
    return list(dict.fromkeys(names))


def _required(schema: dict[str, Any]) -> list[str]:
    return [name for name in schema["properties"] if name in schema["required"]]


def request_example(route: Route) -> tuple[str, Any]:
    """Path and query of a request that works on a guide with channels 1 and 2, and its body (None without one)."""
    given = {param.name: param.example for param in route.params if param.kind != "int" and param.example}
    address = route.path.replace("{id}", "1") + (f"?{urlencode(given, safe=',:')}" if given else "")
    return address, SCHEMAS[route.body]["examples"][0] if route.body else None


def answer_example(route: Route) -> Any:
    """What such a request gets, None for nothing."""
    if route.shape is None:
        return None
    found = example({"$ref": PLACE + route.shape})
    return [found] if route.rows else found
