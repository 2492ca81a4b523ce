"""`epg-ingest channels export` and `import`: the channels as a sheet, for a spreadsheet program."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ..core.given_files import given_bytes
from .app import App, json_option, plural, print_json
from .output_file import opened_output

if TYPE_CHECKING:
    from ..bulk.sheet import SheetResult
    from ..bulk.sheet_plan import ChannelDifference, SheetPlan, SourceDifference


@click.command("export")
@click.argument("path", default="-")
@click.pass_obj
def export_(app: App, path: str) -> None:
    """Write all channels and their sources as CSV to PATH, or to standard output.

    Edit the file in a spreadsheet program, then use `channels import`.
    """
    from ..bulk.sheet import export_sheet

    with app.reading() as db, opened_output(app, path) as out:
        data, count = export_sheet(db)
        out.write(data)
    if path != "-":
        app.note(f"{plural(count, 'channel')} in {path}")


@click.command("import")
@click.argument("path")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option(
    "--create", is_flag=True, help="Create channels that are new, and map provider channels not yet imported."
)
@json_option
@click.pass_obj
def import_(app: App, path: str, dry_run: bool, create: bool, as_json: bool) -> None:
    """Change channels and mappings as the CSV file at PATH says; - reads standard input.

    All changes are made, or none. Rows and columns that are not in the file stay as they are.
    """
    from ..bulk.sheet import SheetResult, import_sheet, preview_sheet
    from ..bulk.sheet_file import from_bytes

    rows = from_bytes(_read(path))
    with app.reading() if dry_run else app.database() as db:
        if dry_run:
            done = SheetResult(preview_sheet(db, rows, create=create))
        else:
            done = import_sheet(db, rows, create=create, actor="cli", now=app.now)
    if as_json:
        print_json({"dry_run": dry_run, **asdict(done)})
    else:
        _report(app, done, dry_run)


def _read(path: str) -> bytes:
    """The file, or a byte more than a sheet may have of it."""
    from ..bulk.sheet_file import MAX_BYTES

    return given_bytes(path, MAX_BYTES)


def _report(app: App, done: SheetResult, dry_run: bool) -> None:
    plan = done.plan
    for line in _lines(plan):
        app.say(line)
    what = f"{plural(len(plan.channels), 'channel')} and {plural(len(plan.sources), 'source')}"
    if not plan:
        app.say("nothing to change")
    elif dry_run:
        app.say(f"would change {what}")
    else:
        removed = f", {done.removed:,} removed" if done.removed else ""
        app.say(f"changed {what}: {plural(done.moved, 'programme')} moved{removed}")
    if done.dropped:
        app.note(f"nobody feeds these channels any more, so they are deleted: {', '.join(done.dropped)}")
    if done.needs_import:
        app.note("some programmes follow with the next import of their provider")


def _lines(plan: SheetPlan) -> list[str]:
    """The differences in words, in the order of the rows."""
    lines = [(found.row, 0, _channel_line(found)) for found in plan.channels]
    lines += [(found.row, 1, _source_line(found)) for found in plan.sources]
    return [line for *_, line in sorted(lines)]


def _channel_line(found: ChannelDifference) -> str:
    columns = [
        f"{column} {_shown(before)} → {_shown(after)}" for column, (before, after) in found.columns.items()
    ]
    what = [*(["new channel"] if found.new else []), *columns]
    return f"row {found.row}: {found.channel}: {', '.join(what)}"


def _source_line(found: SourceDifference) -> str:
    """What changes about a source: where it leads, and its shift."""
    before = found.before or "no channel"
    after = {"map": found.channel, "ignore": "ignored", "unmap": "as the next import decides"}
    what = [f"{before} → {after[found.action]}"] if found.action else []
    if found.shift_minutes:
        what.append(f"shift_minutes {found.shift_minutes[0]} → {found.shift_minutes[1]}")
    return f"row {found.row}: {found.provider}:{found.provider_channel_id}: {', '.join(what)}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else repr(value)
