"""`epg-ingest channels`: the channels of the guide, and which provider channels feed them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import UsageError
from .app import App, json_option, plural, print_json, print_table
from .asking.command_groups import HelpfulGroup
from .asking.destroying import merge, programmes_moved
from .asking.numbers import Number, Whole
from .commands_sheet import export_, import_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..guide.candidates import Suggestion
    from ..guide.mappings import Remapped


#: the score from which a suggestion is as sure as a join of two feeds without a schedule
SURE = 0.9


@click.group(cls=HelpfulGroup)
def channels() -> None:
    """The channels of the guide, and which feeds they come from."""


channels.add_command(export_)
channels.add_command(import_)
channels.add_command(merge)


@channels.command("list")
@click.option("--query", metavar="TEXT", help="Only channels whose name contains this.")
@click.option("--provider", metavar="NAME", help="Only channels that this provider feeds.")
@click.option("--empty", is_flag=True, help="Only channels without programmes to come.")
@click.option("--stale", is_flag=True, help="Only channels with a source that its feed no longer has.")
@click.option(
    "--unmatched", is_flag=True, help="Only channels that no second provider feeds, and loose sources."
)
@json_option
@click.pass_obj
def list_(app: App, /, as_json: bool, **options: Any) -> None:
    """List channels with their sources."""
    from ..bulk.listing import Wanted, listed, table_row

    wanted = Wanted(**options)
    with app.reading() as db:
        found = listed(db, wanted, app.now)
    if as_json:
        print_json(found)
    elif not found:
        nothing = "no channels yet; they come with: epg-ingest import"
        app.note(nothing if wanted.everything else "no channels")
    else:
        print_table(("ID", "NAME", "DISPLAY NAME", "NUMBER", "HIDDEN", "SOURCES"), map(table_row, found))


@channels.command()
@click.argument("channel")
@click.option("--name", metavar="TEXT", help="The channel's id in exports.")
@click.option("--display-name", metavar="TEXT", help="The name that people read.")
@click.option("--icon-url", metavar="URL", help="Address of its logo; empty for none.")
@click.option("--number", metavar="TEXT", help="Its number on the remote control; empty for none.")
@click.option("--hidden/--visible", default=None, help="Whether it is left out of the guide.")
@click.option(
    "--unpin",
    multiple=True,
    type=click.Choice(["display_name", "icon_url", "number"]),
    help="Let this column follow the feeds again; may be repeated.",
)
@click.pass_obj
def update(app: App, /, channel: str, unpin: tuple[str, ...], **options: Any) -> None:
    """Change a channel; CHANNEL is its name or id.

    A display name, logo or number that you set stays as it is. Otherwise they follow the best provider at every import.
    """
    from ..guide.channels import update_channel

    changes = {key: value for key, value in options.items() if value is not None}
    if not changes and not unpin:
        raise UsageError("nothing to change; see: epg-ingest channels update --help")
    if both := sorted(changes.keys() & set(unpin)):
        raise UsageError(f"{both[0]} cannot be set and unpinned at once")
    with app.database() as db:
        updated = update_channel(db, channel, changes, unpin=unpin)
    app.say(f"updated {updated.name}")


@channels.command("map")
@click.argument("provider")
@click.argument("provider_channel_id")
@click.argument("channel")
@click.option("--create", is_flag=True, help="Create CHANNEL if it does not exist.")
@click.option(
    "--shift", type=Whole(), metavar="MINUTES", help="Added to the times of this provider's channel."
)
@json_option
@click.pass_obj
def map_(
    app: App,
    provider: str,
    provider_channel_id: str,
    channel: str,
    create: bool,
    shift: int | None,
    as_json: bool,
) -> None:
    """Feed CHANNEL from a provider's channel. Wins over anything the import would choose."""
    from ..guide.mappings import map_channel

    with app.database() as db:
        done = map_channel(
            db, provider, provider_channel_id, channel, now=app.now, create=create, shift_minutes=shift
        )
    assert done.channel is not None
    _report(app, done, f"mapped {provider_channel_id} of {provider} to {done.channel.name}", as_json)


@channels.command()
@click.argument("provider")
@click.argument("provider_channel_id")
@json_option
@click.pass_obj
def unmap(app: App, provider: str, provider_channel_id: str, as_json: bool) -> None:
    """Forget a mapping and remove its programmes; the next import chooses again."""
    from ..guide.mappings import unmap_channel

    with app.database() as db:
        done = unmap_channel(db, provider, provider_channel_id, now=app.now)
    _report(app, done, f"unmapped {provider_channel_id} of {provider}", as_json)


@channels.command()
@click.argument("provider")
@click.argument("provider_channel_id")
@json_option
@click.pass_obj
def ignore(app: App, provider: str, provider_channel_id: str, as_json: bool) -> None:
    """Import nothing from a provider's channel; its programmes are deleted at once."""
    from ..guide.mappings import ignore_channel

    with app.database() as db:
        done = ignore_channel(db, provider, provider_channel_id, now=app.now)
    _report(app, done, f"ignoring {provider_channel_id} of {provider}", as_json)


@channels.command()
@click.option("--provider", metavar="NAME", help="Only channels of this provider.")
@click.option("--limit", type=Whole(1, 50), default=3, show_default=True, help="Candidates per channel.")
@json_option
@click.pass_obj
def candidates(app: App, provider: str | None, limit: int, as_json: bool) -> None:
    """List channels that may be the same, for review. Nothing is changed.

    These are channels that show the same, whatever they are called, and channels whose names resemble each other. Listed too,
    with the score 0: mappings by hand that the schedules contradict, and channels that show the same an hour later.
    """
    from ..guide.candidates import candidates as find

    with app.reading() as db:
        found = find(db, provider=provider, limit=limit)
    if as_json:
        print_json([asdict(suggestion) for suggestion in found])
    elif not found:
        app.note("no candidates: no channel resembles another one of a different provider")
    else:
        _print_suggestions(found)
        app.note(f"accept one with: {_accepting(app, found)}")


@channels.command()
@click.option(
    "--apply", "score", metavar="SCORE", type=Number(0, 1, min_open=True),
    help="Join the pairs of this score and more, as if you had mapped each by hand.",
)  # fmt: skip
@click.option("--provider", metavar="NAME", help="Only channels of this provider.")
@json_option
@click.pass_obj
def match(app: App, score: float | None, provider: str | None, as_json: bool) -> None:
    """List channels that names and schedules say are the same, and join them with --apply.

    Each two channels are listed once. Without --apply nothing is changed. What is joined stays joined: no import takes it
    back, `epg-ingest undo` does.
    """
    from ..bulk.proposed import join_proposed
    from ..guide.candidates import proposed
    from ..guide.providers import get_provider

    with app.reading() if score is None else app.database() as db:
        only = get_provider(db, provider).id if provider is not None else None
        if score is None:
            found = proposed(db.conn, only)
        else:
            done = join_proposed(db, score, provider=only, actor="cli", now=app.now)
            found = list(done.joined)
    if as_json:
        print_json([asdict(suggestion) for suggestion in found])
    elif score is not None:
        of_all = f" of {len(found) + len(done.left_out):,}" if done.left_out else ""
        app.say(
            f"joined {plural(len(found), 'channel')}{of_all}: {programmes_moved(done.moved, done.removed)}"
        )
        for one, why in done.left_out:
            app.note(f"not joined: {one.provider} {one.provider_channel_id} and {one.candidate}: {why}")
        if done.needs_import:
            app.note("some programmes follow with the next import of their provider")
    elif not found:
        app.note("nothing to join")
    else:
        _print_suggestions(found)
        if max(suggestion.score for suggestion in found) < SURE:
            app.note(f"none is sure; accept one with: {_accepting(app, found)}")
            return
        of = () if provider is None else ("--provider", provider)
        app.note(f"join the surest with: {app.command('channels', 'match', '--apply', str(SURE), *of)}")


def _accepting(app: App, found: Sequence[Suggestion]) -> str:
    """The command that accepts the best of these suggestions."""
    best = max(found, key=lambda suggestion: suggestion.score)
    names = (best.provider, best.provider_channel_id, best.candidate)
    end = ["--"] if any(name.startswith("-") for name in names) else []
    return app.command("channels", "map", *end, *names)


def _print_suggestions(found: Sequence[Suggestion]) -> None:
    # Rounded down: what is shown as 0.90 is taken by --apply 0.9. Scores have three digits.
    scores = [f"{round(s.score * 1000) // 10 / 100:.2f}" for s in found]
    rows = [
        (score, s.provider, s.provider_channel_id, s.display_name, s.candidate, s.reason)
        for score, s in zip(scores, found, strict=True)
    ]
    print_table(("SCORE", "PROVIDER", "PROVIDER CHANNEL ID", "DISPLAY NAME", "CHANNEL", "REASON"), rows)


def _report(app: App, done: Remapped, what: str, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
        return
    app.say(f"{what}: {programmes_moved(done.moved, done.removed)}")
    if done.dropped_channel is not None:
        app.note(f"nobody feeds the channel {done.dropped_channel} any more: deleted")
    if not done.known:
        app.note("no import has met that provider channel yet; the mapping waits for it")
    elif done.needs_import:
        app.note("its programmes follow with the provider's next import")
