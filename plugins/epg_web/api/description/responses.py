"""The responses of a route in OpenAPI: what it answers, and with which statuses it can refuse."""

from typing import Any

from ..routes import Route
from .openapi_texts import REASONS
from .schema_kinds import PLACE

#: writes that may conflict with existing rows or with an import that is running
CLASHING = (
    "provider_create", "provider_replace", "provider_update", "channel_create", "channel_update", "channel_delete",
    "channels_update", "mapping_set", "mapping_update", "import_trigger", "lineup_create", "lineup_replace", "lineup_update",
    "target_create", "target_update",
)  # fmt: skip
_OF_ERROR = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}


#: routes whose body names a provider or channels
NAMING = ("import_trigger", "mapping_set", "channels_update", "rule_create", "rule_sets_choose", "rules_test")


def errors_of(route: Route) -> list[int]:
    """The statuses with which a route can refuse."""
    found = {400, 401, 403, 405, 414, 429, 503}
    if "{id}" in route.path or route.name in NAMING:
        found.add(404)
    if route.name == "changes":
        found.add(410)
    if route.method != "GET":
        found.add(413)
    if route.body:
        found.add(415)
    if route.name in CLASHING:
        found.add(409)
    return sorted(found)


def headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def responses(route: Route) -> dict[str, Any]:
    found = {str(route.status): _success(route)}
    if route.method == "GET" and route.access == "public":
        found["304"] = {
            "description": "Nothing changed since the answer with the ETag in `If-None-Match`.",
            "headers": headers("Cache-Control", "ETag", "X-EPG-Generation"),
        }
    return found | {str(status): error(status) for status in errors_of(route)}


def _success(route: Route) -> dict[str, Any]:
    if route.shape is None:
        return {"description": "Done.", "headers": headers("Cache-Control")}
    content = {"application/json": {"schema": _shape(route)}}
    if route.rows:
        content["text/csv"] = {"schema": {"type": "string"}}
    return {"description": "The answer.", "headers": success_headers(route), "content": content}


def success_headers(route: Route) -> dict[str, Any]:
    """The headers of an answer, as JSON or CSV. What needs a permission has no validators, because nobody may keep it."""
    names = ["Cache-Control"]
    if route.method == "GET":
        names += ["ETag", "X-EPG-Generation"] if route.access == "public" else []
        names += ["Link"] if route.rows else []
        names += ["X-EPG-Change"] if route.name in ("changes", "channels") else []
    elif route.status in (201, 202):
        names.append("Location")
    return headers(*names)


def _shape(route: Route) -> dict[str, Any]:
    reference = {"$ref": PLACE + str(route.shape)}
    return {"type": "array", "items": reference} if route.rows or route.many else reference


def error(status: int) -> dict[str, Any]:
    names = ["Cache-Control", *([_OF_ERROR[status]] if status in _OF_ERROR else [])]
    content = {"application/json": {"schema": {"$ref": f"{PLACE}Error"}}}
    return {"description": REASONS[status], "headers": headers(*names), "content": content}
