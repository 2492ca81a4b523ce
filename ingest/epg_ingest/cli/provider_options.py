"""The options of `providers add` and `providers update`, and the settings that they stand for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..core.errors import UsageError
from .asking.numbers import Whole

if TYPE_CHECKING:
    from ..settings.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_SETTINGS = (
    click.option(
        "--priority",
        type=Whole(),
        metavar="N",
        help="The lower number wins where providers overlap; 100 by default.",
    ),
    click.option("--timezone", metavar="ZONE", help="IANA zone of times without an offset; none for UTC."),
    click.option("--shift-minutes", type=Whole(), metavar="N", help="Added to every time of the feed."),
    click.option("--language", metavar="CODES", help="Preferred languages in order, such as de,en; or none."),
    click.option(
        "--public-url/--no-public-url", default=None, help="Whether the whole URL is published in epg.db."
    ),
    click.option(
        "--channel-policy",
        type=click.Choice(["all", "mapped"]),
        help="Import all channels, or only those that have a mapping.",
    ),
    click.option(
        "--repair-text/--no-repair-text",
        default=None,
        help="Whether texts that were encoded or escaped twice are mended.",
    ),
    click.option(
        "--header", "headers", multiple=True, metavar="NAME:VALUE", help="Request header; kept secret."
    ),
    click.option(
        "--private-addresses",
        type=click.Choice(["allow", "deny"]),
        help="Whether the feed may come from the local network.",
    ),
    click.option(
        "--kind",
        type=click.Choice(["url", "xtream"]),
        help="What the address is: that of a feed, or an Xtream account; url by default.",
    ),
    click.option(
        "--mirror",
        "mirrors",
        multiple=True,
        metavar="URL",
        help="Another address of the same feed; kept secret.",
    ),
    click.option("--user", "username", metavar="NAME", help="User name at the address."),
    click.option(
        "--password", metavar="TEXT", help="Password at the address; - reads it from standard input."
    ),
    click.option(
        "--command", metavar="TEXT", help="A program that prints the feed, with its arguments; - reads it."
    ),
    click.option("--schedule", metavar="WHEN", help="6h, 03:00, or the five fields of cron; or none."),
    click.option(
        "--schedule-timezone", metavar="ZONE", help="IANA zone of --schedule; none for scheduler.timezone."
    ),
    click.option(
        "--downloads-per-day",
        metavar="N",
        help="How often its addresses are asked on one day; none for no limit.",
    ),
)


def settings_options(command: Command) -> Command:
    """The options that `add` and `update` share."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


def given_settings(options: dict[str, Any]) -> dict[str, Any]:
    """The settings that were given as options. `none` or an empty text clears the time zone or the languages."""
    settings = {key: value for key, value in options.items() if value is not None and value != ()}
    for key in ("timezone", "language", "schedule_timezone", "downloads_per_day"):
        if settings.get(key, "").strip().lower() in ("none", "") and key in settings:
            settings[key] = () if key == "language" else None
    if isinstance(settings.get("downloads_per_day"), str):
        settings["downloads_per_day"] = _number("--downloads-per-day", settings["downloads_per_day"])
    if "password" in settings:
        settings["password"] = given_secret("Password", settings["password"])
    if "command" in settings:
        settings["command"] = arguments_of(given_secret("Command", settings["command"]))
    if isinstance(settings.get("language"), str):
        settings["language"] = [code.strip() for code in settings["language"].split(",")]
    if "headers" in settings:
        settings["headers"] = dict(_header(text) for text in settings["headers"])
    return settings


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise UsageError("a header has the form NAME:VALUE, such as --header 'Authorization: Bearer …'")
    return name.strip(), value.strip()


def given_address(url: str) -> str:
    """The address; `-` reads it from standard input, because other users can read command lines."""
    return given_secret("URL", url)


def permit(changes: dict[str, Any], before: str | None, settings: Settings) -> None:
    """Add to `changes` what the setting says of private addresses, if they give an address where none was kept (`before`).

    That is a first address, or one that was lost with `epg.secrets` and what had been set with it.
    """
    if changes.get("url") and not before:
        changes.setdefault("private_addresses", settings["download.private_addresses"])


def given_secret(what: str, text: str) -> str:
    """`text`, or for `-` a line of standard input, for which a person is asked."""
    if text != "-":
        return text
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True, err=True))
    return sys.stdin.readline().strip()


def arguments_of(command: str) -> list[str]:
    """The arguments in a command line, quoted as for a shell. No shell runs it: `$`, `|` and `*` mean nothing.

    Raises `UsageError`.
    """
    import shlex

    try:
        found = shlex.split(command)
    except ValueError as error:
        raise UsageError("the command has a quotation mark without its partner") from error
    if not found:
        raise UsageError("the command is empty; give a program and its arguments")
    return found


def _number(option: str, text: str) -> int:
    if not text.strip().isdecimal():
        raise UsageError(f"{option} must be a whole number, or none")
    return int(text)
