"""Damage to a slice, and what it may cost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.fuzz.slices import Slice, slices

#: what markup is made of, and what breaks it
TOKENS = [token.encode() for token in (
    "<", ">", "&", '"', "'", "=", "/", " ", "\n", ";", "]", "-", "!", "?", "\0", "\x92", "\ufffe", "\u201d", "\xa0", "</", "/>",
    "<!--", "-->", "--", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE x [", "]>", "<!ENTITY e 'x'>", "&amp;", "&amp;amp;", "&#0;",
    "&#x92;", "&#55357;&#56832;", "&nope;", "<br/>", "<br>", "<p>", "</p>", "<b>", "<desc>", "</desc>", "<title>", "</title>",
    "<title", "<credits>", "</credits>", "<actor>", "<value>", "<new/>", "<x:y>", "<programme", "<programme>", "</programme>",
    "</programme", "<programme/>", "<channel id='z'>", "</channel>", "</tv>", "<tv>", 'a="', "a=b", ' lang="de', ' start="',
    ' channel="', "xmlns='x'", " xmlns:x=''",
)] + [b"\x80", b"\xc3", b"\xed\xa0\xbd", b"\xff\xfe", b"\x8f"]  # fmt: skip
#: what hides markup from readers: where it comes or goes, other elements are hidden or shown
_HIDING = re.compile(rb"<!|-->|\]\]>|<\?|\?>")
_START_TAG = re.compile(rb"<programme\s[^<>]*>")
_TITLE = re.compile(rb"<title\b.*</title>", re.DOTALL)


@dataclass(frozen=True)
class Damage:
    """The bytes from `start` to `stop` of a slice, and what stands there instead."""

    slice: Slice
    start: int
    stop: int
    instead: bytes

    @property
    def body(self) -> bytes:
        return self.slice.body[: self.start] + self.instead + self.slice.body[self.stop :]

    def touches(self, start: int, stop: int) -> bool:
        """Whether it is within or at the edges of a span."""
        return (self.start < stop and self.stop > start) or start < self.start == self.stop < stop

    @property
    def hides(self) -> bool:
        """Whether comments, CDATA sections, instructions or declarations began or ended, or are no more."""
        around = slice(max(0, self.start - 8), self.stop + 8)
        before = self.slice.body[around]
        after = before[: self.start - around.start] + self.instead + before[self.stop - around.start :]
        return _HIDING.findall(before) != _HIDING.findall(after)

    @property
    def untouched(self) -> list[int]:
        """The numbers of the programmes that it leaves whole."""
        places = enumerate(self.slice.places)
        return [number for number, place in places if not self.touches(*place)]

    @property
    def kept(self) -> list[int]:
        """The numbers of the programmes whose start tag, title and end tag it leaves whole."""
        return [number for number, place in enumerate(self.slice.places) if not self._hurts(place)]

    def _hurts(self, place: tuple[int, int]) -> bool:
        start, stop = place
        element = self.slice.body[start:stop]
        head, title = _START_TAG.match(element), _TITLE.search(element)
        if not self.touches(start, stop):
            return False
        if head is None or title is None or re.search(rb"title|programme", self.instead, re.IGNORECASE):
            return True
        vital = [head.span(), title.span(), (len(element) - len(b"</programme>"), len(element))]
        return any(self.touches(start + one, start + other) for one, other in vital)


@st.composite
def damages(draw: st.DrawFn, most: int = 60) -> Damage:
    """One damage after the head of a slice. Half of them add what markup is made of."""
    chosen = draw(st.sampled_from(slices()))
    first, last = chosen.places[0][0], chosen.places[-1][1]
    start = draw(st.integers(first, last))
    stop = min(last, start + draw(st.one_of(st.just(0), st.integers(0, most))))
    token = st.sampled_from(TOKENS)
    instead = draw(
        st.one_of(
            token,
            st.lists(token, min_size=0, max_size=4).map(b"".join),
            st.binary(max_size=6),
            st.tuples(st.integers(first, last), st.integers(1, most)).map(
                lambda span: chosen.body[span[0] : span[0] + span[1]]
            ),
        )
    )
    return Damage(chosen, start, stop, instead)
