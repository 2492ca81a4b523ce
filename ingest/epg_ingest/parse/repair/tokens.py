"""Splits a broken element into tokens, texts and tags, without losing a character.

The time is proportional to the length of the element, whatever is in it: a search that found nothing is not repeated from the
next `<`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}(?::[A-Za-z_][A-Za-z0-9_.-]{0,99})?"

#: a well-formed start or empty tag; the groups are its name and the `/` of an empty tag
_WELL = re.compile(rf"""<({NAME})(?:\s+{NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(/?)>""")
_ATTRIBUTE = re.compile(rf"""\s({NAME})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_NAME = re.compile(NAME)
_START = re.compile(rf"<({NAME})(?=[\s/>])")
_END = re.compile(rf"</({NAME})(?:\s[^<>]*)?>")
#: beginning and end of comments, CDATA sections and processing instructions
_RAW = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))

# The parts of a start tag with broken attributes.
_TAG_END = re.compile(r"\s*(/?)>")
_LOOSE_NAME = re.compile(r"""\s*([^\s=<>"'/]+)\s*(=?)\s*""")
_JUNK = re.compile(r"""\s*(?:["'=]|/(?!>))""")
#: what may follow a value: the end of the tag, or white space and the next attribute
_NEXT = rf"(?=\s{{0,100}}/?>|\s{{1,100}}{NAME}\s{{0,100}}=)"
#: A value in quotes, for each kind of quote. First, a value after which an attribute or the end of the tag follows. Second, the
#: same with quotes or `<` inside. Third, a value with nothing of the kind after it.
_QUOTED = re.compile(
    rf""""([^"<]*)"{_NEXT}|'([^'<]*)'{_NEXT}|"([^>]{{0,500}}?)"{_NEXT}|'([^>]{{0,500}}?)'{_NEXT}"""
    r"""|"([^"<>]*)"|'([^'<>]*)'"""
)
#: no value: the next attribute or the end of the tag follows the `=`
_NO_VALUE = re.compile(rf"(?={NAME}\s*=|/?>)")
#: a value without quotes, or with a quote at one side only
_BARE = re.compile(r"""["']?([^\s"'<>]+?)["']?(?=\s|/?>)""")


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
        self.hopeless = 0  # no start tag with broken attributes begins before this place

    def tag(self, at: int) -> MarkupToken | None:
        """The tag that begins at `at`, where a `<` is."""
        text = self.text
        if found := _END.match(text, at):
            return MarkupToken("end", found[0], found[1], [], found[0][2:-1].rstrip() == found[1])
        if found := _WELL.match(text, at):
            attributes = [(name, one or other) for name, one, other in _ATTRIBUTE.findall(found[0])]
            unique = len(dict(attributes)) == len(attributes)
            return MarkupToken("empty" if found[2] else "start", found[0], found[1], attributes, unique)
        for opening, closing in _RAW:
            if text.startswith(opening, at):
                return self._raw(at, at + len(opening), closing)
        found = _START.match(text, at)
        return self._loose(at, found[1], found.end()) if found and at >= self.hopeless else None

    def _raw(self, at: int, inside: int, closing: str) -> MarkupToken | None:
        end = -1 if closing in self.absent else self.text.find(closing, inside)
        if end < 0:
            self.absent.add(closing)
            return None
        return MarkupToken("raw", self.text[at : end + len(closing)])

    def _loose(self, at: int, name: str, place: int) -> MarkupToken | None:
        """A start tag with broken attributes, which begin at `place`; None if no sensible end is found."""
        attributes: list[tuple[str, str]] = []
        while not (end := _TAG_END.match(self.text, place)):
            found = _LOOSE_NAME.match(self.text, place)
            junk = None if found else _JUNK.match(self.text, place)
            if found and found[2]:
                value, place = self._value(found.end())
                attributes.append((found[1], value))
            elif found:
                place = found.end()
                attributes.append((found[1], ""))
            elif junk:
                place = junk.end()
            if place < 0 or not (found or junk):
                self.hopeless = max(self.hopeless, place, found.end() if found else 0)
                return None
        named = [pair for pair in attributes if _NAME.fullmatch(pair[0])]
        return MarkupToken("empty" if end[1] else "start", self.text[at : end.end()], name, named, False)

    def _value(self, place: int) -> tuple[str, int]:
        """The attribute value that begins at `place`, and where it ends, -1 if there is none."""
        if found := _QUOTED.match(self.text, place):
            return found[found.lastindex or 0], found.end()
        if _NO_VALUE.match(self.text, place):
            return "", place
        found = _BARE.match(self.text, place)
        return (found[1], found.end()) if found else ("", -1)
