"""Makes the start and end tags of a broken element pair, guided by the DTD. Every character of text is kept.

The DTD decides more than the order of tags: a `<desc>` cannot be in a `<title>`, so the title ends before it, whether its end
tag is missing or stands somewhere else. So damage in one child costs nothing of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..vocabulary import BREAKS, CONTAINERS, INLINE, KNOWN, MODEL, PARENTS
from .tag_pairs import pairs, rated
from .tokens import MarkupToken

#: elements within one another that are kept; deeper ones give their text only, as a strict parser refuses hundreds
DEEPEST = 64
#: the elements whose text may have several lines
_LONG = frozenset(("desc", "review"))
#: the first line of a text, and what follows it
_LINES = re.compile(r"(\s*\S[^\n]*\n)(\s*\S.*)", re.DOTALL)


@dataclass
class OpenElement:
    """An element on the stack: where its start tag is in the output, and whether its end tag is missing."""

    name: str
    place: int
    unended: bool

    def has(self, child: str) -> bool:
        """Whether the DTD allows this child."""
        return child in MODEL.get(self.name, ())

    @property
    def foreign(self) -> bool:
        """Whether it is none of the DTD or HTML: what is in it stays in it."""
        return self.name not in KNOWN and self.name not in INLINE and self.name not in BREAKS


def balance(tokens: Iterable[MarkupToken], closed: bool = True, whole_line: bool = True) -> list[MarkupToken]:
    """The tokens of one element with all tags paired. `tokens` begin and end with the tags of the element itself.

    - A start tag that the DTD does not allow where it stands ends the elements before it, up to one that may contain it. A
      person outside `<credits>` gets one.
    - An end tag that fits nothing ends the innermost element, if that has none of its own. If text stands bare before it, it
      was the element of that name.
    - Unpaired tags of HTML are dropped. Other unpaired tags become text, and so does a `<` that begins no tag.

    `closed` says that the element had its own end tag. If not, it may be cut off: a last child without an end tag is left out
    unless the element ends with a `whole_line`, and always if it is the title.
    """
    tokens = list(tokens)
    paired = pairs(tokens)
    balancer = _Balancer(paired, rated(tokens, paired), closed, whole_line)
    for index, token in enumerate(tokens[:-1]):
        balancer.add(index, token)
    balancer.finish(tokens[-1])
    return balancer.out


class _Balancer:
    """Goes through the tokens once. `open` is the stack of open elements, `bare` the place in the output of a text between
    elements that an end tag may claim."""

    def __init__(
        self, pairs: dict[int, int], ratings: dict[int, str], closed: bool, whole_line: bool
    ) -> None:
        self.pairs, self.ratings = pairs, ratings
        self.closed, self.whole_line = closed, whole_line
        self.out: list[MarkupToken] = []
        self.open: list[OpenElement] = []
        self.bare: int | None = None
        self.dropped: set[int] = set()
        self.titled = False

    def add(self, index: int, token: MarkupToken) -> None:
        if token.kind == "text":
            self.text(token.source)
        elif token.kind == "raw":
            self.raw(token)
        elif token.kind == "end":
            self.end(index, token)
        elif token.name in KNOWN:
            self.start(index, token)
        else:
            self.unknown(index, token)

    def text(self, source: str) -> None:
        if self.open[-1].name in CONTAINERS and source.strip() and self.bare is None:
            self.bare = len(self.out)
        self.out.append(MarkupToken("text", source.replace("<", "&lt;").replace("]]>", "]]&gt;")))

    def raw(self, token: MarkupToken) -> None:
        """Drop processing instructions, comments that XML does not allow, and the beginning of a CDATA section without an end:
        they hold no text."""
        if token.source.startswith("<!["):
            if token.source.endswith("]]>"):
                self.out.append(MarkupToken("raw", f"<![CDATA[{token.source[9:]}"))
            return
        body = token.source[4:-3] if token.source.startswith("<!--") else ""
        if not token.source.startswith("<?") and "--" not in body and not body.endswith("-"):
            self.out.append(token)

    def start(self, index: int, token: MarkupToken) -> None:
        """A start tag or empty tag of the DTD."""
        paired = index in self.pairs or token.kind == "empty"
        if self.open and not self.make_room(token.name):
            parent = PARENTS.get(token.name) or self.ratings.get(index)
            if parent and self.make_room(parent):
                self.push(MarkupToken("start", f"<{parent}>", parent), unended=True)
            elif not paired or len(self.open) > DEEPEST:
                return None if self.open[-1].name in CONTAINERS else self.text(token.source)
        self.push(token, unended=not paired)

    def unknown(self, index: int, token: MarkupToken) -> None:
        """A start tag or empty tag that is not in the DTD."""
        paired = index in self.pairs or token.kind == "empty"
        if not paired:
            self.unpaired(token)
        elif len(self.open) <= DEEPEST:
            self.push(token, unended=False)
        elif token.kind == "start":
            self.dropped.add(self.pairs[index])

    def push(self, token: MarkupToken, unended: bool) -> None:
        if token.kind == "start":
            self.open.append(OpenElement(token.name, len(self.out), unended))
        if token.name in KNOWN:
            self.bare = None
            self.titled = self.titled or token.name == "title"
        self.out.append(token)

    def end(self, index: int, token: MarkupToken) -> None:
        name = token.name
        if index in self.dropped or not name:
            return
        if any(element.name == name for element in self.open[1:]):
            while self.open[-1].name != name:
                self.end_child()
            self.end_child()
        elif name in INLINE or name in BREAKS or not (self.claim(name) or self.end_misnamed(name)):
            self.unpaired(token)

    def claim(self, name: str) -> bool:
        """Make an element of the bare text before its end tag, if its start tag is missing."""
        if (
            self.bare is None
            or name in CONTAINERS
            or not self.open[-1].has(name)
            or (name == "title" and self.titled)
        ):
            return False
        self.out.insert(self.bare, MarkupToken("start", f"<{name}>", name))
        self.titled = self.titled or name == "title"
        self.bare = None
        self.out.append(MarkupToken("end", f"</{name}>", name))
        return True

    def end_misnamed(self, name: str) -> bool:
        """End the innermost element, which has no end tag, with that of something else. A second line of a text that has one
        line is no part of it: `<title>News`, and in the next line `2016</date>`."""
        element = self.open[-1]
        if not element.unended or len(self.open) == 1:
            return False
        last = self.out[-1]
        lines = _LINES.fullmatch(last.source) if last.kind == "text" and element.name not in _LONG else None
        if lines and name in KNOWN and element.place == len(self.out) - 2 and element.name not in CONTAINERS:
            last.source = lines[1]
            self.end_child()
            self.text(lines[2])
            return self.claim(name)
        self.end_child()
        return True

    def unpaired(self, token: MarkupToken) -> None:
        if token.name in BREAKS and token.well_formed:
            self.text(" ")
        elif token.well_formed and (token.name in KNOWN or self.open[-1].name in CONTAINERS):
            return  # it is nobody's text
        elif token.name not in INLINE or not token.well_formed:
            self.text(token.source)

    def make_room(self, name: str) -> bool:
        """End the elements that cannot contain `name`. Returns whether the DTD allows it in what is open then.

        Nothing ends if it is allowed nowhere, or within an element that is not in the DTD.
        """
        depth = len(self.open)
        while depth and not self.open[depth - 1].has(name) and not self.open[depth - 1].foreign:
            depth -= 1
        if not depth or self.open[depth - 1].foreign:
            return False
        while len(self.open) > depth:
            self.end_child()
        return True

    def end_child(self) -> None:
        name = self.open.pop().name
        self.out.append(MarkupToken("end", f"</{name}>", name))
        if name in KNOWN:
            self.bare = None

    def finish(self, token: MarkupToken) -> None:
        """The end tag of the element itself."""
        leaf = next(
            (element for element in self.open[1:] if element.unended and element.name not in CONTAINERS), None
        )
        if leaf and not self.closed and not (self.whole_line and leaf.name != "title"):
            while self.open[-1] is not leaf:
                self.open.pop()
            self.open.pop()
            del self.out[leaf.place :]
        while len(self.open) > 1:
            self.end_child()
        self.out.append(token)
