"""Makes the start and end tags of a broken element pair, guided by the DTD. Every character of text is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .tokens import MarkupToken

_PEOPLE = {
    "director", "actor", "writer", "adapter", "producer", "composer", "editor", "presenter", "commentator", "guest",
}  # fmt: skip
#: the children that an element may have; an element that is not a key has none
MODEL: dict[str, set[str]] = {
    "channel": {"display-name", "icon", "url"},
    "programme": {
        "title", "sub-title", "desc", "credits", "date", "category", "keyword", "language", "orig-language", "length", "icon",
        "url", "country", "episode-num", "video", "audio", "previously-shown", "premiere", "last-chance", "new", "subtitles",
        "rating", "star-rating", "review", "image",
    },
    "credits": _PEOPLE,
    **{person: {"image", "url"} for person in _PEOPLE},
    "video": {"present", "colour", "aspect", "quality"},
    "audio": {"present", "stereo"},
    "subtitles": {"language"},
    "rating": {"value", "icon"},
    "star-rating": {"value", "icon"},
}  # fmt: skip
_KNOWN = set(MODEL).union(*MODEL.values())
#: tags of HTML that are often left unpaired in a description; `_BREAKS` are those that separate words
_HTML = {"a", "b", "big", "center", "em", "font", "i", "small", "span", "strong", "sub", "sup", "tt", "u"}
_BREAKS = {"br", "div", "hr", "img", "li", "ol", "p", "ul"}


class AmbiguousTags(Exception):
    """These tags can be paired in several ways, and none is the most likely."""


def balance(tokens: Iterable[MarkupToken]) -> tuple[list[MarkupToken], bool]:
    """The tokens of one element with all tags paired, and whether an end tag had to be added for a child.

    `tokens` begin and end with the tags of the element itself. A start tag without an end tag, where the DTD allows such a
    child, ends at the next end tag that fits nothing else, or before the next child, or with its parent. Unpaired tags of
    HTML are dropped. Other unpaired tags become text, and so does a `<` that begins no tag. Raises `AmbiguousTags` for a
    start tag without an end tag where the DTD does not allow such a child.
    """
    tokens = list(tokens)
    balancer = _Balancer(_pairs(tokens))
    for index, token in enumerate(tokens):
        balancer.add(index, token)
    return balancer.out, balancer.ended


def _pairs(tokens: list[MarkupToken]) -> set[int]:
    """The indexes of the start and end tags that pair. An end tag pairs with the last open start tag of its name."""
    open_: list[int] = []
    waiting: Counter[str] = Counter()
    pairs: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind == "start":
            open_.append(index)
            waiting[token.name] += 1
        elif token.kind == "end" and waiting[token.name]:
            start = _pop_to(token.name, open_, waiting, tokens)
            pairs |= {start, index}
    return pairs


def _pop_to(name: str, open_: list[int], waiting: Counter[str], tokens: list[MarkupToken]) -> int:
    """Take start tags off the stack down to one called `name`; returns its index."""
    while True:
        start = open_.pop()
        waiting[tokens[start].name] -= 1
        if tokens[start].name == name:
            return start


class _Balancer:
    """Goes through the tokens once. `open` is the stack of open elements: the name, and whether the end tag is missing."""

    def __init__(self, pairs: set[int]) -> None:
        self.pairs = pairs
        self.out: list[MarkupToken] = []
        self.open: list[tuple[str, bool]] = []
        self.ended = False

    def add(self, index: int, token: MarkupToken) -> None:
        if token.kind == "text":
            self.text(token.source)
        elif token.kind == "raw":
            self.raw(token)
        elif token.kind == "end":
            self.end(index in self.pairs, token)
        else:
            self.start(index in self.pairs or token.kind == "empty", token)

    def text(self, source: str) -> None:
        self.out.append(MarkupToken("text", source.replace("<", "&lt;").replace("]]>", "]]&gt;")))

    def raw(self, token: MarkupToken) -> None:
        """Drop processing instructions, and comments that XML does not allow: they hold no text."""
        body = token.source[4:-3] if token.source.startswith("<!--") else ""
        if not token.source.startswith("<?") and "--" not in body and not body.endswith("-"):
            self.out.append(token)

    def start(self, paired: bool, token: MarkupToken) -> None:
        if paired:
            self.make_room(token.name)
        elif token.name not in _KNOWN:
            return self.unpaired(token)
        elif not self.make_room(token.name):
            raise AmbiguousTags(token.name)
        self.out.append(token)
        if token.kind == "start":
            self.open.append((token.name, not paired))

    def end(self, paired: bool, token: MarkupToken) -> None:
        if paired:
            while self.open[-1][1]:
                self.end_child()
            self.open.pop()
            self.out.append(token)
        elif self.open[-1][1] and token.name not in _HTML | _BREAKS:
            self.end_child()
        elif token.name not in _KNOWN:
            self.unpaired(token)

    def unpaired(self, token: MarkupToken) -> None:
        if token.name in _BREAKS and token.well_formed:
            self.text(" ")
        elif token.name not in _HTML or not token.well_formed:
            self.text(token.source)

    def make_room(self, name: str) -> bool:
        """End the unpaired elements that cannot contain `name`. Returns whether the DTD allows it in what is open then."""
        depth = len(self.open)
        while depth and self.open[depth - 1][1] and name not in MODEL.get(self.open[depth - 1][0], ()):
            depth -= 1
        allowed = depth > 0 and name in MODEL.get(self.open[depth - 1][0], ())
        while allowed and len(self.open) > depth:
            self.end_child()
        return allowed

    def end_child(self) -> None:
        name, _ = self.open.pop()
        self.out.append(MarkupToken("end", f"</{name}>", name))
        self.ended = True
