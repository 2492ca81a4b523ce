"""`epg-ingest targets`: where alerts go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...core.errors import UsageError
from ..app import App, confirm, json_option, print_json, print_table
from ..asking.command_groups import HelpfulGroup
from ..provider_options import given_address, given_secret
from .watch_options import OWNER, owner_option

if TYPE_CHECKING:
    from ...watches.target_settings import AlertTarget

Command = TypeVar("Command", bound=Callable[..., Any])
#: settings that are options of another name
NAMES = {"digest_at": "--digest-at"}
_SETTINGS = (
    click.option(
        "--private-addresses", type=click.Choice(["allow", "deny"]), help="Whether it may be in the local network."
    ),
    click.option("--digest-at", metavar="HH:MM", help="Send the daily digest at this time; none for no digest."),
    click.option("--timezone", metavar="ZONE", help="The clock of the digest; scheduler.timezone unless given."),
    click.option(
        "--operator/--no-operator", default=None, help="Whether it also gets alerts for the operator of the guide."
    ),
)  # fmt: skip


def target_options(command: Command) -> Command:
    """The options that `add` and `set` share."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


@click.group(cls=HelpfulGroup)
def targets() -> None:
    """Targets: where alerts go. Their addresses are kept in epg.secrets."""


@targets.command("list")
@owner_option
@json_option
@click.pass_obj
def list_(app: App, owner: str | None, as_json: bool) -> None:
    """List all targets; of their addresses only the host."""
    from ...watch_store.target_rows import targets_of
    from ...watch_store.target_showing import shown_target

    app.check_path()
    with app.vault.writing() as conn:
        found = [{"owner": one.owner, **shown_target(one)} for one in targets_of(conn, owner)]
    if as_json:
        print_json(found)
    elif not found:
        app.note("no targets yet; add one with: epg-ingest targets add NAME URL")
    else:
        headers = ("ID", "OWNER", "NAME", "KIND", "ADDRESS", "PRIVATE", "DIGEST", "OPERATOR", "STATE")
        print_table(headers, [_line(row) for row in found])


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    state = row["ended"] or ("on" if row["enabled"] else "off")
    digest = f"{row['digest_at']} {row['timezone']}" if row["digest_at"] else ""
    operator = "yes" if row["operator"] else "no"
    return (
        row["id"], row["owner"], row["name"], row["kind"], row["address"], row["private_addresses"], digest, operator, state,
    )  # fmt: skip


@targets.command()
@click.argument("name")
@click.argument("url")
@target_options
@click.option(
    "--secret",
    metavar="SECRET",
    help="The secret of a webhook (whsec_ and base64); a new one unless given, - asks for it.",
)
@click.option(
    "--owner", metavar="ACTOR", default=OWNER, show_default=True, help="The actor of the site whose it is."
)
@json_option
@click.pass_obj
def add(app: App, /, name: str, url: str, owner: str, as_json: bool, **given: Any) -> None:
    """Add a target. URL is the address of a webhook (https://HOST/PATH) or one of Apprise, such as mailto:// or ntfy://;
    - asks for it, so that it does not stay in the history of the shell.

    Prints the secret with which webhooks are signed: the receiver needs it.
    """
    from ...watch_store.watch_edits import add_target

    settings = {"private_addresses": app.settings["download.private_addresses"]}
    settings |= {"timezone": app.settings["scheduler.timezone"], "name": name, "url": given_address(url)}
    settings |= _given(given)
    app.check_path()
    made = add_target(app.vault, owner, settings, app.now, NAMES)
    _need_apprise(made)
    _say(app, made, f"added target {made.name}", as_json)
    app.note(f"try it with: epg-ingest targets test {made.id}")


@targets.command("set")
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="A new name.")
@click.option("--url", metavar="URL", help="A new address; - asks for it.")
@target_options
@click.option("--secret", metavar="SECRET", help="Another secret; - asks for it.")
@click.option("--new-secret", is_flag=True, help="Make another secret, and print it.")
@click.option("--on/--off", "enabled", default=None, help="Whether it gets anything; also after it ended.")
@json_option
@click.pass_obj
def set_(
    app: App,
    /,
    name: str,
    new_name: str | None,
    url: str | None,
    new_secret: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Change settings of a target, by name or id. Settings that are not given stay."""
    from ...watch_store.watch_edits import set_target

    settings = _given(given)
    settings |= {"name": new_name} if new_name is not None else {}
    settings |= {"url": given_address(url)} if url is not None else {}
    settings |= {"secret": None} if new_secret else {}
    if not settings:
        raise UsageError("nothing to change; see: epg-ingest targets set --help")
    app.check_path()
    done = set_target(app.vault, None, name, settings, app.now, NAMES)
    if "secret" in settings:
        return _say(app, done, f"changed target {done.name}", as_json)
    return _say(app, done, f"changed target {done.name}", as_json, secret=False)


@targets.command()
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, name: str, dry_run: bool, yes: bool) -> None:
    """Remove a target, by name or id; what waits for it is not sent. Asks first. `watches undo` brings it back."""
    from ...watch_store.target_rows import target_named
    from ...watch_store.watch_edits import remove_target

    app.check_path()
    with app.vault.writing() as conn:
        found = target_named(conn, name)
    what = f"target {found.name} of {found.owner}"
    if dry_run:
        return app.say(f"would remove {what}")
    confirm(f"this removes {what}", f"Remove {what}?", yes)
    remove_target(app.vault, None, found.id, app.now)
    app.say(f"removed {what}")
    app.note("take it back with: epg-ingest watches undo")
    return None


@targets.command()
@click.argument("name")
@owner_option
@json_option
@click.pass_obj
def test(app: App, name: str, owner: str | None, as_json: bool) -> int:
    """Send a test message to a target, by name or id. Exits with status 1 if it does not arrive."""
    from ...alerts.alert_pass import send_test

    app.check_path()
    wrong = send_test(app.vault, name, owner)
    if as_json:
        print_json({"ok": not wrong, "error": wrong})
    else:
        app.say(f"the test message did not arrive: {wrong}" if wrong else "the test message was sent")
    return 1 if wrong else 0


def _given(given: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in given.items() if value is not None}
    if found.get("digest_at") == "none":
        found["digest_at"] = None
    if found.get("secret") == "-":
        found["secret"] = given_secret("Secret", "-")
    return found


def _say(app: App, target: AlertTarget, text: str, as_json: bool, *, secret: bool = True) -> None:
    from ...watch_store.target_showing import shown_target

    told = {"secret": target.secret} if secret and target.secret else {}
    if as_json:
        return print_json({"owner": target.owner, **shown_target(target), **told})
    app.say(text)
    if told:
        app.say(f"secret: {target.secret}")
    return None


def _need_apprise(target: AlertTarget) -> None:
    """Say at once what is missing to send there; the target is kept."""
    from ...alerts.apprise_call import require_apprise
    from ...watches.target_settings import APPRISE

    if target.kind == APPRISE:
        require_apprise()
