"""What two schedules say about their channels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from epg_ingest.match import shift
from epg_ingest.match.airtime import overlap
from epg_ingest.match.comparison import Airtime, compare
from epg_ingest.match.titles import fold_title, titles_agree
from epg_ingest.match.values import Comparison, Showing
from hypothesis import given
from hypothesis import strategies as st

from tests.match.television import DAY, later, schedule


def compared(one: list[Showing], other: list[Showing]) -> Comparison:
    return compare(Airtime(one), Airtime(other))


def even(seed: str, *, titles: int = 20) -> list[Showing]:
    """Blocks of an hour."""
    return [Showing(DAY + 3600 * n, DAY + 3600 * (n + 1), f"{seed} {n % titles}") for n in range(48)]


def retitled(shows: list[Showing], language: str) -> list[Showing]:
    return [Showing(start, stop, f"{language} {hash((language, title))}") for start, stop, title in shows]


class TestSame:
    def test_equal_schedules(self) -> None:
        found = compared(schedule("news"), schedule("news"))
        assert (found.verdict, found.titles, found.starts, found.uneven) == ("same", 1, 1, 1)
        assert found.reason == "60 of 60 programmes at the same time with the same title"

    @pytest.mark.parametrize("change", [str.upper, "New: {}".format, lambda title: title.replace("o", "ö")])
    def test_titles_that_differ_in_case_accents_or_an_addition(self, change: object) -> None:
        assert callable(change)
        other = [Showing(start, stop, change(title)) for start, stop, title in schedule("news")]
        assert compared(schedule("news"), other).titles == 1

    def test_titles_in_two_languages(self) -> None:
        found = compared(retitled(schedule("vox"), "fr"), retitled(schedule("vox"), "de"))
        assert (found.verdict, found.titles) == ("same", 0)
        assert "start at the same minute" in found.reason

    def test_a_feed_that_has_only_part_of_the_week(self) -> None:
        assert compared(schedule("news"), schedule("news")[20:45]).verdict == "same"

    def test_a_few_minutes_apart(self) -> None:
        assert compared(schedule("news"), later(schedule("news"), 2)).verdict == "same"


class TestDifferent:
    def test_unrelated_schedules(self) -> None:
        found = compared(schedule("news"), schedule("sport"))
        assert found.verdict == "different"
        assert found.reason.startswith("they show something else: the same title 0% of")

    def test_films_against_clips_that_meet_every_start(self) -> None:
        clips = [Showing(DAY + 300 * n, DAY + 300 * (n + 1), f"clip {n}") for n in range(500)]
        found = compared(schedule("films"), clips)
        assert found.uneven == 1
        assert found.verdict != "same"


class TestUnclear:
    def test_nothing_in_common(self) -> None:
        found = compared(schedule("news"), schedule("news", start=DAY + 30 * 86_400))
        assert (found.verdict, found.comparable) == ("unclear", False)
        assert found.reason == "no programmes at the same time"

    @pytest.mark.parametrize("programmes", [1, 5, 11])
    def test_too_few_programmes(self, programmes: int) -> None:
        found = compared(schedule("news", programmes=programmes), schedule("news"))
        assert (found.verdict, found.comparable) == ("unclear", False)

    def test_too_few_hours(self) -> None:
        short = [Showing(DAY + 600 * n, DAY + 600 * (n + 1), f"clip {n}") for n in range(30)]
        assert compared(short, short).comparable is False

    @pytest.mark.parametrize("titles", [1, 3, 5])
    def test_few_titles_say_little(self, titles: int) -> None:
        found = compared(schedule("loop", titles=titles), schedule("loop", titles=titles))
        assert (found.verdict, found.comparable) == ("unclear", False)
        assert "different titles" in found.reason

    @pytest.mark.parametrize(
        "title", ["Paid Programming", "No Event", "Off Air", "Sendeschluss", "To Be Announced", "  "]
    )
    def test_fillers_are_no_programmes(self, title: str) -> None:
        filler = [Showing(start, stop, title) for start, stop, _ in schedule("x")]
        assert compared(filler, filler).programmes == 0

    def test_regular_starts_prove_nothing(self) -> None:
        """Two channels with blocks of an hour start together always: Fashion TV of two countries."""
        found = compared(even("fashion"), even("mode"))
        assert (found.starts, found.titles) == (1, 0)
        assert (found.verdict, found.comparable) == ("unclear", True)

    def test_another_channel_for_a_part_of_the_day(self) -> None:
        shared = [*schedule("news")[:18], *later(schedule("sport"), 60 * 24)]
        found = compared(schedule("news"), shared)
        assert found.verdict != "different"
        whole = compared(
            schedule("news", programmes=200),
            [*schedule("news")[:18], *schedule("sport", start=schedule("news")[18].start, programmes=100)],
        )
        assert whole.verdict == "unclear"


class TestShifted:
    @pytest.mark.parametrize(
        ("minutes", "reason"),
        [
            (60, "the same an hour later: +1"),
            (-60, "the same an hour earlier: -1"),
            (120, "the same 2 hours later: +2"),
            (30, "the same 30 minutes later"),
        ],
    )
    def test_at_other_times(self, minutes: int, reason: str) -> None:
        found = compared(schedule("news"), later(schedule("news"), minutes))
        assert (found.verdict, found.shift, found.reason) == ("shifted", minutes, reason)

    def test_films_that_overlap_themselves_an_hour_later(self) -> None:
        films = [Showing(DAY + 9_300 * n, DAY + 9_300 * (n + 1), f"film {n}") for n in range(24)]
        found = compared(films, later(films, 60))
        assert found.titles > 0.5
        assert (found.verdict, found.shift) == ("shifted", 60)

    def test_as_much_earlier_as_later_is_no_shift(self) -> None:
        base = [Showing(DAY + 14_400 * n, DAY + 14_400 * n + 1800, f"story {n}") for n in range(12)]
        both = [*later(base, 60), *later(base, -60)]
        one, other = Airtime(base), Airtime(both)
        assert (
            shift.between(one, other, overlap(one, other))
            == shift.between(other, one, overlap(other, one))
            == 0
        )
        one, other = Airtime(base), Airtime(later(base, 60))
        assert (
            shift.between(one, other, overlap(one, other))
            == -shift.between(other, one, overlap(other, one))
            == 60
        )


SHOWINGS = st.lists(
    st.builds(
        lambda start, length, title: Showing(DAY + 300 * start, DAY + 300 * (start + length), title),
        st.integers(0, 400),
        st.integers(0, 30),
        st.sampled_from(
            ["News", "Late News", "Film", "Sport", "Paid Programming", "Talk", "Quiz", "Soap", "Weather"]
        ),
    ),
    max_size=60,
)


@given(SHOWINGS, SHOWINGS)
def test_which_comes_first_does_not_matter(one: list[Showing], other: list[Showing]) -> None:
    found, turned = compared(one, other), compared(other, one)
    if found.verdict == "shifted":
        assert (found.shift, turned.verdict) == (-turned.shift, "shifted")
    else:
        assert found == turned


@given(SHOWINGS)
def test_a_channel_never_differs_from_itself(shows: list[Showing]) -> None:
    found = compared(shows, shows)
    assert found.verdict in ("same", "unclear")
    assert found.comparable == (found.verdict == "same")
    assert replace(found, reason="") == replace(compared(shows, shows[::-1]), reason="")


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("Tagesschau", "tagesschau"),
        ("Le Journal de 20h – météo", "le journal de 20h meteo"),
        ("PAID PROGRAMMING.", ""),
        ("ЧАС", "час"),
    ],
)
def test_folded_titles(title: str, folded: str) -> None:
    assert fold_title(title) == folded


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("news", "late news", True),
        ("er", "soccer", False),
        ("news", "news", True),
        ("you", "you", True),
        ("", "", False),
        ("quiz", "news", False),
    ],
)
def test_titles_that_agree(one: str, other: str, agree: bool) -> None:
    assert titles_agree(one, other) is titles_agree(other, one) is agree
