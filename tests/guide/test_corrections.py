"""A corrected time zone or shift moves stored programmes at once: as if the feed had been read under the new setting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from epg_ingest.core.errors import NotFoundError, UsageError
from epg_ingest.core.times import from_iso, iso
from epg_ingest.guide.mappings import ignore_channel, map_channel, shift_channel
from epg_ingest.guide.providers import update_provider
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.support import HOUR, NOON, Guide, feed

SLOT = 1800
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", None)
#: half a day before clocks change in London, in New York, and in Lord Howe (by half an hour)
STARTS = (
    "2026-03-28T14:00:00Z",
    "2026-10-24T14:00:00Z",
    "2026-11-01T00:00:00Z",
    "2026-04-04T06:00:00Z",
    iso(NOON),
)
PROFILE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


class Show(NamedTuple):
    """A programme: its channel, start and length in slots, whether its times have an offset, its `<length>` in minutes."""

    channel: int
    slot: int
    slots: int | None
    zoned: bool
    length: int | None


shows = st.builds(
    Show,
    st.integers(1, 2),
    st.integers(0, 120),
    st.sampled_from([None, 0, 1, 1, 1, 2, 3, 9, 400]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([None, None, 45]),
)
lists = st.lists(shows, min_size=1, max_size=30, unique_by=lambda found: (found.channel, found.slot))


def element(first: int, found: Show) -> str:
    """The programme as XMLTV; times without an offset are those of a clock in UTC."""

    def text(slot: int) -> str:
        digits = "".join(c for c in iso(first + slot * SLOT) if c.isdigit())
        return f"{digits} +0000" if found.zoned else digits

    stop = "" if found.slots is None else f' stop="{text(found.slot + found.slots)}"'
    length = f'<length units="minutes">{found.length}</length>' if found.length else ""
    title = f"{'zoned' if found.zoned else 'bare'} {found.slot} of {found.channel}"
    return f'<programme start="{text(found.slot)}"{stop} channel="c{found.channel}"><title>{title}</title>{length}</programme>'


def document(first: int, wanted: Sequence[Show]) -> bytes:
    ordered = sorted(wanted, key=lambda found: (found.channel, found.slot))
    return feed([element(first, found) for found in ordered], [("c1", "One"), ("c2", "Two")])


@contextmanager
def guide_of(**clock: Any) -> Iterator[Guide]:
    with tempfile.TemporaryDirectory() as folder:
        made = Guide(Path(folder))
        made.provider("p", **clock)
        try:
            yield made
        finally:
            made.close()


def programmes(guide: Guide) -> list[Any]:
    return guide.rows(
        "SELECT c.name, a.start_time, a.end_time, a.end_source, a.own_stop, a.unzoned, o.title FROM airings a"
        " JOIN channels c ON c.id = a.channel_id JOIN contents o ON o.id = a.content_id ORDER BY 1, 2"
    )


def everything(guide: Guide) -> list[Any]:
    columns = "id, channel_id, start_time, end_time, content_id, end_source, own_stop, unzoned, shadowed_by, created_at"
    return [
        *guide.rows(f"SELECT {columns} FROM airings ORDER BY id"),
        *guide.rows("SELECT * FROM contents ORDER BY id"),
        *guide.rows("SELECT provider_channel_id, last_end FROM feed_channels ORDER BY 1"),
    ]


def correct(guide: Guide, **clock: Any) -> None:
    update_provider(guide.db, guide.vault, "p", clock, now=NOON + 60)


def unchanged(row: dict[str, Any]) -> bool:
    return (row["status"], row["programs_imported"], row["programs_updated"], row["programs_removed"]) == (
        "success", 0, 0, 0,
    )  # fmt: skip


@PROFILE
@given(st.sampled_from(STARTS), lists, st.sampled_from(ZONES), st.sampled_from([0, 0, 30, -90, 1440]))
# Two programmes come to one start. The one that says more than a title wins, whichever comes first in the feed.
@example(STARTS[1], [Show(2, 14, 1, True, 45), Show(2, 16, 1, False, None)], "Europe/London", 0)
@example(STARTS[1], [Show(2, 14, 1, True, None), Show(2, 16, 1, False, 45)], "Europe/London", 0)
# The clock shows the stop, which is that of the start, an hour later for the second time.
@example(STARTS[1], [Show(1, 0, None, False, None), Show(1, 22, 0, False, None)], "Europe/London", 0)
@example(STARTS[4], [Show(1, 4, 1, False, 45), Show(1, 14, 1, True, None)], "America/New_York", 0)
def test_as_if_read_under_the_new_setting(
    start: str, wanted: list[Show], name: str | None, minutes: int
) -> None:
    body, clock = document(from_iso(start), wanted), {"timezone": name, "shift_minutes": minutes}
    with guide_of(**clock) as expected, guide_of() as guide:
        expected.load("p", body)
        guide.load("p", body)
        ids = {row["title"]: row["id"] for row in guide.rows()}
        correct(guide, **clock)
        assert programmes(guide) == programmes(expected)
        assert guide.rows(
            "SELECT provider_channel_id, last_end FROM feed_channels ORDER BY 1"
        ) == expected.rows("SELECT provider_channel_id, last_end FROM feed_channels ORDER BY 1")
        assert all(ids[row["title"]] == row["id"] for row in guide.rows())
        check_contents(guide.db.conn)
        before = everything(guide)
        for force in (False, True):
            assert unchanged(guide.load("p", body, force=force))
        assert everything(guide) == before


@PROFILE
@given(
    st.sampled_from(STARTS),
    lists,
    st.lists(st.tuples(st.sampled_from(ZONES), st.sampled_from([0, 30, -90, 1440])), min_size=2, max_size=4),
)
def test_there_and_back_is_the_identity(
    start: str, wanted: list[Show], clocks: list[tuple[str | None, int]]
) -> None:
    body, first = document(from_iso(start), wanted), clocks[0]
    with guide_of(timezone=first[0], shift_minutes=first[1]) as guide:
        guide.load("p", body)
        before = everything(guide)
        for name, minutes in clocks[1:]:
            correct(guide, timezone=name, shift_minutes=minutes)
        correct(guide, timezone=first[0], shift_minutes=first[1])
        assert everything(guide) == before
        assert unchanged(guide.load("p", body, force=True))
        assert everything(guide) == before


def hourly(*channels: str, hours: int = 24, offset: str = "") -> bytes:
    """Programmes of an hour each, from noon on."""
    shows = []
    for name in channels:
        for n in range(hours):
            start, stop = ("".join(c for c in iso(NOON + hour * HOUR) if c.isdigit()) for hour in (n, n + 1))
            when = f'start="{start}{offset}" stop="{stop}{offset}"'
            shows.append(f'<programme {when} channel="{name}"><title>{name} {n}</title></programme>')
    return feed(shows)


def times(guide: Guide, title: str) -> tuple[str, str]:
    (row,) = guide.rows("SELECT start_time, end_time FROM programs WHERE title = ?", title)
    return row["start_time"], row["end_time"]


def test_nothing_of_the_old_times_is_left(guide: Guide) -> None:
    guide.provider("p", timezone="America/New_York")
    guide.load("p", hourly("a"))
    generation = guide.rows("SELECT number FROM generation")[0]["number"]
    correct(guide, timezone="Europe/Berlin")
    assert times(guide, "a 0") == (iso(NOON - HOUR), iso(NOON))
    assert guide.rows("SELECT number FROM generation") == [{"number": generation + 1}]
    assert {row["updated_at"] for row in guide.rows()} == {iso(NOON + 60)}
    assert unchanged(guide.load("p", hourly("a")))
    assert unchanged(guide.load("p", hourly("a"), force=True))
    assert len(guide.rows()) == 24 and len(programmes_found(guide.db.conn, "a")) == 24


def test_times_with_an_offset_only_follow_the_shift(guide: Guide) -> None:
    guide.load("p", hourly("a", offset=" +0100"))
    before = guide.stored()
    correct(guide, timezone="Europe/Berlin")
    assert guide.stored() == before
    correct(guide, shift_minutes=60)
    assert times(guide, "a 0") == (iso(NOON), iso(NOON + HOUR))


def test_what_is_shown_is_decided_again(guide: Guide) -> None:
    guide.load("p", hourly("a", hours=2), priority=1)
    guide.load("q", hourly("a", hours=6), priority=9)
    assert [row[1] for row in guide.shown()] == [iso(NOON + n * HOUR) for n in range(6)]
    hidden = (
        "SELECT title FROM programs WHERE provider_id = 2 AND shadowed_by IS NOT NULL ORDER BY start_time"
    )
    assert [row["title"] for row in guide.rows(hidden)] == ["a 0", "a 1"]
    correct(guide, shift_minutes=180)
    assert [row["title"] for row in guide.rows(hidden)] == ["a 3", "a 4"]
    correct(guide, shift_minutes=180, enabled=False)
    assert guide.rows(hidden) == []


def test_a_correction_of_nothing_writes_nothing(guide: Guide) -> None:
    guide.load("p", hourly("a"), timezone="UTC", shift_minutes=5)
    before = guide.stored()
    correct(guide, timezone=None)
    assert guide.stored() == before


def test_a_channel_has_a_shift_of_its_own(guide: Guide) -> None:
    guide.load("p", hourly("a", "b"), shift_minutes=30)
    ids = guide.rows("SELECT id, title FROM programs ORDER BY 1")
    done = shift_channel(guide.db, "p", "a", 60, now=NOON)
    assert not done.needs_import
    assert times(guide, "a 0")[0] == iso(NOON + 5400) and times(guide, "b 0")[0] == iso(NOON + 1800)
    assert unchanged(guide.load("p", hourly("a", "b")))
    assert unchanged(guide.load("p", hourly("a", "b"), force=True))
    correct(guide, timezone="Europe/Berlin", shift_minutes=0)
    assert times(guide, "a 0")[0] == iso(NOON) and times(guide, "b 0")[0] == iso(NOON - HOUR)
    assert unchanged(guide.load("p", hourly("a", "b")))
    shift_channel(guide.db, "p", "A", 0, now=NOON)
    assert times(guide, "a 0")[0] == iso(NOON - HOUR)
    assert guide.rows("SELECT id, title FROM programs ORDER BY 1") == ids
    assert guide.rows("SELECT method FROM channel_mappings") == [{"method": "new"}] * 2


def test_a_new_programme_of_a_shifted_channel(guide: Guide) -> None:
    """Also under another spelling of its id, and with the retention window where it is."""
    guide.load("p", hourly("Abc", hours=2))
    shift_channel(guide.db, "p", "Abc", -60, now=NOON)
    row = guide.load("p", hourly("ABC", hours=3))
    assert (row["programs_imported"], row["programs_updated"]) == (1, 2)
    assert times(guide, "ABC 2") == (iso(NOON + HOUR), iso(NOON + 2 * HOUR))


def test_a_mapping_with_a_shift_before_the_first_import(guide: Guide) -> None:
    guide.provider("p")
    map_channel(guide.db, "p", "a", "x", create=True, shift_minutes=90, now=NOON)
    guide.load("p", hourly("a"))
    assert times(guide, "a 0")[0] == iso(NOON + 5400)
    map_channel(guide.db, "p", "a", "y", create=True, now=NOON)
    assert times(guide, "a 0")[0] == iso(NOON + 5400)
    map_channel(guide.db, "p", "a", "x", create=True, shift_minutes=0, now=NOON)
    assert times(guide, "a 0")[0] == iso(NOON)
    assert unchanged(guide.load("p", hourly("a"), force=True))


def test_two_feed_channels_on_one_channel_wait_for_the_import(guide: Guide) -> None:
    """A programme does not know from which of the two it came."""
    guide.load("p", hourly("a", hours=3))
    map_channel(guide.db, "p", "b", "a", now=NOON)
    first = hourly("a", hours=3)
    both = first.replace(b"</tv>", hourly("b", hours=6).partition(b"<tv>")[2])
    guide.load("p", both)
    assert shift_channel(guide.db, "p", "b", 720, now=NOON).needs_import
    assert guide.load("p", both)["status"] == "success"
    assert times(guide, "b 0")[0] == iso(NOON + 12 * HOUR) and times(guide, "a 0")[0] == iso(NOON)


def test_wrong_shifts_are_refused(guide: Guide) -> None:
    guide.load("p", hourly("a"))
    for wrong in (True, "60", 1.5, 10_081):
        with pytest.raises(UsageError, match="shift_minutes"):
            shift_channel(guide.db, "p", "a", wrong, now=NOON)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="no mapping"):
        shift_channel(guide.db, "p", "zzz", 5, now=NOON)
    ignore_channel(guide.db, "p", "a", now=NOON)
    assert not shift_channel(guide.db, "p", "a", 5, now=NOON).needs_import


def test_a_setting_that_changes_during_an_import(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read under the old setting does not come into the guide."""
    from epg_ingest.pipeline import feed_import

    guide.load("p", hourly("a", hours=2))
    real = feed_import.FeedImport._judge

    def judge(self: Any, *arguments: Any) -> None:
        real(self, *arguments)
        monkeypatch.undo()
        shift_channel(guide.db, "p", "a", 60, now=NOON)

    monkeypatch.setattr(feed_import.FeedImport, "_judge", judge)
    row = guide.load("p", hourly("a", hours=3))
    assert (row["status"], row["error_code"]) == ("failed", "changed")
    assert "import it again" in row["error_message"]
    assert guide.load("p", hourly("a", hours=3))["programs_imported"] == 1
    assert [found["start_time"] for found in guide.rows()] == [iso(NOON + n * HOUR) for n in (1, 2, 3)]
