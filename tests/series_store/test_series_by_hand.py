"""What a person decides about series: merged, split, taken back, and asked about; by the commands that people use."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here
from epg_ingest.cli.main import run as run_command
from epg_ingest.core.errors import UsageError
from epg_ingest.core.limits import Retention
from epg_ingest.retention import cleanup

from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

Run = Callable[..., tuple[int, str, str]]
SERIES = "SELECT title, series_id, episode_id, showing FROM programs ORDER BY start_time"


@pytest.fixture
def run(guide: Guide, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; its exit status, standard output and standard error."""

    def call(*args: str) -> tuple[int, str, str]:
        capsys.readouterr()
        first = () if args == ("undo",) else ("series",)
        status = run_command(["--db", str(guide.path), *first, *args])
        return (status, *capsys.readouterr())

    return call


def week(text: str = "") -> bytes:
    def at(channel: str, hours: int, title: str, number: str) -> str:
        begin = NOON + hours * HOUR
        return show(
            channel,
            begin,
            begin + HOUR,
            title,
            f"<desc>On {channel}{text}</desc><episode-num system='onscreen'>{number}</episode-num>",
        )

    shows = [
        at("a", 0, "Tatort", "S1E1"), at("a", 24, "Tatort", "S1E2"), at("a", 48, "Scene of the crime", "S1E1"),
        at("b", 72, "Scene of the crime", "S1E3"), at("b", 96, "Tatort", "S1E1"),
    ]  # fmt: skip
    return feed(shows, [("a", "A"), ("b", "B")])


def found(guide: Guide) -> list[tuple[Any, ...]]:
    return guide.db.execute(SERIES).fetchall()


def test_merged_series_are_one_and_can_be_taken_back(guide: Guide, run: Run) -> None:
    guide.load("p", week())
    before = found(guide)
    assert [row[1:] for row in before] == [
        (1, 1, "first_here"), (1, 2, "first_here"), (2, 3, "first_here"), (2, 4, "first_here"), (1, 1, "repeat"),
    ]  # fmt: skip
    assert run("merge", "2", "1", "--dry-run")[1] == (
        "would merge 2 Scene of the crime (2 programmes) into 1 Tatort (3 programmes)\n"
    )
    status, _, error = run("merge", "2", "1")
    assert status == 2 and "add --yes" in error and found(guide) == before
    status, said, hint = run("merge", "2", "1", "--yes")
    assert (status, "merged 2 Scene of the crime" in said, "epg-ingest undo" in hint) == (0, True, True)
    merged = found(guide)
    assert [row[1:] for row in merged] == [
        (1, 1, "first_here"), (1, 2, "first_here"), (1, 1, "repeat"), (1, 4, "first_here"), (1, 1, "repeat"),
    ]  # fmt: skip
    assert guide.rows("SELECT id, same_as, moved_from FROM episodes WHERE moved_from IS NOT NULL") == [
        {"id": 3, "same_as": 1, "moved_from": 2},
        {"id": 4, "same_as": None, "moved_from": 2},
    ]
    assert guide.rows("SELECT id, pinned FROM series") == [{"id": 1, "pinned": 1}, {"id": 2, "pinned": 1}]
    # A later import follows the decision.
    guide.load("p", week(", later"))
    assert {row[1] for row in found(guide)} == {1}
    guide.load("p", week())
    status, said, _ = run("undo")
    assert status == 0 and "undone: series.merge" in said
    assert found(guide) == before
    assert guide.rows("SELECT count(*) AS n FROM series_keys WHERE source = 'manual'") == [{"n": 0}]
    assert guide.rows("SELECT id, pinned FROM series") == [{"id": 1, "pinned": 0}, {"id": 2, "pinned": 0}]


def test_a_split_gives_a_merged_series_its_number_back(guide: Guide, run: Run) -> None:
    guide.load("p", week())
    before = found(guide)
    run("merge", "2", "1", "--yes")
    assert run("split", "1", "--key", "scene of the crime", "--yes")[:2] == (
        0, "took scene of the crime out of 1 Tatort (5 programmes): series 2, 2 programmes\n"
    )  # fmt: skip
    assert found(guide) == before


def test_what_a_channel_shows_can_be_another_series(guide: Guide, run: Run) -> None:
    guide.load("p", week())
    before = found(guide)
    assert run("split", "1", "--channel", "b", "--title", "Tatort (B)", "--yes")[0] == 0
    after = found(guide)
    assert [row[1] for row in after] == [1, 1, 2, 2, 3] and after[4][3] == "first_here"
    assert guide.rows("SELECT title FROM series WHERE id = 3") == [{"title": "Tatort (B)"}]
    guide.load("p", week(", later"))
    where = guide.rows(
        "SELECT DISTINCT title, channel_id, series_id FROM programs WHERE title = 'Tatort' ORDER BY 2"
    )
    assert [tuple(row.values()) for row in where] == [("Tatort", 1, 1), ("Tatort", 2, 3)]
    guide.load("p", week())
    assert run("undo")[0] == 0
    assert found(guide) == before


def test_decisions_that_make_no_sense_are_refused(guide: Guide, run: Run) -> None:
    guide.load("p", week())
    before = found(guide)
    cases = {
        ("merge", "1", "1"): "cannot be merged with itself",
        (
            "merge",
            "1",
            "99",
        ): "there is no series 99; look for one with: epg-ingest series list --search WORDS",
        ("split", "1"): "name a key or a channel that goes",
        ("split", "1", "--key", "x"): "'x' is no key of series 1; its keys are: tatort",
        ("split", "1", "--key", "tatort"): "a series keeps one of its keys",
        ("split", "1", "--channel", "zz"): "zz",
        ("list", "--limit", "0"): "--limit",
        ("list", "--limit", "-1"): "--limit",
    }
    for args, expected in cases.items():
        status, _, error = run(*args, *(("--yes",) if args[0] != "list" else ()))
        assert status == 2 and expected in error and error.count("\n") == 1, (args, error)
    assert found(guide) == before


def test_a_split_by_channel_that_would_move_nothing_is_refused(guide: Guide, run: Run) -> None:
    both = [
        show(name, NOON + at * DAY, NOON + at * DAY + HOUR, "Tatort", "") for name in "ab" for at in (0, 1)
    ]
    own = [
        show("c", NOON, NOON + HOUR, "Tatort", "<desc>Only here</desc>"),
        show("d", NOON, NOON + HOUR, "Other"),
    ]
    guide.load("p", feed([*both, *own], [(name, name.upper()) for name in "abcd"]))
    before = found(guide), guide.rows("SELECT * FROM series_keys"), guide.rows("SELECT * FROM series")
    nothing = "nothing would go: these channels show nothing of series 1 that other channels do not show in the same words"
    for channels in ("a", "b", "d", "bd"):
        options = [part for name in channels for part in ("--channel", name)]
        for last in ("--yes", "--dry-run"):
            status, _, error = run("split", "1", *options, last)
            assert status == 2 and nothing in error and error.count("\n") == 1, (channels, error)
        numbers = ["abcd".index(name) + 1 for name in channels]
        with pytest.raises(UsageError, match="nothing would go"):
            perform_here(guide.path, "series.split", {"series": 1, "channels": numbers}, actor="t", now=NOON)
    assert (
        found(guide),
        *(guide.rows(f"SELECT * FROM {name}") for name in ("series_keys", "series")),
    ) == before
    # What all of these channels show, and no other one, goes.
    options = ["split", "1", "--channel", "a", "--channel", "b"]
    assert run(*options, "--dry-run")[1].endswith("channel b out of 1 Tatort (5 programmes): 4 programmes\n")
    assert run(*options, "--yes")[1].endswith(": series 3, 4 programmes\n")
    assert run("split", "1", "--channel", "c", "--yes")[1].endswith(": series 4, 1 programme\n")


def test_an_undo_stands_back_from_a_later_change(guide: Guide, run: Run) -> None:
    guide.load("p", week())
    run("merge", "2", "1", "--yes")
    guide.db.execute(
        "UPDATE series_keys SET series_id = 2, source = 'title', own_series_id = NULL WHERE source = 'manual'"
    )
    status, _, error = run("undo")
    assert status != 0 and "was changed again" in error


def test_a_ledger_goes_with_its_series_and_comes_back(guide: Guide, run: Run) -> None:
    retention = Retention(1, 7, None)
    guide.load("p", week(), retention=retention)
    cleanup(guide.db, retention, NOON + 30 * DAY)
    run("merge", "2", "1", "--yes")
    assert guide.rows("SELECT showings FROM episodes WHERE id = 1") == [{"showings": 3}]
    run("undo")
    counts = guide.rows("SELECT id, series_id, same_as, showings FROM episodes ORDER BY id")
    assert [tuple(row.values()) for row in counts] == [
        (1, 1, None, 2), (2, 1, None, 1), (3, 2, None, 1), (4, 2, None, 1),
    ]  # fmt: skip


def test_lists_and_explanations(guide: Guide, run: Run) -> None:
    guide.load("p", week())
    assert [row["title"] for row in json.loads(run("list", "--json")[1])] == ["Tatort", "Scene of the crime"]
    assert [row["id"] for row in json.loads(run("list", "--search", "CRIME", "--json")[1])] == [2]
    assert run("list", "--candidates")[2] == "no series\n"
    assert "Scene of the crime" in run("list")[1]
    text = run("show", "1")[1]
    assert "1 Tatort (series)" in text and "key: tatort" in text and "SHOWINGS" in text
    assert run("show", "9")[0] == 2
    (last,) = guide.db.execute("SELECT id FROM programs ORDER BY start_time DESC LIMIT 1").fetchone()
    assert run("explain", str(last))[1].splitlines()[1:] == [
        "series 1 Tatort: its title has the key 'tatort'",
        "episode 1: season and episode (s1e1)",
        "repeat: repeat of 2026-11-22T12:00:00Z",
    ]
    assert json.loads(run("explain", str(last), "--json")[1])["basis"] == "number"
