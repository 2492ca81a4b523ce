"""`epg-ingest import`: feeds into the guide."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import EpgError, NotFoundError, UsageError
from ..core.given_files import kept, readable_again, require_file
from .app import App, agreed, decline

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..core.models import Provider


@click.command("import")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--file", "source", metavar="PATH", help="Import this file, or - for standard input; needs --provider."
)
@click.option("--provider", metavar="NAME", help="The provider of --file; made if it is new.")
@click.option("--yes", is_flag=True, help="Make the provider of --file without a question.")
@click.option(
    "--force",
    is_flag=True,
    help="Import even a feed that removes most coming programmes, or is unchanged; read every programme again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the rows of the import log as JSON.")
@click.option(
    "--wait/--no-wait", default=True, help="Wait for another import to finish, or fail; waits by default."
)
@click.option(
    "--trigger",
    type=click.Choice(["cli", "schedule", "api"]),
    default="cli",
    help="What started the import, for its log; cli by default.",
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
    yes: bool,
    force: bool,
    as_json: bool,
    wait: bool,
    trigger: str,
    announce: bool,
) -> int:
    """Import the named providers, or all enabled ones, and clean up.

    Exits with status 1 if one of them failed; the others are still imported.
    """
    from .import_job import ImportJob, locked

    job = ImportJob(app, force, trigger, as_json, announce)
    if announce:
        from .detached import detach_streams

        detach_streams()
    try:
        _check_usage(names, source, provider, as_json and announce)
        with _feed(app, source) as file, app.database(create=file is not None) as db:
            todo = [_provider_of_file(app, db, provider or "", yes)] if file else _chosen(app, db, names)
            app.hide_secrets(todo)
            with job.printed(), locked(app, wait):
                job.run(db, todo, file)
    except EpgError as error:
        if not job.to_announce:
            raise
        from .detached import print_error

        print_error(error)
        return error.exit_status
    return 1 if job.failed else 0


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
    """The providers to import: the named ones, or all enabled ones with a URL, the best first.

    Raises `UsageError` when there is none, or when a named one has no URL.
    """
    return _named(db, names) if names else _enabled(app, db)


def _named(db: Database, names: Sequence[str]) -> list[Provider]:
    from ..guide.providers import get_provider

    named = {provider.id: provider for provider in (get_provider(db, name) for name in names)}
    for provider in named.values():
        if provider.xmltv_url is None:
            raise UsageError(_without_url(provider))
    return list(named.values())


def _enabled(app: App, db: Database) -> list[Provider]:
    from ..guide.providers import list_providers

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
    import shlex

    name = shlex.quote(provider.name)
    return (
        f"{provider.name} has no URL; give it one with: epg-ingest providers update {name} --url URL, "
        f"or import a file with: epg-ingest import --file PATH --provider {name}"
    )


def _provider_of_file(app: App, db: Database, name: str, yes: bool) -> Provider:
    """The provider of --file. A new name is made, after a question if it may be a typing error."""
    from ..guide.providers import add_provider, get_provider

    try:
        return get_provider(db, name)
    except NotFoundError as error:
        if not yes and db.conn.execute("SELECT 1 FROM providers").fetchone():
            _ask_for_new(name, error.message)
        provider = add_provider(db, app.vault, name, None, now=app.now)
        app.note(f"added the provider {provider.name}")
        return provider


def _ask_for_new(name: str, said: str) -> None:
    """On a terminal, ask whether the provider is meant to be new; elsewhere refuse a name that resembles a known one."""
    if sys.stdin.isatty():
        if not agreed(f"{said[0].upper()}{said[1:].rstrip('?')}. Add {name} as a new provider?"):
            decline()
    elif "did you mean" in said:
        raise UsageError(f"{said} Add a new one with --yes")


@contextmanager
def _feed(app: App, source: str | None) -> Iterator[Path | None]:
    """The file to import; standard input is kept in a private file meanwhile, as a feed may be read twice."""
    most = app.settings.limits().max_bytes
    if source is None:
        yield None
    elif source != "-":
        with readable_again(require_file(source), most) as path:
            yield path
    elif sys.stdin.isatty():
        raise UsageError("--file - reads a feed from standard input; pipe one into it")
    else:
        with kept(sys.stdin.buffer, most) as copy:
            yield copy
