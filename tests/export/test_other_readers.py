"""The XMLTV export as another program's reader sees it: py-xmltv, typed from the DTD, which refuses what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xmltv.models import Tv
from xsdata.formats.dataclass.parsers import XmlParser

from tests.helpers.datasette_helpers import serving
from tests.helpers.support import Guide

EVERYTHING = """
<programme start="20261122200000 +0100" stop="20261122210000 +0100" channel="one" pdc-start="20261122200000 +0100"
  showview="12-34" videoplus="56" clumpidx="0/1">
  <title lang="en">Evening &amp; news</title><title lang="de">Abend</title><sub-title lang="en">Part 1</sub-title>
  <desc lang="en">What &lt;happened&gt;.</desc>
  <credits><director>D. Rector</director><actor role="Anna">A. Actor</actor><guest>G. Uest</guest></credits>
  <date>2025</date><category lang="en">News</category><keyword lang="en">world</keyword><language>en</language>
  <orig-language>de</orig-language><length units="minutes">60</length><icon src="http://127.0.0.1/i.png" width="10"/>
  <url>http://127.0.0.1/p</url><country>DE</country><episode-num system="xmltv_ns">1.2.0/1</episode-num>
  <video><aspect>16:9</aspect><quality>HDTV</quality></video><audio><stereo>stereo</stereo></audio>
  <previously-shown start="20260101000000 +0000"/><premiere lang="en">First</premiere><last-chance>Last</last-chance>
  <new/><subtitles type="teletext"><language>de</language></subtitles>
  <rating system="BBFC"><value>PG</value></rating><star-rating><value>7/10</value></star-rating>
  <review type="text" source="Paper" lang="en">Good.</review>
</programme>
"""


async def test_py_xmltv_reads_every_element(tmp_path: Path) -> None:
    body = f'<tv><channel id="one"><display-name>One</display-name></channel>{EVERYTHING}</tv>'
    tv = await export(tmp_path, body.encode())
    (channel,), (found,) = tv.channel, tv.programme
    assert (channel.id, channel.display_name[0].content) == ("one", ["One"])
    assert (found.start, found.stop) == ("20261122190000 +0000", "20261122200000 +0000")
    assert [title.content for title in found.title] == [["Evening & news"], ["Abend"]]
    assert found.desc[0].content == ["What <happened>."]
    assert found.credits.actor[0].role == "Anna"
    assert found.rating[0].value == "PG"
    assert found.new is not None
    assert (found.pdc_start, found.showview) == ("20261122200000 +0100", "12-34")


async def export(tmp_path: Path, body: bytes) -> Any:
    """The feed imported, served and read back."""
    guide = Guide(tmp_path)
    try:
        guide.load("feed", body)
        async with serving(guide.path) as ds:
            found = await ds.client.get("/xmltv.xml")
    finally:
        guide.close()
    assert found.status_code == 200
    return XmlParser().from_bytes(found.content, Tv)
