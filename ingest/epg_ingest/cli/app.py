"""What all commands share: settings, the open database, tables and JSON on standard output."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from ..core.errors import UsageError
from ..core.given_files import require_guide

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..core.models import Provider
    from ..settings.settings import Settings
    from ..storage.vault import Vault

log = logging.getLogger(__name__)

#: whether the command has its process for itself; then it may change the process's priority
owns_process = False
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class App:
    """The context of a command. Settings are read at first use, so that `--help` needs none."""

    def __init__(
        self, flags: Mapping[str, Any], config: str | None, quiet: bool, env_file: str | None = None
    ) -> None:
        self.flags, self.config, self.quiet, self.env_file = flags, config, quiet, env_file
        self.taken: list[str] = []

    @cached_property
    def settings(self) -> Settings:
        """The effective settings; logging is set up with them."""
        from ..settings import logs
        from ..settings.settings import load

        if self.env_file is not None:
            from ..settings.env_file import take_env_file

            self.taken = take_env_file(self.env_file)
        settings = load(self.flags, self.config)
        logs.set_up(
            settings["logging.level"], settings["logging.format"], debug=settings["server.debug"] == "on"
        )
        return settings

    def reread(self) -> Settings:
        """The settings of a service as they are now. Those that it was started with stay where this raises `UsageError`."""
        from ..settings import logs

        before = self.__dict__.pop("settings")
        for name in self.taken:
            os.environ.pop(name, None)
        try:
            settings = self.settings
        except UsageError:
            self.__dict__["settings"] = before
            raise
        logs.set_up_service(settings["logging.level"], settings["logging.format"])
        return settings

    @property
    def path(self) -> Path:
        return Path(self.settings["database.path"])

    @cached_property
    def vault(self) -> Vault:
        from ..storage.vault import Vault, vault_path

        return Vault(vault_path(self.path))

    @property
    def now(self) -> int:
        """Epoch seconds. Commands pass it on, so that tests can choose the time."""
        return int(time.time())

    @contextmanager
    def database(self, *, create: bool = False) -> Iterator[Database]:
        """The open database, migrated, for a command that writes to it; one that is missing is an error unless `create`."""
        from ..storage.database import open_database, translated

        self.check_path(create)
        with translated(self.path):
            db = open_database(self.path)
            with closing(db.conn), _recorded():
                yield db

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """The guide for a command that only reads: nothing is made, changed or upgraded."""
        from ..storage.reading import reading_guide

        self.check_path()
        with reading_guide(self.path) as db:
            yield db

    @property
    def most_readers(self) -> int | None:
        """How many processes may read the guide at once: None for as many as are useful.

        A file that is read without locks is watched by one process only, see `storage.reading`.
        """
        from ..storage.database import stands_alone

        return 1 if stands_alone(self.path) else None

    def check_path(self, create: bool = False) -> None:
        """Raise `UsageError` where the database is missing (unless `create`), or cannot be one."""
        require_guide(self.path, None if create else "make one with: epg-ingest init")

    def hide_secrets(self, providers: Iterable[Provider]) -> None:
        """Mask what these providers' addresses and headers hold in everything printed from now on."""
        from ..settings.logs import hide

        for provider in providers:
            credentials = self.vault.get(provider.name)
            if credentials is not None:
                hide(credentials.secrets)

    def say(self, text: str) -> None:
        """A result for people, on standard output."""
        click.echo(text)

    def command(self, *words: str) -> str:
        """A command line for people to run, which means the same guide and settings as this one."""
        import shlex

        given = (
            ("--db", self.flags.get("database.path")),
            ("--config", self.config),
            ("--env-file", self.env_file),
        )
        same = [word for option, value in given if value for word in (option, str(value))]
        return shlex.join(["epg-ingest", *same, *words])

    def tell(self, text: str) -> None:
        """A remark on standard error, and in the log where that shows information."""
        log.info("%s", text)
        if not log.isEnabledFor(logging.INFO):
            self.note(text)

    def warn(self, text: str) -> None:
        """A warning on standard error, also with --quiet: something was not done that people rely on."""
        from ..settings.logs import spoken

        click.echo(spoken(f"Warning: {text}", "warning"), err=True)

    def note(self, text: str) -> None:
        """A remark on standard error; nothing with --quiet."""
        from ..settings.logs import spoken

        if not self.quiet:
            click.echo(spoken(text), err=True)


#: commands that change the guide: the action in `write_log`, and the parameters that name the subject
_BY_HAND: dict[str, tuple[str, tuple[str, ...]]] = {
    "providers add": ("provider.create", ("name",)),
    "providers update": ("provider.update", ("name",)),
    "providers enable": ("provider.update", ("name",)),
    "providers disable": ("provider.update", ("name",)),
    "providers remove": ("provider.delete", ("name",)),
    "channels update": ("channel.update", ("channel",)),
    "channels merge": ("channel.merge", ("source",)),
    "channels map": ("mapping.set", ("provider", "provider_channel_id")),
    "channels unmap": ("mapping.delete", ("provider", "provider_channel_id")),
    "channels ignore": ("mapping.ignore", ("provider", "provider_channel_id")),
    "lineups add": ("lineup.create", ("name",)),
    "lineups set": ("lineup.update", ("name",)),
    "lineups remove": ("lineup.delete", ("name",)),
    "lineups match": ("lineup.match", ("name",)),
    "lineups review": ("lineup.review", ("name",)),
    "lineups edit": ("lineup.edit", ("name",)),
}
_AS_COLUMN = {"new_name": "name", "url": "xmltv_url"}


def _recorded() -> AbstractContextManager[None]:
    """Record what this command changes, with the actor `cli` and with names and ids as they were typed."""
    from ..core.redact import redact
    from ..storage.audit import audited, published

    ctx = click.get_current_context(silent=True)
    command = " ".join(ctx.command_path.split()[-2:]) if ctx else ""
    if ctx is None or command not in _BY_HAND:
        return nullcontext()
    action, names = _BY_HAND[command]
    subject = ": ".join(str(ctx.params[name]) for name in names)
    # what may be the address of a line-up, or the path of a file
    hidden = {"source", "url", "headers", "path"} if command.startswith("lineups") else set()
    details = published(_given(ctx, {*names, *hidden, "as_json", "yes", "dry_run"}))
    if ctx.params.get("url") == "-" and not hidden:
        details["xmltv_url"] = "…"  # typed in or piped, so not known yet
    if ctx.params.get("command") == "-":
        details["command"] = "…"
    if action == "provider.update" and ctx.info_name in ("enable", "disable"):
        details["enabled"] = ctx.info_name == "enable"
    return audited("cli", action, redact(f"{action.partition('.')[0]} {subject}"), details)


def _given(ctx: click.Context, without: set[str]) -> dict[str, Any]:
    """What was given on the command line, under the names of settings."""
    given = {
        name: value
        for name, value in ctx.params.items()
        if name not in without and ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if "headers" in given:
        given["headers"] = {text.partition(":")[0].strip(): "" for text in given["headers"]}
    return {_AS_COLUMN.get(name, name): value for name, value in given.items()}


def confirm(consequence: str, question: str, yes: bool) -> None:
    """Ask on a terminal before something is lost. Raises `UsageError` where nobody can answer and `yes` was not given."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{consequence}; add --yes to say that you mean it")
    if not agreed(question):
        decline()


def agreed(question: str) -> bool:
    """Whether the answer on the terminal is yes. The end of the input (Ctrl-D) is a no."""
    try:
        return click.confirm(question, err=True)
    except click.Abort as aborted:
        if not isinstance(aborted.__context__, EOFError):
            raise
        click.echo(err=True)  # the question stands on a line of its own
        return False


def decline() -> NoReturn:
    """End the command after a no, with status 1: what it was asked for was not done."""
    from ..settings.logs import spoken

    click.echo(spoken("nothing was changed"), err=True)
    raise click.exceptions.Exit(1)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


#: characters to which a column of a table is padded
_WIDEST = 60


def print_table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Aligned columns, numbers to the right; None is an empty cell.

    A cell of more than `_WIDEST` characters is printed whole, and moves what follows in its own line only.
    """
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    numeric = [bool(cells) and all(_is_number(row[i]) for row in cells) for i in range(len(headers))]
    widths = [min(_WIDEST, max(len(row[i]) for row in [list(headers), *cells])) for i in range(len(headers))]
    for row in [list(headers), *cells]:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def _is_number(text: str) -> bool:
    return not text or text.lstrip("-").replace(",", "").replace(".", "", 1).isdigit()


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def human_size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def on_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
