"""`/health`, `/-/readyz` and `/metrics`, and the measuring of all requests. An instance without a guide has none of them."""

import asyncio
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from datasette import NotFound, Response, hookimpl

if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.monitor import health, metrics, replica

NAME = "epg"
CONFIG = "datasette-epg"
STATE = "_epg_monitor"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json; charset=utf-8"


class Monitor:
    """Settings, counters and threads of one Datasette instance."""

    def __init__(self, datasette):
        config = datasette.plugin_config(CONFIG) or {}
        if not isinstance(config, dict):
            raise ValueError("there must be settings below it")
        self.settings = health.read_settings(config.get("health"))
        self.mode = metrics.read_mode(config.get("metrics"))
        self.metrics = metrics.Metrics(datasette.setting("base_url"))
        # Threads of our own: those of Datasette may be full of strangers' slow SQL.
        self.executor = ThreadPoolExecutor(3, thread_name_prefix="epg-health")
        self.under_way = {}

    async def run(self, work, *args, **options):
        """The result of `work`, on a thread. Whoever asks while one is under way gets the result of that one."""
        future = self.under_way.get(work.__name__)
        if future is None or future.done():
            future = self.under_way[work.__name__] = self.executor.submit(work, *args, **options)
        # A waiter that goes away must not cancel the work for the others.
        return await asyncio.shield(asyncio.wrap_future(future))


def monitor(datasette):
    """The instance's own monitor, made at the first call. Raises click.ClickException for wrong settings."""
    if not hasattr(datasette, STATE):
        try:
            setattr(datasette, STATE, Monitor(datasette))
        except ValueError as error:
            raise click.ClickException(f"plugins: {CONFIG}: {error}") from error
    return getattr(datasette, STATE)


def version():
    try:
        from epg_ingest import __version__
    except ImportError:
        return "unknown"
    return __version__


def answer(request, body, status=200, content_type=JSON, headers=None):
    """An answer nobody keeps. HEAD has the headers of GET."""
    body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = {"cache-control": "no-store", "content-length": str(len(body)), **(headers or {})}
    return Response(b"" if request.method == "HEAD" else body, status, headers, content_type)


def problem(request, status, message, headers=None):
    shape = {"ok": False, "error": message, "errors": [message], "status": status}
    return answer(request, shape, status, headers=headers)


def reading(view):
    """A view for GET and HEAD that is given the path of the guide; 404 where none is served."""

    async def checked(datasette, request):
        guide = datasette.databases.get(NAME)
        if guide is None or not guide.path:
            raise NotFound("Page not found")
        if request.method not in ("GET", "HEAD"):
            return problem(request, 405, f"{request.method} is not allowed here", {"allow": "GET, HEAD"})
        return await view(datasette, request, Path(guide.path).resolve())

    return checked


async def is_open(datasette, actor):
    """Whether the actor may see the guide: an `allow` block in metadata may close the instance or the database."""
    if not hasattr(datasette, "permission_allowed"):  # Datasette 1.0
        return await datasette.allowed(action="view-instance", actor=actor)
    return await datasette.permission_allowed(
        actor, "view-instance", default=True
    ) and await datasette.permission_allowed(actor, "view-database", resource=NAME, default=True)


@reading
async def health_view(datasette, request, path):
    state = monitor(datasette)
    said = await state.run(health.report, path, state.settings, now=time.time())
    status = 200 if said["status"] == "ok" else 503
    if not await is_open(datasette, request.actor):
        said = {"status": said["status"]}
    return answer(request, said, status)


@reading
async def ready_view(datasette, request, path):
    said = await monitor(datasette).run(replica.ready, path)
    return answer(request, said, 200 if said["ready"] else 503)


def permitted(datasette, actor):
    """Whether the actor may write to the guide, and so may see how it is."""
    from datasette.utils import actor_matches_allow

    block = ((datasette.plugin_config(CONFIG) or {}).get("permissions") or {}).get("epg-write")
    return block is not None and actor_matches_allow(actor, block)


async def refusal(datasette, request, state):
    """The answer to somebody who may not read the metrics; None for all others."""
    actor = request.actor
    if state.mode == "public" and await is_open(datasette, actor):
        return None
    if actor is None:
        needed = "this needs a token: send Authorization: Bearer TOKEN"
        return problem(request, 401, needed, {"www-authenticate": "Bearer"})
    tokens = (datasette.plugin_config("datasette-auth-tokens") or {}).get("tokens") or []
    if metrics.may_read(actor, tokens, permitted(datasette, actor)):
        return None
    return problem(request, 403, "this actor may not read the metrics")


@reading
async def metrics_view(datasette, request, path):
    state = monitor(datasette)
    if state.mode == "off":
        return problem(request, 404, "metrics are turned off")
    if refused := await refusal(datasette, request, state):
        return refused
    return answer(request, await state.run(state.metrics.text, path, version()), content_type=TEXT)


@hookimpl
def register_routes():
    return [(r"^/health$", health_view), (r"^/-/readyz$", ready_view), (r"^/metrics$", metrics_view)]


@hookimpl
def startup(datasette):
    if NAME in datasette.databases:
        monitor(datasette)


# The last wrapper of all is the outermost: it sees what other wrappers answer, too.
@hookimpl(trylast=True)
def asgi_wrapper(datasette):
    if NAME not in datasette.databases and datasette.config_dir is None:
        return None
    state = monitor(datasette)
    return None if state.mode == "off" else state.metrics.meter.measured
