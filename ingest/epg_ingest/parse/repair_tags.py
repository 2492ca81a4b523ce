"""Broken markup into text and tags, losing no character: what `repair` and `balance` work on.

Every step forward is taken once, whatever the text: a search that found nothing is not repeated from the next `<`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}(?::[A-Za-z_][A-Za-z0-9_.-]{0,99})?"

_WELL = re.compile(rf"""<({NAME})(?:\s+{NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(/?)>""")
_ATTRIBUTE = re.compile(rf"""\s({NAME})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_NAME = re.compile(NAME)
_START = re.compile(rf"<({NAME})(?=[\s/>])")
_END = re.compile(rf"</({NAME})(?:\s[^<>]*)?>")
_RAW = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))

_TAG_END = re.compile(r"\s*(/?)>")
_LOOSE_NAME = re.compile(r"""\s*([^\s=<>"'/]+)\s*(=?)\s*""")
_JUNK = re.compile(r"""\s*(?:["'=]|/(?!>))""")
_NEXT = rf"(?=\s{{0,100}}/?>|\s{{1,100}}{NAME}\s{{0,100}}=)"
#: the value between quotes that end where a value can end; one with quotes or `<` inside; one with no space after it
_QUOTED = re.compile(
    rf""""([^"<]*)"{_NEXT}|'([^'<]*)'{_NEXT}|"([^>]{{0,500}}?)"{_NEXT}|'([^>]{{0,500}}?)'{_NEXT}"""
    r"""|"([^"<>]*)"|'([^'<>]*)'"""
)
_NONE = re.compile(rf"(?={NAME}\s*=|/?>)")
_BARE = re.compile(r"""["']?([^\s"'<>]+?)["']?(?=\s|/?>)""")


@dataclass
class Tag:
    """A piece of an element. `kind`: text, start, end, empty, raw (a comment, CDATA section or instruction).

    `source` is as found; `attributes` are names and values as found between the quotes; `well` is whether the tag
    itself is as XML wants it.
    """

    kind: str
    source: str
    name: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)
    well: bool = True


def scan(text: str) -> list[Tag]:
    """The pieces of `text` in order: joined, their sources are `text`. A `<` that begins no tag stays in the text."""
    scanner = _Scanner(text)
    pieces: list[Tag] = []
    done = at = 0
    while (at := text.find("<", at)) >= 0:
        tag = scanner.tag(at)
        if tag is None:
            at += 1
            continue
        if at > done:
            pieces.append(Tag("text", text[done:at]))
        pieces.append(tag)
        done = at = at + len(tag.source)
    if done < len(text):
        pieces.append(Tag("text", text[done:]))
    return pieces


class _Scanner:
    """Finds tags in one text and remembers where there are none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.absent: set[str] = set()
        self.hopeless = 0  # up to here, a start tag with broken attributes has been looked for in vain

    def tag(self, at: int) -> Tag | None:
        """The tag that begins at `at`, where a `<` is."""
        text = self.text
        if found := _END.match(text, at):
            return Tag("end", found[0], found[1], [], found[0][2:-1].rstrip() == found[1])
        if found := _WELL.match(text, at):
            attributes = [(name, one or other) for name, one, other in _ATTRIBUTE.findall(found[0])]
            unique = len(dict(attributes)) == len(attributes)
            return Tag("empty" if found[2] else "start", found[0], found[1], attributes, unique)
        for opening, closing in _RAW:
            if text.startswith(opening, at):
                return self._raw(at, at + len(opening), closing)
        found = _START.match(text, at)
        return self._loose(at, found[1], found.end()) if found and at >= self.hopeless else None

    def _raw(self, at: int, inside: int, closing: str) -> Tag | None:
        end = -1 if closing in self.absent else self.text.find(closing, inside)
        if end < 0:
            self.absent.add(closing)
            return None
        return Tag("raw", self.text[at : end + len(closing)])

    def _loose(self, at: int, name: str, place: int) -> Tag | None:
        """A start tag whose attributes are not as XML wants them; None when it has no end that makes sense."""
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
        return Tag("empty" if end[1] else "start", self.text[at : end.end()], name, named, False)

    def _value(self, place: int) -> tuple[str, int]:
        """The value that begins here and where it ends; -1 where there is none."""
        if found := _QUOTED.match(self.text, place):
            return found[found.lastindex or 0], found.end()
        if _NONE.match(self.text, place):
            return "", place
        found = _BARE.match(self.text, place)
        return (found[1], found.end()) if found else ("", -1)
