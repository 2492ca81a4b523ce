"""The scheduler sends alerts when something is due, also while an import runs, and sleeps otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.scheduler.runner import Runner, RunOutcome
from epg_ingest.scheduler.scheduler import Scheduler
from epg_ingest.scheduler.timetable import Daily
from epg_ingest.watch_store.alert_clock import alerts_due

from tests.alerts.alert_guide import AlertGuide, on
from tests.helpers.support import DAY, HOUR, NOON


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


class Sender(Runner):
    """Makes a pass in this process, and counts."""

    def __init__(self, guide: AlertGuide) -> None:
        super().__init__({})
        self.guide, self.passes = guide, 0

    def send_alerts(self) -> RunOutcome:
        self.passes += 1
        self.guide.at(self.guide.now)
        return RunOutcome(0)


def scheduler(guide: AlertGuide, sender: Any) -> Scheduler:
    return Scheduler(guide.path, Daily("03:00", "UTC"), Runner({}), now=lambda: guide.now, alerts=sender)


def test_it_looks_only_when_something_is_due(guide: AlertGuide) -> None:
    sender = Sender(guide)
    made = scheduler(guide, sender)
    guide.day(on("one.uk", 3, "Film"))
    guide.watch("film", lead_minutes=30)
    begun = sender.passes
    for minutes in range(1, 180, 10):
        guide.now = NOON + minutes * 60
        made.tell()
    assert sender.passes - begun == 1 and len(guide.receiver.got) == 1
    guide.load("other", b"<tv/>", now=guide.now)
    guide.db.execute(
        "INSERT INTO guide_changes SELECT max(id) + 1, 'programs', 1, NULL, NULL FROM guide_changes"
    )
    made.tell()
    assert sender.passes - begun == 2
    made.tell()
    assert sender.passes - begun == 2


def test_it_sends_while_an_import_runs(guide: AlertGuide) -> None:
    sender = Sender(guide)
    made = scheduler(guide, sender)
    guide.day(on("one.uk", 1, "Film"))
    guide.watch("film")
    guide.now = NOON + HOUR - 60
    with made.running:
        made.tell()
    assert len(guide.receiver.got) == 1


def test_nothing_is_due_without_watches_or_targets(tmp_path: Path) -> None:
    from tests.helpers.support import Guide

    guide = Guide(tmp_path)
    assert not alerts_due(guide.path, NOON)
    guide.vault.ensure()
    assert not alerts_due(guide.path, NOON)
    guide.close()


def test_to_ask_costs_little(guide: AlertGuide) -> None:
    guide.day(*[on("one.uk", hour, f"Film {hour}") for hour in range(40)])
    for number in range(20):
        guide.watch(f"film {number}", once_per="showing")
    guide.at(guide.now + DAY // 4)
    begun = time.process_time()
    for _ in range(100):
        alerts_due(guide.path, guide.now)
    assert time.process_time() - begun < 2
