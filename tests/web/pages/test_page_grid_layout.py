"""The layout of the guide grid, the kinds of programmes and the reading of a start: pure, each a table of cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from epg_web.base.genre_filter import CLASSES
from epg_web.base.zone import Zone
from epg_web.pages import grid, grid_layout
from epg_web.pages.grid_kinds import KINDS, kind_of
from epg_web.pages.grid_layout import Window
from epg_web.shell.static_files import SITE, files

BERLIN = Zone("Europe/Berlin", "asked")
EVENING = Window("2026-11-22T19:00:00Z", "2026-11-22T22:00:00Z")


def at(clock: str, day: int = 22) -> str:
    return f"2026-11-{day}T{clock}:00Z" if clock.count(":") == 1 else f"2026-11-{day}T{clock}Z"


def shape(*times: tuple[str, str]) -> list[tuple[int, bool, bool, bool]]:
    """(minutes, is a programme, begins before, ends behind) of each cell."""
    rows = [{"start_time": at(start), "end_time": at(end)} for start, end in times]
    found = grid_layout.cells(rows, EVENING)
    assert sum(cell.span for cell in found) == EVENING.minutes
    return [(cell.span, cell.programme is not None, cell.before, cell.after) for cell in found]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], [(180, False, False, False)]),
        ([("19:00", "22:00")], [(180, True, False, False)]),
        ([("18:00", "23:00")], [(180, True, True, True)]),
        ([("19:30", "20:15")], [(30, False, False, False), (45, True, False, False), (105, False, False, False)]),
        ([("18:30", "20:00"), ("20:00", "22:30")], [(60, True, True, False), (120, True, False, True)]),
        ([("18:00", "19:00"), ("22:00", "23:00")], [(180, False, False, False)]),
        ([("19:00", "21:30:30"), ("21:30:30", "22:00")], [(150, True, False, False), (30, True, False, False)]),
    ],
)  # fmt: skip
def test_programmes_are_as_wide_as_they_are_long(times: Any, expected: Any) -> None:
    assert shape(*times) == expected


def test_programmes_shorter_than_a_minute_push_the_next_ones_until_there_is_room() -> None:
    found = shape(("19:00:00", "19:00:20"), ("19:00:20", "19:00:40"), ("19:00:40", "19:30"))
    assert found == [
        (1, True, False, False), (1, True, False, False), (28, True, False, False), (150, False, False, False),
    ]  # fmt: skip


def test_many_short_ones_at_the_edge_do_not_widen_the_row() -> None:
    assert sum(span for span, *_ in shape(*[("21:59:10", "21:59:20")] * 5)) == 180


@pytest.mark.parametrize(
    ("zone", "now", "start"),
    [
        ("UTC", "2026-11-22T19:44:59Z", "2026-11-22T19:30:00Z"),
        ("UTC", "2026-11-22T19:29:00Z", "2026-11-22T19:00:00Z"),
        ("Asia/Kathmandu", "2026-11-22T19:44:00Z", "2026-11-22T19:15:00Z"),
        ("Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:00:00Z"),
    ],
)
def test_the_window_begins_at_a_half_hour_of_the_clock(zone: str, now: str, start: str) -> None:
    assert grid_layout.window(now, 3, Zone(zone, "asked")).start == start


def test_the_hour_that_comes_twice_is_there_twice() -> None:
    window = Window("2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z")
    assert [mark.clock for mark in grid_layout.marks(window, BERLIN)] == [
        "01:30 CEST", "02:00 CEST", "02:30 CEST", "02:00 CET", "02:30 CET", "03:00 CET",
    ]  # fmt: skip


def test_the_hour_that_is_left_out_is_not_there() -> None:
    window = Window("2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z")
    clocks = [mark.clock for mark in grid_layout.marks(window, BERLIN)]
    assert clocks == ["01:00 CET", "01:30 CET", "03:00 CEST", "03:30 CEST"]


def test_the_ruler_names_the_day_that_begins() -> None:
    window = Window("2026-11-22T22:00:00Z", "2026-11-23T00:00:00Z")
    assert [(mark.clock, mark.day) for mark in grid_layout.marks(window, BERLIN)][1:3] == [
        ("23:30", None), ("00:00", date(2026, 11, 23)),
    ]  # fmt: skip


@pytest.mark.parametrize(("now", "share"), [("19:00", 0.0), ("20:30", 0.5), ("22:00", None), ("18:59", None)])
def test_now_is_a_share_of_the_window(now: str, share: float | None) -> None:
    assert EVENING.share(at(now)) == share


def test_windows_do_not_leave_the_years_that_can_be_asked_for() -> None:
    assert Window("1901-01-01T00:00:00Z", "1901-01-01T03:00:00Z").moved(-3) is None
    assert Window("2998-12-31T21:00:00Z", "2999-01-01T00:00:00Z").moved(3) is None
    assert EVENING.moved(3) == Window("2026-11-22T22:00:00Z", "2026-11-23T01:00:00Z")


@pytest.mark.parametrize(
    ("viewed", "first", "last", "low", "high"),
    [
        (22, 20, 30, 20, 30),
        (22, 1, 30, 18, 30),
        (22, 22, 22, 22, 22),
        (22, 24, 30, 22, 30),
        (28, 1, 3, 24, 28),
    ],
)
def test_the_strip_goes_as_far_as_programmes_do(
    viewed: int, first: int, last: int, low: int, high: int
) -> None:
    found = grid_layout.strip(*(date(2026, 11, day) for day in (viewed, first, last)))
    assert (found[0].day, found[-1].day, len(found)) == (low, high, high - low + 1)


def test_the_strip_is_bounded() -> None:
    assert len(grid_layout.strip(date(2026, 11, 22), date(1950, 1, 1), date(2900, 1, 1))) == grid_layout.STRIP


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x10, "film"), (0x1F, "film"), (0x20, "news"), (0x33, "show"), (0x43, "sports"), (0x50, "children"), (0x60, "music"),
        (0x70, "arts"), (0x80, "society"), (0x90, "education"), (0xA0, "leisure"), (0xAF, "leisure"), (0xB0, None),
        (0x00, None), (0x0F, None), (0xF0, None), (None, None),
    ],
)  # fmt: skip
def test_kinds_are_the_classes_of_genres(code: int | None, name: str | None) -> None:
    found = kind_of(code)
    assert (found.name if found else None) == name


def test_every_class_has_a_kind() -> None:
    assert [kind.name for kind in KINDS] == list(CLASSES)


def test_each_kind_has_a_sign_of_its_own_in_the_style_sheet() -> None:
    css = files()[SITE].body.decode()
    for kind in KINDS:
        assert f"\n.k-{kind.name} {{ --k: var(--k-{kind.name}); --t: var(--t-{kind.name}); }}" in css
        assert css.count(f"--k-{kind.name}: #") == css.count(f"--t-{kind.name}: #") == 2, "light and dark"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-22T20:00", "2026-11-22T19:00:00Z"), ("2026-11-22 20:00", "2026-11-22T19:00:00Z"),
        ("2026-11-22T20:00Z", "2026-11-22T20:00:00Z"), ("2026-11-22T20:00:00+02:00", "2026-11-22T18:00:00Z"),
        ("2026-11-22T20:00 05:00", "2026-11-22T15:00:00Z"), ("2026-11-22", "2026-11-21T23:00:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00Z"), ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
    ],
)  # fmt: skip
def test_a_start_without_offset_is_the_viewers_time(text: str, utc: str) -> None:
    assert grid.read_start(text, BERLIN) == utc
