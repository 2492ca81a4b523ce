"""The REST API under `/api/v1`: hooks only, the work is in the package `epg_web` beside this file."""

import logging
import sys
from pathlib import Path

from datasette import hookimpl

# Datasette executes this file by its path and not as part of a package.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api import dispatch, site
from epg_web.base import access
from epg_web.base.answer import Refused
from epg_web.base.http import send_answer

PREFIX = "/api/"
logger = logging.getLogger("datasette_epg")


def is_stranger(scope):
    return not any(name in (b"authorization", b"cookie") for name, _ in scope["headers"])


async def guarded(scope, send, answering):
    """Await `answering`; a mistake of ours is logged and becomes a 500 in the shape of errors."""
    try:
        await answering
    except Exception:
        logger.exception("%s %s failed", scope["method"], scope["path"])
        await send_answer(
            scope, send, Refused(500, "the server made a mistake; its log has the details").answer()
        )


async def api(scope, receive, send, datasette, request):
    lane, scope = site.of(datasette), site.inside(site.prefix(datasette), scope)
    if lane is None:
        refused = Refused(503, "no guide is served here", headers={"Retry-After": "60"})
        return await send_answer(scope, send, refused.answer())
    try:
        if request.method != "OPTIONS":
            await access.ensure_visible(datasette, request.actor)
    except Refused as refused:
        return await send_answer(scope, send, refused.answer())
    await guarded(scope, send, dispatch.respond(scope, receive, send, datasette, request.actor, lane))


@hookimpl
def register_routes(datasette):
    # Everything under /api/, so that a wrong address gets JSON and not a page.
    return [(r"^/api(/.*)?$", api)]


@hookimpl(trylast=True)
def startup(datasette):
    access.check_config(datasette)
    # Not the coroutine itself: nobody awaits it where another plugin stops the start.
    return lambda: access.learn_visibility(datasette)


@hookimpl
def permission_allowed(datasette, actor, action):
    """Answers for `epg-write` and `epg-import`, from the plugin's configuration; 0.65 knows no `permissions:` block."""
    if action in access.PERMISSIONS:
        return access.allowed(datasette, actor, action)


def for_lane(datasette, scope):
    return (
        scope["method"] in ("GET", "HEAD")
        and is_stranger(scope)
        and access.open_to_strangers(datasette)
        and site.of(datasette) is not None
    )


# First, so innermost: inside epg_shield.py, which refuses what is broken, and epg_health.py, which counts.
@hookimpl(tryfirst=True)
def asgi_wrapper(datasette):
    front = site.prefix(datasette)

    def wrap(app):
        async def fast_lane(scope, receive, send):
            inside = site.inside(front, scope) if scope["type"] == "http" else scope
            if scope["type"] != "http" or not f"{inside['path']}/".startswith(PREFIX):
                await app(scope, receive, send)
            elif for_lane(datasette, scope):
                await guarded(scope, send, site.of(datasette).respond(inside, send))
            else:
                try:
                    scope = access.identified(datasette, scope)
                except Refused as refused:
                    return await send_answer(scope, send, refused.answer())
                await app(scope, receive, send)

        return fast_lane

    return wrap
