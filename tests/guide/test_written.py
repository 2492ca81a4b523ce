"""What a feed writes without an offset, and the moments that it means from zone to zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from epg_ingest.core.times import UTC, from_iso, iso
from epg_ingest.guide.clock.written import Written, first_after, of
from hypothesis import example, given
from hypothesis import strategies as st

LONDON = ZoneInfo("Europe/London")
#: with changes by an hour, by half an hour, by a day (29 December 2011), at midnight, and none
NAMES = (
    "Europe/London", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia",
    "America/Havana", "Africa/Casablanca", "Asia/Kathmandu",
)  # fmt: skip
zones = st.sampled_from([UTC, *map(ZoneInfo, NAMES)])
#: some hours around changes, in the first zones also of those that others have on the same day
CHANGES = (
    "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z",
    "2026-10-03T15:30:00Z", "2011-12-30T10:00:00Z", "2026-06-01T12:00:00Z",
)  # fmt: skip
moments = st.builds(
    lambda change, quarter: from_iso(change) + 900 * quarter, st.sampled_from(CHANGES), st.integers(-110, 110)
)
lengths = st.one_of(st.none(), st.integers(-8, 120))


@pytest.mark.parametrize(
    ("shown", "after", "expected"),
    [
        ("2026-06-01T12:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01T11:00:00Z"),
        # 25 October: the clock shows 01:00 at 00:00 and at 01:00 UTC
        ("2026-10-25T01:00:00Z", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z"),
        ("2026-10-25T01:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"),
        ("2026-10-25T01:00:00Z", "2026-10-25T05:00:00Z", "2026-10-25T01:00:00Z"),
        # 29 March: it never shows 01:30
        ("2026-03-29T01:30:00Z", "2026-03-29T00:00:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z", "2026-03-29T01:30:00Z"),
    ],
)
def test_a_stop_is_the_first_moment_after_the_start(shown: str, after: str, expected: str) -> None:
    assert iso(first_after(from_iso(after), from_iso(shown), LONDON)) == expected


def test_a_programme_of_the_hour_that_a_clock_skips() -> None:
    written = Written(from_iso("2026-03-29T01:30:00Z"), stop=from_iso("2026-03-29T02:30:00Z"))
    assert written.moments(LONDON) == (from_iso("2026-03-29T01:30:00Z"), from_iso("2026-03-29T01:30:00Z"))
    assert written.moments(UTC) == (written.start, written.stop)
    assert of(*written.moments(LONDON), LONDON) != written


@given(zones, moments, lengths)
@example(LONDON, from_iso("2026-10-24T20:00:00Z"), 20)
def test_what_two_moments_tell_means_these_moments(zone: ZoneInfo, start: int, length: int | None) -> None:
    """Also where the stop is not the first moment after the start, because it was written with an offset."""
    stop = None if length is None else start + 900 * length
    assert of(start, stop, zone).moments(zone) == (start, stop)


@given(zones, zones, moments, lengths)
def test_what_is_kept_where_the_moments_do_not_tell_it(
    here: ZoneInfo, there: ZoneInfo, start: int, length: int | None
) -> None:
    """From zone to zone: what was written is read from the moments if they tell it, and else it is kept."""
    stop = None if length is None else start + 900 * length
    written = of(start, stop, here)
    read = of(*written.moments(there), there)
    kept = read if read == written else written
    assert kept.moments(here) == (start, stop)
