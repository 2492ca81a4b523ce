"""Real feeds, found in public repositories: each imports with the counts that other tools made, twice, and comes out again.

The files are not part of the project: `$EPG_FEEDS` names their folder. `feeds/expected.json` holds the numbers of the
folder's own README (made with expat, libxml2 and XMLTV's `tv_count`), and what we store where that is another number;
docs/feeds.md explains each.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import lzma
import os
import re
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.times import from_iso, iso
from epg_ingest.export.form import Form
from epg_ingest.export.rows import COLUMNS
from epg_ingest.export.xmltv import write_xmltv
from lxml import etree

from tests.helpers.guide_rows import check_contents
from tests.helpers.paths import FEEDS, ROOT
from tests.helpers.second_reader import Document, Grammar, Placed, overlapping, read, schedule
from tests.helpers.support import DTD, HOUR, NOON, Guide, require, require_program

EXPECTED: dict[str, Any] = json.loads((ROOT / "tests" / "feeds" / "expected.json").read_text())
EPOCH_TIMES = "bad-plain-named-gz-epoch-times.xml.gz"
#: one feed in each packing; the command imports it twice
PACKED = (
    "dst-change-day.xml", "bad-truncated-xml.xml.gz", "vinabil-many-offsets.xml.xz", "bad-tar-inside-gz.xml.gz",
)  # fmt: skip
#: of a feed with so many programmes, a second reader and an export see the channels whose checksum this number divides
LARGE, SHARE = 30_000, 7

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FEEDS.is_dir() and "EPG_FEEDS" not in os.environ,
        reason="there are no real feeds beside the checkout; EPG_FEEDS may name their folder",
    ),
]


def body_of(name: str) -> bytes:
    require((FEEDS / name).is_file(), f"the feed {name} is not in $EPG_FEEDS")
    return (FEEDS / name).read_bytes()


def plain(body: bytes) -> bytes:
    """A feed unpacked, by tools of the standard library."""
    if body.startswith(b"\x1f\x8b"):
        return plain(gzip.decompress(body))
    if body.startswith(b"\xfd7zXZ"):
        return lzma.decompress(body)
    if body[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            member = archive.extractfile(archive.next() or "")
            assert member is not None
            return member.read()
    return body


def well_formed(text: bytes) -> bytes:
    """The document with its known damage mended by hand: bare `&`, names that HTML has, an end that was cut off, control
    characters in UTF-8 that were meant as those of windows-1252."""
    text = re.sub(
        rb"\xc2([\x80-\x9f])", lambda found: found[1].decode("cp1252", "ignore").encode() or found[0], text
    )
    text = re.sub(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w+;)?", _entity, text)
    if not text.rstrip(b"\0\r\n\t ").endswith(b"</tv>"):
        text = text[: text.rindex(b"</programme>") + len(b"</programme>")] + b"</tv>"
    return text.rstrip(b"\0")


def seventh(text: bytes) -> bytes:
    """A well-formed document with a seventh of its channels and all that they show."""

    def kept(found: re.Match[bytes]) -> bytes:
        return b"" if zlib.crc32(html.unescape(found[1].decode()).encode()) % SHARE else found[0]

    text = re.sub(rb'<channel\s[^>]*?\bid="([^"]*)"[^>]*>.*?</channel>', kept, text, flags=re.DOTALL)
    return re.sub(rb'<programme\s[^>]*?\bchannel="([^"]*)"[^>]*>.*?</programme>', kept, text, flags=re.DOTALL)


def _entity(found: re.Match[bytes]) -> bytes:
    text = html.unescape(found[0].decode())
    return found[0].replace(b"&", b"&amp;") if text == found[0].decode() else text.encode()


class Case:
    """One feed, imported once into a database of its own; `expected` says what is known of it."""

    def __init__(self, expected: dict[str, Any], body: bytes, folder: Path) -> None:
        self.folder, self.expected, self.body = folder, expected, body
        self.guide = Guide(folder).as_written()
        self.first = self.guide.load("real", self.body)

    @cached_property
    def grammar(self) -> Grammar:
        require(DTD.is_file(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
        return Grammar(DTD)

    def read(self, text: bytes, facts: bool = False) -> Document:
        return read(text, self.grammar if facts else None)

    @cached_property
    def document(self) -> Document:
        return self.read(well_formed(plain(self.body)), facts=DTD.is_file())

    @cached_property
    def export(self) -> Path:
        path = self.folder / "export.xml"
        with path.open("wb") as out:
            assert write_xmltv(self.guide.db, out, form=Form(round_trip=True)) == self.stored
        return path

    @property
    def stored(self) -> int:
        if "distinct" not in self.expected:
            return int(self.guide.db.execute("SELECT count(*) FROM programs").fetchone()[0])
        return int(self.expected.get("stored", self.expected["distinct"]))


def is_large(name: str) -> bool:
    return bool(EXPECTED[name]["programmes"] >= LARGE)


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.slow] if is_large(name) else []) for name in EXPECTED],
)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    name = request.param
    made = Case(EXPECTED[name], body_of(name), tmp_path_factory.mktemp("feed"))
    yield made
    made.guide.close()


@pytest.fixture(scope="module")
def part(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Of a large feed, a seventh of the channels, of which nothing is known beforehand; else the whole feed."""
    if case.expected["programmes"] < LARGE:
        yield case
        return
    made = Case({}, seventh(well_formed(plain(case.body))), tmp_path_factory.mktemp("part"))
    assert case.stored / SHARE / 2 < made.stored < case.stored / SHARE * 2
    yield made
    made.guide.close()


def programmes(guide: Guide) -> list[Any]:
    """Everything that a feed fills, by channel and start."""
    columns = ", ".join("p." + name for name in COLUMNS)
    return guide.db.execute(
        f"SELECT c.name, {columns} FROM programs p JOIN channels c ON c.id = p.channel_id ORDER BY c.name, p.start_time"
    ).fetchall()


def channels(guide: Guide) -> list[Any]:
    return guide.db.execute(
        "SELECT c.name, c.display_name, c.icon_url, c.number, c.hidden, m.provider_channel_id, f.number, f.icons, f.urls,"
        " f.names"
        " FROM channels c JOIN channel_mappings m ON m.channel_id = c.id"
        " JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id"
        " ORDER BY c.name"
    ).fetchall()


def test_the_counts_are_those_of_other_tools(case: Case) -> None:
    expected, row, db = case.expected, case.first, case.guide.db
    problems = case.guide.problems(row)
    assert (row["status"], problems) == (expected.get("status", "success"), expected["problems"])
    count, first, last = db.execute(
        "SELECT count(*), min(start_time), max(end_time) FROM programs"
    ).fetchone()
    assert (count, first) == (case.stored, expected["first"])
    assert last == expected.get("last_stored", expected["last"])
    ends = db.execute("SELECT end_source, count(*) FROM programs GROUP BY 1").fetchall()
    assert dict(ends) == expected["ends"]
    assert row["programs_imported"] == case.stored
    assert row["programs_skipped"] == expected["distinct"] - case.stored
    assert expected["programmes"] - expected["distinct"] == problems.get("duplicate", 0)
    assert (
        row["channels_added"]
        == db.execute("SELECT count(*) FROM channels").fetchone()[0]
        == expected["channels"]
    )


def test_known_programmes_are_shown(case: Case) -> None:
    shown = {(channel, start): title for channel, start, _, title in case.guide.shown()}
    assert len(shown) == case.stored
    for channel, start, title in case.expected["shown"]:
        assert shown[channel, start] == title


def test_a_second_reader_finds_the_same_programmes(part: Case) -> None:
    expected = {key: _stored(placed) for key, placed in schedule(part.document).items()}
    columns = "c.name, p.start_time, p.end_time, p.end_source, p.details ->> '$.stop', p.title, p.subtitle, p.description"
    found = part.guide.db.execute(f"SELECT {columns} FROM programs p JOIN channels c ON c.id = p.channel_id")
    stored = {(name, from_iso(start)): tuple(rest) for name, start, *rest in found}
    differing = {
        key: (stored.get(key), expected.get(key))
        for key in stored | expected
        if stored.get(key) != expected.get(key)
    }
    assert not differing
    if part.expected:
        assert overlapping(part.document) == part.expected["overlapping"]


def _stored(placed: Placed) -> tuple[Any, ...]:
    """A programme as the columns of the database have it."""
    show, end, source, own = placed
    return iso(end), source, None if own is None else iso(own), show.title, show.subtitle, show.description


def test_a_second_reader_finds_the_same_channels_and_problems(part: Case) -> None:
    document, used = part.document, {show.channel for show in part.document.shows}
    assert document.found == part.expected.get("programmes", part.body.count(b"<programme "))
    wrong = {code: count for code, count in document.wrong.items() if count}
    wrong["unknownid"] = len(used - set(document.channels))
    wrong["channelnoprogramme"] = len(set(document.channels) - used)
    wrong["duplicate"] = len(document.shows) - len(schedule(document))
    problems = part.guide.problems(part.first)
    assert {code: problems.get(code, 0) for code in wrong} == wrong
    stored = {row[5]: row for row in channels(part.guide)}
    assert stored.keys() == used | document.channels.keys()
    for name, (names, icons, links) in document.channels.items():
        display_name, (said_icons, said_urls, said_names) = (
            stored[name][1],
            map(json.loads, stored[name][-3:]),
        )
        said = [(entry["text"], entry.get("lang")) for entry in said_names]
        assert said == sorted(names, key=lambda given: given[0] != display_name)
        assert [entry["src"] for entry in said_icons] == icons
        assert [entry["text"] for entry in said_urls] == links


def test_the_same_programmes_again_write_nothing(case: Case) -> None:
    guide = case.guide
    before = _everything(guide)
    same = guide.load("real", case.body, now=NOON + HOUR)
    other = guide.load("real", _elsewhere(case.body), now=NOON + 2 * HOUR)
    for row in (same, other):
        assert row["status"] == case.first["status"]
        assert row["programs_unchanged"] == case.stored
        assert (row["programs_imported"], row["programs_updated"], row["programs_removed"]) == (0, 0, 0)
    assert same["sha256"] == case.first["sha256"] != other["sha256"]
    assert _everything(guide) == before
    again = {
        "duplicate",
        "duplicateid",
        "channelnoprogramme",
        "unknownid",
        "emptytitle",
        "badentity",
        "notwell",
    }
    found = {code: count for code, count in guide.problems(case.first).items() if code in again}
    assert {code: count for code, count in guide.problems(other).items() if code in again} == found


def _everything(guide: Guide) -> list[list[Any]]:
    """The rows with their ids and times of change, the generation, the channels."""
    tables = ("contents ORDER BY id", "airings ORDER BY id", "generation", "channels", "channel_mappings")
    return [guide.db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def _elsewhere(body: bytes) -> bytes:
    """The same programmes in a file that differs elsewhere: a comment and an attribute more; an archive packed once again."""
    text = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    if text[257:262] == b"ustar":
        return gzip.compress(text, 1)
    changed = re.sub(rb"<tv\b([^>]*)>", rb'<tv\1 x-run="2"><!-- made again -->', plain(body), count=1)
    assert changed != plain(body)
    return changed


def test_the_search_index_is_exact(case: Case) -> None:
    check_contents(case.guide.db.conn)


def test_the_export_is_valid(part: Case) -> None:
    require(DTD.is_file(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    dtd = etree.DTD(str(DTD))
    document = etree.parse(part.export, etree.XMLParser(huge_tree=True))
    assert dtd.validate(document), dtd.error_log.filter_from_errors()[:5]  # type: ignore[attr-defined]  # lxml-stubs lack it
    assert len(document.findall("programme")) == part.stored


def test_the_export_keeps_all_that_the_dtd_knows(part: Case) -> None:
    exported = part.read(part.export.read_bytes(), facts=True)
    facts = {key: placed.show.facts for key, placed in schedule(part.document).items()}
    found = {(show.channel, show.start): show.facts for show in exported.shows}
    assert found.keys() == facts.keys()
    assert any(facts.values())
    lost = {key: (set(facts[key]) ^ set(found[key])) for key in facts if facts[key] != found[key]}
    assert not lost


def test_the_export_imports_to_the_same_guide(part: Case, tmp_path: Path) -> None:
    copy = Guide(tmp_path).as_written()
    try:
        assert copy.load("real", part.export.read_bytes())["status"] == "success"
        assert programmes(copy) == programmes(part.guide)
        assert channels(copy) == [_named(*row) for row in channels(part.guide)]
    finally:
        copy.close()


def _named(name: str, display_name: str, *facts: Any) -> tuple[Any, ...]:
    """A channel as its export says it: the DTD wants a name, so one that the feed does not name gets that of its id."""
    *others, names = facts
    if names == "[]":
        names = json.dumps([{"text": display_name}], separators=(",", ":"), ensure_ascii=False)
    return (name, display_name, *others, names)


def epg_ingest(folder: Path, file: Path, status: int = 0) -> Any:
    """Import a file with the command; the row of the import log that it prints."""
    command = [
        sys.executable,
        "-m",
        "epg_ingest.cli",
        "--db",
        str(folder / "epg.db"),
        "import",
        "--json",
    ]
    environment = {**os.environ, "EPG_RETENTION_DAYS": "none"}
    done = subprocess.run(
        [*command, "--file", str(file), "--provider", "real"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr
    (row,) = json.loads(done.stdout)
    return row


@pytest.mark.parametrize("name", PACKED)
def test_the_command_imports_it_twice(name: str, tmp_path: Path) -> None:
    body_of(name)
    stored = EXPECTED[name].get("stored", EXPECTED[name]["distinct"])
    first, second = epg_ingest(tmp_path, FEEDS / name), epg_ingest(tmp_path, FEEDS / name)
    assert (first["programs_imported"], first["programs_unchanged"]) == (stored, 0)
    assert (second["programs_imported"], second["programs_unchanged"]) == (0, stored)


def test_unix_times_are_refused(tmp_path: Path) -> None:
    body_of(EPOCH_TIMES)
    row = epg_ingest(tmp_path, FEEDS / EPOCH_TIMES, status=1)
    assert (row["status"], row["error_code"], row["programs_skipped"]) == ("failed", "noprogrammes", 1540)
    assert "badstart" in row["error_message"]
    guide = Guide(tmp_path)
    try:
        assert guide.problems(row) == {"badstart": 1540}
        assert guide.rows() == [] and guide.rows("SELECT * FROM channels") == []
    finally:
        guide.close()


@pytest.mark.parametrize("name", ["dst-change-day.xml", "bad-unescaped-amp.xml"])
def test_xmltv_own_tools_accept_the_export(name: str, tmp_path: Path, guide: Guide) -> None:
    sort, validate = require_program("tv_sort"), require_program("tv_validate_file")
    require(DTD.is_file(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    guide.load("real", body_of(name))
    export, ordered = tmp_path / "export.xml", tmp_path / "sorted.xml"
    with export.open("wb") as out:
        write_xmltv(guide.db, out)
    done = subprocess.run([sort, "--output", ordered, export], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert ordered.read_text().count("<programme ") == EXPECTED[name]["distinct"]
    done = subprocess.run([validate, "--dtd-file", DTD, export], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
