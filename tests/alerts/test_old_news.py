"""What was told stays told when a watch comes back, and what came while nobody was to be told is not new later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.watch_store import watch_edits
from epg_ingest.watch_store.watch_edits import remove_watch, set_target, set_watch, undo_last

from tests.alerts.alert_guide import CANCELLED, MATCHED, MOVED, OWNER, STARTING, AlertGuide, kinds, on, said
from tests.helpers.support import HOUR, NOON


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


def gone_and_back(guide: AlertGuide, ident: int) -> None:
    """The watch is removed, a look passes, and its removal is taken back."""
    remove_watch(guide.vault, OWNER, ident, guide.now)
    guide.at(guide.now + 60)
    undo_last(guide.vault, OWNER, guide.now)
    guide.at(guide.now + 60)


@pytest.mark.parametrize("tell", [{"lead_minutes": 600}, {"lead_minutes": None, "tell_match": True}])
def test_a_watch_that_comes_back_knows_what_it_told(guide: AlertGuide, tell: dict[str, Any]) -> None:
    guide.day(on("one.uk", 9, "Other"))
    ident = guide.watch("kojak", **tell)
    guide.day(on("one.uk", 4, "Kojak"), on("one.uk", 9, "Other"))
    assert len(kinds(guide)) == 1
    gone_and_back(guide, ident)
    assert kinds(guide) == []
    guide.day(on("one.uk", 5, "Kojak"), on("one.uk", 9, "Other"))
    assert kinds(guide) == [MOVED]
    gone_and_back(guide, ident)
    guide.day(on("one.uk", 9, "Other"))
    assert kinds(guide) == [CANCELLED]


def test_what_waited_when_the_watch_was_removed_is_told_when_it_is_back(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 4, "Kojak"))
    guide.receiver.down = lambda moment: moment < NOON + HOUR
    ident = guide.watch("kojak", lead_minutes=600)
    gone_and_back(guide, ident)
    guide.at(NOON + 2 * HOUR)
    assert kinds(guide) == [STARTING]


def test_a_watch_that_is_removed_for_good_is_forgotten(
    guide: AlertGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide.day(on("one.uk", 4, "Kojak"))
    first, second = guide.watch("kojak", lead_minutes=600), guide.watch("k*", "words", lead_minutes=600)
    remove_watch(guide.vault, OWNER, first, guide.now)
    assert guide.secrets("SELECT watch_id FROM watch_told ORDER BY 1") == [(first,), (second,)]
    monkeypatch.setattr(watch_edits, "KEPT_UNDO", 1)
    set_watch(guide.vault, guide.path, OWNER, second, {"name": "K"}, guide.now)
    assert guide.secrets("SELECT watch_id FROM watch_told") == [(second,)]


def test_what_came_before_it_was_to_be_told_is_not_new(guide: AlertGuide) -> None:
    shows = [on("one.uk", 20, "Other")]
    guide.day(*shows)
    ident = guide.watch("kojak", lead_minutes=None, once_per="showing")
    for hour, change in enumerate(
        (
            lambda: set_watch(guide.vault, guide.path, OWNER, ident, {"tell_match": True}, guide.now),
            lambda: set_target(guide.vault, OWNER, "hook", {"enabled": False}, guide.now),
            lambda: set_target(guide.vault, OWNER, "hook", {"enabled": True}, guide.now),
            lambda: set_watch(guide.vault, guide.path, OWNER, ident, {"enabled": False}, guide.now),
            lambda: set_watch(guide.vault, guide.path, OWNER, ident, {"enabled": True}, guide.now),
        )
    ):
        told = hour in (1, 3)  # what came just before was told: the watch and its target were on
        shows.append(on("one.uk", 25 + 2 * hour, "Kojak"))
        guide.day(*shows)
        assert kinds(guide) == [MATCHED] * told, hour
        change()
        guide.at(guide.now + 60)
        assert kinds(guide) == [], hour
    shows.append(on("two.uk", 40, "Kojak"))
    guide.day(*shows)
    assert kinds(guide) == [MATCHED], "only what is new from then on"


def test_a_cancellation_says_what_is_there_instead(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 3, "Kojak"), on("one.uk", 6, "Columbo"))
    guide.watch("kojak", lead_minutes=600)
    guide.watch("columbo", lead_minutes=600)
    kinds(guide)
    guide.day(on("one.uk", 3, "Einsatz in Manhattan"), on("two.uk", 6, "Other"))
    reasons = {said(alert)["programme"]["title"]: said(alert)["reason"] for _, alert in guide.receiver.got}
    assert kinds(guide) == [CANCELLED, CANCELLED]
    assert reasons == {
        "Kojak": "the guide has Einsatz in Manhattan there now",
        "Columbo": "the guide does not have it any more",
    }
