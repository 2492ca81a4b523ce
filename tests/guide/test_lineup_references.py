"""Entries of line-ups follow their channel: merged, mapped elsewhere, joined by an import, deleted."""

from __future__ import annotations

from typing import Any

from epg_ingest.guide.channel_merge import delete_channel, merge_channels
from epg_ingest.guide.mappings import map_channel
from epg_ingest.guide.providers import remove_provider

from tests.helpers.support import HOUR, NOON, Guide, feed, show

ENTRY = """
    INSERT INTO lineup_channels (lineup_id, position, name, channel_id, method, score, reason)
    SELECT 1, 1, :name, id, :method, 0.9, 'why' FROM channels WHERE name = :name
"""


def with_entries(guide: Guide, *names: str, method: str = "id") -> None:
    moment = "2026-11-22T12:00:00Z"
    guide.db.execute(
        "INSERT OR IGNORE INTO lineups (id, name, title, source_kind, updated_at) VALUES (1, 'l', 'l', 'hand', ?)",
        [moment],
    )
    for name in names:
        assert guide.db.execute(ENTRY, {"name": name, "method": method}).rowcount == 1


def entries(guide: Guide) -> list[Any]:
    return guide.db.execute(
        "SELECT e.name, c.name, e.method, e.score FROM lineup_channels e LEFT JOIN channels c ON c.id = e.channel_id"
        " ORDER BY e.id"
    ).fetchall()


def two_channels(guide: Guide) -> None:
    shows = [show(name, NOON, NOON + HOUR, f"On {name}") for name in ("one.uk", "two.uk")]
    guide.load("uk", feed(shows, [("one.uk", "One"), ("two.uk", "Two")]))


def test_a_merged_channel_takes_its_entries_along(guide: Guide) -> None:
    two_channels(guide)
    with_entries(guide, "one.uk", "two.uk", method="manual")
    merge_channels(guide.db, "one.uk", "two.uk", now=NOON)
    assert entries(guide) == [("one.uk", "two.uk", "manual", 0.9), ("two.uk", "two.uk", "manual", 0.9)]


def test_an_entry_of_a_deleted_channel_is_open(guide: Guide) -> None:
    two_channels(guide)
    with_entries(guide, "one.uk", "two.uk", method="manual")
    delete_channel(guide.db, "one.uk", now=NOON)
    assert entries(guide) == [("one.uk", None, None, None), ("two.uk", "two.uk", "manual", 0.9)]
    remove_provider(guide.db, guide.vault, "uk", now=NOON)
    assert entries(guide)[0] == ("one.uk", None, None, None)


def test_mapping_the_only_feed_elsewhere_takes_the_entries_along(guide: Guide) -> None:
    two_channels(guide)
    with_entries(guide, "one.uk")
    map_channel(guide.db, "uk", "one.uk", "three", now=NOON, create=True)
    assert entries(guide) == [("one.uk", "three", "id", 0.9)]


def test_entries_stay_where_the_channel_is_still_fed(guide: Guide) -> None:
    two_channels(guide)
    map_channel(guide.db, "uk", "two.uk", "one.uk", now=NOON)
    with_entries(guide, "one.uk")
    map_channel(guide.db, "uk", "two.uk", "three", now=NOON, create=True)
    assert entries(guide) == [("one.uk", "one.uk", "id", 0.9)]


def test_a_join_that_an_import_makes_takes_the_entries_along(guide: Guide) -> None:
    """Two providers' channels of one name: the second import joins them where schedules agree."""
    shows = [
        show("{}", NOON + place * HOUR + 420, NOON + (place + 1) * HOUR + 420, f"Programme {place}")
        for place in range(30)
    ]
    body = "".join(shows)
    other = feed([body.replace('"{}"', '"alpha"')], [("alpha", "Alpha")])
    guide.load("a", other)
    guide.load(
        "b", feed([body.replace('"{}"', '"unlike"').replace("Programme", "Film")], [("unlike", "Unlike")])
    )
    before = guide.db.execute("SELECT count(*) FROM channels").fetchone()[0]
    with_entries(guide, "alpha", "unlike")
    guide.load("b", feed([body.replace('"{}"', '"unlike"')], [("unlike", "Alpha")]), force=True)
    after = guide.db.execute("SELECT count(*) FROM channels").fetchone()[0]
    assert (before, after) == (2, 1)
    assert entries(guide) == [("alpha", "alpha", "id", 0.9), ("unlike", "alpha", "id", 0.9)]
