"""`epg-ingest lineups add`, `set`, `remove` and `refresh`: line-ups and where they come from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...core.errors import UsageError
from ...core.given_files import kept, readable_again, require_file
from ..app import App, confirm, json_option, plural, print_json
from ..asking.numbers import Whole
from ..provider_options import given_address, given_settings, permit

if TYPE_CHECKING:
    from ...lineup_store.refresh_log import RefreshOutcome

Command = TypeVar("Command", bound=Callable[..., Any])
_SETTINGS = (
    click.option("--title", metavar="TEXT", help="What people call it."),
    click.option(
        "--kind",
        "source_kind",
        type=click.Choice(["m3u", "hdhomerun", "xtream", "tvheadend", "csv"]),
        help="The kind of the source; needed for an Xtream account, else the answer tells.",
    ),
    click.option(
        "--include", "kinds", multiple=True, type=click.Choice(["tv", "radio", "vod"]),
        help="Kinds of entries to take; tv unless given, may be repeated.",
    ),
    click.option(
        "--ids", "id_scheme", type=click.Choice(["source", "guide", "number", "safe"]),
        help="Which ids the outputs use; those of the source by default.",
    ),
    click.option(
        "--filler", type=Whole(0, 1440), metavar="MINUTES",
        help="Fill empty stretches with blocks of so many minutes; 0 for no filler.",
    ),
    click.option(
        "--episode-ids/--no-episode-ids", default=None,
        help="Whether each known episode has an id of this guide, so that players see it once.",
    ),
    click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="Request header; kept secret."),
    click.option(
        "--private-addresses", type=click.Choice(["allow", "deny"]),
        help="Whether the source may be in the local network.",
    ),
)  # fmt: skip


def lineup_options(command: Command) -> Command:
    """The options that `add` and `set` share."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


@click.command()
@click.argument("name")
@click.argument("source", required=False)
@lineup_options
@click.pass_obj
def add(app: App, /, name: str, source: str | None, **options: Any) -> None:
    """Add a line-up. SOURCE is the address or file of a playlist (M3U), an HDHomeRun tuner, an Xtream account
    (http://USER:PASSWORD@HOST:PORT with --kind xtream), a tvheadend channel list or a CSV file; - reads it from standard
    input. Without it, you choose the entries by hand.

    The address is kept in epg.secrets; epg.db does not even get its host.
    """
    from ...lineup_store.lineup_changes import add_lineup, origin_of
    from ...lineup_store.lineup_settings import validated

    settings = _given(options)
    settings.setdefault("private_addresses", app.settings["download.private_addresses"])
    address = given_address(source) if source is not None else None
    validated(
        {"name": name, "url": address, **settings}, local_files=True
    )  # before a database is made for it
    with app.database(create=True) as db:
        made = add_lineup(db, app.vault, name, address, now=app.now, local_files=True, **settings)
    if made.source_url is None:
        app.say(f"added {made.name}; add entries with: epg-ingest lineups edit {made.name} --channel NAME")
    else:
        origin = origin_of(app.vault, made)
        app.say(f"added {made.name} ({origin}); read it with: epg-ingest lineups refresh {made.name}")


@click.command("set")
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="A new name.")
@click.option(
    "--source", "url", metavar="ADDRESS", help="A new source; - reads its address from standard input."
)
@lineup_options
@click.pass_obj
def set_(app: App, /, name: str, new_name: str | None, url: str | None, **options: Any) -> None:
    """Change settings of a line-up. Settings that are not given stay."""
    from ...lineup_store.lineup_changes import update_lineup
    from ...lineup_store.lineup_rows import find_lineup
    from ...storage.lineup_secrets import LineupSecrets

    changes = _given(options)
    changes |= {"name": new_name} if new_name is not None else {}
    changes |= {"url": given_address(url)} if url is not None else {}
    if not changes:
        raise UsageError("nothing to change; see: epg-ingest lineups set --help")
    with app.database() as db:
        before = LineupSecrets(app.vault).get(find_lineup(db.conn, name).id)
        permit(changes, before.url if before else None, app.settings)
        done = update_lineup(db, app.vault, name, changes, now=app.now, local_files=True)
    app.say(f"updated {done.name}")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    found = given_settings({key: value for key, value in options.items() if key != "kinds"})
    return {**found, **({"kinds": options["kinds"]} if options["kinds"] else {})}


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, name: str, yes: bool) -> None:
    """Delete a line-up with its entries, its addresses and its key. Asks first."""
    from ...lineup_store.lineup_changes import remove_lineup
    from ...lineup_store.lineup_rows import counts_of, find_lineup

    with app.database() as db:
        lineup = find_lineup(db.conn, name)
        what = f"{lineup.name} and {entries(counts_of(db.conn, lineup.id).entries)}"
        confirm(f"this deletes {what}", f"Delete {what}?", yes)
        remove_lineup(db, app.vault, lineup.id)
    app.say(f"removed {lineup.name}")


def entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


@click.command("refresh")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--force", is_flag=True, help="Read it even if it is unchanged, and accept a loss of half of the entries."
)
@click.option(
    "--file",
    "given",
    metavar="FILE",
    help="Read this list in place of the source of one line-up; - reads it from standard input.",
)
@click.option(
    "--trigger", type=click.Choice(["cli", "schedule", "api"]), default="cli",
    help="What asked for it, for the log; cli by default.",
)  # fmt: skip
@json_option
@click.pass_obj
def refresh_(
    app: App, names: tuple[str, ...], force: bool, given: str | None, trigger: str, as_json: bool
) -> int:
    """Read the sources of the named line-ups again, or of all, and find channels for new entries.

    A source that fails leaves its line-up as it was, and ends the command with status 1; the others are still read.
    """
    from ...lineup_store.lineup_refresh import RefreshOptions, refresh
    from ...lineup_store.lineup_rows import find_lineup, list_lineups
    from ...settings.logs import hide
    from ...storage.lineup_secrets import LineupSecrets

    if given is not None and len(names) != 1:
        raise UsageError("--file is for one line-up; name it")
    outcomes: list[RefreshOutcome] = []
    with _list_in(given, app.settings.limits().max_bytes) as path, app.database() as db:
        chosen = [find_lineup(db.conn, name) for name in names] or list_lineups(db.conn)
        with_source = [lineup for lineup in chosen if names or lineup.source_url is not None]
        for lineup in with_source:
            source = LineupSecrets(app.vault).get(lineup.id)
            hide(source.secrets if source else ())
            options = RefreshOptions(app.settings.limits(), force, trigger, path)
            outcomes.append(refresh(db, app.vault, lineup.id, options, now=app.now))
            if not as_json:
                _report(app, outcomes[-1])
    if as_json:
        print_json([outcome.row() for outcome in outcomes])
    elif not outcomes:
        app.note("there is no line-up with a source; add one with: epg-ingest lineups add NAME SOURCE")
    return 1 if any(outcome.failed for outcome in outcomes) else 0


@contextmanager
def _list_in(given: str | None, most: int) -> Iterator[Path | None]:
    """The file with the list; standard input is kept in a private file meanwhile, if it has no more than `most` bytes."""
    if given is None:
        yield None
    elif given != "-":
        with readable_again(require_file(given), most) as path:
            yield path
    elif sys.stdin.isatty():
        raise UsageError("--file - reads a list from standard input; pipe one into it")
    else:
        with kept(sys.stdin.buffer, most) as path:
            yield path


def _report(app: App, outcome: RefreshOutcome) -> None:
    """One line: a failure on standard error."""
    from ...settings.logs import masked, spoken

    if outcome.failed:
        click.echo(spoken(f"Error: {outcome.name}: {masked(outcome.message or 'failed')}", "error"), err=True)
        return
    parts = [outcome.status, entries(outcome.entries), f"{outcome.matched:,} with a channel"]
    parts += [
        f"{count:,} {word}" for word, count in (("new", outcome.added), ("gone", outcome.removed)) if count
    ]
    parts += [plural(outcome.problems, "problem")] if outcome.problems else []
    app.say(f"{outcome.name}: {', '.join(parts)}")
