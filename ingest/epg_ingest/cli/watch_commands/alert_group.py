"""`epg-ingest alerts`: what waits to be sent, what was sent, and sending."""

from __future__ import annotations

from typing import Any

import click

from ..app import App, json_option, plural, print_json, print_table
from ..asking.command_groups import HelpfulGroup
from ..asking.numbers import Whole
from .watch_options import owner_option


@click.group(cls=HelpfulGroup)
def alerts() -> None:
    """Alerts: what watches tell of, and what became of it."""


@alerts.command("list")
@owner_option
@json_option
@click.pass_obj
def list_(app: App, owner: str | None, as_json: bool) -> None:
    """List the alerts that wait to be sent."""
    _print(app, owner, 1000, "waiting", as_json, "no alert waits")


@alerts.command()
@owner_option
@click.option(
    "--limit", type=Whole(1, 10_000), default=50, show_default=True, help="At most so many, the newest first."
)
@json_option
@click.pass_obj
def log(app: App, owner: str | None, limit: int, as_json: bool) -> None:
    """Show what became of alerts, the newest first."""
    _print(app, owner, limit, None, as_json, "no alerts yet")


def _print(app: App, owner: str | None, limit: int, state: str | None, as_json: bool, empty: str) -> None:
    from ...watch_store.target_showing import shown_alert

    app.check_path()
    with app.vault.writing() as conn:
        from ...watch_store import outbox_rows

        found = [shown_alert(row) for row in outbox_rows.log(conn, owner, limit, state=state)]
    if as_json:
        print_json(found)
    elif not found:
        app.note(empty)
    else:
        headers = ("ID", "MADE", "KIND", "TARGET", "STATE", "ATTEMPTS", "NEXT", "WHAT", "WHY")
        print_table(headers, [_line(row) for row in found])


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["id"], row["created_at"], row["kind"], row["target"], row["state"], row["attempts"], row["next_at"], row["title"],
        row["reason"],
    )  # fmt: skip


@alerts.command()
@click.option("--dry-run", is_flag=True, help="Say what waits, and send nothing.")
@json_option
@click.pass_obj
def send(app: App, dry_run: bool, as_json: bool) -> int:
    """Look at what changed in the guide, and send the alerts that are due. With a scheduler you do not
    need this command; without one, run it from cron every few minutes.

    Exits with status 1 if an alert was given up, or a watch cannot be asked.
    """
    from ...alerts.alert_pass import run_pass

    if dry_run:
        _print(app, None, 1000, "waiting", as_json, "no alert waits")
        return 0
    app.check_path()
    done = run_pass(app.path, app.vault, log_days=app.settings["retention.log_days"])
    for ident, reason in done.failed.items():
        app.warn(f"watch {ident} cannot be asked: {reason}")
    if as_json:
        print_json({**vars(done), "failed": {str(ident): reason for ident, reason in done.failed.items()}})
    elif not app.quiet:
        counts = f"sent {done.sent:,}, given up {done.given_up:,}, dropped {done.dropped:,}, waiting {done.waiting:,}"
        again = f" ({done.again:,} to be tried again)" if done.again else ""
        app.say(f"made {plural(done.made, 'alert')}, {done.waited:,} waited before; {counts}{again}")
    return 1 if done.given_up or done.failed else 0
