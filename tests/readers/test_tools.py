"""The tools of the XMLTV project (Debian: xmltv-util) take what we export: one document with programmes of every feed.

They are Perl programs: they take half a second to start and read about 1,000 programmes a second.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from epg_ingest.export.form import Form
from lxml import etree

from tests.helpers.readers.feeds import DEMO, HERE, Case
from tests.helpers.support import DTD, require, require_program
from tests.pipeline.test_real_feeds import EXPECTED

pytestmark = pytest.mark.slow

NAMES = (*DEMO, *(EXPECTED if HERE else ()))
#: channels of each feed, and programmes of each of them
CHANNELS, PROGRAMMES = 4, 25
DOCTYPE = '<!DOCTYPE tv SYSTEM "xmltv.dtd">'


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of all feeds joined; the place of the feed stands before each id."""
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    folder = tmp_path_factory.mktemp("tools")
    joined = etree.Element("tv")
    programmes: list[etree._Element] = []
    for place, name in enumerate(NAMES):
        case = Case(name, tmp_path_factory.mktemp("feed"))
        for channel, shown in some_of(case):
            channel.set("id", f"f{place}.{channel.get('id')}")
            joined.append(channel)
            for programme in shown:
                programme.set("channel", str(channel.get("id")))
            programmes += shown
        case.guide.close()
    joined.extend(programmes)
    shutil.copy(DTD, folder / "xmltv.dtd")
    file = folder / "tools.xml"
    file.write_bytes(etree.tostring(joined, encoding="UTF-8", xml_declaration=True, doctype=DOCTYPE))
    return file


def some_of(case: Case) -> list[tuple[etree._Element, list[etree._Element]]]:
    """Channels with programmes, and the first programmes of each.

    tv_validate_file finds fault with a channel without programmes, and reads several `xmltv_ns` of one programme as one number
    that is none. Exports keep both, because the feeds say so.
    """
    tv = etree.fromstring(case.exported(Form(safe_ids=True)))
    found: dict[str, list[etree._Element]] = {}
    for programme in tv.iterchildren("programme"):
        if len(programme.findall("episode-num[@system='xmltv_ns']")) < 2:
            found.setdefault(str(programme.get("channel")), []).append(programme)
    channels = [channel for channel in tv.iterchildren("channel") if channel.get("id") in found]
    return [(channel, found[str(channel.get("id"))][:PROGRAMMES]) for channel in channels[:CHANNELS]]


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


@pytest.mark.parametrize("place", range(7), ids=[command[0] for command in commands(Path(), Path())])
def test_the_tools_of_the_xmltv_project_take_it(document: Path, place: int, tmp_path: Path) -> None:
    command = commands(document, tmp_path)[place]
    program = require_program(command[0])
    ran = subprocess.run(
        [program, *command[1:]], capture_output=True, timeout=300, cwd=document.parent, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    titles = len(etree.parse(str(document)).findall("programme"))
    assert titles > PROGRAMMES
    if command[0] in ("tv_cat", "tv_sort", "tv_grep"):
        assert ran.stdout.count(b"<programme ") == titles
    if command[0] == "tv_split":
        assert sum(path.read_bytes().count(b"<programme ") for path in tmp_path.glob("*.xml")) == titles
