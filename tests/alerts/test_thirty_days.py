"""Thirty days with imports that move, cancel and bring back programmes, a receiver that is down for hours, and kills.

The test keeps its own account of what was on and compares it with what the receiver got.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.alerts import collecting
from epg_ingest.alerts.alert_pass import run_pass
from epg_ingest.core.times import from_iso
from epg_ingest.watch_store.alert_clock import alerts_due
from epg_ingest.watch_store.outbox_rows import DueAlert
from epg_ingest.watches.retries import Outcome
from epg_ingest.watches.target_settings import AlertTarget

from tests.alerts.alert_guide import AlertGuide, said
from tests.helpers.support import DAY, HOUR, NOON, feed, show

pytestmark = pytest.mark.slow

DAYS, STEP, LEAD = 30, HOUR, 60
CHANNELS = ("one.uk", "two.uk")
#: hours of the month in which the receiver is down
DOWN = [(100, 103), (300, 309), (500, 501)]
Schedule = dict[tuple[str, int], str]


class Killed(BaseException):
    """The process is gone, at this very point."""


class Month:
    """A schedule that changes from day to day. Programmes begin on the hour and last as long."""

    def __init__(self) -> None:
        self.chance = random.Random(19)  # the same month each time
        self.schedule: Schedule = {}
        for channel in CHANNELS:
            for slot in range(0, (DAYS + 9) * DAY, HOUR):
                wanted = self.chance.random() < 0.12
                title = f"Wanted {len(self.schedule)}" if wanted else f"Other {slot}"
                self.schedule[channel, NOON - DAY + slot] = title

    def change(self, now: int) -> None:
        """What the provider thinks of overnight: some wanted programmes of the next days go, some move within the day."""
        wanted = [
            key
            for key, title in self.schedule.items()
            if title.startswith("Wanted") and now < key[1] < now + 5 * DAY
        ]
        for channel, start in wanted:
            dice = self.chance.random()
            if dice < 0.06:
                self.schedule[channel, start] = f"Instead {start}"
            elif dice < 0.12:
                moved = start + self.chance.choice((-3, -1, 1, 2, 5)) * HOUR
                if moved > now and (channel, moved) in self.schedule:
                    there = self.schedule[channel, moved]
                    self.schedule[channel, moved], self.schedule[channel, start] = (
                        self.schedule[channel, start],
                        there,
                    )

    def body(self, now: int) -> bytes:
        """The feed of a day: from yesterday for a week."""
        rows = sorted((start, channel, title) for (channel, start), title in self.schedule.items())
        shows = [
            show(channel, start, start + HOUR, title)
            for start, channel, title in rows
            if now - DAY // 2 <= start < now + 7 * DAY
        ]
        return feed(shows, [(channel, channel) for channel in CHANNELS])


class Killing:
    """A receiver that is down at times. Now and then the process dies just before a message is sent, or just after."""

    def __init__(self, guide: AlertGuide) -> None:
        self.guide, self.chance = guide, random.Random(4)
        self.kills = Counter[str]()
        self.got: dict[str, list[tuple[int, DueAlert]]] = defaultdict(list)

    def __call__(self, target: AlertTarget, alert: DueAlert, moment: int) -> Outcome:
        hour = (moment - NOON) / HOUR
        if any(low <= hour < high for low, high in DOWN):
            return Outcome("hooks.example could not be reached")
        if self._dies("before sending"):
            raise Killed
        self.got[alert.message_id].append((moment, alert))
        if self._dies("after sending"):
            raise Killed
        return Outcome(status=204)

    def _dies(self, when: str) -> bool:
        dies = self.chance.random() < 0.1
        self.kills[when] += dies
        return dies


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


def passes(guide: AlertGuide, receiver: Killing, now: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a scheduler does at `now`. A pass that is killed is begun again, as at its next look."""
    for attempt in range(50):
        if not alerts_due(guide.path, now):
            return
        with monkeypatch.context() as patch:
            if attempt == 0 and receiver.chance.random() < 0.1:
                receiver.kills["before the commit"] += 1
                patch.setattr(collecting, "set_state", die)
            try:
                run_pass(guide.path, guide.vault, now=lambda: now, deliver=receiver)
            except Killed:
                continue
    raise AssertionError("there is always something due")


def die(*arguments: object) -> None:
    raise Killed


def test_thirty_days(guide: AlertGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    month, receiver = Month(), Killing(guide)
    guide.as_written().load("feed", month.body(NOON), now=NOON, workers=0)
    guide.now = NOON
    guide.watch("wanted*", "words", lead_minutes=LEAD, tell_match=True, once_per="showing")
    on_air: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    at_sending: list[tuple[int, str, str, int, bool]] = []
    for step in range(DAYS * DAY // STEP):
        now = NOON + step * STEP
        if now % DAY == 4 * HOUR:
            month.change(now)
            guide.load("feed", month.body(now), now=now, force=True)
        passes(guide, receiver, now, monkeypatch)
        new = [pair for pairs in receiver.got.values() for pair in pairs if pair[0] == now]
        for _, alert in new:
            programme = said(alert)["programme"]
            start = from_iso(programme["start_time"])
            there = month.schedule.get((programme["channel"], start)) == programme["title"]
            at_sending.append((now, alert.kind, programme["title"], start, there))
        for channel in CHANNELS:
            if (title := month.schedule[channel, now]).startswith("Wanted"):
                on_air[channel, title].append((now, step))
    check(receiver, on_air, at_sending)
    assert sum(receiver.kills.values()) > 30 and min(receiver.kills.values()) > 5, receiver.kills


def check(
    receiver: Killing,
    on_air: dict[tuple[str, str], list[tuple[int, int]]],
    at_sending: list[tuple[int, str, str, int, bool]],
) -> None:
    """None is told twice, none is missed, none is told that is gone."""
    messages = [copies[0] for copies in receiver.got.values()]
    assert len(messages) > 50
    starting: Counter[tuple[str, int]] = Counter()
    others: Counter[tuple[str, str, str]] = Counter()
    for _, alert in messages:
        programme = said(alert)["programme"]
        if alert.kind == "programme.starting":
            starting[programme["title"], programme["id"]] += 1
        else:
            others[alert.kind, programme["title"], programme["start_time"]] += 1
    assert max(starting.values()) == 1, "told twice"
    assert max(others.values()) == 1, "told twice"
    # A second copy of a message has the same id, and there is one only where the process died.
    copies = sum(len(found) - 1 for found in receiver.got.values())
    assert copies == receiver.kills["after sending"]
    told = {title for title, _ in starting}
    aired = {title for _, title in on_air}
    during = {title for (_, title), times in on_air.items() if all(in_time(moment) for moment, _ in times)}
    kinds = Counter(kind for _, kind, *_ in at_sending)
    assert len(during) > 100 and kinds["programme.moved"] > 2 and kinds["programme.cancelled"] > 2, kinds
    assert during <= told, f"missed: {sorted(during - told)}"
    assert aired - told <= aired - during, "only while the receiver was down"
    gone = [row for row in at_sending if not row[-1] and row[1] != "programme.cancelled"]
    assert gone == []
    for moment, kind, title, start, there in at_sending:
        assert kind != "programme.cancelled" or not there, (moment, title, start)


def in_time(moment: int) -> bool:
    """Whether the receiver was up at some time between the alert and the end of the programme that begins at `moment`."""
    low, high = (moment - LEAD * 60 - NOON) / HOUR, (moment - NOON) / HOUR + 1
    if low < 1:
        return False  # it began with the test
    return not any(down <= high and low < up for down, up in DOWN)
