"""A rule that changes a title: the series keeps its id, episodes and ledger, and everything comes back with the title."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here
from epg_ingest.core.limits import Retention
from epg_ingest.guide.undo import undo
from epg_ingest.retention import cleanup
from epg_ingest.rule_store import applying
from epg_ingest.watch_store.watch_preview import preview
from epg_ingest.watches.watch import Watch

from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

WEEK = Retention(7, 30, None)
KNOWN = "SELECT title, series_id, episode_id, showing FROM programs ORDER BY start_time, channel_id"
#: what a rule and its undoing leave as it was
TABLES = ("series_keys", "series", "episodes", "content_episodes")


def number(season: int, episode: int) -> str:
    return f"<episode-num system='onscreen'>S{season}E{episode}</episode-num>"


def week(shown: Iterable[tuple[float, str, str]], channels: str = "a") -> bytes:
    """Programmes of each of these channels: days from noon, title, what is inside."""
    shows = [
        show(name, NOON + int(day * DAY), NOON + int(day * DAY) + HOUR, title, inner.replace("$", name))
        for day, title, inner in shown
        for name in channels
    ]
    return feed(shows, [(name, name.upper()) for name in channels])


def do(guide: Guide, operation: str, **arguments: Any) -> dict[str, Any]:
    return perform_here(guide.path, operation, arguments, actor="test", now=NOON + HOUR)


def rename(guide: Guide, pattern: str, value: str, **settings: Any) -> int:
    made = do(guide, "rule.create", field="title", pattern=pattern, action="replace", value=value, **settings)
    return int(made["id"])


def take_back(guide: Guide) -> None:
    undo(guide.db, guide.vault, actor="test", now=NOON)


def known(guide: Guide) -> list[tuple[Any, ...]]:
    return guide.db.execute(KNOWN).fetchall()


def keys(guide: Guide) -> dict[str, int]:
    return dict(guide.db.execute("SELECT key, series_id FROM series_keys").fetchall())


def titles(guide: Guide) -> dict[int, str]:
    return dict(guide.db.execute("SELECT id, title FROM series").fetchall())


def everything(guide: Guide) -> list[Any]:
    return [guide.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES] + [known(guide)]


@pytest.fixture
def kojak(guide: Guide) -> Guide:
    """Kojak S2E5 was shown, is over and in the ledger; it comes again, and S2E6 comes for the first time."""
    guide.load("p", week([(0, "Kojak", number(2, 5)), (0.5, "Other", number(2, 5))]), retention=WEEK)
    cleanup(guide.db, WEEK, NOON + 10 * DAY)
    guide.load(
        "p",
        week([(11, "Kojak", number(2, 5)), (12, "Kojak", number(2, 6))]),
        now=NOON + 10 * DAY,
        retention=WEEK,
    )
    assert [row[1:] for row in known(guide)] == [(1, 1, "repeat"), (1, 3, "first_here")]
    return guide


def test_a_renamed_series_keeps_its_history_and_comes_back(kojak: Guide) -> None:
    before = everything(kojak)
    rename(kojak, "^Kojak$", "Theo Kojak")
    renamed = [("Theo Kojak", 1, 1, "repeat"), ("Theo Kojak", 1, 3, "first_here")]
    assert known(kojak) == renamed
    assert keys(kojak) == {"kojak": 1, "theo kojak": 1, "other": 2} and titles(kojak)[1] == "Theo Kojak"
    # Later imports reach the series, also in other words.
    again = [
        (11, "Kojak", number(2, 5) + "<desc>New</desc>"),
        (11.5, "Kojak", number(2, 5)),
        (12, "Kojak", number(2, 6)),
    ]
    kojak.load("p", week(again), now=NOON + 10 * DAY, retention=WEEK)
    assert known(kojak) == [renamed[0], *renamed]
    kojak.load(
        "p",
        week([(11, "Kojak", number(2, 5)), (12, "Kojak", number(2, 6))]),
        now=NOON + 10 * DAY,
        retention=WEEK,
    )
    take_back(kojak)
    after = everything(kojak)
    contents = TABLES.index("content_episodes")
    assert [row["episode_id"] for row in after.pop(contents)] == [
        row["episode_id"] for row in before.pop(contents)
    ]
    assert after == before


def test_a_watch_on_the_series_finds_it_under_its_new_title(kojak: Guide) -> None:
    rename(kojak, "^Kojak$", "Theo Kojak")
    found = preview(kojak.db.conn, Watch(1, "a", "w", "series", "1", new_only=True), NOON + 10 * DAY)
    assert (found["sends"], found["skips"]) == (1, 1)


def test_a_rule_that_changes_again_or_goes(kojak: Guide) -> None:
    before = everything(kojak)
    rule = rename(kojak, "^Kojak$", "Theo Kojak")
    do(kojak, "rule.update", rule=rule, value="Detective Kojak")
    assert (
        keys(kojak) == {"kojak": 1, "detective kojak": 1, "other": 2}
        and titles(kojak)[1] == "Detective Kojak"
    )
    # A second rule on top of the first one.
    other = rename(kojak, "^Detective ", "Lieutenant ")
    assert {row[:2] for row in known(kojak)} == {("Lieutenant Kojak", 1)}
    do(kojak, "rule.delete", rule=other)
    do(kojak, "rule.update", rule=rule, enabled=False)
    assert everything(kojak) == before
    do(kojak, "rule.update", rule=rule, enabled=True)
    assert {row[:2] for row in known(kojak)} == {("Detective Kojak", 1)}
    do(kojak, "rule.delete", rule=rule)
    assert everything(kojak) == before


def test_a_title_that_is_spelled_otherwise_has_the_key_already(kojak: Guide) -> None:
    rename(kojak, "^Kojak$", "KOJAK (R)")
    assert keys(kojak) == {"kojak": 1, "other": 2} and {row[:2] for row in known(kojak)} == {("KOJAK (R)", 1)}


def test_an_import_after_the_rule_finds_a_series_without_programmes(guide: Guide) -> None:
    guide.load("p", week([(0, "Kojak", number(2, 5))]), retention=WEEK)
    cleanup(guide.db, WEEK, NOON + 10 * DAY)
    rename(guide, "^Kojak$", "Theo Kojak")
    guide.load("p", week([(11, "Kojak", number(2, 5))]), now=NOON + 10 * DAY, retention=WEEK)
    assert known(guide) == [("Theo Kojak", 1, 1, "repeat")] and titles(guide) == {1: "Theo Kojak"}
    take_back(guide)
    assert known(guide) == [("Kojak", 1, 1, "repeat")]
    assert titles(guide) == {1: "Kojak"} and keys(guide) == {"kojak": 1}


def test_a_rule_before_the_first_import_can_go_later(guide: Guide) -> None:
    rule = rename(guide, "^Kojak$", "Theo Kojak")
    guide.load("p", week([(0, "Kojak", number(2, 5))]))
    assert keys(guide) == {"theo kojak": 1}
    do(guide, "rule.delete", rule=rule)
    assert known(guide) == [("Kojak", 1, 1, "first_here")] and keys(guide) == {"kojak": 1}


def test_a_rule_for_some_of_the_titles_splits_the_series(guide: Guide) -> None:
    guide.load(
        "p", week([(0, "Kojak", number(2, 5)), (1, "Kojak", number(2, 6)), (2, "KOJAK", number(2, 5))])
    )
    guide.load("q", week([(0, "Columbo", number(1, 1))], "b"))
    guide.load("r", week([(3, "Columbo", number(1, 1))], "c"))
    before = everything(guide)
    rename(guide, "^Kojak$", "Theo Kojak")
    rename(guide, "^Columbo$", "Lieutenant Columbo", provider="q")
    where = {(row[0], row[1]) for row in known(guide)}
    assert where == {("Theo Kojak", 3), ("KOJAK", 1), ("Lieutenant Columbo", 4), ("Columbo", 2)}
    assert keys(guide) == {"kojak": 1, "theo kojak": 3, "columbo": 2, "lieutenant columbo": 4}
    assert titles(guide) == {1: "Kojak", 2: "Columbo", 3: "Theo Kojak", 4: "Lieutenant Columbo"}
    take_back(guide)
    take_back(guide)
    assert known(guide) == before[-1]


def test_a_rule_with_several_new_titles_splits_the_series(guide: Guide) -> None:
    guide.load("p", week([(0, "Kojak", number(2, 5)), (1, "KOJAK", number(2, 6))]))
    rename(guide, "^Kojak$", "One")
    assert [row[:2] for row in known(guide)] == [("One", 2), ("KOJAK", 1)]
    rename(guide, "^KOJAK$", "Two")
    assert [row[:2] for row in known(guide)] == [("One", 2), ("Two", 1)], "all that the series had then"


def test_a_title_of_another_series_stays_with_that(guide: Guide, caplog: pytest.LogCaptureFixture) -> None:
    guide.load(
        "p", week([(0, "Kojak", number(2, 5)), (1, "Theo Kojak", number(2, 5)), (2, "Kojak", number(2, 6))])
    )
    before = everything(guide)
    with caplog.at_level(logging.WARNING, "epg_ingest"):
        rename(guide, "^Kojak$", "Theo Kojak")
    (said,) = [record.getMessage() for record in caplog.records]
    assert "the first is 1 Kojak, now 2 Theo Kojak" in said and "epg-ingest series merge 1 2" in said
    assert {row[1] for row in known(guide)} == {2} and titles(guide) == {1: "Kojak", 2: "Theo Kojak"}
    take_back(guide)
    assert known(guide) == before[-1]


def test_what_a_person_has_decided_goes_on(guide: Guide) -> None:
    inner = number(1, 1) + "<desc>On $</desc>"
    guide.load("p", week([(0, "Tatort", inner), (1, "Crime", inner)], "ab"))
    do(guide, "series.merge", source=2, target=1)
    do(guide, "series.split", series=1, channels=[2], title="Tatort (B)")
    before = everything(guide)
    rename(guide, "^Tatort$", "Krimi")
    rename(guide, "^Crime$", "Scene of the crime")
    assert [row[1:] for row in known(guide)] == [row[1:] for row in before[-1]]
    assert titles(guide) == {1: "Krimi", 2: "Scene of the crime", 3: "Tatort (B)"}
    guide.load("p", week([(0, "Tatort", inner), (1, "Crime", inner), (0.5, "Tatort", inner)], "ab"))
    assert [row[1] for row in known(guide)] == [1, 3, 1, 3, 1, 3]
    guide.load("p", week([(0, "Tatort", inner), (1, "Crime", inner)], "ab"))
    take_back(guide)
    take_back(guide)
    assert everything(guide)[:2] == before[:2] and known(guide) == before[-1]
    take_back(guide)
    take_back(guide)
    assert {row[:2] for row in known(guide)} == {("Tatort", 1), ("Crime", 2)}
    assert keys(guide) == {"tatort": 1, "crime": 2}


def test_films_and_titles_that_say_nothing(guide: Guide) -> None:
    film = "<date>{}</date><category>Film</category>"
    channels = "abcdefghijklmnopqrstuvwx"
    guide.load("p", week([(0, "Dune", film.format(1984)), (1, "Dune", film.format(2021))]))
    guide.load("q", week([(0, "News", "<desc>On $</desc>"), (1, "News", "<desc>On $, too</desc>")], channels))
    before = everything(guide)
    rename(guide, "^Dune$", "Dune: a film")
    rename(guide, "^News$", "Today")
    assert [row[1:] for row in known(guide)] == [row[1:] for row in before[-1]]
    assert set(titles(guide).values()) == {"Dune: a film", "Today"}
    take_back(guide)
    take_back(guide)
    assert everything(guide)[:2] == before[:2] and known(guide) == before[-1]
    # A rule that makes a series of a film makes another one.
    do(guide, "rule.create", field="title", pattern="^Dune$", action="set_category", value="Series")
    assert {row[1] for row in known(guide) if row[0] == "Dune"}.isdisjoint(row[1] for row in before[-1])


def test_a_series_in_several_stretches_is_one(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "differing", functools.partial(applying.differing, stretch=2))
    body = [(at / 8, "Kojak" if at % 3 else "Columbo", number(1, at + 1)) for at in range(12)]
    guide.load("p", week([*body, (3, "KOJAK", number(1, 20))]))
    before = everything(guide)
    rename(guide, "^Columbo$", "Lieutenant Columbo")
    rename(guide, "^Kojak$", "Theo Kojak")
    rows = known(guide)
    assert [row[1:] for row in rows if "Columbo" in row[0]] == [
        row[1:] for row in before[-1] if row[0] == "Columbo"
    ]
    # The last programme keeps its title, so the others are another series, from the first stretch on.
    assert len({row[1] for row in rows if row[0] == "Theo Kojak"}) == 1 and rows[-1][:2] == before[-1][-1][:2]
    take_back(guide)
    take_back(guide)
    assert known(guide) == before[-1]
