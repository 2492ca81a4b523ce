"""`epg-ingest channels`: the channels of the guide, and which provider channels feed them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import UsageError
from .app import App, json_option, plural, print_json, print_table

if TYPE_CHECKING:
    from ..guide.mappings import Remapped


@click.group()
def channels() -> None:
    """The channels of the guide, and which feeds they come from."""


@channels.command("list")
@click.option("--query", metavar="TEXT", help="Only channels whose name contains this.")
@click.option("--provider", metavar="NAME", help="Only channels that this provider feeds.")
@json_option
@click.pass_obj
def list_(app: App, query: str | None, provider: str | None, as_json: bool) -> None:
    """List channels with their sources."""
    from ..guide.channels import list_channels
    from ..guide.providers import get_provider

    with app.database() as db:
        name = get_provider(db, provider).name if provider is not None else None
        found = list_channels(db, query=query, provider=name)
    if as_json:
        print_json([{**asdict(listing.channel), "sources": listing.sources} for listing in found])
    elif not found:
        app.note("no channels" if query or provider else "no channels yet; they come with: epg-ingest import")
    else:
        rows = [
            (c.id, c.name, c.display_name, c.number, "hidden" if c.hidden else "", ", ".join(listing.sources))
            for listing in found
            for c in [listing.channel]
        ]
        print_table(("ID", "NAME", "DISPLAY NAME", "NUMBER", "HIDDEN", "SOURCES"), rows)


@channels.command()
@click.argument("channel")
@click.option("--name", metavar="TEXT", help="The channel's id in exports.")
@click.option("--display-name", metavar="TEXT", help="The name that people read.")
@click.option("--icon-url", metavar="URL", help="Address of its logo; empty for none.")
@click.option("--number", metavar="TEXT", help="Its number on the remote control; empty for none.")
@click.option("--hidden/--visible", default=None, help="Whether it is left out of the guide.")
@click.pass_obj
def update(app: App, /, channel: str, **options: Any) -> None:
    """Change a channel; CHANNEL is its name or id."""
    from ..guide.channels import update_channel

    changes = {key: value for key, value in options.items() if value is not None}
    if not changes:
        raise UsageError("nothing to change; see: epg-ingest channels update --help")
    with app.database() as db:
        updated = update_channel(db, channel, changes)
    app.say(f"updated {updated.name}")


@channels.command()
@click.argument("source")
@click.argument("target")
@click.pass_obj
def merge(app: App, source: str, target: str) -> None:
    """Move everything of channel SOURCE to channel TARGET and delete SOURCE."""
    from ..guide.channel_merge import merge_channels
    from ..guide.channels import get_channel

    with app.database() as db:
        old, new = get_channel(db, source), get_channel(db, target)
        moved = merge_channels(db, old.id, new.id, now=app.now)
    app.say(f"merged {old.name} into {new.name}: {_moved(moved.moved, moved.dropped)}")


@channels.command("map")
@click.argument("provider")
@click.argument("provider_channel_id")
@click.argument("channel")
@click.option("--create", is_flag=True, help="Create CHANNEL if it does not exist.")
@json_option
@click.pass_obj
def map_(
    app: App, provider: str, provider_channel_id: str, channel: str, create: bool, as_json: bool
) -> None:
    """Feed CHANNEL from a provider's channel. Wins over anything the import would choose."""
    from ..guide.mappings import map_channel

    with app.database() as db:
        done = map_channel(db, provider, provider_channel_id, channel, now=app.now, create=create)
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
@click.option(
    "--limit", type=click.IntRange(1, 50), default=3, show_default=True, help="Candidates per channel."
)
@json_option
@click.pass_obj
def candidates(app: App, provider: str | None, limit: int, as_json: bool) -> None:
    """List channels that may be the same under two names, for review. Nothing is changed."""
    from ..guide.candidates import candidates as find

    with app.database() as db:
        found = find(db, provider=provider, limit=limit)
    if as_json:
        print_json([asdict(suggestion) for suggestion in found])
    elif not found:
        app.note("no candidates: no channel resembles another one of a different provider")
    else:
        rows = [
            (f"{s.score:.2f}", s.provider, s.provider_channel_id, s.display_name, s.candidate, s.reason)
            for s in found
        ]
        print_table(("SCORE", "PROVIDER", "PROVIDER CHANNEL ID", "DISPLAY NAME", "CHANNEL", "REASON"), rows)
        app.note("accept one with: epg-ingest channels map PROVIDER PROVIDER_CHANNEL_ID CHANNEL")


def _report(app: App, done: Remapped, what: str, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
        return
    app.say(f"{what}: {_moved(done.moved, done.removed)}")
    if done.dropped_channel is not None:
        app.note(f"nobody feeds the channel {done.dropped_channel} any more: deleted")
    if not done.known:
        app.note("no import has met that provider channel yet; the mapping waits for it")
    elif done.needs_import:
        app.note("its programmes follow with the provider's next import")


def _moved(moved: int, removed: int) -> str:
    return f"{plural(moved, 'programme')} moved" + (f", {removed:,} removed" if removed else "")
