"""Requests under `/api/` that come through Datasette: those with a token or a cookie, and every write.

GET, HEAD → the lane      OPTIONS → which methods there are      else → permission → body → change
"""

from typing import Any

from ..base import access
from ..base.answer import Answer, Refused
from ..base.http import PREFLIGHT, Receive, Scope, Send, header, send_answer
from . import writes
from .json_body import read_body
from .lane import Lane
from .routes import NOTHING_HERE, allow, match


async def respond(scope: Scope, receive: Receive, send: Send, datasette: Any, actor: Any, lane: Lane) -> None:
    """Answer one request. `actor` is Datasette's, None for a stranger."""
    try:
        if header(scope, b"authorization") and actor is None:
            raise access.unknown_token()
        if scope["method"] == "OPTIONS":
            answer = options(scope["path"])
        elif scope["method"] in ("GET", "HEAD"):
            asked, _ = lane.asked(scope)
            if asked.route.access != "public":
                access.require(datasette, scope, actor, asked.route.access)
            private = await writes.read(scope, datasette, actor, lane.server)
            if private is None and asked.route.access == "public":
                return await lane.respond(scope, send)
            answer = private or await lane.unkept(scope)
        else:
            answer = await change(scope, receive, datasette, actor)
    except Refused as refused:
        answer = refused.answer()
    if "Location" in answer.headers:
        answer.headers["Location"] = lane.server + answer.headers["Location"]
    await send_answer(scope, send, answer)


def options(path: str) -> Answer:
    """The methods of an address, for programs and for a browser's preflight. Raises `Refused` (404)."""
    found = match(path)
    if found is None:
        raise Refused(404, NOTHING_HERE)
    methods = allow(found[0])
    return Answer(b"", 204, headers={"Allow": methods, "Access-Control-Allow-Methods": methods, **PREFLIGHT})


async def change(scope: Scope, receive: Receive, datasette: Any, actor: Any) -> Answer:
    """A write. The permission is checked first, so that a stranger learns nothing from the other checks.

    Raises `Refused`: 404 and 405 for the address, 401 and 403 for the actor, 404 for an unknown id, 400 and what
    `read_body` and `writes.write` raise for the rest.
    """
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
    await writes.ensure_there(datasette, route, ident, actor)
    body = await read_body(scope, receive, route)
    return await writes.write(datasette, route, ident, body, actor)
