"""Cutting a feed at its elements: the same whatever the blocks, the right lines, damage that stays where it is."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from epg_ingest.core.models import Problems
from epg_ingest.parse.batch import END
from epg_ingest.parse.splitter import Splitter
from hypothesis import example, given, settings
from hypothesis import strategies as st

SHOW = b'<programme start="20261122120000" channel="one"><title>News</title></programme>'


@dataclass
class Cut:
    """What came of a feed: elements with their lines, and what the splitter says of the whole."""

    programmes: list[tuple[int, bytes, bool]] = field(default_factory=list)
    channels: list[tuple[int, bytes]] = field(default_factory=list)
    problems: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    complete: bool = False
    entities: dict[str, str] = field(default_factory=dict)


def cut(blocks: Iterable[bytes], **limits: Any) -> Cut:
    problems = Problems()
    splitter = Splitter(problems, **limits)
    found = Cut()
    for batch in splitter.split(blocks):
        for index, (piece, start) in enumerate(zip(batch.pieces, batch.starts, strict=True)):
            found.programmes.append((batch.line_of(index), piece[start:], index in batch.unclosed))
        found.channels += batch.channels
    found.problems = {p.message or "": (p.line, p.count) for p in problems}
    found.complete, found.entities = splitter.complete, splitter.entities
    return found


def programmes(body: bytes) -> list[bytes]:
    return [raw for _, raw, _ in cut([body]).programmes]


def blocks(body: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    last = 0
    for at in sorted(cuts):
        yield body[last:at]
        last = at
    yield body[last:]


def test_elements_come_whole_and_without_end_tags() -> None:
    found = cut(
        [
            b'<tv>\n<channel id="one"><display-name>One</display-name></channel>\n'
            + SHOW
            + b"\n"
            + SHOW
            + b"</tv>"
        ]
    )
    assert [raw + END for _, raw, _ in found.programmes] == [SHOW, SHOW]
    assert found.channels == [(2, b'<channel id="one"><display-name>One</display-name></channel>')]
    assert found.complete
    assert found.problems == {}


@pytest.mark.parametrize(
    "between",
    [
        b"\n\n",
        b"<!-- <programme><title>no</title></programme>\n -->",
        b"<?x <programme> </programme>\n?>",
        b"junk\n</programme>\n",
        b"<x>\n</x>",
        b"<channel id='a'>\n<display-name>A</display-name>\n</channel>",
        b"<programmes>\n</programmes>",
        b"</tv>\n<tv>",
        b"\0" * 600 + b"\n",
    ],
)
def test_lines_are_right_after_anything(between: bytes) -> None:
    body = b"<tv>" + SHOW + between + SHOW + b"\n" + between + SHOW + b"\n</tv>"
    found = cut([body])
    expected = [
        body.count(b"\n", 0, at) + 1 for at in range(len(body)) if body.startswith(b"<programme start", at)
    ]
    assert [line for line, _, _ in found.programmes] == expected
    assert [raw + END for _, raw, _ in found.programmes] == [SHOW] * 3


def test_line_of_an_end_tag_with_a_line_break() -> None:
    body = b"<tv><!-- --><programme><title>A</title></programme\n\n>\n<programme><title>B</title></programme>\n</tv>"
    assert [line for line, _, _ in cut([body]).programmes] == [1, 4]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"<tv>\n\n<programme><title>A</title>\n", 3),
        (b"<tv>\n<!-- \n <programme></programme>", 2),
        (b"<tv>\n" + SHOW + b"</tv>\n\nmore", 4),
        (b"<tv>\n" + SHOW + b"</tv>\n<tv></tv>", 3),
        (b"<tv>\n<channel id='a'>\n<display-name>A\n" + SHOW + b"</tv>", 2),
    ],
)
def test_problems_have_lines(body: bytes, line: int) -> None:
    found = cut([body])
    assert line in [where for where, _ in found.problems.values()], found.problems


def test_missing_end_tag_costs_one_element() -> None:
    half = b"<programme start='1'><title>Half"
    found = cut([b"<tv>" + SHOW + half + SHOW + SHOW + b"</tv>"])
    assert [raw for _, raw, _ in found.programmes] == [SHOW[: -len(END)], half] + [SHOW[: -len(END)]] * 2
    assert [unclosed for _, _, unclosed in found.programmes] == [False, True, False, False]


def test_a_channel_within_a_programme_is_its_child() -> None:
    whole = SHOW.replace(b"<title>", b"<channel>BBC</channel><title>")
    for comment in (b"", b"<!-- -->"):
        found = cut([b"<tv>" + comment + whole + SHOW + b"</tv>"])
        assert [raw + END for _, raw, _ in found.programmes] == [whole, SHOW]
        assert found.channels == []


def test_a_channel_after_a_programme_without_end_is_read() -> None:
    channel = b"<channel id='a'><display-name>A</display-name></channel>"
    for comment in (b"", b"<!-- -->"):
        found = cut([b"<tv>" + comment + SHOW[: -len(END)] + channel + SHOW + b"</tv>"])
        assert [raw + END for _, raw, _ in found.programmes] == [SHOW, SHOW]
        assert [raw for _, raw in found.channels] == [channel]


@pytest.mark.parametrize("end", [b"</tv>", b"<tv>", b"<?xml version='1.0'?>\n<tv>"])
def test_root_tag_ends_the_last_programme(end: bytes) -> None:
    found = cut([b"<tv><programme><title>A</title>" + end + SHOW + b"</tv>"])
    assert found.programmes[0][1].startswith(b"<programme><title>A</title>")
    assert found.programmes[0][2]
    assert b"<tv" not in found.programmes[0][1]


@pytest.mark.parametrize("signs", [b"", b"!", b"?", b"!?"], ids=["none", "exclaimed", "asked", "both"])
def test_a_comment_hides_an_element_among_any_number_of_signs(signs: bytes) -> None:
    shouted = SHOW.replace(b"News", b"News" + 5_000 * signs)
    hidden = b"<!-- " + SHOW + b" -->"
    found = programmes(b"<tv>" + shouted + hidden + shouted + b"<?pi " + SHOW + b"?>" + SHOW + b"</tv>")
    assert found == [raw.removesuffix(END) for raw in (shouted, shouted, SHOW)]


def test_entities_of_the_document_itself() -> None:
    found = cut(
        [
            b"<!DOCTYPE tv [<!ENTITY a \"A &#233;\"><!ENTITY b 'B'><!ENTITY c '&a;&a;'>]>\n<tv>"
            + SHOW
            + b"</tv>"
        ]
    )
    assert found.entities == {"a": "A é", "b": "B"}


@pytest.mark.parametrize("mark", [b"<!--", b"<![CDATA[", b"<?x"])
def test_mark_without_end_hides_nothing_of_a_whole_document(mark: bytes) -> None:
    found = cut([b"<tv>" + mark + SHOW + b"\n</tv>"])
    assert [raw + END for _, raw, _ in found.programmes] == [SHOW]
    assert found.complete


@pytest.mark.parametrize("mark", [b"<!--", b"<![CDATA[", b"<?x"])
def test_document_cut_off_within_a_comment_gives_nothing_of_it(mark: bytes) -> None:
    found = cut([b"<tv>" + SHOW + mark + SHOW])
    assert len(found.programmes) == 1
    assert not found.complete


MARKUP = st.sampled_from(
    [
        SHOW,
        b"<programme start='2'>\n<title>A</title>\n</programme\n>",
        b"<programme start='3' channel='a>b'><title>Half\n",
        b"<programme start='4' channel='x'/>" + SHOW,
        b"<programme>",
        b"</programme>",
        b"</programme >",
        b"<channel id='a'>\n<display-name>A</display-name></channel>",
        b"<channel id='b'/>",
        b"<channel id='c'>",
        b"</channel>",
        b"<!-- <programme start='5'><title>no</title></programme> -->",
        b"<!-- <tv></tv> -->",
        b"<!--",
        b"-->",
        b"<![CDATA[ </programme> <programme> ]]>",
        b"<![CDATA[",
        b"]]>",
        b"<?x <programme> </programme> ?>",
        b"<?x ?>",
        b"<?",
        b"?>",
        b"<tv>",
        b"<tv a='1'\n>",
        b"<tv/>",
        b"</tv>",
        b"</tv\n>",
        b"<programmes>",
        b"<!DOCTYPE tv SYSTEM 'x'>",
        b"<!DOCTYPE tv [<!ENTITY e 'E'>\n]>",
        b"text & more",
        b"\n",
        b"\n\n  ",
        b"<",
        b">",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(MARKUP, max_size=14).map(b"".join), st.data())
def test_blocks_do_not_matter(body: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=8))
    assert cut(blocks(body, cuts)) == cut([body])
    assert cut(bytes([byte]) for byte in body) == cut([body])


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKUP, max_size=14).map(b"".join))
@example(b"<tv>" + SHOW + b"<!--" + SHOW)
def test_truncation_adds_nothing(body: bytes) -> None:
    """Cut anywhere, a document gives no programme that it does not give whole."""
    whole = programmes(body)
    for end in range(len(body)):
        # A comment that is not closed, with the end of a document in it, is taken for a stray mark.
        if not re.search(rb"<!--.*</tv|<!\[CDATA\[.*</tv|<\?.*</tv", body[:end], re.DOTALL):
            for _, raw, unclosed in cut([body[:end]]).programmes:
                # With the end of the document in it, a programme is taken to end there, unless its end tag follows.
                assert raw in whole or (unclosed and re.search(re.escape(raw) + rb"</?(tv|channel)", body))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_through(body: bytes) -> None:
    assert cut([body]).programmes == [] or b"<programme" in body


def stream(size: int, piece: bytes) -> Iterator[bytes]:
    for _ in range(size // len(piece)):
        yield piece


@pytest.mark.slow
@pytest.mark.parametrize(
    "opening",
    [
        b'<programme start="1" channel="',
        b"<programme><title>",
        b"<programme><desc><![CDATA[",
        b"<channel id='",
        b"<!-- ",
        b"junk",
    ],
)
def test_two_hundred_megabytes_in_one_place_keep_memory_bounded(opening: bytes) -> None:
    def body() -> Iterator[bytes]:
        yield b"<tv>" + SHOW + opening
        yield from stream(200 << 20, b"x" * (1 << 20))
        yield b'">' + SHOW + b"</tv>"

    tracemalloc.start()
    try:
        found = cut(body())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 48 << 20
    assert [raw + END for _, raw, _ in found.programmes] == [SHOW, SHOW]
    assert found.complete
    assert bool(found.problems) == (opening != b"junk")


def test_huge_channel_list_is_fast() -> None:
    channels = b"".join(
        b'<channel id="c%d">\n<display-name>Channel %d</display-name>\n</channel>\n' % (n, n)
        for n in range(20_000)
    )
    begun = time.process_time()
    found = cut([b"<tv>\n" + channels + SHOW + b"</tv>"])
    assert time.process_time() - begun < 3
    assert len(found.channels) == 20_000
    assert found.channels[-1][0] == 2 + 3 * 19_999
    assert found.programmes[0][0] == 2 + 3 * 20_000


def test_problems_everywhere_are_fast() -> None:
    """Lines are counted once, not once a problem; every piece here is an odd one."""
    body = b"<tv>\n" + (b"junk\n<programme start='x'><title>A</title></programme>\n") * 40_000 + b"</tv>"
    begun = time.process_time()
    found = cut([body])
    assert time.process_time() - begun < 5
    assert found.programmes[-1][0] == 2 + 2 * 39_999 + 1
