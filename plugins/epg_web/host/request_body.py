"""The body of a request, whose size and time `epg_request_checks` has bounded already.

Datasette 1.0 has a bound of its own, and lists of line-ups may be longer than that.
"""

from typing import Any

from .running import FROM_1_0

_OPTIONS = {"max_bytes": 0} if FROM_1_0 else {}


async def whole_body(request: Any) -> bytes:
    """The bytes of the body of a `Request` of Datasette."""
    body: bytes = await request.post_body(**_OPTIONS)
    return body
