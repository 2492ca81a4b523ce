"""Channels edited and merged, provider channels mapped, unmapped and ignored: what moves, what goes, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import ConflictError, NotFoundError, UsageError
from epg_ingest.guide.candidates import candidates
from epg_ingest.guide.channel_merge import merge_channels
from epg_ingest.guide.channels import get_channel, list_channels, update_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.guide.providers import add_provider, get_provider
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault

from tests.helpers.guide_rows import check_contents, insert_programme

NOW = 1_750_000_000  # 2025-06-15T15:06:40Z
LATER = NOW + 60
STAMP = "2025-01-01T00:00:00Z"


class Guide:
    """A real database with short words for putting rows in, as an import would leave them, and for looking at it."""

    def __init__(self, folder: Path) -> None:
        self.db = open_database(folder / "epg.db")
        self.vault = Vault(folder / "epg.secrets")

    def provider(self, name: str, priority: int = 100) -> int:
        return add_provider(self.db, self.vault, name, None, now=NOW, priority=priority).id

    def channel(self, name: str, display_name: str | None = None, **columns: object) -> int:
        row = {"name": name, "display_name": display_name or name, "created_at": STAMP, **columns}
        return self.db["channels"].insert(row).last_pk

    def mapping(
        self, provider: int, pcid: str, channel: int | None, method: str = "new", names: str = "[]"
    ) -> None:
        self.db["channel_mappings"].insert(
            {
                "provider_id": provider,
                "provider_channel_id": pcid,
                "channel_id": channel,
                "method": method,
                "created_at": STAMP,
            }
        )
        self.db["feed_channels"].insert(
            {
                "provider_id": provider,
                "provider_channel_id": pcid,
                "names": names,
                "first_seen": STAMP,
                "last_seen": STAMP,
            }
        )

    def made(self, provider: int, pcid: str, display_name: str | None = None) -> int:
        """A channel as the import makes it for a provider channel it has not met."""
        channel = self.channel(pcid, display_name)
        self.mapping(provider, pcid, channel)
        return channel

    def programme(self, provider: int, channel: int, hour: int, title: str, hours: int = 1) -> int:
        row = {
            "provider_id": provider,
            "channel_id": channel,
            "start_time": f"2025-06-15T{hour:02}:00:00Z",
            "end_time": f"2025-06-15T{hour + hours:02}:00:00Z",
            "title": title,
            "end_source": "feed",
            "created_at": STAMP,
            "updated_at": STAMP,
        }
        return insert_programme(self.db.conn, **row)

    def shown(self) -> list[tuple[str, str]]:
        return self.db.conn.execute(
            "SELECT channel, title FROM guide ORDER BY channel, start_time"
        ).fetchall()

    def names(self) -> list[str]:
        return [name for (name,) in self.db.conn.execute("SELECT name FROM channels ORDER BY name")]

    def mappings(self) -> dict[str, tuple[str | None, str]]:
        rows = self.db.conn.execute(
            """SELECT m.provider_channel_id, c.name, m.method
               FROM channel_mappings m LEFT JOIN channels c ON c.id = m.channel_id"""
        )
        return {pcid: (name, method) for pcid, name, method in rows}

    def generation(self) -> int:
        return self.db.conn.execute("SELECT number FROM generation").fetchone()[0]

    def check(self) -> None:
        """The search index equals the contents, each shown by a programme; no reference dangles, nothing shown overlaps."""
        check_contents(self.db.conn)
        assert self.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        overlaps = self.db.conn.execute(
            """SELECT a.title, b.title FROM guide a JOIN guide b
               ON a.channel_id = b.channel_id AND a.id <> b.id
               AND a.start_time < b.end_time AND b.start_time < a.end_time"""
        )
        assert overlaps.fetchall() == []


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    guide = Guide(tmp_path)
    yield guide
    guide.check()
    guide.db.conn.close()


# --- list and find ---


def test_channels_are_listed_with_their_sources(guide: Guide) -> None:
    late, early = guide.provider("late", 9), guide.provider("early", 1)
    channel = guide.made(late, "one", "One TV")
    guide.mapping(early, "uno", channel, "manual")
    guide.channel("Alone")
    found = list_channels(guide.db)
    assert [(item.channel.name, item.sources) for item in found] == [
        ("Alone", ()),
        ("one", ("early:uno", "late:one")),
    ]


@pytest.mark.parametrize(
    ("query", "names"), [("ONE", ["one"]), ("tv", ["one", "two"]), ("%", []), ("zzz", [])]
)
def test_channels_are_looked_for_in_both_names(guide: Guide, query: str, names: list[str]) -> None:
    guide.channel("one", "First TV"), guide.channel("two", "Second TV")
    assert [item.channel.name for item in list_channels(guide.db, query=query)] == names


def test_channels_of_one_provider(guide: Guide) -> None:
    guide.made(guide.provider("a"), "one"), guide.made(guide.provider("b"), "two")
    assert [item.channel.name for item in list_channels(guide.db, provider="b")] == ["two"]


def test_a_channel_is_found_by_name_before_id(guide: Guide) -> None:
    first = guide.channel("2")
    second = guide.channel("one")
    assert second == 2
    assert get_channel(guide.db, "2").id == first
    assert get_channel(guide.db, 2).id == second
    assert get_channel(guide.db, "ONE").id == second
    assert get_channel(guide.db, "1").id == first


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("onn", "there is no channel 'onn'; did you mean one (First)?"),
        ("zzzz", "see: epg-ingest channels list"),
        (99, "there is no channel '99'"),
        ("9" * 30, "there is no channel '999"),
    ],
)
def test_a_channel_that_is_not_there(guide: Guide, wanted: str | int, said: str) -> None:
    guide.channel("one", "First")
    with pytest.raises(NotFoundError) as caught:
        get_channel(guide.db, wanted)
    assert said in caught.value.message


def test_no_channel_at_all(guide: Guide) -> None:
    with pytest.raises(NotFoundError, match="channels come with the first import"):
        get_channel(guide.db, "one")


# --- update ---


def test_a_channel_is_edited(guide: Guide) -> None:
    guide.channel("one", icon_url="http://127.0.0.1/old.png", number="1")
    before = guide.generation()
    channel = update_channel(
        guide.db, "one", {"display_name": "One", "icon_url": "", "number": "101", "hidden": True}
    )
    assert (channel.name, channel.display_name, channel.icon_url) == ("one", "One", None)
    assert (channel.number, channel.hidden) == ("101", True)
    assert guide.generation() == before + 1


def test_a_hidden_channel_leaves_the_guide(guide: Guide) -> None:
    provider = guide.provider("uk")
    guide.programme(provider, guide.made(provider, "one"), 10, "Film")
    update_channel(guide.db, "one", {"hidden": True})
    assert guide.shown() == []
    update_channel(guide.db, "one", {"hidden": False})
    assert guide.shown() == [("one", "Film")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "name must have 1 to 200 characters"),
        ({"name": None}, "name must have"),
        ({"display_name": "x" * 201}, "display_name must have"),
        ({"display_name": "a\nb"}, "display_name must have"),
        ({"number": "x" * 21}, "number must have 1 to 20"),
        ({"number": 5}, "number must have"),
        ({"icon_url": "javascript:alert(1)"}, "icon_url must be an http"),
        ({"icon_url": "http://"}, "icon_url must be an http"),
        ({"icon_url": "http://[::1/"}, "icon_url must be an http"),
        ({"hidden": 1}, "hidden must be true or false"),
        ({"colour": "red"}, "unknown setting 'colour'"),
    ],
)
def test_bad_values_change_nothing(guide: Guide, changes: dict[str, Any], said: str) -> None:
    guide.channel("one")
    before = guide.generation()
    with pytest.raises(UsageError) as caught:
        update_channel(guide.db, "one", changes)
    assert said in caught.value.message
    assert guide.generation() == before


def test_a_name_is_taken_in_any_case(guide: Guide) -> None:
    guide.channel("one"), guide.channel("two")
    with pytest.raises(ConflictError, match="already a channel 'one'"):
        update_channel(guide.db, "two", {"name": "ONE"})
    assert update_channel(guide.db, "two", {"name": "TWO"}).name == "TWO"


# --- merge ---


def test_merging_moves_mappings_and_programmes(guide: Guide) -> None:
    a, b = guide.provider("a", 1), guide.provider("b", 2)
    one, uno = guide.made(a, "one"), guide.made(b, "uno")
    guide.programme(a, one, 10, "Film")
    guide.programme(b, uno, 10, "Quiz")
    guide.programme(b, uno, 11, "News")
    moved = merge_channels(guide.db, "uno", "one", now=LATER)
    assert (moved.moved, moved.dropped) == (2, 0)
    assert guide.names() == ["one"]
    assert guide.shown() == [("one", "Film"), ("one", "News")]
    assert guide.mappings() == {"one": ("one", "new"), "uno": ("one", "manual")}
    assert get_provider(guide.db, "b").updated_at == "2025-06-15T15:07:40Z"
    assert get_provider(guide.db, "a").updated_at == "2025-06-15T15:06:40Z"


def test_merging_keeps_ids_and_the_row_of_the_target(guide: Guide) -> None:
    provider = guide.provider("a")
    source, target = guide.made(provider, "source"), guide.made(provider, "target")
    guide.programme(provider, source, 10, "Loses")
    moved_id = guide.programme(provider, source, 12, "Moves")
    kept = guide.programme(provider, target, 10, "Stays")
    moved = merge_channels(guide.db, "source", "target", now=LATER)
    assert (moved.moved, moved.dropped) == (1, 1)
    rows = guide.db.conn.execute("SELECT id, title FROM programs ORDER BY start_time").fetchall()
    assert rows == [(kept, "Stays"), (moved_id, "Moves")]


def test_merging_cuts_what_overlaps_within_a_provider(guide: Guide) -> None:
    provider = guide.provider("a")
    source, target = guide.made(provider, "source"), guide.made(provider, "target")
    guide.programme(provider, target, 10, "Long", hours=3)
    guide.programme(provider, source, 11, "Short")
    merge_channels(guide.db, "source", "target", now=LATER)
    rows = guide.db.conn.execute(
        "SELECT title, end_time, end_source FROM programs ORDER BY start_time"
    ).fetchall()
    assert rows == [("Long", "2025-06-15T11:00:00Z", "cut"), ("Short", "2025-06-15T12:00:00Z", "feed")]


def test_merging_fills_in_what_the_target_lacks(guide: Guide) -> None:
    guide.channel("source", icon_url="http://127.0.0.1/s.png", number="7")
    guide.channel("target", number="1")
    merge_channels(guide.db, "source", "target", now=LATER)
    channel = get_channel(guide.db, "target")
    assert (channel.icon_url, channel.number) == ("http://127.0.0.1/s.png", "1")


def test_a_channel_cannot_be_merged_with_itself(guide: Guide) -> None:
    guide.channel("one")
    with pytest.raises(UsageError, match="with itself"):
        merge_channels(guide.db, "one", "ONE", now=LATER)
    assert guide.names() == ["one"]


# --- map ---


def test_mapping_moves_programmes_and_drops_the_empty_channel(guide: Guide) -> None:
    a, b = guide.provider("a", 1), guide.provider("b", 2)
    one, uno = guide.made(a, "one"), guide.made(b, "uno")
    guide.programme(a, one, 10, "Film")
    guide.programme(b, uno, 10, "Quiz")
    guide.programme(b, uno, 11, "News")
    before = guide.generation()
    done = map_channel(guide.db, "b", "uno", "one", now=LATER)
    assert (done.moved, done.removed, done.known, done.needs_import, done.dropped_channel) == (
        2,
        0,
        True,
        False,
        "uno",
    )
    assert guide.shown() == [("one", "Film"), ("one", "News")]
    assert guide.mappings()["uno"] == ("one", "manual")
    assert guide.names() == ["one"]
    assert guide.generation() == before + 1


def test_mapping_uncovers_what_was_hidden_on_the_old_channel(guide: Guide) -> None:
    a, b = guide.provider("a", 1), guide.provider("b", 2)
    one, other = guide.made(a, "one"), guide.channel("other")
    guide.mapping(b, "uno", one, "id")
    guide.programme(a, one, 10, "Wrong")
    guide.programme(b, one, 10, "Right")
    map_channel(guide.db, "a", "one", "other", now=LATER)
    assert guide.shown() == [("one", "Right"), ("other", "Wrong")]
    assert other == get_channel(guide.db, "other").id


def test_a_channel_handed_over_goes_with_its_new_owner(guide: Guide) -> None:
    """`a` made the channel and is mapped away: the channel stays for `b`, and goes when `b` is mapped away too."""
    a, b = guide.provider("a"), guide.provider("b")
    one = guide.made(a, "one")
    guide.mapping(b, "uno", one, "id")
    guide.channel("other")
    assert map_channel(guide.db, "a", "one", "other", now=LATER).dropped_channel is None
    assert guide.mappings()["uno"] == ("one", "new")
    assert map_channel(guide.db, "b", "uno", "other", now=LATER).dropped_channel == "one"
    assert guide.names() == ["other"]


def test_a_hidden_channel_is_not_dropped(guide: Guide) -> None:
    a = guide.provider("a")
    guide.made(a, "one"), guide.channel("other")
    update_channel(guide.db, "one", {"hidden": True})
    assert map_channel(guide.db, "a", "one", "other", now=LATER).dropped_channel is None


def test_mapping_to_where_it_is_makes_it_manual(guide: Guide) -> None:
    a = guide.provider("a")
    guide.programme(a, guide.made(a, "one"), 10, "Film")
    done = map_channel(guide.db, "a", "one", "one", now=LATER)
    assert (done.moved, done.needs_import, done.dropped_channel) == (0, False, None)
    assert guide.mappings() == {"one": ("one", "manual")}
    assert guide.shown() == [("one", "Film")]


def test_mapping_ahead_of_the_first_import(guide: Guide) -> None:
    guide.provider("a"), guide.channel("one")
    done = map_channel(guide.db, "a", "soon", "one", now=LATER)
    assert (done.known, done.needs_import) == (False, True)
    assert guide.mappings() == {"soon": ("one", "manual")}


def test_rows_that_could_be_of_two_provider_channels_wait_for_the_import(guide: Guide) -> None:
    a = guide.provider("a")
    both = guide.made(a, "one")
    guide.mapping(a, "two", both, "manual")
    guide.channel("other")
    guide.programme(a, both, 10, "Whose?")
    done = map_channel(guide.db, "a", "two", "other", now=LATER)
    assert (done.moved, done.needs_import) == (0, True)
    assert guide.shown() == [("one", "Whose?")]
    assert get_provider(guide.db, "a").updated_at == "2025-06-15T15:07:40Z"


def test_mapping_may_make_the_channel(guide: Guide) -> None:
    guide.provider("a")
    with pytest.raises(NotFoundError):
        map_channel(guide.db, "a", "one", "fresh", now=LATER)
    assert guide.mappings() == {}
    done = map_channel(guide.db, "a", "one", "fresh", now=LATER, create=True)
    assert (done.channel.name, done.channel.created_at) == ("fresh", "2025-06-15T15:07:40Z")
    assert map_channel(guide.db, "a", "uno", "FRESH", now=LATER, create=True).channel == done.channel


def test_mapping_for_a_provider_that_is_not_there(guide: Guide) -> None:
    guide.channel("one")
    with pytest.raises(NotFoundError, match="there is no provider"):
        map_channel(guide.db, "a", "one", "one", now=LATER)


# --- ignore and unmap ---


@pytest.mark.parametrize("take_away", [ignore_channel, unmap_channel])
def test_programmes_go_at_once_and_others_appear(guide: Guide, take_away: Callable[..., Any]) -> None:
    a, b = guide.provider("a", 1), guide.provider("b", 2)
    one = guide.made(a, "one")
    guide.mapping(b, "uno", one, "id")
    guide.programme(a, one, 10, "Bad")
    hidden = guide.programme(b, one, 10, "Good")
    guide.db.execute("UPDATE airings SET shadowed_by = 1 WHERE id = ?", [hidden])
    assert take_away(guide.db, "a", "one", now=LATER).removed == 1
    assert guide.shown() == [("one", "Good")]
    assert guide.mappings().get("one") == ((None, "manual") if take_away is ignore_channel else None)


@pytest.mark.parametrize("take_away", [ignore_channel, unmap_channel])
def test_the_last_source_takes_its_channel_with_it(guide: Guide, take_away: Callable[..., Any]) -> None:
    a = guide.provider("a")
    guide.programme(a, guide.made(a, "one"), 10, "Film")
    assert take_away(guide.db, "a", "one", now=LATER).dropped_channel == "one"
    assert guide.names() == []


@pytest.mark.parametrize("take_away", [ignore_channel, unmap_channel])
def test_a_channel_shared_within_a_provider_waits_for_the_import(
    guide: Guide, take_away: Callable[..., Any]
) -> None:
    a = guide.provider("a")
    both = guide.made(a, "one")
    guide.mapping(a, "two", both, "manual")
    guide.programme(a, both, 10, "Whose?")
    done = take_away(guide.db, "a", "two", now=LATER)
    assert (done.removed, done.needs_import) == (0, True)
    assert guide.shown() == [("one", "Whose?")]


def test_ignoring_ahead_of_the_first_import(guide: Guide) -> None:
    guide.provider("a")
    done = ignore_channel(guide.db, "a", "shop", now=LATER)
    assert (done.known, done.removed) == (False, 0)
    assert guide.mappings() == {"shop": (None, "manual")}


def test_unmapping_what_is_not_mapped(guide: Guide) -> None:
    guide.made(guide.provider("a"), "one")
    with pytest.raises(NotFoundError, match=r"did you mean one\?"):
        unmap_channel(guide.db, "a", "onee", now=LATER)


# --- candidates ---


def test_a_channel_that_resembles_another_is_suggested_once(guide: Guide) -> None:
    a, b = guide.provider("a"), guide.provider("b")
    guide.made(a, "one.uk", "Channel One")
    guide.made(b, "ch1", "Chanel One")
    guide.made(b, "film", "Film Four")
    found = candidates(guide.db)
    assert [(s.provider, s.provider_channel_id, s.channel, s.candidate) for s in found] == [
        ("b", "ch1", "ch1", "one.uk")
    ]
    assert 0 < found[0].score <= 1
    assert found[0].reason
    assert guide.names() == ["ch1", "film", "one.uk"]


def test_every_display_name_counts(guide: Guide) -> None:
    a, b = guide.provider("a"), guide.provider("b")
    guide.made(a, "x1", "Channel One")
    guide.mapping(
        b,
        "y1",
        guide.channel("y1", "Zed"),
        names='[{"text": "Zed"}, {"text": "Channel 0ne"}]',
    )
    assert [s.candidate for s in candidates(guide.db)] == ["x1"]


def test_channels_of_one_provider_are_not_each_others_candidates(guide: Guide) -> None:
    a = guide.provider("a")
    guide.made(a, "one", "Channel One"), guide.made(a, "two", "Channel One London")
    assert candidates(guide.db) == []


@pytest.mark.parametrize("decide", [map_channel, ignore_channel])
def test_what_a_person_decided_is_not_suggested_again(guide: Guide, decide: Callable[..., Any]) -> None:
    a, b = guide.provider("a"), guide.provider("b")
    guide.made(a, "one.uk", "Channel One"), guide.made(b, "ch1", "Chanel One")
    assert len(candidates(guide.db)) == 1
    decide(guide.db, "b", "ch1", *(["ch1"] if decide is map_channel else []), now=LATER)
    assert candidates(guide.db, provider="b") == []


def test_accepting_a_candidate_is_one_map(guide: Guide) -> None:
    a, b = guide.provider("a"), guide.provider("b")
    guide.made(a, "one.uk", "Channel One"), guide.made(b, "ch1", "Chanel One")
    (found,) = candidates(guide.db)
    map_channel(guide.db, found.provider, found.provider_channel_id, found.candidate, now=LATER)
    assert candidates(guide.db) == []
    assert guide.names() == ["one.uk"]


def test_the_number_of_candidates_is_limited(guide: Guide) -> None:
    a, b = guide.provider("a"), guide.provider("b")
    for number in range(4):
        guide.made(a, f"a{number}", f"Channel One {'x' * number}")
    guide.made(b, "ch1", "Channel One")
    assert len(candidates(guide.db, limit=2)) == 2
