"""`epg-ingest export`: the guide as files for other programs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..core.errors import UsageError
from .app import App, plural
from .asking.command_groups import HelpfulGroup
from .asking.numbers import Whole
from .output_file import opened_output

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..export.form import Form

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = 86_400

_FILTERS = (
    click.option(
        "--output",
        metavar="PATH",
        help="Write to this file, whole or not at all, packed if it is named .gz or .xz; else standard output.",
    ),
    click.option(
        "--channel", "channels", multiple=True, metavar="NAME", help="Only this channel; may be repeated."
    ),
    click.option("--days", type=Whole(1, 3650), metavar="N", help="From now to N days ahead."),
    click.option(
        "--start", metavar="TIME", help="Programmes that end after this: ISO 8601, today, now or +2h."
    ),
    click.option("--end", metavar="TIME", help="Programmes that start before this."),
    click.option("--provider", metavar="NAME", help="All programmes of this provider, hidden ones too."),
)


def filters(command: Command) -> Command:
    """The options that all formats share."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


@click.group(cls=HelpfulGroup)
def export() -> None:
    """Write the guide as XMLTV, CSV, iCalendar or lines of JSON."""


@export.command()
@filters
@click.option("--lang", metavar="CODE", help="Only this language, where a text comes in several.")
@click.option(
    "--ids", type=click.Choice(["names", "safe"]), default="names", help="safe: ids without blanks."
)
@click.option("--lineup", metavar="NAME", help="The guide of a line-up, in its order and under its ids.")
@click.option(
    "--round-trip", is_flag=True, help="For another datasette-epg: importing it gives the same rows."
)
@click.option(
    "--genres",
    type=click.Choice(["kodi", "dvb"]),
    help="Put a category first by which Kodi or tvheadend colours it.",
)
@click.option(
    "--episode-ids",
    is_flag=True,
    help="Known episodes have an id of this guide, so that players see each once.",
)
@click.option("--logos-from", metavar="URL", help="Logos come from the site of this guide, at this address.")
@click.pass_obj
def xmltv(
    app: App,
    /,
    output: str | None,
    lang: str | None,
    ids: str,
    round_trip: bool,
    logos_from: str | None,
    lineup: str | None,
    genres: str | None,
    episode_ids: bool,
    **options: Any,
) -> None:
    """Write the guide as XMLTV for players, with everything the feeds said."""
    from ..export.form import Form, language
    from ..export.xmltv import write_xmltv

    if logos_from is not None and round_trip:
        raise UsageError("--round-trip writes what the feeds said: leave out --logos-from")
    if genres is not None and round_trip:
        raise UsageError("--round-trip writes what the feeds said: leave out --genres")
    if episode_ids and round_trip:
        raise UsageError("--round-trip writes what the feeds said: leave out --episode-ids")
    lang = language(lang, "--lang")
    site = None if logos_from is None else _site(logos_from)
    form = Form(lang, round_trip, ids == "safe", site, genres, episode_ids)
    with app.reading() as db, opened_output(app, output) as out:
        if lineup is not None:
            count = _lineup(app, db, out, lineup, form, **options)
            return _report(app, count, output)
        count = write_xmltv(db, out, form=form, workers=app.most_readers, **_arguments(app, db, **options))
    _report(app, count, output)


@export.command()
@filters
@click.pass_obj
def csv(app: App, /, output: str | None, **options: Any) -> None:
    """Write the guide as CSV, one line per programme."""
    from ..export.rows import write_csv

    with app.reading() as db, opened_output(app, output) as out:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        try:
            count = write_csv(db, text, **_arguments(app, db, **options))
        finally:
            text.detach()
    _report(app, count, output)


@export.command()
@filters
@click.pass_obj
def ics(app: App, /, output: str | None, **options: Any) -> None:
    """Write the guide as iCalendar, one event per programme."""
    from ..export.ics import write_ics

    with app.reading() as db, opened_output(app, output) as out:
        count = write_ics(db, out, **_arguments(app, db, **options))
    _report(app, count, output)


@export.command()
@filters
@click.pass_obj
def ndjson(app: App, /, output: str | None, **options: Any) -> None:
    """Write the guide as one JSON object per line and programme."""
    from ..export.rows import write_ndjson

    with app.reading() as db, opened_output(app, output) as out:
        count = write_ndjson(db, out, **_arguments(app, db, **options))
    _report(app, count, output)


def _lineup(app: App, db: Database, out: Any, lineup: str, form: Form, **options: Any) -> int:
    """Write the guide of a line-up. Raises `UsageError` for a filter that is not for line-ups."""
    from ..export.lineup.lineup_document import write_lineup_xmltv

    found = _arguments(app, db, **options)
    if found["channels"] or found["provider"] or form.round_trip or form.safe_ids:
        raise UsageError(
            "--lineup goes without --channel, --provider, --ids and --round-trip; see: epg-ingest lineups set"
        )
    return write_lineup_xmltv(
        db, out, lineup, now=app.now, start=found["start"], stop=found["stop"], form=form
    )


def _arguments(
    app: App,
    db: Database,
    *,
    channels: tuple[str, ...],
    days: int | None,
    start: str | None,
    end: str | None,
    provider: str | None,
) -> dict[str, Any]:
    """The filters as `epg_ingest.export.xmltv` takes them. Raises `UsageError` for a bad name or time."""
    from ..guide.channels import get_channel
    from ..guide.providers import get_provider

    if days is not None and (start is not None or end is not None):
        raise UsageError("--days counts from now: leave out --start and --end")
    now = app.now
    span = (
        (now, now + days * DAY)
        if days is not None
        else (_moment("--start", start, now), _moment("--end", end, now))
    )
    if span[0] is not None and span[1] is not None and span[0] >= span[1]:
        raise UsageError("--start must be before --end")
    return {
        "channels": tuple(get_channel(db, name).name for name in channels),
        "provider": get_provider(db, provider).name if provider is not None else None,
        "start": span[0],
        "stop": span[1],
    }


def _site(text: str) -> str:
    """The address of a site, with a slash at its end."""
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(?:/[^\s?#]*)?", text, re.IGNORECASE):
        raise UsageError("--logos-from must be the address of the site, such as https://guide.example.org")
    return text.rstrip("/") + "/"


def _moment(option: str, text: str | None, now: int) -> int | None:
    from ..core.times import parse_moment

    try:
        return None if text is None else parse_moment(text, now)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def _report(app: App, count: int, output: str | None) -> None:
    if output is not None and output != "-":
        app.note(f"{plural(count, 'programme')} in {output}")
