"""Attributes whose blanks, commas or quotes are wrong: each value is the one that the feed means, and none is invented."""

from __future__ import annotations

import re

import pytest
from epg_ingest.parse.repair.broken_element import repair
from lxml import etree

#: three attributes, one form a line: S, E and C stand for start, stop and channel
FORMS = r"""
start="S"stop="E"channel="C"
start="S"stop="E" channel="C"
start="S" stop="E"channel="C"
start='S'stop='E'channel='C'
start="S"stop='E'channel="C"
start="S", stop="E", channel="C"
start="S",stop="E",channel="C",
start="S";stop="E"; channel="C";
start="S".stop="E" / channel="C"
start="S" and stop="E" and channel="C"
start=“S” stop=“E” channel=“C”
start=„S“ stop=”E” channel=«C»
start=‘S’ stop=’E’ channel=‚C‘
start=`S` stop=´E´ channel=″C″
start=“S”stop=“E”,channel=“C”
start=“S” stop="E" channel='C'
start=“S" stop='E” channel="C'
start=""S"" stop=""E"" channel=""C""
start="S"" stop="E"" channel="C""
start=&quot;S&quot; stop=&quot;E&quot; channel=&quot;C&quot;
start="S stop="E" channel="C"
start="S" stop="E channel="C"
start="S" stop="E" channel="C
start=S" stop="E" channel="C"
start="S" stop=E" channel="C"
start="S" stop="E" channel=C"
start='S stop='E' channel='C'
start=S stop=E channel=C
start="S stop="E channel="C
start=S" stop=E" channel=C"
start=S, stop=E, channel=C
start="S, stop="E", channel="C"
start ="S"stop= "E"\nchannel = "C"
start\n=\n"S"\nstop="E"channel="C"
"""
VALUES = {"start": "20270105200000 +0000", "stop": "20270105210000 +0000", "channel": "one"}
NAMES = {"S": "start", "E": "stop", "C": "channel"}


def strict(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def in_order(form: str, order: str) -> str:
    """The form with its attributes in another order: `ECS` puts the stop where the start was."""
    put = dict(zip("SEC", order, strict=True))
    form = re.sub("|".join(NAMES.values()), lambda name: f"@{name[0]}", form)
    for letter, name in NAMES.items():
        form = form.replace(f"@{name}", f"@{letter}")
    form = re.sub(r"(?<![\w@])[SEC](?!\w)", lambda letter: VALUES[NAMES[put[letter[0]]]], form)
    return re.sub(r"@([SEC])", lambda letter: NAMES[put[letter[1]]], form)


@pytest.mark.parametrize("form", FORMS.replace("\\n", "\f").split("\n")[1:-1])
@pytest.mark.parametrize("order", ["SEC", "CSE", "ECS"])
@pytest.mark.parametrize("channel", ["one", "BBC One", "bbc.one|hd?a=1", "A&amp;E"])
def test_attributes_of_a_programme(form: str, order: str, channel: str) -> None:
    text = in_order(form.replace("\f", "\n"), order).replace("one", channel)
    found = repair(f"<programme {text}><title>T</title></programme>".encode())
    assert found is not None and found[1][-1] == "badattribute"
    given = {name: value for name, value in strict(found[0]).attrib.items() if name != "and"}
    assert given == {**VALUES, "channel": channel.replace("&amp;", "&")}
    assert strict(found[0]).findtext("title") == "T"


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ('id="x"lang="de"', {"id": "x", "lang": "de"}),
        ("id='x'lang=\"de\"", {"id": "x", "lang": "de"}),
        ('id="x",lang="de"', {"id": "x", "lang": "de"}),
        ('id="x lang="de"', {"id": "x", "lang": "de"}),
        ('id=x" lang="de"', {"id": "x", "lang": "de"}),
        ("id=“x” lang=“de”", {"id": "x", "lang": "de"}),
        ('id="a<b"lang="de"', {"id": "a<b", "lang": "de"}),
        ('id="a > b"lang="de"', {"id": "a > b", "lang": "de"}),
        ('id="a=b"lang="de"', {"id": "a=b", "lang": "de"}),
        ('id="x"', {"id": "x"}),
    ],
)
def test_attributes_of_a_channel(text: str, attributes: dict[str, str]) -> None:
    found = repair(f"<channel {text}><display-name>One</display-name></channel>".encode())
    assert found is not None
    assert dict(strict(found[0]).attrib) == attributes
    assert strict(found[0]).findtext("display-name") == "One"


#: children, one a line: the element, its attributes, its text
CHILDREN = """
<desc lang="en>Text</desc> | lang=en | Text
<desc lang="en>Say "no" to it</desc> | lang=en | Say "no" to it
<desc lang=en">Text</desc> | lang=en | Text
<desc lang=“en”>“Text”</desc> | lang=en | “Text”
<desc lang="en"Text</desc> | lang=en | Text
<desc lang="en",>Text</desc> | lang=en | Text
<desc lang="en"x="1">Text</desc> | lang=en x=1 | Text
<desc lang="en"x="a=b">Text</desc> | lang=en x=a=b | Text
<desc lang="en"x="a>b<c">Text</desc> | lang=en x=a>b<c | Text
<desc x="1<2"lang="en">1 > 0</desc> | x=1<2 lang=en | 1 > 0
<desc lang='en>It's</desc> | lang=en | It's
<desc lang="en'>Text</desc> | lang=en | Text
<desc x="The"Boss"here"lang="en">Text</desc> | x=The"Boss"here lang=en | Text
<desc lang="">Text</desc>,<url> | lang= | Text
<icon src="http://h/p?a=1&b=2"width="3"/> | src=http://h/p?a=1&b=2 width=3 |
<icon src=http://h/p?a=1 width=3/> | src=http://h/p?a=1 width=3 |
<icon src="http://h/p width="3/> | src=http://h/p width=3 |
<actor role="Jim "Jimbo""guest="yes">Ann</actor> | role=Jim~"Jimbo" guest=yes | Ann
"""


@pytest.mark.parametrize("line", CHILDREN.split("\n")[1:-1])
def test_attributes_of_a_child(line: str) -> None:
    child, attributes, text = (part.strip() for part in (line + " ").split(" | "))
    head = '<programme start="1" channel="c"><title lang="de">T</title>'
    found = repair(f'{head}{child}<date x="1">2016</date></programme>'.encode())
    assert found is not None
    title, middle, *_, date = strict(found[0])
    assert (title.text, title.get("lang"), date.text, date.get("x")) == ("T", "de", "2016", "1")
    expected = dict(pair.replace("~", " ").split("=", 1) for pair in attributes.split(" "))
    assert (dict(middle.attrib), middle.text or "") == (expected, text)
