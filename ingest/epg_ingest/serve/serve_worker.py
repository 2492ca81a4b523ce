"""A web server process of the supervisor: `python -m epg_ingest.serve.serve_worker`, with its orders on standard input.

    {"socket": 5, "secret": "…"}

`socket` is the file descriptor of the socket that all workers accept from. Everything else is in the settings.
"""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn

from ..core.errors import EpgError
from ..settings.logs import set_up_service
from ..settings.settings import Settings, load
from .asgi import StartError, WebApp, access_style, build
from .supervisor_link import SupervisorLink

#: seconds a connection may be idle; longer than that of the proxy before it, or requests run into its end
KEEP_ALIVE = 75
#: seconds after `server.shutdown_seconds`, when clients have lost their connections, for the work of their requests to end
CLEARING = 2
BACKLOG = 2048


class Server(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready()


def main() -> int:
    """Serve until SIGTERM; 0 when requests under way were finished or given up, 1 when it could not start."""
    # uvicorn raises a second Ctrl-C or SIGTERM again, which must not end the process.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: None)
    supervisor = SupervisorLink()
    orders = supervisor.orders()
    try:
        settings = load()
        set_up_service(settings["logging.level"], settings["logging.format"])
        app = WebApp(lambda: build(Path(settings["database.path"]), orders["secret"]), access_style(settings))
        serve(supervisor, settings, app, orders["socket"])
    except EpgError as error:
        supervisor.failed(error)
        return 1
    return 0


def serve(supervisor: SupervisorLink, settings: Settings, app: WebApp, file: int) -> None:
    """Run the server on the inherited socket. Raises the `EpgError` by which the start was refused."""
    # The supervisor reports a failed start in clearer words than uvicorn.
    talking = logging.getLogger("uvicorn.error")
    talking.setLevel(logging.CRITICAL)

    def ready() -> None:
        talking.setLevel(logging.NOTSET)
        # What is loaded by now stays. Frozen, it does not hold up requests at each collection (plugins/epg_no_gc_pauses.py).
        gc.collect()
        gc.freeze()
        slow_clients = import_module("epg_web.bounds.slow_clients")
        slow_clients.BoundedProtocol.shutdown_seconds = settings["server.shutdown_seconds"]
        slow_clients.allow_many_files()
        import_module("epg_web.bounds.threads").take_short_turns()
        supervisor.ready()

    supervisor.stop_with_it()
    try:
        Server(configuration(app, settings), ready).run(sockets=[socket.socket(fileno=file)])
    except SystemExit:
        raise app.problem or StartError("the web server could not start; its log says more") from None


def bounded_protocol(**options: Any) -> Any:
    """uvicorn's protocol for one connection, with bounds. `epg_web` is found when Datasette has loaded its plugins."""
    return import_module("epg_web.bounds.slow_clients").BoundedProtocol(**options)


def configuration(app: Any, settings: Settings) -> uvicorn.Config:
    """httptools and uvloop are taken where they are installed. Connections are bounded, in number and in slowness. Which
    proxies are trusted is for the site to decide, with `trusted_proxies`: uvicorn would trust some whatever that says."""
    return uvicorn.Config(
        app,
        http=bounded_protocol,  # type: ignore[arg-type]  # uvicorn calls it, as it calls its classes
        lifespan="on",
        log_config=None,
        access_log=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=max(1, round(settings["server.shutdown_seconds"])) + CLEARING,
        proxy_headers=False,
    )


if __name__ == "__main__":
    raise SystemExit(main())
