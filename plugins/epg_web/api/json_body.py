"""The JSON body of a write, read from the connection and parsed. Whether its settings are right is for `bodies`."""

import json
from typing import Any

from ..base.answer import Refused
from ..base.http import Receive, Scope, header
from .routes import Route

#: bytes that a body may have
MAX_BODY = 1_000_000


async def read_body(scope: Scope, receive: Receive, route: Route) -> dict[str, Any]:
    """The JSON object that was sent; {} for a route without a body.

    Raises `Refused`: 400 for what is no JSON object, 413 above `MAX_BODY`, 415 for another content type.
    """
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


def parse_json(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`. Raises `Refused` (400)."""
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not valid JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Refused(400, "the body must be a JSON object")
    return value


def too_large() -> Refused:
    # Not with `Connection: close`: the server would reset the connection while the client still sends, and the answer
    # would be lost. Without it the server reads the rest and throws it away.
    return Refused(413, f"the body is larger than {MAX_BODY:,} bytes")


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
