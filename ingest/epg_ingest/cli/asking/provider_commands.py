"""`epg-ingest providers export` and `import`: the providers as a JSON file, to take them to another machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ...core.given_files import given_bytes
from ..app import App, json_option, plural, print_json
from ..output_file import opened_output

if TYPE_CHECKING:
    from ...bulk.provider_file import ProviderDifference


@click.command("export")
@click.argument("path", default="-")
@click.option(
    "--secrets", is_flag=True, help="Include addresses and headers; the file is readable for you only."
)
@click.pass_obj
def export_(app: App, path: str, secrets: bool) -> None:
    """Write the settings of all providers as JSON to PATH, or to standard output."""
    from ...bulk.provider_file import exported
    from ...guide.messages import lost_secrets
    from ...guide.providers import list_providers

    with app.reading() as db:
        found = exported(db, app.vault, secrets=secrets)
        known = list_providers(db) if secrets else []
    with opened_output(app, path, private=secrets) as out:
        out.write((json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode())
    if path != "-":
        held = "" if secrets else ", without addresses and headers"
        app.note(f"{plural(len(found['providers']), 'provider')} in {path}{held}")
    for provider in known:
        if lost := lost_secrets(provider, app.vault.get(provider.name)):
            app.warn(lost)


@click.command("import")
@click.argument("path")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@json_option
@click.pass_obj
def import_(app: App, path: str, dry_run: bool, as_json: bool) -> None:
    """Add and change providers as the JSON file at PATH says; - reads standard input. None is removed."""
    from ...bulk.provider_file import differences, from_json, import_providers

    rows = from_json(_read(path))
    with app.reading() if dry_run and app.path.exists() else app.database(create=not dry_run) as db:
        found = differences(db, app.vault, rows)
        if not dry_run:
            import_providers(db, app.vault, rows, actor="cli", now=app.now)
    if as_json:
        print_json({"dry_run": dry_run, "providers": [asdict(difference) for difference in found]})
        return
    for difference in found:
        app.say(_line(difference))
    app.say(f"{'would change' if dry_run else 'changed'} {plural(len(found), 'provider')}")


def _read(path: str) -> bytes:
    """The file, or a byte more than it may have."""
    from ...bulk.provider_file import MAX_BYTES

    return given_bytes(path, MAX_BYTES)


def _line(found: ProviderDifference) -> str:
    if found.new:
        return f"{found.name}: new"
    changes = (f"{key} {_shown(before)} → {_shown(after)}" for key, (before, after) in found.settings.items())
    return f"{found.name}: {', '.join(changes)}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return "none" if value is None else str(value)
