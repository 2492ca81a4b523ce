"""Stored times and what Python makes of them.

The guide stores UTC as text: `2026-11-22T20:00:00Z`. The code computes with that text (it sorts by time), with epoch
seconds, or with aware datetimes in UTC. These functions are the only ones that turn one into another.
"""

from datetime import datetime, timezone

UTC = timezone.utc
#: the stored form, for `strftime` and `strptime`
FORM = "%Y-%m-%dT%H:%M:%SZ"


def iso(seconds: float) -> str:
    """Epoch seconds as stored text; a fraction of a second is dropped."""
    return from_datetime(datetime.fromtimestamp(seconds, UTC))


def epoch(text: str) -> int:
    """Stored text as epoch seconds. Raises ValueError for text of another form."""
    return int(to_datetime(text).timestamp())


def to_datetime(text: str) -> datetime:
    """Stored text as an aware datetime in UTC. Raises ValueError for text of another form."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)


def from_datetime(moment: datetime) -> str:
    """An aware datetime of any zone as stored text."""
    return moment.astimezone(UTC).strftime(FORM)


def minutes_between(start: str, end: str) -> int:
    """Whole minutes from one stored time to a later one, rounded down."""
    return int((to_datetime(end) - to_datetime(start)).total_seconds() // 60)
