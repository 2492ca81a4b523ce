"""What becomes of an element that is not well-formed: the mended bytes, what was done, or None."""

from __future__ import annotations

import re
import time

import pytest
from epg_ingest.parse.repair.broken_element import parse_strictly, repair
from epg_ingest.parse.repair.references import MAX_BYTES
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

HEAD = '<programme start="20250101120000 +0000" channel="c">'
TITLE = "<title>T</title>"


def strict(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def mend(inside: str | bytes, encoding: str = "utf-8", **entities: str) -> tuple[etree._Element, list[str]]:
    """The programme with this content, repaired."""
    data = inside if isinstance(inside, bytes) else inside.encode()
    found = repair(HEAD.encode() + data + b"</programme>", encoding, entities)
    assert found is not None, "given up"
    return strict(found[0]), found[1]


def test_a_sound_element_stays_as_it_is() -> None:
    raw = f"{HEAD}{TITLE}<desc>&amp; &lt; &#233; <!-- a --> <![CDATA[<&>]]></desc></programme>".encode()
    assert repair(raw) == (raw, [])
    assert repair(b'<channel id="a"/>') == (b'<channel id="a"/>', [])


TITLES = [
    # bytes
    (b"Caf\xc3\xa9 caf\xe9", "Café café", ["badutf8"]),
    (b"\x93Quoted\x94 \x80 5", "“Quoted” € 5", ["badutf8"]),
    (b"\x81\xff\xfe", "\ufffdÿþ", ["badutf8"]),
    (b"cut \xe2\x82", "cut â‚", ["badutf8"]),
    # characters
    ("a\x00b\x1fc\x0bd\ufffe", "abcd", ["badchar"]),
    ("a&#0;b&#x1F;c&#xFFFF;d&#1114112;e&#99999999;", "abcde", ["badchar"]),
    ("&#55357;&#56832; &#xD83D;&#xDE00;", "😀 😀", ["badchar"]),
    ("a&#55357;b&#56832;c", "abc", ["badchar"]),
    ("&#X41;&#65;", "AA", ["badentity"]),
    # entities
    ("T&eacute;l&eacute;&nbsp;&euro;", "Télé\xa0€", ["badentity"]),
    ("Mamah & Aa Beraksi", "Mamah & Aa Beraksi", ["badentity"]),
    ("A&E", "A&E", ["badentity"]),
    ("AT&T &amp; R&B; &lt;&foo;", "AT&T & R&B; <&foo;", ["badentity"]),
    ("&amp;eacute; & x", "&eacute; & x", ["badentity"]),
    ("&&amp;& &;&#;&#x;&#xZZ; &", "&&& &;&#;&#x;&#xZZ; &", ["badentity"]),
    ("&AMP; &LT; &QUOT; &Tab;|", '& < " \t|', ["badentity"]),
    ("a & b \x01", "a & b ", ["badchar", "badentity"]),
    # markup
    ("1 < 2", "1 < 2", ["badmarkup"]),
    ("<3 hearts <", "<3 hearts <", ["badmarkup"]),
    ("a <b and c", "a <b and c", ["badmarkup"]),
    ("if x<y then z>w", "if x<y then z>w", ["badmarkup"]),
    ("<Untitled>", "<Untitled>", ["badmarkup"]),
    ("Tom & <Jerry>", "Tom & <Jerry>", ["badentity", "badmarkup"]),
    ("x ]]> y", "x ]]> y", ["badmarkup"]),
    ("a <!-- b", "a <!-- b", ["badmarkup"]),
    ("a <![CDATA[b", "a b", ["badmarkup"]),
    ("a <!DOCTYPE b>", "a <!DOCTYPE b>", ["badmarkup"]),
    ("line<br>line", "line line", ["badmarkup"]),
    ("<p>one <i>two", " one two", ["badmarkup"]),
    ("two</i></p>", "two ", ["badmarkup"]),
    ("a<!-- -- -->b", "ab", ["badmarkup"]),
    ("a<?xml version='1.0'?>b", "ab", ["badmarkup"]),
    ("one</foo>", "one</foo>", ["badmarkup"]),
    ("one</desc>", "one", ["badmarkup"]),
]


@pytest.mark.parametrize(("inside", "title", "codes"), TITLES)
def test_title(inside: str | bytes, title: str, codes: list[str]) -> None:
    data = inside if isinstance(inside, bytes) else inside.encode()
    element, done = mend(b"<title>" + data + b"</title><desc>D</desc>")
    assert "".join(element.find("title").itertext()) == title
    assert element.findtext("desc") == "D"
    assert sorted(done) == sorted(codes)


def test_declared_encodings() -> None:
    assert mend(b"<title>\xa3 & \xe9</title>", "iso-8859-1")[0].findtext("title") == "£ & é"
    assert mend("<title>Вести & 1</title>".encode("cp1251"), "cp1251")[0].findtext("title") == "Вести & 1"
    assert mend(b"<title>\xc2\xe5\x98</title>", "cp1251")[0].findtext("title") == "Ве\ufffd"
    assert mend("<title>Вести & 1</title>".encode(), "cp1251")[0].findtext("title") == "Вести & 1"
    for unknown in ("klingon", "", "zlib", "a\x00b", "undefined", "ascii"):
        element, codes = mend(b"<title>\xe9</title>", unknown)
        assert (element.findtext("title"), codes) == ("é", ["badutf8"])


def test_entities_of_the_document() -> None:
    element, codes = mend("<title>&co; &eacute; &x;</title>", co="<R&B>", eacute="own")
    assert element.findtext("title") == "<R&B> own &x;"
    assert codes == ["badentity"]
    assert mend("<title>&co;</title>", co="a\x00b")[1] == []
    assert mend("<title>&amp;co;&amp;</title>", amp="never")[0].findtext("title") == "&co;&"


def test_entities_do_not_multiply() -> None:
    element, _ = mend("<title>T</title><desc>" + "&a;" * 100_000 + "</desc>", a="x" * 100_000)
    assert len(element.findtext("desc") or "") < 2 * MAX_BYTES


def test_comments_and_cdata_survive() -> None:
    inside = "<title>A & B</title><!-- A & B < &eacute; --><desc><![CDATA[A & <b> &eacute; a=1]]></desc>"
    found = repair(f"{HEAD}{inside}</programme>".encode())
    assert found == (f"{HEAD}{inside.replace('A & B</', 'A &amp; B</')}</programme>".encode(), ["badentity"])


ATTRIBUTES = [
    ("lang=en", {"lang": "en"}),
    ("lang=en a='1'", {"lang": "en", "a": "1"}),
    ("lang", {"lang": ""}),
    ("lang= a='1'", {"lang": "", "a": "1"}),
    ("lang=", {"lang": ""}),
    ("lang='en' lang='fr'", {"lang": "en"}),
    ("a='1'b=\"2\"", {"a": "1", "b": "2"}),
    ('a="1""', {"a": "1"}),
    ('a=""1"" b=""', {"a": "1", "b": ""}),
    ('a="The "Boss"" b="1"', {"a": 'The "Boss"', "b": "1"}),
    ('lang="en', {"lang": "en"}),
    ("lang=en'", {"lang": "en"}),
    ('a="x < y" b="1"', {"a": "x < y", "b": "1"}),
    ('a="say "hi" now" b="1"', {"a": 'say "hi" now', "b": "1"}),
    ("src=http://h/p?a=1&b=2", {"src": "http://h/p?a=1&b=2"}),
    ('src="http://h/p?a=1&b=2" src=x', {"src": "http://h/p?a=1&b=2"}),
    ("a='&eacute;&quot;' b", {"a": 'é"', "b": ""}),
    ('1a="x" lang="en" =y', {"lang": "en", "y": ""}),
]


@pytest.mark.parametrize(("inside", "expected"), ATTRIBUTES)
@pytest.mark.parametrize("end", [">", " >"])
def test_attributes(inside: str, expected: dict[str, str], end: str) -> None:
    element, codes = mend(f"<title {inside}{end}T &#62; 1</title>")
    title = element.find("title")
    assert dict(title.attrib) == expected
    assert title.text == "T > 1"
    assert "badattribute" in codes


def test_attributes_of_the_element_itself() -> None:
    found = repair(b"<programme start=20250101120000 channel=A&E><title>T</title></programme>")
    assert found is not None and found[1] == ["badentity", "badattribute"]
    assert dict(strict(found[0]).attrib) == {"start": "20250101120000", "channel": "A&E"}
    found = repair(b"<channel id=a.b/>")
    assert found == (b'<channel id="a.b"/>', ["badattribute"])
    found = repair(b"<channel id='a' id=b><icon src=http://h/i.png/></channel>")
    assert found is not None and strict(found[0]).find("icon").get("src") == "http://h/i.png"


def test_prefixes_of_the_document() -> None:
    element, codes = mend('<title xsi:nil="1">T</title><my:own x="y:z">1</my:own>')
    assert element.findtext("title") == "T"
    assert codes == ["badmarkup"]


CHILDREN = [
    ("<title>A<desc>B</desc>", [("title", "A"), ("desc", "B")]),
    ("<title>A</desc><desc>B</desc>", [("title", "A"), ("desc", "B")]),
    ("<title>A</tilte><desc>B</desc>", [("title", "A"), ("desc", "B")]),
    ("<desc>B</desc><title>A", [("desc", "B"), ("title", "A")]),
    ("<title>A</title></title><desc>B</desc>", [("title", "A"), ("desc", "B")]),
    ("<title>A</title><desc>B<date>1990<new/>", [("title", "A"), ("desc", "B"), ("date", "1990"), ("new", None)]),
    ("<title>A</title><credits><actor>B<actor>C</credits><date>1990</date>",
     [("title", "A"), ("credits", None), ("date", "1990")]),
    ("<title>A</title><rating><value>B</rating><new/>", [("title", "A"), ("rating", None), ("new", None)]),
    ("<title>A</title><desc>B <br> <b>C</desc>", [("title", "A"), ("desc", "B   C")]),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "children"), CHILDREN)
def test_children_left_open(inside: str, children: list[tuple[str, str | None]]) -> None:
    element, codes = mend(inside)
    assert [(child.tag, child.text) for child in element] == children
    assert codes == ["badmarkup"]


def test_people_left_open_stay_beside_one_another() -> None:
    element, _ = mend(CHILDREN[6][0])
    assert [person.text for person in element.find("credits")] == ["B", "C"]


GIVEN_UP = [
    b"",
    b"   ",
    b"text",
    b"<tv></tv>",
    b"<programmes></programmes>",
    b"<programme",
    b"<programme start='1' channel='c'",
    b"<!DOCTYPE programme [<!ENTITY a 'b'>]><programme start='1' channel='c'><title>&a;</title></programme>",
    # truncated: half a title, half a tag
    HEAD.encode() + b"<title>Half a ti",
    HEAD.encode() + b"<title>Half a ti\n",
    HEAD.encode() + b"<title>Half <desc",
    HEAD.encode() + b"<desc>D</desc><title>Half",
    HEAD.encode() + b"<ti",
    # after a child had to be ended, it is no programme
    b"<programme start='1'><title>T<desc>D</desc></programme>",
    b"<programme channel='c'><title>T<desc>D</desc></programme>",
    HEAD.encode() + b"<title> <desc>D</desc></programme>",
    HEAD.encode() + b"<desc>D</programme>",
    HEAD.encode() + b"<title><desc>D</title></programme>",
    # more than one element
    HEAD.encode() + b"<title>A & B</title>" + HEAD.encode() + b"<title>C</title></programme>",
    HEAD.encode() + b"<title>A & B</title></programme></programme>",
    HEAD.encode() + b"<title>A & B</title></programme>text",
    b"<channel id='a' id='b'/><channel/>",
    HEAD.encode() + b"<x>" * 300 + b"&" + b"</x>" * 300 + b"</programme>",
]


@pytest.mark.parametrize("raw", GIVEN_UP)
def test_given_up(raw: bytes) -> None:
    assert repair(raw) is None


def test_an_own_end_tag_is_all_that_is_added() -> None:
    raw = f"{HEAD}{TITLE}\n<desc>A & B</desc>\n".encode()
    found = repair(raw)
    assert found is not None and sorted(found[1]) == ["badentity", "badmarkup"]
    assert found[0] == raw.strip().replace(b"&", b"&amp;") + b"</programme>"


def test_too_large() -> None:
    raw = f"{HEAD}{TITLE}<desc>".encode()
    assert repair(raw + b" " * MAX_BYTES + b"</desc></programme>") is None


UNITS = """&|<|a=|<a |<a b=|<a b="<|<a b="<a" |<!--|<![CDATA[|<?|</a |<b>|</title>|&a;|&#|&#55357;|a= |"| |='|<title>
|<a b='"|a a |<desc>x|x="|<a b=x|\x01|</x>|<br>|]]>|/"""


@pytest.mark.parametrize("unit", UNITS.replace("\n", "").split("|"))
@pytest.mark.parametrize("tail", ["", '"></title></programme>'])
def test_much_of_anything_is_quick(unit: str, tail: str) -> None:
    """With time that grows with the square of the length, 60 KB would take half a minute."""
    body = unit * (60_000 // len(unit))
    started = time.process_time()
    repair(f"{HEAD}<title>{body}{tail}".encode())
    repair(f"<programme {body}{tail}".encode())
    assert time.process_time() - started < 3


@pytest.mark.parametrize("unit", ["&", "<", "a="])
def test_a_megabyte_is_quick(unit: str) -> None:
    body = unit * (1_000_000 // len(unit))
    started = time.process_time()
    found = repair(f"{HEAD}{TITLE}<desc>{body}</desc></programme>".encode())
    assert time.process_time() - started < 10
    assert found is not None
    assert strict(found[0]).findtext("desc") == body


fragments = st.sampled_from(
    [
        *(
            TITLE,
            "<title>",
            "</title>",
            "<desc lang='en'>",
            "</desc>",
            "<credits>",
            "<actor role=x>",
            "</actor>",
        ),
        *(
            "<x y>",
            "</x>",
            "<",
            ">",
            "&",
            "&eacute;",
            "&#0;",
            "&#xD83D;",
            "a",
            "é",
            " ",
            "\x00",
            "'",
            '"',
            "=",
            "/",
        ),
        *("<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<new/>", "<a b='1' b=2/>", "</programme>", "z:y"),
        *("<programme>", "<br>"),
    ]
)
likely = st.lists(fragments, max_size=12).map("".join)


@given(likely, st.sampled_from([HEAD, "<programme ", "<channel id='c'>"]), st.booleans())
@example("<title>A<desc>B</desc>", HEAD, True)
def test_whatever_comes_back_is_strict_xml(inside: str, head: str, ended: bool) -> None:
    tail = f"</{head[1:].split()[0]}>" if ended else ""
    found = repair((head + inside + tail).encode())
    if found is not None:
        assert strict(found[0]).tag in ("programme", "channel")
        assert set(found[1]) <= {"badutf8", "badchar", "badentity", "badattribute", "badmarkup"}
        assert repair(found[0]) == (found[0], [])


#: a tag within a text, such as `<b>`, is markup and no text
TAG = re.compile(r"<[^\W\d][^<>]*>")
words = st.text(st.sampled_from("abcxyzéß0123456789&<>;'\" "), max_size=12).filter(
    lambda text: not TAG.search(text)
)


@given(st.lists(st.tuples(st.sampled_from(["title", "desc", "category"]), words, st.booleans()), max_size=6))
def test_no_text_is_lost(children: list[tuple[str, str, bool]]) -> None:
    """Letters of the text come back, in order, whatever tags are left open and however it is not escaped."""
    inside = "".join(f"<{name}>{text}{f'</{name}>' if end else ''}" for name, text, end in children)
    found = repair((HEAD + inside + "</programme>").encode())
    if found is not None:
        seen = "".join("".join(strict(found[0]).itertext()).split())
        assert seen == "".join("".join(text for _, text, _ in children).split())


@given(
    st.binary(max_size=200), st.sampled_from(["utf-8", "iso-8859-1", "cp1251", "shift_jis", "utf-16", "x"])
)
def test_no_bytes_raise(raw: bytes, encoding: str) -> None:
    repair(raw, encoding)
    found = repair(HEAD.encode() + b"<title>T" + raw + b"</title></programme>", encoding)
    if found is not None:
        assert strict(found[0]) is not None


def test_the_parser_is_strict() -> None:
    assert parse_strictly("<programme><title>&nbsp;</title></programme>") is None
    assert parse_strictly("<programme>\udc80</programme>") is None
    assert parse_strictly("<programme><title>A</programme>") is None
