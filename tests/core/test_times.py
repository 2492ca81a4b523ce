"""What is read as a time, and as which one: tables of what readers do, then any text at all."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from epg_ingest.core import times
from epg_ingest.core.errors import UsageError
from hypothesis import given
from hypothesis import strategies as st

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")

READ = [
    # initial substrings of YYYYMMDDhhmmss (the DTD), no zone: UTC
    ("20160101123456", "2016-01-01T12:34:56Z"),
    ("201601011234", "2016-01-01T12:34:00Z"),
    ("2016010112", "2016-01-01T12:00:00Z"),
    ("20160101", "2016-01-01T00:00:00Z"),
    ("201602", "2016-02-01T00:00:00Z"),
    ("200209", "2002-09-01T00:00:00Z"),
    ("2016", "2016-01-01T00:00:00Z"),
    ("  20160101123456\n", "2016-01-01T12:34:56Z"),
    # offsets
    ("20160101120000 +1000", "2016-01-01T02:00:00Z"),
    ("20160101120000 -1000", "2016-01-01T22:00:00Z"),
    ("201505061200 +0200", "2015-05-06T10:00:00Z"),
    ("19880523083000 +0300", "1988-05-23T05:30:00Z"),
    ("2016 -0100", "2016-01-01T01:00:00Z"),
    ("201601 -0100", "2016-01-01T01:00:00Z"),
    ("20160101 -0100", "2016-01-01T01:00:00Z"),
    ("2016010112 -0100", "2016-01-01T13:00:00Z"),
    ("20250115120000 +0530", "2025-01-15T06:30:00Z"),
    ("20250115120000 -0330", "2025-01-15T15:30:00Z"),
    ("20250115120000+0100", "2025-01-15T11:00:00Z"),
    ("20250115120000 +01:00", "2025-01-15T11:00:00Z"),
    ("20250115120000   +0100", "2025-01-15T11:00:00Z"),
    ("20250115120000Z", "2025-01-15T12:00:00Z"),
    ("20250115120000 Z", "2025-01-15T12:00:00Z"),
    ("20250115120000 z", "2025-01-15T12:00:00Z"),
    # contested: minutes are literal, long offsets too
    ("20160101120000 +0010", "2016-01-01T11:50:00Z"),
    ("20160101120000 -0001", "2016-01-01T12:01:00Z"),
    ("20160101120000 -0003", "2016-01-01T12:03:00Z"),
    ("20160101120000 +1500", "2015-12-31T21:00:00Z"),
    ("20160101120000 -2359", "2016-01-02T11:59:00Z"),
    # contested: short offsets are zero, or hours
    ("20250115120000 +000", "2025-01-15T12:00:00Z"),
    ("20250115120000 +00", "2025-01-15T12:00:00Z"),
    ("20250115120000 +0", "2025-01-15T12:00:00Z"),
    ("20250115120000 0", "2025-01-15T12:00:00Z"),
    ("20250115120000 0000", "2025-01-15T12:00:00Z"),
    ("20250115120000 +01", "2025-01-15T11:00:00Z"),
    ("20250115120000 -1", "2025-01-15T13:00:00Z"),
    ("20250115120000 +530", "2025-01-15T06:30:00Z"),
    # named zones, any case
    ("200007281733 BST", "2000-07-28T16:33:00Z"),
    ("20010829000500 BST", "2001-08-28T23:05:00Z"),
    ("20250115120000 UTC", "2025-01-15T12:00:00Z"),
    ("20250115120000 gmt", "2025-01-15T12:00:00Z"),
    ("20250115120000 CET", "2025-01-15T11:00:00Z"),
    ("20250115120000 cest", "2025-01-15T10:00:00Z"),
    ("20250115120000 WEST", "2025-01-15T11:00:00Z"),
    ("20250115120000 EET", "2025-01-15T10:00:00Z"),
    ("20250115120000 EEST", "2025-01-15T09:00:00Z"),
    ("20250115120000 MSK", "2025-01-15T09:00:00Z"),
    ("20250115120000 EST", "2025-01-15T17:00:00Z"),
    ("20250115120000 EDT", "2025-01-15T16:00:00Z"),
    ("20250115120000 CST", "2025-01-15T18:00:00Z"),
    ("20250115120000 MST", "2025-01-15T19:00:00Z"),
    ("20250115120000 PDT", "2025-01-15T19:00:00Z"),
    ("20250115120000 JST", "2025-01-15T03:00:00Z"),
    ("20250115120000 HKT", "2025-01-15T04:00:00Z"),
    ("20250115120000 NZDT", "2025-01-14T23:00:00Z"),
    ("20250115120000 AEDT", "2025-01-15T01:00:00Z"),
    ("20250115120000 GMT+10", "2025-01-15T02:00:00Z"),
    ("20250115120000 UTC-03:30", "2025-01-15T15:30:00Z"),
    # ISO 8601 and stray spaces
    ("2022-01-01T00:00:00.000-0400", "2022-01-01T04:00:00Z"),
    ("2022-01-01T00:00:00.000Z", "2022-01-01T00:00:00Z"),
    ("2022-01-01T00:00:00+05:30", "2021-12-31T18:30:00Z"),
    ("2022-01-01 10:20", "2022-01-01T10:20:00Z"),
    ("2022-01-01", "2022-01-01T00:00:00Z"),
    ("20220101T102030Z", "2022-01-01T10:20:30Z"),
    ("2022 01 01 000000    -0400", "2022-01-01T04:00:00Z"),
    ("20220101 000000 -0400", "2022-01-01T04:00:00Z"),
    ("2022-01-01t10:20:30z", "2022-01-01T10:20:30Z"),
    ("2022-01-01t10:20:30+01:00", "2022-01-01T09:20:30Z"),
    ("2022-01-01 10:20:30 +01:00", "2022-01-01T09:20:30Z"),
    # a space after the sign
    ("20270105200000 + 0100", "2027-01-05T19:00:00Z"),
    ("20270105200000 - 0330", "2027-01-05T23:30:00Z"),
    ("20270105200000+ 01:00", "2027-01-05T19:00:00Z"),
    ("202701052000 +  01", "2027-01-05T19:00:00Z"),
    # other spaces and signs, invisible marks
    ("20270105200000\xa0+0100", "2027-01-05T19:00:00Z"),
    ("20270105200000\u202f+0100", "2027-01-05T19:00:00Z"),
    ("20270105200000\u3000\u2003+0100", "2027-01-05T19:00:00Z"),
    ("\xa02027-01-05\xa020:00\xa0", "2027-01-05T20:00:00Z"),
    ("20270105200000\t+0100", "2027-01-05T19:00:00Z"),
    ("20270105200000 \u22120100", "2027-01-05T21:00:00Z"),
    ("20270105200000 \u22120330", "2027-01-05T23:30:00Z"),
    ("20270105200000\u20130100", "2027-01-05T21:00:00Z"),
    ("20270105200000 \uff0b0100", "2027-01-05T19:00:00Z"),
    ("\ufeff20270105200000 +0100\u200e", "2027-01-05T19:00:00Z"),
    ("2027\u201101\u201105 20:00", "2027-01-05T20:00:00Z"),
    # names in brackets, and after an offset, which counts
    ("20270105200000 (CET)", "2027-01-05T19:00:00Z"),
    ("20270105200000(cest)", "2027-01-05T18:00:00Z"),
    ("20270105200000 [EST]", "2027-01-06T01:00:00Z"),
    ("20270105200000 ( UTC )", "2027-01-05T20:00:00Z"),
    ("20270105200000 (+0100)", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100 CET", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100CET", "2027-01-05T19:00:00Z"),
    ("20270105200000 +01:00 (CET)", "2027-01-05T19:00:00Z"),
    ("20270705200000 +0200 CET", "2027-07-05T18:00:00Z"),
    ("20270105200000 +0000 GMT", "2027-01-05T20:00:00Z"),
    ("20270105200000 -0500 (Eastern Standard Time)", "2027-01-06T01:00:00Z"),
    ("20270105200000 GMT+0100 (Mitteleuropäische Normalzeit)", "2027-01-05T19:00:00Z"),
    ("2027-01-05T20:00:00+01:00[Europe/Berlin]", "2027-01-05T19:00:00Z"),
    ("2027-01-05T20:00:00Z[UTC]", "2027-01-05T20:00:00Z"),
    ("20270105200000 +0100 Europe/Berlin", "2027-01-05T19:00:00Z"),
    # UTC and GMT before the offset
    ("20270105200000 UTC+1", "2027-01-05T19:00:00Z"),
    ("20270105200000 GMT+0100", "2027-01-05T19:00:00Z"),
    ("20270105200000 utc-03:30", "2027-01-05T23:30:00Z"),
    ("20270105200000 UTC + 1", "2027-01-05T19:00:00Z"),
    ("20270105200000 GMT \u22125", "2027-01-06T01:00:00Z"),
    ("20270105200000 (UTC+01:00)", "2027-01-05T19:00:00Z"),
    # IANA zones
    ("20270105200000 Europe/Berlin", "2027-01-05T19:00:00Z"),
    ("20270705200000 Europe/Berlin", "2027-07-05T18:00:00Z"),
    ("20270705200000 europe/berlin", "2027-07-05T18:00:00Z"),
    ("20270705200000 (Europe/London)", "2027-07-05T19:00:00Z"),
    ("202707052000 America/Argentina/Buenos_Aires", "2027-07-05T23:00:00Z"),
    ("2027-07-05T20:00[America/New_York]", "2027-07-06T00:00:00Z"),
    ("20270105200000 Etc/GMT-1", "2027-01-05T19:00:00Z"),
    ("20270328023000 Europe/Berlin", "2027-03-28T01:30:00Z"),
    ("20271031023000 Europe/Berlin", "2027-10-31T00:30:00Z"),
    # a name before the offset, and anything else beside it that is no digit or sign
    ("20270105200000 CET +0100", "2027-01-05T19:00:00Z"),
    ("20270705200000 CET+0200", "2027-07-05T18:00:00Z"),
    ("20270105200000 CET (+0100)", "2027-01-05T19:00:00Z"),
    ("20270705200000 Europe/Berlin +0100", "2027-07-05T19:00:00Z"),
    ("20270105200000 [Europe/Berlin]+0100", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100 [Etc/GMT-1]", "2027-01-05T19:00:00Z"),
    ("20270105200000 GMT (-0500)", "2027-01-06T01:00:00Z"),
    ("20270105200000 +0100 XYZ", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100 DST", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100 Local", "2027-01-05T19:00:00Z"),
    ("20270105200000 (XYZ) +0100", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0000junk", "2027-01-05T20:00:00Z"),
    ("20270105200000 +0100;", "2027-01-05T19:00:00Z"),
    ("20270105200000, +0100.", "2027-01-05T19:00:00Z"),
    ('20270105200000 "+0100"', "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100 (UTC+1)", "2027-01-05T19:00:00Z"),
    ("20270105200000 +0100 +01:00", "2027-01-05T19:00:00Z"),
    ("20270105200000 +01 00", "2027-01-05T19:00:00Z"),
    ("20270105200000 +05 30 IST", "2027-01-05T14:30:00Z"),
    ("20270105200000 \u20140100", "2027-01-05T21:00:00Z"),
    # names beside names
    ("20270705200000 CET (Europe/Berlin)", "2027-07-05T18:00:00Z"),
    ("20270705200000 Europe/London GMT", "2027-07-05T19:00:00Z"),
    ("20270705200000 UTC (Europe/London)", "2027-07-05T20:00:00Z"),
    ("20270105200000 CET CET", "2027-01-05T19:00:00Z"),
    ("20270105200000 CET)", "2027-01-05T19:00:00Z"),
    ("20270705200000 CET/CEST", "2027-07-05T18:00:00Z"),
    ("20270105200000 est/edt", "2027-01-06T01:00:00Z"),
    # IANA names in any case, without a slash, with spaces
    ("20270705200000 EUROPE/ISLE_OF_MAN", "2027-07-05T19:00:00Z"),
    ("20270105200000 america/port_of_spain", "2027-01-06T00:00:00Z"),
    ("20270105200000 america/port-au-prince", "2027-01-06T01:00:00Z"),
    ("20270105200000 AMERICA/ARGENTINA/BUENOS_AIRES", "2027-01-05T23:00:00Z"),
    ("20270105200000 America/New York", "2027-01-06T01:00:00Z"),
    ("20270105200000 Europe / Berlin", "2027-01-05T19:00:00Z"),
    ("20270105200000 Japan", "2027-01-05T11:00:00Z"),
    ("20270105200000 SINGAPORE", "2027-01-05T12:00:00Z"),
    ("20270705200000 Poland", "2027-07-05T18:00:00Z"),
    ("20270705200000 GB", "2027-07-05T19:00:00Z"),
    ("20270105200000 prc", "2027-01-05T12:00:00Z"),
    ("20270105200000 (Israel)", "2027-01-05T18:00:00Z"),
    ("20270105200000 Zulu", "2027-01-05T20:00:00Z"),
    ("20270705200000 EST5EDT", "2027-07-06T00:00:00Z"),
    ("20270705200000 W-SU", "2027-07-05T17:00:00Z"),
    # more abbreviations
    ("20270105200000 PKT", "2027-01-05T15:00:00Z"),
    ("20270105200000 WIB", "2027-01-05T13:00:00Z"),
    ("20270105200000 GST", "2027-01-05T16:00:00Z"),
    ("20270105200000 trt", "2027-01-05T17:00:00Z"),
    ("20270105200000 ART", "2027-01-05T23:00:00Z"),
    ("20270105200000 (CLT)", "2027-01-06T00:00:00Z"),
    ("20270105200000 EAT", "2027-01-05T17:00:00Z"),
    ("20270105200000 CAT", "2027-01-05T18:00:00Z"),
    ("20270105200000 NPT", "2027-01-05T14:15:00Z"),
    # hour 24, second 60
    ("20160101240000", "2016-01-02T00:00:00Z"),
    ("201612312430 +0100", "2016-12-31T23:30:00Z"),
    ("20160101240000 +0000", "2016-01-02T00:00:00Z"),
    ("20161231235960 +0000", "2017-01-01T00:00:00Z"),
    # a leap day, and the years there are
    ("20240229000000 +0000", "2024-02-29T00:00:00Z"),
    ("19000101000000 +0000", "1900-01-01T00:00:00Z"),
    ("22001231235959 +0000", "2200-12-31T23:59:59Z"),
    ("21000101", "2100-01-01T00:00:00Z"),
    ("2100010112", "2100-01-01T12:00:00Z"),
]

NOT_READ = [
    "", " ", "a", "1", " +0000", "+0000", "now", "-20160101", "201", "20160", "2016010", "201601011",
    "20160101123", "2016010112345", "201601011234567", "201601011234560", "20251315120000 +0000",
    "20250015120000", "20250132120000", "20250100120000", "20230229000000 +0000", "20250115250000",
    "20250115126000", "20250115120061", "20250115120061 +0000", "20250115256000 +0000",
    "20250115120000 junk", "20250115120000junk",
    "20250115120000 +2400", "20250115120000 +0060", "20250115120000 +00000", "20250115120000 +",
    "20250115120000 1", "20250115120000 0100", "20250115120000 00000", "20250115120000 XYZ",
    "20250115120000 A", "20250115120000 N", "20250115120000 +1:",
    "20250115120000 Europe/Atlantis", "20250115120000 Europe", "20250115120000 Europe/", "20250115120000 ../../etc/passwd",
    "20250115120000 /Europe/London", "20250115120000 Europe/../Europe/London", "20250115120000 x/" + "y" * 30,
    "20250115120000 +0100 +0200", "20250115120000 +0100 (+0200)", "20250115120000 (XYZ)",
    "20250115120000 ()", "20250115120000 (",
    "20250115120000 + + 0100",
    "20250115120000 -\u22120100", "20250115120000 \u00b10100", "20250115120000  0100",
    "20250115120000 Z+0100", "20250115120000 U", "20250115120000" + " " * 500_000 + "+0100", "2025" * 100_000,
    "20250115120000 +0100 2", "20250115120000 +0100 -", "20250115120000 +0100 \u0661", "20250115080000 PM +0100",
    "20250115080000 +0100 p.m.", "20250115080000 AM", "20250115120000 +0100Z", "20250115120000 +0100 CET+0200",
    "20250115120000 IST",    "20250115120000 CET EET", "20250115120000 Europe/Berlin Europe/London",
    "20250115120000 CET XYZ", "20250115120000 Factory",
    "20250115120000 localtime", "20250115120000 Europe//Berlin", "20250115120000 local CET",
    "20250115120000 EST+1", "1774173621", "1708232400", "1708232400000", "2101010112", "18991231235959",
    "22010101000000", "00000000000000", "２０１６０１０１", "٢٠١٦", "2016０１01123456 +0000",
    "20160101123456 +01０0", "²0160101123456 +0000", "20160101123456\x00",
    "2022-0101", "2022-01-01T", "2022-01-01T1",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ)
def test_read(text: str, expected: str) -> None:
    seconds = times.parse(text)
    assert seconds is not None
    assert times.iso(seconds) == expected


@pytest.mark.parametrize("text", NOT_READ)
def test_not_read(text: str) -> None:
    assert times.parse(text) is None
    assert times.parse(text, LONDON) is None


def test_one_programme_across_the_change_is_57_minutes() -> None:
    start, stop = times.parse("20210328014000 +0100"), times.parse("20210328033700 +0200")
    assert start is not None and stop is not None
    assert stop - start == 57 * 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20250115120000", "2025-01-15T12:00:00Z"),
        ("20250715120000", "2025-07-15T11:00:00Z"),
        ("202507", "2025-06-30T23:00:00Z"),
        ("20250715120000 +0000", "2025-07-15T12:00:00Z"),
        # spring: 01:00 to 02:00 does not exist, 01:30 is what the clock shows as 02:30
        ("20250330005959", "2025-03-30T00:59:59Z"),
        ("20250330010000", "2025-03-30T01:00:00Z"),
        ("20250330013000", "2025-03-30T01:30:00Z"),
        ("20250330020000", "2025-03-30T01:00:00Z"),
        ("20250330023000", "2025-03-30T01:30:00Z"),
        # autumn: 01:00 to 02:00 happens twice, the first is meant
        ("20251026005959", "2025-10-25T23:59:59Z"),
        ("20251026010000", "2025-10-26T00:00:00Z"),
        ("20251026013000", "2025-10-26T00:30:00Z"),
        ("20251026020000", "2025-10-26T02:00:00Z"),
        ("20251025240000", "2025-10-25T23:00:00Z"),
    ],
)
def test_london_nights(text: str, expected: str) -> None:
    assert times.parse(text, LONDON) == times.from_iso(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20250115120000 +0100", True),
        ("20250115120000Z", True),
        ("20250115120000\xa0\u22120100", True),
        ("20250115120000 Europe/Berlin", True),
        ("20250115120000 (CET)", True),
        ("20250115120000 Europe/Atlantis", False),
        ("2022-01-01T00:00:00", False),
        ("202501151200 bst", True),
        ("20250115120000 0", True),
        ("2022-01-01T00:00:00.000-0400", True),
        ("20250115120000", False),
        ("2025", False),
        ("20250115120000 XYZ", False),
        ("20250115120000 12", False),
        ("", False),
        ("junk", False),
    ],
)
def test_has_zone(text: str, expected: bool) -> None:
    assert times.has_zone(text) is expected


@pytest.mark.parametrize("word", ["local", " Local", " LOCAL TIME", "(local)"])
def test_local_is_the_zone_of_the_provider(word: str) -> None:
    assert times.parse(f"20250715120000 {word}", LONDON) == times.from_iso("2025-07-15T11:00:00Z")
    assert times.parse(f"20250715120000{word}") == times.from_iso("2025-07-15T12:00:00Z")
    assert not times.has_zone(f"20250715120000 {word}")


def test_iana_names_are_read_in_any_case() -> None:
    for name in sorted(available_timezones() - {"Factory", "localtime"}):
        if "/" in name:
            for spelling in (name, name.lower(), name.upper(), name.replace("_", " ")):
                assert times.parse(f"202707052000 {spelling}") == times.parse("202707052000", ZoneInfo(name))


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("20270105210000", "20270105200000 +0100", "20270105210000 +0100"),
        (" 2027-01-05T21:00 ", "2027-01-05T20:00Z", "2027-01-05T21:00 Z"),
        ("20270105210000", "20270105200000 (CET)", "20270105210000 (CET)"),
        ("20270105210000 local", "20270105200000 CET", "20270105210000 CET"),
        ("20270105210000 +0200", "20270105200000 +0100", "20270105210000 +0200"),
        ("20270105210000", "20270105200000", "20270105210000"),
        ("junk", "20270105200000 +0100", "junk"),
        ("20270105210000", "junk", "20270105210000"),
    ],
)
def test_with_zone_of(text: str, other: str, expected: str) -> None:
    assert times.with_zone_of(text, other) == expected


def test_iso_and_xmltv() -> None:
    assert times.iso(0) == "1970-01-01T00:00:00Z"
    assert times.xmltv(0) == "19700101000000 +0000"
    assert times.iso(-1) == "1969-12-31T23:59:59Z"
    assert times.from_iso("2016-01-01T12:34:56Z") == 1451651696


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016",
        "2016-01-01",
        "2016-1-1T0:0:0Z",
        "2016-01-01T00:00:00",
        "2016-01-01 00:00:00Z",
        "2016-13-01T00:00:00Z",
    ],
)
def test_from_iso_takes_one_form_only(text: str) -> None:
    with pytest.raises(ValueError):
        times.from_iso(text)


def test_caches_start_again_when_full() -> None:
    for seconds in range(60_000):
        assert times.from_iso(times.iso(seconds)) == seconds
    assert max(map(len, (times._iso, times._from_iso))) <= times._CACHE_LIMIT


NOW = 1_741_600_000  # 2025-03-10T09:46:40Z, a day after New York put its clocks forward


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "2025-03-10T09:46:40Z"),
        (" NOW ", "2025-03-10T09:46:40Z"),
        ("today", "2025-03-10T04:00:00Z"),
        ("tomorrow", "2025-03-11T04:00:00Z"),
        ("yesterday", "2025-03-09T05:00:00Z"),
        ("+2h", "2025-03-10T11:46:40Z"),
        ("2h", "2025-03-10T11:46:40Z"),
        ("-30m", "2025-03-10T09:16:40Z"),
        ("+1d", "2025-03-11T09:46:40Z"),
        ("+1 w", "2025-03-17T09:46:40Z"),
        ("-90s", "2025-03-10T09:45:10Z"),
        ("2025-03-10", "2025-03-10T04:00:00Z"),
        ("2025-03-10T20:00", "2025-03-11T00:00:00Z"),
        ("2025-03-10t20:00z", "2025-03-10T20:00:00Z"),
        ("2025-03-10T20:00:00+01:00", "2025-03-10T19:00:00Z"),
        ("2025-03-09T02:30", "2025-03-09T07:30:00Z"),
        ("20250310200000 +0100", "2025-03-10T19:00:00Z"),
    ],
)
def test_moment(text: str, expected: str) -> None:
    assert times.iso(times.parse_moment(text, NOW, NEW_YORK)) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "+h", "+2y", "2025-02-30", "25:00", "1774173621", "-999999w", "x\ny"]
)
def test_not_a_moment(text: str) -> None:
    with pytest.raises(ValueError, match="not a time") as caught:
        times.parse_moment(text, NOW)
    assert "\n" not in str(caught.value)


def test_today_is_utc_without_a_zone() -> None:
    assert times.iso(times.parse_moment("today", NOW)) == "2025-03-10T00:00:00Z"


def test_zone() -> None:
    assert times.parse("20250715120000", times.zone("Europe/Paris")) == times.from_iso("2025-07-15T10:00:00Z")


@pytest.mark.parametrize(
    "name", ["", "Nowhere/Land", "../etc/passwd", "/etc/passwd", "Europe", "a\x00b", "é", "x" * 5000]
)
def test_unknown_zone(name: str) -> None:
    with pytest.raises(UsageError, match="unknown time zone") as caught:
        times.zone(name)
    assert len(caught.value.message) < 200


instants = st.integers(times.from_iso("1900-01-02T00:00:00Z"), times.from_iso("2200-12-30T23:59:59Z"))


@given(instants)
def test_written_times_are_read_back(seconds: int) -> None:
    assert times.parse(times.xmltv(seconds)) == seconds
    assert times.parse(times.iso(seconds)) == seconds
    assert times.from_iso(times.iso(seconds)) == seconds


@given(instants, st.integers(-1439, 1439), st.sampled_from(["", " ", "   "]), st.booleans())
def test_any_offset_gives_the_same_instant(seconds: int, minutes: int, gap: str, colon: bool) -> None:
    wall = datetime(1970, 1, 1) + timedelta(seconds=seconds, minutes=minutes)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours:02}{':' if colon else ''}{rest:02}"
    assert times.parse(f"{wall:%Y%m%d%H%M%S}{gap}{offset}") == seconds
    assert times.parse(f"{wall:%Y-%m-%dT%H:%M:%S}{offset}") == seconds


@given(
    instants, st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")])
)
def test_a_wall_time_means_what_its_zone_says(seconds: int, zone: ZoneInfo) -> None:
    """The first of two, and for the rest the instant itself: as Python's own arithmetic has it."""
    local = datetime.fromtimestamp(seconds, timezone.utc).astimezone(zone)
    expected = local.replace(fold=0).astimezone(timezone.utc)
    seen = times.parse(f"{local:%Y%m%d%H%M%S}", zone)
    assert seen is not None and abs(seen - expected.timestamp()) < 1
    assert seen <= seconds


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert times.parse(text, LONDON) is None or any(c.isdigit() for c in text)
    times.has_zone(text)


@given(st.from_regex(r"[0-9]{3,15}[ T:+Z-]{0,3}[0-9A-Za-z:+-]{0,8}", fullmatch=True))
def test_no_likely_text_raises(text: str) -> None:
    seconds = times.parse(text, NEW_YORK)
    if seconds is not None:
        assert times.parse(times.xmltv(seconds)) in (seconds, None)
        assert times.from_iso("1899-12-30T00:00:00Z") < seconds < times.from_iso("2201-01-03T00:00:00Z")


REPEATED = {
    "20261025013000": 3600,
    "202610250130": 3600,
    "20261025005959": 0,
    "20261025010000": 3600,
    "20261025015959": 3600,
    "20261025020000": 0,
    "20261025013000 +0100": 0,
    "20261025013000 BST": 0,
    "20260329013000": 0,
    "20260601120000": 0,
    "no time": 0,
}


@pytest.mark.parametrize("text", REPEATED)
def test_a_time_that_occurs_twice(text: str) -> None:
    zone = ZoneInfo("Europe/London")
    assert times.seconds_repeated(text, zone) == REPEATED[text]
    assert times.seconds_repeated(text, None) == 0
    first, second = times.parse(text, zone), times.parse(text, zone, second=True)
    if REPEATED[text]:
        assert first is not None and second == first + REPEATED[text]


def test_half_an_hour_twice() -> None:
    assert times.seconds_repeated("20260405014500", ZoneInfo("Australia/Lord_Howe")) == 1800


SKIPPED = ("20260329010000", "20260329013000", "202603290159", "2026-03-29 01:59:59")


@pytest.mark.parametrize(
    "text", [*SKIPPED, *REPEATED, "20260329005959", "20260329020000", "20260329013000 +0000"]
)
def test_a_time_that_a_clock_change_skips(text: str) -> None:
    assert times.is_skipped(text, LONDON) == (text in SKIPPED)
    assert not times.is_skipped(text, None)


@pytest.mark.parametrize(
    ("moment", "shown", "second"),
    [
        ("2026-06-01T11:00:00Z", "2026-06-01T12:00:00Z", False),
        # 25 October: the clock shows 01:00 at 00:00 and at 01:00 UTC
        ("2026-10-24T23:59:59Z", "2026-10-25T00:59:59Z", False),
        ("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", False),
        ("2026-10-25T01:00:00Z", "2026-10-25T01:00:00Z", True),
        ("2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z", False),
        ("2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z", False),
    ],
)
def test_what_a_clock_shows(moment: str, shown: str, second: bool) -> None:
    seconds, wall = times.from_iso(moment), times.from_iso(shown)
    assert times.on_clock(seconds, LONDON) == (wall, second)
    assert times.at_clock(wall, LONDON, second) == seconds


def test_a_time_that_a_clock_does_not_show_twice_has_no_second_moment() -> None:
    """Neither one that it shows once nor one that it skips, which counts with the offset before the change."""
    for shown, moment in {
        "2026-03-29T01:30:00Z": "2026-03-29T01:30:00Z",
        "2026-06-01T12:00:00Z": "2026-06-01T11:00:00Z",
    }.items():
        for second in (False, True):
            assert times.iso(times.at_clock(times.from_iso(shown), LONDON, second)) == moment


signs = st.sampled_from(["+", "-", "\u2212", "\uff0b"])
blanks = st.text(alphabet=" \t\xa0\u2009\u202f\u3000\u200b", max_size=3)
comments = st.sampled_from(
    ["", " CET", " (CET)", "(Central European Time)", "[Europe/Berlin]", " Europe/Berlin"]
)


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)),
    signs, st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", ":"]), blanks, blanks, comments,
)  # fmt: skip
def test_an_offset_is_read_in_any_dress(
    moment: datetime, sign: str, hours: int, minutes: int, colon: str, before: str, after: str, comment: str
) -> None:
    text = f"{moment:%Y%m%d%H%M%S}{before}{sign}{after}{hours:02}{colon}{minutes:02}{comment}"
    ahead = timedelta(hours=hours, minutes=minutes) * (1 if sign in "+\uff0b" else -1)
    assert times.parse(text, LONDON) == int(
        (moment.replace(microsecond=0, tzinfo=timezone.utc) - ahead).timestamp()
    )
    assert times.has_zone(text)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.sampled_from([" {}", " ({})", "[{}]"]),
)
def test_a_named_zone_is_that_zone(moment: datetime, name: str, form: str) -> None:
    text = f"{moment:%Y%m%d%H%M%S}"
    for second in (False, True):
        named = times.parse(text + form.format(name), NEW_YORK, second=second)
        assert named == times.parse(text, ZoneInfo(name), second=second)


@given(st.text(alphabet="0123456789 +-:()[]/TtZzUCGME_\xa0\u2212", max_size=130))
def test_nothing_raises_and_a_zone_belongs_to_a_time(text: str) -> None:
    for tail in (text, f"20250115120000 {text}"):
        seconds = times.parse(tail)
        assert seconds is None or times.parse(tail, ZoneInfo("Asia/Tokyo")) is not None
        if seconds is not None and times.has_zone(tail):
            assert times.parse(tail, ZoneInfo("Asia/Tokyo")) == seconds
