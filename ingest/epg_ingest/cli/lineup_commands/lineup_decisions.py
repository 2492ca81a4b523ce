"""`epg-ingest lineups match`, `review` and `edit`: which channel an entry is, and what else a person decides."""

from __future__ import annotations

from typing import Any

import click

from ...core.errors import UsageError
from ...core.given_files import given_bytes
from ..app import App
from ..asking.numbers import Number, Whole
from ..output_file import opened_output


@click.command()
@click.argument("name")
@click.option(
    "--all", "everything", is_flag=True, help="Match again what was matched, but for decisions of people."
)
@click.option(
    "--apply", "above", type=Number(0, 1), metavar="SCORE",
    help="Take the first candidate of what stays open, from this score on.",
)  # fmt: skip
@click.pass_obj
def match(app: App, name: str, everything: bool, above: float | None) -> None:
    """Find channels for the open entries, without reading the source again."""
    from ...lineup_store.matching_again import match_again

    with app.database() as db:
        asked, found = match_again(db, name, everything=everything, above=above, now=app.now)
    app.say(f"{found:,} of {asked:,} entries have a channel now")


@click.command()
@click.argument("name")
@click.argument("path", default="-")
@click.option(
    "--all", "everything", is_flag=True, help="All entries, not only those that are open or matched by name."
)
@click.option("--import", "taken", is_flag=True, help="Read PATH and take over its decisions.")
@click.pass_obj
def review(app: App, name: str, path: str, everything: bool, taken: bool) -> None:
    """Write the entries to review as CSV to PATH, with their candidates; edit it, then use --import.

    In the column `channel` write the name or id of a channel, `none` for an entry without one, or `open`.
    """
    from ...bulk.lineup_review import review_sheet, take_review
    from ...bulk.sheet_file import MAX_BYTES

    if taken:
        data = given_bytes(path, MAX_BYTES)
        with app.database() as db:
            done = take_review(db, name, data, now=app.now)
        app.say(f"{done:,} {'entry' if done == 1 else 'entries'} changed")
        return
    with app.reading() as db, opened_output(app, path) as out:
        data, count = review_sheet(db, name, everything=everything)
        out.write(data)
    if path != "-":
        app.note(f"{count:,} {'entry' if count == 1 else 'entries'} in {path}")


@click.command()
@click.argument("name")
@click.argument("entry", type=Whole(), required=False)
@click.option(
    "--channel",
    metavar="NAME",
    help="Its channel, by name or id; none for no channel, open to match it again.",
)
@click.option("--name", "called", metavar="TEXT", help="Its name.")
@click.option("--number", metavar="NUMBER", help="Its number.")
@click.option("--position", type=Whole(1), metavar="N", help="Its place in the line-up.")
@click.option("--id", "output_id", metavar="ID", help="Its id in the outputs.")
@click.option("--shift-minutes", type=Whole(), metavar="N", help="Added to the times of its programmes.")
@click.option(
    "--hide/--show", "hidden", default=None, help="Leave it out of the outputs, or take it in again."
)
@click.option(
    "--unpin", multiple=True, metavar="COLUMN", help="Let the source decide this again; may be repeated."
)
@click.option("--delete", is_flag=True, help="Delete an entry that was added by hand, or that is gone.")
@click.pass_obj
def edit(app: App, /, name: str, entry: int | None, called: str | None, delete: bool, **options: Any) -> None:
    """Change the entry with this id, as `lineups show` prints it. Without an id, add an entry.

    A refresh leaves alone what you set.
    """
    from ...lineup_store.entry_edits import add_entry, edit_entries, remove_entry

    given = {key: value for key, value in {**options, "name": called}.items() if value not in (None, ())}
    with app.database() as db:
        if delete:
            if entry is None:
                raise UsageError("say which entry to delete; see: epg-ingest lineups show NAME")
            remove_entry(db, name, entry, now=app.now)
            app.say(f"deleted entry {entry}")
        elif entry is None:
            app.say(f"added entry {add_entry(db, name, given, now=app.now)}")
        elif not given:
            raise UsageError("nothing to change; see: epg-ingest lineups edit --help")
        else:
            edit_entries(db, name, [{**given, "id": entry}], now=app.now)
            app.say(f"updated entry {entry}")
