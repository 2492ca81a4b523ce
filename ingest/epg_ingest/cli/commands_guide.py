"""Commands for the guide as a whole: init, cleanup, status, config."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

import click

from .app import App, human_size, json_option, plural, print_json, print_table


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
@json_option
@click.pass_obj
def cleanup(app: App, as_json: bool) -> int:
    """Delete what the retention settings do not keep.

    Exits with status 1 if programmes were kept because they could not be archived.
    """
    from ..retention import cleanup as clean

    with app.database() as db:
        counts = clean(db, app.settings.retention(), app.now)
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
    """Take back the last change of mappings, channels or a provider's settings.

    Programmes that the change deleted come back with the provider's next import.
    """
    from ..guide.undo import undo as take_back

    with app.database() as db:
        done = take_back(db, app.vault, actor="cli", now=app.now)
    change = done.change
    # Programmes whose times go back stay on their channel: they are not counted.
    moved = [f"{plural(done.moved, 'programme')} moved"] if done.moved else []
    removed = [f"{plural(done.removed, 'programme')} removed"] if done.removed else []
    rest = ", ".join(moved + removed)
    app.say(
        f"undone: {change.action} of {change.subject}, {change.at} by {change.actor}{rest and '; ' + rest}"
    )
    if done.needs_import:
        app.note("programmes that the change deleted or mixed come back with: epg-ingest import")


@click.command()
@json_option
@click.pass_obj
def status(app: App, as_json: bool) -> None:
    """Show the database and how each provider is doing."""
    from ..guide.status import status as look

    with app.database() as db:
        found = look(db, app.path, now=app.now)
    if as_json:
        print_json(found)
    else:
        _print_status(app, found)


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
    return (p["name"], enabled, p["priority"], *channels, shown, hidden, p["hours_ahead"], when, result)


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
    from ..settings.definitions import SECRET_VARIABLES
    from ..settings.logs import masked

    settings = app.settings
    rows = [(key, _shown(settings[key]), masked(settings.sources[key])) for key in settings]
    rows += [(name, "********", "environment") for name in sorted(SECRET_VARIABLES) if os.environ.get(name)]
    if as_json:
        print_json({key: {"value": value, "source": source} for key, value, source in rows})
    else:
        print_table(("KEY", "VALUE", "SOURCE"), [(key, _word(value), source) for key, value, source in rows])


def _shown(value: Any) -> Any:
    from ..settings.logs import masked

    return masked(value) if isinstance(value, str) else value


def _word(value: Any) -> str:
    return "none" if value is None else str(value)
