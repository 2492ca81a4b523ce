"""Corrections around clock changes: there and back is the identity, and set then import is import with the setting."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import from_iso, iso
from epg_ingest.guide.mappings import map_channel, shift_channel
from epg_ingest.guide.providers import remove_provider
from epg_ingest.guide.undo import undo
from epg_ingest.retention import cleanup
from epg_ingest.storage.audit import audited
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.guide.test_corrections import correct, everything, guide_of, programmes, unchanged
from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

#: a zone, and when its clock changes, on that clock in winter
CHANGES = {
    "2026-03-29T02:00:00Z": "Europe/Berlin", "2026-10-25T02:00:00Z": "Europe/Berlin", "2026-03-29T01:00:00Z": "Europe/London",
    "2026-11-01T01:00:00Z": "America/New_York", "2026-03-08T02:00:00Z": "America/New_York",
    "2026-04-05T01:30:00Z": "Australia/Lord_Howe", "2026-10-04T02:00:00Z": "Australia/Lord_Howe",
}  # fmt: skip
ZONES = (None, "Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo")
PROFILE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Element(NamedTuple):
    """A programme as a feed writes it: start and length in quarters of an hour, and the form of its times."""

    channel: int
    start: int
    length: int | None
    form: str = "{:%Y%m%d%H%M%S}"
    title: str = ""


FORMS = ("{:%Y%m%d%H%M%S}",) * 4 + ("{:%Y-%m-%d %H:%M:%S}", "{:%Y%m%d%H%M%S} +0000", "{:%Y%m%d%H%M%S} +0100")
elements = st.builds(
    Element, st.integers(1, 2), st.integers(-12, 16), st.sampled_from([None, 1, 2, 2, 4, 4, 0, 30]), st.sampled_from(FORMS),
    st.sampled_from(["", "", "again"]),
)  # fmt: skip
#: in any order, also with equal starts
feeds = st.lists(elements, min_size=1, max_size=24)
clocks = st.tuples(st.sampled_from(ZONES), st.sampled_from([0, 0, 60, -45]))


def document(change: str, wanted: Sequence[Element]) -> bytes:
    first = datetime.fromisoformat(change[:-1])
    shows = []
    for number, (channel, start, length, form, title) in enumerate(wanted):
        begin = form.format(first + timedelta(minutes=15 * start))
        end = "" if length is None else form.format(first + timedelta(minutes=15 * (start + length)))
        stop = f' stop="{end}"' if end else ""
        name = title or f"no. {number}"
        shows.append(
            f'<programme start="{begin}"{stop} channel="c{channel}"><title>{name}</title></programme>'
        )
    return feed(shows, [("c1", "One"), ("c2", "Two")])


def run(start: int, *titles: str) -> list[Element]:
    """Programmes of half an hour each, one after the other on the clock."""
    return [Element(1, start + 2 * n, 2, title=title) for n, title in enumerate(titles)]


AUTUMN = [
    *run(-4, "01:00", "01:30", "first"),
    Element(1, 2, -2, title="first half"),
    *run(0, "second", "second half", "03:00", "03:30"),
]
SPRING = run(-2, "01:30", "skipped", "skipped half", "03:00", "03:30", "04:00")
OVER = [
    Element(1, 0, 4, title="skipped"),
    Element(1, 4, 4, title="03:00"),
    Element(1, 2, 9, title="until 05:00"),
]


@PROFILE
@given(st.sampled_from(sorted(CHANGES)), feeds, st.lists(clocks, min_size=2, max_size=4))
@example("2026-10-25T02:00:00Z", AUTUMN, [("Europe/Berlin", 0), (None, 0)])
@example(
    "2026-10-25T02:00:00Z",
    AUTUMN,
    [("Europe/Berlin", 60), ("Europe/London", 0), (None, 15), ("Asia/Tokyo", 0)],
)
@example("2026-03-29T02:00:00Z", SPRING, [(None, 0), ("Europe/Berlin", 0)])
# London skips 01:00 and puts it at 01:00 UTC, where it was.
@example("2026-03-29T01:00:00Z", [Element(1, 0, None)], [(None, 0), ("Europe/London", 0)])
@example("2026-03-29T02:00:00Z", SPRING, [("Europe/Berlin", 0), (None, 0)])
@example("2026-03-29T02:00:00Z", OVER, [(None, 0), ("Europe/Berlin", 0), ("Europe/London", 30)])
def test_there_and_back_is_the_identity(
    change: str, wanted: list[Element], steps: list[tuple[str | None, int]]
) -> None:
    """Whatever the hour: nothing is lost, and nothing moves for good."""
    first, *others = steps
    body = document(change, wanted)
    with guide_of(timezone=first[0], shift_minutes=first[1]) as guide:
        guide.load("p", body)
        before = everything(guide)
        for name, minutes in others:
            correct(guide, timezone=name, shift_minutes=minutes)
            check_contents(guide.db.conn)
        correct(guide, timezone=first[0], shift_minutes=first[1])
        assert everything(guide) == before
        assert guide.rows("SELECT * FROM displaced") == []
        check_contents(guide.db.conn)
        assert unchanged(guide.load("p", body))
        assert unchanged(guide.load("p", body, force=True))
        assert everything(guide) == before


@PROFILE
@given(st.sampled_from(sorted(CHANGES)), feeds, st.lists(clocks, min_size=2, max_size=4), st.booleans())
@example("2026-10-25T02:00:00Z", AUTUMN, [(None, 0), ("Europe/Berlin", 0)], False)
@example("2026-03-29T02:00:00Z", SPRING[:2], [("Europe/Berlin", 0), (None, 0)], True)
# The feed is not in order: its later start is in the first pass of the repeated hour, its earlier one in the second.
@example(
    "2026-10-25T02:00:00Z", [Element(1, 3, 1), Element(1, 1, 1)], [(None, 0), ("Europe/Berlin", 0)], True
)
def test_set_then_import_is_import_with_the_setting(
    change: str, wanted: list[Element], steps: list[tuple[str | None, int]], between: bool
) -> None:
    """Also with imports in between, and whichever settings there were before."""
    first, *others = steps
    body = document(change, wanted)
    with guide_of(timezone=first[0], shift_minutes=first[1]) as guide:
        guide.load("p", body)
        for name, minutes in others:
            correct(guide, timezone=name, shift_minutes=minutes)
            if between:
                guide.load("p", body)
        assert guide.load("p", body, force=True)["status"] == "success"
        check_contents(guide.db.conn)
        with guide_of(timezone=others[-1][0], shift_minutes=others[-1][1]) as fresh:
            fresh.load("p", body)
            assert programmes(guide) == programmes(fresh)
            assert kept(guide) == kept(fresh)


def kept(guide: Guide) -> list[Any]:
    """What is kept beside the programmes, by their starts."""
    return [
        guide.rows("SELECT * FROM displaced"),
        guide.rows(
            "SELECT a.channel_id, a.start_time, k.start_clock, k.start_second, k.stop_clock, k.stop_second"
            " FROM clock_times k JOIN airings a ON a.id = k.program_id ORDER BY 1, 2"
        ),
    ]


@pytest.fixture
def autumn(guide: Guide) -> Guide:
    """A guide in which a correction has put two programmes aside."""
    guide.provider("p", timezone="Europe/Berlin")
    guide.load("p", document("2026-10-25T02:00:00Z", AUTUMN))
    correct(guide, timezone=None)
    assert {json.loads(row["programme"])["content"]["title"] for row in guide.rows("SELECT * FROM displaced")} == {
        "first", "first half",
    }  # fmt: skip
    return guide


def titles(guide: Guide) -> list[str]:
    return [row["title"] for row in guide.rows()]


def test_a_programme_that_loses_its_start_comes_back_whole(guide: Guide) -> None:
    guide.provider("p", timezone="Europe/Berlin")
    guide.load("p", document("2026-10-25T02:00:00Z", AUTUMN))
    before, ids = everything(guide), {row["title"]: row["id"] for row in guide.rows()}
    correct(guide, timezone=None)
    assert titles(guide) == ["01:00", "01:30", "second", "second half", "03:00", "03:30"]
    assert programmes_found(guide.db.conn, "first") == []
    correct(guide, timezone="Europe/Berlin")
    assert everything(guide) == before
    assert programmes_found(guide.db.conn, "first") == [ids["first"], ids["first half"]]


def test_a_correction_is_undone_without_loss(guide: Guide) -> None:
    guide.provider("p", timezone="Europe/Berlin")
    guide.load("p", document("2026-10-25T02:00:00Z", AUTUMN))
    before = everything(guide)
    with audited("me", "provider.update", "provider 1 p", {}, now=NOON):
        correct(guide, timezone=None)
    assert everything(guide) != before
    undo(guide.db, guide.vault, actor="me", now=NOON)
    assert everything(guide) == before


def test_programmes_put_aside_move_with_a_shift_and_with_their_channel(autumn: Guide) -> None:
    first = autumn.rows("SELECT start_time FROM displaced ORDER BY 1")[0]["start_time"]
    shift_channel(autumn.db, "p", "c1", 90, now=NOON)
    (row, _) = autumn.rows("SELECT * FROM displaced ORDER BY start_time")
    assert row["start_time"] == iso(from_iso(first) + 90 * 60)
    map_channel(autumn.db, "p", "c1", "elsewhere", create=True, now=NOON)
    correct(autumn, timezone="Europe/Berlin")
    assert len(titles(autumn)) == len(AUTUMN)
    assert len({row["channel_id"] for row in autumn.rows()}) == 1


def test_a_feed_decides_anew_about_programmes_put_aside(autumn: Guide) -> None:
    autumn.load("p", document("2026-10-25T02:00:00Z", AUTUMN[:2] + AUTUMN[4:]))
    assert autumn.rows("SELECT * FROM displaced") == []
    correct(autumn, timezone="Europe/Berlin")
    assert "first" not in titles(autumn)


def test_a_feed_does_not_speak_of_another_time(autumn: Guide) -> None:
    later = feed([show("c1", NOON, NOON + HOUR, "later")])
    autumn.load("p", later)
    correct(autumn, timezone="Europe/Berlin")
    assert len(titles(autumn)) == len(AUTUMN) + 1


def test_what_is_put_aside_goes_with_its_time_and_its_provider(autumn: Guide) -> None:
    cleanup(autumn.db, Retention(7, 7, None), from_iso("2026-11-01T02:00:00Z"))
    assert autumn.rows("SELECT count(*) AS n FROM displaced")[0]["n"] == 2
    cleanup(autumn.db, Retention(7, 7, None), from_iso("2026-11-01T02:00:00Z") + DAY)
    assert autumn.rows("SELECT * FROM displaced") == []
    check_contents(autumn.db.conn)


def test_what_is_put_aside_goes_with_its_provider(autumn: Guide) -> None:
    remove_provider(autumn.db, autumn.vault, "p", now=NOON)
    assert autumn.rows("SELECT * FROM displaced") == []


@pytest.mark.parametrize(
    "wrong", ["end_time = '2026-03-29T02:31:00Z'", "unzoned = 0", "end_source = 'assumed'"]
)
def test_a_forced_import_repairs_a_row_although_its_element_is_known(guide: Guide, wrong: str) -> None:
    """It recognises nothing: every element is read and compared."""
    body = document("2026-03-29T02:00:00Z", SPRING)
    guide.load("p", body)
    before = everything(guide)
    guide.db.execute(f"UPDATE airings SET {wrong} WHERE id = 2")
    guide.db.conn.commit()
    guide.load("p", body)
    guide.load("p", body, force=True)
    assert everything(guide) == before
    assert unchanged(guide.load("p", body))


@pytest.mark.parametrize(
    "form", ["{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%dT%H:%M:%S}", "{:%Y%m%dT%H%M%S}", "{:%Y%m%d%H%M}"]
)
def test_a_time_without_an_offset_in_any_form_follows_the_zone(guide: Guide, form: str) -> None:
    row = guide.load("p", document("2026-06-01T12:00:00Z", [Element(1, 0, 4, form)]))
    assert guide.problems(row)["missingtimezone"] == 1
    correct(guide, timezone="Europe/Berlin")
    assert [row["start_time"] for row in guide.rows()] == ["2026-06-01T10:00:00Z"]
