"""The commands that destroy: `providers remove` and `channels merge`. They ask first."""

from __future__ import annotations

import click

from ..app import App, confirm, plural


@click.command()
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, name: str, dry_run: bool, yes: bool) -> None:
    """Delete a provider with its programmes, mappings, log and secrets. Asks first."""
    from ...changes.foreseen import removal
    from ...guide.providers import get_provider, remove_provider

    with app.reading() if dry_run else app.database() as db:
        provider = get_provider(db, name)
        foreseen = removal(db.conn, provider.id)
        what = (
            f"{provider.name}, {plural(foreseen.programmes, 'programme')}, {plural(foreseen.mappings, 'mapping')} and "
            f"{plural(foreseen.channels, 'channel')} that nobody else feeds"
        )
        if dry_run:
            app.say(f"would delete {what}")
            return
        confirm(
            f"this deletes {what}; it cannot be undone, so run: epg-ingest backup PATH --secrets",
            f"This cannot be undone, except with a backup. Delete {what}?",
            yes,
        )
        removed = remove_provider(db, app.vault, provider.id, now=app.now)
    app.say(f"removed {provider.name} and {plural(removed, 'programme')}")


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--dry-run", is_flag=True, help="Say what would move, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def merge(app: App, source: str, target: str, dry_run: bool, yes: bool) -> None:
    """Move everything of channel SOURCE to channel TARGET and delete SOURCE. Asks first."""
    from ...changes.foreseen import merge as would_merge
    from ...guide.channel_merge import merge_channels
    from ...guide.channels import get_channel

    with app.reading() if dry_run else app.database() as db:
        old, new = get_channel(db, source), get_channel(db, target)
        foreseen = would_merge(db.conn, old.id, new.id)
        what = f"{old.name} into {new.name}: {programmes_moved(foreseen.moved, foreseen.dropped)}"
        if dry_run:
            app.say(f"would merge {what}")
            return
        if old.id != new.id:
            confirm(f"this merges {what}, and deletes {old.name}", f"Merge {what}?", yes)
        moved = merge_channels(db, old.id, new.id, now=app.now)
    app.say(f"merged {old.name} into {new.name}: {programmes_moved(moved.moved, moved.dropped)}")
    app.note("take it back with: epg-ingest undo")


def programmes_moved(moved: int, removed: int) -> str:
    """What became of the programmes of a channel that was joined to another one."""
    return f"{plural(moved, 'programme')} moved" + (f", {removed:,} removed" if removed else "")
