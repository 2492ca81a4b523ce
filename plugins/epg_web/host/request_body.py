"""The body of a request, whose size and time `epg_request_checks` has bounded already."""

from typing import Any


async def whole_body(request: Any) -> bytes:
    """The bytes of the body of a `Request` of Datasette."""
    body: bytes = await request.post_body()
    return body
