"""`check`: what is wrong with a feed, without a database of one's own."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.core.times import iso
from epg_ingest.pipeline.check import CheckReport, check

from tests.helpers.support import HOUR, NOON, feed, show

ONE = [("one", "One")]


def report(folder: Path, body: bytes, **settings: object) -> CheckReport:
    path = folder / "feed"
    path.write_bytes(body)
    return check(path, **settings)  # type: ignore[arg-type]


def codes(found: CheckReport) -> dict[str, int]:
    totals: dict[str, int] = {}
    for problem in found.problems:
        totals[problem.code] = totals.get(problem.code, 0) + problem.count
    return totals


def test_a_good_feed(tmp_path: Path) -> None:
    shows = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"t{n}") for n in range(3)]
    found = report(tmp_path, feed(shows, ONE))
    assert (found.ok, found.error, found.kind) == (True, None, "plain")
    assert (found.channels, found.programmes, codes(found)) == (1, 3, {})
    assert (found.first, found.last) == (iso(NOON), iso(NOON + 3 * HOUR))


def test_programmes_of_any_age_count(tmp_path: Path) -> None:
    found = report(tmp_path, feed([show("one", NOON - 90_000 * HOUR, NOON - 89_999 * HOUR, "old")], ONE))
    assert (found.ok, found.programmes) == (True, 1)


def test_how_it_is_packed(tmp_path: Path) -> None:
    assert report(tmp_path, gzip.compress(feed([show("one", NOON, NOON + HOUR, "t")], ONE))).kind == "gzip"


PROBLEMS = {
    "badstart": (
        [
            show("one", NOON, NOON + HOUR, "t"),
            '<programme start="x" channel="one"><title>t</title></programme>',
        ],
        ONE,
    ),
    "badstop": ([show("one", NOON, NOON - HOUR, "t"), show("one", NOON + HOUR, NOON + 2 * HOUR, "u")], ONE),
    "emptytitle": (
        [show("one", NOON, NOON + HOUR, " "), show("one", NOON + HOUR, NOON + 2 * HOUR, "u")],
        ONE,
    ),
    "unknownid": ([show("two", NOON, NOON + HOUR, "t"), show("one", NOON, NOON + HOUR, "t")], ONE),
    "channelnoprogramme": ([show("one", NOON, NOON + HOUR, "t")], [*ONE, ("two", "Two")]),
    "duplicateid": ([show("one", NOON, NOON + HOUR, "t")], [*ONE, *ONE]),
    "duplicate": ([show("one", NOON, NOON + HOUR, "t"), show("one", NOON, NOON + HOUR, "u")], ONE),
    "toolong": ([show("one", NOON, NOON + 999 * HOUR, "t")], ONE),
    "overlap": (
        [show("one", NOON, NOON + 3 * HOUR, "t"), show("one", NOON + HOUR, NOON + 2 * HOUR, "u")],
        ONE,
    ),
    "nostop": ([show("one", NOON, None, "t")], ONE),
    "badentity": ([show("one", NOON, NOON + HOUR, "t").replace("t<", "a&b<")], ONE),
}


@pytest.mark.parametrize("code", PROBLEMS)
def test_what_is_wrong(tmp_path: Path, code: str) -> None:
    shows, channels = PROBLEMS[code]
    found = report(tmp_path, feed(shows, channels))
    assert found.ok and codes(found).get(code) == 1
    assert all(problem.message and "\n" not in problem.message for problem in found.problems)


def test_lines(tmp_path: Path) -> None:
    shows = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, "t") for n in range(5)]
    shows.insert(3, '<programme start="never" channel="one">\n<title>t</title></programme>\n')
    body = feed(shows, ONE)
    found = report(tmp_path, body)
    (problem,) = [problem for problem in found.problems if problem.code == "badstart"]
    assert body.splitlines()[(problem.line or 0) - 1].startswith(b'<programme start="never"')
    assert (problem.subject, "never" in str(problem.message)) == ("one", True)


def test_times_without_an_offset(tmp_path: Path) -> None:
    body = feed([show("one", NOON, NOON + HOUR, "t")], ONE).replace(b" +0000", b"")
    found = report(tmp_path, body, zone=ZoneInfo("Europe/Berlin"))
    assert (codes(found), found.first) == ({}, iso(NOON - HOUR))
    found = report(tmp_path, body)
    assert (codes(found), found.first) == ({"missingtimezone": 1}, iso(NOON))


def test_cut_off(tmp_path: Path) -> None:
    found = report(tmp_path, feed([show("one", NOON + n * HOUR, None, "t") for n in range(9)], ONE)[:-50])
    assert (found.ok, found.programmes) == (True, 8)
    assert codes(found)["notwell"] >= 1


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"a": 1}', b"<tv/>", b"hello"])
def test_nothing_usable(tmp_path: Path, body: bytes) -> None:
    found = report(tmp_path, body)
    assert (found.ok, found.programmes, found.first) == (False, 0, None)
    assert found.error and "\n" not in found.error


def test_why_nothing_is_usable(tmp_path: Path) -> None:
    """The problems of a feed that fails are the reason it fails."""
    body = feed([show("one", NOON, None, "t")] * 3, ONE).replace(b"start=", b"begin=")
    found = report(tmp_path, body)
    assert (found.ok, codes(found)["badstart"]) == (False, 3)


def test_a_bomb(tmp_path: Path) -> None:
    found = report(
        tmp_path, gzip.compress(feed([]) + b" " * 1_000_000), limits=Limits(max_unpacked_bytes=10_000)
    )
    assert (found.ok, found.kind, "download.max_unpacked_bytes" in str(found.error)) == (False, "gzip", True)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = check(tmp_path / "nothing.xml")
    assert (found.ok, "does not exist" in str(found.error)) == (False, True)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    report(tmp_path, feed([show("one", NOON, NOON + HOUR, "t")], ONE))
    assert list((tmp_path / "tmp").iterdir()) == []
