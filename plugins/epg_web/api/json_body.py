"""The JSON body of a write, read from the connection and parsed. Whether its settings are right is for `bodies`."""

import json
from typing import Any, cast

from ..base.answer import Refused
from ..base.http import Receive, Scope, header
from .routes import Route

#: an object, or for routes with `many` an array of objects
Body = dict[str, Any] | list[dict[str, Any]]

#: bytes that a body may have
MAX_BODY = 1_000_000


async def read_body(scope: Scope, receive: Receive, route: Route) -> Body:
    """The JSON that was sent; {} for a route without a body.

    Raises `Refused`: 400 for what is not the JSON that the route takes, 413 above `MAX_BODY`, 415 for another content type.
    """
    data = await _collect(scope, receive)
    if route.body is None:
        if data.strip():
            raise Refused(400, f"{route.method} takes no body here")
        return {}
    if not data.strip():
        if route.name in ("import_trigger", "lineup_refresh"):
            return {}
        raise Refused(400, f"the body is empty; send {_expected(route.many)}")
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "the body must be sent as Content-Type: application/json")
    return parse_json(data, route.many)


def parse_json(data: bytes, many: bool) -> Body:
    """The JSON object in `data`, or with `many` the array of objects. Raises `Refused` (400)."""
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not valid JSON in UTF-8") from None
    right = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if not (right if many else isinstance(value, dict)):
        raise Refused(400, f"the body must be {_expected(many)}")
    return cast(Body, value)


def _expected(many: bool) -> str:
    return "a JSON array of objects" if many else "a JSON object"


def too_large(most: int = MAX_BODY) -> Refused:
    # Not with `Connection: close`: the server would reset the connection while the client still sends, and the answer
    # would be lost. Without it the server reads the rest and throws it away.
    return Refused(413, f"the body is larger than {most:,} bytes")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


async def _collect(scope: Scope, receive: Receive) -> bytes:
    length = header(scope, b"content-length")
    if length.isdigit() and int(length) > MAX_BODY:
        raise too_large()
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "the connection was closed before the body was complete")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise too_large()
        more = message.get("more_body", False)
    return b"".join(parts)
