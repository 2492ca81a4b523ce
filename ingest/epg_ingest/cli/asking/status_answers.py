"""What `status --check` and `status --sizes` print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ...core.errors import UsageError
from ..app import App, human_size, plural, print_json, print_table

if TYPE_CHECKING:
    from sqlite_utils import Database


def check_options(check: bool, sizes: bool) -> None:
    """Raise `UsageError` for options of `status` that mean nothing together."""
    if check and sizes:
        raise UsageError("--check and --sizes are two different reports; ask for one at a time")
    ctx = click.get_current_context()
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("max_age", "min_ahead")
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if given and not check:
        raise UsageError(f"{' and '.join(given)} are for --check; add it")


def print_sizes(app: App, as_json: bool) -> int:
    """`status --sizes`: the figures to watch growth by, in bytes as JSON."""
    from ...care.sizes import sizes

    with app.reading() as db:
        found = sizes(db.conn, app.path)
    if as_json:
        print_json(found)
        return 0
    app.say(f"database  {human_size(found['bytes'])}, of which {human_size(found['free_bytes'])} are free")
    app.say(f"log       {human_size(found['log_bytes'])}")
    if pictures := found["pictures"]:
        app.say(f"pictures  {human_size(pictures['bytes'])} from {plural(pictures['addresses'], 'source')}")
    app.say("")
    rows = [
        (row["table"], f"{row['rows']:,}", None if row["bytes"] is None else human_size(row["bytes"]))
        for row in found["tables"]
    ]
    print_table(("TABLE", "ROWS", "WITH INDEXES"), rows)
    return 0


def print_alarms(app: App, found: dict[str, Any], bounds: tuple[float, float], as_json: bool) -> int:
    """`status --check`: the alarms, for cron and monitoring programs."""
    from ...care.alarms import AlarmBounds, alarms
    from ...settings.logs import masked

    wrong = [masked(line) for line in alarms(found, AlarmBounds(*bounds), app.now)]
    if as_json:
        print_json({"ok": not wrong, "problems": wrong})
    elif wrong:
        for line in wrong:
            app.say(line)
    elif not app.quiet:
        app.say(f"ok: {plural(found['programmes']['shown'], 'programme')} shown")
    return 1 if wrong else 0


def add_plan(app: App, db: Database, providers: list[dict[str, Any]]) -> None:
    """Say when a scheduler with these settings imports each provider next, and why then; None where it leaves one alone."""
    from ...core.times import iso
    from ...scheduler.import_plan import upcoming

    plan = {each.name: each for each in upcoming(db.conn, app.settings, app.now)}
    for provider in providers:
        each = plan.get(provider["name"])
        provider["next_import_at"] = iso(each.moment) if each else None
        provider["next_import_reason"] = each.reason if each else None
