"""The addresses of the server itself, in OpenAPI: `/health`, `/-/readyz` and `/metrics`. They are no part of `ROUTES`."""

from typing import Any

from .responses import error, headers

_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_HEALTH = {
    "type": "object", "required": ["status", "reasons"],
    "properties": {
        "status": {"type": "string", "enum": ["ok", "stale", "error"]},
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip
_READY = {"type": "object", "required": ["ready"], "properties": {"ready": {"type": "boolean"}}}


def server_paths() -> dict[str, Any]:
    """Path items by address."""
    health = {
        status: _answer(text, {"application/json": {"schema": _HEALTH}})
        for status, text in (("200", "The guide is well."), ("503", "It is not; `reasons` says why."))
    }
    ready = {
        status: _answer(text, {"application/json": {"schema": _READY}})
        for status, text in (("200", "The server can answer."), ("503", "It cannot."))
    }
    metrics = {"200": _answer("Metrics in Prometheus' text format.", _TEXT)}
    metrics |= {str(status): error(status) for status in (401, 403, 404)}
    return {
        "/health": {"get": _server_operation("health", "How the guide and its providers are", health)},
        "/-/readyz": {"get": _server_operation("readyz", "Whether the server can answer, for load balancers", ready)},
        "/metrics": {"get": _server_operation("metrics", "Counters for Prometheus; a setting decides for whom", metrics)},
    }  # fmt: skip


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "headers": headers("Cache-Control"), "content": content}


def _server_operation(name: str, summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name, "summary": summary, "tags": ["server"], "security": [], "parameters": [],
        "responses": responses | {"405": error(405)},
    }  # fmt: skip
