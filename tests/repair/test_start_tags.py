"""Start tags that are written in another way than XML does it: no programme is lost, and none is called another name."""

from __future__ import annotations

import json
import re

import pytest

from tests.helpers.support import Guide
from tests.parse.feed_reader import read

START, STOP, NOON = "20270105200000 +0000", "20270105210000 +0000", 1799179200
#: S, E and C stand for start, stop and channel
TAGS = r"""
<programme~start="S" stop="E" channel="C">
<programme~~start="S"~stop="E"~channel="C"~>
<programme start="S"~stop="E"~channel="C">
<programme start="S" stop~=~"E" channel="C">
<programmestart="S" stop="E" channel="C">
<programmechannel="C" start="S" stop="E">
<PROGRAMMESTART = "S" stop="E" channel="C">
<x:programmestop="E" start="S" channel="C">
<programme,start="S",stop="E",channel="C">
<programme"start"="S" "stop"="E" "channel"="C">
<programme start=="S" stop=="E" channel=="C">
<programme start==="S" stop =="E" channel="C">
<programme start=\"S\" stop=\"E\" channel=\"C\">
<programme start=\'S\' stop=\'E\' channel=\'C\'>
<programme start=\\"S\\" stop=\"E\" channel="C">
<programme start:"S" stop:"E" channel:"C">
<programme start: "S", stop: "E", channel: "C">
<programme start:='S' stop:='E' channel:='C'>
<programme start=>"S" stop=>"E" channel=>"C">
<programme start => 'S', stop => 'E', channel => 'C'>
<programme start->"S" stop->"E" channel->"C">
<programme start"S" stop"E" channel"C">
<programme start'S' stop="E" channel'C'>
<programme "start"="S" "stop"="E" "channel"="C">
<programme 'start'='S' 'stop'='E' 'channel'='C'>
<programme "start":"S","stop":"E","channel":"C">
<programme {"start": "S", "stop": "E", "channel": "C"}>
<programme start=&ldquo;S&rdquo; stop=&ldquo;E&rdquo; channel=&ldquo;C&rdquo;>
<programme start=&bdquo;S&ldquo; stop=&laquo;E&raquo; channel=&lsquo;C&rsquo;>
<programme start=&#8220;S&#8221; stop=&#x201C;E&#x201d; channel=&quot;C&quot;>
"""


def feed(tag: str, channel: str = "one") -> bytes:
    values = {"S": START, "E": STOP, "C": channel, "~": "\u00a0"}
    tag = re.sub(r"\b[SEC]\b(?!=)|~", lambda letter: values[letter[0]], tag)
    end = "</x:programme>" if tag.startswith("<x:") else "</programme>"
    shown = f"{tag}<title>News</title><desc>Text: a=1, 'start' is \"start\".</desc>{end}"
    other = '<programme start="20270106200000 +0000" stop="20270106210000 +0000" channel="one"><title>Other</title></programme>'
    return f'<tv>\n<channel id="one"><display-name>One</display-name></channel>\n{shown}\n{other}\n</tv>\n'.encode()


@pytest.mark.parametrize("tag", TAGS.strip().split("\n"))
@pytest.mark.parametrize("channel", ["one", "BBC One", "bbc.one|hd"])
def test_no_programme_is_lost(tag: str, channel: str) -> None:
    first, second = read(feed(tag, channel))
    assert first == (channel, NOON, NOON + 3600, "News", "Text: a=1, 'start' is \"start\".")
    assert second[3] == "Other"


@pytest.mark.parametrize("tag", TAGS.strip().split("\n"))
def test_it_is_reported(guide: Guide, tag: str) -> None:
    row = guide.load("p", feed(tag))
    assert (row["status"], row["programs_imported"], row["programs_skipped"]) == ("success", 2, 0)
    assert guide.problems(row)["badattribute"] == 1


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u202f", "\u3000"])
def test_no_space_of_any_kind_loses_a_programme(space: str) -> None:
    assert read(feed('<programme~start="S"~stop="E"~channel="C">'.replace("~", space)))[0][1] == NOON


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-2", "windows-1251"])
def test_a_no_break_space_of_one_byte(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    body += feed('<programme~start="S" stop="E" channel="C">').replace(b"\xc2\xa0", b"\xa0")
    assert [show[3] for show in read(body)] == ["News", "Other"]


@pytest.mark.parametrize(
    "name", ["programmes", "programme-x", "programme.x", "programme:x", "programmé", "channels"]
)
def test_other_names_are_no_programme(name: str) -> None:
    body = feed(f'<{name} start="S" stop="E" channel="C">')
    body = body.replace(b"</desc></programme>", f"</desc></{name}>".encode())
    assert [show[3] for show in read(body)] == ["Other"]


@pytest.mark.parametrize(
    "tag", ['<channelid="one">', '<channel\u00a0id="one">', '<channel id:"one">', '<channel "id"="one">']
)
def test_channels_too(guide: Guide, tag: str) -> None:
    body = feed('<programme start="S" stop="E" channel="C">').replace(b'<channel id="one">', tag.encode())
    row = guide.load("p", body)
    assert guide.problems(row) == {"badattribute": 1}
    (channel,) = guide.db.query("select name, display_name from channels")
    assert channel == {"name": "one", "display_name": "One"}


@pytest.mark.parametrize(
    "lang",
    [
        'lang:"de"',
        'lang=>"de"',
        "lang=='de'",
        'lang=\\"de\\"',
        'lang"de"',
        '"lang"="de"',
        "lang=&ldquo;de&rdquo;",
    ],
)
def test_tags_within_a_programme_too(guide: Guide, lang: str) -> None:
    body = feed('<programme start="S" stop="E" channel="C">').replace(
        b"<title>News", f"<title {lang}>News".encode()
    )
    guide.load("p", body)
    found = guide.rows()[0]
    assert (found["title"], json.loads(found["details"])["title"]) == ("News", [{"lang": "de"}])


@pytest.mark.parametrize(
    "value", ['The type"X" TV', "a start b", "x=>y", "channel", "a:b", "D:\\start", "say =&gt; lang"]
)
def test_right_values_stay(value: str) -> None:
    quote = "'" if '"' in value else '"'
    tag = f'<programme start="S"stop="E" channel={quote}{value}{quote}>'
    assert read(feed(tag))[0][0] == value.replace("&gt;", ">")


@pytest.mark.parametrize("cut", range(60))
def test_where_blocks_end_does_not_matter(cut: int) -> None:
    body = feed('<some.long-prefix:programmestart="S" stop="E" channel="C">').replace(
        b"</desc></programme>", b"</desc></some.long-prefix:programme>"
    )
    place = body.index(b"<some") + cut
    assert [show[3] for show in read(body, block=place)] == ["News", "Other"]


#: declarations and prefixes that a parser with namespaces refuses, or that the document declares; `T` is the tag's name
NAMESPACES = [
    "T xmlns:x=''", "T xmlns:x=\"\" x:a='b'", "T xmlns:xml='urn:x'", "T xmlns:xmlns='urn:x'", "T xmlns='two words'",
    "T xmlns:x='%zz'", "T xmlns:x='http://www.w3.org/XML/1998/namespace'", "T xmlns='http://www.w3.org/2000/xmlns/'",
    "T xmlns:x='u' xmlns:y='u' x:a='1' y:a='2'", "T xmlns:x='u' xmlns:x='v'", "T x:='b'", "T :x='b'", "T a:b:c='d'",
]  # fmt: skip


@pytest.mark.parametrize("tag", NAMESPACES)
@pytest.mark.parametrize("name", ["programme", "title", "desc", "live"])
def test_declarations_of_namespaces_do_not_matter(tag: str, name: str) -> None:
    body = feed('<programme start="S" stop="E" channel="C">').replace(
        b"<desc>", b"<live>1</live><desc>"
    )  # fmt: skip
    assert b"<%b" % name.encode() in body and b"<desc" in body
    wanted = read(body)
    assert len(wanted) == 2
    assert read(body.replace(f"<{name}".encode(), f"<{tag}".replace("T", name, 1).encode())) == wanted


@pytest.mark.parametrize(
    "junk",
    [
        "<![CDATA[",
        "<![cdata[",
        "<!--",
        "<?",
        "<!",
        "<!DOCTYPE x [",
        "<!-- x -->",
        "<?x?>",
        "<![CDATA[]]>",
        "<",
        "<<",
        "< ",
    ],
)
@pytest.mark.parametrize("blanks", [0, 1])
def test_markup_between_attributes_is_no_part_of_a_channel(junk: str, blanks: int) -> None:
    """No programme of a channel is made up. The stop may be lost, and the element where the markup has an end of its own."""
    body = feed('<programme start="S" channel="C" stop="E">').decode()
    at = body.index(' stop="') + blanks
    body = body[:at] + junk + body[at:]
    shows = read(body.encode())
    assert {show[0] for show in shows} == {"one"} and shows[-1][3] == "Other"
    if not junk.endswith(">"):
        assert [show[3] for show in shows] == ["News", "Other"] and shows[0][1] == NOON
