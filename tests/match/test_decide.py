"""Which channels of several feeds become one: each example of the rules, with variations."""

from __future__ import annotations

from itertools import permutations

import pytest
from epg_ingest.match.values import NO_PROVIDER, FeedChannel, Held, Key, Method, Showing

from benchmarks.matching import Feed, Replay
from tests.match.television import DAY, channel, feed, imported, key, method, schedule, together


class TestIdsBeforeNames:
    @pytest.mark.parametrize(
        "b",
        [
            {"x1": "BBC One", "BBC1.uk": "BBC One HD"},
            {"BBC1.uk": "BBC One HD", "x1": "BBC One"},
            {"x1": "BBC One", "bbc1.UK": "BBC One HD"},
            {"x1": "BBC One", "BBC1.uk": ("BBC 1", "101")},
        ],
    )
    def test_an_id_wins_over_a_name(self, b: dict[str, str]) -> None:
        guide = imported(feed("a", {"BBC1.uk": "BBC One"}), feed("b", b))
        joined = next(ident for ident in b if ident != "x1")
        assert together(guide, "a:BBC1.uk", f"b:{joined}")
        assert not together(guide, "a:BBC1.uk", "b:x1")
        assert method(guide, f"b:{joined}") == "id"
        assert method(guide, "b:x1") == "new"

    @pytest.mark.parametrize("ids", [range(1, 10), ["ch1", "ch2"], ["001", "002"], ["1.1", "1.2"]])
    def test_numbers_prove_nothing(self, ids: list[object]) -> None:
        british = feed("uk", {str(ident): f"Britain {n}" for n, ident in enumerate(ids)})
        german = feed("de", {str(ident): f"Deutschland {n}" for n, ident in enumerate(ids)})
        guide = imported(british, german)
        assert all(len(group) == 1 for group in guide.groups())

    def test_numbers_as_names_prove_nothing_either(self) -> None:
        guide = imported(feed("uk", {"1": "1", "2": ()}), feed("de", {"1": "1", "2": ()}))  # type: ignore[dict-item]
        assert len(guide.groups()) == 4

    def test_an_empty_channel_with_the_number_of_another(self) -> None:
        guide = imported(feed("a", {"11": "Canal 11"}, {"11": "canal"}), feed("b", {"11": "ITV4 HD"}))
        assert not together(guide, "a:11", "b:11")

    def test_an_equal_id_with_another_name_is_a_proposal(self) -> None:
        guide = imported(feed("a", {"Sky1.uk": "Sky One"}), feed("b", {"Sky1.uk": "Horse & Country"}))
        assert not together(guide, "a:Sky1.uk", "b:Sky1.uk")
        (found,) = guide.decide().proposals
        assert "equal id under another name" in found.reason

    def test_an_undeclared_channel_joins_by_its_id(self) -> None:
        guide = imported(feed("a", {"TF1.fr": "TF1"}), feed("b", {"tf1.fr": ()}))  # type: ignore[dict-item]
        assert together(guide, "a:TF1.fr", "b:tf1.fr")


class TestCountries:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("HBO.br", "HBO.pl"), ("HBO.us2", "HBO.mx"), ("HBO.br@HD", "HBO.pl@HD"), ("HBO.en", "HBO.es")],
    )
    def test_one_name_in_two_countries(self, one: str, other: str) -> None:
        guide = imported(feed("a", {one: "HBO"}), feed("b", {other: "HBO"}))
        assert not together(guide, f"a:{one}", f"b:{other}")
        (found,) = guide.decide().proposals
        assert "countries" in found.reason and found.score < 0.9

    @pytest.mark.parametrize(
        ("one", "other"), [("BBC1.uk", "BBCOne.uk"), ("BBC1.uk", "bbc.gb"), ("BBC1.uk@SD", "x.uk")]
    )
    def test_one_name_in_one_country(self, one: str, other: str) -> None:
        guide = imported(feed("a", {one: "BBC One"}), feed("b", {other: "BBC One"}))
        assert together(guide, f"a:{one}", f"b:{other}")
        assert method(guide, f"b:{other}") == "name"

    @pytest.mark.parametrize("name", ["BBC ONE", "BBC One HD", "BBC-One", "Bbc Öne"])
    def test_a_name_that_is_equal_only_in_part_is_a_proposal(self, name: str) -> None:
        guide = imported(feed("a", {"BBC1.uk": "BBC One"}), feed("b", {"BBCOne.uk": name}))
        assert not together(guide, "a:BBC1.uk", "b:BBCOne.uk")
        assert len(guide.decide().proposals) == 1

    def test_plain_ids_join_by_name(self) -> None:
        """Nothing says a country, no schedule speaks against it: two feeds for one home."""
        guide = imported(feed("a", {"BBC1.uk": "BBC One"}), feed("b", {"bbc1": "BBC One"}))
        assert together(guide, "a:BBC1.uk", "b:bbc1")
        assert guide.held[key(guide, "b:bbc1")].score == 0.8

    def test_feeds_that_disagree_elsewhere_are_not_believed(self) -> None:
        names = {"1": "Alpha", "2": "Beta", "3": "Gamma"}
        guide = imported(feed("a", names, {"1": "a1", "2": "a2"}), feed("b", names, {"1": "b1", "2": "b2"}))
        assert len(guide.groups()) == 6

    @pytest.mark.parametrize("programmes", [6, 8, 11])
    def test_a_little_evidence_is_enough_to_distrust_a_name(self, programmes: int) -> None:
        one, other = schedule("x", programmes=programmes), schedule("y", programmes=programmes)
        a, b = Feed("a", {"fox": ("Fox",)}, {"fox": one}), Feed("b", {"7": ("Fox",)}, {"7": other})
        assert len(imported(a, b).groups()) == 2
        assert len(imported(a, Feed("b", {"7": ("Fox",)}, {"7": one})).groups()) == 1

    def test_schedules_that_should_agree_and_do_not_are_distrusted(self) -> None:
        """Blocks of an hour start together and refute nothing, but one channel would have the same titles."""
        one, other = (
            [Showing(DAY + 3600 * n, DAY + 3600 * (n + 1), f"{seed} {n}") for n in range(48)] for seed in "xy"
        )
        a, b = (
            Feed("a", {"ftv": ("Fashion TV",)}, {"ftv": one}),
            Feed("b", {"7": ("Fashion TV",)}, {"7": other}),
        )
        assert len(imported(a, b).groups()) == 2

    def test_a_channel_without_a_country_has_that_of_its_feed(self) -> None:
        a = {"A.br": "A", "B.br": "B", "C.br": "C", "hbo": "HBO"}
        guide = imported(feed("a", a), feed("b", {"HBO.pl": "HBO"}))
        assert not together(guide, "a:hbo", "b:HBO.pl")

    def test_a_feed_whose_ids_end_alike_is_a_country_of_its_own(self) -> None:
        a = {f"tv.{name}.stream": name for name in ("Rock", "Jazz", "Folk")}
        guide = imported(feed("a", a), feed("b", {"Rock.uk": "Rock"}))
        assert not together(guide, "a:tv.Rock.stream", "b:Rock.uk")


class TestAmbiguousNames:
    def test_a_name_that_two_channels_carry_decides_nothing(self) -> None:
        guide = imported(feed("a", {"a1": "ABC", "a2": "ABC"}), feed("b", {"b2": "ABC", "b1": "ABC"}))
        assert len(guide.groups()) == 4
        assert len(guide.decide().proposals) == 4

    def test_unless_schedules_decide(self) -> None:
        a = feed("a", {"a1": "ABC", "a2": "ABC"}, {"a1": "boston", "a2": "denver"})
        b = feed("b", {"b2": "ABC", "b1": "ABC"}, {"b2": "denver", "b1": "boston"})
        guide = imported(a, b)
        assert together(guide, "a:a1", "b:b1") and together(guide, "a:a2", "b:b2")
        assert method(guide, "b:b1") == "schedule"

    @pytest.mark.parametrize("b", [{"b1": "ABC"}, {"b1": "ABC", "b2": "ABC", "b3": "ABC"}])
    def test_twice_in_one_feed_only(self, b: dict[str, str]) -> None:
        guide = imported(feed("a", {"a1": "ABC", "a2": "ABC"}), feed("b", b))
        assert all(len(group) == 1 for group in guide.groups())

    def test_any_display_name_counts(self) -> None:
        guide = imported(
            feed("a", {"a.us": ("7 WABC", "7", "WABC")}), feed("b", {"b.us": ("ABC East", "WABC")})
        )
        assert together(guide, "a:a.us", "b:b.us")

    def test_schedules_that_decide_half_leave_the_other_half_open(self) -> None:
        a = feed("a", {"a1.us": "ABC", "a2.us": "ABC"}, {"a1.us": "boston"})
        b = feed("b", {"b1.us": "ABC", "b2.us": "ABC"}, {"b2.us": "boston"})
        guide = imported(a, b)
        assert together(guide, "a:a1.us", "b:b2.us")
        assert not together(guide, "a:a2.us", "b:b1.us")

    def test_what_is_ambiguous_does_not_hold_up_the_rest(self) -> None:
        a = feed("a", {"a.us": ("Alpha", "Beta")})
        b = feed("b", {"b1.us": "Alpha", "b2.us": "Beta"})
        guide = imported(a, b, feed("c", {"c.us": "Alpha"}))
        assert together(guide, "b:b1.us", "c:c.us")
        assert not together(guide, "a:a.us", "c:c.us") and not together(guide, "a:a.us", "b:b2.us")

    def test_two_names_that_lead_to_two_channels(self) -> None:
        guide = imported(
            feed("a", {"a.us": ("Alpha", "Beta")}), feed("b", {"b1.us": "Alpha", "b2.us": "Beta"})
        )
        assert all(len(group) == 1 for group in guide.groups())

    @pytest.mark.parametrize("name", ["No Event", "PPV 1", "TBA", "12", ""])
    def test_placeholders_prove_nothing(self, name: str) -> None:
        guide = imported(feed("a", {"a.uk": name}), feed("b", {"b.uk": name}))
        assert len(guide.groups()) == 2


class TestSchedules:
    def test_they_confirm_a_name_in_two_countries(self) -> None:
        guide = imported(
            feed("a", {"x.be": "TF1"}, {"x.be": "tf1"}), feed("b", {"y.fr": "TF1 HD"}, {"y.fr": "tf1"})
        )
        assert together(guide, "a:x.be", "b:y.fr")
        held = guide.held[key(guide, "b:y.fr")]
        assert (held.method, held.score) == ("schedule", 1.0)
        assert "60 of 60 programmes at the same time with the same title" in held.reason

    @pytest.mark.parametrize("ident", ["BBC1.uk", "x"])
    def test_they_refute_ids_and_names(self, ident: str) -> None:
        guide = imported(
            feed("a", {ident: "Fox"}, {ident: "one"}), feed("b", {ident: "Fox"}, {ident: "other"})
        )
        assert len(guide.groups()) == 2
        assert guide.decide().proposals == ()

    def test_equal_schedules_alone_join_nothing(self) -> None:
        guide = imported(feed("a", {"a": "Rai1"}, {"a": "rai"}), feed("b", {"b": "Rai Uno"}, {"b": "rai"}))
        assert not together(guide, "a:a", "b:b")

    def test_the_best_of_two_wins(self) -> None:
        a = feed("a", {"a.fr": "Canal"}, {"a.fr": "canal"})
        b = feed("b", {"b1.be": "Canal", "b2.be": "Canal"}, {"b1.be": "other", "b2.be": "canal"})
        assert together(imported(a, b), "a:a.fr", "b:b2.be")

    def test_a_join_is_taken_back_when_schedules_contradict_it(self) -> None:
        guide = imported(feed("a", {"a.uk": "Dave"}, {"a.uk": "dave"}), feed("b", {"b.uk": "Dave"}))
        assert together(guide, "a:a.uk", "b:b.uk")
        before = channel(guide, "a:a.uk")
        matching = guide.add(feed("b", {"b.uk": "Dave"}, {"b.uk": "other"}))
        assert channel(guide, "a:a.uk") == before != channel(guide, "b:b.uk")
        (back,) = matching.taken_back
        assert (back.key, back.channel) == (key(guide, "b:b.uk"), before)
        assert back.reason.startswith("they show something else")

    def test_a_confirmed_join_stays_without_schedules(self) -> None:
        b = {"b.be": "TF1 HD"}
        guide = imported(feed("a", {"a.fr": "TF1"}, {"a.fr": "tf1"}), feed("b", b, {"b.be": "tf1"}))
        reason = guide.held[key(guide, "b:b.be")].reason
        guide.add(feed("b", b))
        assert together(guide, "a:a.fr", "b:b.be")
        assert guide.held[key(guide, "b:b.be")].reason == reason
        guide.add(feed("b", b, {"b.be": "other"}))
        assert not together(guide, "a:a.fr", "b:b.be")


class TestDelay:
    @pytest.mark.parametrize("name", ["ITV1 +1", "ITV1+1", "ITV1 plus 1", "ITV1 +1 HD"])
    def test_a_delayed_channel_is_never_its_parent(self, name: str) -> None:
        shows = {"x.uk": "itv"}
        guide = imported(feed("a", {"x.uk": "ITV1"}, shows), feed("b", {"x.uk": name}, shows))
        assert not together(guide, "a:x.uk", "b:x.uk")
        (found,) = guide.decide().proposals
        assert "+1" in found.reason and found.score == 0

    def test_a_delay_in_the_id_counts(self) -> None:
        guide = imported(feed("a", {"E4.uk": "E4"}), feed("b", {"E4+1.uk": "E4"}))
        assert not together(guide, "a:E4.uk", "b:E4+1.uk")

    def test_two_delayed_channels_are_one(self) -> None:
        guide = imported(feed("a", {"a.uk": "ITV1 +1"}), feed("b", {"b.uk": "ITV1 +1"}))
        assert together(guide, "a:a.uk", "b:b.uk")


class TestJoinsOfTheFirstRelease:
    """It joined equal names and ids whatever the channels showed, and stored no reason."""

    @staticmethod
    def joined(one: Feed, other: Feed, how: Method) -> Replay:
        """Two feeds of one channel each, on one channel of the guide."""
        guide = imported(one, other)
        (ident,) = other.names
        there = Key(guide.numbers[other.name], ident)
        guide.held[there] = Held(channel(guide, f"a:{next(iter(one.names))}"), how, 1.0)
        guide.keep(guide.decide())
        return guide

    @pytest.mark.parametrize(
        ("one", "other", "how"),
        [
            (("a", "BBC One"), ("b", "BBC ONE HD"), "name"),
            (("a.uk", "Alpha"), ("a.uk", "Omega"), "id"),
            (("a.br", "HBO"), ("b.pl", "HBO"), "name"),
        ],
    )
    def test_they_stay_until_schedules_contradict_them(
        self, one: tuple[str, str], other: tuple[str, str], how: Method
    ) -> None:
        guide = self.joined(feed("a", dict([one])), feed("b", dict([other])), how)
        for _ in range(3):
            guide.keep(guide.decide())
            assert together(guide, f"a:{one[0]}", f"b:{other[0]}")
            assert method(guide, f"b:{other[0]}") == how
        guide.add(feed("a", dict([one]), {one[0]: "this"}))
        guide.add(feed("b", dict([other]), {other[0]: "that"}))
        assert not together(guide, f"a:{one[0]}", f"b:{other[0]}")

    def test_schedules_confirm_them(self) -> None:
        guide = self.joined(feed("a", {"a.br": "HBO"}), feed("b", {"b.pl": "HBO"}), "name")
        guide.add(feed("a", {"a.br": "HBO"}, {"a.br": "hbo"}))
        guide.add(feed("b", {"b.pl": "HBO"}, {"b.pl": "hbo"}))
        assert together(guide, "a:a.br", "b:b.pl") and method(guide, "b:b.pl") == "schedule"

    @pytest.mark.parametrize("ident", ["11", "ch11", "PPV1"])
    def test_ids_that_say_nothing_keep_nothing_together(self, ident: str) -> None:
        guide = self.joined(feed("a", {ident: "Canal 11"}), feed("b", {ident: "ITV4 HD"}), "id")
        assert not together(guide, f"a:{ident}", f"b:{ident}")


class TestEvents:
    @pytest.mark.parametrize("ident", ["PPV1", "PPV 1", "event.1.uk", "ppv-1"])
    def test_a_place_for_events_joins_nothing_by_name(self, ident: str) -> None:
        guide = imported(feed("a", {ident: "Sky Sports F1"}), feed("b", {"F1.uk": "Sky Sports F1"}))
        before = channel(guide, f"a:{ident}")
        assert not together(guide, f"a:{ident}", "b:F1.uk")
        guide.add(feed("a", {ident: "Sky Sports Darts"}))
        assert channel(guide, f"a:{ident}") == before != channel(guide, "b:F1.uk")

    @pytest.mark.parametrize("ident", ["PPV1", "ppv-1", "event.1.uk"])
    @pytest.mark.parametrize("later", ["Sky Sports Darts", "Boxing", "Sky Sports F1 Extra"])
    def test_what_schedules_joined_parts_with_the_name(self, ident: str, later: str) -> None:
        """The schedules of Monday are still known on Tuesday, and agree."""
        monday, day = schedule("f1", programmes=30), 86_400
        guide = imported(
            Feed("a", {ident: ("Sky Sports F1",)}, {ident: monday}),
            Feed("b", {"skyf1": ("Sky Sports F1",)}, {"skyf1": monday}),
        )
        assert together(guide, f"a:{ident}", "b:skyf1")
        for number in range(1, 4):
            ours = [*monday, *schedule("darts", programmes=30 * number, start=DAY + day)]
            guide.add(Feed("a", {ident: (later,)}, {ident: ours}))
            theirs = [*monday, *schedule("more f1", programmes=30 * number, start=DAY + day)]
            guide.add(Feed("b", {"skyf1": ("Sky Sports F1",)}, {"skyf1": theirs}))
            assert not together(guide, f"a:{ident}", "b:skyf1")


class TestByHand:
    def test_a_join_by_hand_holds_and_is_suspect(self) -> None:
        guide = imported(feed("a", {"a": "Alpha"}, {"a": "one"}), feed("b", {"b": "Beta"}, {"b": "other"}))
        home = channel(guide, "a:a")
        guide.held[key(guide, "b:b")] = Held(home, "manual")
        matching = guide.decide()
        guide.keep(matching)
        assert channel(guide, "a:a") == channel(guide, "b:b") == home
        (suspect,) = matching.suspects
        assert (suspect.key, suspect.other, suspect.channel) == (key(guide, "a:a"), key(guide, "b:b"), home)
        assert method(guide, "a:a") == "new" and matching.taken_back == ()

    def test_two_channels_of_one_feed_by_hand(self) -> None:
        guide = imported(feed("a", {"a1": "One", "a2": "One HD"}))
        guide.held[key(guide, "a:a2")] = Held(channel(guide, "a:a1"), "manual")
        guide.keep(guide.decide())
        assert together(guide, "a:a1", "a:a2")

    def test_what_a_person_keeps_apart_stays_apart(self) -> None:
        guide = imported(feed("a", {"a.uk": "BBC One"}, {"a.uk": "bbc"}))
        guide.held[key(guide, "a:a.uk")] = Held(7, "manual")
        guide.add(feed("b", {"b.uk": "BBC One"}, {"b.uk": "bbc"}))
        assert channel(guide, "b:b.uk") == 7
        guide.held[key(guide, "b:b.uk")] = Held(8, "manual")
        guide.keep(guide.decide())
        assert (channel(guide, "a:a.uk"), channel(guide, "b:b.uk")) == (7, 8)

    def test_an_ignored_channel_takes_no_part(self) -> None:
        guide = imported(feed("a", {"a.uk": "BBC One", "b.uk": "BBC Two"}))
        guide.held[key(guide, "a:a.uk")] = Held(None, "manual")
        guide.add(feed("b", {"c.uk": "BBC One"}))
        assert channel(guide, "a:a.uk") is None
        assert len(guide.groups()) == 2

    def test_a_channel_that_a_person_made_attracts_its_name(self) -> None:
        guide = imported()
        made = FeedChannel(NO_PROVIDER, "BBC1.uk", ("BBC One",))
        guide.channels[made.key], guide.held[made.key] = made, Held(5, "manual")
        guide.airtimes[made.key] = (
            guide.airtimes.get(made.key) or imported(feed("x", {"x": "x"})).airtimes[Key(1, "x")]
        )
        guide.add(feed("a", {"bbc.uk": "BBC One"}))
        assert channel(guide, "a:bbc.uk") == 5
        assert method(guide, "a:bbc.uk") == "name"

    @pytest.mark.parametrize("touched", ["a:a.fr", "b:b.be"])
    def test_a_channel_that_a_person_touched_keeps_its_id(self, touched: str) -> None:
        guide = imported(feed("a", {"a.fr": "TF1"}), feed("b", {"b.be": "TF1"}))
        home = channel(guide, touched)
        assert home is not None
        guide.touched = {home}
        guide.add(feed("a", {"a.fr": "TF1"}, {"a.fr": "tf1"}))
        guide.add(feed("b", {"b.be": "TF1"}, {"b.be": "tf1"}))
        assert channel(guide, "a:a.fr") == channel(guide, "b:b.be") == home


class TestOrder:
    FEEDS = (
        feed(
            "a", {"TF1.fr": "TF1", "ARTE.fr": "Arte", "x1": "M6", "x2": "M6"}, {"TF1.fr": "tf1", "x1": "m6"}
        ),
        feed(
            "b", {"TF1.be": "TF1", "m6": "M6", "arte": "ARTE"}, {"TF1.be": "tf1", "m6": "m6", "arte": "arte"}
        ),
        feed("c", {"1": "TF1 HD", "2": "Arte", "3": "M6"}, {"1": "tf1", "2": "arte", "3": "w9"}),
        feed("d", {"TF1.fr": "TF1", "W9.fr": "W9"}),
    )

    def test_every_order_of_imports_ends_alike(self) -> None:
        ends = {frozenset(imported(*order).groups()) for order in permutations(self.FEEDS)}
        assert len(ends) == 1

    def test_the_order_within_a_feed_does_not_matter(self) -> None:
        straight = imported(*self.FEEDS)
        turned = imported(*(type(f)(f.name, dict(reversed(f.names.items())), f.showings) for f in self.FEEDS))
        assert straight.groups() == turned.groups()

    def test_a_provider_that_leaves_leaves_what_the_others_give(self) -> None:
        for gone in "abcd":
            guide = imported(*self.FEEDS)
            guide.remove(gone)
            assert guide.groups() == imported(*(f for f in self.FEEDS if f.name != gone)).groups()

    def test_deciding_again_changes_nothing(self) -> None:
        guide = imported(*self.FEEDS)
        held = dict(guide.held)
        guide.keep(guide.decide())
        assert guide.held == held
