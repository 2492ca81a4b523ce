"""`epg-ingest rules test`: stored programmes before and after rules, without changing anything."""

from __future__ import annotations

from typing import Any

import click

from ...core.errors import UsageError
from ..app import App, json_option, plural, print_json, print_table
from ..asking.numbers import Whole


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All sets that are safe in real feeds.")
@click.option("--field", help="With --pattern and --action: try a rule that is not stored.")
@click.option("--pattern", help="The pattern of that rule, in the syntax of RE2.")
@click.option("--action", help="remove, replace, extract or set_category.")
@click.option("--value", default="", help="The value of that rule.")
@click.option("--provider", metavar="NAME", help="Only programmes of this provider.")
@click.option(
    "--limit", type=Whole(0, 1000), default=20, show_default=True, help="How many examples to print."
)
@json_option
@click.pass_obj
def test(app: App, /, names: tuple[str, ...], every: bool, limit: int, as_json: bool, **given: Any) -> None:
    """Show what would change in stored programmes if these sets, or a rule that is off (by its number), were on: before and
    after, with counts. Nothing is changed."""
    found = _found(app, names, every, limit, given)
    if as_json:
        return print_json(found)
    if found["examples"]:
        print_table(
            ("PROVIDER", "BEFORE", "AFTER"),
            [(one["provider"], _told(one["before"]), _told(one["after"])) for one in found["examples"]],
        )
    app.say(
        f"would change {found['contents']:,} of {plural(found['looked_at'], 'text')}, shown by "
        f"{plural(found['programmes'], 'programme')}"
    )
    return None


def _found(
    app: App, names: tuple[str, ...], every: bool, limit: int, given: dict[str, Any]
) -> dict[str, Any]:
    """The trial of one rule, or of sets."""
    from ...guide.providers import get_provider
    from ...rule_store import chosen_sets, trial

    rule = {key: given[key] for key in ("field", "pattern", "action", "value")}
    with app.reading() as db:
        provider = None if given["provider"] is None else get_provider(db, given["provider"]).id
        options: dict[str, Any] = {"provider_id": provider, "examples": limit}
        if rule["pattern"] is not None:
            if names or every:
                raise UsageError("test a rule or sets, not both")
            return trial.try_given(db.conn, {k: v for k, v in rule.items() if v is not None}, [], **options)
        if len(names) == 1 and names[0].isascii() and names[0].isdigit():
            return trial.try_stored(db.conn, int(names[0]), **options)
        return trial.try_rules(db.conn, sets=chosen_sets.names_of(names, every), **options)


def _told(values: dict[str, Any]) -> str:
    """`Show S2 E3` or `Show | season 2, episode 3`."""
    rest = ", ".join(
        f"{name} {'–' if value is None else value}" for name, value in values.items() if name != "title"
    )
    return f"{values['title']} | {rest}" if rest else str(values["title"])
