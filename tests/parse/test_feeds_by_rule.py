"""Each feed in `data/` states one rule of reading in a comment at its top; the file beside it says what comes of it.

Adding a case is adding the two files. Every feed is imported, imported again, exported, and its export imported elsewhere.

A `.json` file holds: `status` and `error_code` of the import; `programmes` in order of channel and start, with the columns
that matter; `channels` likewise; `problems`, code to count; `lines`, code to the lines they are reported on; `skipped`
programmes; settings of the `provider`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.export.form import Form
from epg_ingest.export.xmltv import write_xmltv
from lxml import etree

from tests.helpers.paths import DATA
from tests.helpers.support import DTD, Guide, require

CASES = sorted(path.stem for path in DATA.glob("*.xml"))
LISTS = ("category", "actors", "directors", "details")
CONTENT = (
    "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip


class Case:
    def __init__(self, name: str) -> None:
        self.body = (DATA / f"{name}.xml").read_bytes()
        self.expected: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
        self.settings = dict(self.expected.get("provider", {}))

    def load(self, guide: Guide, force: bool = False) -> dict[str, Any]:
        return guide.load("p", self.body, force=force, **self.settings)


def cases(wanted: Callable[[dict[str, Any]], Any]) -> list[str]:
    """The names of the cases whose expectation is `wanted`."""
    return [name for name in CASES if wanted(Case(name).expected)]


every = pytest.mark.parametrize("name", CASES)
every_usable = pytest.mark.parametrize("name", cases(lambda expected: expected["status"] != "failed"))
about_channels = pytest.mark.parametrize("name", cases(lambda expected: "channels" in expected))
about_lines = pytest.mark.parametrize("name", cases(lambda expected: "lines" in expected))


@pytest.fixture
def case(name: str) -> Case:
    return Case(name)


def programmes(guide: Guide) -> list[dict[str, Any]]:
    rows = guide.rows(
        f"SELECT c.name AS channel, p.{', p.'.join(CONTENT)} FROM programs p JOIN channels c ON c.id = p.channel_id"
        " ORDER BY c.name, start_time"
    )
    return [{key: json.loads(value) if key in LISTS else value for key, value in row.items()} for row in rows]


def only(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the columns that are not expected."""
    if len(rows) != len(expected):
        return rows
    return [{key: row[key] for key in wanted} for row, wanted in zip(rows, expected, strict=True)]


def exported(guide: Guide, round_trip: bool = True) -> bytes:
    out = io.BytesIO()
    write_xmltv(guide.db, out, form=Form(round_trip=round_trip))
    return out.getvalue()


def test_there_are_cases() -> None:
    assert len(CASES) > 50
    assert sorted(path.stem for path in DATA.glob("*.json")) == CASES


@every
def test_import(case: Case, guide: Guide) -> None:
    row, expected = case.load(guide), case.expected
    assert (row["status"], row["error_code"]) == (expected["status"], expected.get("error_code"))
    wanted = expected.get("programmes", [])
    assert only(programmes(guide), wanted) == wanted
    assert guide.problems(row) == expected["problems"]
    assert row["programs_imported"] == len(wanted)
    if row["status"] != "failed":
        assert row["programs_skipped"] == expected.get("skipped", 0)
        assert row["problems"] == sum(expected["problems"].values())


@about_channels
def test_channels(case: Case, guide: Guide) -> None:
    wanted = case.expected["channels"]
    case.load(guide)
    assert only(guide.rows("SELECT * FROM channels ORDER BY id"), wanted) == wanted


@about_lines
def test_lines(case: Case, guide: Guide) -> None:
    row = case.load(guide)
    for code, lines in case.expected["lines"].items():
        found = guide.rows(
            "SELECT line FROM import_problems WHERE import_id = ? AND code = ?", row["id"], code
        )
        assert [problem["line"] for problem in found][: len(lines)] == lines, code


@every_usable
def test_import_again_writes_nothing(case: Case, guide: Guide) -> None:
    case.load(guide)
    before = (
        guide.rows(),
        guide.rows("SELECT * FROM generation"),
        guide.rows("SELECT * FROM channel_mappings"),
    )
    row = case.load(guide, force=True)
    assert row["status"] == case.expected["status"]
    assert (row["programs_imported"], row["programs_updated"], row["programs_removed"]) == (0, 0, 0)
    assert (
        guide.rows(),
        guide.rows("SELECT * FROM generation"),
        guide.rows("SELECT * FROM channel_mappings"),
    ) == before


@every_usable
def test_export_is_valid(case: Case, guide: Guide) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    case.load(guide)
    rules = etree.DTD(str(DTD))
    for round_trip in (True, False):
        assert rules.validate(etree.fromstring(exported(guide, round_trip))), rules.error_log


@every_usable
def test_export_loses_nothing(case: Case, guide: Guide, tmp_path: Path) -> None:
    case.load(guide)
    (tmp_path / "other").mkdir()
    other = Guide(tmp_path / "other")
    language = {"language": case.settings["language"]} if "language" in case.settings else {}
    row = other.load("copy", exported(guide), **language)
    assert row["status"] == "success"
    assert programmes(other) == programmes(guide)
    before = other.rows()
    other.load("copy", exported(guide), force=True, **language)
    assert other.rows() == before
    other.close()
