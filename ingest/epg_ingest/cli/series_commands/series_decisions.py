"""`epg-ingest series merge` and `split`: what a person decides. `undo` takes it back."""

from __future__ import annotations

from typing import Any

import click

from ..app import App, confirm, plural
from ..asking.numbers import Whole


@click.command("merge")
@click.argument("source", type=Whole())
@click.argument("target", type=Whole())
@click.option("--dry-run", is_flag=True, help="Say what would become one, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def merge_(app: App, source: int, target: int, dry_run: bool, yes: bool) -> None:
    """Make series SOURCE part of series TARGET, now and in later imports. Asks first."""
    from ...series_store.trace import shown

    with app.reading() as db:
        one, other = shown(db.conn, source), shown(db.conn, target)
    what = f"{_named(one)} into {_named(other)}"
    if dry_run:
        return app.say(f"would merge {what}")
    confirm(f"this merges {what}", f"Merge {what}?", yes)
    _perform(app, "series.merge", source=source, target=target)
    app.say(f"merged {what}")
    app.note("take it back with: epg-ingest undo")


@click.command()
@click.argument("series", type=Whole())
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    help="A key that goes, as `series show` lists it; may be repeated.",
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME",
    help="A channel whose programmes go; may be repeated.",
)
@click.option("--title", metavar="TEXT", help="What the other series is called; as this one unless given.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def split(
    app: App,
    series: int,
    keys: tuple[str, ...],
    channels: tuple[str, ...],
    title: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take keys, or what channels show, out of a series. Asks first.

    Keys that came by a merge go back to the series that they had.
    """
    from ...guide.channels import get_channel
    from ...series_store.leaving import require_moving
    from ...series_store.trace import shown

    with app.reading() as db:
        found = shown(db.conn, series)
        numbers = [get_channel(db, name).id for name in channels]
        if keys or numbers:
            count = require_moving(db.conn, series, keys, numbers)
    parts = [*keys, *(f"the channel {name}" for name in channels)]
    what = f"{', '.join(parts) or 'nothing'} out of {_named(found)}"
    if dry_run:
        return app.say(f"would take {what}: {plural(count, 'programme')}" if parts else f"would take {what}")
    confirm(f"this takes {what}", f"Take {what}?", yes)
    done = _perform(app, "series.split", series=series, keys=list(keys), channels=numbers, title=title)
    app.say(f"took {what}: series {done['id']}, {plural(done['programmes'], 'programme')}")
    app.note("take it back with: epg-ingest undo")


def _named(found: dict[str, Any]) -> str:
    programmes = sum(row["programmes"] for row in found["channels"])
    return f"{found['id']} {found['title']} ({plural(programmes, 'programme')})"


def _perform(app: App, operation: str, /, **arguments: Any) -> dict[str, Any]:
    """Make a change, recorded with the actor `cli`."""
    from ...changes.perform import perform_here

    app.check_path()
    return perform_here(app.path, operation, arguments, actor="cli", now=app.now)
