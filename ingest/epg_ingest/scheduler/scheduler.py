"""`epg-ingest schedule`: looks at the clock and the import log, and imports the providers that are due.

Each time, it decides from the import log alone what is due (`timetable`). So restarts, imports started by hand, new providers
and clock changes need no code of their own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.jobstores.base import JobLookupError  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from filelock import FileLock, Timeout

from ..core.database_files import beside
from ..core.errors import DatabaseError, EpgError, UsageError
from ..core.signals import Signals, stop_and_reload
from ..core.times import iso
from ..settings.environment import is_replica
from ..watch_store.alert_clock import alerts_due
from .history import Defaults, has_lineups, histories
from .import_plan import store
from .runner import Runner, RunOutcome
from .timetable import NextRun, Planned, Timetable, next_run, planned

#: Seconds between two decisions. Waits are measured by the monotonic clock, which stops while a machine sleeps. A job set for
#: 03:00 would start hours late if the machine slept until then; this way it starts within 30 seconds of waking up.
LOOK = 30.0
#: seconds to wait while an import of another process runs
BUSY = 60
#: seconds from one reading of the line-ups to the next
LINEUPS = 3600
#: for every job of APScheduler: a missed job runs however late it is, and only once however often it was missed
JOB = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}

log = logging.getLogger(__name__)


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """One scheduler per database; the lock ends with its process. Raises `DatabaseError` (`busy`) for a second one."""
    lock = FileLock(beside(database, ".schedule.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        message = f"another scheduler runs for {database}; stop it first, or leave the schedule to it"
        raise DatabaseError(message, "busy") from error
    try:
        yield
    finally:
        lock.release()


class Scheduler:
    """Imports into the guide at `path` when `timetable` says so, by `runner`. `now` is the clock, epoch seconds."""

    def __init__(
        self,
        path: Path,
        timetable: Timetable,
        runner: Runner,
        *,
        defaults: Defaults | None = None,
        now: Callable[[], float] = time.time,
        look: float = LOOK,
        alerts: Runner | None = None,
    ) -> None:
        self.path, self.timetable, self.runner = path, timetable, runner
        self.alerts, self.alerting = alerts, threading.Lock()
        self.now, self.pause = now, look
        self.defaults = defaults
        self.lineups_at = 0.0
        self.not_before, self.stumbles = 0.0, 0
        self.planned: NextRun | None = None
        self.job: Any = None
        self.running = threading.Lock()
        self.leaving = False
        self.jobs = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(3)}, job_defaults=JOB, timezone=timezone.utc
        )

    def run(
        self, ready: Callable[[], None] = lambda: None, missed: Callable[[], bool] = lambda: False
    ) -> bool:
        """Run until SIGTERM or SIGINT, which stop a running import; the guide stays whole. Returns False then.

        At a signal to reload, let a running import finish, start no other, and return True. `missed` says whether one came
        just before.
        """
        stop, reload = stop_and_reload()
        with Signals(stop | reload) as signals:
            if missed():
                return True
            self.look()
            self.jobs.add_job(self.look, "interval", seconds=self.pause)
            if self.alerts is not None:
                self.jobs.add_job(self.tell, "interval", seconds=self.pause)
            self.jobs.start()
            ready()
            self.leaving = not signals.wait(None)[0] & stop
            if not self.leaving:
                self._stop()
            while self.running.locked() or self.alerting.locked():
                if signals.wait(0.1)[0] & stop:
                    if not self.leaving:
                        self._kill()
                    self.leaving = False
                    self._stop()
            # With wait=True APScheduler would hold a lock while it waits for its threads. A look that is under way needs that
            # lock to set a job. Python waits for the threads before the process ends.
            self.jobs.shutdown(wait=False)
        return self.leaving

    def _stop(self) -> None:
        log.info("stopping%s", "; the import that runs is told so" if self.running.locked() else "")
        self.runner.stop()
        if self.alerts is not None:
            self.alerts.stop()

    def _kill(self) -> None:
        self.runner.kill()
        if self.alerts is not None:
            self.alerts.kill()

    def tell(self) -> None:
        """Send the alerts that are due, also while an import runs: a programme does not wait for one."""
        if self.alerts is None or self.leaving or not self.alerting.acquire(blocking=False):
            return
        try:
            if alerts_due(self.path, int(self.now())):
                self.alerts.send_alerts()
        except EpgError as error:
            log.warning("cannot see which alerts are due: %s", error.message)
        finally:
            self.alerting.release()

    def look(self) -> None:
        """Decide what is next, and set the time for it."""
        if self.running.locked():
            return
        try:
            run = self._decide()
        except EpgError as error:
            log.warning("cannot see what is due: %s", error.message)
            return
        if run != self.planned:
            self._set(run)

    def _set(self, run: NextRun) -> None:
        """Add a new job for each run: APScheduler drops one whose predecessor of the same name is just ending."""
        if self.job is not None:
            with suppress(JobLookupError):
                self.job.remove()
        seconds = run.moment - self.now()
        if seconds > 0:
            log.info("next at %s: %s", iso(run.moment), ", ".join(run.names) or "cleanup")
        moment = datetime.now(timezone.utc) + timedelta(seconds=max(0.0, seconds))
        self.planned, self.job = run, self.jobs.add_job(self.fire, "date", [run], run_date=moment)

    def _decide(self) -> NextRun:
        now = self.now()
        found = histories(self.path, self.timetable.last(now), now=now, defaults=self.defaults)
        self._show(planned(found, self.timetable, now), now)
        run = next_run(found, self.timetable, now)
        return run._replace(moment=int(max(run.moment, self.not_before)))

    def _show(self, plan: list[Planned], now: float) -> None:
        """Store what is due next, for pages and `/health`. Where that fails, it is tried again at the next look."""
        try:
            store(self.path, plan, now)
        except EpgError as error:
            log.info("what is due next could not be stored: %s", error.message)

    def fire(self, run: NextRun) -> None:
        """Start a run, unless the log says by now that it is not due any more."""
        if self.leaving or not self.running.acquire(blocking=False):
            return
        try:
            if run.names:
                run = self._decide()
            if run.moment <= self.now() + 1:
                self._run(run)
        except EpgError as error:
            log.warning("cannot see what is due: %s", error.message)
        finally:
            self.planned = None
            self.running.release()
        if not self.runner.stopping and not self.leaving:
            self.look()

    def _run(self, run: NextRun) -> None:
        log.info("%s", f"importing {', '.join(run.names)}" if run.names else "cleaning up")
        outcome = self.runner.run(run.names)
        if self.runner.stopping:
            return
        if outcome.code == "busy":
            log.info("another import is running; trying again in %d seconds", BUSY)
            self.not_before = self.now() + BUSY
        elif self._is_stuck(outcome):
            self.stumbles += 1
            pause = self.timetable.retry(self.stumbles)
            log.warning("%s; trying again in %d seconds", _why(outcome), pause)
            self.not_before = self.now() + pause
        else:
            self.stumbles = 0
            self._refresh_lineups()

    def _refresh_lineups(self) -> None:
        """Read the line-ups after the feeds, which may have brought their channels. A failure waits for the next run.

        Providers with schedules of their own can be imported many times an hour; line-ups are not read more often than once.
        """
        if 0 <= self.now() - self.lineups_at < LINEUPS:
            return
        if has_lineups(self.path):
            self.lineups_at = self.now()
            log.info("refreshing line-ups")
            outcome = self.runner.refresh_lineups()
            if outcome.status and not self.runner.stopping:
                log.info("a line-up was left as it was; see: epg-ingest lineups list")

    def _is_stuck(self, outcome: RunOutcome) -> bool:
        """Whether a run that failed left no row in the log, so that it would be due again at once."""
        return outcome.status != 0 and self._decide().moment <= self.now()


def _why(outcome: RunOutcome) -> str:
    if outcome.error:
        return outcome.error
    kind = "was ended by signal" if outcome.status < 0 else "ended with status"
    return f"the import {kind} {abs(outcome.status)}"


def check_role() -> None:
    """Raises `EpgError` on a replica, whose guide comes from elsewhere."""
    if is_replica():
        raise UsageError("a replica does not import: run the schedule where EPG_ROLE is not replica")
