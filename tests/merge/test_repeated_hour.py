"""Times without an offset in the hour that a clock change repeats: told apart by their order in the feed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import from_iso
from epg_ingest.merge.repeated_hour import Twice, passes, span
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.support import HOUR, Guide, feed

pytestmark = pytest.mark.slow

MINUTE = 60
LONDON = "Europe/London"
#: 01:00 British Summer Time on the night on which 01:00 to 02:00 comes twice
FIRST = from_iso("2026-10-25T00:00:00Z")


def wall(moment: int, zone: str = LONDON) -> str:
    """A moment as a clock in the zone shows it, without an offset."""
    return datetime.fromtimestamp(moment, timezone.utc).astimezone(ZoneInfo(zone)).strftime("%Y%m%d%H%M%S")


def told(
    start: str, stop: str | None, title: str, inner: str = "", more: str = "", channel: str = "one"
) -> str:
    end = "" if stop is None else f' stop="{stop}"'
    return f'<programme start="{start}"{end} channel="{channel}"{more}><title>{title}</title>{inner}</programme>\n'


def clock(time: str) -> str:
    return f"20261025{time.replace(':', '')}00"


def minutes(hhmm: str) -> int:
    return int(hhmm[:2]) * 60 + int(hhmm[3:])


#: (start, stop, title) in the order of the feed → start and end of each in UTC, by title
CASES: dict[str, tuple[list[tuple[str, str | None, str]], dict[str, str]]] = {
    "two passes": (
        [("01:00", "01:30", "a"), ("01:30", "01:00", "b"), ("01:00", "01:30", "c"), ("01:30", "02:00", "d")],
        {"a": "00:00-00:30", "b": "00:30-01:00", "c": "01:00-01:30", "d": "01:30-02:00"},
    ),
    "two passes without stops": (
        [("01:00", None, "a"), ("01:30", None, "b"), ("01:00", None, "c"), ("01:30", None, "d"), ("02:00", None, "e")],
        {"a": "00:00-00:30", "b": "00:30-01:00", "c": "01:00-01:30", "d": "01:30-02:00", "e": "02:00-03:00"},
    ),
    "one pass": ([("01:00", "01:30", "a"), ("01:30", "02:00", "b")], {"a": "00:00-00:30", "b": "00:30-02:00"}),
    "other times in the second pass": (
        [("01:10", "01:50", "a"), ("01:50", "01:20", "b"), ("01:20", "02:10", "c")],
        {"a": "00:10-00:50", "b": "00:50-01:20", "c": "01:20-02:10"},
    ),
    "every hour, with stops": (
        [("00:00", "01:00", "a"), ("01:00", "01:00", "b"), ("01:00", "02:00", "c"), ("02:00", "03:00", "d")],
        {"a": "23:00-00:00", "b": "00:00-01:00", "c": "01:00-02:00", "d": "02:00-03:00"},
    ),
    "every hour, without stops": (
        [("00:00", None, "a"), ("01:00", None, "b"), ("01:00", None, "c"), ("02:00", "03:00", "d")],
        {"a": "23:00-00:00", "b": "00:00-01:00", "c": "01:00-02:00", "d": "02:00-03:00"},
    ),
    "a stop in the hour after a start before it": ([("00:30", "01:30", "a")], {"a": "23:30-00:30"}),
    "a gap in the second pass": (
        [("01:00", "01:20", "a"), ("01:40", "01:50", "b"), ("01:00", "01:20", "c"), ("01:40", "01:50", "d")],
        {"a": "00:00-00:20", "b": "00:40-00:50", "c": "01:00-01:20", "d": "01:40-01:50"},
    ),
    "a small overlap between the passes": (
        [("01:00", "01:35", "a"), ("01:30", "01:05", "b"), ("01:00", "01:35", "c"), ("01:30", "02:00", "d")],
        {"a": "00:00-00:30", "b": "00:30-01:00", "c": "01:00-01:30", "d": "01:30-02:00"},
    ),
    "a duplicate in each pass": (
        [
            ("01:00", "01:30", "x"), ("01:00", "01:30", "a"), ("01:30", "01:00", "b"), ("01:00", "01:30", "y"),
            ("01:00", "01:30", "c"), ("01:30", "02:00", "d"),
        ],
        {"a": "00:00-00:30", "b": "00:30-01:00", "c": "01:00-01:30", "d": "01:30-02:00"},
    ),
    "a second copy of the feed": (
        [
            ("01:00", "01:30", "a"), ("01:30", "01:00", "b"), ("01:00", "01:30", "c"), ("01:30", "02:00", "d"),
            ("01:00", "01:30", "a"), ("01:30", "01:00", "b"), ("01:00", "01:30", "c"), ("01:30", "02:00", "d"),
        ],
        {"a": "00:00-00:30", "b": "00:30-01:00", "c": "01:00-01:30", "d": "01:30-02:00"},
    ),
    "a second copy of a feed with one pass": (
        [("01:00", "01:30", "a"), ("01:30", "02:00", "b"), ("01:00", "01:30", "a"), ("01:30", "02:00", "b")],
        {"a": "00:00-00:30", "b": "00:30-02:00"},
    ),
    "not in order": ([("01:30", "02:00", "b"), ("01:00", "01:30", "a")], {"a": "00:00-00:30", "b": "00:30-02:00"}),
    "the same to the byte twice in a row": (
        [("01:00", None, "a"), ("01:00", None, "a"), ("01:30", "01:30", "b"), ("01:30", "01:30", "b")],
        {"a": "00:00-00:30", "b": "00:30-01:30"},
    ),
    "the same filler in both passes": (
        [("01:00", "01:30", "a"), ("01:30", "01:00", "f"), ("01:00", "01:30", "a"), ("01:30", "02:00", "f")],
        {"a": "00:00-00:30 01:00-01:30", "f": "00:30-01:00 01:30-02:00"},
    ),
}  # fmt: skip


def shown(guide: Guide) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in guide.rows():
        text = f"{row['start_time'][11:16]}-{row['end_time'][11:16]}"
        found[row["title"]] = f"{found[row['title']]} {text}" if row["title"] in found else text
    return found


@pytest.mark.parametrize("name", CASES)
def test_cases(guide: Guide, name: str) -> None:
    rows, expected = CASES[name]
    body = feed([told(clock(a), b and clock(b), title) for a, b, title in rows])
    guide.load("p", body, timezone=LONDON)
    assert shown(guide) == expected
    before = guide.stored()
    for again in (body + b" ", body.replace(b"</tv>", b"<!-- --></tv>")):
        row = guide.load("p", again)
        assert guide.stored() == before
        assert (row["programs_imported"], row["programs_updated"], row["programs_removed"]) == (0, 0, 0)


def test_each_channel_by_itself(guide: Guide) -> None:
    """A feed in order of time, with its channels between one another."""
    rows = [("01:00", "01:30"), ("01:30", "01:00"), ("01:00", "01:30"), ("01:30", "02:00")]
    guide.load(
        "p",
        feed(
            [
                told(clock(a), clock(b), f"{name}{n}", channel=name)
                for n, (a, b) in enumerate(rows)
                for name in "xyz"
            ]
        ),
        timezone=LONDON,
    )
    times = {"0": "00:00-00:30", "1": "00:30-01:00", "2": "01:00-01:30", "3": "01:30-02:00"}
    assert shown(guide) == {f"{name}{n}": span for name in "xyz" for n, span in times.items()}


def test_parts_of_a_clump_stay_together(guide: Guide) -> None:
    parts = [told(clock("01:00"), None, title, more=f' clumpidx="{n}/2"') for n, title in enumerate("ab")]
    guide.load(
        "p",
        feed([*parts, told(clock("01:30"), None, "c"), *parts, told(clock("02:00"), None, "d")]),
        timezone=LONDON,
    )
    assert shown(guide) == {"a; b": "00:00-00:30 01:00-02:00", "c": "00:30-01:00", "d": "02:00-03:00"}


def test_times_with_an_offset_are_left_alone(guide: Guide) -> None:
    rows = [("0130", "+0000", "b"), ("0100", "+0000", "a"), ("0130", "+0100", "d")]
    guide.load("p", feed([told(f"20261025{a}00 {o}", None, title) for a, o, title in rows]), timezone=LONDON)
    assert {title: text[:5] for title, text in shown(guide).items()} == {
        "d": "00:30",
        "a": "01:00",
        "b": "01:30",
    }


def test_times_that_name_their_zone_are_told_apart_too(guide: Guide) -> None:
    rows, expected = CASES["two passes"]
    named = [told(f"{clock(a)} {LONDON}", b and f"{clock(b)} {LONDON}", title) for a, b, title in rows]
    row = guide.load("p", feed(named))
    assert shown(guide) == expected
    assert guide.problems(row) == {"unknownid": 1}


def test_the_shift_of_the_provider_comes_on_top(guide: Guide) -> None:
    rows, expected = CASES["two passes"]
    guide.load(
        "p",
        feed([told(clock(a), b and clock(b), title) for a, b, title in rows]),
        timezone=LONDON,
        shift_minutes=60,
    )
    assert shown(guide)["a"] == "01:00-01:30" and shown(guide)["d"] == "02:30-03:00" and len(expected) == 4


def test_no_stop_is_reported_that_is_only_read_late(guide: Guide) -> None:
    rows, _ = CASES["two passes"]
    row = guide.load(
        "p", feed([told(clock(a), b and clock(b), title) for a, b, title in rows]), timezone=LONDON
    )
    assert guide.problems(row) == {"unknownid": 1}
    row = guide.load("p", feed([told(clock("01:30"), clock("00:10"), "bad")]))
    assert guide.problems(row)["badstop"] == 1


def test_a_half_hour_that_comes_twice(guide: Guide) -> None:
    """Lord Howe Island turns its clocks by half an hour."""
    rows = [("01:30", "01:45"), ("01:45", "01:30"), ("01:30", "02:00")]
    guide.load(
        "p",
        feed(
            [
                told(f"20260405{a.replace(':', '')}00", f"20260405{b.replace(':', '')}00", str(n))
                for n, (a, b) in enumerate(rows)
            ]
        ),
        timezone="Australia/Lord_Howe",
    )
    assert shown(guide) == {"0": "14:30-14:45", "1": "14:45-15:00", "2": "15:00-15:30"}


def test_a_year_later_the_first_pass_comes_first(guide: Guide) -> None:
    rows = ["20261025010000", "20261025010000", "20271031010000"]
    guide.load("p", feed([told(a, None, str(n)) for n, a in enumerate(rows)]), timezone=LONDON)
    assert [row["start_time"][:16] for row in guide.rows()] == [
        "2026-10-25T00:00",
        "2026-10-25T01:00",
        "2027-10-31T00:00",
    ]


def test_an_element_that_is_new_moves_no_other(guide: Guide) -> None:
    """The second import knows the elements of the first; those of the repeated hour are read again and found again."""
    rows, _ = CASES["two passes"]
    shows = [told(clock(a), b and clock(b), title) for a, b, title in rows]
    guide.load("p", feed(shows), timezone=LONDON)
    ids = {row["title"]: row["id"] for row in guide.rows()}
    guide.load("p", feed([*shows[:2], told(clock("01:00"), clock("01:30"), "new"), shows[3]]))
    assert shown(guide) == {"a": "00:00-00:30", "b": "00:30-01:00", "new": "01:00-01:30", "d": "01:30-02:00"}
    assert {row["title"]: row["id"] for row in guide.rows()} == {
        "a": ids["a"],
        "b": ids["b"],
        "new": ids["c"],
        "d": ids["d"],
    }


def test_old_passes_do_not_confuse_new_ones(guide: Guide) -> None:
    """At the edge of the retention window all of the hour is read until all of it is over."""
    rows, _ = CASES["two passes"]
    body = feed(
        [
            *(told(clock(a), b and clock(b), title) for a, b, title in rows),
            told("20261030120000", None, "later"),
        ]
    )
    for at in range(-1, 5):
        now = FIRST + at * 1800 + 7 * 24 * HOUR + 1
        guide.load("p", body + b" " * (at + 2), now=now, retention=Retention(7, 7, None), timezone=LONDON)
        found = shown(guide)
        assert all(found[title] == CASES["two passes"][1][title] for title in "abcd" if title in found)
        assert "d" in found or at == 4


# Properties.


def night(drawn: Sequence[int], end: int) -> list[tuple[int, int]]:
    """Programmes without gaps that start at these minutes after `FIRST`, minus two hours."""
    starts = sorted({FIRST + (minute - 120) * MINUTE for minute in drawn})
    return list(zip(starts, [*starts[1:], FIRST + end * MINUTE], strict=True))


def is_clear(rows: Sequence[tuple[int, int]]) -> bool:
    """Whether a reader can see where the second pass begins: the clock goes back, or not at all from a second start on."""
    first = [start for start, _ in rows if 0 <= start - FIRST < HOUR]
    second = [start for start, _ in rows if HOUR <= start - FIRST < 2 * HOUR]
    return not second or bool(first and first[-1] >= second[0] - HOUR)


nights = st.lists(st.integers(0, 60).map(lambda n: n * 5), min_size=1, max_size=30, unique=True)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(nights, st.sampled_from([(False, False), (True, False), (True, True)]))
def test_a_feed_in_order_is_read_as_it_was_meant(drawn: list[int], kind: tuple[bool, bool]) -> None:
    """Programmes of one title differ by their stops; without them, two at one clock time would be the same to the byte."""
    stops, same_title = kind
    rows = [row for row in night(drawn, 400) if row[1] - row[0] <= 6 * HOUR]
    if not is_clear(rows):
        return
    shows = [
        told(wall(a), wall(b) if stops else None, str(n * (not same_title))) for n, (a, b) in enumerate(rows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        guide = Guide(Path(folder))
        try:
            guide.load("p", feed(shows), timezone=LONDON)
            found = [from_iso(row["start_time"]) for row in guide.rows()]
            assert found == [start for start, _ in rows]
            before = guide.stored()
            row = guide.load("p", feed(shows) + b"<!-- -->")
            assert guide.stored() == before and row["programs_updated"] == row["programs_imported"] == 0
        finally:
            guide.close()


twice = st.builds(
    lambda start, stop, content: Twice(
        0, "one", start * 300, HOUR, None if stop is None else stop * 300, HOUR, None, content
    ),
    st.integers(0, 11),
    st.none() | st.integers(0, 11),
    st.integers(0, 3),
)


@given(st.lists(twice, max_size=12))
def test_any_order_gives_one_of_two_readings(drawn: list[Twice]) -> None:
    found = list(passes(drawn))
    assert [programme for programme, _ in found] == drawn
    for programme, second in found:
        start, stop = span(programme, second)
        assert start - programme.start == (HOUR if second else 0)
        assert stop is None or stop - (programme.stop or 0) in (0, HOUR)
    assert list(passes(drawn)) == found
    assert not found or not found[0][1]


def test_one_process_or_several(tmp_path: Path) -> None:
    """Channels are cut into batches anywhere; the order of the feed is what counts."""
    rows = CASES["two passes"][0]
    filler = "<desc>" + "words " * 400 + "</desc>"
    shows = []
    for number in range(60):
        channel = f"c{number}"
        day = [
            told(f"2026102{d}{h:02}0000", None, f"{d}-{h}", filler, channel=channel)
            for d in (4, 6)
            for h in range(24)
        ]
        shows += (
            day[:24]
            + [told(clock(a), b and clock(b), t, filler, channel=channel) for a, b, t in rows]
            + day[24:]
        )
    results: list[Any] = []
    for workers in (0, 1, 2, 4):
        folder = tmp_path / str(workers)
        folder.mkdir()
        guide = Guide(folder)
        guide.load("p", feed(shows), timezone=LONDON, workers=workers)
        first = guide.stored()
        guide.load("p", feed(shows) + b" ", workers=workers)
        assert guide.stored() == first
        results.append([{**row, "created_at": 0} for row in guide.rows("SELECT * FROM airings ORDER BY id")])
        guide.close()
    assert all(result == results[0] for result in results)
    assert len(results[0]) == 60 * 52
