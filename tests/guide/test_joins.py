"""Which channels of feeds are one channel of the guide, by real imports: the examples of the specification and their kinds."""

from __future__ import annotations

from typing import Any

import pytest
from epg_ingest.guide.channel_merge import merge_channels
from epg_ingest.guide.channels import add_channel, get_channel, update_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel, shift_channel
from epg_ingest.guide.providers import remove_provider, update_provider

from tests.guide.feeds_on_air import airings, check, groups, load, mapping, together
from tests.helpers.support import DAY, NOON, Guide


def notes(guide: Guide, row: dict[str, Any]) -> dict[str, str]:
    """What the import says about joins: `code subject` and the message."""
    found = guide.rows(
        "SELECT code || ' ' || subject AS what, message FROM import_problems WHERE import_id = ?"
        " AND code IN ('joined', 'parted', 'moved', 'suspect')",
        row["id"],
    )
    return {one["what"]: one["message"] for one in found}


def test_numbers_join_nothing(guide: Guide) -> None:
    load(guide, "uk", {str(n): (f"British {n}", n) for n in range(1, 10)})
    row = load(guide, "de", {str(n): (f"Deutsch {n}", n) for n in range(1, 10)})
    assert row["channels_added"] == 9
    assert len(groups(guide)) == 18


def test_a_name_twice_in_each_feed_needs_schedules(guide: Guide) -> None:
    load(guide, "a", {"1": ("ABC", 1), "2": ("ABC", 2)})
    load(guide, "b", {"x": ("ABC", 2), "y": ("ABC", 1)})
    assert len(groups(guide)) == 4
    load(guide, "a", {"1": ("ABC", "one"), "2": ("ABC", "two")})
    load(guide, "b", {"x": ("ABC", "two"), "y": ("ABC", "one")})
    assert groups(guide) == {frozenset({"a:1", "b:y"}), frozenset({"a:2", "b:x"})}
    assert mapping(guide, "b:x")["method"] == "schedule"
    check(guide)


def test_a_renamed_id_keeps_all_that_people_gave_the_channel(guide: Guide) -> None:
    load(guide, "a", {"bbc1": ("BBC One", 1)})
    update_channel(guide.db, "bbc1", {"hidden": True, "number": "101"})
    row = load(guide, "a", {"BBCOne.uk": ("BBC One", 2)}, now=NOON + DAY)
    channel = get_channel(guide.db, "bbc1")
    assert (channel.hidden, channel.number, row["channels_added"]) == (True, "101", 0)
    assert mapping(guide, "a:BBCOne.uk")["method"] == "moved"
    assert notes(guide, row) == {"moved BBCOne.uk": "formerly the id 'bbc1'; it keeps its channel"}
    assert guide.rows("SELECT provider_channel_id AS id, first_seen FROM feed_channels") == [
        {"id": "BBCOne.uk", "first_seen": "2026-11-22T12:00:00Z"}
    ]
    check(guide)


def test_a_renamed_id_keeps_its_programmes(guide: Guide) -> None:
    load(guide, "a", {"x": ("One", "one"), "y": ("Two", "two")})
    before = airings(guide, "a")
    row = load(guide, "a", {"n1": ("Uno", "one"), "n2": ("Due", "two")})
    assert airings(guide, "a") == before
    assert (row["programs_imported"], row["programs_removed"], row["channels_added"]) == (0, 0, 0)
    assert mapping(guide, "a:n1")["channel"] == "x"
    check(guide)


@pytest.mark.parametrize(
    "ids",
    [
        "17 18 17 17",
        "bbc1 BBCOne.uk bbc1 bbc1",
        "17 foo.uk 17 foo.uk",
        "a.uk b.uk c.uk a.uk",
        "17 18 19 18 17",
    ],
)
@pytest.mark.parametrize("by_hand", [False, True])
def test_an_id_changes_and_changes_back(guide: Guide, ids: str, by_hand: bool) -> None:
    """Another channel of the feed stays as it is, so most programmes are known by their bytes."""
    first, *others = ids.split()
    load(guide, "a", {first: ("Foo", "foo"), "k": ("Keep", "keep")})
    if by_hand:
        map_channel(guide.db, "a", first, "mine", create=True, now=NOON)
    home, before = mapping(guide, f"a:{first}")["channel_id"], airings(guide, "a")
    for number, ident in enumerate(others):
        row = load(guide, "a", {ident: ("Foo", "foo"), "k": ("Keep", "keep")}, remark=str(number))
        assert mapping(guide, f"a:{ident}")["channel_id"] == home
        assert groups(guide) == {frozenset([f"a:{ident}"]), frozenset(["a:k"])}
        assert airings(guide, "a") == before
        assert not guide.problems(row).keys() - {"moved"}
        check(guide)


@pytest.mark.parametrize("ignored", [True, False])
def test_a_mapping_by_hand_moves_with_its_id(guide: Guide, ignored: bool) -> None:
    load(guide, "a", {"x": ("One", 1), "y": ("Two", 2)})
    if ignored:
        ignore_channel(guide.db, "a", "x", now=NOON)
    else:
        map_channel(guide.db, "a", "x", "mine", create=True, now=NOON)
    load(guide, "a", {"z": ("One", 1), "y": ("Two", 2)})
    now = mapping(guide, "a:z")
    assert (now["channel"], now["method"]) == (None if ignored else "mine", "manual")
    assert not guide.rows("SELECT 1 FROM channel_mappings WHERE provider_channel_id = 'x'")


def test_a_shift_moves_with_its_id(guide: Guide) -> None:
    load(guide, "a", {"x": ("One", "one"), "y": ("Two", "two")})
    shift_channel(guide.db, "a", "x", 60, now=NOON)
    before = airings(guide, "a")
    for remark in ("moved", "again"):
        row = load(guide, "a", {"z": ("One", "one"), "y": ("Two", "two")}, remark=remark)
        assert (mapping(guide, "a:z")["shift_minutes"], airings(guide, "a")) == (60, before)
        assert (row["programs_imported"], row["programs_removed"]) == (0, 0)
    check(guide)


def test_an_event_channel_is_known_by_nothing_it_says(guide: Guide) -> None:
    load(guide, "a", {"PPV 1": ("Sky Sports F1", 1)})
    load(guide, "a", {"PPV 1": ("Sky Sports Darts", 2)}, now=NOON + DAY)
    assert get_channel(guide.db, "PPV 1").display_name == "Sky Sports Darts"
    load(guide, "a", {"PPV 1": ("Sky Sports F1", 3)}, now=NOON + 2 * DAY)
    load(guide, "b", {"f1": ("Sky Sports F1", 1)})
    assert not together(guide, "a:PPV 1", "b:f1")


def test_other_names_are_no_joins_however_equal_the_schedules(guide: Guide) -> None:
    load(guide, "a", {"Rai1": ("Rai1", "one")})
    load(guide, "b", {"RaiUno": ("Rai Uno", "one")})
    assert len(groups(guide)) == 2


@pytest.mark.parametrize("minutes", [0, 60])
def test_a_delayed_channel_is_never_its_parent(guide: Guide, minutes: int) -> None:
    load(guide, "a", {"itv": ("ITV1", "itv")})
    load(guide, "b", {"itvp": ("ITV1 +1", "itv")}, minutes=minutes)
    assert len(groups(guide)) == 2


def test_an_empty_channel_takes_no_name_from_another(guide: Guide) -> None:
    load(guide, "a", {"11": ("Canal 11", "eleven")}, priority=9)
    load(guide, "b", {"11": ("ITV4 HD", None), "12": ("Other", 1)}, priority=1)
    assert get_channel(guide.db, "11").display_name == "Canal 11"
    assert not together(guide, "a:11", "b:11")


def test_schedules_confirm_what_names_suggest(guide: Guide) -> None:
    load(guide, "a", {"one": ("BBC One", "one"), "two": ("BBC Two", "two")})
    load(guide, "b", {"b1": ("bbc one HD", "one"), "b2": ("BBC Two", "three")})
    assert mapping(guide, "b:b1")["channel"] == "one"
    assert mapping(guide, "b:b1")["method"] == "schedule"
    assert "programmes at the same time with the same title" in mapping(guide, "b:b1")["reason"]
    assert not together(guide, "a:two", "b:b2")
    check(guide)


class TestLater:
    """What an import finds out about joins that were made before."""

    def test_a_join_is_taken_back(self, guide: Guide) -> None:
        load(guide, "a", {"x": ("HBO", None), "y": ("Other", 1)})
        load(guide, "b", {"h": ("HBO", "polish")})
        assert together(guide, "a:x", "b:h")
        before = airings(guide, "b")
        row = load(guide, "a", {"x": ("HBO", "brazilian"), "y": ("Other", 1)})
        assert not together(guide, "a:x", "b:h")
        assert airings(guide, "b") == before
        (said,) = notes(guide, row).items()
        assert said[0] in ("parted h", "parted x")
        assert "they show something else" in said[1]
        shown = {(row["name"], row["provider"]) for row in guide.rows(
            "SELECT c.name, v.name AS provider FROM guide g JOIN channels c ON c.id = g.channel_id"
            " JOIN airings a ON a.id = g.id JOIN providers v ON v.id = a.provider_id")}  # fmt: skip
        assert len({name for name, _ in shown}) == 3
        check(guide)

    def test_the_provider_that_is_imported_can_be_the_one_that_leaves(self, guide: Guide) -> None:
        load(guide, "b", {"h": ("HBO", "polish")})
        load(guide, "a", {"x": ("HBO", None), "y": ("Other", 1)})
        row = load(guide, "a", {"x": ("HBO", "brazilian"), "y": ("Other", 1)})
        assert [what.split()[0] for what in notes(guide, row)] == ["parted"]
        assert len(groups(guide)) == 3
        assert len(airings(guide, "a")) == 61
        again = load(guide, "a", {"x": ("HBO", "brazilian"), "y": ("Other", 1)}, remark="again")
        assert again["programs_unchanged"] == 61
        check(guide)

    def test_a_join_is_made(self, guide: Guide) -> None:
        load(guide, "a", {"x": ("Arte HD", None), "y": ("Other", 1)})
        load(guide, "b", {"z": ("arte", "arte")})
        assert not together(guide, "a:x", "b:z")
        before = airings(guide, "b")
        row = load(guide, "a", {"x": ("Arte HD", "arte"), "y": ("Other", 1)})
        assert together(guide, "a:x", "b:z")
        assert airings(guide, "b") == before
        (what, message) = notes(guide, row).popitem()
        assert (what[:6], "now on the channel 'Arte HD'" in message or "now on the channel 'arte'" in message) == (
            "joined", True)  # fmt: skip
        assert guide.rows("SELECT count(*) AS n FROM airings WHERE shadowed_by IS NOT NULL") == [{"n": 60}]
        check(guide)

    def test_two_that_change_places(self, guide: Guide) -> None:
        """Each of two channels goes where the other was: nothing is lost on the way."""
        load(guide, "a", {"1": ("News", "one"), "2": ("News", "two")})
        load(guide, "b", {"x": ("News", "one"), "y": ("News", "two")})
        before = airings(guide, "b")
        assert together(guide, "a:1", "b:x")
        load(guide, "a", {"1": ("News", "two"), "2": ("News", "one")})
        assert groups(guide) == {frozenset({"a:1", "b:y"}), frozenset({"a:2", "b:x"})}
        assert airings(guide, "b") == before
        check(guide)

    def test_a_hand_is_never_undone(self, guide: Guide) -> None:
        load(guide, "a", {"x": ("One", "one")})
        load(guide, "b", {"y": ("Two", "two")})
        map_channel(guide.db, "b", "y", "x", now=NOON)
        for remark in ("r", "s"):
            row = load(guide, "a", {"x": ("One", "one"), "n": (f"New {remark}", 1)}, remark=remark)
            assert together(guide, "a:x", "b:y")
        (what, message) = notes(guide, row).popitem()
        assert what in ("suspect x", "suspect y")
        assert "they show something else" in message

    def test_a_merge_is_never_undone(self, guide: Guide) -> None:
        load(guide, "a", {"x": ("One", "one")})
        load(guide, "b", {"y": ("Two", "two")})
        merge_channels(guide.db, "y", "x", now=NOON)
        load(guide, "a", {"x": ("One", "one"), "n": ("New", 1)})
        load(guide, "b", {"y": ("Two", "two"), "n": ("Neu", 1)})
        assert together(guide, "a:x", "b:y")

    def test_an_import_that_says_nothing_new_changes_nothing(self, guide: Guide) -> None:
        load(guide, "a", {"x": ("One", "one"), "y": ("Two", "two")})
        load(guide, "b", {"x": ("One HD", "one"), "y": ("Two", 2)})
        before = (
            guide.stored(),
            guide.rows("SELECT * FROM channel_mappings"),
            guide.rows("SELECT number FROM generation"),
        )
        load(guide, "b", {"y": ("Two", 2), "x": ("One HD", "one")}, remark="in another order")
        after = (
            guide.stored(),
            guide.rows("SELECT * FROM channel_mappings"),
            guide.rows("SELECT number FROM generation"),
        )
        assert after == before


def test_a_channel_made_by_hand_is_found(guide: Guide) -> None:
    add_channel(guide.db, "BBC1.uk", {}, now=NOON)
    add_channel(guide.db, "my-two", {"display_name": "BBC Two"}, now=NOON)
    row = load(guide, "a", {"bbc1.uk": ("BBC One", 1), "2": ("BBC Two", 2), "3": ("BBC Three", 3)})
    assert row["channels_added"] == 1
    assert (mapping(guide, "a:bbc1.uk")["channel"], mapping(guide, "a:2")["channel"]) == ("BBC1.uk", "my-two")
    remove_provider(guide.db, guide.vault, "a", now=NOON)
    assert [row["name"] for row in guide.rows("SELECT name FROM channels ORDER BY name")] == [
        "BBC1.uk",
        "my-two",
    ]


def test_a_channel_made_by_hand_is_renamed(guide: Guide) -> None:
    """Neither a new name of the channel nor one of its feed takes the two apart, and it stays one that a person made."""
    add_channel(guide.db, "BBC1.uk", {}, now=NOON)
    load(guide, "a", {"bbc1.uk": ("BBC One", 1), "2": ("Two", 2)})
    update_channel(guide.db, "BBC1.uk", {"display_name": "First", "name": "first"})
    for name in ("BBC One", "Channel Uno"):
        load(guide, "a", {"bbc1.uk": (name, 1), "3": (f"New {name}", 2)})
        assert mapping(guide, "a:bbc1.uk")["channel"] == "first"
    update_channel(guide.db, "first", {}, unpin=["display_name"])
    remove_provider(guide.db, guide.vault, "a", now=NOON)
    assert [row["name"] for row in guide.rows("SELECT name FROM channels ORDER BY name")] == ["first"]


def test_a_hidden_channel_is_found_again(guide: Guide) -> None:
    load(guide, "a", {"x": ("Arte", 1)})
    update_channel(guide.db, "x", {"hidden": True})
    remove_provider(guide.db, guide.vault, "a", now=NOON)
    load(guide, "b", {"z": ("Arte", 1)})
    assert mapping(guide, "b:z")["channel"] == "x"
    assert guide.shown() == []


class TestPolicy:
    """A provider that feeds only channels with a mapping."""

    def test_no_new_channels(self, guide: Guide) -> None:
        load(guide, "a", {"x": ("One", "one")})
        row = load(guide, "b", {"x": ("One", "one"), "y": ("Two", "two")}, channel_policy="mapped")
        assert (row["channels_added"], row["programs_imported"]) == (0, 0)
        assert groups(guide) == {frozenset({"a:x"})}

    def test_a_mapped_id_may_change(self, guide: Guide) -> None:
        load(guide, "b", {"x": ("One", "one"), "y": ("Two", "two")})
        update_provider(guide.db, guide.vault, "b", {"channel_policy": "mapped"}, now=NOON)
        load(guide, "b", {"x2": ("One", "one"), "y": ("Two", "two"), "z": ("Three", "three")})
        assert groups(guide) == {frozenset({"b:x2"}), frozenset({"b:y"})}
        check(guide)


def test_what_is_left_of_a_provider(guide: Guide) -> None:
    """Only `c` said that two channels are one, by its two names; without it they are two again."""
    load(guide, "a", {"x": ("Eins", 1)})
    load(guide, "b", {"y": ("Eins", "one")})
    load(guide, "c", {"z": ("Eins", "other")})
    both = groups(guide)
    remove_provider(guide.db, guide.vault, "c", now=NOON)
    left = groups(guide)
    assert left == {frozenset({"a:x", "b:y"})}, both
    check(guide)
