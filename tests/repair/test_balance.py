"""Children whose start or end tags are missing or wrong: each gets the text that is its own, and the title no other."""

from __future__ import annotations

import re

import pytest
from epg_ingest.parse.repair.broken_element import repair
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

HEAD = '<programme start="20250101120000 +0000" stop="20250101130000 +0000" channel="c">'


def children(inside: str, end: str = "</programme>") -> list[tuple[str, str]]:
    """Name and text of each child of the repaired programme; the children of a child in brackets."""
    found = repair(f"{HEAD}{inside}{end}".encode())
    assert found is not None and "badmarkup" in found[1]
    return [(child.tag, said(child)) for child in etree.fromstring(found[0])]


def said(element: etree._Element) -> str:
    inner = "".join(f"[{child.tag} {said(child)}]" for child in element)
    return (element.text or "").strip() + inner


#: what stands in a programme, and its children afterwards
CASES = [
    # an end tag is missing
    ("<title>T<desc>D</desc>", "title T|desc D"),
    ("<title>T</title><desc>D<date>2016</date>", "title T|desc D|date 2016"),
    ("<title>T</title><desc>D<date>2016<category>C", "title T|desc D|date 2016|category C"),
    ("<title>T<sub-title>S<desc>D<date>2016</date>", "title T|sub-title S|desc D|date 2016"),
    ("<title>T</title><category>A<category>B</category>", "title T|category A|category B"),
    ("<title>T</title><desc>D<icon src='x'/><new/>", "title T|desc D|icon |new "),
    ("<title>T</title><credits><actor>A<director>B</credits><date>1</date>", "title T|credits [actor A][director B]|date 1"),
    ("<title>T</title><credits><actor>A</actor><date>1</date>", "title T|credits [actor A]|date 1"),
    ("<title>T</title><rating><value>12<star-rating><value>3/5", "title T|rating [value 12]|star-rating [value 3/5]"),
    ("<title>T</title><video><quality>HD<audio><stereo>mono</audio>", "title T|video [quality HD]|audio [stereo mono]"),
    ("<title>T</title><desc>D <b>bold<date>1</date>", "title T|desc D bold|date 1"),
    # an end tag is in the wrong place or has the wrong name
    ("<title>T<desc>D</title></desc>", "title T|desc D"),
    ("<title>T<desc>D</desc></title><date>1", "title T|desc D|date 1"),
    ("<title>T</titel><desc>D</desc>", "title T|desc D"),
    ("<title>T</desc><desc>D</title>", "title T|desc D"),
    ("<title>T</title></title></desc></credits><date>1</date>", "title T|date 1"),
    ("<title>T</title><desc>D</desc></foo><date>1", "title T|desc D|date 1"),
    # a start tag is missing
    ("<title>T</title>2016</date><category>C</category>", "title T|date 2016|category C"),
    ("T</title><desc>D</desc>", "title T|desc D"),
    ("<titel>T</title><desc>D</desc>", "title T|desc D"),
    ("<title>T</title>D</desc>2016</date>C</category>", "title T|desc D|date 2016|category C"),
    ("<title>T</title><actor>A</actor></credits><date>1</date>", "title T|credits [actor A]|date 1"),
    ("<title>T</title>A</actor></credits><date>1</date><new>", "title T|date 1|new "),
    ("<title>T</title><credits>A</actor><actor>B</actor></credits>", "title T|credits [actor A][actor B]"),
    ("<title>T</title><stereo>mono</stereo></audio><date>1", "title T|audio [stereo mono]|date 1"),
    ("<title>T</title><value>12</rating><date>1", "title T|rating [value 12]|date 1"),
    ("<title>T\n<value>3/5</star-rating><date>1</date>", "title T|star-rating [value 3/5]|date 1"),
    ("<title>T<value>12</value></rating><value>3/5</value></star-rating>", "title T|rating [value 12]|star-rating [value 3/5]"),
    ("<title>T<value>12<desc>D", "title T|rating [value 12]|desc D"),
    # both: an end tag, and the start tag after it
    ("<title>T</title><desc>D 2016</date>C</category><new/>", "title T|desc D 2016|category C|new "),
    ("<title>T</title><desc>D</desc>2016<category>C", "title T|desc D|category C"),
    ("<title>T\n2016</date><category>C</category>", "title T|date 2016|category C"),
    ("<title>\n T\n S</sub-title><desc>D</desc>", "title T|sub-title S|desc D"),
    # text between elements
    ("<title>T</title> lost <desc>D", "title T|desc D"),
    ("<title>T</foo> lost<desc>D</desc>", "title T|desc D"),
    ("2016 <title>T</title> & Drama <desc>D</desc> <", "title T|desc D"),
    # what is not in the DTD stays whole
    ("<title>T</title><x-a><title>No</title></x-a><desc>D", "title T|x-a [title No]|desc D"),
    ("<title>T</title><desc>D <i>i</i> <foo>x</foo><date>1", "title T|desc D[i i][foo x]|date 1"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), CASES)
def test_each_child_gets_its_own_text(inside: str, expected: str) -> None:
    assert "|".join(f"{tag} {text}" for tag, text in children(inside)) == expected


@pytest.mark.parametrize(("inside", "expected"), CASES)
def test_lines_between_children_change_nothing(inside: str, expected: str) -> None:
    lines = re.sub("(?<=>)(?=<)", "\n    ", inside)
    assert "|".join(f"{tag} {text}" for tag, text in children(lines)) == expected


def test_hundreds_of_levels_give_their_text() -> None:
    found = children("<title>T</title><desc>" + "<x>" * 400 + "deep" + "</x>" * 400 + "</desc><date>1</date>")
    assert [tag for tag, _ in found] == ["title", "desc", "date"]
    assert "deep" in found[1][1]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<title>T</title><desc>Half", "title T"),
        ("<title>T</title><desc>Whole\n", "title T|desc Whole"),
        ("<title>T</title><desc>D</desc><credits><actor>Ha", "title T|desc D|credits "),
        ("<title>T</title><de", "title T"),
        ("<title>T</title><desc lang='e", "title T"),
        ("<title>T\n<desc>D\n", "title T|desc D"),
    ],
)
def test_a_programme_without_its_end_tag(inside: str, expected: str) -> None:
    """It may be cut off: a last child without an end tag counts only if its line is whole."""
    assert "|".join(f"{tag} {text}" for tag, text in children(inside, end="")) == expected


DTD = [
    "sub-title",
    "desc",
    "credits",
    "date",
    "category",
    "keyword",
    "length",
    "icon",
    "episode-num",
    "video",
    "rating",
    "star-rating",
    "new",
]
INNER = {
    "credits": "<actor>A</actor>\n<writer>W</writer>",
    "video": "<quality>HD</quality>",
    "rating": "<value>12</value>",
    "star-rating": "<value>3/5</value>",
}


@given(st.lists(st.sampled_from(DTD), max_size=8), st.data())
def test_tags_taken_away_anywhere_cost_no_title(names: list[str], data: st.DataObject) -> None:
    """Whichever tags after the title go, the title is the same, and no text appears twice or vanishes."""
    parts = [f"<{name}>{INNER.get(name, f'text {n}')}</{name}>" for n, name in enumerate(names)]
    inside = "\n".join(parts)
    tags = re.findall("</?[a-z-]+>", inside)
    gone = data.draw(st.lists(st.booleans(), min_size=len(tags), max_size=len(tags)))
    for number, tag in enumerate(tags):
        inside = inside.replace(tag, "" if gone[number] else tag.replace("<", "\0"), 1)
    inside = inside.replace("\0", "<")
    closed = data.draw(st.sampled_from(["</title>", "", "</titel>"]))
    found = repair(f"{HEAD}<title>News{closed}\n{inside}</programme>".encode())
    assert found is not None
    element = etree.fromstring(found[0])
    if closed or re.match(r"\s*<[^/]", inside):
        assert (element.findtext("title") or "").strip() == "News"
    whole = re.sub("<[^<>]*>", "", "".join("".join(element.itertext()).split()))
    assert whole == "News" + "".join(re.sub("<[^<>]*>", "", inside).split())
