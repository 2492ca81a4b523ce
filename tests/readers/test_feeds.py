"""Exports of the demo and of real feeds, read by the readers that people have: what the feed gives a reader, the export gives
it too, field by field. Walks stand for readers that cannot be installed; the others are the programs themselves.

The real feeds are not part of the project: `$EPG_FEEDS` names their folder. Of a large feed, every fifth channel is read.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.times import xmltv
from epg_ingest.export.form import Form, name_of, safe_id
from epg_ingest.export.xmltv import write_xmltv
from lxml import etree
from xmltv.models import Tv
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from demo import feeds as demo
from tests.helpers.paths import FEEDS
from tests.helpers.readers import npm, walks
from tests.helpers.readers.reading import Reading, lost
from tests.helpers.second_reader import moment
from tests.helpers.support import DTD, Guide, require, require_program
from tests.pipeline.test_real_feeds import EXPECTED, plain, well_formed

HERE = FEEDS.is_dir() or "EPG_FEEDS" in os.environ
DEMO = ("demo north", "demo south")
#: feeds of several countries for the same days
SAME_WEEK = tuple(f"same-week/{country}.xml.gz" for country in ("be2", "de1", "fr1", "ie1", "uk1"))
LARGE = (*SAME_WEEK, *(name for name in EXPECTED if EXPECTED[name].get("large")))
EVERY = 5
#: the tools of the XMLTV project read about 1,000 programmes a second
TOOL_CHANNELS = 4
PROGRAMME = re.compile(rb'<programme\b[^>]*?channel="([^"]*)".*?</programme>', re.DOTALL)
START_TAG = re.compile(rb"<programme\b[^>]*>")
TIME = re.compile(rb'(start|stop)="([^"]*)"')


class Case:
    """A feed, imported into a guide of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.guide = Guide(folder)
        self.body = body_of(name)
        assert self.guide.load("feed", self.body)["status"] in ("success", "partial")
        names = [row["name"] for row in self.guide.rows("SELECT name FROM channels ORDER BY id")]
        self.large = name in LARGE
        self.channels = names[::EVERY] if self.large else names

    @cached_property
    def feed(self) -> bytes:
        """The feed as plain XML, mended where it is not well-formed."""
        text, chosen = one_number(well_formed(plain(self.body))), set(self.channels)
        if not self.large:
            return text
        return PROGRAMME.sub(
            lambda found: found[0] if html.unescape(found[1].decode()).strip() in chosen else b"", text
        )

    @cached_property
    def export(self) -> bytes:
        return self.exported(Form())

    def exported(self, form: Form, channels: list[str] | None = None) -> bytes:
        path = self.folder / "export.xml"
        with path.open("wb") as out:
            write_xmltv(self.guide.db, out, form=form, channels=channels or self.channels)
        return path.read_bytes()

    def file(self, name: str, body: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(body)
        return path


def one_number(feed: bytes) -> bytes:
    """The feed without names that are numbers and contradict the `<lcn>` of their channel. The guide has the `<lcn>`, and an
    export has the guide's number only, as some readers take the last one."""

    def kept(channel: re.Match[bytes]) -> bytes:
        lcn = re.search(rb"<lcn>\s*([0-9.]+)\s*</lcn>", channel[0])
        if lcn is None:
            return channel[0]
        other = rb"<display-name[^>]*>\s*(?!%b\s*<)[0-9]+\s*</display-name>" % re.escape(lcn[1])
        return re.sub(other, b"", channel[0])

    return re.sub(rb"<channel .*?</channel>", kept, feed, flags=re.DOTALL)


def body_of(name: str) -> bytes:
    if name in DEMO:
        return getattr(demo, name.split()[1])(datetime(2026, 11, 22, 12, tzinfo=timezone.utc))  # type: ignore[no-any-return]
    require((FEEDS / name).is_file(), f"the feed {name} is not in $EPG_FEEDS")
    return (FEEDS / name).read_bytes()


@pytest.fixture(
    scope="module",
    params=[
        *DEMO,
        *(
            pytest.param(
                name,
                marks=[
                    pytest.mark.skipif(
                        not HERE,
                        reason="there are no real feeds beside the checkout; EPG_FEEDS may name their folder",
                    ),
                    *([pytest.mark.slow] if name in LARGE else []),
                ],
            )
            for name in (*EXPECTED, *SAME_WEEK)
        ),
    ],
)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    made = Case(request.param, tmp_path_factory.mktemp("feed"))
    yield made
    made.guide.close()


def read(reader: Any, *arguments: Any) -> Reading | None:
    """What a reader finds in a feed; None where it refuses the feed itself."""
    try:
        return reader(*arguments)  # type: ignore[no-any-return]
    except (TypeError, ValueError, AttributeError, subprocess.CalledProcessError):
        return None


def compare(feed: Reading | None, export: Reading, stored: int) -> Counter[str]:
    """What the export lost. It has every programme, also those for which the reader needs what the feed lacks."""
    assert len(export.programmes) == stored > 0
    missing = lost(feed, export) if feed else Counter()
    # Not in the DTD. The number is a display name, see `test_the_number_of_a_channel_reaches_every_reader`.
    del missing["lcn"]
    return missing


def count(case: Case) -> int:
    chosen = set(case.channels)
    return sum(channel in chosen for channel, *_ in case.guide.shown())


@pytest.mark.parametrize("name", walks.WALKS)
def test_a_walk_loses_nothing(case: Case, name: str) -> None:
    walk = walks.WALKS[name]
    assert not compare(read(walk, case.feed), walk(case.export), count(case))


def in_utc(text: bytes) -> bytes:
    """The document with its times as the importer reads them. Readers differ in times without seconds or without an offset."""

    def written(found: re.Match[bytes]) -> bytes:
        seconds = moment(found[2].decode())
        return found[0] if seconds is None else found[1] + f'="{xmltv(seconds)}"'.encode()

    return START_TAG.sub(lambda tag: TIME.sub(written, tag[0]), text)


@pytest.mark.parametrize("package", npm.PACKAGES)
def test_a_reader_of_npm_loses_nothing(case: Case, package: str) -> None:
    export = npm.read(package, case.file("export.xml", case.export))
    feed = read(npm.read, package, case.file("feed.xml", in_utc(case.feed)))
    assert not compare(feed, export, count(case))


def test_py_xmltv_reads_all(case: Case) -> None:
    body = case.exported(Form(), case.channels[:TOOL_CHANNELS])
    # Its classes are of a DTD without <image>.
    config = ParserConfig(fail_on_unknown_properties=b"<image" not in body)
    tv = XmlParser(config=config).from_bytes(body, Tv)
    chosen = set(case.channels[:TOOL_CHANNELS])
    shown = Counter((channel, title) for channel, _, _, title in case.guide.shown() if channel in chosen)
    assert len(tv.channel) == len(chosen)
    assert all(programme.stop for programme in tv.programme)
    titles = Counter(channel for channel, _ in shown.elements())
    assert Counter(programme.channel for programme in tv.programme) == titles


def test_the_strict_reader_takes_it(case: Case) -> None:
    assert len(walks.strict(case.export).programmes) == count(case)


def test_the_number_of_a_channel_reaches_every_reader(case: Case) -> None:
    numbers = {
        row["name"]: row["number"]
        for row in case.guide.rows("SELECT name, number FROM channels WHERE number IS NOT NULL")
    }
    for walk in (walks.jellyfin, walks.tvheadend):
        found = walk(case.export).channels
        for channel in numbers.keys() & set(case.channels):
            assert ("number", f'"{numbers[channel]}"') in found[channel][0]
    found = walks.mythtv(case.exported(Form(safe_ids=True))).channels
    for channel in numbers.keys() & set(case.channels):
        assert ("number", f'"{numbers[channel]}"') in found[safe_id(channel)][0]


def test_safe_ids_are_whole_where_ids_end_at_a_blank(case: Case) -> None:
    found = walks.mythtv(case.exported(Form(safe_ids=True)))
    assert [name_of(ident) for ident in found.channels] == case.channels
    plain_ids = walks.kodi(case.export)
    assert {(name_of(ident), start) for ident, start in found.programmes} == plain_ids.programmes.keys()


def test_each_programme_begins_a_line(case: Case) -> None:
    tags = [line.split(b" ")[0] for line in case.export.splitlines()]
    assert case.export.count(b"<programme ") == tags.count(b"<programme")


def commands(file: Path, folder: Path) -> list[list[str]]:
    return [
        ["tv_cat", str(file)],
        ["tv_sort", "--by-channel", str(file)],
        ["tv_grep", "--title", ".", str(file)],
        ["tv_split", "--output", f"{folder}/%channel-%Y%m%d.xml", str(file)],
        ["tv_to_latex", str(file)],
        ["tv_to_text", str(file)],
        ["tv_validate_file", "--dtd-file", str(DTD), str(file)],
    ]


def with_several_numbers(case: Case) -> set[str]:
    """Channels with a programme to which the feed gives several `xmltv_ns`. They stay, and tv_validate_file reads them as one
    number that is none."""
    programmes = etree.fromstring(case.export).iterchildren("programme")
    return {
        programme.get("channel", "")
        for programme in programmes
        if len(programme.findall("episode-num[@system='xmltv_ns']")) > 1
    }


@pytest.mark.parametrize("place", range(7), ids=[command[0] for command in commands(Path(), Path())])
def test_the_tools_of_the_xmltv_project_take_it(case: Case, place: int, tmp_path: Path) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    # A channel without programmes is a fault for tv_validate_file, and stays in exports for its name and logo.
    shown = {channel for channel, *_ in case.guide.shown()} - with_several_numbers(case)
    used = [name for name in case.channels if name in shown]
    file = case.file("tools.xml", case.exported(Form(safe_ids=True), used[:TOOL_CHANNELS]))
    shutil.copy(DTD, case.folder / "xmltv.dtd")
    command = commands(file, tmp_path)[place]
    program = require_program(command[0])
    ran = subprocess.run(
        [program, *command[1:]], capture_output=True, timeout=300, cwd=case.folder, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    titles = len(etree.parse(str(file)).findall("programme"))
    if command[0] in ("tv_cat", "tv_sort", "tv_grep"):
        assert ran.stdout.count(b"<programme ") == titles
    if command[0] == "tv_split":
        assert sum(path.read_bytes().count(b"<programme ") for path in tmp_path.glob("*.xml")) == titles
