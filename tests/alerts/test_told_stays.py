"""A programme that the guide still has is not cancelled, and one that moved or fits again is not new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.rule_store import own_rules
from epg_ingest.rule_store.applying import apply_rules
from epg_ingest.watch_store.watch_edits import set_target, set_watch

from tests.alerts.alert_guide import CANCELLED, MATCHED, MOVED, OWNER, STARTING, AlertGuide, kinds, on, said
from tests.helpers.support import DAY, HOUR, NOON

pytestmark = pytest.mark.slow


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


def numbered(season: int, episode: int) -> str:
    return f'<episode-num system="xmltv_ns">{season - 1}.{episode - 1}.</episode-num>'


def change(guide: AlertGuide, ident: int, **settings: Any) -> list[str]:
    """What is heard after a change of the watch."""
    set_watch(guide.vault, guide.path, OWNER, ident, settings, guide.now)
    guide.at(guide.now + 1)
    return kinds(guide)


def series(guide: AlertGuide, title: str) -> str:
    (ident,) = guide.db.execute("SELECT id FROM series WHERE title = ?", [title]).fetchone()
    return str(ident)


KOJAK = (on("one.uk", 3, "Cinema: Kojak", numbered(2, 4)), on("one.uk", 7, "Cinema: Kojak", numbered(2, 7)))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("title", {}),
        ("title", {"once_per": "showing"}),
        ("title", {"once_per": "day"}),
        ("series", {}),
        ("series", {"tell_match": True}),
        ("words", {"once_per": "showing", "tell_match": True}),
    ],
)
@pytest.mark.parametrize("value", ["", "Wednesday"])
def test_a_rule_takes_the_title_away_and_gives_it_back(
    guide: AlertGuide, kind: str, settings: dict[str, Any], value: str
) -> None:
    """Also where the rule leaves no word of the title, and nothing else says which programme it is."""
    shows = KOJAK if not value else (on("one.uk", 3, "Cinema: Kojak"), on("one.uk", 7, "Cinema: Kojak"))
    guide.day(*shows)
    asked = series(guide, "Cinema: Kojak") if kind == "series" and not value else "cinema: kojak"
    guide.watch(asked, "title" if kind == "series" and value else kind, lead_minutes=600, **settings)
    assert STARTING in kinds(guide)
    rule = {"field": "title", "pattern": "^Cinema: .*" if value else "^Cinema: ", "value": value}
    made = own_rules.add(guide.db, {**rule, "action": "replace" if value else "remove"})
    assert apply_rules(guide.db).programmes == 2
    guide.at(NOON + 60)
    assert kinds(guide) == []
    own_rules.remove(guide.db, made["id"])
    apply_rules(guide.db)
    guide.at(NOON + 120)
    guide.at(NOON + 8 * HOUR)
    assert kinds(guide) == []


def test_the_conditions_of_a_watch_change_and_change_back(guide: AlertGuide) -> None:
    guide.day(*KOJAK, on("two.uk", 30, "Other"))
    two = guide.db.execute("SELECT id FROM channels WHERE display_name = 'Two'").fetchone()[0]
    ident = guide.watch("cinema: kojak", lead_minutes=600, tell_match=True)
    assert kinds(guide) == [STARTING, STARTING]
    for there, back in (
        ({"channels": [two]}, {"channels": []}),
        ({"days": ["mon"]}, {"days": []}),
        ({"from_time": "01:00", "to_time": "02:00"}, {"from_time": None, "to_time": None}),
        ({"value": "Other"}, {"value": "Cinema: Kojak"}),
    ):
        assert change(guide, ident, lead_minutes=60, **there) == []
        assert change(guide, ident, lead_minutes=600, **back) == [], there


def test_what_the_watch_does_not_find_any_more_is_cancelled_when_it_goes(guide: AlertGuide) -> None:
    guide.day(*KOJAK)
    ident = guide.watch("cinema: kojak", lead_minutes=600)
    kinds(guide)
    assert change(guide, ident, from_time="01:00", to_time="02:00") == []
    guide.day(KOJAK[0])
    assert kinds(guide) == [CANCELLED]
    guide.day(on("one.uk", 4, "Cinema: Kojak", numbered(2, 4)))
    assert kinds(guide) == [MOVED]
    guide.day(on("one.uk", 5, "Cinema: Kojak", numbered(2, 4)))
    assert kinds(guide) == [MOVED], "where the watch does not find it, it is followed too"
    guide.day(on("one.uk", 5, "Football"))
    assert kinds(guide) == [CANCELLED]


@pytest.mark.parametrize("channel", ["one.uk", "two.uk"])
def test_a_new_episode_becomes_a_repeat(guide: AlertGuide, channel: str) -> None:
    late = on("one.uk", 5, "Kojak", numbered(2, 4))
    guide.day(late)
    ident = guide.watch("kojak", new_only=True, lead_minutes=600)
    assert kinds(guide) == [STARTING]
    guide.day(on(channel, 1, "Kojak", numbered(2, 4)), late)
    assert change(guide, ident, name="X") == []
    guide.at(NOON + 2 * DAY)
    assert kinds(guide) == []
    guide.secrets("UPDATE alert_state SET value = '0' WHERE name = 'whole_at'")
    guide.at(NOON + HOUR)
    assert kinds(guide) == []


DESC = "<desc>{} A lieutenant looks for the man who was seen at the harbour last night.</desc>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("Film", "<desc>With Kojak</desc>"), ("Film", "<desc>With nobody</desc>")),
        (("Film", "<sub-title>Kojak</sub-title>"), ("Film", "<sub-title>Nobody</sub-title>")),
        (("Kojak", numbered(2, 4)), ("Einsatz in Manhattan", numbered(2, 4))),
        (("Kojak (OV)", ""), ("OV", "")),
        (("Kojak", DESC.format("")), ("Einsatz in Manhattan", DESC.format(""))),
        (("Kojak", "<sub-title>The End</sub-title>"), ("Manhattan", "<sub-title>The end.</sub-title>")),
    ],
)
def test_a_provider_edits_what_it_says(
    guide: AlertGuide, before: tuple[str, str], after: tuple[str, str]
) -> None:
    guide.day(on("one.uk", 3, *before))
    guide.watch("kojak", "words", lead_minutes=600, tell_match=True)
    assert kinds(guide) == [STARTING]
    for edited in (after, before, after):
        guide.day(on("one.uk", 3, *edited))
        assert kinds(guide) == [], edited


def test_another_programme_in_the_same_place_is_another_one(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Match: Celtic"), on("one.uk", 6, "Match: Rangers"))
    guide.watch("match*", "words", lead_minutes=600, once_per="showing")
    assert kinds(guide) == [STARTING, STARTING]
    guide.day(on("one.uk", 3, "Match: Hearts"), on("one.uk", 6, "Match: Rangers"))
    assert guide.receiver.heard() == [(CANCELLED, "Match: Celtic"), (STARTING, "Match: Hearts")]
    kinds(guide)
    guide.day(on("one.uk", 3, "Match: Rangers"), on("one.uk", 6, "Match: Hearts"))
    assert sorted(guide.receiver.heard()) == [(MOVED, "Match: Hearts"), (MOVED, "Match: Rangers")]
    kinds(guide)
    guide.day(on("one.uk", 3, "Match: Hearts"), on("one.uk", 6, "Match: Rangers"), now=NOON + 60)
    guide.day(on("one.uk", 3, "Match: Rangers"), on("one.uk", 6, "Match: Hearts"), now=NOON + 90)
    assert kinds(guide) == [MOVED] * 4, "each time that they change places"
    guide.day(on("one.uk", 3, "Match: Dundee"), on("one.uk", 6, "Match: Hearts"), now=NOON + 120)
    assert kinds(guide) == [CANCELLED, STARTING]


def test_another_provider_takes_the_place(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Kojak"))
    guide.watch("kojak", lead_minutes=600, tell_match=True)
    kinds(guide)
    guide.provider("better", priority=1)
    guide.day(on("one.uk", 3, "Kojak", "<sub-title>The End</sub-title>"), name="better")
    (first,) = guide.db.execute("SELECT count(*) FROM airings WHERE shadowed_by IS NOT NULL").fetchone()
    assert first and kinds(guide) == []


@pytest.mark.parametrize("minutes", [3, 30, 600])
@pytest.mark.parametrize("inner", ["", numbered(2, 4)])
@pytest.mark.parametrize("once_per", ["episode", "showing", "day"])
def test_a_showing_that_moved_is_not_new(guide: AlertGuide, minutes: int, inner: str, once_per: str) -> None:
    guide.day(on("one.uk", 3, "Kojak", inner), on("one.uk", 26, "Kojak", inner))
    guide.watch("kojak", lead_minutes=None, tell_match=True, once_per=once_per)
    for shift in (minutes / 60, 0, minutes / 60):
        guide.day(on("one.uk", 3 + shift, "Kojak", inner), on("one.uk", 26 + shift, "Kojak", inner))
        assert kinds(guide) == []
    guide.watch("kojak", lead_minutes=1440, tell_match=True, once_per="showing")
    assert kinds(guide)[0] == STARTING
    guide.day(on("one.uk", 3, "Kojak", inner), on("one.uk", 26, "Kojak", inner))
    assert set(kinds(guide)) <= {MOVED}


def test_a_showing_more_is_new_although_another_moved(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Kojak"))
    guide.watch("kojak", lead_minutes=None, tell_match=True)
    guide.day(on("one.uk", 4, "Kojak"), on("one.uk", 9, "Kojak"))
    starts = [said(alert)["programme"]["start_time"] for _, alert in guide.receiver.got]
    assert kinds(guide) == [MATCHED] and starts == ["2026-11-22T21:00:00Z"]
    guide.day(on("one.uk", 4, "Kojak"), on("one.uk", 9, "Kojak"), on("one.uk", 12, "Kojak"))
    assert kinds(guide) == [MATCHED]


def test_what_left_the_guide_for_a_while_is_not_new(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Kojak"))
    guide.watch("kojak", lead_minutes=None, tell_match=True)
    guide.day(on("two.uk", 3, "Other"))
    guide.day(on("one.uk", 3.5, "Kojak"))
    assert kinds(guide) == []


@pytest.mark.parametrize("tell", [{"lead_minutes": 600}, {"lead_minutes": None, "tell_match": True}])
def test_what_was_cancelled_is_told_when_it_is_back_and_what_was_not_is_not(
    guide: AlertGuide, tell: dict[str, Any]
) -> None:
    there, gone = (on("one.uk", 3, "Kojak", numbered(2, 4)),), (on("two.uk", 9, "Other"),)
    guide.day(*gone)
    guide.watch("kojak", **tell)
    guide.day(*there)
    (kind,) = kinds(guide)
    for _ in range(2):
        guide.day(*gone, now=guide.now + 60)
        guide.day(*there, now=guide.now + 60)
        assert kinds(guide) == [CANCELLED, kind]
    guide.at(NOON + int(3.5 * HOUR))
    guide.day(*gone)
    guide.day(on("one.uk", 20, "Kojak", numbered(2, 4)), now=NOON + 5 * HOUR)
    guide.at(NOON + 20 * HOUR)
    assert kinds(guide) == [], "it left the guide after it had begun, of which nobody was told"


def test_who_cannot_be_told_of_a_cancellation_is_not_told_again(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Kojak"))
    guide.watch("kojak", lead_minutes=600)
    assert kinds(guide) == [STARTING]
    set_target(guide.vault, OWNER, "hook", {"enabled": False}, NOON)
    guide.day(on("one.uk", 5, "Other"))
    guide.day(on("one.uk", 3, "Kojak"))
    set_target(guide.vault, OWNER, "hook", {"enabled": True}, NOON)
    guide.at(NOON + HOUR)
    assert kinds(guide) == []


def test_a_short_log_does_not_forget_who_was_told(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 47, "Other"))
    guide.watch("kojak", lead_minutes=None, tell_match=True)
    guide.day(on("one.uk", 45, "Kojak"))
    assert kinds(guide) == [MATCHED]
    with guide.vault.writing() as conn:
        from epg_ingest.watch_store.outbox_rows import prune_outbox

        prune_outbox(conn, NOON + 30 * HOUR, 1)
    guide.day(on("one.uk", 47, "Other"), now=NOON + 30 * HOUR)
    assert kinds(guide) == [CANCELLED]
