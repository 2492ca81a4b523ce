"""What is read of a watch is enough: where all is read, the same follows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.alerts import watch_alerts
from epg_ingest.alerts.collecting import collect
from epg_ingest.alerts.concern import Concern, concerned
from epg_ingest.storage.vault import Vault
from epg_ingest.watch_store.watch_edits import set_target

from tests.alerts.alert_guide import OWNER, AlertGuide, on
from tests.helpers.support import HOUR

TITLES = ("Kojak", "KOJAK", "Kojak: The End", "Columbo", "Straße")
INNERS = (
    "", "", '<episode-num system="xmltv_ns">1.3.</episode-num>', '<episode-num system="xmltv_ns">1.4.</episode-num>',
    "<sub-title>The End</sub-title>", "<credits><actor>Telly Savalas</actor></credits>",
)  # fmt: skip
WATCHES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("kojak", "title", {"tell_match": True}),
    ("kojak", "title", {"tell_match": True, "once_per": "showing", "lead_minutes": 900}),
    ("kojak", "words", {"once_per": "day", "tell_match": True, "lead_minutes": 300}),
    ("end", "words", {"lead_minutes": 1200, "tell_match": True}),
    ("savalas", "person", {"once_per": "showing", "tell_match": True, "lead_minutes": None}),
    ("^K", "pattern", {"new_only": True, "lead_minutes": 200, "tell_match": True}),
    ("strasse", "title", {"tell_match": True}),
)
STATE = (
    "SELECT watch_id, program_id, channel_id, end, airing, seen, known, before_at, mark FROM watch_matches ORDER BY 1, 2",
    "SELECT * FROM watch_told ORDER BY watch_id, unit, kind",
    "SELECT key, target_id, watch_id, kind, body, expires_at, state, reason FROM outbox ORDER BY key",
    "SELECT id, revision, scanned, reach FROM watches ORDER BY id",
)


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


class Day:
    """Two channels whose programmes change at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        slots = [(channel, hour) for channel in ("one.uk", "two.uk") for hour in range(1, 40, 3)]
        self.shows = {slot: self.any() for slot in slots}

    def any(self) -> tuple[float, str, str]:
        return self.chance.choice((0, 0, 0.05, 1)), self.chance.choice(TITLES), self.chance.choice(INNERS)

    def change(self) -> list[str]:
        for slot in self.chance.sample(sorted(self.shows), 3):
            self.shows[slot] = self.any()
        gone = self.chance.choice(sorted(self.shows))
        return [
            on(slot[0], slot[1] + shift, title, inner)
            for slot, (shift, title, inner) in self.shows.items()
            if slot != gone
        ]


def state_of(vault: Vault) -> list[list[tuple[Any, ...]]]:
    with vault.reading() as conn:
        return [conn.execute(statement).fetchall() for statement in STATE]


def everything(*given: Any) -> Concern:
    conn, watch, told, found, news, _, now = given
    return concerned(conn, watch, told, found, news, None, now)


def test_the_same_follows_from_what_is_read_as_from_everything(
    guide: AlertGuide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the target is off, and after it is on again."""
    day, all_read = Day(5), Vault(tmp_path / "all.secrets")
    guide.day(*day.change())
    for value, kind, settings in WATCHES:
        guide.watch(value, kind, **settings)
    made = 0
    for step in range(9):
        shutil.copy(guide.vault.path, all_read.path)
        now = guide.now + HOUR // 2
        guide.take(*day.change(), now=now)
        with monkeypatch.context() as patch:
            patch.setattr(watch_alerts, "concerned", everything)
            collect(guide.path, all_read, now)
        made += collect(guide.path, guide.vault, now).alerts
        assert state_of(guide.vault) == state_of(all_read), step
        guide.secrets("UPDATE outbox SET state = 'sent' WHERE state = 'waiting'")
        guide.now = now
        if step == 4:
            set_target(guide.vault, OWNER, "hook", {"enabled": False}, now)
        if step == 6:
            set_target(guide.vault, OWNER, "hook", {"enabled": True}, now)
    assert made > 20, made
