"""Several providers on one channel: who is shown, at once after every change, and without needless writing."""

from __future__ import annotations

import pytest
from epg_ingest.core.times import iso
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
