"""Requests under `/api/` that come through Datasette: whoever sends a token or a cookie, and every write.

method → GET, HEAD: lane   OPTIONS: what is possible   else: permission → body → change
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ..base import access
from ..base.answer import Answer, Refused
from ..base.http import PREFLIGHT, Send, header, send_answer
from . import writes
from .lane import Lane
from .routes import Route, allow, match

Receive = Callable[[], Awaitable[dict[str, Any]]]
MAX_BODY = 1_000_000
NOTHING_HERE = "there is nothing at this address; see /api/v1/openapi.json"


async def respond(
    scope: dict[str, Any], receive: Receive, send: Send, datasette: Any, actor: Any, lane: Lane
) -> None:
    """Answer one request; `actor` is Datasette's, None for a stranger."""
    try:
        if header(scope, b"authorization") and actor is None:
            raise access.unknown_token()
        if scope["method"] == "OPTIONS":
            answer = options(scope["path"])
        elif scope["method"] in ("GET", "HEAD"):
            private = await writes.read(scope, datasette, actor)
            if private is None:
                return await lane.respond(scope, send)
            answer = private
        else:
            answer = await change(scope, receive, datasette, actor)
    except Refused as refused:
        answer = refused.answer()
    if "Location" in answer.headers:
        answer.headers["Location"] = lane.server + answer.headers["Location"]
    await send_answer(scope, send, answer)


def options(path: str) -> Answer:
    """What is possible at an address, for programs and for a browser's preflight."""
    found = match(path)
    if found is None:
        raise Refused(404, NOTHING_HERE)
    methods = allow(found[0])
    return Answer(b"", 204, headers={"Allow": methods, "Access-Control-Allow-Methods": methods, **PREFLIGHT})


async def change(scope: dict[str, Any], receive: Receive, datasette: Any, actor: Any) -> Answer:
    """A write: who asks comes first, so that a stranger learns nothing from the checks behind it."""
    found = match(scope["path"])
    if found is None:
        raise Refused(404, NOTHING_HERE)
    methods, ident = found
    route = methods.get(scope["method"])
    if route is None:
        raise Refused(405, f"{scope['method']} is not possible here", headers={"Allow": allow(methods)})
    access.require(datasette, scope, actor, route.access)
    if scope["query_string"]:
        raise Refused(400, "a write takes no query parameters; send them as JSON")
    body = await read_body(scope, receive, route)
    return await writes.write(datasette, route, ident, body, actor)


async def read_body(scope: dict[str, Any], receive: Receive, route: Route) -> Any:
    """The JSON object sent, {} for a route without a body. At most 1 MB is taken in (413)."""
    data = await _collect(scope, receive)
    if route.body is None:
        if data.strip():
            raise Refused(400, f"{route.method} takes no body here")
        return {}
    if not data.strip():
        if route.name == "import_trigger":
            return {}
        raise Refused(400, "the body is empty; send a JSON object")
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "the body must be sent as Content-Type: application/json")
    return parse_json(data)


def parse_json(data: bytes) -> Any:
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not valid JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Refused(400, "the body must be a JSON object")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


async def _collect(scope: dict[str, Any], receive: Receive) -> bytes:
    length = header(scope, b"content-length")
    if length.isdigit() and int(length) > MAX_BODY:
        raise Refused(413, f"the body is larger than {MAX_BODY:,} bytes")
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "the connection was closed before the body was complete")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise Refused(413, f"the body is larger than {MAX_BODY:,} bytes")
        more = message.get("more_body", False)
    return b"".join(parts)
