"""`epg-ingest import`: feeds into the guide."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import DatabaseError, EpgError, NotFoundError, UsageError
from . import app as cli_support
from .app import App, human_size, on_terminal, plural, print_json

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..core.models import Provider
    from ..pipeline.options import Options
    from .progress import Silent


#: the lowest: a process of ordinary priority has seventy times the weight where both want the processor
NICE = 19


@click.command("import")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--file", "source", metavar="PATH", help="Import this file, or - for standard input; needs --provider."
)
@click.option("--provider", metavar="NAME", help="The provider of --file; made if it is new.")
@click.option(
    "--force", is_flag=True, help="Accept a feed that removes most of what is coming, or is unchanged."
)
@click.option("--json", "as_json", is_flag=True, help="Print the rows of the import log as JSON.")
@click.option(
    "--wait/--no-wait", default=True, help="Wait for another import to finish, or fail; waits by default."
)
@click.option(
    "--trigger",
    type=click.Choice(["cli", "schedule", "api"]),
    default="cli",
    help="What started it, for the import log; cli by default.",
)
@click.option(
    "--announce", is_flag=True, help="Print the ids of the log rows first, as JSON, and nothing after."
)
@click.pass_obj
def import_(
    app: App,
    names: tuple[str, ...],
    source: str | None,
    provider: str | None,
    force: bool,
    as_json: bool,
    wait: bool,
    trigger: str,
    announce: bool,
) -> int:
    """Import the named providers, or all enabled ones, and clean up.

    Leaves with 1 if one of them failed; the others are done.
    """
    job = _Job(app, force, trigger, as_json, announce)
    if announce:
        from .announce import detach

        detach()
    try:
        _check_usage(names, source, provider, as_json and announce)
        with _feed(source) as file, app.database(create=file is not None) as db:
            todo = [_provider_of_file(app, db, provider or "")] if file else _chosen(app, db, names)
            app.hide_secrets(todo)
            with job.printed(), _locked(app, wait):
                job.run(db, todo, file)
    except EpgError as error:
        if not job.to_announce:
            raise
        from .announce import say_error

        say_error(error)
        return error.exit_status
    return 1 if any(row["status"] == "failed" for row in job.rows) else 0


class _Job:
    """One run of the command: what was asked for, and the log rows of the imports that are done."""

    def __init__(self, app: App, force: bool, trigger: str, as_json: bool, announce: bool) -> None:
        self.app, self.force, self.trigger, self.as_json = app, force, trigger, as_json
        self.announced, self.to_announce = announce, announce
        self.rows: list[dict[str, Any]] = []

    @contextmanager
    def printed(self) -> Iterator[None]:
        """The rows as JSON at the end, however it ends."""
        try:
            yield
        finally:
            if self.as_json:
                print_json(self.rows)

    def run(self, db: Database, todo: Sequence[Provider], file: Path | None) -> None:
        """Import one after the other, while the lock is held, then clean up once."""
        yield_to_readers()
        from ..pipeline.run import Options, mark_interrupted
        from ..retention import cleanup

        settings = self.app.settings
        options = Options(settings.retention(), settings.limits(), force=self.force, trigger=self.trigger)
        found = mark_interrupted(db)
        if found:
            self.app.note(
                f"{plural(found, 'import')} before this one did not finish; the guide is as it was before"
            )
        try:
            for announced, provider in self._begin(db, todo):
                self._import(db, provider.id, options, file, announced)
        except BaseException:
            self._give_up(db)
            raise
        cleanup(db, options.retention, self.app.now)

    def _begin(self, db: Database, todo: Sequence[Provider]) -> Sequence[tuple[int | None, Provider]]:
        """With --announce, all log rows at once, and their ids told."""
        if not self.announced:
            return [(None, provider) for provider in todo]
        from ..pipeline.log import announce
        from .announce import say_begun

        begun = announce(db, todo, self.trigger, self.app.now)
        self.to_announce = False
        say_begun(begun)
        return begun

    def _import(
        self, db: Database, provider_id: int, options: Options, file: Path | None, announced: int | None
    ) -> None:
        """One provider as it is now: others may have changed or deleted it while it waited for its turn."""
        from ..guide.providers import get_provider
        from ..pipeline.run import run_import

        app = self.app
        try:
            provider = get_provider(db, provider_id)
            app.hide_secrets([provider])
            with _progress(app, provider) as progress:
                row = run_import(
                    db, app.vault, provider, options,
                    file=file, now=app.now, progress=progress, announced=announced,
                )  # fmt: skip
        except NotFoundError:
            app.note("a provider was deleted before its import began")
        else:
            self.rows.append(row)
            _report(app, row, self.as_json or self.announced)

    def _give_up(self, db: Database) -> None:
        """Nobody will come for the rows that were announced."""
        import sqlite3

        from ..pipeline.run import mark_interrupted

        if self.announced and not self.to_announce:
            with suppress(sqlite3.Error):
                mark_interrupted(db)


def yield_to_readers() -> None:
    """Import at a low priority, worker processes included: on a machine that also serves the guide, readers come first."""
    if cli_support.owns_process and hasattr(os, "setpriority") and os.getpriority(os.PRIO_PROCESS, 0) < NICE:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)


def _check_usage(names: Sequence[str], source: str | None, provider: str | None, both: bool) -> None:
    if both:
        raise UsageError("--announce prints its own JSON; leave out --json")
    if source is None and provider is not None:
        raise UsageError(
            "--provider goes with --file; to import a provider's own feed, name it: epg-ingest import NAME"
        )
    if source is not None and provider is None:
        raise UsageError("--file needs --provider NAME: whose programmes are in the file?")
    if source is not None and names:
        raise UsageError("--file imports one file for one provider; leave out the names")


def _chosen(app: App, db: Database, names: Sequence[str]) -> list[Provider]:
    """The providers to import, the best first. Raises `UsageError` when there is nothing to do or no way to
    do it.
    """
    from ..guide.providers import get_provider, list_providers

    if names:
        chosen = list(
            {provider.id: provider for provider in (get_provider(db, name) for name in names)}.values()
        )
        for provider in chosen:
            if provider.xmltv_url is None:
                raise UsageError(_without_url(provider))
        return chosen
    known = list_providers(db)
    if not known:
        raise UsageError("there are no providers; add one with: epg-ingest providers add NAME URL")
    enabled = [provider for provider in known if provider.enabled]
    if not enabled:
        raise UsageError("all providers are disabled; enable one with: epg-ingest providers enable NAME")
    for provider in enabled:
        if provider.xmltv_url is None:
            app.note(f"skipped: {_without_url(provider)}")
    with_url = [provider for provider in enabled if provider.xmltv_url is not None]
    if not with_url:
        raise UsageError("no provider has a URL; give one with: epg-ingest providers update NAME --url URL")
    return with_url


def _without_url(provider: Provider) -> str:
    return (
        f"{provider.name} has no URL; give it one with: epg-ingest providers update NAME --url URL, "
        "or import a file with: epg-ingest import --file PATH --provider NAME"
    )


def _provider_of_file(app: App, db: Database, name: str) -> Provider:
    from ..guide.providers import add_provider, get_provider

    try:
        return get_provider(db, name)
    except NotFoundError:
        provider = add_provider(db, app.vault, name, None, now=app.now)
        app.note(f"added the provider {provider.name}")
        return provider


@contextmanager
def _feed(source: str | None) -> Iterator[Path | None]:
    """The file to import; standard input is kept in a private file meanwhile, as a feed may be read twice."""
    if source is None:
        yield None
    elif source != "-":
        path = Path(source)
        if not path.is_file():
            raise UsageError(f"there is no file {source}; check the path")
        yield path
    elif sys.stdin.isatty():
        raise UsageError("--file - reads a feed from standard input; pipe one into it")
    else:
        import tempfile

        with tempfile.NamedTemporaryFile(prefix="epg-stdin-") as copy:
            _keep(copy.file)
            yield Path(copy.name)


def _keep(copy: Any) -> None:
    import shutil
    import tempfile

    try:
        shutil.copyfileobj(sys.stdin.buffer, copy, 1024 * 1024)
        copy.flush()
    except OSError as error:
        raise DatabaseError(
            f"cannot keep standard input in {tempfile.gettempdir()}: {error.strerror}", "diskfull"
        ) from error


@contextmanager
def _locked(app: App, wait: bool) -> Iterator[None]:
    """One import per database at a time; a second says that it waits, or fails with --no-wait."""
    from contextlib import ExitStack

    from ..pipeline.run import import_lock

    with ExitStack() as stack:
        try:
            stack.enter_context(import_lock(app.path, wait=False))
        except DatabaseError as error:
            if error.code != "busy" or not wait:
                raise
            app.note("another import is running; waiting for it to finish")
            stack.enter_context(import_lock(app.path, wait=True))
        yield


def _progress(app: App, provider: Provider) -> Silent:
    from .progress import Bar, Silent

    return Bar(provider.name) if on_terminal() and not app.quiet else Silent()


def _report(app: App, row: dict[str, Any], as_json: bool) -> None:
    """One line per provider: results to standard output (unless it carries JSON) and to the log, failures to standard
    error."""
    import logging

    from ..settings.logs import import_counts, masked, spoken

    if row["status"] == "failed":
        text = f"Error: {row['provider']}: {masked(row['error_message'] or 'failed')}"
        click.echo(spoken(text, "error", **import_counts(row)), err=True)
        return
    text = f"{row['provider']}: {summary(row)}"
    logging.getLogger(__name__).info("%s", text, extra=import_counts(row))
    if not as_json and not app.quiet:
        app.say(text)


def summary(row: dict[str, Any]) -> str:
    """`success, 12 new, 3 changed, 1 removed, 9,000 unchanged; 2 problems; 1.2 MB`, for a row of
    `import_log`.
    """
    counts = (
        ("new", "programs_imported"),
        ("changed", "programs_updated"),
        ("removed", "programs_removed"),
        ("unchanged", "programs_unchanged"),
        ("skipped", "programs_skipped"),
    )
    parts = [f"{row[column]:,} {word}" for word, column in counts if row[column]]
    text = ", ".join([row["status"], *(parts or ["nothing to do"])])
    if row["channels_added"]:
        text += f"; {plural(row['channels_added'], 'new channel')}"
    if row["problems"]:
        text += f"; {plural(row['problems'], 'problem')}"
    if row["bytes_downloaded"]:
        text += f"; {human_size(row['bytes_downloaded'])}"
    return text
