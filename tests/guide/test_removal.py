"""When the first channel of a logical channel goes, the joins with it are looked at again: by what is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from epg_ingest.core.limits import Retention
from epg_ingest.guide.channels import add_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel
from epg_ingest.guide.providers import remove_provider
from epg_ingest.retention import cleanup

from tests.guide.feeds_on_air import Channel, check, groups, load, mapping, together
from tests.helpers.support import DAY, NOON, Guide

MONTH = 30 * DAY
LATER = NOON + 2 * MONTH
TF1: Channel = ("TF1", "tf1")


def remove(guide: Guide) -> None:
    """The provider of the first channel goes."""
    remove_provider(guide.db, guide.vault, "a", now=LATER)


def take_away(guide: Guide) -> None:
    """A person wants nothing of the first channel."""
    ignore_channel(guide.db, "a", "TF1.fr", now=LATER)


def vanish(guide: Guide) -> None:
    """The feed no longer has the first channel, until its mapping is too old."""
    for days in (1, 40):
        load(
            guide, "a", {"M6.fr": ("M6", days)}, start=LATER + days * DAY, now=LATER + days * DAY, force=True
        )
    cleanup(guide.db, Retention(7, None, 30), LATER + 41 * DAY)


def all_compared_with(guide: Guide, first: str) -> None:
    """Feeds of three countries. `b` and `c` were on air with the first one, and never at the same time."""
    load(guide, "a", {first: TF1})
    load(guide, "b", {"TF1.be": TF1})
    for provider, ident in (("a", first), ("c", "TF1.ch")):
        load(guide, provider, {ident: TF1}, start=LATER, now=LATER)


@pytest.mark.parametrize("going", [remove, take_away, vanish])
def test_what_was_confirmed_with_it_is_confirmed_no_more(
    guide: Guide, going: Callable[[Guide], None]
) -> None:
    all_compared_with(guide, "TF1.fr")
    assert together(guide, "a:TF1.fr", "b:TF1.be", "c:TF1.ch")
    assert [mapping(guide, one)["method"] for one in ("b:TF1.be", "c:TF1.ch")] == ["schedule", "schedule"]
    going(guide)
    load(guide, "d", {"arte": ("Arte", "arte")}, start=LATER, now=LATER)
    assert not together(guide, "b:TF1.be", "c:TF1.ch")
    check(guide)


@pytest.mark.parametrize("going", [remove, take_away, vanish])
def test_what_the_others_show_confirms_it_anew(guide: Guide, going: Callable[[Guide], None]) -> None:
    for provider, ident in (("a", "TF1.fr"), ("b", "TF1.be"), ("c", "TF1.ch")):
        load(guide, provider, {ident: TF1}, start=LATER, now=LATER)
    going(guide)
    for provider, ident in (("b", "TF1.be"), ("c", "TF1.ch")):
        load(guide, provider, {ident: TF1}, start=LATER + 2 * MONTH, now=LATER + 2 * MONTH)
    assert together(guide, "b:TF1.be", "c:TF1.ch")
    assert mapping(guide, "b:TF1.be")["method"] == "new"
    kept = mapping(guide, "c:TF1.ch")
    assert kept["method"] == "schedule" and "at the same time with the same title" in kept["reason"]
    check(guide)


@pytest.mark.parametrize("first", ["TF1.fr", "tf1.FR", "17"])
def test_on_a_channel_that_a_person_made(guide: Guide, first: str) -> None:
    """The provider stood for the channel; it goes, and the channel stays with what is next."""
    add_channel(guide.db, "TF1.fr", {"display_name": "TF1"}, now=NOON)
    all_compared_with(guide, first)
    assert together(guide, f"a:{first}", "b:TF1.be", "c:TF1.ch")
    remove(guide)
    assert groups(guide) == {frozenset({"b:TF1.be"}), frozenset({"c:TF1.ch"})}
    assert mapping(guide, "b:TF1.be")["channel"] == "TF1.fr"
    for provider in "bc":
        remove_provider(guide.db, guide.vault, provider, now=LATER)
    assert guide.rows("SELECT name FROM channels") == [{"name": "TF1.fr"}]


class TestAFirstChannelThatMoved:
    """It has the method `moved`, and is the one that made the channel all the same."""

    @pytest.mark.parametrize("ids", [("x", "y"), ("x", "y", "z"), ("TF1.fr", "17")])
    def test_it_takes_its_channel_along(self, guide: Guide, ids: tuple[str, ...]) -> None:
        for ident in ids:
            load(guide, "a", {ident: TF1})
        assert mapping(guide, f"a:{ids[-1]}")["method"] == "moved"
        remove(guide)
        assert guide.rows("SELECT name FROM channels") == []

    def test_it_hands_over(self, guide: Guide) -> None:
        for provider, ident in (("a", "x"), ("b", "TF1.be"), ("a", "y"), ("c", "TF1.ch")):
            load(guide, provider, {ident: TF1})
        remove(guide)
        assert groups(guide) == {frozenset({"b:TF1.be", "c:TF1.ch"})}
        assert [mapping(guide, one)["method"] for one in ("b:TF1.be", "c:TF1.ch")] == ["new", "schedule"]
        for provider in "bc":
            remove_provider(guide.db, guide.vault, provider, now=LATER)
        assert guide.rows("SELECT name FROM channels") == []

    @pytest.mark.parametrize("by_hand", [False, True])
    def test_mapped_elsewhere_by_hand(self, guide: Guide, by_hand: bool) -> None:
        if by_hand:
            add_channel(guide.db, "x", {}, now=NOON)
        for ident in ("x", "y"):
            load(guide, "a", {ident: TF1})
        map_channel(guide.db, "a", "y", "elsewhere", create=True, now=NOON)
        assert [row["name"] for row in guide.rows("SELECT name FROM channels ORDER BY name")] == [
            "elsewhere",
            *["x"][:by_hand],
        ]
