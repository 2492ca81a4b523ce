"""A mapping remembers one thing: what it has in common with the first channel of its logical channel. Nothing else may last."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from epg_ingest.match.values import Comparison, Key, Verdict

from benchmarks.matching import Feed, Replay
from tests.match.television import channel, method, together


class Told(Replay):
    """A guide whose schedules say what a test tells of two feeds. Of all others they say nothing."""

    def __init__(self, **verdicts: Verdict) -> None:
        super().__init__()
        self.verdicts = verdicts

    def compare(self, one: Key, other: Key) -> Comparison:
        names = {number: name for name, number in self.numbers.items()}
        pair = "_".join(sorted((names[one.provider], names[other.provider])))
        verdict = self.verdicts.get(pair)
        if verdict is None:
            return Comparison("unclear", "nothing to compare", False)
        share = 1.0 if verdict == "same" else 0.0
        return Comparison(verdict, "as told", True, 20.0, 40, share, share, share, 20, 20)

    def load(self, name: str, ident: str, *names: str) -> None:
        """Import a feed of one channel. What was decided is decided again, too."""
        self.add(Feed(name, {ident: names}))
        before = self.groups()
        self.keep(self.decide())
        assert self.groups() == before


def apart(guide: Replay, *where: str) -> bool:
    return len({channel(guide, one) for one in where}) == len(where)


class TestATieToAThird:
    """A channel is on a logical channel because of a third one that is there, and has nothing to do with the first."""

    @pytest.mark.parametrize("names", [(), ("7",), ("No Event",), ("BBC ONE HD",)])
    @pytest.mark.parametrize("place", ["PPV1", "event.12.uk", "ppv 3"])
    def test_a_place_for_events_is_no_reason_to_stay(self, place: str, names: Iterable[str]) -> None:
        """`a` and `c` are on the channel of `b`, whose schedule both have. They had nothing to do with each other."""
        guide = Told(a_b="same", b_c="same", a_c="unclear")
        guide.load("b", place, "BBC One")
        guide.load("a", "x.uk", "BBC One")
        guide.load("c", "k", "BBC One")
        assert together(guide, "a:x.uk", f"b:{place}") and together(guide, "c:k", f"b:{place}")
        guide.load("a", "x.uk", *names)
        assert together(guide, "a:x.uk", "c:k") == (names == ("BBC ONE HD",))

    @pytest.mark.parametrize("ident", ["x.uk", "HBO.uk", "y.fr"])
    @pytest.mark.parametrize("numbers", [("1000",), ("1000", "2000")])
    def test_showing_the_same_as_the_first_is_no_tie(self, ident: str, numbers: Iterable[str]) -> None:
        """`a` has no name of `b`. It has that of `c`, and is with both while nobody knows its country."""
        guide = Told(a_b="same", b_c="same")
        guide.load("a", ident, "HBO")
        guide.load("b", "w.ie", "BBC One")
        guide.load("c", "w.ie", "HBO")
        before = guide.groups()
        assert together(guide, "b:w.ie", "c:w.ie") and not together(guide, f"a:{ident}", "c:w.ie")
        for number in numbers:
            guide.load("a", number, "HBO")
            assert together(guide, f"a:{number}", "c:w.ie")
        guide.load("a", ident, "HBO")
        assert guide.groups() == before

    @pytest.mark.parametrize("ident", ["x.uk", "b", "77"])
    def test_an_id_that_only_a_third_had(self, ident: str) -> None:
        """`c` is with `a` through `b`, whose schedule it had. Its id decides nothing, for it has that twice."""
        guide = Told(a_b="same", b_c="same")
        guide.load("a", "bbc1.uk")
        guide.load("b", "BBC1.uk", "BBC One")
        guide.add(Feed("c", {"bbc1.uk": (), "BBC1.uk": ()}))
        assert not apart(guide, "a:bbc1.uk", "c:bbc1.uk", "c:BBC1.uk")
        guide.verdicts = {"a_b": "same"}
        guide.load("b", ident, "BBC One")
        assert apart(guide, "a:bbc1.uk", "c:bbc1.uk", "c:BBC1.uk")


class TestSchedulesNeedNoMemory:
    @pytest.mark.parametrize("twins", ["bc", "cb"])
    @pytest.mark.parametrize("numbers", [("1000",), ("1000", "7", "1000")])
    def test_a_tie_is_nobodys_again(self, twins: str, numbers: Iterable[str]) -> None:
        """`b` and `c` fit `a` equally well, and not each other. A number breaks the tie for as long as it lasts."""
        guide = Told(a_b="same", a_c="same", b_c="shifted", c_d="same", a_d="different")
        guide.load("a", "z.ie", "BBC One")
        for name in twins:
            guide.load(name, "BBC1.uk", "BBC One")
        guide.load("d", "z.ie", "BBC One")
        before = guide.groups()
        assert len(before) == 4
        for number in numbers:
            guide.load("a", number, "BBC One")
            assert len(guide.groups()) == 2
        guide.load("a", "z.ie", "BBC One")
        assert guide.groups() == before

    @pytest.mark.parametrize("verdict", ["same", "unclear"])
    @pytest.mark.parametrize("ids", [("7",), ("7", "une.fr", "8"), ("une.fr",)])
    def test_what_they_confirmed_under_another_name_stays(self, verdict: Verdict, ids: Iterable[str]) -> None:
        """Equal ids, other names, equal schedules. Then the id goes; whether the programmes do, too, makes no difference."""
        guide = Told(a_b="same")
        guide.load("a", "TF1.fr", "TF1")
        guide.load("b", "TF1.fr", "La Une")
        assert method(guide, "b:TF1.fr") == "schedule"
        guide.verdicts = {"a_b": verdict}
        for ident in ids:
            guide.load("b", ident, "La Une")
            assert together(guide, "a:TF1.fr", f"b:{ident}")
