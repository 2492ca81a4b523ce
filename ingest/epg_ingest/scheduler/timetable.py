"""When to import: pure decisions, without clock or database (spec section 6, `schedule`).

Moments are epoch seconds. A day has one due moment for each provider, unless it has a schedule of its own. What was not tried
since then is due (so that nothing is missed after sleep or downtime, and one run catches up on any number of days); what failed
since then is due after a pause that triples, until the next due moment.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from ..core.times import zone
from ..guide.sourcing.import_times import ImportTimes, stable

#: seconds before the first retry: 5, 15, 45 minutes, then 2 h 15 and 6 h 45
FIRST_RETRY, FACTOR = 300, 3
#: providers that are due within so many seconds are imported in one run
TOGETHER = 60


class Timetable(Protocol):
    """The due moments, and how much later the run for one of them begins."""

    def last(self, now: float) -> int:
        """The latest due moment that is not after `now`."""

    def next(self, now: float) -> int:
        """The first due moment after `now`."""

    def delay(self, due: int) -> int:
        """Seconds after `due`; the same at every call."""

    def retry(self, failures: int) -> int:
        """Seconds until the next try after so many failures in a row (1 or more)."""


@dataclass(frozen=True)
class Daily:
    """Every day at `import_time` (HH:MM) in the IANA zone `timezone`, up to `jitter_minutes` later.

    A time that the clock skips in spring is that much after the skip; of a time that comes twice in autumn the first
    counts. So there is exactly one due moment for each local date.
    """

    import_time: str
    timezone: str
    jitter_minutes: int = 0
    salt: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    def last(self, now: float) -> int:
        return max(moment for moment in self._around(now) if moment <= now)

    def next(self, now: float) -> int:
        return min(moment for moment in self._around(now) if moment > now)

    def delay(self, due: int) -> int:
        """Differs from day to day and between installations, so that not all call a provider at once."""
        number = int.from_bytes(hashlib.sha256(f"{self.salt} {due}".encode()).digest()[:8], "big")
        return number % (self.jitter_minutes * 60 + 1)

    def retry(self, failures: int) -> int:
        return FIRST_RETRY * int(FACTOR ** (min(failures, 10) - 1))

    def _around(self, now: float) -> list[int]:
        """The due moments of the days around `now`: a zone may skip a whole day, so two on either side."""
        here = zone(self.timezone)
        hour, minute = map(int, self.import_time.split(":"))
        noon = datetime.fromtimestamp(now, here).replace(
            hour=12, minute=0, second=0, microsecond=0, tzinfo=None
        )
        days = [noon + timedelta(days=number) for number in range(-2, 3)]
        return [int(day.replace(hour=hour, minute=minute, tzinfo=here).timestamp()) for day in days]


@dataclass(frozen=True)
class OwnTimes:
    """The due moments of one provider, up to `jitter_minutes` later; never so late that the next one has come.

    An interval has its own place in the day already (`import_times.Every`), so it needs no delay.
    """

    times: ImportTimes
    jitter_minutes: int = 0
    salt: str = ""

    @property
    def least(self) -> int:
        """How many seconds before a due moment an import counts for it."""
        return self.times.least

    def last(self, now: float) -> int:
        return self.times.last(now)

    def next(self, now: float) -> int:
        return self.times.next(now)

    def delay(self, due: int) -> int:
        """Always the same for one provider of one installation, as long as its due moments are equally far apart."""
        if self.least:
            return 0
        return stable(self.salt, min(self.jitter_minutes * 60, (self.next(due) - due) // 2) + 1)

    def retry(self, failures: int) -> int:
        return FIRST_RETRY * int(FACTOR ** (min(failures, 10) - 1))


@dataclass(frozen=True)
class History:
    """What became of a provider since the latest due moment.

    `good`: an import ended well; else `failures` in a row, the last of which ended at `last`. `own` are its due moments where
    it has a schedule of its own. It may not be asked before `not_before`, because its quota of the day is used up.
    """

    name: str
    good: bool = False
    failures: int = 0
    last: int = 0
    own: OwnTimes | None = None
    not_before: int = 0


class Planned(NamedTuple):
    """When a provider is imported next, and why then: `schedule`, `missed`, `retry` or `quota`."""

    name: str
    moment: int
    reason: str


class NextRun(NamedTuple):
    """What to do next and when. No `names`: there is nothing to import, only to clean up."""

    moment: int
    names: tuple[str, ...] = ()


def due(history: History, timetable: Timetable, now: float) -> int:
    """When a provider is to be imported next; a moment that is not after `now` means at once."""
    return plan(history, timetable, now).moment


def plan(history: History, timetable: Timetable, now: float) -> Planned:
    """`due`, with the reason. `timetable` is for providers without a schedule of their own."""
    moment, reason = _unlimited(history, history.own or timetable, now)
    if moment < history.not_before:
        moment, reason = history.not_before, "quota"
    return Planned(history.name, moment, reason)


def planned(histories: Sequence[History], timetable: Timetable, now: float) -> list[Planned]:
    """The next import of each provider, in the given order."""
    return [plan(history, timetable, now) for history in histories]


def _unlimited(history: History, timetable: Timetable, now: float) -> tuple[int, str]:
    least = history.own.least if history.own else 0
    # An import counts for a due moment that follows it soon.
    following = timetable.next(max(now, min(history.last, now) + least) if history.good else now)
    regular = following + timetable.delay(following)
    if history.good:
        return regular, "schedule"
    if history.failures:
        again = history.last + timetable.retry(history.failures)
        return (again, "retry") if again < regular else (regular, "schedule")
    latest = timetable.last(now)
    moment = latest + timetable.delay(latest)
    return moment, "missed" if moment <= now else "schedule"


def next_run(histories: Sequence[History], timetable: Timetable, now: float) -> NextRun:
    """The next run: the providers that are due first, in the given order, and those due soon after."""
    if not histories:
        following = timetable.next(now)
        return NextRun(following + timetable.delay(following))
    moments = {history.name: due(history, timetable, now) for history in histories}
    first = min(moments.values())
    limit = max(first, now) + TOGETHER
    return NextRun(first, tuple(name for name, moment in moments.items() if moment <= limit))
