"""`epg-ingest rules list` and `export`: they change nothing."""

from __future__ import annotations

import json

import click

from ..app import App, json_option, plural, print_json, print_table
from ..output_file import opened_output


@click.command("list")
@click.option(
    "--provider", metavar="NAME", help="Whether the sets are on for this provider, with its own numbers."
)
@json_option
@click.pass_obj
def list_(app: App, provider: str | None, as_json: bool) -> None:
    """List your rules and the sets of rules that ship, in the order in which they run."""
    from ...guide.providers import get_provider
    from ...rule_store import chosen_sets, own_rules

    with app.reading() as db:
        ident = None if provider is None else get_provider(db, provider).id
        own, sets = own_rules.listed(db.conn), chosen_sets.states(db.conn, ident)
    if as_json:
        return print_json({"rules": own, "sets": sets})
    if own:
        headers = ("ID", "POSITION", "PROVIDER", "FIELD", "ACTION", "ENABLED", "VALUE", "PATTERN")
        names = ("id", "position", "provider", "field", "action", "enabled", "value", "pattern")
        print_table(headers, [tuple(_cell(row[name]) for name in names) for row in own])
        app.say("")
    print_table(
        ("SET", "ON", "SAFETY", "WHY", "ABOUT"),
        [(one["name"], _cell(one["enabled"]), one["safety"], one["reason"], one["about"]) for one in sets],
    )


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "all" if value is None else value


@click.command("export")
@click.argument("path", default="-")
@click.pass_obj
def export_(app: App, path: str) -> None:
    """Write your rules and choices of sets as JSON to PATH, or to standard output."""
    from ...rule_store.rule_file import document

    with app.reading() as db, opened_output(app, path) as out:
        found = document(db.conn)
        out.write(json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n")
    if path != "-":
        app.note(f"{plural(len(found['rules']), 'rule')} in {path}")
