"""Programmes in plain markup are read as the strict parser reads them, and others are left to it."""

from __future__ import annotations

from typing import Any

import pytest
from epg_ingest.parse.jobs import Job, Result
from epg_ingest.parse.normalise import Rules
from epg_ingest.parse.plain_parser import PlainParser
from epg_ingest.parse.reader import Reader
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

#: texts of elements, plain and not
TEXTS = [
    "", " ", "News", " News \n at noon ", "Café", "A &amp; B", "&lt;b&gt;", "&amp;amp;", "&#233;", "&eacute;", "a > b",
    "]]>", "tab\tinside", "\u00a0", "\u2003x", "a\x0bb", "a\x7fb", "\ufffe", "\U0001f600", "a\r\nb", "a\rb",
    "<!-- x -->", "<![CDATA[<b>]]>", "<b>bold</b>", "<?pi x?>", "S01E02", "1/2", "30", "20261122", "<value>12</value>",
    "<value/>", "<value>a</value>\n<icon src='x'/>", '<actor role="R">A<image type="person">http://i</image></actor>',
    "<actor>A</actor>\r\n  <director>B</director>", "<language>English</language>", "<title>x</title>",
    "<present>yes</present><colour>no</colour>",
]  # fmt: skip
ATTRIBUTES = [
    "", ' lang="en"', ' lang="en" lang="de"', " lang='en'", ' system="onscreen"', ' system="xmltv_ns"', ' src="x" width="1"',
    ' src="http://h/a?b=1&amp;c=2"', ' src=""', ' units="minutes"', ' lang="a\tb"', ' lang="a<b"', ' lang="a>b"',
    ' xmlns="urn:x"', ' xml:lang="en"', ' lang="&#65;"', ' lang = "en"', ' type="text" source="s"', ' start="20260101"',
    ' lang="en" ',
]  # fmt: skip
TAGS = [
    "title", "sub-title", "desc", "category", "credits", "date", "icon", "episode-num", "rating", "star-rating", "video",
    "audio", "subtitles", "new", "premiere", "previously-shown", "length", "url", "image", "review", "country", "clump",
    "Title", "x_y",
]  # fmt: skip
GAPS = [
    "",
    "\n",
    "  ",
    "\r\n",
    "text",
    "\u00a0",
    "<!-- gap -->",
    "&amp;",
    "\x00",
    '<?epg end-source="next"?>',
]

children = st.tuples(
    st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.sampled_from(TEXTS), st.sampled_from(GAPS)
).map(lambda parts: "{3}<{0}{1}>{2}</{0}>".format(*parts))
empty = st.tuples(st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)).map(
    lambda parts: "<{}{}/>".format(*parts)
)
bodies = st.lists(st.one_of(children, empty), max_size=6).map("".join)
starts = st.sampled_from(
    [
        '<programme start="20261122120000 +0000" stop="20261122130000 +0000" channel="one">',
        '<programme channel="one" start="20261122120000">',
        '<programme channel="" start="20261122120000">',
        '<programme start="20261122120000" start="20261122120000" channel="one">',
        '<programme\n start="20261122120000"  channel="one"\r\n stop="x" >',
        '<programme start="20261122120000" channel="a &amp; b" clumpidx="0/2">',
    ]
)


def read(raws: list[str], strictly: bool) -> Result:
    """What the reader makes of elements; `strictly` sends them all to the parser."""
    reader = Reader(Rules())
    if strictly:
        reader.plain.children = lambda body: None  # type: ignore[method-assign]
    numbers = list(range(1, len(raws) + 1))
    return reader.read(Job(0, numbers, [raw.encode() for raw in raws], numbers))


def said(result: Result) -> list[Any]:
    """Rows with their contents in place of the numbers of these, which a repeat shares."""
    contents = {content[0]: content[1:] for content in result.contents}
    rows = [(*row[:-2], contents[row[-2]], row[-1]) for row in result.rows]
    problems = sorted(result.problems, key=repr)
    return [rows, result.marks, result.channels, problems, result.skipped, result.bare, result.beyond]


@given(st.lists(st.tuples(starts, bodies).map("".join), min_size=1, max_size=6))
def test_plain_markup_is_read_as_by_the_parser(raws: list[str]) -> None:
    assert said(read(raws, strictly=False)) == said(read(raws, strictly=True))


def test_each_text_and_attribute_reads_as_by_the_parser() -> None:
    start = '<programme start="20261122120000 +0000" channel="one"><title>T</title>'
    for tag in TAGS:
        for text in TEXTS:
            for attributes in ATTRIBUTES:
                raw = f"{start}<{tag}{attributes}>{text}</{tag}>"
                assert said(read([raw], strictly=False)) == said(read([raw], strictly=True)), raw


@pytest.mark.parametrize(
    "body",
    [
        "<title>News</title>",
        '\r\n  <title lang="en">A &amp; B</title>\r\n  <desc>Long.\nText</desc>\r\n',
        '<title>N</title><credits>\n<actor role="R">A</actor>\n</credits><rating system="S"><value>12</value></rating><new/>',
        '<title>N</title><icon src="http://h/i.png" /><episode-num system="onscreen">S1 E2</episode-num>',
    ],
)
def test_what_feeds_are_made_of_is_plain(body: str) -> None:
    plain = PlainParser()
    found = plain.children(body)
    assert found and found[0][0] == "title"
    assert plain.children(body) == found


@pytest.mark.parametrize(
    "body",
    [
        "<title>N</title>x", "<title>N", "<title>N</titel>", "<title>&eacute;</title>", "<!-- c --><title>N</title>",
        "<title>]]></title>", "<rating><value>1</rating>", "<title>a\x01</title>", "<title lang='en'>N</title>",
        "<a><b></a></b>",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_parser(body: str) -> None:
    assert PlainParser().children(body) is None
