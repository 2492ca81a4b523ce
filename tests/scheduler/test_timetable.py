"""When to import, as tables: days, clock changes, retries, and what runs together."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from epg_ingest.core.times import from_iso, iso
from epg_ingest.scheduler.timetable import Daily, History, NextRun, due, next_run
from hypothesis import given
from hypothesis import strategies as st

DAILY = Daily("03:00", "UTC")
MINUTE, HOUR, DAY = 60, 3600, 86400
ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-11-22T02:59:59Z", "2026-11-21T03:00:00Z", "2026-11-22T03:00:00Z"),
        ("2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"),
        ("2026-11-22T23:59:59Z", "2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"),
        ("2026-12-31T23:00:00Z", "2026-12-31T03:00:00Z", "2027-01-01T03:00:00Z"),
        ("2028-02-29T01:00:00Z", "2028-02-28T03:00:00Z", "2028-02-29T03:00:00Z"),
    ],
)
def test_a_day_has_one_due_moment(now: str, last: str, following: str) -> None:
    assert (iso(DAILY.last(from_iso(now))), iso(DAILY.next(from_iso(now)))) == (last, following)


@pytest.mark.parametrize(
    ("zone", "at", "days"),
    [
        # Winter, the day of the change and summer. A skipped 02:30 is half an hour after the skip.
        ("Europe/Berlin", "02:30", ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]),
        ("Europe/Berlin", "03:00", ["2026-03-28T02:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"]),
        # 02:30 comes twice: the first one counts, and only that one.
        ("Europe/Berlin", "02:30", ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        (
            "America/New_York",
            "02:30",
            ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"],
        ),
        # Half an hour of summer time.
        ("Australia/Lord_Howe", "02:15", ["2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"]),
        # The local date is not that of UTC.
        ("Pacific/Kiritimati", "00:30", ["2026-11-22T10:30:00Z", "2026-11-23T10:30:00Z"]),
    ],
)
def test_due_moments_follow_the_clock_on_the_wall(zone: str, at: str, days: list[str]) -> None:
    table = Daily(at, zone)
    moments = [from_iso(day) for day in days]
    assert [iso(table.next(moment - 1)) for moment in moments] == days
    for first, second in pairwise(moments):
        assert table.next(first) == second
        assert table.last(second - 1) == first


@given(
    st.integers(from_iso("1975-01-01T00:00:00Z"), from_iso("2100-01-01T00:00:00Z")),
    st.sampled_from(ZONES),
    st.times(),
)
def test_now_is_always_between_two_due_moments_of_neighbouring_days(now: int, zone: str, at: time) -> None:
    table = Daily(f"{at:%H:%M}", zone)
    last, following = table.last(now), table.next(now)
    assert last <= now < following
    assert table.next(last) == following
    assert table.last(following) == following
    # A zone that crosses the date line skips a day or has one twice.
    assert 22 * HOUR <= following - last <= 50 * HOUR


@given(st.integers(0, 720), st.integers(0, 4_000_000_000))
def test_the_delay_is_within_the_jitter_and_stays(minutes: int, moment: int) -> None:
    table = Daily("03:00", "UTC", minutes)
    assert 0 <= table.delay(moment) <= minutes * MINUTE
    assert table.delay(moment) == table.delay(moment)


def test_delays_differ_by_day_and_by_installation() -> None:
    one, other = Daily("03:00", "UTC", 60), Daily("03:00", "UTC", 60)
    days = range(0, 20 * DAY, DAY)
    assert len({one.delay(day) for day in days}) > 10
    assert [one.delay(day) for day in days] != [other.delay(day) for day in days]


def test_pauses_triple() -> None:
    assert [DAILY.retry(count) // MINUTE for count in range(1, 6)] == [5, 15, 45, 135, 405]
    assert DAILY.retry(10_000) == DAILY.retry(10)


NOW = from_iso("2026-11-22T12:00:00Z")
LAST, NEXT = from_iso("2026-11-22T03:00:00Z"), from_iso("2026-11-23T03:00:00Z")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History("never tried since"), LAST),
        (History("good", good=True, last=LAST + 60), NEXT),
        (History("failed", failures=1, last=NOW - 10), NOW - 10 + 5 * MINUTE),
        (History("failed again", failures=2, last=NOW - 10), NOW - 10 + 15 * MINUTE),
        (History("failed long ago", failures=1, last=LAST + 60), LAST + 60 + 5 * MINUTE),
        (History("the pause would last beyond the next day", failures=6, last=NOW), NEXT),
    ],
    ids=lambda value: value.name if isinstance(value, History) else "",
)
def test_when_a_provider_is_due(history: History, expected: int) -> None:
    assert due(history, DAILY, NOW) == expected


def test_a_run_that_is_delayed_is_not_taken_for_missed() -> None:
    table = Daily("03:00", "UTC", 60)
    delayed = LAST + table.delay(LAST)
    assert due(History("uk"), table, LAST) == delayed
    assert due(History("uk", good=True), table, NOW) == NEXT + table.delay(NEXT)


def test_a_retry_never_comes_after_the_next_regular_run() -> None:
    table = Daily("03:00", "UTC", 10)
    failed = History("uk", failures=1, last=NEXT - 10)
    assert due(failed, table, NEXT - 5) == min(NEXT + 290, NEXT + table.delay(NEXT))


@pytest.mark.parametrize("days", [1, 2, 30])
def test_one_run_catches_up_on_any_number_of_days(days: int) -> None:
    late = LAST + days * DAY + 5 * HOUR
    made = next_run([History("uk")], DAILY, late)
    assert made.moment <= late
    assert next_run([History("uk", good=True, last=late)], DAILY, late).moment == LAST + (days + 1) * DAY


def test_what_is_due_together_runs_together_in_the_given_order() -> None:
    found = [
        History("second", failures=1, last=NOW - 300 + 40),
        History("good", good=True),
        History("first", failures=1, last=NOW - 300),
        History("later", failures=3, last=NOW),
    ]
    assert next_run(found, DAILY, NOW) == NextRun(NOW, ("second", "first"))


def test_everybody_is_due_at_the_regular_time() -> None:
    assert next_run([History("a", good=True), History("b", good=True)], DAILY, NOW) == NextRun(
        NEXT, ("a", "b")
    )


def test_without_providers_there_is_only_cleaning_up() -> None:
    assert next_run([], DAILY, NOW) == NextRun(NEXT)


@given(st.integers(0, 500 * 24), st.sampled_from(["Europe/Lisbon", "Australia/Lord_Howe", "UTC"]))
def test_a_good_import_at_its_time_is_followed_by_one_a_day(hours: int, zone: str) -> None:
    table = Daily("02:30", zone)
    now = table.next(from_iso("2026-01-01T00:00:00Z") + hours * HOUR)
    for _ in range(3):
        assert next_run([History("uk")], table, now).moment <= now
        following = next_run([History("uk", good=True, last=now)], table, now).moment
        local = [datetime.fromtimestamp(moment, ZoneInfo(zone)).date() for moment in (now, following)]
        assert local[1] - local[0] == timedelta(days=1)
        now = following
