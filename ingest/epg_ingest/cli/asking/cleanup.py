"""What `cleanup` and `import` say of a cleanup, and when they ask before it deletes anything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...core.errors import UsageError
from ..app import App, agreed, decline, plural, print_json

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ...core.clock_evidence import ClockSeen
    from ...expiry import CleanupEvidence
    from ...retention import CleanupCounts

REMEDY = "nothing was deleted; if this is right: epg-ingest cleanup --yes"


def _found(app: App, db: Database, seen: ClockSeen) -> CleanupEvidence:
    from ...expiry import evidence

    return evidence(db.conn, app.settings.retention(), app.now, seen.good, seen)


def foreseen(app: App, db: Database, as_json: bool) -> int:
    """`cleanup --dry-run`: how many programmes would go, and whether that would be refused."""
    from ...expiry import clock_seen, objection

    found = _found(app, db, clock_seen(db.conn))
    reason = objection(found)
    if as_json:
        print_json({"dry_run": True, "programs": found.due, "refused": reason or None})
    else:
        app.say(f"would delete {plural(found.due, 'programme')}{'; ' + reason if reason else ''}")
    return 0


def allowed(app: App, db: Database) -> None:
    """Ask on a terminal where a cleanup would delete too much, see `expiry`. Raises `UsageError` where nobody can answer."""
    from ...expiry import clock_seen

    reason = _objection(app, db, clock_seen(db.conn))
    if not reason:
        return
    if not _may_ask(app):
        raise UsageError(f"{reason}; {_remedy(app)}", "retention")
    if not _agreed(reason):
        decline()


def _objection(app: App, db: Database, seen: ClockSeen) -> str:
    from ...expiry import objection

    reason = objection(_found(app, db, seen))
    return f"{reason} ({_settings(app)})" if reason.startswith("the retention") else reason


def _settings(app: App) -> str:
    """The settings of the window with their sources, for somebody who wonders where they come from."""
    keys = ("retention.past_days", "retention.future_days")
    shown = [(key, app.settings[key], app.settings.sources[key]) for key in keys]
    return ", ".join(
        f"{key} is {'none' if value is None else value} by {source}" for key, value, source in shown
    )


def clean_up_after_import(app: App, db: Database, seen: ClockSeen, ask: bool) -> CleanupCounts | None:
    """Delete what is outside the window; None where that was refused, and the reason is said.

    `seen` is what the log said of the time before the import, and what servers said since.
    """
    from ...expiry import trust_clock
    from ...retention import cleanup

    reason = _objection(app, db, seen)
    if reason and not (ask and _may_ask(app) and _agreed(reason)):
        app.warn(f"{reason}; {_remedy(app)}")
        return None
    if dated_back := trust_clock(db, app.now):
        app.tell(f"{plural(dated_back, 'log row')} from the future dated back: the clock was wrong then")
    counts = cleanup(db, app.settings.retention(), app.now)
    if counts.programs:
        app.tell(f"cleanup: deleted {plural(counts.programs, 'programme')} outside the retention window")
    return counts


def _may_ask(app: App) -> bool:
    """Whether somebody can answer, and there is something to answer: no clock is right that is before the program's time."""
    from ...expiry import RELEASED

    return app.now >= RELEASED and sys.stdin.isatty()


def _remedy(app: App) -> str:
    from ...expiry import RELEASED

    return REMEDY if app.now >= RELEASED else "nothing was deleted"


def _agreed(reason: str) -> bool:
    return agreed(f"{reason[0].upper()}{reason[1:]}. Delete all the same?")
