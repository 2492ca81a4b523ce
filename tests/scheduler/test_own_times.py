"""Schedules of providers: what people write, when that is, also where clocks change, and what follows for the next import."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.guide.sourcing import quota
from epg_ingest.guide.sourcing.import_times import CronTimes, Every, checked, import_times
from epg_ingest.scheduler.timetable import Daily, History, OwnTimes, due, next_run, plan
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.support import HOUR, Guide

BERLIN = "Europe/Berlin"
DAY = 24 * HOUR


def at(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def written(moment: int, zone: str = BERLIN) -> str:
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("6h", "6h"), (" 90 MIN ", "90min"), ("2d", "2d"), ("3:00", "03:00"), ("23:59", "23:59"), ("none", None), ("", None),
        (None, None), ("0  3 * * MON-FRI", "0 3 * * mon-fri"), ("@daily", "0 0 * * *"), ("*/15 * * * *", "*/15 * * * *"),
    ],
)  # fmt: skip
def test_a_schedule_is_kept_in_its_usual_form(given_: str | None, kept: str | None) -> None:
    assert checked(given_) == kept


@pytest.mark.parametrize(
    "wrong",
    ["5m", "31d", "25:00", "3:7", "often", "* * * * *", "0,5 3 1 * *", "0 0 30 2 *", "0 0 * *", "0 0 * * 8", "61 * * * *",
     "0 0 * * fri-mon", "@reboot", "6h 03:00", 6, "1" * 300, "0 0 * * mon-"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_in_one_line(wrong: object) -> None:
    with pytest.raises(UsageError) as caught:
        checked(wrong)
    assert "schedule" in caught.value.message and "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("cron", "coming"),
    [
        ("0 3 * * 0", ["Sun 11-29 03:00", "Sun 12-06 03:00"]),
        ("0 3 * * 7", ["Sun 11-29 03:00", "Sun 12-06 03:00"]),
        ("0 3 * * 1", ["Mon 11-30 03:00", "Mon 12-07 03:00"]),
        ("0 3 * * 5-7", ["Sun 11-29 03:00", "Fri 12-04 03:00", "Sat 12-05 03:00", "Sun 12-06 03:00"]),
        ("0 3 * * sat-sun", ["Sun 11-29 03:00", "Sat 12-05 03:00"]),
        ("0 3 * * 1-5/2", ["Mon 11-30 03:00", "Wed 12-02 03:00", "Fri 12-04 03:00", "Mon 12-07 03:00"]),
        ("0 3 1 * 1", ["Mon 11-30 03:00", "Tue 12-01 03:00", "Mon 12-07 03:00"]),
        ("30 */8 * * *", ["Sun 11-29 00:30", "Sun 11-29 08:30", "Sun 11-29 16:30", "Mon 11-30 00:30"]),
        ("0 3 1 jan *", ["Fri 01-01 03:00"]),
    ],
)
def test_cron_is_read_as_cron_reads_it(cron: str, coming: list[str]) -> None:
    """0 and 7 are Sunday, and of two restricted days either will do."""
    times, moment = CronTimes(cron, BERLIN), at("2026-11-28T22:00")
    for expected in coming:
        moment = times.next(moment)
        assert written(moment) == expected
        assert times.last(moment) == moment


def test_a_time_that_the_clock_skips_is_that_much_after_the_skip() -> None:
    times = import_times("02:30", BERLIN, "")
    assert written(times.next(at("2026-03-28T12:00"))) == "Sun 03-29 03:30"
    assert times.next(at("2026-03-29T03:10")) == at("2026-03-29T03:30")
    assert written(times.next(at("2026-03-29T03:30"))) == "Mon 03-30 02:30"
    hourly = CronTimes("*/30 * * * *", BERLIN)
    assert hourly.next(at("2026-03-29T01:30")) == at("2026-03-29T03:00")


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    times = import_times("02:30", BERLIN, "")
    first = times.next(at("2026-10-24T12:00"))
    assert (first, written(first)) == (at("2026-10-25T02:30", fold=0), "Sun 10-25 02:30")
    assert times.next(first) == at("2026-10-26T02:30")
    assert times.last(at("2026-10-25T02:30", fold=1)) == first


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["6h", "45m", "03:00", "02:30", "*/20 1-4 * * *", "15 2 * * 0", "0 0 29 2 *"]),
    st.sampled_from([BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
    st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00")),
)
def test_the_latest_and_the_next_moment_are_neighbours(text: str, zone: str, now: int) -> None:
    times = import_times(text, zone, "salt")
    last, following = times.last(now), times.next(now)
    assert last <= now < following
    assert (times.next(last), times.last(following - 1)) == (following, last)


# What follows for the next import

SIX = OwnTimes(Every(6 * HOUR))
NOON = 1_795_348_800 // (6 * HOUR) * 6 * HOUR
TABLE = Daily("03:00", "UTC")


def own(**fields: object) -> History:
    return History("tv", own=SIX, **fields)  # type: ignore[arg-type]


def test_an_interval_is_imported_at_its_own_times() -> None:
    assert plan(own(), TABLE, NOON + 60) == ("tv", NOON, "missed")
    assert plan(own(good=True, last=NOON + 30), TABLE, NOON + 60) == ("tv", NOON + 6 * HOUR, "schedule")
    failed = own(failures=2, last=NOON + 600)
    assert plan(failed, TABLE, NOON + 700) == ("tv", NOON + 600 + 900, "retry")
    assert due(own(failures=9, last=NOON + 600), TABLE, NOON + 700) == NOON + 6 * HOUR


def test_an_import_soon_before_a_moment_counts_for_it() -> None:
    """Else a provider that is added, or caught up on, would be downloaded twice within minutes."""
    late = NOON + 6 * HOUR - 600
    assert due(own(good=True, last=late), TABLE, late + 60) == NOON + 12 * HOUR
    assert due(own(good=True, last=NOON + 2 * HOUR), TABLE, late + 60) == NOON + 6 * HOUR


def test_a_quota_that_is_used_up_moves_the_import_to_the_next_day() -> None:
    assert plan(History("tv", own=SIX, not_before=NOON + DAY), TABLE, NOON) == ("tv", NOON + DAY, "quota")
    assert plan(History("tv", not_before=NOON + DAY), TABLE, NOON).reason == "quota"


def test_delays_are_stable_differ_and_leave_every_moment_its_turn() -> None:
    cron = CronTimes("*/30 * * * *", "UTC")
    salts = [f"installation {number}" for number in range(40)]
    delays = [OwnTimes(cron, 10, salt).delay(NOON) for salt in salts]
    assert len(set(delays)) > 20 and max(delays) <= 600
    assert delays == [OwnTimes(cron, 10, salt).delay(NOON + DAY) for salt in salts]
    assert max(OwnTimes(cron, 720, salt).delay(NOON) for salt in salts) <= 900
    assert len({import_times("6h", "UTC", salt).last(NOON) for salt in salts}) > 30


def test_providers_with_different_schedules_run_when_each_is_due() -> None:
    three = TABLE.next(NOON)  # 03:00 UTC
    daily = History("daily", good=True, last=NOON)
    assert next_run([daily, own(good=True, last=NOON)], TABLE, three - 7 * HOUR) == (
        three - 3 * HOUR,
        ("tv",),
    )
    assert next_run([daily, own(good=True, last=three - 3 * HOUR)], TABLE, three - 60) == (three, ("daily",))


def test_the_day_of_a_quota_is_that_of_the_zone() -> None:
    assert quota.day_of(at("2026-03-29T12:00"), BERLIN) == (at("2026-03-29T00:00"), at("2026-03-30T00:00"))
    start, end = quota.day_of(at("2026-10-25T12:00"), BERLIN)
    assert end - start == 25 * HOUR


def test_a_quota_counts_the_downloads_of_its_day_only(guide: Guide) -> None:
    provider = guide.provider("tv")
    today = datetime(2026, 11, 28, tzinfo=timezone.utc)
    rows = [
        ("2026-11-27T23:59:59Z", 5),
        ("2026-11-28T00:00:00Z", 2),
        ("2026-11-28T23:30:00Z", 1),
        ("2030-01-01T00:00:00Z", 9),
    ]
    for text, count in rows:
        guide.db.execute(
            "INSERT INTO import_log (provider_id, started_at, status, trigger, downloads) VALUES (?, ?, 'failed', 'cli', ?)",
            [provider.id, text, count],
        )
    assert quota.used(guide.db.conn, provider.id, today.timestamp() + HOUR, "UTC") == 3
    assert quota.used(guide.db.conn, provider.id, today.timestamp() + HOUR, BERLIN) == 7
    assert quota.resumes(guide.db.conn, provider.id, 3, today.timestamp(), "UTC") == today.timestamp() + DAY
    assert quota.resumes(guide.db.conn, provider.id, 4, today.timestamp(), "UTC") == 0
