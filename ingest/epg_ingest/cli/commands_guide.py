"""Commands for the guide as a whole: init, cleanup, status, config."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

import click

from ..core.errors import DatabaseError
from .app import App, human_size, json_option, plural, print_json, print_table
from .asking.numbers import Number
from .asking.status_answers import add_plan, check_options, print_alarms, print_sizes


@click.command()
@click.pass_obj
def init(app: App) -> None:
    """Make the database, or bring an older one to the newest schema."""
    existed = app.path.exists()
    with app.database(create=True):
        app.vault.ensure()
    app.say(f"{app.path} {'is ready' if existed else 'made'}; secrets are kept in {app.vault.path}")
    if not existed:
        app.note("next: epg-ingest providers add NAME URL")


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how many programmes would go, and delete nothing.")
@click.option(
    "--yes", "--force", "yes", is_flag=True, help="Delete even most of the guide, and trust the clock."
)
@json_option
@click.pass_obj
def cleanup(app: App, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Delete what the retention settings do not keep.

    Asks first, or refuses, where that is most of the guide although the settings were others at the last import, and where the
    clock seems wrong. Settings that are gone since the last cleanup still count. Exits with status 1 if programmes were kept
    because they could not be archived.
    """
    from ..expiry import trust_clock
    from .asking.cleanup import allowed, clean_up, foreseen

    if dry_run:
        with app.reading() as db:
            return foreseen(app, db, as_json)
    with app.database() as db:
        if yes:
            trust_clock(db, app.now)
        counts = clean_up(app, db, confirmed=yes or allowed(app, db))
    if as_json:
        print_json(asdict(counts))
    else:
        app.say(
            f"deleted {plural(counts.programs, 'programme')}, {plural(counts.imports, 'log row')}, "
            f"{plural(counts.changes, 'change')}, {plural(counts.channels, 'channel')}, "
            f"{plural(counts.mappings, 'mapping')}; freed {plural(counts.pages_freed, 'page')}"
            + (f"; archived {plural(counts.archived, 'programme')}" if counts.archived else "")
        )
    return 1 if counts.archive_error else 0


@click.command()
@click.pass_obj
def undo(app: App) -> None:
    """Take back the last change of mappings, channels, rules or a provider's settings.

    Programmes that the change deleted come back with the provider's next import.
    """
    from ..guide.undo import undo as take_back

    with app.database() as db:
        done = take_back(db, app.vault, actor="cli", now=app.now)
    change = done.change
    # Programmes whose times go back stay on their channel: they are not counted.
    moved = [f"{plural(done.moved, 'programme')} moved"] if done.moved else []
    removed = [f"{plural(done.removed, 'programme')} removed"] if done.removed else []
    tidied = [f"{plural(done.tidied, 'programme')} changed"] if done.tidied else []
    rest = ", ".join(moved + removed + tidied)
    app.say(
        f"undone: {change.action} of {change.subject}, {change.at} by {change.actor}{rest and '; ' + rest}"
    )
    if done.needs_import:
        app.note("programmes that the change deleted or mixed come back with: epg-ingest import")


@click.command()
@click.option("--check", is_flag=True, help="Print only what is wrong; exit with status 1 if something is.")
@click.option(
    "--max-age",
    type=Number(0, 1_000_000),
    default=48.0,
    show_default=True,
    metavar="HOURS",
    help="With --check: the oldest that the last good import of a provider may be.",
)
@click.option(
    "--min-ahead",
    type=Number(0, 1_000_000),
    default=12.0,
    show_default=True,
    metavar="HOURS",
    help="With --check: how far the programmes of each provider must reach.",
)
@click.option("--sizes", is_flag=True, help="Show instead how large each table is; reads the whole file.")
@json_option
@click.pass_obj
def status(app: App, check: bool, max_age: float, min_ahead: float, sizes: bool, as_json: bool) -> int:
    """Show the database and how each provider is doing."""
    from ..guide.status import status as look

    check_options(check, sizes)
    if sizes:
        return print_sizes(app, as_json)
    with app.reading() as db:
        found = look(db, app.path, now=app.now)
        add_plan(app, db, found["providers"])
    _name_interrupted(app, found["providers"])
    if check:
        return print_alarms(app, found, (max_age, min_ahead), as_json)
    if as_json:
        print_json(found)
    else:
        _print_status(app, found)
    return 0


def _name_interrupted(app: App, providers: list[dict[str, Any]]) -> None:
    """An import that was killed leaves a row that says `running`, until the next one closes it: say what became of it."""
    left = [
        p["last_import"] for p in providers if p["last_import"] and p["last_import"]["status"] == "running"
    ]
    if not left:
        return
    from ..pipeline.run import INTERRUPTED, import_runs

    try:
        if import_runs(app.path):
            return
    except DatabaseError as error:
        app.note(error.message)
        return
    for row in left:
        row.update(status="failed", error_code="interrupted", error_message=INTERRUPTED)


def _print_status(app: App, found: dict[str, Any]) -> None:
    database, generation = found["database"], found["generation"]
    channels, programmes = found["channels"], found["programmes"]
    app.say(f"database    {database['path']}, {human_size(database['bytes'])}, schema {database['schema']}")
    app.say(f"generation  {generation['number']}, {generation['changed_at']}")
    app.say(f"channels    {channels['total']:,} ({channels['hidden']:,} hidden)")
    app.say(f"programmes  {programmes['shown']:,} shown, {programmes['hidden']:,} hidden")
    if not found["providers"]:
        app.say("providers   none; add one with: epg-ingest providers add NAME URL")
        return
    app.say("")
    headers = (
        "PROVIDER",
        "ENABLED",
        "PRIORITY",
        "CHANNELS",
        "STALE",
        "SHOWN",
        "HIDDEN",
        "HOURS AHEAD",
        "LAST IMPORT",
        "NEXT IMPORT",
        "RESULT",
    )
    print_table(headers, [_provider_line(provider) for provider in found["providers"]])


def _provider_line(p: dict[str, Any]) -> tuple[Any, ...]:
    last = p["last_import"]
    when, result = (
        ("never", "") if last is None else (last["completed_at"] or last["started_at"], _result(last))
    )
    shown, hidden = f"{p['programmes']['shown']:,}", f"{p['programmes']['hidden']:,}"
    enabled = "yes" if p["enabled"] else "no"
    channels = p["channels"], p["stale_channels"]
    due = f"{p['next_import_at']} ({p['next_import_reason']})" if p["next_import_at"] else ""
    return (p["name"], enabled, p["priority"], *channels, shown, hidden, p["hours_ahead"], when, due, result)


def _result(last: dict[str, Any]) -> str:
    if last["status"] == "failed":
        return f"failed: {last['error_message']}"
    text = f"{last['status']}: {last['programs_imported']:,} new, {last['programs_updated']:,} changed"
    return text + f", {last['programs_removed']:,} removed, {plural(last['problems'], 'problem')}"


@click.command()
@json_option
@click.pass_obj
def config(app: App, as_json: bool) -> None:
    """Print the effective configuration.

    Says where each value comes from. Secrets are masked.
    """
    from ..settings.definitions import OTHER_VARIABLES, SECRET_VARIABLES
    from ..settings.environment import check_other_variables, token_refused
    from ..settings.logs import masked

    settings = app.settings
    check_other_variables()
    rows = [(key, _shown(settings[key]), masked(settings.sources[key])) for key in settings]
    rows += [
        (name, "********" if name in SECRET_VARIABLES else masked(os.environ[name]), "environment")
        for name in sorted(OTHER_VARIABLES)
        if os.environ.get(name)
    ]
    if as_json:
        print_json({key: {"value": value, "source": source} for key, value, source in rows})
    else:
        print_table(("KEY", "VALUE", "SOURCE"), [(key, _word(value), source) for key, value, source in rows])
        app.note(settings.where_from)
    if refused := token_refused():
        app.warn(refused)


def _shown(value: Any) -> Any:
    from ..settings.logs import masked

    return masked(value) if isinstance(value, str) else value


def _word(value: Any) -> str:
    return "none" if value is None else str(value)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion(app: App, shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    An installed copy has the scripts, and a manual page, in `share` below its prefix.
    """
    from .asking.shipped import completion as script

    app.say(script(shell).rstrip())
