"""What a watch tells of, once, and what it tells when that moves or is cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.alert_guide import OWNER, AlertGuide, on, said
from tests.helpers.support import DAY, HOUR, NOON


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


def test_it_tells_once_before_the_start(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Casablanca"))
    guide.watch("casablanca")
    guide.at(NOON + 2 * HOUR)
    assert guide.receiver.got == []
    for minutes in (45, 46, 50, 59, 70):
        guide.at(NOON + 2 * HOUR + minutes * 60)
    assert guide.receiver.heard() == [("programme.starting", "Casablanca")]
    assert guide.receiver.got[0][0] == NOON + 2 * HOUR + 45 * 60


def test_a_new_match_is_told_after_its_import_and_not_what_was_there_before(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 30, "Casablanca"))
    guide.watch("casablanca", lead_minutes=None, tell_match=True, once_per="showing")
    guide.day(on("one.uk", 30, "Casablanca"), on("two.uk", 35, "Casablanca"))
    guide.day(on("one.uk", 30, "Casablanca"), on("two.uk", 35, "Casablanca"))
    assert guide.receiver.heard() == [("programme.matched", "Casablanca")]
    assert said(guide.receiver.got[0][1])["programme"]["channel"] == "Two"


def test_what_moved_or_was_cancelled_is_told_only_after_an_alert(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Told"), on("one.uk", 5, "Told too"), on("two.uk", 20, "Not told"))
    guide.watch("told*", "words", lead_minutes=400, once_per="showing")
    assert guide.receiver.heard() == [("programme.starting", "Told"), ("programme.starting", "Told too")]
    guide.day(on("one.uk", 3.5, "Told"), on("two.uk", 22, "Not told"))
    assert guide.receiver.heard()[2:] == [("programme.moved", "Told"), ("programme.cancelled", "Told too")]
    guide.day(on("one.uk", 3.5, "Told"))
    assert len(guide.receiver.got) == 4
    guide.at(NOON + 3 * HOUR)
    assert len(guide.receiver.got) == 4, "after a move nobody is told a second time before the start"


def test_a_small_shift_is_no_news(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Told"))
    guide.watch("told", lead_minutes=400)
    guide.day(on("one.uk", 3.05, "Told"))
    guide.at(NOON + 3 * HOUR)
    assert guide.receiver.heard() == [("programme.starting", "Told")]


def test_a_programme_that_comes_back_is_told_again(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Told"))
    guide.watch("told", lead_minutes=400)
    guide.day(on("one.uk", 2, "Other"))
    guide.day(on("one.uk", 3, "Told"))
    guide.day(on("one.uk", 2, "Other"))
    kinds = [kind for kind, _ in guide.receiver.heard()]
    assert kinds == ["programme.starting", "programme.cancelled", "programme.starting", "programme.cancelled"]


def test_what_another_provider_hides_is_cancelled_and_told_again_when_it_is_back(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Told"))
    guide.watch("told", lead_minutes=400)
    guide.db.execute("UPDATE channels SET hidden = 1 WHERE display_name = 'One'")
    guide.db.execute(
        "INSERT INTO guide_changes SELECT max(id) + 1, 'programs', 1, NULL, NULL FROM guide_changes"
    )
    guide.at(NOON + 60)
    guide.db.execute("UPDATE channels SET hidden = 0 WHERE display_name = 'One'")
    guide.db.execute(
        "INSERT INTO guide_changes SELECT max(id) + 1, 'programs', 1, NULL, NULL FROM guide_changes"
    )
    guide.at(NOON + 120)
    kinds = [kind for kind, _ in guide.receiver.heard()]
    assert kinds == ["programme.starting", "programme.cancelled", "programme.starting"]


def test_simulcasts_and_an_hour_later_are_one_showing(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Film"), on("two.uk", 4, "Film"), on("two.uk", 9, "Film"))
    guide.watch("film", lead_minutes=600, once_per="showing")
    assert [said(alert)["programme"]["channel"] for _, alert in guide.receiver.got] == ["One", "Two"]


def test_one_alert_a_day_counts_the_days_of_the_watch(guide: AlertGuide) -> None:
    shows = [on("one.uk", hour, "News") for hour in (1, 5, 9, 23, 27)]
    guide.day(*shows)
    guide.watch("news", lead_minutes=0, once_per="day", timezone="Asia/Tokyo")
    for hour in range(1, 30):
        guide.at(NOON + hour * HOUR)
    # 13:00 UTC is 22:00 in Tokyo, 17:00 UTC is the next day there.
    starts = [said(alert)["programme"]["start_time"] for _, alert in guide.receiver.got]
    assert starts == ["2026-11-22T13:00:00Z", "2026-11-22T17:00:00Z", "2026-11-23T15:00:00Z"]


def test_an_alert_that_waits_is_dropped_when_its_programme_goes(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Told"), on("one.uk", 6, "Told"))
    guide.receiver.down = lambda moment: moment < NOON + HOUR
    guide.watch("told", lead_minutes=400, once_per="showing")
    guide.day(on("one.uk", 3, "Other"), on("one.uk", 6.5, "Told"), now=NOON + 60)
    guide.at(NOON + 2 * HOUR)
    guide.at(NOON + 3 * HOUR)
    assert guide.receiver.heard() == [("programme.starting", "Told")]
    assert said(guide.receiver.got[0][1])["programme"]["start_time"] == "2026-11-22T18:30:00Z"


def test_the_digest_comes_once_a_day_with_what_is_on(tmp_path: Path) -> None:
    guide = AlertGuide(tmp_path, digest_at="13:00")
    guide.day(on("one.uk", 3, "Film"), on("one.uk", 30, "Film"), on("two.uk", 5, "Other"))
    guide.watch("film", lead_minutes=None, digest=True, once_per="showing")
    for hour in (0.5, 1, 1.5, 20, 25):
        guide.at(NOON + int(hour * HOUR))
    guide.close()
    told = [
        [one["programme"]["start_time"] for one in said(alert)["programmes"]]
        for _, alert in guide.receiver.got
    ]
    assert told == [["2026-11-22T15:00:00Z"], ["2026-11-23T18:00:00Z"]]


def test_a_digest_that_waits_loses_what_is_gone(tmp_path: Path) -> None:
    guide = AlertGuide(tmp_path, digest_at="13:00")
    guide.day(on("one.uk", 3, "Film"), on("two.uk", 5, "Film"))
    guide.watch("film", lead_minutes=None, digest=True, once_per="showing")
    guide.receiver.down = lambda moment: moment < NOON + 2 * HOUR
    guide.at(NOON + HOUR)
    guide.day(on("one.uk", 3, "Other"), on("two.uk", 5, "Film"), now=NOON + HOUR + 60)
    guide.at(NOON + 2 * HOUR)
    guide.close()
    ((_, alert),) = guide.receiver.got
    assert "Two" in said(alert)["text"] and "One" not in said(alert)["text"]


def test_nobody_is_told_without_a_target_and_not_later_either_of_what_has_begun(guide: AlertGuide) -> None:
    guide.secrets("UPDATE alert_targets SET enabled = 0")
    guide.day(on("one.uk", 3, "Film"))
    guide.watch("film")
    guide.at(NOON + 3 * HOUR + 60)
    guide.secrets("UPDATE alert_targets SET enabled = 1")
    guide.at(NOON + 3 * HOUR + 120)
    assert guide.receiver.got == []


def test_kinds_of_watches(guide: AlertGuide) -> None:
    people = "<credits><actor>Ingrid Bergman</actor><writer>Howard Koch</writer></credits>"
    desc = "<desc>A café in Morocco.</desc>"
    guide.day(on("one.uk", 3, "Casablanca", desc + people), on("two.uk", 3, "Casablanca, the city"))
    found = {
        ("title", "CASABLÁNCA"): 1, ("words", "cafe moroc*"): 1, ("words", '"morocco cafe"'): 0, ("words", "casablanca"): 2,
        ("person", "ingrid bergman"): 1, ("person", "howard"): 1, ("person", "bergman howard"): 0,
        ("pattern", "^Casablanca$"): 1, ("pattern", "(?i)MOROCCO"): 1, ("pattern", "nothing here"): 0,
    }  # fmt: skip
    idents = {guide.watch(value, kind, once_per="showing"): count for (kind, value), count in found.items()}
    stored = dict(guide.secrets("SELECT watch_id, count(*) FROM watch_matches GROUP BY watch_id"))
    assert {ident: stored.get(ident, 0) for ident in idents} == idents
    # The same after an import that brings it anew.
    guide.day(on("one.uk", 8, "Casablanca", desc + people), on("two.uk", 8, "Casablanca, the city"))
    stored = dict(guide.secrets("SELECT watch_id, count(*) FROM watch_matches GROUP BY watch_id"))
    assert {ident: stored.get(ident, 0) for ident in idents} == idents


def test_conditions_leave_out(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Film"), on("two.uk", 12.5, "Film"), on("two.uk", 30, "Film"))
    (two,) = guide.db.execute("SELECT id FROM channels WHERE display_name = 'Two'").fetchone()
    cases = {
        "channel": ({"channels": [two]}, 2),
        "evening, with the night after it": ({"from_time": "18:00", "to_time": "02:00", "days": ["sun"]}, 1),
        "day": ({"days": ["mon"]}, 2),
        "zone": ({"from_time": "00:00", "to_time": "01:00"}, 1),
    }
    for what, (settings, count) in cases.items():
        ident = guide.watch("film", once_per="showing", **settings)
        assert guide.secrets("SELECT count(*) FROM watch_matches WHERE watch_id = ?", ident) == [(count,)], (
            what
        )


def test_the_owner_is_kept(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Film"))
    guide.watch("film", lead_minutes=300)
    assert guide.secrets("SELECT DISTINCT owner FROM outbox") == [(OWNER,)]
    assert guide.now - NOON < DAY


def numbered(season: int, episode: int) -> str:
    return f'<episode-num system="xmltv_ns">{season - 1}.{episode - 1}.</episode-num>'


def test_an_episode_is_told_once_however_often_it_is_shown(guide: AlertGuide) -> None:
    twice = [on("one.uk", hour, "Show", numbered(1, 1)) for hour in (1, 5)]
    guide.day(*twice, on("two.uk", 9, "Show", numbered(1, 2)), on("two.uk", 12, "Show"))
    (series,) = guide.db.execute("SELECT id FROM series WHERE title = 'Show'").fetchone()
    guide.watch(str(series), "series", lead_minutes=0)
    for hour in range(14):
        guide.at(NOON + hour * HOUR)
    told = [(said(alert)["programme"]["episode"], said(alert)["reason"]) for _, alert in guide.receiver.got]
    assert [episode for episode, _ in told] == [1, 2, None]
    assert told[2][1] == "the guide does not know which episode it is"
    assert guide.secrets("SELECT name FROM watches") == [("Show",)]
    # The ledger outlives the guide: next week's repeat of the first episode is not told.
    later = 26
    guide.day(on("one.uk", later, "Show", numbered(1, 1)), on("one.uk", later + 2, "Show", numbered(1, 3)))
    for hour in range(later, later + 4):
        guide.at(NOON + hour * HOUR)
    assert [said(alert)["programme"]["episode"] for _, alert in guide.receiver.got] == [1, 2, None, 3]


def test_new_only_leaves_repeats_out_and_says_so_where_it_is_not_known(guide: AlertGuide) -> None:
    guide.day(
        on("one.uk", 1, "Show", numbered(1, 1)),
        on("one.uk", 5, "Show", numbered(1, 1)),
        on("two.uk", 12, "Show"),
    )
    guide.watch("show", new_only=True, once_per="showing", lead_minutes=1000)
    reasons = [said(alert)["reason"] for _, alert in guide.receiver.got]
    assert len(reasons) == 2 and "not known" in reasons[1]


def test_a_series_that_is_joined_to_another_is_still_found(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 1, "Show", numbered(1, 1)))
    (series,) = guide.db.execute("SELECT id FROM series WHERE title = 'Show'").fetchone()
    guide.db.execute("INSERT INTO series (title, kind) VALUES ('Other name', 'series')")
    guide.db.execute("UPDATE series_keys SET own_series_id = series_id WHERE series_id = ?", [series])
    (other,) = guide.db.execute("SELECT max(id) FROM series").fetchone()
    guide.db.execute("UPDATE series_keys SET series_id = ? WHERE series_id = ?", [other, series])
    guide.db.execute("UPDATE content_episodes SET series_id = ? WHERE series_id = ?", [other, series])
    guide.watch(str(series), "series", lead_minutes=100)
    assert guide.receiver.heard() == [("programme.starting", "Show")]
    guide.day(on("one.uk", 3, "Show", numbered(1, 2)), on("one.uk", 1, "Show", numbered(1, 1)))
    guide.at(NOON + 2 * HOUR)
    assert len(guide.receiver.got) == 2


def test_an_episode_that_turns_out_to_be_another_is_not_told_again(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 1, "Show", numbered(1, 1)), on("one.uk", 5, "Show", numbered(2, 1)))
    guide.watch("show", lead_minutes=30)
    guide.at(NOON + HOUR)
    one, two = (row[0] for row in guide.db.execute("SELECT id FROM episodes ORDER BY season"))
    guide.db.execute("UPDATE episode_rows SET same_as = ? WHERE id = ?", [two, one])
    guide.db.execute("UPDATE content_episodes SET episode_id = ? WHERE episode_id = ?", [two, one])
    guide.at(NOON + 5 * HOUR)
    assert len(guide.receiver.got) == 1
