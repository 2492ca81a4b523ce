"""Query strings of the API to checked values."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from urllib.parse import quote, quote_plus

import pytest
from epg_web.base.answer import Refused
from epg_web.base.params import Param, moment, parse
from hypothesis import given
from hypothesis import strategies as st

MOMENT = Param("start", "moment", "")
COUNT = Param("limit", "int", "", 10, 1, 50)
IDS = Param("channels", "ids", "")
WORDS = Param("q", "text", "")
KIND = Param("method", "choice", "", None, choices=("id", "name"))
ALL = (MOMENT, COUNT, IDS, WORDS, KIND)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T20:00:00Z", "2026-11-22T20:00:00Z"),
        ("2026-11-22t20:00:00z", "2026-11-22T20:00:00Z"),
        ("2026-11-22", "2026-11-22T00:00:00Z"),
        ("2026-11-22T20:00", "2026-11-22T20:00:00Z"),
        ("2026-11-22 20:00:00", "2026-11-22T20:00:00Z"),
        ("2026-11-22T20:00:00.999999Z", "2026-11-22T20:00:00Z"),
        ("2026-11-22T20:00:00+01:00", "2026-11-22T19:00:00Z"),
        ("2026-11-22T20:00:00+0130", "2026-11-22T18:30:00Z"),
        ("2026-11-22T20:00:00-03", "2026-11-22T23:00:00Z"),
        ("2026-11-22T20:00:00 01:00", "2026-11-22T19:00:00Z"),
        ("2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00Z"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow", "5", "20261122", "2026-02-31", "2026-11-22T25:00:00Z", "2026-13-01", "2026-11-22T20:00:00+25:00",
        "0001-01-01", "9999-12-31T23:59:59-12:00", "2026-11-22T20:00:00Z; DROP", "2026-11-22T20", "٢٠٢٦-11-22",
    ],
)  # fmt: skip
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"is (not a date|a date or time that|outside)"):
        moment(text)


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2998, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_every_offset_is_the_same_instant(local: datetime, minutes: int) -> None:
    aware = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    expected = aware.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert moment(aware.isoformat()) == expected
    # In a query a plus that was not encoded arrives as a blank.
    assert parse(b"start=" + aware.isoformat().encode(), ALL)["start"] == expected
    assert parse(f"start={quote(aware.isoformat())}".encode(), ALL)["start"] == expected


def test_defaults_stand_for_what_is_left_out_or_empty() -> None:
    expected = {"start": None, "limit": 10, "channels": None, "q": None, "method": None}
    assert parse(b"", ALL) == expected
    assert parse(b"start=&limit=&q=", ALL) == expected


def test_ids_are_kept_once_and_in_order() -> None:
    assert parse(b"channels=3,1,3,%202", ALL)["channels"] == (3, 1, 2)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("limit=0", "limit must be a whole number from 1 to 50"),
        ("limit=51", "limit must be"),
        ("limit=-1", "limit must be"),
        ("limit=1e1", "limit must be"),
        ("limit=" + "9" * 30, "limit must be"),
        ("channels=1,x", "channels must be ids"),
        ("channels=1,,2", "channels must be ids"),
        ("channels=" + ",".join(["1"] * 1001), "at most 1000"),
        ("q=" + "x" * 501, "at most 500"),
        ("q=a%00b", "without NUL"),
        ("method=guess", "method must be id or name"),
        ("start=1&start=2", "start is given more than once"),
        ("strat=1", "unknown parameter 'strat'; known are: start, limit"),
        ("q=%ff", "not percent-encoded UTF-8"),
        ("&".join(f"a{n}=1" for n in range(40)), "too many"),
    ],
)
def test_refusals(query: str, part: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(query.encode(), ALL)
    assert caught.value.status == 400
    assert part in caught.value.message


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(Refused) as caught:
        parse(b"start=x&limit=0&other=1", ALL)
    assert len(caught.value.errors) == 3


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=500))
def test_texts_arrive_as_they_were_sent(text: str) -> None:
    assert parse(f"q={quote_plus(text)}".encode(), ALL)["q"] == text.strip()


@given(st.binary(max_size=100))
def test_no_query_string_breaks_it(query: bytes) -> None:
    try:
        assert set(parse(query, ALL)) == {param.name for param in ALL}
    except Refused as refused:
        assert refused.status == 400
