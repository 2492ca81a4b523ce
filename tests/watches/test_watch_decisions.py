"""The pure decisions of watches, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.core.times import from_iso
from epg_ingest.watches.airing import WatchedAiring
from epg_ingest.watches.conditions import refusal
from epg_ingest.watches.digests import due_digest, next_digest
from epg_ingest.watches.followed import alike, fate, moves
from epg_ingest.watches.planning import StoredMatch, planned
from epg_ingest.watches.text_match import WatchedText, folded, query, text_reason
from epg_ingest.watches.watch import Watch
from epg_ingest.watches.watch_settings import as_settings, checked_watch

NOON = from_iso("2026-11-22T12:00:00Z")  # a Sunday
HOUR = 3600


def watch(kind: str = "words", value: str = "x", **settings: Any) -> Watch:
    return checked_watch({"kind": kind, "value": value, **settings}, 1, "ann")


def airing(ident: int, start: float, title: str = "Show", channel: int = 1, **more: Any) -> WatchedAiring:
    begin = NOON + int(start * HOUR)
    return WatchedAiring(ident, channel, f"Channel {channel}", begin, begin + HOUR, title, **more)


def test_texts_are_folded() -> None:
    for one, other in (
        ("Ça va?", "ca VA"),
        ("S.W.A.T.", "s w a t"),
        ("Straße", "STRASSE"),
        ("  A – B ", "a b"),
    ):
        assert folded(one) == folded(other)
    assert folded("Ann") != folded("Anna")


def test_the_question_for_the_index_holds_no_operator() -> None:
    assert query(watch(value='news OR "two words" begin* "')) == '"news" "OR" "two words" "begin"*'
    assert query(watch("title", 'He said "no"')) == 'title : "He said no"'
    assert query(watch("person", "Ann B.")) == "", "names are in no index"


def test_a_name_stands_in_one_person() -> None:
    said = WatchedText("t", None, None, ("Ann Smith", "John Doe"))
    for asked, found in (("smith", True), ("ann smith", True), ("smith john", False), ("mith", False)):
        assert (text_reason(watch("person", asked), said) is not None) == found, asked


@pytest.mark.parametrize(
    ("settings", "hour", "reason"),
    [
        ({}, 3, None),
        ({"channels": [2]}, 3, "Channel 1 is none of its channels"),
        ({"days": ["sun"]}, 3, None),
        ({"days": ["mon"]}, 3, "it begins on a Sunday, which is none of its days"),
        ({"from_time": "15:00", "to_time": "16:00"}, 3, None),
        ({"from_time": "15:01"}, 3, "it begins at 15:00, outside its hours"),
        ({"to_time": "15:00"}, 3, "it begins at 15:00, outside its hours"),
        ({"from_time": "22:00", "to_time": "02:00"}, 13, None),
        ({"from_time": "22:00", "to_time": "02:00", "days": ["sun"]}, 13, None),
        ({"from_time": "22:00", "to_time": "02:00", "days": ["mon"]}, 13, "it begins on a Sunday, which is none of its days"),
        ({"timezone": "Asia/Tokyo", "days": ["mon"]}, 3, None),
    ],
)  # fmt: skip
def test_conditions(settings: dict[str, Any], hour: float, reason: str | None) -> None:
    assert refusal(watch(**settings), airing(1, hour)) == reason


@pytest.mark.parametrize(
    ("begins", "reason"),
    [
        ("2026-10-25T00:30:00Z", None),  # 01:30, and an hour later again
        ("2026-10-25T01:30:00Z", None),
        ("2026-10-25T02:00:00Z", "it begins at 02:00, outside its hours"),
        ("2027-03-28T00:59:00Z", "it begins at 00:59, outside its hours"),
        ("2027-03-28T01:00:00Z", "it begins at 02:00, outside its hours"),  # there is no 01:30 on this day
    ],
)
def test_hours_on_the_days_when_the_clock_changes(begins: str, reason: str | None) -> None:
    asked = watch(timezone="Europe/London", from_time="01:00", to_time="02:00", days=["sun"])
    assert refusal(asked, airing(1, (from_iso(begins) - NOON) / HOUR)) == reason


def test_a_day_of_25_hours_is_one_day() -> None:
    asked = watch(timezone="Europe/London", once_per="day")
    starts = ("2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T23:30:00Z", "2026-10-26T00:00:00Z")
    shows = [
        airing(ident, (from_iso(start) - NOON) / HOUR, f"Show {ident}") for ident, start in enumerate(starts)
    ]
    assert sends(asked, *shows) == [0, 3]


def test_a_line_up_that_is_gone_has_no_channels() -> None:
    assert refusal(watch(lineup_id=3), airing(1, 3), frozenset()) == "Channel 1 is not in its line-up"


def test_repeats() -> None:
    repeat = airing(1, 3, showing="repeat", why="repeat of 2026-11-20T12:00:00Z")
    assert refusal(watch(new_only=True), repeat) == "it is a repeat: repeat of 2026-11-20T12:00:00Z"
    assert refusal(watch(), repeat) is None
    assert refusal(watch(new_only=True), airing(1, 3, showing="unknown")) is None


def sends(asked: Watch, *airings: WatchedAiring, told: dict[str, int] | None = None) -> list[int]:
    matches = [StoredMatch(one) for one in airings]
    return [one.airing.program_id for one in planned(asked, matches, told or {}) if one.sends]


def test_what_is_told_once() -> None:
    one, two = airing(1, 3, episode_id=7), airing(2, 30, episode_id=7)
    assert sends(watch(), one, two) == [1]
    assert sends(watch(once_per="showing"), one, two) == [1, 2]
    assert sends(watch(), one, two, told={"e7": 1}) == [1]
    assert sends(watch(), two, told={"e7": 1}) == []
    unknown = (airing(1, 3), airing(2, 6), airing(3, 3.5, channel=2))
    assert sends(watch(), *unknown) == [1, 2]
    assert sends(watch(once_per="day"), *unknown, airing(4, 13)) == [1, 4]
    assert sends(watch(), airing(1, 3), airing(2, 3, "Other", channel=2)) == [1, 2]


def test_every_showing_has_a_reason() -> None:
    asked = watch(days=["sun"])
    matches = [StoredMatch(airing(ident, ident * 5, episode_id=1)) for ident in range(1, 6)]
    decided = planned(asked, matches, {})
    assert all(one.reason for one in decided) and [one.sends for one in decided] == [True, *[False] * 4]
    assert decided[1].reason == "this episode is on Channel 1 on Sun 22 Nov 17:00"


@pytest.mark.parametrize(
    ("there", "now", "what"),
    [
        (airing(1, 5), 0, "kept"),
        (None, 0, "cancelled"),
        (airing(2, 6), 0, "moved"),
        (airing(2, 5.05), 0, "kept"),
        (None, 5.5, "over"),
        (airing(2, 7), 5.5, "moved"),
        (airing(2, 4), 5.5, "over"),
        (airing(1, 6), 0, "moved"),
    ],
)  # fmt: skip
def test_what_became_of_a_showing(there: WatchedAiring | None, now: float, what: str) -> None:
    assert fate(airing(1, 5), there, NOON + int(now * HOUR)).what == what


def test_a_move_is_the_same_on_the_same_channel_within_a_day_the_nearest() -> None:
    def went(*fresh: WatchedAiring, gone: tuple[WatchedAiring, ...] = (airing(1, 5),)) -> dict[int, int]:
        return {old: new.program_id for old, new in moves(gone, fresh).items()}

    assert went(airing(2, 12), airing(3, 7), airing(4, 1)) == {1: 3}
    assert went(airing(2, 6, "Other"), airing(3, 6, channel=2), airing(4, 40)) == {}
    assert went(airing(3, 5.05, "Show: The End")) == {1: 3} and went(airing(3, 5.2, "Show: The End")) == {}
    two = (airing(1, 5), airing(2, 8))
    assert went(airing(3, 9), gone=two) == {2: 3}, "one showing is the move of one"
    assert went(airing(3, 9), airing(4, 4), gone=two) == {1: 4, 2: 3}
    assert fate(airing(1, 5), airing(3, 7), NOON).reason == "it moved by +120 minutes"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ({}, {"title": "Other"}, False),
        ({}, {"title": "SHOW!"}, True),
        ({"title": "Cinema: Kojak"}, {"title": "Kojak"}, True),
        ({"title": "Film: Kojak"}, {"title": "Film: Columbo"}, False),
        ({"subtitle": "The End"}, {"subtitle": "Another"}, True),
        ({"subtitle": "The End"}, {"title": "Other", "subtitle": "the end"}, True),
        ({"series_id": 4}, {"title": "Other", "series_id": 4}, True),
        ({"series_id": 4, "text": 3}, {"title": "Other", "series_id": 5, "text": 4}, False),
        ({"season": 2, "episode": 4}, {"title": "Other", "season": 2, "episode": 4}, True),
        ({"season": None, "episode": 4}, {"title": "Other", "season": None, "episode": 4}, False),
        ({"text": 3}, {"title": "Other", "text": 3}, True),
        ({"element": 7}, {"title": "Other", "element": 7}, True),
        ({"element": 7}, {"title": "Other", "element": 8}, False),
        ({"title": "!"}, {"title": "Other"}, False),
    ],
)  # fmt: skip
def test_a_programme_that_got_other_words(before: dict[str, Any], after: dict[str, Any], same: bool) -> None:
    assert alike(airing(1, 5, **before), airing(1, 5, **after)) == same


def test_digests_are_due_once_a_day_also_where_the_clock_skips() -> None:
    at = 2 * 60 + 30
    night = from_iso("2026-03-29T00:00:00Z")
    due = [hour for hour in range(24) if due_digest(at, "Europe/Berlin", "2026-03-28", night + hour * HOUR)]
    assert due[0] == 2 and due[-1] == 21, "02:30 is skipped; 03:30 local is 01:30 UTC"
    assert due_digest(at, "Europe/Berlin", "2026-03-29", night + 5 * HOUR) is None
    assert next_digest(at, "UTC", "", NOON) == NOON
    assert next_digest(at, "UTC", "2026-11-22", NOON) == from_iso("2026-11-23T02:30:00Z")


def test_settings_come_back_as_they_were_given() -> None:
    given = {
        "name": "n", "kind": "title", "value": "t", "channels": [3, 1], "lineup_id": 4, "days": ["mon", "fri"],
        "from_time": "20:15", "to_time": "01:00", "timezone": "Europe/London", "new_only": True, "once_per": "day",
        "lead_minutes": None, "tell_match": True, "digest": True, "targets": [2], "enabled": False,
    }  # fmt: skip
    assert as_settings(checked_watch(given)) == given


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "genre"}, {"value": ""}, {"value": 5}, {"value": "x" * 501}, {"value": "a\nb"}, {"channels": "1"},
        {"channels": [True]}, {"channels": [0]}, {"days": ["someday"]}, {"from_time": "24:00"}, {"to_time": 8},
        {"timezone": None}, {"timezone": "../etc"}, {"new_only": 1}, {"once_per": "hour"}, {"lead_minutes": -1},
        {"lead_minutes": 1.5}, {"targets": [1] * 21}, {"name": " "}, {"owner": "me"},
        {"value": " ".join("abcdefghijklmnopqrstuvwx")},
    ],
)  # fmt: skip
def test_wrong_settings_get_one_line(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as error:
        checked_watch({"kind": "words", "value": "x", **wrong})
    assert error.value.message and "\n" not in error.value.message
