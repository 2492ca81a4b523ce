"""How far the guide reaches, in hours from now. Pure: ends of programmes and the moment in, numbers out."""

from collections.abc import Iterable

from ..base.moments import epoch
from .health_reading import HealthReading


def hours_left(ends: Iterable[str], now: float) -> float | None:
    """Hours from `now` (epoch seconds) until half of the channels have no more programmes; None without any `ends`."""
    ordered = sorted(ends)
    if not ordered:
        return None
    end = epoch(ordered[(len(ordered) - 1) // 2])
    return max(0.0, round((end - now) / 3600, 1))


def provider_hours(reading: HealthReading, provider: int, now: float) -> float | None:
    """`hours_left` of the channels that one provider feeds, hidden ones included."""
    return hours_left((end for (owner, _), end in reading.ends.items() if owner == provider), now)


def guide_hours(reading: HealthReading, now: float) -> float | None:
    """`hours_left` of the channels that people see, by their enabled providers. None before the first import.

    A channel that has no programme at all does not count: many feeds declare more channels than they fill.
    """
    enabled = {row["id"] for row in reading.providers if row["enabled"]}
    last: dict[int, str] = {}
    for (provider, channel), end in reading.ends.items():
        if provider in enabled and channel not in reading.hidden:
            last[channel] = max(end, last.get(channel, end))
    imported = any(row["enabled"] and row["last_good_at"] for row in reading.providers)
    hours = hours_left(last.values(), now)
    return 0.0 if hours is None and imported else hours
