"""Children whose end tags are damaged: each keeps its own text, and no rest of a tag becomes text."""

from __future__ import annotations

import re

import pytest

from tests.helpers.support import Guide
from tests.repair.test_balance import children

CHILDREN = (
    '<title lang="en">Film</title><sub-title>Part</sub-title><desc>Two <b>bold</b> words</desc>'
    "<credits><director>D</director><actor>A</actor><actor>B</actor></credits><date>2016</date>"
    '<category>Drama</category><category>News</category><episode-num system="onscreen">S1E2</episode-num>'
    "<video><quality>HDTV</quality></video><rating><value>12</value></rating>"
)
WHOLE = (
    "title Film|sub-title Part|desc Two[b bold]|credits [director D][actor A][actor B]|date 2016"
    "|category Drama|category News|episode-num S1E2|video [quality HDTV]|rating [value 12]"
)
LINES = "\n  " + CHILDREN.replace("><", ">\n  <") + "\n"
#: an end tag, and what became of it
DAMAGES = [
    r"</\1", r"</\1 ", r"</\1\n", r"< /\1>", r"</ \1>", r"< / \1 >", r"<\\\1>", r"<\\/\1>", r"<//\1>", r"</\1/>", r"</\1 />",
    r"</>", r"</ >", r"</\1 x>", r'</\1 lang="en">', "</\\1\u00a0>",
]  # fmt: skip
END = "</((?!b>)[a-z-]+)>"


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("layout", [CHILDREN, LINES])
def test_all_end_tags_of_a_programme(damage: str, layout: str) -> None:
    inside = re.sub(END, damage, layout)
    assert [f"{name} {text}" for name, text in children(inside)] == WHOLE.split("|")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", sorted(set(re.findall(END, CHILDREN))))
def test_those_of_one_element(damage: str, name: str) -> None:
    inside = re.sub(f"</({name})>", damage, CHILDREN)
    assert [f"{name} {text}" for name, text in children(inside)] == WHOLE.split("|")


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<title>T</></><desc>D</></>", "title T|desc D"),
        ("<title>T</title><desc>1 </ 2", "title T|desc 1 </ 2"),
        ("<title>A \\ B</title><desc>C:\\x>y", "title A \\ B|desc C:\\x>y"),
        ("<title>I < / you</title><desc>D", "title I < / you|desc D"),
        ("<title>T</title><desc>a <\\ b</desc", "title T|desc a <\\ b"),
        ("<title>T</title><desc>a <br/> b</><date>2016</>", "title T|desc a[br ]|date 2016"),
        ("<title>T</title><credits><actor>A</><actor>B</></><date>1</>", "title T|credits [actor A][actor B]|date 1"),
    ],
)  # fmt: skip
def test_what_stands_beside_them(inside: str, expected: str) -> None:
    assert [f"{name} {text}" for name, text in children(inside)] == expected.split("|")


@pytest.mark.parametrize("damage", DAMAGES)
def test_they_are_reported(guide: Guide, damage: str) -> None:
    place = 'start="20261122120000 +0000" stop="20261122130000 +0000" channel="one"'
    channel = (
        "<channel id='one'><display-name>One" + re.sub("(.*)", damage, "display-name", count=1) + "</channel>"
    )
    shown = f"<programme {place}>{re.sub(END, damage, CHILDREN)}</programme>"
    row = guide.load("p", f"<tv>{channel}{shown}</tv>".encode())
    (found,) = guide.rows()
    assert (found["title"], found["description"], found["season"]) == ("Film", "Two bold words", 1)
    assert row["status"] == "success" and sum(guide.problems(row).values()) >= 2
    assert [row["display_name"] for row in guide.db.query("select display_name from channels")] == ["One"]
