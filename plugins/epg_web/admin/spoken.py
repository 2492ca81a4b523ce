"""How long something is ago or takes, as people say it. Pure."""

from ..base.moments import epoch

MINUTE, HOUR, DAY = 60, 3600, 86_400


def since(then: str, now: str) -> tuple[int, str]:
    """How long ago a moment was (stored text, UTC), as a number and `now`, `minutes`, `hours` or `days`, rounded down."""
    seconds = max(0, int(epoch(now) - epoch(then)))
    for unit, length, until in (("minutes", MINUTE, HOUR), ("hours", HOUR, 2 * DAY), ("days", DAY, None)):
        if seconds < MINUTE:
            return 0, "now"
        if until is None or seconds < until:
            return seconds // length, unit
    raise AssertionError("the last unit has no end")


def left(done: float, whole: float, elapsed: float) -> float | None:
    """Seconds that the rest takes at the pace so far, None while that cannot be said."""
    if not 0 < done <= whole or elapsed < 1:
        return None
    return (whole - done) * elapsed / done
