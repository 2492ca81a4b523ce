"""`epg-ingest rules add`, `enable`, `disable`, `remove`, `move` and `import`: stored programmes follow at once."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ...core.errors import UsageError
from ..app import App, json_option, plural, print_json
from ..asking.numbers import Whole

#: bytes of a file of rules
_MOST = 4 * 1024 * 1024
_PROVIDER = click.option("--provider", metavar="NAME", help="Only for programmes of this provider.")


def perform(app: App, operation: str, /, **arguments: Any) -> dict[str, Any]:
    """Make a change, recorded with the actor `cli`."""
    from ...changes.perform import perform_here

    app.check_path()
    return perform_here(app.path, operation, arguments, actor="cli", now=app.now)


def say(app: App, done: dict[str, Any], text: str, as_json: bool) -> None:
    """The result, with the programmes that followed."""
    if as_json:
        print_json(done)
    else:
        app.say(f"{text}; {plural(done['programmes'], 'stored programme')} changed")


@click.command()
@click.argument("field")
@click.argument("pattern")
@click.argument("action")
@click.argument("value", default="")
@_PROVIDER
@click.option("--position", type=Whole(), metavar="N", help="Where it runs; last unless given.")
@click.option("--disabled", is_flag=True, help="Store it without using it, to test it first.")
@json_option
@click.pass_obj
def add(
    app: App,
    /,
    field: str,
    pattern: str,
    action: str,
    value: str,
    disabled: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Add a rule. FIELD is title, subtitle, description or category. PATTERN is a regular expression of RE2. ACTION is remove,
    replace (by VALUE), extract (named groups: season, episode, year, subtitle; or words in VALUE: new, live, premiere, repeat)
    or set_category (to VALUE).

    Write `--` before a pattern that begins with a hyphen.
    """
    settings = {name: value for name, value in given.items() if value is not None}
    done = perform(
        app,
        "rule.create",
        field=field,
        pattern=pattern,
        action=action,
        value=value,
        enabled=not disabled,
        **settings,
    )
    say(app, done, f"added rule {done['id']} at position {done['position']}", as_json)


def _choose(
    app: App, names: tuple[str, ...], every: bool, provider: str | None, as_json: bool, enabled: bool
) -> None:
    """Turn sets, and rules by their number, on or off."""
    numbers = [int(name) for name in names if name.isascii() and name.isdigit()]
    sets = [name for name in names if not (name.isascii() and name.isdigit())]
    if numbers and provider is not None:
        raise UsageError("a rule has its provider already; --provider is for sets")
    found = [perform(app, "rule.update", rule=number, enabled=enabled) for number in numbers]
    if sets or every or not numbers:
        found.append(
            perform(app, "rule_set.choose", sets=sets, all=every, enabled=enabled, provider=provider)
        )
    chosen = [name for one in found for name in one.get("sets", [f"rule {one.get('id')}"])]
    done = {"chosen": chosen, "enabled": enabled} | {
        key: sum(one[key] for one in found) for key in ("contents", "programmes")
    }
    where = "" if provider is None else f" for {provider}"
    say(app, done, f"turned {'on' if enabled else 'off'}{where}: {', '.join(chosen)}", as_json)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All sets that are safe in real feeds.")
@_PROVIDER
@json_option
@click.pass_obj
def enable(app: App, names: tuple[str, ...], every: bool, provider: str | None, as_json: bool) -> None:
    """Turn sets of rules on, or rules of yours by their number. See `rules list`, and try them with `rules test`.

    A set that the numbers of a provider refute stays off for that provider, unless you name the provider.
    """
    _choose(app, names, every, provider, as_json, True)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All sets, also those that would choose themselves.")
@_PROVIDER
@json_option
@click.pass_obj
def disable(app: App, names: tuple[str, ...], every: bool, provider: str | None, as_json: bool) -> None:
    """Turn sets of rules off, or rules of yours by their number: programmes say again what was written."""
    _choose(app, names, every, provider, as_json, False)


@click.command()
@click.argument("rule", type=Whole())
@json_option
@click.pass_obj
def remove(app: App, rule: int, as_json: bool) -> None:
    """Delete a rule of yours. `undo` brings it back."""
    say(app, perform(app, "rule.delete", rule=rule), f"removed rule {rule}", as_json)


@click.command()
@click.argument("rule", type=Whole())
@click.argument("position", type=Whole())
@json_option
@click.pass_obj
def move(app: App, rule: int, position: int, as_json: bool) -> None:
    """Let a rule of yours run at another position. Rules run in the order of their positions."""
    done = perform(app, "rule.update", rule=rule, position=position)
    say(app, done, f"rule {rule} is at position {position}", as_json)


@click.command("import")
@click.argument("path")
@json_option
@click.pass_obj
def import_(app: App, path: str, as_json: bool) -> None:
    """Add the rules and choices of a file that `rules export` wrote; - reads standard input. Rules that are there already stay
    as they are."""
    done = perform(app, "rule.import", document=_document(path))
    text = f"added {plural(done['rules'], 'rule')}, chose {plural(done['sets'], 'set')}"
    say(app, done, text, as_json)


def _document(path: str) -> Any:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', error)}") from error
    if len(data) > _MOST:
        raise UsageError(f"{path} has more than {_MOST >> 20} MB: it is no file of rules")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON; `rules export` shows the form") from error
