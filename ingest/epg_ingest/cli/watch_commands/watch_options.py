"""Settings of watches on the command line: names in the place of ids, and words that take a restriction away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..app import App
from ..asking.numbers import Whole

if TYPE_CHECKING:
    from sqlite_utils import Database

Command = TypeVar("Command", bound=Callable[..., Any])
#: who the command line acts for: those who sign in to the site with its token
OWNER = "epg-admin"
#: settings that are options of another name
NAMES = {"from_time": "--from", "to_time": "--to"}
#: take a restriction away
ALL, NONE = "all", "none"
_SETTINGS = (
    click.option("--name", metavar="TEXT", help="What you call it; what it looks for unless given."),
    click.option(
        "--channel", "channels", multiple=True, metavar="NAME", help="Only on this channel; may be repeated, all for every."
    ),
    click.option("--lineup", metavar="NAME", help="Only on the channels of this line-up; none for every."),
    click.option(
        "--day", "days", multiple=True, type=click.Choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun", ALL]),
        help="Only on this day of the week; may be repeated.",
    ),
    click.option("--from", "from_time", metavar="HH:MM", help="Only what begins at this time or later; none for any."),
    click.option("--to", "to_time", metavar="HH:MM", help="Only what begins before this time; none for any."),
    click.option("--timezone", metavar="ZONE", help="The clock of days and times; scheduler.timezone unless given."),
    click.option("--new-only/--repeats", default=None, help="Whether repeats are left out."),
    click.option(
        "--once-per", type=click.Choice(["episode", "day", "showing"]), help="What is told once; an episode unless given."
    ),
    click.option("--lead", type=Whole(0, 1440), metavar="MINUTES", help="Tell so long before the start; 15 unless given."),
    click.option("--no-lead", is_flag=True, help="Do not tell before the start."),
    click.option("--on-match/--not-on-match", "tell_match", default=None, help="Tell when an import brings a programme."),
    click.option("--digest/--no-digest", default=None, help="Name it in the daily digest of its targets."),
    click.option(
        "--target", "targets", multiple=True, metavar="NAME", help="Tell only this target; may be repeated, all for every."
    ),
)  # fmt: skip
owner_option = click.option("--owner", metavar="ACTOR", help="Only those of this actor of the site.")


def watch_options(command: Command) -> Command:
    """The options that `add` and `set` share."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


def settings_of(app: App, db: Database, owner: str, given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given as settings of a watch. Raises `NotFoundError` for a name that is not there."""
    found = {
        key: given[key]
        for key in ("name", "timezone", "new_only", "once_per", "tell_match", "digest", "enabled")
        if given.get(key) is not None
    }
    for key in ("from_time", "to_time"):
        if given[key] is not None:
            found[key] = None if given[key] == NONE else given[key]
    if given["no_lead"] or given["lead"] is not None:
        found["lead_minutes"] = None if given["no_lead"] else given["lead"]
    if given["days"]:
        found["days"] = [] if ALL in given["days"] else list(given["days"])
    return {**found, **_named(app, db, owner, given)}


def _named(app: App, db: Database, owner: str, given: dict[str, Any]) -> dict[str, Any]:
    """Channels, a line-up and targets by their ids."""
    from ...guide.channels import get_channel
    from ...lineup_store.lineup_rows import find_lineup

    found: dict[str, Any] = {}
    if given["channels"]:
        found["channels"] = [get_channel(db, name).id for name in _unless_all(given["channels"])]
    if given["lineup"] is not None:
        found["lineup_id"] = None if given["lineup"] == NONE else find_lineup(db.conn, given["lineup"]).id
    if given["targets"]:
        found["targets"] = [target_id(app, owner, name) for name in _unless_all(given["targets"])]
    return found


def _unless_all(names: Sequence[str]) -> Sequence[str]:
    return () if ALL in names else names


def target_id(app: App, owner: str | None, name: str) -> int:
    """The id of a target by name or id. Raises `NotFoundError`."""
    from ...watch_store.target_rows import target_named

    with app.vault.writing() as conn:
        return target_named(conn, name, owner).id
