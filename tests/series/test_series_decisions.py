"""What is decided over many programmes: titles that say nothing, flags that count, numbers of two providers, showings."""

from __future__ import annotations

from epg_ingest.series.claims import FlagCounts, judge_flag
from epg_ingest.series.common_numbers import numbering
from epg_ingest.series.generic_titles import says_nothing
from epg_ingest.series.player_ids import player_id
from epg_ingest.series.showing_kinds import KnownShowing, showing_of, showings
from epg_ingest.series.vague_subtitles import is_vague

from tests.helpers.support import DAY, HOUR, NOON


def test_a_title_of_many_channels_without_episodes_says_nothing() -> None:
    assert says_nothing(20, 400, 0) and says_nothing(20, 400, 20)
    assert not says_nothing(19, 400, 0) and not says_nothing(20, 400, 21)


def test_a_subtitle_of_several_programmes_names_none() -> None:
    assert is_vague(2, 1) and is_vague(1, 5)
    assert not is_vague(1, 4)


def test_flags_count_until_repeats_contradict_them() -> None:
    cases = [
        ("new", FlagCounts(1000, 100, 300, 5), True, "95% of those it is on are no proved repeats"),
        ("new", FlagCounts(1000, 100, 300, 30), False, "30% of those it is on are repeats"),
        ("new", FlagCounts(10, 5, 5, 5), True, "nothing contradicts it"),
        ("new", FlagCounts(0, 0, 0, 0), True, "nothing contradicts it"),
        ("shown", FlagCounts(1000, 950, 300, 300), False, "it is on 95% of all showings"),
        (
            "shown",
            FlagCounts(1000, 400, 300, 270),
            True,
            "it is on 90% of proved repeats, and on 19% of the rest",
        ),
        (
            "shown",
            FlagCounts(1000, 400, 300, 90),
            False,
            "it is on 30% of proved repeats and on 44% of the rest",
        ),
    ]
    for flag, counts, expected, reason in cases:
        assert judge_flag(flag, counts) == (expected, reason), (flag, counts)


def test_one_agreement_makes_numbers_common_unless_others_differ() -> None:
    assert [numbering(*counts).verdict for counts in ((1, 0), (0, 0), (0, 1), (9, 1), (10, 1))] == [
        "common", "open", "apart", "apart", "common",
    ]  # fmt: skip
    assert numbering(0, 1).reason == "they give different numbers at 1 instant, the same at 0 instants"


def test_a_showing_is_what_the_evidence_says() -> None:
    alone = KnownShowing(NOON, 1)
    cases = [
        (alone, "first_here", "none_before"),
        (alone._replace(others=[(NOON + DAY, 1)]), "first_here", "none_before"),
        (alone._replace(others=[(NOON - DAY, 1)]), "repeat", "earlier"),
        (alone._replace(others=[(NOON - DAY, 1)], claim="new"), "repeat", "earlier"),
        (alone._replace(others=[(NOON - HOUR, 2)]), "first_here", "none_before"),
        (alone._replace(others=[(NOON - 2 * HOUR, 2)]), "first_here", "none_before"),
        (alone._replace(others=[(NOON - 2 * HOUR - 1, 2)]), "repeat", "earlier"),
        (alone._replace(others=[(NOON - HOUR, 1)]), "repeat", "earlier"),
        (alone._replace(others=[(NOON - 900, 1)]), "first_here", "none_before"),
        (alone._replace(claim="new"), "first", "claim"),
        (alone._replace(claim="premiere"), "first", "premiere"),
        (alone._replace(claim="shown"), "repeat", "claim"),
        (KnownShowing(NOON, 1, False), "unknown", "no_episode"),
        (KnownShowing(NOON, 1, False, claim="shown"), "repeat", "claim"),
    ]
    for known, showing, reason in cases:
        assert showing_of(known)[:2] == (showing, reason), known
    two = alone._replace(others=[(NOON - 2 * DAY, 1), (NOON - DAY, 2), (NOON + DAY, 2)])
    assert showing_of(two).earlier == NOON - DAY


def test_simulcasts_and_later_channels_are_one_showing() -> None:
    assert showings([NOON, NOON, NOON + HOUR, NOON + 3 * HOUR, NOON + 6 * HOUR]) == 2
    assert showings([]) == 0


def test_ids_for_players_are_never_any_episode() -> None:
    assert player_id(12, 3) == "EP00000012.0003"
    assert player_id(12, 0) is None and player_id(12, 10_000) is None and player_id(100_000_000, 1) is None
