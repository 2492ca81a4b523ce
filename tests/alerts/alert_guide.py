"""A guide whose watches tell a receiver that only notes what it gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from epg_ingest.alerts.alert_pass import PassResult, run_pass
from epg_ingest.watch_store.outbox_rows import DueAlert
from epg_ingest.watch_store.watch_edits import add_target, add_watch
from epg_ingest.watches.retries import Outcome
from epg_ingest.watches.target_settings import AlertTarget

from tests.helpers.support import HOUR, NOON, Guide, feed, show

OWNER = "ann"
HOOK = "https://hooks.example/t0ken-canary"
#: kinds of alerts about a programme
STARTING, MATCHED, MOVED, CANCELLED = (
    f"programme.{word}" for word in ("starting", "matched", "moved", "cancelled")
)


class Receiver:
    """Takes alerts in place of a network. `down` says at which moments it fails; `fails` are outcomes that come first."""

    def __init__(self) -> None:
        self.got: list[tuple[int, DueAlert]] = []
        self.down: Callable[[int], bool] = lambda moment: False
        self.fails: list[Outcome] = []

    def __call__(self, target: AlertTarget, alert: DueAlert, moment: int) -> Outcome:
        if self.fails:
            return self.fails.pop(0)
        if self.down(moment):
            return Outcome("hooks.example could not be reached")
        self.got.append((moment, alert))
        return Outcome(status=204)

    def heard(self) -> list[tuple[str, str]]:
        """Kind and title of the programme of each message so far."""
        return [(alert.kind, said(alert).get("programme", {}).get("title", "")) for _, alert in self.got]


def said(alert: DueAlert) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(alert.body)["data"]
    return data


class AlertGuide(Guide):
    """A guide with a receiver for alerts, a target of `OWNER`, and a clock that tests set."""

    def __init__(self, folder: Path, **target: Any) -> None:
        super().__init__(folder)
        self.receiver, self.now = Receiver(), NOON
        self.target = add_target(self.vault, OWNER, {"name": "hook", "url": HOOK, **target}, NOON)

    def watch(self, value: str, kind: str = "title", **settings: Any) -> int:
        """Add a watch; its id. The guide is looked through for it at once."""
        made = add_watch(self.vault, self.path, OWNER, {"kind": kind, "value": value, **settings}, self.now)
        self.at(self.now)
        return made.watch.id

    def at(self, moment: int) -> PassResult:
        """One pass at `moment`. Whatever a test does, its counts add up."""
        self.now = moment
        done = run_pass(self.path, self.vault, now=lambda: moment, deliver=self.receiver)
        ended = done.sent + done.given_up + done.dropped + done.waiting
        assert (done.waited + done.made, done.again <= done.waiting) == (ended, True), done
        return done

    def day(self, *shows: str, now: int | None = None, name: str = "feed") -> None:
        """Import a feed of these programmes, and look. It speaks for two days of both channels."""
        self.take(*shows, now=now, name=name)
        self.at(self.now)

    def take(self, *shows: str, now: int | None = None, name: str = "feed") -> None:
        """The import alone."""
        self.now = self.now if now is None else now
        ends = [on(channel, hour, "Ends") for channel in ("one.uk", "two.uk") for hour in (-1, 48)]
        body = feed([*shows, *ends], [("one.uk", "One"), ("two.uk", "Two")])
        self.load(name, body, now=self.now, force=True)

    def secrets(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.vault.writing() as conn:
            return conn.execute(sql, values).fetchall()


def on(channel: str, hour: float, title: str, inner: str = "") -> str:
    """A programme of an hour that begins so many hours after noon."""
    start = NOON + int(hour * HOUR)
    return show(channel, start, start + HOUR, title, inner)


def kinds(guide: AlertGuide) -> list[str]:
    """What was heard since this was last asked."""
    heard = [kind for kind, _ in guide.receiver.heard()]
    guide.receiver.got.clear()
    return heard
