"""`channels list` with --empty, --stale, --unmatched and --provider: each alone and together."""

from __future__ import annotations

from typing import Any

import pytest
from epg_ingest.bulk.listing import Wanted, listed
from epg_ingest.core.errors import NotFoundError
from epg_ingest.guide.channels import add_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.guide.providers import update_provider

from tests.helpers.query_plans import scans
from tests.helpers.support import HOUR, NOON, Guide, feed, show

DAY = 24 * HOUR


def shows(channel: str, start: int = NOON, count: int = 3) -> list[str]:
    return [show(channel, start + n * HOUR, start + (n + 1) * HOUR, f"t{n}") for n in range(count)]


def names(guide: Guide, now: int = NOON, **wanted: Any) -> list[Any]:
    """The names of the channels, and the sources of those without."""
    return [row["name"] or row["sources"] for row in listed(guide.db, Wanted(**wanted), now)]


@pytest.fixture
def filled(guide: Guide) -> Guide:
    """a: one, two, old (over), gone (no longer in the feed). b: one, more."""
    a = [*shows("one.uk"), *shows("two.uk"), *shows("old.uk", NOON - DAY)]
    guide.load("a", feed([*a, *shows("gone.uk")], [("gone.uk", "Gone")]), priority=1)
    guide.load("a", feed(a), force=True)
    guide.load("b", feed([*shows("b1"), *shows("more.uk")]), priority=2)
    map_channel(guide.db, "b", "b1", "one.uk", now=NOON)
    return guide


def test_empty_channels_have_no_programmes_to_come(filled: Guide) -> None:
    assert names(filled, empty=True) == ["old.uk"]
    add_channel(filled.db, "made.uk", {}, now=NOON)
    assert names(filled, empty=True) == ["made.uk", "old.uk"]
    # What runs is still to come; what has just ended is not.
    last = NOON + 3 * HOUR
    assert "two.uk" not in names(filled, last - 1, empty=True)
    assert "two.uk" in names(filled, last, empty=True)
    update_provider(filled.db, filled.vault, "a", {"enabled": False}, now=NOON)
    assert names(filled, empty=True) == ["gone.uk", "made.uk", "old.uk", "two.uk"]


def test_stale_channels_have_a_source_that_is_gone(filled: Guide) -> None:
    assert names(filled, stale=True) == ["gone.uk"]
    (row,) = listed(filled.db, Wanted(stale=True), NOON)
    assert row["stale"] == ("a:gone.uk",) == row["sources"]
    filled.load("a", feed([*shows("one.uk"), *shows("gone.uk")]), force=True)
    assert names(filled, stale=True) == ["old.uk", "two.uk"]


def test_unmatched_channels_have_one_provider(filled: Guide) -> None:
    assert names(filled, unmatched=True) == ["gone.uk", "more.uk", "old.uk", "two.uk"]
    ignore_channel(filled.db, "b", "more.uk", now=NOON)
    assert names(filled, unmatched=True) == ["gone.uk", "old.uk", "two.uk"]
    update_provider(filled.db, filled.vault, "b", {"enabled": False}, now=NOON)
    assert names(filled, unmatched=True) == []


def test_with_one_provider_nothing_is_unmatched(guide: Guide) -> None:
    guide.load("a", feed(shows("one.uk")))
    assert names(guide, unmatched=True) == []


def test_provider_channels_without_channel_are_unmatched_too(filled: Guide) -> None:
    unmap_channel(filled.db, "b", "more.uk", now=NOON)
    unmap_channel(filled.db, "a", "gone.uk", now=NOON)
    assert names(filled, unmatched=True)[-2:] == [("a:gone.uk",), ("b:more.uk",)]
    assert names(filled, unmatched=True, provider="b") == [("b:more.uk",)]
    assert names(filled, unmatched=True, stale=True) == [("a:gone.uk",)]
    assert names(filled, unmatched=True, query="gON") == [("a:gone.uk",)]
    assert names(filled, NOON + DAY, unmatched=True, empty=True)[-1] == ("b:more.uk",)
    assert ("b:more.uk",) not in names(filled, unmatched=True, empty=True)
    row = listed(filled.db, Wanted(unmatched=True, query="gone"), NOON)[0]
    assert (row["id"], row["display_name"], row["stale"]) == (None, "Gone", ("a:gone.uk",))
    assert row.keys() == listed(filled.db, Wanted(), NOON)[0].keys()


def test_filters_combine(filled: Guide) -> None:
    assert names(filled, empty=True, provider="a") == ["old.uk"]
    assert names(filled, empty=True, provider="b") == []
    assert names(filled, unmatched=True, provider="b") == ["more.uk"]
    assert names(filled, NOON + DAY, empty=True, stale=True) == ["gone.uk"]
    assert names(filled, NOON, empty=True, stale=True) == []
    with pytest.raises(NotFoundError):
        names(filled, provider="c")


def test_no_programmes_are_scanned(filled: Guide) -> None:
    from epg_ingest.bulk import attention

    for statement in (attention._EMPTY, attention._UNMATCHED, attention._LOOSE):
        assert scans(filled.db.conn, statement) == []
