"""Hooks of the JSON API under `/api/v1`. The work is in `epg_web.api`."""

import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api import datasette_requests
from epg_web.api.instance_lane import lane_of
from epg_web.api.lane import Lane
from epg_web.api.routes import stream_of
from epg_web.base import access
from epg_web.base.answer import Refused
from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send, has_credentials, header, send_answer
from epg_web.base.instance_names import DATABASE
from epg_web.base.refusals import MISTAKE
from epg_web.beside import mcp_tools
from epg_web.host import permission_checks
from epg_web.pages.visit import visit_of

PREFIX = "/api/"
logger = logging.getLogger("datasette_epg")


async def guarded(scope: Scope, send: Send, answering: Awaitable[None]) -> None:
    """Await `answering`. An exception that nobody foresaw is logged and becomes a 500 in the shape of errors."""
    try:
        await answering
    except Exception:
        logger.exception("%s %s failed", scope["method"], scope["path"])
        await send_answer(scope, send, Refused(500, MISTAKE).answer())


async def api(scope: Scope, receive: Receive, send: Send, datasette: Any, request: Any) -> None:
    """The Datasette view of every address under `/api/`."""
    lane, scope = lane_of(datasette), without_prefix(prefix(datasette), scope)
    if lane is None:
        refused = Refused(503, "no guide is served here", headers={"Retry-After": "60"})
        return await send_answer(scope, send, refused.answer())
    try:
        if request.method != "OPTIONS":
            await access.ensure_visible(datasette, request.actor)
    except Refused as refused:
        return await send_answer(scope, send, refused.answer())
    stream = stream_of(scope["path"])
    known = request.actor is not None or not header(scope, b"authorization")
    if stream is not None and known and request.method in ("GET", "HEAD"):
        visit = visit_of(datasette, request, lane, send)
        # It needs the package `epg_ingest`, without which the others say in the log what to do.
        from epg_web.exports import program_rows

        # An exception amid a stream is for `epg_request_checks.py`, which ends the connection.
        return await program_rows.respond(visit, stream.path.rpartition(".")[2])
    answering = datasette_requests.respond(scope, receive, send, datasette, request.actor, lane)
    await guarded(scope, send, answering)


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    # Everything under /api/, so that a wrong address gets JSON and not a page.
    return [(r"^/api(/.*)?$", api)]


@hookimpl(trylast=True)
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    access.check_config(datasette)
    # Not the coroutine itself: where another plugin stops the start, nobody would await it.
    return lambda: access.learn_visibility(datasette)


#: hooks by which Datasette knows `epg-write` and `epg-import`, and who has them by the plugin's configuration
naming, granting = permission_checks.hooks(access.PERMISSIONS, access.allowed)


@hookimpl
def register_mcp_tools(datasette: Any, mcp: Any) -> None:
    """A hook of datasette-mcp, which nobody calls where it is not installed."""
    if DATABASE in datasette.databases:
        mcp_tools.register(datasette, mcp)


def fast_lane_of(datasette: Any, scope: Scope) -> Lane | None:
    """The lane that answers this request without Datasette; None where Datasette must see it."""
    if scope["method"] not in ("GET", "HEAD") or has_credentials(scope):
        return None
    return lane_of(datasette) if access.open_to_strangers(datasette) else None


# First, so innermost: inside epg_request_checks.py, which refuses what is broken, and epg_health.py, which counts.
@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def fast_lane(scope: Scope, receive: Receive, send: Send) -> None:
            inside = without_prefix(front, scope) if scope["type"] == "http" else scope
            if scope["type"] != "http" or not f"{inside['path']}/".startswith(PREFIX):
                await app(scope, receive, send)
            elif stream_of(inside["path"]) is None and (lane := fast_lane_of(datasette, scope)):
                await guarded(scope, send, lane.respond(inside, send))
            else:
                try:
                    scope = access.identified(datasette, scope)
                except Refused as refused:
                    return await send_answer(scope, send, refused.answer())
                await app(scope, receive, send)

        return fast_lane

    return wrap
