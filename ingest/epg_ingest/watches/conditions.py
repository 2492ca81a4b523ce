"""Why a programme that a watch looks for is left out all the same: channel, day, hour, repeat."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from ..core.times import zone
from .airing import REPEAT, WatchedAiring
from .watch import DAYS, Watch


def refusal(watch: Watch, airing: WatchedAiring, lineup: frozenset[int] | None = None) -> str | None:
    """Why the watch leaves this showing out, None if it does not. `lineup` has the channels of its line-up."""
    if watch.channels and airing.channel_id not in watch.channels:
        return f"{airing.channel} is none of its channels"
    if lineup is not None and airing.channel_id not in lineup:
        return f"{airing.channel} is not in its line-up"
    return _by_clock(watch, airing) or _by_showing(watch, airing)


def _by_clock(watch: Watch, airing: WatchedAiring) -> str | None:
    if not watch.days and watch.from_minute is None and watch.to_minute is None:
        return None
    begins = local(airing.start, watch.timezone)
    minute = begins.hour * 60 + begins.minute
    if not within_hours(watch, minute):
        return f"it begins at {begins:%H:%M}, outside its hours"
    if watch.days and DAYS[evening(watch, begins).weekday()] not in watch.days:
        return f"it begins on a {evening(watch, begins):%A}, which is none of its days"
    return None


def _by_showing(watch: Watch, airing: WatchedAiring) -> str | None:
    if not watch.new_only or airing.showing != REPEAT:
        return None
    return f"it is a repeat: {airing.why}" if airing.why else "it is a repeat"


def within_hours(watch: Watch, minute: int) -> bool:
    """Whether a programme that begins at this minute of the day is within the hours of the watch."""
    low, high = watch.from_minute, watch.to_minute
    if low is None or high is None:
        return (low is None or minute >= low) and (high is None or minute < high)
    return low <= minute < high if low < high else minute >= low or minute < high


def evening(watch: Watch, begins: datetime) -> datetime:
    """The day that a start counts to: after midnight it is the day before, where the hours of the watch go past midnight."""
    low, high = watch.from_minute, watch.to_minute
    past = low is not None and high is not None and high <= low and begins.hour * 60 + begins.minute < high
    return begins - timedelta(days=1) if past else begins


def local(moment: int, timezone: str) -> datetime:
    """A moment (epoch seconds) on the clock of an IANA zone."""
    return datetime.fromtimestamp(moment, zone(timezone))


@lru_cache(maxsize=4_096)
def clock_of(moment: int, timezone: str) -> str:
    """What people read of a moment, such as `Sun 22 Nov 20:00`. Many watches tell of the same programmes."""
    return f"{local(moment, timezone):%a %d %b %H:%M}"
