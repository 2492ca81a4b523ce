"""One pass over the alerts of a guide: look, then send. One process at a time does it, and never a replica."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from ..core.database_files import beside
from ..core.errors import DatabaseError, NotFoundError, UsageError
from ..settings.environment import is_replica
from ..storage.vault import Vault
from ..watch_store import outbox_rows, target_rows
from ..watch_store.outbox_rows import DueAlert, NewAlert
from ..watches import wording
from ..watches.retries import Outcome
from ..watches.target_settings import AlertTarget
from .alarm_alerts import collect_alarms
from .collecting import collect
from .sending import Deliver, Sent, deliver, send_due, send_one

#: days that alerts stay in the log once they are done with
LOG_DAYS = 30
#: seconds that a test message is kept from the pass of another process
TEST_SECONDS = 120


@dataclass
class PassResult:
    """What a pass did. `failed` has the watches that cannot be asked, with the reason.

    The alerts that `waited` before it and those that it `made` are the ones that were `sent`, `given_up` (also because they
    came too late) or `dropped`, or are `waiting` now; `again` of these are waiting because an attempt failed.
    """

    watches: int = 0
    waited: int = 0
    made: int = 0
    sent: int = 0
    again: int = 0
    given_up: int = 0
    dropped: int = 0
    waiting: int = 0
    failed: dict[int, str] = field(default_factory=dict)


@contextmanager
def only_sender(database: Path) -> Iterator[None]:
    """One sender per database; the lock ends with its process. Raises `DatabaseError` (`busy`) for a second one."""
    lock = FileLock(beside(database, ".alerts.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DatabaseError(
            f"another program sends the alerts of {database}; leave it to that one", "busy"
        ) from error
    try:
        yield
    finally:
        lock.release()


def check_sender() -> None:
    """Raises `UsageError` on a replica: the primary sends."""
    if is_replica():
        raise UsageError("a replica sends no alerts: they are sent where EPG_ROLE is not replica")


def run_pass(
    database: Path,
    vault: Vault,
    *,
    now: Callable[[], float] = time.time,
    deliver: Deliver = deliver,
    send: bool = True,
    log_days: int | None = LOG_DAYS,
) -> PassResult:
    """Look at the guide and send what is due. With `send` False only look. `now` is the clock, in epoch seconds.

    Raises `UsageError` on a replica, `DatabaseError` where another process does it or a file cannot be used.
    """
    check_sender()
    with only_sender(database):
        moment = int(now())
        with vault.writing() as conn:
            before = outbox_rows.counts(conn)
        looked = collect(database, vault, moment)
        made = looked.alerts + collect_alarms(database, vault, moment)
        sent = send_due(vault, now=now, deliver=deliver) if send else Sent()
        with vault.writing() as conn:
            after = outbox_rows.counts(conn)
            if log_days is not None:
                outbox_rows.prune_outbox(conn, moment, log_days)
    return PassResult(
        looked.watches, before.waiting, made, sent.sent, sent.again, sent.given_up, after.dropped - before.dropped,
        after.waiting, looked.failed,
    )  # fmt: skip


def send_test(
    vault: Vault,
    reference: str | int,
    owner: str | None = None,
    *,
    now: Callable[[], float] = time.time,
    deliver: Deliver = deliver,
) -> str:
    """Send the test message to a target at once, without trying again; "" if it arrived, else what is wrong.

    Raises `NotFoundError` for a target that is not there.
    """
    check_sender()
    moment = int(now())
    with vault.writing() as conn:
        target = target_rows.target_named(conn, reference, owner)
        key = f"test:{target.id}:{time.time_ns()}"
        alert = NewAlert(
            key,
            target.owner,
            target.id,
            None,
            wording.test_message(target.name, moment),
            moment + TEST_SECONDS,
        )
        outbox_rows.put(conn, alert, moment, TEST_SECONDS)
        stored = outbox_rows.alert_with(conn, key)
    if stored is None:
        raise NotFoundError("the test message is gone; try again")
    send_one(vault, target, stored, now, _once(deliver))
    with vault.reading() as conn:
        return outbox_rows.reason_of(conn, stored.id)


def _once(deliver: Deliver) -> Deliver:
    """`deliver` whose failures are final: somebody waits for the answer."""

    def once(target: AlertTarget, alert: DueAlert, moment: int) -> Outcome:
        return deliver(target, alert, moment)._replace(final=True)

    return once
