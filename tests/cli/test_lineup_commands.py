"""`epg-ingest lineups` from the first line to the export, and what it says of mistakes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from epg_ingest.cli.main import run

from tests.helpers.support import Guide
from tests.lineup_store.household import Listed, entries, fill, playlist


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    made = Guide(tmp_path)
    fill(made)
    (tmp_path / "list.m3u").write_text(
        playlist([*entries(3), Listed("", "Nobody knows", "http://127.0.0.1/x")])
    )
    made.close()
    return made


def lineups(guide: Guide, *arguments: str) -> int:
    return run(["--db", str(guide.path), "lineups", *arguments])


def test_from_a_list_to_a_guide(guide: Guide, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        lineups(guide, "add", "home", str(guide.folder / "list.m3u"), "--title", "Home", "--ids", "guide")
        == 0
    )
    assert lineups(guide, "refresh") == 0
    assert "home: success, 4 entries, 3 with a channel, 4 new" in capsys.readouterr().out
    assert lineups(guide, "missing", "home") == 0
    assert "Nobody knows" in capsys.readouterr().out
    sheet = guide.folder / "review.csv"
    assert lineups(guide, "review", "home", str(sheet)) == 0
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"))))
    assert [(row["name"], row["channel"]) for row in rows] == [("Nobody knows", "open")]
    sheet.write_text(sheet.read_text("utf-8-sig").replace(",open,", ",Quarry.uk,"))
    assert lineups(guide, "review", "home", str(sheet), "--import") == 0
    assert lineups(guide, "edit", "home", "1", "--number", "9", "--shift-minutes", "60") == 0
    assert lineups(guide, "edit", "home", "--channel", "Thistle.uk") == 0
    capsys.readouterr()
    assert lineups(guide, "show", "home", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(row["number"], row["channel"], row["method"]) for row in shown] == [
        ("9", "Harbour.uk", "id"), (None, "Meadow.uk", "id"), (None, "Lantern.uk", "id"), (None, "Quarry.uk", "manual"),
        (None, "Thistle.uk", "manual"),
    ]  # fmt: skip
    out = guide.folder / "home.xml"
    assert run(["--db", str(guide.path), "export", "xmltv", "--lineup", "home", "--output", str(out)]) == 0
    assert out.read_text().count("<channel ") == 5
    assert lineups(guide, "key", "home") == 0
    key = capsys.readouterr().out.strip()
    assert lineups(guide, "key", "home", "--renew") == 0
    assert len(key) == 32 and capsys.readouterr().out.strip() != key
    assert lineups(guide, "remove", "home", "--yes") == 0


def test_a_source_that_fails_is_one_line_and_status_1(
    guide: Guide, capsys: pytest.CaptureFixture[str]
) -> None:
    (guide.folder / "page.html").write_text("<html>no</html>")
    lineups(guide, "add", "bad", str(guide.folder / "page.html"))
    lineups(guide, "add", "good", str(guide.folder / "list.m3u"))
    capsys.readouterr()
    assert lineups(guide, "refresh") == 1
    said = capsys.readouterr()
    assert said.err.startswith("Error: bad: the answer is a web page") and said.err.count("\n") == 1
    assert "good: success" in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "nothing"), "there is no line-up 'nothing'"),
        (("add", "a/b"), "letters, digits"),
        (("add", "x", "http://127.0.0.1/", "--kind", "xtream"), "needs a user name and a password"),
        (("set", "nothing"), "nothing to change"),
        (("edit", "nothing", "1"), "nothing to change"),
        (("refresh", "nothing"), "there is no line-up"),
    ],
)
def test_mistakes_are_one_line(
    guide: Guide, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert lineups(guide, *arguments) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
