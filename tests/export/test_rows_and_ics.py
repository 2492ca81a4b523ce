"""The guide as lines of JSON and as one calendar, from the command line's functions; the writer of XMLTV beside itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import icalendar
import pytest
from click.testing import CliRunner
from epg_ingest.cli.main import cli
from epg_ingest.core.errors import NotFoundError
from epg_ingest.export.form import Form
from epg_ingest.export.ics import write_ics
from epg_ingest.export.programme_element import COLUMNS as ELEMENT
from epg_ingest.export.programme_element import ProgrammeWriter, programme
from epg_ingest.export.rows import COLUMNS, write_ndjson

from tests.helpers.support import HOUR, NOON, Guide, feed, show

INNER = (
    '<title lang="de">D</title><desc lang="en">Told</desc><category>News</category>'
    '<credits><actor role="r">A</actor></credits>'
)


@pytest.fixture
def two(guide: Guide) -> Guide:
    shows = [
        show("one", NOON, NOON + HOUR, "A", INNER),
        show("one", NOON + HOUR, NOON + 2 * HOUR, "B", "<new/>"),
    ]
    guide.load("p", feed([*shows, show("two", NOON, NOON + HOUR, "C")], [("one", "One"), ("two", "Two")]))
    guide.load("q", feed([show("one", NOON, NOON + HOUR, "Worse")]), priority=200)
    return guide


def lines(guide: Guide, **filters: Any) -> list[dict[str, Any]]:
    out = io.BytesIO()
    count = write_ndjson(guide.db, out, **filters)
    assert out.getvalue() == b"" or out.getvalue().endswith(b"\n")
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(found) == count
    return found


def events(guide: Guide, **filters: Any) -> list[Any]:
    out = io.BytesIO()
    count = write_ics(guide.db, out, **filters)
    found = icalendar.Calendar.from_ical(out.getvalue()).walk("VEVENT")
    assert len(found) == count
    return list(found)


def test_a_line_has_every_column(two: Guide) -> None:
    first, second, _ = lines(two)
    assert list(first) == ["channel", "display_name", *COLUMNS]
    assert (first["channel"], first["display_name"], first["title"]) == ("one", "One", "A")
    assert first["category"] == ["News"]
    assert first["actors"] == ["A"]
    assert first["details"]["credits"] == [{"type": "actor", "name": "A", "role": "r"}]
    assert (first["is_new"], second["is_new"]) == (False, True)


@pytest.mark.parametrize("found", [lines, events])
def test_the_filters_are_those_of_the_others(two: Guide, found: Callable[..., list[Any]]) -> None:
    def titles(**filters: Any) -> list[str]:
        return [str(row.get("title") or row["SUMMARY"]) for row in found(two, **filters)]

    assert titles() == ["A", "B", "C"]
    assert titles(channels=["two"]) == ["C"]
    assert titles(provider="q") == ["Worse"]
    assert titles(start=NOON + HOUR) == ["B"]
    assert titles(stop=NOON) == []
    for wrong in ({"channels": ["x"]}, {"provider": "x"}):
        with pytest.raises(NotFoundError):
            found(two, **wrong)


def test_a_calendar_of_one_channel_has_its_name(two: Guide) -> None:
    out = io.BytesIO()
    write_ics(two.db, out, channels=["two"])
    assert b"X-WR-CALNAME:Two\r\n" in out.getvalue()
    out = io.BytesIO()
    write_ics(two.db, out)
    assert b"X-WR-CALNAME:TV guide\r\n" in out.getvalue()


@pytest.mark.parametrize("kind", ["ics", "ndjson"])
def test_the_commands(two: Guide, kind: str) -> None:
    target = two.folder / f"guide.{kind}"
    arguments = ["--db", str(two.path), "export", kind, "--channel", "one", "--output", str(target)]
    ran = CliRunner().invoke(cli, arguments)
    assert ran.exit_code == 0, ran.output
    body = target.read_bytes()
    marks = {"ics": b"BEGIN:VEVENT", "ndjson": b'{"channel":"one"'}
    assert body.count(marks[kind]) == 2


def test_what_a_writer_remembers_does_not_show(two: Guide) -> None:
    """One writer for all rows gives what a new one for each row gives, whatever came before."""
    rows = two.rows("SELECT * FROM programs")
    rows += [{**row, "title": "&" + row["title"], "end_source": "next"} for row in rows]
    rows += [{**row, "icon_url": "http://x/y?a=1&b=2"} for row in rows] + [
        {**row, "rating": "<12>"} for row in rows
    ]
    for form in (Form(), Form("de"), Form(None, True)):
        writer = ProgrammeWriter(form)
        for row in [*rows, *reversed(rows)]:
            assert "".join(writer.programmes([tuple(row[name] for name in ELEMENT)], "c")) == programme(
                row, "c", form
            )


def test_a_writer_keeps_few_shapes_and_no_large_ones() -> None:
    writer = ProgrammeWriter()
    row = {
        "start_time": "2026-11-22T12:00:00Z", "end_time": "2026-11-22T13:00:00Z", "title": "T", "subtitle": None,
        "description": None, "end_source": "feed", "category": "[]", "actors": "[]", "directors": "[]", "icon_url": None,
        "rating": None, "is_new": 0, "season": None, "episode": None,
    }  # fmt: skip
    for number in range(20_000):
        details = json.dumps({"date": str(number)})
        (text,) = writer.programmes([tuple({**row, "details": details}[name] for name in ELEMENT)], "c")
        assert f"<date>{number}</date>" in text
    assert len(writer.shapes) <= 8192
    before = len(writer.shapes)
    details = json.dumps({"date": "x" * 5000})
    (text,) = writer.programmes([tuple({**row, "details": details}[name] for name in ELEMENT)], "c")
    assert "x" * 5000 in text
    assert len(writer.shapes) == before
