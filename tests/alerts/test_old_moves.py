"""A receiver that was down hears of what holds when it is back, and not of each move in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.core.times import iso

from tests.alerts.alert_guide import AlertGuide, on, said
from tests.helpers.support import HOUR, NOON

STARTING, MOVED, CANCELLED = "programme.starting", "programme.moved", "programme.cancelled"


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("hours", "heard"),
    [
        ((4.0, 5.0), [(MOVED, 5.0)]),
        ((4.0, None), [(CANCELLED, 3.0)]),
        ((4.0, 3.0), []),
        ((4.0, 6.0, 3.0, 7.0), [(MOVED, 7.0)]),
        ((4.0, None, 4.0), [(CANCELLED, 3.0), (STARTING, 4.0)]),
        ((None, 3.0), [(CANCELLED, 3.0), (STARTING, 3.0)]),
    ],
)
def test_moves_while_the_receiver_is_down(
    guide: AlertGuide, hours: tuple[float | None, ...], heard: list[tuple[str, float]]
) -> None:
    guide.day(on("one.uk", 3, "Kojak"), on("two.uk", 9, "Other"))
    guide.watch("kojak", lead_minutes=200)
    guide.receiver.got.clear()
    guide.receiver.down = lambda moment: moment < NOON + HOUR
    for minute, hour in enumerate(hours, 1):
        there = () if hour is None else (on("one.uk", hour, "Kojak"),)
        guide.day(*there, on("two.uk", 9, "Other"), now=NOON + 60 * minute)
    guide.at(NOON + 2 * HOUR)
    got = [(alert.kind, said(alert)) for _, alert in guide.receiver.got]
    print([(k, d["programme"]["start_time"], d.get("before", {}).get("start_time")) for k, d in got])
    assert [(kind, data["programme"]["start_time"]) for kind, data in got] == [
        (kind, iso(NOON + int(hour * HOUR))) for kind, hour in heard
    ]
    for kind, data in got:
        assert kind != MOVED or data["before"]["start_time"] == iso(NOON + 3 * HOUR)
