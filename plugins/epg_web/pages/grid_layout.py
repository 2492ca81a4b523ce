"""The layout of the guide grid. Pure: without a database or a template.

A window has one column for each minute. Programmes become cells that span columns, and gaps fill the rest. The ruler has
a mark at each half hour of the clock. Moments are stored text (UTC); clocks are those of the viewer's zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from ..base.moments import from_datetime, minutes_between, to_datetime
from ..base.viewer.written_times import clock as written
from ..base.zone import Zone, comes_twice, offset_name

MARK = 30
#: days of the day strip, and how many of them lie before the day in view
STRIP, STRIP_BEFORE = 15, 4


@dataclass(frozen=True)
class Window:
    """[start, end) in UTC text, `minutes` long."""

    start: str
    end: str

    @property
    def minutes(self) -> int:
        return minutes_between(self.start, self.end)

    def moved(self, hours: int) -> "Window | None":
        """The window so many hours of elapsed time further; None outside the years 1901 to 2998."""
        start, end = (to_datetime(moment) + timedelta(hours=hours) for moment in (self.start, self.end))
        return (
            Window(from_datetime(start), from_datetime(end))
            if start.year >= 1901 and end.year <= 2998
            else None
        )

    def share(self, now: str) -> float | None:
        """How much of the window is over, 0 to 1; None when `now` is outside."""
        if not self.start <= now < self.end:
            return None
        passed = to_datetime(now) - to_datetime(self.start)
        return passed / (to_datetime(self.end) - to_datetime(self.start))


@dataclass(frozen=True)
class Cell:
    """`span` minutes of a row. Without a programme it is a gap from `start` to `end`. With one, these are the programme's
    own times, even where it extends past the window (`before`, `after`).
    """

    span: int
    start: str
    end: str
    programme: dict[str, Any] | None = None
    before: bool = False
    after: bool = False


@dataclass(frozen=True)
class Mark:
    """A mark of the ruler: its moment, its text, the day if one begins there, minutes to the next mark."""

    utc: str
    clock: str
    day: date | None
    span: int


def window(moment: str, hours: int, zone: Zone) -> Window:
    """So many hours from the half hour of the zone's clock at or before `moment`."""
    at = to_datetime(moment)
    local = at.astimezone(zone.info)
    start = at - timedelta(minutes=local.minute % MARK, seconds=local.second)
    return Window(from_datetime(start), from_datetime(start + timedelta(hours=hours)))


def marks(shown: Window, zone: Zone) -> list[Mark]:
    """The mark of each half hour. If the clock changes within the window, or a mark comes twice on its day, each mark also
    names its time (CET, CEST).
    """
    moments = [to_datetime(shown.start) + timedelta(minutes=at) for at in range(0, shown.minutes, MARK)]
    local = [moment.astimezone(zone.info) for moment in moments]
    changed = len({moment.utcoffset() for moment in local}) > 1 or any(map(comes_twice, local))
    days = [
        None,
        *(b.date() if b.date() != a.date() else None for a, b in pairwise(local)),
    ]
    return [
        Mark(
            from_datetime(moment),
            f"{written(clock)} {offset_name(clock)}" if changed else written(clock),
            day,
            MARK,
        )
        for moment, clock, day in zip(moments, local, days, strict=True)
    ]


def cells(programmes: Iterable[dict[str, Any]], shown: Window) -> list[Cell]:
    """One row: programmes in order of their start, gaps between, `shown.minutes` columns in all.

    A programme shorter than a minute still gets one column; the next ones move to the right until there is room.
    """
    minute = cache(lambda moment: minutes_between(shown.start, moment))
    row: list[Cell] = []
    at = 0
    for programme in programmes:
        start, end = programme["start_time"], programme["end_time"]
        left = max(at, minute(start))
        right = min(shown.minutes, max(left + 1, minute(end)))
        if left >= shown.minutes or end <= shown.start:
            continue
        if left > at:
            row.append(gap(shown, at, left))
        row.append(Cell(right - left, start, end, programme, start < shown.start, end > shown.end))
        at = right
    return [*row, gap(shown, at, shown.minutes)] if at < shown.minutes else row


def gap(shown: Window, left: int, right: int) -> Cell:
    start = to_datetime(shown.start)
    return Cell(
        right - left,
        from_datetime(start + timedelta(minutes=left)),
        from_datetime(start + timedelta(minutes=right)),
    )


def strip(viewed: date, first: date, last: date) -> list[date]:
    """Days to choose from: those from `first` to `last`, at most `STRIP` around the viewed one, which is always there."""
    low = min(viewed, max(first, viewed - timedelta(STRIP_BEFORE)))
    high = max(viewed, min(last, low + timedelta(STRIP - 1)))
    return [low + timedelta(number) for number in range((high - low).days + 1)]
