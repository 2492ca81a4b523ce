"""The `epg-ingest` command: global options, commands loaded when they are used, errors turned into exit
statuses.

Exit status (spec section 6): 0 all good, 1 something failed, 2 wrong usage or configuration, 130 or 143: ended
by a signal.
Nothing heavy is imported here or at the top of the `commands_*` modules: `--help` must start quickly.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from .. import __version__
from ..core.errors import EpgError
from ..core.terminal import interrupts, standard_streams
from . import app
from .app import App
from .asking.command_groups import HelpfulGroup

PROGRAM = "epg-ingest"
INTERRUPTED = "interrupted; the guide is as the last finished import left it"

#: command → module and name, in the order of the help
COMMANDS = {
    "init": "commands_guide:init",
    "providers": "commands_providers:providers",
    "import": "commands_import:import_",
    "cleanup": "commands_guide:cleanup",
    "channels": "commands_channels:channels",
    "lineups": "lineup_commands.lineup_group:lineups",
    "rules": "rule_commands.rule_group:rules",
    "series": "series_commands.series_group:series",
    "watches": "watch_commands.watch_group:watches",
    "targets": "watch_commands.target_group:targets",
    "alerts": "watch_commands.alert_group:alerts",
    "undo": "commands_guide:undo",
    "status": "commands_guide:status",
    "check": "commands_check:check",
    "export": "commands_export:export",
    "backup": "commands_care:backup",
    "restore": "commands_care:restore",
    "doctor": "commands_care:doctor",
    "archive": "commands_care:archive",
    "schedule": "commands_serve:schedule",
    "serve": "commands_serve:serve",
    "config": "commands_guide:config",
    "completion": "commands_guide:completion",
}


class LazyGroup(HelpfulGroup):
    """A group that imports a command's module when the command is asked for."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return None
        module, _, name = self.lazy[cmd_name].partition(":")
        command = getattr(import_module(f"{__package__}.{module}"), name)
        assert isinstance(command, click.Command)
        return command


def _use_style(log_format: str | None) -> str | None:
    """Set the style of messages before other options are checked, so that errors in them are printed in this style."""
    from ..settings.logs import use_style

    use_style(log_format or "text")
    return log_format


def _print_versions(ctx: click.Context) -> None:
    """Two lines for bug reports. Versions of libraries come from their metadata: none is loaded."""
    import platform
    import sqlite3
    from importlib.metadata import version

    libraries = {"sqlite-utils": "sqlite-utils", "Datasette": "datasette", "lxml": "lxml"}
    used = [f"{name} {version(package)}" for name, package in libraries.items()]
    click.echo(f"datasette-epg {__version__}")
    click.echo(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {', '.join(used)}")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--db", metavar="PATH", help="The guide database; epg.db unless configured.")
@click.option(
    "--config",
    metavar="FILE",
    help="The configuration file; the first config.yaml that is found unless named.",
)
@click.option(
    "--env-file", metavar="FILE", help="Take EPG_ variables that are not set from this file, as services do."
)
@click.option("-v", "--verbose", count=True, help="Log each step; give it twice for every detail.")
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    callback=lambda ctx, param, value: _use_style(value),
    is_eager=True,
    help="Log lines for people or for programs.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, param, value: _print_versions(ctx) if value else None,
    help="Print the versions of this program and of what it is built on.",
)
@click.pass_context
def cli(
    ctx: click.Context,
    db: str | None,
    config: str | None,
    env_file: str | None,
    verbose: int,
    quiet: bool,
    log_format: str | None,
) -> None:
    """Many untidy XMLTV feeds in, one clean TV guide out."""
    level = "error" if quiet else {0: None, 1: "info"}.get(verbose, "debug")
    flags = {"database.path": db, "logging.level": level, "logging.format": log_format}
    ctx.obj = App(flags, config, quiet, env_file)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit status. The one place that turns errors and signals into messages."""
    app.owns_process = True
    standard_streams.open_missing()
    sys.exit(interrupts.status_of(lambda: run(args), lambda: _complain(INTERRUPTED)))


def run(args: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. Raises `SystemExit` only for a signal and for a reader that went away."""
    try:
        status = cli.main(args, prog_name=PROGRAM, standalone_mode=False)
        standard_streams.finish_output()
    except EpgError as error:
        _complain(error.message)
        _trace(error)
        return error.exit_status
    except OSError as error:
        said = standard_streams.why_unwritten(error)
        if said is None:
            return _complain_of_system(error)
        _complain(said)
        standard_streams.give_up_output()
        return 1
    except click.ClickException as error:
        _complain_usage(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain(INTERRUPTED)
        return 130
    return status if isinstance(status, int) else 0


def _complain(message: str) -> None:
    from ..settings.logs import masked, spoken

    click.echo(spoken(f"Error: {' '.join(masked(message).split())}", "error"), err=True)


def _complain_of_system(error: OSError) -> int:
    """Say what the system refused, such as a file without permission; the exit status."""
    from ..core.given_files import as_epg_error

    said = as_epg_error(error)
    _complain(said.message)
    _trace(error)
    return said.exit_status


def _trace(error: Exception) -> None:
    """With `server.debug`, log where in the program an error was raised."""
    import logging

    from ..settings.logs import tracebacks

    if tracebacks():
        logging.getLogger("epg_ingest.cli.main").debug("the error was raised here", exc_info=error)


def _complain_usage(error: click.ClickException) -> None:
    ctx = getattr(error, "ctx", None)
    if ctx is None:
        _complain(error.format_message())
    elif isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        click.echo(ctx.get_help(), err=True)
    else:
        said = error.format_message().rstrip(".")
        _complain(f"{said}{'' if said.endswith('?') else ';'} see: {ctx.command_path} --help")


if __name__ == "__main__":
    main()
