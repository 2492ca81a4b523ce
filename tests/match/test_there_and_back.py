"""A join that was made while evidence was missing ends when the evidence comes, whatever id carries it then."""

from __future__ import annotations

from itertools import permutations

import pytest
from epg_ingest.match.values import Comparison, Held, Key
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import Feed, Replay
from tests.match.television import channel, feed, imported, key, method, together
from tests.match.test_properties import Script

COUNTRIES = {"ie": "Euronews.ie", "uk": "Euronews.uk", "plex": "65f1-euronews.plex"}


def national(name: str, ident: str, shows: dict[str, str] | None = None) -> Feed:
    """A feed with two channels more, so that the ends of its ids say whose it is."""
    end = ident.rpartition(".")[2]
    own = {f"{name}-{n}.{end}": f"Channel {n} of {name}" for n in ("one", "two")}
    return feed(name, {ident: "Euronews"} | own, shows)


def numbered(name: str, start: int = 1000, shows: dict[str, str] | None = None) -> Feed:
    """The same feed, with numbers for all its ids."""
    names = ["Euronews", f"Channel one of {name}", f"Channel two of {name}"]
    return feed(name, {str(start + n): text for n, text in enumerate(names)}, shows)


class TestNamesOfTwoCountries:
    @pytest.mark.parametrize("moving", COUNTRIES)
    @pytest.mark.parametrize("order", list(permutations(COUNTRIES)))
    def test_they_part_when_the_ids_come_back(self, moving: str, order: tuple[str, ...]) -> None:
        guide = imported(*(national(name, COUNTRIES[name]) for name in order))
        before = guide.groups()
        assert len(before) == 9
        guide.add(numbered(moving))
        assert len(guide.groups()) < 9
        matching = guide.add(national(moving, COUNTRIES[moving]))
        assert guide.groups() == before
        assert matching.taken_back
        guide.keep(guide.decide())
        assert guide.groups() == before

    @pytest.mark.parametrize("numbers", [(1000, 2000), (1000, 1000), (7, 8000, 9000)])
    @pytest.mark.parametrize("order", list(permutations(("ie", "uk"))))
    def test_however_often_the_numbers_change(self, order: tuple[str, str], numbers: tuple[int, ...]) -> None:
        guide = imported(*(national(name, COUNTRIES[name]) for name in order))
        before = guide.groups()
        for start in numbers:
            guide.add(numbered(order[1], start))
            assert len(guide.groups()) == 5
        guide.add(national(order[1], COUNTRIES[order[1]]))
        assert guide.groups() == before

    @pytest.mark.parametrize("back", list(permutations(COUNTRIES)))
    def test_all_feeds_at_once_in_any_order(self, back: tuple[str, ...]) -> None:
        guide = imported(*(national(name, ident) for name, ident in COUNTRIES.items()))
        before = guide.groups()
        for start, name in enumerate(COUNTRIES, 1):
            guide.add(numbered(name, 1000 * start))
        assert together(guide, "ie:1000", "uk:2000")
        for name in back:
            guide.add(national(name, COUNTRIES[name]))
        assert guide.groups() == before

    @pytest.mark.parametrize("ident", ["EN.uk", "euronews.english.uk", "Euronews.us2"])
    def test_a_feed_that_never_had_a_country(self, ident: str) -> None:
        guide = imported(national("ie", "Euronews.ie"), numbered("b"))
        assert together(guide, "ie:Euronews.ie", "b:1000")
        guide.add(numbered("b", 2000))
        guide.add(national("b", ident))
        assert not together(guide, "ie:Euronews.ie", f"b:{ident}")

    @pytest.mark.parametrize("name", ["Euronews", "Euronews HD", "Euronews English"])
    def test_a_name_that_changes_a_little_meanwhile(self, name: str) -> None:
        guide = imported(feed("ie", {"Euronews.ie": "Euronews"}), feed("b", {"7": "Euronews"}))
        guide.add(feed("b", {"7": name}))
        assert together(guide, "ie:Euronews.ie", "b:7")
        guide.add(feed("b", {"Euronews.uk": name}))
        assert not together(guide, "ie:Euronews.ie", "b:Euronews.uk")

    def test_what_schedules_say_of_a_third_is_no_evidence(self) -> None:
        guide = imported(
            feed("fr", {"Euronews.fr": "Euronews"}, {"Euronews.fr": "news"}),
            feed("be", {"Euronews.be": "Euronews"}, {"Euronews.be": "news"}),
            feed("uk", {"Euronews.uk": "Euronews"}),
        )
        before = guide.groups()
        assert len(before) == 2
        guide.add(feed("uk", {"77": "Euronews"}))
        assert len(guide.groups()) == 1
        guide.add(feed("uk", {"Euronews.uk": "Euronews"}))
        assert guide.groups() == before


class TestOneCountry:
    @pytest.mark.parametrize(("one", "other"), [("a.uk", "b.uk"), ("a.uk", "b.gb"), ("a", "b.uk")])
    def test_nothing_new_is_said(self, one: str, other: str) -> None:
        guide = imported(feed("a", {one: "Dave"}), feed("b", {other: "Dave"}))
        for ident in ("7", other, "8", other):
            guide.add(feed("b", {ident: "Dave"}))
            assert together(guide, f"a:{one}", f"b:{ident}")


def confirmed(later: str = "TF1") -> Replay:
    """TF1 in two countries, joined by the schedules."""
    guide = imported(
        feed("fr", {"TF1.fr": "TF1"}, {"TF1.fr": "tf1"}),
        feed("be", {"TF1.be": later}, {"TF1.be": "tf1"}),
    )
    assert method(guide, "be:TF1.be") == "schedule"
    return guide


class TestConfirmed:
    @pytest.mark.parametrize("name", ["TF1", "TF1 HD"])
    @pytest.mark.parametrize("ids", [("7",), ("7", "8"), ("tf1-b.be",), ("7", "TF1.be", "8")])
    def test_what_schedules_confirmed_stays(self, name: str, ids: tuple[str, ...]) -> None:
        """The schedules are gone before the ids change."""
        guide = confirmed(name)
        for ident in ("TF1.be", *ids, "TF1.be"):
            guide.add(feed("be", {ident: name}))
            assert together(guide, "fr:TF1.fr", f"be:{ident}")

    @pytest.mark.parametrize("ids", [("7",), ("7", "8"), ("9", "TF1.fr", "9")])
    def test_under_a_new_id_of_the_first_channel(self, ids: tuple[str, ...]) -> None:
        guide = confirmed()
        for ident in (*ids, "TF1.fr"):
            guide.add(feed("fr", {ident: "TF1"}))
            assert together(guide, f"fr:{ident}", "be:TF1.be")

    @pytest.mark.parametrize("known", ["7", "8"])
    def test_schedules_that_came_while_no_country_was_known(self, known: str) -> None:
        """First joined by the name alone, then confirmed, then without programmes again."""
        guide = imported(feed("fr", {"TF1.fr": "TF1"}, {"TF1.fr": "tf1"}), feed("be", {"TF1.be": "TF1"}))
        guide.add(feed("be", {"7": "TF1"}))
        guide.add(feed("be", {known: "TF1"}, {known: "tf1"}))
        assert method(guide, f"be:{known}") == "schedule"
        guide.add(feed("be", {known: "TF1"}))
        guide.add(feed("be", {"TF1.be": "TF1"}))
        assert together(guide, "fr:TF1.fr", "be:TF1.be")

    @pytest.mark.parametrize("shown", ["tf1", None])
    def test_a_new_name_that_resembles(self, shown: str | None) -> None:
        guide = confirmed()
        shows = {"TF1.be": shown} if shown else None
        for shown_then in (shows, None, None):
            guide.add(feed("be", {"TF1.be": "TF1 Belgique"}, shown_then))
            assert together(guide, "fr:TF1.fr", "be:TF1.be")

    def test_until_schedules_refute_it(self) -> None:
        guide = confirmed()
        guide.add(feed("be", {"7": "TF1"}))
        guide.add(feed("be", {"TF1.be": "TF1"}, {"TF1.be": "other"}))
        assert not together(guide, "fr:TF1.fr", "be:TF1.be")


class TestByHand:
    @pytest.mark.parametrize("ids", [("7",), ("7", "8"), ("7", "Euronews.gb", "8")])
    def test_what_a_person_joined_stays(self, ids: tuple[str, ...]) -> None:
        guide = imported(feed("ie", {"E.ie": "Euronews"}), feed("uk", {"E.uk": "Euronews"}))
        home = channel(guide, "ie:E.ie")
        guide.held[key(guide, "uk:E.uk")] = Held(home, "manual")
        for ident in (*ids, "E.uk"):
            guide.add(feed("uk", {ident: "Euronews"}))
            assert channel(guide, f"uk:{ident}") == home == channel(guide, "ie:E.ie")
            assert method(guide, f"uk:{ident}") == "manual"

    def test_what_a_person_kept_apart_stays_apart(self) -> None:
        guide = imported(feed("ie", {"E.ie": "Euronews"}), feed("uk", {"E.uk": "Euronews"}))
        guide.held[key(guide, "ie:E.ie")] = Held(channel(guide, "ie:E.ie"), "manual")
        guide.held[key(guide, "uk:E.uk")] = Held(channel(guide, "uk:E.uk"), "manual")
        before = guide.groups()
        for ident in ("7", "E.uk"):
            guide.add(feed("uk", {ident: "Euronews"}))
        assert guide.groups() == before


class Renumbered(Replay):
    """A guide whose feeds number their channels at times; a script says what the schedules of each pair say."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.script = Script((), seed)
        self.former: dict[tuple[str, str], str] = {}

    def number(self, feed: Feed, start: int) -> None:
        """Import a feed with numbers for its ids."""
        numbers = {ident: str(start + place) for place, ident in enumerate(feed.names)}
        self.former |= {(feed.name, number): ident for ident, number in numbers.items()}
        self.add(Feed(feed.name, {numbers[ident]: names for ident, names in feed.names.items()}))

    def compare(self, one: Key, other: Key) -> Comparison:
        first, second = self._was(one), self._was(other)
        if first == second:
            return Comparison("unclear", "nothing is shown", False)
        if one.provider == other.provider:
            return Comparison("different", "two channels of one feed", True, 20.0, 40)
        return self.script.said(first, second)

    def _was(self, key: Key) -> tuple[str, str]:
        name = next(name for name, number in self.numbers.items() if number == key.provider)
        return name, self.former.get((name, key.id), key.id)


IDS = ["BBC1.uk", "x.uk", "E4.uk", "E4.gb", "HBO.br", "HBO.pl", "z.ie", "w.ie"]
CHANNELS = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(["BBC One", "HBO", "E4", "Dave"])),
    max_size=4,
    unique_by=(lambda found: found[0], lambda found: found[1]),
)
FEEDS = st.lists(CHANNELS, min_size=2, max_size=4).map(
    lambda found: [
        Feed(name, {ident: (text,) for ident, text in channels})
        for name, channels in zip("abcd", found, strict=False)
    ]
)


@settings(max_examples=100, deadline=None)
@given(FEEDS, st.integers(0, 1 << 20), st.data())
def test_numbers_there_and_back_change_nothing(feeds: list[Feed], seed: int, data: st.DataObject) -> None:
    """Whichever feeds number their channels, and in whatever order they return to their ids."""
    guide = Renumbered(seed)
    for one in feeds:
        guide.add(one)
    before = guide.groups()
    moving = data.draw(st.permutations(feeds))[: data.draw(st.integers(1, len(feeds)))]
    for place, one in enumerate(moving, 1):
        guide.number(one, 1000 * place)
    for one in data.draw(st.permutations(moving)):
        guide.add(one)
    assert guide.groups() == before
