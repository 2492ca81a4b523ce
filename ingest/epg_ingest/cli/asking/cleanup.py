"""What `cleanup` and `import` say of a cleanup, and when they ask before it deletes anything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...core.errors import UsageError
from ..app import App, agreed, decline, plural, print_json

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ...core.clock_evidence import ClockSeen
    from ...core.limits import Retention
    from ...expiry import CleanupEvidence
    from ...retention import CleanupCounts
    from ...settings.last_used import RetentionInUse

REMEDY = "nothing was deleted; if this is right: epg-ingest cleanup --yes"


def retention_in_use(app: App, db: Database, *, confirmed: bool = False) -> RetentionInUse:
    """What a cleanup keeps: what is set; where a setting is gone, no less than the last cleanup, unless that is `confirmed`."""
    from ...expiry import retention_before
    from ...settings.last_used import as_set, in_use

    present = app.settings.retention()
    return as_set(present) if confirmed else in_use(present, retention_before(db.conn), app.settings.given)


def _found(app: App, db: Database, seen: ClockSeen, retention: Retention | None = None) -> CleanupEvidence:
    """What speaks for a cleanup with the settings as they are, or with this `retention`."""
    from ...expiry import evidence

    return evidence(db.conn, retention or app.settings.retention(), app.now, seen.good, seen)


def foreseen(app: App, db: Database, as_json: bool) -> int:
    """`cleanup --dry-run`: how many programmes would go, and whether that would be refused."""
    from ...expiry import clock_seen, objection

    seen = clock_seen(db.conn)
    found = _found(app, db, seen)
    reason = objection(found)
    if not reason:
        used = retention_in_use(app, db)
        _say_what_is_gone(app, used)
        found = _found(app, db, seen, used.retention)
    if as_json:
        print_json({"dry_run": True, "programs": found.due, "refused": reason or None})
    else:
        app.say(f"would delete {plural(found.due, 'programme')}{'; ' + reason if reason else ''}")
    return 0


def allowed(app: App, db: Database) -> bool:
    """Ask on a terminal where a cleanup would delete too much, see `expiry`; whether somebody has answered yes.

    Raises `UsageError` where nobody can answer.
    """
    from ...expiry import clock_seen

    reason = _objection(app, db, clock_seen(db.conn))
    if not reason:
        return False
    if not _may_ask(app):
        raise UsageError(f"{reason}; {_remedy(app)}", "retention")
    if not _agreed(reason):
        decline()
    return True


def clean_up(app: App, db: Database, *, confirmed: bool) -> CleanupCounts:
    """Delete what is outside the window, and note which settings that were. Says which settings are gone."""
    from ...expiry import note_retention
    from ...retention import cleanup

    used = retention_in_use(app, db, confirmed=confirmed)
    _say_what_is_gone(app, used)
    counts = cleanup(db, used.retention, app.now)
    note_retention(db, used.noted)
    return counts


def _say_what_is_gone(app: App, used: RetentionInUse) -> None:
    if used.gone:
        remedy = "set it again, or accept what is set now with: epg-ingest cleanup --yes"
        app.warn(f"{'; '.join(used.gone)}; {app.settings.where_from}; {remedy}")


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

    reason = _objection(app, db, seen)
    if reason and not (ask and _may_ask(app) and _agreed(reason)):
        app.warn(f"{reason}; {_remedy(app)}")
        return None
    if dated_back := trust_clock(db, app.now):
        app.tell(f"{plural(dated_back, 'log row')} from the future dated back: the clock was wrong then")
    counts = clean_up(app, db, confirmed=bool(reason))
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
