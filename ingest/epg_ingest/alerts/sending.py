"""Alerts that are due, sent: each attempt is noted before it is made, and how it ended afterwards.

A receiver can get a message twice: where this process is killed between the two notes, and where its answer is lost. Both
copies have the same `webhook-id`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..storage.vault import Vault
from ..watch_store import outbox_rows, target_rows
from ..watch_store.outbox_rows import DueAlert
from ..watches.retries import AGAIN, ENDED, FAILED, SENT, NextStep, Outcome, verdict
from ..watches.target_settings import WEBHOOK, AlertTarget
from . import apprise_call, webhook

#: alerts of one pass; targets that are sent to at the same time
MOST, TOGETHER = 1_000, 8
Deliver = Callable[[AlertTarget, DueAlert, int], Outcome]


@dataclass
class Sent:
    """How many alerts were sent, will be tried again, and were given up."""

    sent: int = 0
    again: int = 0
    given_up: int = 0


def deliver(target: AlertTarget, alert: DueAlert, moment: int) -> Outcome:
    """Send an alert once."""
    if target.kind == WEBHOOK:
        return webhook.post(target, alert.message_id, alert.body.encode(), moment)
    said = json.loads(alert.body)["data"]
    return apprise_call.notify(target, said["title"], said["text"])


def send_due(
    vault: Vault, *, now: Callable[[], float] = time.time, deliver: Deliver = deliver, most: int = MOST
) -> Sent:
    """Send what is due, to several targets at once and to each in order. `now` is the clock, in epoch seconds.

    Nothing more is sent to a target that has failed, until it is tried again. Only one process may do this at a time: see
    `alert_pass.only_sender`.
    """
    moment = int(now())
    done = Sent()
    with vault.writing() as conn:
        done.given_up = outbox_rows.expire(conn, moment)
        by_target: dict[int, list[DueAlert]] = {}
        for alert in outbox_rows.due_alerts(conn, moment, most):
            by_target.setdefault(alert.target_id, []).append(alert)
        targets = {target.id: target for target in target_rows.targets_of(conn)}
        for ident in by_target.keys() - targets.keys():
            target_rows.drop_for_target(conn, ident, "the target was removed", moment)
    queues = [(targets[ident], alerts) for ident, alerts in by_target.items() if ident in targets]
    with ThreadPoolExecutor(TOGETHER) as threads:
        for part in threads.map(lambda queue: _send_queue(vault, queue[0], queue[1], now, deliver), queues):
            done.sent, done.again, done.given_up = (
                done.sent + part.sent, done.again + part.again, done.given_up + part.given_up,
            )  # fmt: skip
    return done


def _send_queue(
    vault: Vault, target: AlertTarget, alerts: list[DueAlert], now: Callable[[], float], deliver: Deliver
) -> Sent:
    done = Sent()
    for alert in alerts:
        result = send_one(vault, target, alert, now, deliver)
        done.sent += result.what == SENT
        done.again += result.what == AGAIN
        done.given_up += result.what in (FAILED, ENDED)
        if result.what in (AGAIN, ENDED):
            break
    return done


def send_one(
    vault: Vault,
    target: AlertTarget,
    alert: DueAlert,
    now: Callable[[], float] = time.time,
    deliver: Deliver = deliver,
) -> NextStep:
    """One attempt, noted before and after; what followed from it."""
    with vault.writing() as conn:
        if not outbox_rows.claim(conn, alert.id):
            return NextStep("dropped")
    outcome = deliver(target, alert, int(now()))
    result = verdict(outcome, alert.attempts + 1)
    moment = int(now())
    with vault.writing() as conn:
        outbox_rows.settle(conn, alert, outcome, result, moment)
        if result.what == AGAIN:
            outbox_rows.postpone(conn, target.id, moment + result.wait)
        elif result.what == ENDED:
            target_rows.end_target(conn, target.id, "the receiver said that it is gone (410)", moment)
    return result
