"""Exports of the demo and of real feeds, read by the readers that people have: what the feed gives a reader, the export gives
it too, field by field. Walks stand for readers that cannot be installed; the others are the programs themselves.

The real feeds are not part of the project: `$EPG_FEEDS` names their folder. Of a large feed, a part of
the channels is imported and read; tests/pipeline/test_real_feeds.py imports and exports all of it.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from epg_ingest.core.times import xmltv
from epg_ingest.export.form import Form, name_of, safe_id
from xmltv.models import Tv
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from tests.helpers.readers import npm, walks
from tests.helpers.readers.feeds import PARAMS, Case
from tests.helpers.readers.reading import Reading, lost
from tests.helpers.second_reader import moment

pytestmark = pytest.mark.slow

#: py-xmltv reads so many channels
FEW_CHANNELS = 4
START_TAG = re.compile(rb"<programme\b[^>]*>")
TIME = re.compile(rb'(start|stop)="([^"]*)"')


@pytest.fixture(scope="module", params=PARAMS)
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
    body = case.exported(Form(), case.channels[:FEW_CHANNELS])
    # Its classes are of a DTD without <image>.
    config = ParserConfig(fail_on_unknown_properties=b"<image" not in body)
    tv = XmlParser(config=config).from_bytes(body, Tv)
    chosen = set(case.channels[:FEW_CHANNELS])
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
