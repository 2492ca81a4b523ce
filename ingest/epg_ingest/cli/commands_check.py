"""`epg-ingest check`: what is wrong with a feed, without importing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import UsageError
from .app import App, json_option, plural, print_json, print_table

if TYPE_CHECKING:
    from ..pipeline.check import CheckReport


@click.command()
@click.argument("feed", metavar="FILE|URL")
@click.option("--timezone", metavar="ZONE", help="IANA zone of times without an offset; UTC by default.")
@json_option
@click.pass_obj
def check(app: App, feed: str, timezone: str | None, as_json: bool) -> int:
    """Report what is wrong with a feed. Imports nothing and needs no database.

    Exits with status 1 if nothing in it can be imported.
    """
    from ..core.times import zone
    from ..pipeline.check import check as inspect

    tz = zone(timezone) if timezone is not None else None
    with _local(app, feed) as path:
        report = inspect(path, tz, app.settings.limits())
    if as_json:
        print_json(_as_dict(report))
    else:
        _print(app, report)
    return 0 if report.ok else 1


@contextmanager
def _local(app: App, feed: str) -> Iterator[Path]:
    """The feed as a file; an address is fetched like a provider's, and its secrets stay out of every message."""
    if not re.match(r"(?i)[a-z][a-z0-9+.-]*:/", feed):
        if not Path(feed).is_file():
            raise UsageError(f"there is no file {feed}; an address begins with http:// or https://")
        yield Path(feed)
        return
    from ..core.redact import secrets_of
    from ..download.fetch import Source, fetch
    from ..guide import provider_settings
    from ..settings.logs import hide

    url = provider_settings.url(feed, local_files=True)
    assert url is not None
    limits = app.settings.limits()
    hide(secrets_of(url))
    with fetch(Source(url), limits) as download:
        assert download.path is not None
        yield download.path


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
        click.echo(f"Error: {masked(report.error)}", err=True)
