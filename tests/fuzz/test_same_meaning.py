"""Real feeds, written in other ways that people have seen: what is read is the same."""

from __future__ import annotations

import codecs
from functools import cache

from epg_ingest.unpack import character_encoding
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.fuzz.rewrites import ATTRIBUTES, ELEMENTS
from tests.fuzz.slices import Slice, slices
from tests.parse.feed_reader import read


@cache
def sound() -> list[Slice]:
    """The slices that are well-formed, in UTF-8, and have no CDATA sections, in which a rewrite would change text."""
    return [piece for piece in slices() if b"<![CDATA[" not in piece.body and _is_sound(piece.body)]


def _is_sound(body: bytes) -> bool:
    try:
        etree.fromstring(body, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return character_encoding.detect(body)[0] == "utf-8"


SOUND = st.deferred(lambda: st.sampled_from(sound()))


@given(
    SOUND,
    st.sampled_from(sorted(ATTRIBUTES)),
    st.sampled_from(sorted(ELEMENTS)),
    st.integers(0, 5),
)
def test_other_markup(piece: Slice, attributes: str, elements: str, choice: int) -> None:
    body = ELEMENTS[elements](ATTRIBUTES[attributes](piece.body, choice), choice)
    assert [show[:4] for show in read(body)] == [show[:4] for show in piece.shows]


@given(SOUND, st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"]))
def test_other_encodings(piece: Slice, encoding: str) -> None:
    text = piece.body.removeprefix(codecs.BOM_UTF8).decode()
    assert tuple(read(text.encode(encoding))) == piece.shows
