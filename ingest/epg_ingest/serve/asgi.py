"""The web application as ASGI: Datasette with the bundle, whose start is checked before anything is served.

`epg-ingest serve` runs it in its worker processes. Any other ASGI server may, too, as long as it speaks the lifespan
protocol: `uvicorn --factory epg_ingest.serve.asgi:application`, with the settings of `config.yaml` and the environment.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ..core.errors import EpgError, UsageError
from .access_log import AccessLog, Application, Receive, Scope, Send

NAME = "epg"
log = logging.getLogger(__name__)
#: what makes a folder one that Datasette reads its configuration from
CONFIGURATION = (
    "datasette.json", "datasette.yaml", "datasette.yml", "metadata.json", "metadata.yaml", "metadata.yml", "settings.json",
)  # fmt: skip


class StartError(EpgError):
    """The guide is not served; the message says why and what to do."""

    default_code = "start"


def config_folder(database: Path) -> Path | None:
    """The folder of the database where it has metadata or settings: then it is served as `datasette .` does."""
    folder = database.resolve().parent
    return folder if any((folder / name).is_file() for name in CONFIGURATION) else None


def check_settings(file: Path) -> None:
    """Datasette's own message would not name the file. Raises StartError where there is one that is no JSON object."""
    try:
        settings = json.loads(file.read_bytes()) if file.is_file() else {}
    except ValueError as error:
        raise StartError(f"{file.name} is not JSON: {error}") from error
    if not isinstance(settings, dict):
        raise StartError(f"{file.name} must hold an object, such as {{}}")


def build(database: Path, secret: str | None = None) -> Any:
    """A Datasette that serves the guide at `database` under the name `epg`; the file may have another name.

    The installed bundle makes what is not in the folder beside it. `secret` signs cookies.
    """
    from datasette.app import Datasette

    folder = config_folder(database)
    if folder:
        check_settings(folder / "settings.json")
    path = str(database.resolve())
    known = folder is not None and database.suffix in (".db", ".sqlite", ".sqlite3")
    ds = Datasette([] if known else [path], config_dir=folder, secret=secret)
    (name,) = (name for name, db in ds.databases.items() if db.path and Path(db.path).resolve() == Path(path))
    if name != NAME:
        if NAME in ds.databases:
            raise StartError(
                f"{NAME}.db is beside {database.name} and would be served too: move one of them away"
            )
        served = ds.get_database(name)
        ds.remove_database(name)
        ds.add_database(served, name=NAME)
    return ds


class WebApp:
    """Datasette, once its start has been checked. `problem` is the reason if the start was refused.

    With `access_style`, requests are logged.
    """

    def __init__(self, make: Callable[[], Any], access_style: str | None = None) -> None:
        self.make, self.access_style = make, access_style
        self.app: Application | None = None
        self.problem: EpgError | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif self.app is None:
            raise RuntimeError(
                "the server must speak the lifespan protocol; with uvicorn leave out --lifespan off"
            )
        else:
            await self.app(scope, receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = await receive()
        try:
            self.app = app = await self.start()
        except EpgError as error:
            self.problem = error
            await send({"type": "lifespan.startup.failed", "message": error.message})
            return
        except Exception:
            log.exception("the web application could not start")
            raise
        waiting = [first]

        async def again() -> dict[str, Any]:
            return waiting.pop() if waiting else await receive()

        await app(scope, again, send)

    async def start(self) -> Application:
        """Do what `datasette serve` does before it listens. Raises `EpgError` with the reason if the start is refused."""
        import sqlite3

        from datasette.cli import check_databases
        from datasette.utils import StartupError

        try:
            ds = self.make()
            await ds.invoke_startup()
            await check_databases(ds)
            app: Application = ds.app()
        except click.UsageError as error:
            raise UsageError(error.format_message()) from error
        except click.ClickException as error:
            raise StartError(error.format_message()) from error
        except (StartupError, sqlite3.Error, OSError, ValueError) as error:
            raise StartError(f"the guide cannot be served: {error}") from error
        return AccessLog(self.access_style, route_names(ds)).around(app) if self.access_style else app


def route_names(ds: Any) -> Callable[[str], str]:
    """The names that the metrics give to routes, for paths below `base_url` too."""
    label: Callable[[str], str] = import_module("epg_web.monitor.metrics").route_label
    base = ds.setting("base_url").rstrip("/")
    return (lambda path: label(path.removeprefix(base))) if base else label


def access_style(settings: Any) -> str | None:
    """How requests are logged, None where they are not."""
    wanted = settings["server.access_log"] == "on" and settings["logging.level"] in ("debug", "info")
    return str(settings["logging.format"]) if wanted else None


def application() -> WebApp:
    """The factory for other servers; DATASETTE_SECRET signs cookies, alike in all processes."""
    from ..settings.logs import set_up_service
    from ..settings.settings import load

    settings = load()
    set_up_service(settings["logging.level"], settings["logging.format"])
    database = Path(settings["database.path"])
    return WebApp(lambda: build(database, os.environ.get("DATASETTE_SECRET")), access_style(settings))
