"""Days and their parts by the viewer's clock, as bounds of stored times."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from ...base.moments import UTC
from ...base.zone import Zone

#: parts of the day by the viewer's clock, from and to; a night belongs to the day in which it begins
PARTS = {
    "morning": (time(5), time(12)), "afternoon": (time(12), time(18)), "evening": (time(18), time(23)),
    "night": (time(23), time(5)),
}  # fmt: skip


def span(zone: Zone, day: date | None, part: str | None) -> tuple[str | None, str | None]:
    """The bounds of a day, or of its part, as stored text; None twice where no day is asked for."""
    if day is None:
        return None, None
    if part is None:
        return zone.begins(day), zone.ends(day)
    low, high = PARTS[part]
    return zone.at(day, low), zone.at(day + timedelta(1) if high < low else day, high)


def next_part(zone: Zone, today: date, part: str, now: str) -> tuple[str, str]:
    """The bounds of the part of the day that is not over yet, of yesterday, today or tomorrow."""
    for days in (-1, 0, 1):
        start, end = span(zone, today + timedelta(days), part)
        if start and end and end > now:
            return start, end
    raise AssertionError("a part of tomorrow is over already")


def in_part_of_day(rows: Any, zone: Zone, part: str | None) -> Iterator[int]:
    """The ids of the rows `(id, start)` that begin in a part of the day. SQLite cannot do it: it does not know the zone."""
    info = zone.info
    for ident, start in rows:
        if part is None:
            yield ident
            continue
        # Ten times as fast as `Zone.local`, and there may be 20,000 rows.
        moment = datetime.fromisoformat(start[:19]).replace(tzinfo=UTC)
        if within(moment.astimezone(info).time(), part):
            yield ident


def within(clock: time, part: str) -> bool:
    low, high = PARTS[part]
    return low <= clock < high if low < high else clock >= low or clock < high
