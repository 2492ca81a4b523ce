"""Several providers on one channel: who is shown, at once after every change, and without needless writing."""

from __future__ import annotations

import pytest
from epg_ingest.core.times import iso
from epg_ingest.guide.channel_merge import merge_channels
from epg_ingest.guide.mappings import ignore_channel, map_channel
from epg_ingest.guide.providers import remove_provider, set_enabled, update_provider
from epg_ingest.guide.resolve import resolve
from epg_ingest.storage.database import write

from tests.helpers.support import HOUR, NOON, Guide, feed, show


def load(guide: Guide, name: str, *slots: tuple[int, int], channel: str = "one", **settings: object) -> None:
    """A provider's programmes from hour to hour after noon, named after it."""
    guide.load(
        name,
        feed([show(channel, NOON + a * HOUR, NOON + b * HOUR, f"{name}{a}") for a, b in slots]),
        **settings,
    )


def shown(guide: Guide) -> list[str]:
    return [row[3] for row in guide.shown()]


@pytest.fixture
def both(guide: Guide) -> Guide:
    """`good` has a gap from 2 to 4; `fill` has an hour in it and is hidden elsewhere."""
    load(guide, "good", (0, 1), (1, 2), (4, 6), priority=1)
    load(guide, "fill", (0, 2), (2, 3), (3, 5), priority=2)
    return guide


def test_gaps_are_filled(both: Guide) -> None:
    assert shown(both) == ["good0", "good1", "fill2", "good4"]


def test_shadowed_by_says_why(both: Guide) -> None:
    rows = both.rows(
        "SELECT p.title, q.title AS hidden_by FROM programs p JOIN programs q ON q.id = p.shadowed_by"
    )
    assert rows == [{"title": "fill0", "hidden_by": "good0"}, {"title": "fill3", "hidden_by": "good4"}]


def test_a_priority(both: Guide) -> None:
    update_provider(both.db, both.vault, "fill", {"priority": 0}, now=NOON)
    assert shown(both) == ["fill0", "fill2", "fill3"]


def test_ties_go_to_the_older(both: Guide) -> None:
    update_provider(both.db, both.vault, "fill", {"priority": 1}, now=NOON)
    assert shown(both) == ["good0", "good1", "fill2", "good4"]


def test_disabled_and_enabled(both: Guide) -> None:
    set_enabled(both.db, both.vault, "good", False, now=NOON)
    assert shown(both) == ["fill0", "fill2", "fill3"]
    assert both.rows("SELECT 1 FROM programs WHERE shadowed_by IS NOT NULL") == []
    set_enabled(both.db, both.vault, "good", True, now=NOON)
    assert shown(both) == ["good0", "good1", "fill2", "good4"]


def test_a_disabled_provider_that_imports_hides_nothing(both: Guide) -> None:
    set_enabled(both.db, both.vault, "good", False, now=NOON)
    load(both, "good", (0, 6))
    assert shown(both) == ["fill0", "fill2", "fill3"]


def test_removed(both: Guide) -> None:
    remove_provider(both.db, both.vault, "good")
    assert shown(both) == ["fill0", "fill2", "fill3"]


def test_remapped(both: Guide) -> None:
    map_channel(both.db, "good", "one", "Elsewhere", now=NOON, create=True)
    assert shown(both) == ["good0", "good1", "good4", "fill0", "fill2", "fill3"]
    map_channel(both.db, "good", "one", "one", now=NOON)
    assert shown(both) == ["good0", "good1", "fill2", "good4"]


def test_ignored(both: Guide) -> None:
    ignore_channel(both.db, "good", "one", now=NOON)
    assert shown(both) == ["fill0", "fill2", "fill3"]


def test_an_import_hides_and_uncovers(both: Guide) -> None:
    load(both, "good", (0, 1), (2, 3), (4, 6))
    assert shown(both) == ["good0", "good2", "good4"]
    load(both, "good", (0, 1), (5, 6))
    assert shown(both) == ["good0", "fill2", "fill3", "good5"]


def test_three_providers(both: Guide) -> None:
    load(both, "last", (3, 4), (5, 7), (7, 8), priority=3)
    assert shown(both) == ["good0", "good1", "fill2", "last3", "good4", "last7"]


def test_only_rows_that_change_are_written(both: Guide) -> None:
    before = both.rows()
    with write(both.db, changes_guide=False) as conn:
        written = conn.total_changes
        assert resolve(conn) == 0
        assert conn.total_changes == written
    update_provider(both.db, both.vault, "fill", {"priority": 3}, now=NOON + 60)
    assert both.rows() == before


def test_wrong_rows_are_put_right(both: Guide) -> None:
    with write(both.db, changes_guide=False) as conn:
        conn.execute("UPDATE airings SET shadowed_by = NULL")
        assert resolve(conn) == 2
    assert shown(both) == ["good0", "good1", "fill2", "good4"]


def test_other_channels_are_left_alone(both: Guide) -> None:
    load(both, "good", (0, 1), channel="two")
    with write(both.db, changes_guide=False) as conn:
        conn.execute(
            "UPDATE airings SET shadowed_by = 1 WHERE content_id = (SELECT id FROM contents WHERE title = 'good0')"
        )
        (two,) = conn.execute("SELECT id FROM channels WHERE name = 'two'").fetchone()
        assert resolve(conn, [two]) == 1
        assert conn.execute(
            "SELECT count(*) FROM programs WHERE shadowed_by = 1 AND title = 'good0'"
        ).fetchone() == (1,)


def test_updated_at_is_about_content(both: Guide) -> None:
    """Being hidden or shown does not make a programme a changed one."""
    update_provider(both.db, both.vault, "fill", {"priority": 0}, now=NOON + 60)
    assert {row["updated_at"] for row in both.rows()} == {iso(NOON)}


MINUTE = 60


@pytest.fixture
def filler(guide: Guide) -> Guide:
    """`good` ends a minute into the two hours of `fill`, and begins again three minutes before they end."""
    guide.load(
        "good",
        feed(
            [
                show("one", NOON, NOON + HOUR + MINUTE, "good"),
                show("one", NOON + 177 * MINUTE, NOON + 4 * HOUR, "late"),
            ]
        ),
        priority=1,
    )
    guide.load("fill", feed([show("one", NOON + HOUR, NOON + 3 * HOUR, "fill")]), priority=2)
    return guide


FILL = "SELECT id, start_time, end_time, end_source, details, shadowed_by, updated_at FROM programs WHERE title = 'fill'"


def test_a_small_overlap_is_cut(filler: Guide) -> None:
    assert shown(filler) == ["good", "fill", "late"]
    (row,) = filler.rows(FILL)
    assert (row["start_time"], row["end_time"]) == (iso(NOON + HOUR + MINUTE), iso(NOON + 177 * MINUTE))
    assert (row["end_source"], row["shadowed_by"]) == ("cut", None)
    assert row["details"] == f'{{"stop":"{iso(NOON + 3 * HOUR)}"}}'
    assert row["updated_at"] == iso(NOON), "being cut does not make a programme a changed one"


def test_a_cut_at_the_start_alone_keeps_the_end(filler: Guide) -> None:
    day = 24 * HOUR
    filler.load(
        "good",
        feed(
            [show("one", NOON, NOON + HOUR + MINUTE, "good"), show("one", NOON + day, NOON + day + HOUR, "x")]
        ),
    )
    (row,) = filler.rows(FILL)
    assert (row["start_time"], row["end_time"]) == (iso(NOON + HOUR + MINUTE), iso(NOON + 3 * HOUR))
    assert (row["end_source"], row["details"]) == ("feed", "{}")


def test_an_end_that_is_nobodys_stop(guide: Guide) -> None:
    """A filler without a stop has no own stop after a cut either."""
    guide.load("good", feed([show("one", NOON + 115 * MINUTE, NOON + 4 * HOUR, "good")]), priority=1)
    guide.load(
        "fill",
        feed([show("one", NOON, None, "fill"), show("one", NOON + 2 * HOUR, NOON + 3 * HOUR, "x")]),
        priority=2,
    )
    (row,) = guide.rows(FILL)
    assert (row["end_time"], row["end_source"], row["details"]) == (iso(NOON + 115 * MINUTE), "cut", "{}")
    remove_provider(guide.db, guide.vault, "good")
    (row,) = guide.rows(FILL)
    assert (row["end_time"], row["end_source"], row["details"]) == (iso(NOON + 2 * HOUR), "next", "{}")


@pytest.mark.parametrize("how", ["removed", "disabled", "worse", "mapped elsewhere", "ignored"])
def test_own_times_come_back(filler: Guide, how: str) -> None:
    (before,) = filler.rows(FILL)
    if how == "removed":
        remove_provider(filler.db, filler.vault, "good")
    elif how == "disabled":
        set_enabled(filler.db, filler.vault, "good", False, now=NOON)
    elif how == "worse":
        update_provider(filler.db, filler.vault, "fill", {"priority": 0}, now=NOON)
    elif how == "mapped elsewhere":
        map_channel(filler.db, "good", "one", "Elsewhere", now=NOON, create=True)
    else:
        ignore_channel(filler.db, "good", "one", now=NOON)
    (row,) = filler.rows(FILL)
    assert (row["start_time"], row["end_time"]) == (iso(NOON + HOUR), iso(NOON + 3 * HOUR))
    assert (row["end_source"], row["details"], row["id"]) == ("feed", "{}", before["id"])
    assert all(cut["program_id"] != row["id"] for cut in filler.rows("SELECT * FROM cuts"))


def test_there_and_back(filler: Guide) -> None:
    before, cuts = filler.stored(), filler.rows("SELECT * FROM cuts")
    assert len(cuts) == 1
    update_provider(filler.db, filler.vault, "fill", {"priority": 0}, now=NOON + 60)
    assert filler.stored() != before
    update_provider(filler.db, filler.vault, "fill", {"priority": 2}, now=NOON + 120)
    assert (filler.stored(), filler.rows("SELECT * FROM cuts")) == (before, cuts)


def test_the_same_feed_again_sees_no_change(filler: Guide) -> None:
    before, cuts = filler.stored(), filler.rows("SELECT * FROM cuts")
    body = feed([show("one", NOON + HOUR, NOON + 3 * HOUR, "fill")])
    for again in (body + b" ", body.replace(b"<title>", b" <title>")):
        row = filler.load("fill", again, now=NOON + 60)
        assert (row["programs_unchanged"], row["programs_updated"], row["programs_imported"]) == (1, 0, 0)
    for one, other in zip(before, filler.stored(), strict=True):
        assert {**one, "element_hash": 0} == {**other, "element_hash": 0}
    assert filler.rows("SELECT * FROM cuts") == cuts


def test_a_cut_programme_that_changes_keeps_its_id(filler: Guide) -> None:
    (before,) = filler.rows(FILL)
    filler.load("fill", feed([show("one", NOON + HOUR, NOON + 3 * HOUR - MINUTE, "fill")]), now=NOON + 60)
    (row,) = filler.rows(FILL)
    assert (row["id"], row["start_time"]) == (before["id"], before["start_time"])
    assert row["details"] == f'{{"stop":"{iso(NOON + 3 * HOUR - MINUTE)}"}}'
    (change,) = filler.rows("SELECT start_time, before, after FROM program_changes WHERE change = 'changed'")
    assert change["start_time"] == iso(NOON + HOUR)
    assert change["after"] == f'{{"end_time":"{iso(NOON + 3 * HOUR - MINUTE)}"}}'


def test_a_programme_that_starts_where_another_was_cut(filler: Guide) -> None:
    """The filler is cancelled; a new one starts at the very minute at which the old one was shown."""
    filler.load(
        "fill",
        feed(
            [
                show("one", NOON + HOUR, NOON + HOUR + MINUTE, "short"),
                show("one", NOON + HOUR + MINUTE, NOON + 3 * HOUR, "new"),
            ]
        ),
    )
    assert filler.shown() == [
        ("one", iso(NOON), iso(NOON + HOUR + MINUTE), "good"),
        ("one", iso(NOON + HOUR + MINUTE), iso(NOON + 177 * MINUTE), "new"),
        ("one", iso(NOON + 177 * MINUTE), iso(NOON + 4 * HOUR), "late"),
    ]


def test_a_duplicate_of_a_cut_programme_is_remembered(filler: Guide) -> None:
    twice = feed(
        [
            show("one", NOON + HOUR, NOON + 3 * HOUR, "first"),
            show("one", NOON + HOUR, NOON + 3 * HOUR, "fill"),
        ]
    )
    filler.load("fill", twice)
    filler.db.execute("DELETE FROM duplicates")
    filler.load("fill", twice + b" ")
    assert filler.rows("SELECT title FROM programs JOIN duplicates ON program_id = id") == [{"title": "fill"}]


def test_merged_channels_cut_too(guide: Guide) -> None:
    guide.load("good", feed([show("one", NOON, NOON + HOUR + MINUTE, "good")]), priority=1)
    guide.load("fill", feed([show("two", NOON + HOUR, NOON + 3 * HOUR, "fill")]), priority=2)
    merge_channels(guide.db, "two", "one", now=NOON)
    assert guide.shown()[1][1] == iso(NOON + HOUR + MINUTE)
    map_channel(guide.db, "fill", "two", "two", now=NOON, create=True)
    assert guide.shown()[1][1] == iso(NOON + HOUR) and guide.rows("SELECT * FROM cuts") == []


def test_the_longest_programme_is_found_again(filler: Guide) -> None:
    """`longest_seconds` was taken from the cut times; queries must look back far enough for the own ones."""
    filler.db.execute("UPDATE generation SET longest_seconds = 3780")
    remove_provider(filler.db, filler.vault, "good")
    assert filler.rows("SELECT longest_seconds FROM generation") == [{"longest_seconds": 2 * HOUR}]


def test_an_upgraded_guide_is_decided_anew_when_its_feed_is_read_again(filler: Guide) -> None:
    """Before this rule the filler was hidden; the first import of a new version reads every element again."""
    filler.db.execute("DELETE FROM cuts")
    filler.db.execute(
        "UPDATE airings SET start_time = ?, end_time = ?, end_source = 'feed', own_stop = NULL, shadowed_by = 1,"
        " element_hash = 0 WHERE provider_id = 2",
        [iso(NOON + HOUR), iso(NOON + 3 * HOUR)],
    )
    filler.load("fill", feed([show("one", NOON + HOUR, NOON + 3 * HOUR, "fill")]) + b" ")
    assert shown(filler) == ["good", "fill", "late"]
