"""`epg-ingest watches`: what a person wants to be told of."""

from __future__ import annotations

from typing import Any

import click

from ...core.errors import UsageError
from ..app import App, confirm, json_option, print_json, print_table
from ..asking.command_groups import HelpfulGroup
from ..asking.numbers import Whole
from .watch_options import NAMES, OWNER, owner_option, settings_of, watch_options
from .watch_showing import print_preview, print_watch, watch_as_json, watch_line


@click.group(cls=HelpfulGroup)
def watches() -> None:
    """Watches: what a person wants to be told of, kept in epg.secrets."""


@watches.command("list")
@owner_option
@json_option
@click.pass_obj
def list_(app: App, owner: str | None, as_json: bool) -> None:
    """List all watches."""
    from ...watch_store.watch_rows import listed

    app.check_path()
    with app.vault.writing() as conn:
        found = [watch_as_json(one) for one in listed(conn, owner)]
    if as_json:
        print_json(found)
    elif not found:
        app.note("no watches yet; add one with: epg-ingest watches add KIND VALUE")
    else:
        headers = ("ID", "OWNER", "NAME", "KIND", "VALUE", "WHEN", "TELLS", "ONCE PER", "ON")
        print_table(headers, [watch_line(row) for row in found])


@watches.command()
@click.argument("kind", type=click.Choice(["series", "words", "title", "person", "pattern"]))
@click.argument("value")
@watch_options
@click.option(
    "--owner", metavar="ACTOR", default=OWNER, show_default=True, help="The actor of the site whose it is."
)
@click.option("--dry-run", is_flag=True, help="Show what it would send this week, and add nothing.")
@json_option
@click.pass_obj
def add(app: App, /, kind: str, value: str, owner: str, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Add a watch. VALUE is the number of a series, words (a star finds beginnings, quotation marks make a phrase), a whole
    title, a name, or a pattern in the syntax of RE2.

    What the guide has already is not told as a new match.
    """
    from ...watch_store.watch_edits import add_watch
    from ...watch_store.watch_preview import preview
    from ...watches.watch_settings import checked_watch

    with app.reading() as db:
        settings = {"timezone": app.settings["scheduler.timezone"], "kind": kind, "value": value}
        settings |= settings_of(app, db, owner, given)
        if dry_run:
            found = preview(db.conn, checked_watch(settings, owner=owner, names=NAMES), app.now)
            return print_json(found) if as_json else print_preview(app, found)
    made = add_watch(app.vault, app.path, owner, settings, app.now, names=NAMES)
    if as_json:
        return print_json(watch_as_json(made))
    app.say(f"added watch {made.watch.id}: {made.watch.name}")
    app.note(f"see what it would send with: epg-ingest watches preview {made.watch.id}")
    return None


@watches.command()
@click.argument("watch", type=Whole(1))
@json_option
@click.pass_obj
def show(app: App, watch: int, as_json: bool) -> None:
    """Show a watch with all its settings."""
    from ...watch_store.watch_rows import get

    app.check_path()
    with app.vault.writing() as conn:
        found = watch_as_json(get(conn, watch))
    print_json(found) if as_json else print_watch(app, found)


@watches.command("set")
@click.argument("watch", type=Whole(1))
@click.option(
    "--kind", type=click.Choice(["series", "words", "title", "person", "pattern"]), help="What VALUE is."
)
@click.option("--value", metavar="TEXT", help="What it looks for.")
@watch_options
@click.option("--on/--off", "enabled", default=None, help="Whether it tells of anything.")
@json_option
@click.pass_obj
def set_(app: App, /, watch: int, kind: str | None, value: str | None, as_json: bool, **given: Any) -> None:
    """Change settings of a watch. Settings that are not given stay."""
    from ...watch_store.watch_edits import set_watch
    from ...watch_store.watch_rows import get

    with app.reading() as db:
        with app.vault.writing() as conn:
            owner = get(conn, watch).watch.owner
        settings = {key: text for key, text in (("kind", kind), ("value", value)) if text is not None}
        settings |= settings_of(app, db, owner, given)
    if not settings:
        raise UsageError("nothing to change; see: epg-ingest watches set --help")
    done = set_watch(app.vault, app.path, None, watch, settings, app.now, names=NAMES)
    print_json(watch_as_json(done)) if as_json else app.say(f"changed watch {watch}: {done.watch.name}")


@watches.command()
@click.argument("watch", type=Whole(1))
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, watch: int, dry_run: bool, yes: bool) -> None:
    """Remove a watch; alerts of it that wait are not sent. Asks first. `watches undo` brings it back."""
    from ...watch_store.watch_edits import remove_watch
    from ...watch_store.watch_rows import get

    app.check_path()
    with app.vault.writing() as conn:
        found = get(conn, watch).watch
    what = f"watch {watch}, {found.name}, of {found.owner}"
    if dry_run:
        return app.say(f"would remove {what}")
    confirm(f"this removes {what}", f"Remove {what}?", yes)
    remove_watch(app.vault, None, watch, app.now)
    app.say(f"removed {what}")
    app.note("take it back with: epg-ingest watches undo")
    return None


@watches.command()
@click.argument("watch", type=Whole(1))
@json_option
@click.pass_obj
def preview(app: App, watch: int, as_json: bool) -> None:
    """Show what a watch would send this week, and what it would leave out and why."""
    from ...watch_store.match_rows import told_of
    from ...watch_store.watch_preview import preview as look
    from ...watch_store.watch_rows import get

    with app.reading() as db:
        with app.vault.writing() as conn:
            stored = get(conn, watch).watch
            told = {one.unit: one.airing.program_id for one in told_of(conn, watch)}
        found = look(db.conn, stored, app.now, told)
    print_json(found) if as_json else print_preview(app, found)


@watches.command()
@owner_option
@click.pass_obj
def undo(app: App, owner: str | None) -> None:
    """Take back the last change of watches or targets. `epg-ingest undo` knows nothing of these: they are private."""
    from ...watch_store.watch_edits import undo_last

    app.check_path()
    app.say(f"undone: {undo_last(app.vault, owner, app.now)}")
