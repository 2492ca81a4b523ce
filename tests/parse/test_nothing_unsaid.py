"""What the DTD does not allow within the elements that it has: it is kept, or reported."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from epg_ingest.export.xmltv import write_xmltv
from lxml import etree

from tests.helpers.support import HOUR, NOON, Guide, feed, show


def only(guide: Guide, inner: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, int]]:
    """The row of a programme with these children, its details and the problems."""
    row = guide.load("p", feed([show("one", NOON, NOON + HOUR, "T", inner)], [("one", "One")]))
    (found,) = guide.rows()
    return found, json.loads(found["details"]), guide.problems(row)


@pytest.mark.parametrize(
    ("inner", "details"),
    [
        (
            "<video><quality>HDTV</quality><quality>UHD</quality><aspect>16:9</aspect></video>",
            {"video": {"aspect": "16:9", "quality": "HDTV", "more": {"quality": ["UHD"]}}},
        ),
        (
            "<audio><stereo>mono</stereo><stereo>dolby</stereo></audio>",
            {"audio": {"stereo": "mono", "more": {"stereo": ["dolby"]}}},
        ),
        (
            "<subtitles type='teletext'><language lang='x'>en</language><language>de</language></subtitles>",
            {"subtitles": [{"type": "teletext", "language": {"text": "en", "lang": "x"}, "more": {"language": ["de"]}}]},
        ),
        (
            "<video><present>yes</present></video><video><quality>A</quality><quality>B</quality></video>",
            {"video": {"present": "yes", "quality": "A", "more": {"quality": ["B"]}}},
        ),
    ],
)  # fmt: skip
def test_second_parts(guide: Guide, inner: str, details: dict[str, Any]) -> None:
    _, found, problems = only(guide, inner)
    assert (found, problems) == (details, {"notvalid": 1})


@pytest.mark.parametrize(
    "icon",
    ["<Icon SRC='@'/>", "<icon SRC='@'/>", "<icon Src = \"@\"/>", "<icon link='@'/>", "<icon value=' @ '/>",
     "<icon><img src='@'/></icon>",
     "<icon href='@'/>", "<icon><a><url>@</url></a></icon>", "<icon HREF='@'/>"],
)  # fmt: skip
def test_addresses_of_icons(guide: Guide, icon: str) -> None:
    row, _, problems = only(guide, icon.replace("@", "http://127.0.0.1/i"))
    assert (row["icon_url"], problems) == ("http://127.0.0.1/i", {})


@pytest.mark.parametrize(
    "element", ["<{0} url='@'/>", "<{0} link='@'/>", "<{0} SRC='@'/>", "<{0}><a href='@'/></{0}>"]
)
@pytest.mark.parametrize("tag", ["image", "url"])
def test_addresses_of_images_and_links(guide: Guide, tag: str, element: str) -> None:
    _, details, problems = only(guide, element.format(tag).replace("@", "http://127.0.0.1/i"))
    assert (details, problems) == ({tag: [{"text": "http://127.0.0.1/i"}]}, {})


def test_attributes_in_any_case(guide: Guide) -> None:
    inner = (
        "<desc LANG='de'>D</desc><length Units='hours'>1</length><credits><actor ROLE='r' Guest='yes'>A</actor>"
        "<actor Value='B'/><actor NAME='C'/></credits><rating SYSTEM='MPAA'><value>PG</value></rating><foo Bar='1'>x</foo>"
    )
    row, details, problems = only(guide, inner)
    assert details == {
        "desc": [{"lang": "de"}],
        "credits": [
            {"type": "actor", "name": "A", "role": "r", "guest": "yes"},
            {"type": "actor", "name": "B"},
            {"type": "actor", "name": "C"},
        ],
        "length": {"text": "1", "units": "hours"},
        "rating": [{"value": "PG", "system": "MPAA"}],
        "foo": [{"text": "x", "Bar": "1"}],
    }
    assert (json.loads(row["actors"]), problems) == (["A", "B", "C"], {"notvalid": 1})


@pytest.mark.parametrize(
    "credits", ["X<actor>A</actor>", "<actor>A</actor>X", "<actor>A</actor> and <actor role='r'>B</actor>"]
)
def test_text_between_people(guide: Guide, credits: str) -> None:
    row, _, problems = only(guide, f"<credits>{credits}</credits>")
    assert json.loads(row["actors"])[0] == "A"
    assert problems == {"notvalid": 1}


@pytest.mark.parametrize(
    ("channel", "problems"),
    [
        ('<channel id="one">First</channel>', {}),
        ('<channel id="one" display-name="First"/>', {}),
        ('<channel id="one" name=" First "/>', {}),
        ('<channel id="one" Name="First"><icon src="i"/></channel>', {}),
        ('<channel id="one"><display-name>First</display-name>x</channel>', {"notvalid": 1}),
        ('<channel id="one" name="x"><display-name>First</display-name></channel>', {}),
    ],
)
def test_names_of_channels(guide: Guide, channel: str, problems: dict[str, int]) -> None:
    body = feed([show("one", NOON, NOON + HOUR, "T")], [("one", "One")]).decode()
    body = body[: body.index("<channel")] + channel + body[body.index("<programme") :]
    row = guide.load("p", body.encode())
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "First"}]
    assert guide.problems(row) == problems


def test_an_export_stays_valid(guide: Guide) -> None:
    only(
        guide,
        "<video><quality>HDTV</quality><quality>UHD</quality></video>"
        "<subtitles><language>en</language><language>de</language></subtitles>",
    )
    out = io.BytesIO()
    write_xmltv(guide.db, out)
    programme = etree.fromstring(out.getvalue()).find("programme")
    assert programme is not None
    written = [etree.tostring(child, with_tail=False) for child in programme.findall("*")[1:]]
    assert [text.replace(b"\n", b"") for text in written] == [
        b"<video><quality>HDTV</quality></video>",
        b"<subtitles><language>en</language></subtitles>",
    ]
