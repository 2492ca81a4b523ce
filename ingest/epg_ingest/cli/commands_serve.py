"""`epg-ingest schedule` and `epg-ingest serve`: the guide kept fresh, and shown."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import EpgError, UsageError
from .app import App

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..scheduler.scheduler import Scheduler
    from ..serve.supervisor_link import SupervisorLink
    from ..settings.settings import Settings

log = logging.getLogger(__name__)


@click.command()
@click.option(
    "--supervised", is_flag=True, hidden=True, help="Started by `serve`; see serve/supervisor_link.py."
)
@click.pass_obj
def schedule(app: App, supervised: bool) -> int:
    """Import all enabled providers every day, until stopped.

    Failed imports are tried again, missed ones are made up for, and old programmes are deleted.
    """
    with _supervisor(supervised) as supervisor:
        settings = app.settings
        from ..core.signals import Signals, stop_and_reload
        from ..scheduler.scheduler import check_role, only_one
        from ..settings import logs

        logs.set_up_service(settings["logging.level"], settings["logging.format"])
        check_role()
        # A supervisor tells its scheduler to leave by the same signal, so that one may end it while it starts.
        with Signals(() if supervisor else stop_and_reload()[1]) as early:
            with app.database():
                pass
            with only_one(app.path):
                ready = supervisor.ready if supervisor else lambda: None
                while (
                    _scheduler(settings, app.path).run(ready, lambda: bool(early.wait(0)[0]))
                    and supervisor is None
                ):
                    settings = _reread(app, settings)
    return 0


def _scheduler(settings: Settings, path: Path) -> Scheduler:
    from ..scheduler.import_plan import daily, defaults
    from ..scheduler.runner import Runner
    from ..scheduler.scheduler import Scheduler
    from ..settings.environment import settings_as_variables

    variables = settings_as_variables(settings)
    runner = Runner(variables | _informative(settings))
    return Scheduler(
        path, daily(settings, path), runner, defaults=defaults(settings), alerts=Runner(variables)
    )


def _reread(app: App, before: Settings) -> Settings:
    """The settings as they are now; those of before if they cannot be read or name another guide."""
    try:
        after = app.reread()
        if after["database.path"] != before["database.path"]:
            raise UsageError("database.path was changed; that takes effect when the service is restarted")
    except EpgError as error:
        log.error("not reloaded, everything goes on as before: %s", error.message)
        return before
    log.info("reloaded")
    return after


def _informative(settings: Any) -> dict[str, str]:
    """Imports log what they did even if only warnings are wanted: people look for that line."""
    return {"EPG_LOGGING_LEVEL": "info"} if settings["logging.level"] == "warning" else {}


@contextmanager
def _supervisor(supervised: bool) -> Iterator[SupervisorLink | None]:
    """The supervisor if `serve` started this process. Errors then go to it, not to the terminal."""
    if not supervised:
        yield None
        return
    from ..serve.supervisor_link import SupervisorLink

    supervisor = SupervisorLink()
    supervisor.orders()
    supervisor.stop_with_it()
    try:
        yield supervisor
    except EpgError as error:
        supervisor.failed(error)
        raise SystemExit(error.exit_status) from error


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; 127.0.0.1 unless configured.")
@click.option("--port", metavar="N", help="The port; 8001 unless configured.")
@click.option("--workers", metavar="N", help="Web server processes; 1 unless configured.")
@click.option("--schedule/--no-schedule", default=None, help="Whether to run the scheduler too.")
@click.pass_obj
def serve(app: App, host: str | None, port: str | None, workers: str | None, schedule: bool | None) -> int:
    """Serve the guide: pages, API and exports, until stopped.

    The database is made if it is missing. Metadata, settings and templates beside it are used as `datasette .` does.
    """
    given = {"host": host, "port": port, "workers": workers, "schedule": schedule}
    app.flags = {**app.flags, **{f"server.{name}": value for name, value in given.items()}}
    settings = app.settings
    from ..scheduler.runner import PATIENCE
    from ..serve.serve import serve
    from ..settings import logs

    logs.set_up_service(settings["logging.level"], settings["logging.format"])
    serve(settings, PATIENCE + 5, app.reread)
    return 0
