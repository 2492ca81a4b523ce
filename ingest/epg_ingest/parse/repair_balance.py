"""Start and end tags made to pair, from what the DTD allows where; every character of text is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .repair_tags import Tag

_PEOPLE = (
    *("director", "actor", "writer", "adapter", "producer"),
    *("composer", "editor", "presenter", "commentator", "guest"),
)
#: which children an element may have; those of the DTD without children may have none
MODEL: dict[str, set[str]] = {
    "channel": {"display-name", "icon", "url"},
    "programme": {
        *(
            "title",
            "sub-title",
            "desc",
            "credits",
            "date",
            "category",
            "keyword",
            "language",
            "orig-language",
        ),
        *(
            "length",
            "icon",
            "url",
            "country",
            "episode-num",
            "video",
            "audio",
            "previously-shown",
            "premiere",
        ),
        *("last-chance", "new", "subtitles", "rating", "star-rating", "review", "image"),
    },
    "credits": set(_PEOPLE),
    **{person: {"image", "url"} for person in _PEOPLE},
    "video": {"present", "colour", "aspect", "quality"},
    "audio": {"present", "stereo"},
    "subtitles": {"language"},
    "rating": {"value", "icon"},
    "star-rating": {"value", "icon"},
}
_KNOWN = set(MODEL).union(*MODEL.values())
#: tags of HTML that people leave unpaired in a description, and those of them that part words
_HTML = {"a", "b", "big", "center", "em", "font", "i", "small", "span", "strong", "sub", "sup", "tt", "u"}
_BREAKS = {"br", "div", "hr", "img", "li", "ol", "p", "ul"}


class Hopeless(Exception):
    """There is no reading of these tags that is more likely than others."""


def balance(pieces: Iterable[Tag]) -> tuple[list[Tag], bool]:
    """`pieces` of one element, whose own tags pair, with all tags paired; and whether a child had to be ended.

    An unpaired child the DTD allows where it stands is ended at the end tag that fits nothing else, before the next
    child, or with its parent; unpaired HTML tags go, other unpaired tags become text, as does a `<` alone. Raises
    Hopeless for an unpaired child where the DTD has no place for it.
    """
    pieces = list(pieces)
    balancer = _Balancer(_pairs(pieces))
    for index, piece in enumerate(pieces):
        balancer.add(index, piece)
    return balancer.out, balancer.ended


def _pairs(pieces: list[Tag]) -> set[int]:
    """Indexes of the start and end tags that belong together."""
    open_: list[int] = []
    waiting: Counter[str] = Counter()
    pairs: set[int] = set()
    for index, piece in enumerate(pieces):
        if piece.kind == "start":
            open_.append(index)
            waiting[piece.name] += 1
        elif piece.kind == "end" and waiting[piece.name]:
            start = _pop_to(piece.name, open_, waiting, pieces)
            pairs |= {start, index}
    return pairs


def _pop_to(name: str, open_: list[int], waiting: Counter[str], pieces: list[Tag]) -> int:
    while True:
        start = open_.pop()
        waiting[pieces[start].name] -= 1
        if pieces[start].name == name:
            return start


class _Balancer:
    """Goes through the pieces once. `open` holds the elements we are in: their name, and whether unpaired."""

    def __init__(self, pairs: set[int]) -> None:
        self.pairs = pairs
        self.out: list[Tag] = []
        self.open: list[tuple[str, bool]] = []
        self.ended = False

    def add(self, index: int, piece: Tag) -> None:
        if piece.kind == "text":
            self.text(piece.source)
        elif piece.kind == "raw":
            self.raw(piece)
        elif piece.kind == "end":
            self.end(index in self.pairs, piece)
        else:
            self.start(index in self.pairs or piece.kind == "empty", piece)

    def text(self, source: str) -> None:
        self.out.append(Tag("text", source.replace("<", "&lt;").replace("]]>", "]]&gt;")))

    def raw(self, piece: Tag) -> None:
        """Instructions go, and comments XML does not allow: they hold no text."""
        body = piece.source[4:-3] if piece.source.startswith("<!--") else ""
        if not piece.source.startswith("<?") and "--" not in body and not body.endswith("-"):
            self.out.append(piece)

    def start(self, paired: bool, piece: Tag) -> None:
        if paired:
            self.make_room(piece.name)
        elif piece.name not in _KNOWN:
            return self.unpaired(piece)
        elif not self.make_room(piece.name):
            raise Hopeless(piece.name)
        self.out.append(piece)
        if piece.kind == "start":
            self.open.append((piece.name, not paired))

    def end(self, paired: bool, piece: Tag) -> None:
        if paired:
            while self.open[-1][1]:
                self.end_child()
            self.open.pop()
            self.out.append(piece)
        elif self.open[-1][1] and piece.name not in _HTML | _BREAKS:
            self.end_child()
        elif piece.name not in _KNOWN:
            self.unpaired(piece)

    def unpaired(self, piece: Tag) -> None:
        if piece.name in _BREAKS and piece.well:
            self.text(" ")
        elif piece.name not in _HTML or not piece.well:
            self.text(piece.source)

    def make_room(self, name: str) -> bool:
        """End the unpaired children that cannot hold `name`; whether the DTD allows it where we are then."""
        depth = len(self.open)
        while depth and self.open[depth - 1][1] and name not in MODEL.get(self.open[depth - 1][0], ()):
            depth -= 1
        allowed = depth > 0 and name in MODEL.get(self.open[depth - 1][0], ())
        while allowed and len(self.open) > depth:
            self.end_child()
        return allowed

    def end_child(self) -> None:
        name, _ = self.open.pop()
        self.out.append(Tag("end", f"</{name}>", name))
        self.ended = True
