"""Ids that come and go: the mapping moves, and the channel stays."""

from __future__ import annotations

import pytest
from epg_ingest.match.values import Held

from tests.match.television import channel, feed, imported, key, method, together


class TestRenamedIds:
    @pytest.mark.parametrize(
        ("old", "new"),
        [("bbc1", "BBCOne.uk"), ("17", "4711"), ("BBC1.uk", "BBC1.gb"), ("x", "y")],
    )
    def test_a_new_id_with_the_same_name(self, old: str, new: str) -> None:
        guide = imported(feed("a", {old: "BBC One", "z": "Zed"}))
        before = channel(guide, f"a:{old}")
        guide.add(feed("a", {new: "BBC One", "z": "Zed"}))
        assert channel(guide, f"a:{new}") == before
        assert method(guide, f"a:{new}") == "moved"
        assert repr(old) in guide.held[key(guide, f"a:{new}")].reason
        assert len(guide.held) == 2

    def test_the_same_id_in_other_letters_is_no_move(self) -> None:
        guide = imported(feed("a", {"TF1.fr": "TF1"}))
        held = dict(guide.held)
        guide.add(feed("a", {"tf1.fr": "Télévision Française 1"}))
        assert list(guide.held.values()) == list(held.values())

    def test_a_channel_under_a_new_name_that_shows_the_same(self) -> None:
        guide = imported(feed("a", {"dave": "Dave"}, {"dave": "quiz"}))
        before = channel(guide, "a:dave")
        guide.add(feed("a", {"udave": "U&Dave"}, {"udave": "quiz"}))
        assert channel(guide, "a:udave") == before
        assert "same title" in guide.held[key(guide, "a:udave")].reason

    def test_all_ids_at_once(self) -> None:
        old = {
            str(n): f"Channel of {city}" for n, city in enumerate(("Bath", "Bonn", "Bern", "Brno", "Bari"))
        }
        guide = imported(feed("a", old), feed("b", {"bonn": "Channel of Bonn"}))
        before = {name: channel(guide, f"a:{ident}") for ident, name in old.items()}
        guide.add(feed("a", {f"new.{ident}": name for ident, name in reversed(old.items())}))
        assert {name: channel(guide, f"a:new.{ident}") for ident, name in old.items()} == before
        assert together(guide, "a:new.1", "b:bonn")

    def test_a_place_in_a_shared_channel_moves_too(self) -> None:
        """The old id tied it to b's channel; the new one says nothing."""
        guide = imported(feed("a", {"BBC1.uk": "BBC 1"}), feed("b", {"BBC1.uk": "BBC One"}))
        assert together(guide, "a:BBC1.uk", "b:BBC1.uk")
        guide.add(feed("b", {"77": "BBC One"}))
        assert together(guide, "a:BBC1.uk", "b:77")
        guide.keep(guide.decide())
        assert together(guide, "a:BBC1.uk", "b:77")

    def test_what_a_person_mapped_moves_by_hand(self) -> None:
        guide = imported(feed("a", {"bbc1": "BBC One", "ads": "Shopping"}))
        guide.held[key(guide, "a:bbc1")] = Held(9, "manual")
        guide.held[key(guide, "a:ads")] = Held(None, "manual")
        guide.add(feed("a", {"BBCOne.uk": "BBC One", "qvc": "Shopping"}))
        assert (channel(guide, "a:BBCOne.uk"), method(guide, "a:BBCOne.uk")) == (9, "manual")
        assert (channel(guide, "a:qvc"), method(guide, "a:qvc")) == (None, "manual")

    def test_an_id_that_comes_back(self) -> None:
        guide = imported(feed("a", {"bbc1": "BBC One"}))
        before = channel(guide, "a:bbc1")
        for ident in ("BBCOne.uk", "bbc1", "BBCOne.uk"):
            guide.add(feed("a", {ident: "BBC One"}))
            assert channel(guide, f"a:{ident}") == before

    def test_a_channel_that_is_away_for_a_while(self) -> None:
        guide = imported(
            feed("a", {"a.fr": "TF1", "b.fr": "M6"}, {"a.fr": "tf1"}),
            feed("b", {"x.be": "TF1"}, {"x.be": "tf1"}),
        )
        held = dict(guide.held)
        guide.add(feed("a", {"b.fr": "M6"}))
        assert together(guide, "a:a.fr", "b:x.be")
        guide.add(feed("a", {"a.fr": "TF1", "b.fr": "M6"}))
        assert guide.held == held


class TestNoMove:
    @pytest.mark.parametrize(
        "new",
        [
            {"n1": "ABC", "n2": "ABC"},
            {"n1": "CBS"},
            {"n1": "ABC +1"},
            {"n1": "7"},
        ],
    )
    def test_another_channel(self, new: dict[str, str]) -> None:
        guide = imported(feed("a", {"old": "ABC"}))
        before = channel(guide, "a:old")
        guide.add(feed("a", new))
        assert before not in {channel(guide, f"a:{ident}") for ident in new}
        assert channel(guide, "a:old") == before

    def test_two_vanished_channels_of_one_name(self) -> None:
        guide = imported(feed("a", {"o1": "ABC", "o2": "ABC"}))
        guide.add(feed("a", {"n1": "ABC"}))
        assert method(guide, "a:n1") == "new"

    def test_schedules_decide_between_two(self) -> None:
        guide = imported(feed("a", {"o1": "ABC", "o2": "ABC"}, {"o1": "boston", "o2": "denver"}))
        boston, denver = channel(guide, "a:o1"), channel(guide, "a:o2")
        guide.add(feed("a", {"n1": "ABC", "n2": "ABC"}, {"n1": "denver", "n2": "boston"}))
        assert (channel(guide, "a:n1"), channel(guide, "a:n2")) == (denver, boston)

    def test_the_old_id_is_still_there(self) -> None:
        guide = imported(feed("a", {"bbc1": "BBC One"}))
        guide.add(feed("a", {"bbc1": "BBC One", "BBCOne.uk": "BBC One"}))
        assert not together(guide, "a:bbc1", "a:BBCOne.uk")

    def test_another_channel_has_the_name_too(self) -> None:
        guide = imported(feed("a", {"old": "ABC", "twin": "ABC"}))
        guide.add(feed("a", {"new": "ABC", "twin": "ABC"}))
        assert method(guide, "a:new") == "new"

    def test_schedules_that_differ(self) -> None:
        guide = imported(feed("a", {"old": "Fox"}, {"old": "one"}))
        guide.add(feed("a", {"new": "Fox"}, {"new": "other"}))
        assert channel(guide, "a:old") != channel(guide, "a:new")

    def test_another_country(self) -> None:
        guide = imported(feed("a", {"HBO.br": "HBO"}))
        guide.add(feed("a", {"HBO.pl": "HBO"}))
        assert channel(guide, "a:HBO.br") != channel(guide, "a:HBO.pl")


class TestRenamedChannels:
    @pytest.mark.parametrize("name", ["BBC ONE", "BBC 1", "BBC One HD"])
    def test_a_name_that_resembles_keeps_the_join(self, name: str) -> None:
        guide = imported(feed("a", {"a.uk": "BBC One"}), feed("b", {"b.uk": "BBC One"}))
        guide.add(feed("b", {"b.uk": name}))
        assert together(guide, "a:a.uk", "b:b.uk")
        assert method(guide, "b:b.uk") == "moved"
        guide.add(feed("b", {"b.uk": name}))
        assert together(guide, "a:a.uk", "b:b.uk")

    def test_a_name_that_does_not_ends_it(self) -> None:
        guide = imported(feed("a", {"a.uk": "Sky Sports F1"}), feed("b", {"b.uk": "Sky Sports F1"}))
        home = channel(guide, "a:a.uk")
        matching = guide.add(feed("b", {"b.uk": "Sky Sports Darts"}))
        assert channel(guide, "a:a.uk") == home != channel(guide, "b:b.uk")
        assert len(matching.taken_back) == 1

    def test_unless_both_show_the_same(self) -> None:
        shows = {"a.uk": "quiz"}
        guide = imported(feed("a", {"a.uk": "Dave"}, shows), feed("b", {"b.uk": "Dave"}, {"b.uk": "quiz"}))
        guide.add(feed("a", {"a.uk": "U&Dave"}, shows))
        assert together(guide, "a:a.uk", "b:b.uk")
