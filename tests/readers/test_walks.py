"""The walks find what their readers find, and meet the faults that their readers meet."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.helpers.readers import npm, walks
from tests.helpers.readers.reading import Reading, facts, lost

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tv><channel id="a"><display-name>A</display-name></channel>\n'
)
TIMES = 'start="20261122120000 +0000" stop="20261122130000 +0000" channel="a"'


def document(inner: str, channel: str = "") -> bytes:
    return f"{HEAD}{channel}<programme {TIMES}>{inner}</programme>\n</tv>".encode()


def fields(reading: Reading) -> set[str]:
    ((only,),) = reading.programmes.values()
    return {name for name, _ in only}


DENSE = (
    '<title>T</title><url>http://u</url><country>GB</country><image>http://i</image><icon src="http://j"/>'
)


def test_jellyfin_skips_an_element_that_follows_a_url_at_once() -> None:
    assert fields(walks.jellyfin(document(DENSE))) == {"title", "url", "image"}
    spread = DENSE.replace("><", ">\n<")
    assert fields(walks.jellyfin(document(spread))) == {"title", "url", "country", "image", "icon"}


def test_home_assistant_refuses_an_instruction_among_the_children() -> None:
    with pytest.raises(TypeError):
        walks.home_assistant(document('<?epg end-source="cut"?><title>T</title>'))
    assert fields(walks.home_assistant(document("<title>T</title>"))) == {"title"}


def test_the_strict_reader_refuses() -> None:
    for inner in ("<title>T</title><?epg?>", "<title>T</title><image>http://i</image>"):
        with pytest.raises(ValueError, match=r"instruction|icon"):
            walks.strict(document(inner))


def test_kodi_needs_declaration_stop_and_channel() -> None:
    with pytest.raises(ValueError, match="declaration"):
        walks.kodi(document("<title>T</title>")[39:])
    assert len(walks.kodi(document("<title>T</title>")).programmes) == 1
    without = document("<title>T</title>").replace(b' stop="20261122130000 +0000"', b"")
    assert not walks.kodi(without).programmes
    assert not walks.kodi(document("<title>T</title>").replace(b'channel="a"', b'channel="b"')).programmes


def test_mythtv_reads_names_by_place_and_ids_up_to_a_blank() -> None:
    names = "".join(f"<display-name>{name}</display-name>" for name in ("BBC One", "BBC1", "101"))
    found = walks.mythtv(document("<title>T</title>", f'<channel id="BBC One">{names}</channel>'))
    assert found.channels["BBC"] == [facts([("name", "BBC One"), ("callsign", "BBC1"), ("number", "101")])]


@pytest.mark.parametrize("walk", [walks.jellyfin, walks.tvheadend])
def test_an_episode_comes_from_xmltv_ns(walk: walks.Walk) -> None:
    found = walk(document('<title>T</title><episode-num system="xmltv_ns">1.4/13.0/2</episode-num>'))
    ((only,),) = found.programmes.values()
    assert {("season", "2"), ("episode", "5")} <= only


def test_what_is_lost_is_counted() -> None:
    feed, export = Reading(), Reading()
    feed.programme("a", 1, [("title", "T"), ("icon", {"src": "i", "width": ""}), ("desc", "")])
    feed.programme("a", 1, [("title", "U")])
    export.programme("a", 1, [("title", "T"), ("url", "more")])
    assert lost(feed, export) == {"icon": 1} or lost(feed, export) == {"title": 1}
    export.programme("a", 2, [("title", "new")])
    feed.channel("a", [("number", "1"), ("display-name", {"lang": "en"})])
    export.channel("a", [])
    assert lost(feed, export)["number"] == 1


@pytest.mark.parametrize("package", npm.PACKAGES)
def test_a_reader_of_npm_reads_programmes(package: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(document('<title lang="en">T</title><credits><actor>A</actor></credits>'))
    found = npm.read(package, file)
    assert list(found.programmes) == [("a", 1795348800)]
    assert fields(found) == {"title", "credits.actor"}
    assert [name for name, _ in found.channels["a"][0]] == ["displayName"]


def test_a_reader_of_npm_refuses_an_instruction(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(document('<?epg end-source="cut"?><title>T</title>'))
    with pytest.raises(subprocess.CalledProcessError) as refused:
        npm.read("@iptv/xmltv", file)
    assert b"Unexpected close tag" in refused.value.stderr
