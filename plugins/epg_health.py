"""`/health`, `/-/readyz` and `/metrics`, and the measuring of all requests. An instance without a guide has none of them."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from datasette import NotFound, Response, hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base import access
from epg_web.base.http import App
from epg_web.base.instance_names import CONFIG, DATABASE
from epg_web.base.release import version
from epg_web.host.permission_checks import may_view_database
from epg_web.monitor import health, metrics, replica

T = TypeVar("T")
P = ParamSpec("P")
PathView = Callable[[Any, Any, Path], Awaitable[Response]]
View = Callable[[Any, Any], Awaitable[Response]]
STATE = "_epg_monitor"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json; charset=utf-8"


class Monitor:
    """Settings, counters and threads of one Datasette instance."""

    def __init__(self, datasette: Any) -> None:
        config = datasette.plugin_config(CONFIG) or {}
        if not isinstance(config, dict):
            raise ValueError("there must be settings below it")
        self.settings = health.read_settings(config.get("health"))
        self.mode = metrics.read_mode(config.get("metrics"))
        self.metrics = metrics.Metrics(datasette.setting("base_url"))
        # Not the threads of Datasette: they may be busy with strangers' slow SQL.
        self.executor = ThreadPoolExecutor(3, thread_name_prefix="epg-health")
        self.under_way: dict[str, Future[Any]] = {}

    async def run(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """The result of `work`, on a thread. Requests that come while it is under way share its result."""
        future = self.under_way.get(work.__name__)
        if future is None or future.done():
            future = self.under_way[work.__name__] = self.executor.submit(work, *args, **options)
        # A client that goes away must not cancel the work for the others.
        result: T = await asyncio.shield(asyncio.wrap_future(future))
        return result


def monitor(datasette: Any) -> Monitor:
    """The instance's own monitor, made at the first call. Raises click.ClickException for wrong settings."""
    found: Monitor | None = getattr(datasette, STATE, None)
    if found is None:
        try:
            found = Monitor(datasette)
        except ValueError as error:
            raise click.ClickException(f"plugins: {CONFIG}: {error}") from error
        setattr(datasette, STATE, found)
    return found


def answer(
    request: Any,
    body: Any,
    status: int = 200,
    content_type: str = JSON,
    headers: dict[str, str] | None = None,
) -> Response:
    """A response that nobody may keep: `body` is bytes, or a value that becomes JSON. HEAD has the headers of GET."""
    body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = {"cache-control": "no-store", "content-length": str(len(body)), **(headers or {})}
    return Response(b"" if request.method == "HEAD" else body, status, headers, content_type)


def problem(request: Any, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    shape = {"ok": False, "error": message, "errors": [message], "status": status}
    return answer(request, shape, status, headers=headers)


def reading(view: PathView) -> View:
    """A view for GET and HEAD that is given the path of the guide; 404 where none is served."""

    async def checked(datasette: Any, request: Any) -> Response:
        guide = datasette.databases.get(DATABASE)
        if guide is None or not guide.path:
            raise NotFound("Page not found")
        if request.method not in ("GET", "HEAD"):
            return problem(request, 405, f"{request.method} is not allowed here", {"allow": "GET, HEAD"})
        return await view(datasette, request, Path(guide.path).resolve())

    return checked


async def is_open(datasette: Any, actor: Any) -> bool:
    """Whether the actor may see the guide: an `allow` block in metadata may close the instance or the database."""
    return await may_view_database(datasette, actor, DATABASE)


@reading
async def health_view(datasette: Any, request: Any, path: Path) -> Response:
    state = monitor(datasette)
    said = await state.run(health.report, path, state.settings, now=time.time())
    status = 200 if said["status"] == "ok" else 503
    if not await is_open(datasette, request.actor):
        said = {"status": said["status"]}
    return answer(request, said, status)


@reading
async def ready_view(datasette: Any, request: Any, path: Path) -> Response:
    said = await monitor(datasette).run(replica.ready, path)
    return answer(request, said, 200 if said["ready"] else 503)


async def refusal(datasette: Any, request: Any, state: Monitor) -> Response | None:
    """The answer to somebody who may not read the metrics; None for all others."""
    actor = request.actor
    if state.mode == "public" and await is_open(datasette, actor):
        return None
    if actor is None:
        needed = "this needs a token: send Authorization: Bearer TOKEN"
        return problem(request, 401, needed, {"www-authenticate": "Bearer"})
    tokens = (datasette.plugin_config("datasette-auth-tokens") or {}).get("tokens") or []
    # Those who may write to the guide may also see how it is.
    if metrics.may_read(actor, tokens, access.allowed(datasette, actor, "epg-write")):
        return None
    return problem(request, 403, "this actor may not read the metrics")


@reading
async def metrics_view(datasette: Any, request: Any, path: Path) -> Response:
    state = monitor(datasette)
    if state.mode == "off":
        return problem(request, 404, "metrics are turned off")
    if refused := await refusal(datasette, request, state):
        return refused
    return answer(request, await state.run(state.metrics.text, path, version()), content_type=TEXT)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return [(r"^/health$", health_view), (r"^/-/readyz$", ready_view), (r"^/metrics$", metrics_view)]


@hookimpl
def startup(datasette: Any) -> None:
    if DATABASE in datasette.databases:
        monitor(datasette)


# The last wrapper is the outermost, so this one also sees what other wrappers answer.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App] | None:
    if DATABASE not in datasette.databases and datasette.config_dir is None:
        return None
    state = monitor(datasette)
    return None if state.mode == "off" else state.metrics.meter.measured
