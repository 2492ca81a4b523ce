"""`epg-ingest check`: what is wrong with a feed, without importing it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import UsageError
from ..core.given_files import readable_again, require_file
from .app import App, json_option, plural, print_json, print_table

if TYPE_CHECKING:
    from ..download.fetch import Source
    from ..pipeline.check import CheckReport

_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*:/")


@click.command()
@click.argument("feed", metavar="FILE|URL|PROVIDER")
@click.option("--timezone", metavar="ZONE", help="IANA zone of times without an offset; UTC by default.")
@json_option
@click.pass_obj
def check(app: App, feed: str, timezone: str | None, as_json: bool) -> int:
    """Report what is wrong with a feed. Imports nothing, and needs no database for a file or an address.

    Exits with status 1 if nothing in it can be imported.
    """
    from ..core.times import zone
    from ..pipeline.check import check as inspect

    feed, source, own_zone = _meant(app, feed)
    named = timezone if timezone is not None else own_zone
    tz = zone(named) if named is not None else None
    with _local(app, feed, source) as (path, secrets):
        report = inspect(path, tz, app.settings.limits(), secrets)
    if as_json:
        print_json(_as_dict(report))
    else:
        _print(app, report)
    return 0 if report.ok else 1


def _meant(app: App, feed: str) -> tuple[str, Source | None, str | None]:
    """What to check: for the name of a provider its feed, with how it is fetched and its time zone."""
    if _ADDRESS.match(feed) or os.path.lexists(feed) or not app.path.is_file():
        return feed, None, None
    from ..core.errors import NotFoundError
    from ..guide.messages import lost_secrets
    from ..guide.providers import get_provider
    from ..pipeline.feed_sources import sources_of
    from ..storage.vault import Credentials

    with app.reading() as db:
        try:
            provider = get_provider(db, feed)
        except NotFoundError as error:
            raise UsageError(f"there is no file {feed}, and {error.message}") from error
    app.hide_secrets([provider])
    kept = app.vault.get(provider.name)
    found = sources_of(provider, kept or Credentials())
    if not found:
        lost = lost_secrets(provider, kept)
        raise UsageError(lost or f"{provider.name} has no URL; name a file or an address")
    return found[0].source.url, found[0].source, provider.timezone


@contextmanager
def _local(app: App, feed: str, source: Source | None) -> Iterator[tuple[Path, frozenset[str]]]:
    """The feed as a file, and the secrets that were sent for it; an address is fetched like a provider's, and its secrets stay
    out of every message."""
    if source is None and not _ADDRESS.match(feed):
        file = require_file(feed, "an address begins with http:// or https://")
        with readable_again(file, app.settings.limits().max_bytes) as path:
            yield path, frozenset()
        return
    from ..core.redact import secrets_of
    from ..download.fetch import Source, fetch
    from ..guide import provider_settings
    from ..settings.logs import hide

    limits = app.settings.limits()
    if source is None:
        source = Source(provider_settings.url(feed, local_files=True) or "")
        hide(secrets_of(source.url))
    with fetch(source, limits) as download:
        assert download.path is not None
        yield download.path, download.secrets


def _as_dict(report: CheckReport) -> dict[str, object]:
    return {
        "ok": report.ok,
        "error": report.error,
        "kind": report.kind,
        "channels": report.channels,
        "programmes": report.programmes,
        "first": report.first,
        "last": report.last,
        "problems": [asdict(problem) for problem in report.problems],
    }


def _print(app: App, report: CheckReport) -> None:
    """Counts, span and problems for people; why nothing is usable goes to standard error."""
    from ..settings.logs import masked
    from .import_job import quoted_answer

    app.say(f"{report.kind}: {plural(report.channels, 'channel')}, {plural(report.programmes, 'programme')}")
    if report.first:
        app.say(f"from {report.first} to {report.last}")
    problems = sorted(report.problems, key=lambda problem: (problem.line is None, problem.line or 0))
    if problems:
        app.say("")
        headers = ("LINE", "CODE", "COUNT", "SUBJECT", "MESSAGE")
        print_table(headers, [(p.line, p.code, p.count, p.subject, p.message) for p in problems])
    elif report.ok:
        app.say("no problems found")
    if report.error:
        click.echo(f"Error: {masked(report.error)}{quoted_answer(report.answer)}", err=True)
