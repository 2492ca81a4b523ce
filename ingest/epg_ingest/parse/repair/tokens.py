"""Splits a broken element into tokens, texts and tags, without losing a character.

The time is proportional to the length of the element, whatever is in it: a search that found nothing is not repeated from the
next `<`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .loose_attributes import NAME, loose_tag

#: white space as XML has it, without U+00A0 and the like
_S = r"[ \t\r\n]"
#: a well-formed start or empty tag; the groups are its name and the `/` of an empty tag
_WELL = re.compile(rf"""<({NAME})(?:{_S}+{NAME}{_S}*={_S}*(?:"[^"<]*"|'[^'<]*'))*{_S}*(/?)>""")
_ATTRIBUTE = re.compile(rf"""{_S}({NAME}){_S}*={_S}*(?:"([^"<]*)"|'([^'<]*)')""")
_NAME = re.compile(NAME)
_START = re.compile(rf"<({NAME})(?=[\s/>])")
#: An end tag, which may have a blank, `\` or a second `/` before its name, `/` after it, or no `>` before the next tag; or one
#: without a name (`</>`)
_END = re.compile(
    rf"<\s{{0,9}}[/\\]{{1,2}}\s{{0,9}}({NAME})(?:\s{{0,100}}(?=<|\Z)|\s{{0,100}}/>|(?:\s[^<>]*)?>)|</\s{{0,9}}>"
)
#: beginning and end of comments, CDATA sections and processing instructions
_RAW = (("<!--", "-->"), ("<?", "?>"))
_CDATA = re.compile(r"<!\[CDATA\[", re.IGNORECASE)


@dataclass
class MarkupToken:
    """A text or a tag. `kind` is text, start, end, empty or raw (a comment, CDATA section or processing instruction).

    `source` is the token as it stands in the element, `attributes` are the names and values (between the quotes) of a tag.
    `well_formed` says whether the tag, on its own, is well-formed.
    """

    kind: str
    source: str
    name: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)
    well_formed: bool = True


def tokenise(text: str) -> list[MarkupToken]:
    """The tokens of `text` in order. Their sources, joined, are `text`. A `<` that begins no tag is part of a text."""
    tokeniser = _Tokeniser(text)
    tokens: list[MarkupToken] = []
    done = at = 0
    while (at := text.find("<", at)) >= 0:
        tag = tokeniser.tag(at)
        if tag is None:
            at += 1
            continue
        if at > done:
            tokens.append(MarkupToken("text", text[done:at]))
        tokens.append(tag)
        done = at = at + len(tag.source)
    if done < len(text):
        tokens.append(MarkupToken("text", text[done:]))
    return tokens


class _Tokeniser:
    """Finds the tags of one text, and remembers where there are none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.absent: set[str] = set()
        self.cdata_end = (
            0  # the first `]]>` after the last CDATA section that was looked at, -1 if there is none
        )
        self.hopeless = 0  # no start tag with broken attributes begins before this place

    def tag(self, at: int) -> MarkupToken | None:
        """The tag that begins at `at`, where a `<` is."""
        text = self.text
        if found := _END.match(text, at):
            name, well = (
                found[1] or "",
                found[0].endswith(">") and found[0][2:-1].rstrip(" \t\r\n") == found[1],
            )
            return MarkupToken("end", found[0], name, [], well)
        if found := _WELL.match(text, at):
            attributes = [(name, one or other) for name, one, other in _ATTRIBUTE.findall(found[0])]
            unique = len(dict(attributes)) == len(attributes)
            return MarkupToken("empty" if found[2] else "start", found[0], found[1], attributes, unique)
        for opening, closing in _RAW:
            if text.startswith(opening, at):
                return self._raw(at, at + len(opening), closing)
        if found := _CDATA.match(text, at):
            return self._cdata(at, found.end())
        found = _START.match(text, at)
        return self._loose(at, found[1], found.end()) if found and at >= self.hopeless else None

    def _raw(self, at: int, inside: int, closing: str) -> MarkupToken | None:
        end = -1 if closing in self.absent else self.text.find(closing, inside)
        if end < 0:
            self.absent.add(closing)
            return None
        return MarkupToken("raw", self.text[at : end + len(closing)])

    def _cdata(self, at: int, inside: int) -> MarkupToken:
        """A CDATA section; only its beginning if its end is missing, which is so if another one begins before that."""
        if 0 <= self.cdata_end < inside:
            self.cdata_end = self.text.find("]]>", inside)
        end = self.cdata_end
        if end < 0 or _CDATA.search(self.text, inside, end):
            return MarkupToken("raw", self.text[at:inside])
        return MarkupToken("raw", self.text[at : end + 3])

    def _loose(self, at: int, name: str, place: int) -> MarkupToken | None:
        """A start tag with broken attributes, which begin at `place`; None if no sensible end is found."""
        found = loose_tag(self.text, place)
        if isinstance(found, int):
            self.hopeless = max(self.hopeless, found)
            return None
        named = [pair for pair in found.attributes if _NAME.fullmatch(pair[0])]
        return MarkupToken("empty" if found.empty else "start", self.text[at : found.end], name, named, False)
