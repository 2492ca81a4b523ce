"""Twice as much of anything takes twice the time, whatever it is and wherever it stands."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from tests.parse.growth import MOST, growth

pytestmark = pytest.mark.slow

HEAD = b'<programme start="20270105200000 +0000" stop="20270105210000 +0000" channel="c">'
TITLE = b"<title>T</title>"
SHOW = HEAD + TITLE + b"</programme>\n"


def within(inner: bytes) -> bytes:
    return b"<tv>" + SHOW + HEAD + TITLE + inner + b"x</programme>\n" + SHOW + b"</tv>"


#: where the units stand
PLACES: dict[str, Callable[[bytes], bytes]] = {
    "children": within,
    "title": lambda inner: b"<tv>" + HEAD + b"<title>" + inner + b"</title></programme>\n" + SHOW + b"</tv>",
    "start tag": lambda inner: (
        b"<tv>" + HEAD[:-1] + b" " + inner + b">" + TITLE + b"</programme>\n" + SHOW + b"</tv>"
    ),
    "between": lambda inner: b"<tv>" + SHOW + inner + SHOW + b"</tv>",
    "channel": lambda inner: b"<tv><channel id='c'>" + inner + b"</channel>" + SHOW + b"</tv>",
}
#: what is repeated, one a word; ~ stands for a blank
UNITS = """
    ~ \\n \xa0 x a- & < > " ' = / a= a=" ="x" a="x", <a~ <a~b= <a~b="< <a~b="<a" <a~b='" <a~x~ <!-- <!--~--> <![CDATA[
    <![CDATA[x]]> <? <?x?> ]]> --> </a <a> <b> </b> </x> <a></a> <a>x</a> <br> <br/> &a; &amp; &# &#65; &#55357; <title>
    </title> <desc> <desc>x </desc> <desc>x</desc> <Desc>x</Desc> <date>x x</date> <credits> <actor>
    <credits><actor>x</credits> <value> <new/> <live/> <Title> <x:y> <x:y/> <keyword>x</keyword> <icon~src="x"/>
    <episode-num>1.1.</episode-num> <video>x</video> <a~b=\u201cc\u201d> <programmes> </programme~~> <!DOCTYPE
    <!DOCTYPE~tv~[ <tv </tv start: start:" start"x" ~start" "start"= => <a~start:" <programmestart= <programme\xa0 </a~ </>
    <~/a> <\\a> <![cdata[ <![cdata[x]]> <![CDATA[<a> &eacute &eacutex &#65 =\" &ldquo;
"""


def unit(word: str) -> bytes:
    return word.replace("~", " ").replace("\\n", "\n").encode()


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """Parser processes run without the garbage collector too; its time is not that of the parser."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("word", UNITS.split())
def test_units(word: str) -> None:
    """All places in one feed: a search that is quadratic in one of them takes most of the time."""
    piece = unit(word)

    def make(size: int) -> bytes:
        return b"\n".join(place(piece * (size // len(piece))) for place in PLACES.values())

    assert growth(make, 8_000) <= MOST


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("word", ["~", "<a>", '"', "<", "<a~b="])
def test_the_worst_units_in_each_place(place: str, word: str) -> None:
    piece = unit(word)
    assert growth(lambda size: PLACES[place](piece * (size // len(piece))), 40_000) <= MOST


def numbered(form: str) -> Callable[[int], bytes]:
    """A maker of as many different pieces; `#` is the number of the piece."""
    return lambda count: "".join(form.replace("#", str(number)) for number in range(count)).encode()


def nested(opening: Callable[[int], bytes], closing: bytes) -> Callable[[int], bytes]:
    return lambda count: within(b"<desc>" + opening(count) + closing * count + b"</desc>")


KINDS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "attributes of a programme": (lambda n: PLACES["start tag"](numbered(' a#="1"')(n)), 4_000),
    "attributes without blanks": (lambda n: PLACES["start tag"](numbered('a#="1"')(n)), 2_000),
    "attributes of a title": (lambda n: within(b"<title" + numbered(' a#="1"')(n) + b">T</title>"), 4_000),
    "attributes of an unknown element": (lambda n: within(b"<live" + numbered(' a#="1"')(n) + b">T</live>"), 4_000),
    "attributes of a channel": (
        lambda n: PLACES["channel"](b"<icon" + numbered(' a#="1"')(n) + b" src='x'/>"), 4_000),
    "prefixes": (lambda n: within(numbered("<p#:a/>")(n)), 2_000),
    "levels": (nested(lambda n: b"<a>" * n, b"</a>"), 6_000),
    "levels of many names": (nested(numbered("<a#>"), b"</a>"), 3_000),
    "levels that cross": (lambda n: within(numbered("<a#>")(n) + numbered("</a#>")(n)), 3_000),
    "levels of texts": (nested(lambda n: b"<title>" * n, b"</title>"), 3_000),
    "unknown elements": (lambda n: within(numbered("<x#>a</x#>")(n)), 3_000),
    "casts": (lambda n: within(numbered("<credits><actor>A#</actor></credits>")(n)), 3_000),
    "casts with roles": (lambda n: within(numbered("<credits><actor role='r'>A#</actor></credits>")(n)), 2_000),
    "one person with many roles": (lambda n: within(numbered("<credits><actor role='#'>A</actor></credits>")(n)), 2_000),
    "videos": (lambda n: within(numbered("<video><quality>#</quality></video>")(n)), 2_000),
    "one channel again and again": (
        lambda n: b"<tv>" + numbered('<channel id="c"><display-name>N#</display-name></channel>')(n) + SHOW + b"</tv>", 2_000),
    "parts of a video": (lambda n: within(b"<video>" + numbered("<quality>#</quality>")(n) + b"</video>"), 4_000),
    "names of a channel": (lambda n: PLACES["channel"](numbered("<display-name>N#</display-name>")(n)), 5_000),
    "programmes without end tags": (lambda n: b"<tv>" + (HEAD + TITLE + b"\n") * n + b"</tv>", 1_500),
    "programmes in a comment": (lambda n: b"<tv><!--" + SHOW * n + b"-->" + SHOW + b"</tv>", 20_000),
    "programmes in an open comment": (lambda n: b"<tv><!--" + SHOW * n + b"</tv>", 10_000),
    "programmes with a prefix": (
        lambda n: b"<x:tv>" + SHOW.replace(b"programme", b"x:programme") * n + b"</x:tv>", 2_500),
    "end tags with blanks": (lambda n: b"<tv>" + SHOW.replace(b"e>\n", b"e >\n") * n + b"</tv>", 5_000),
    "an element that does not end": (lambda n: b"<tv>" + HEAD + b"<title>" + b"x" * n, 3_000_000),
    "entities": (lambda n: b"<!DOCTYPE tv [" + numbered("<!ENTITY e# 'x'>")(n) + b"]>" + within(b""), 5_000),
    "references": (
        lambda n: b"<!DOCTYPE tv [<!ENTITY a '" + b"b" * 200 + b"'>]>" + within(b"<desc>" + b"&a;" * n + b"</desc>"), 10_000),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str) -> None:
    make, size = KINDS[kind]
    assert growth(make, size) <= MOST
