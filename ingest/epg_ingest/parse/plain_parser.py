"""Programmes in plain markup, read without an XML parser: most elements of most feeds.

Plain markup is a subset of XML 1.0 that cannot be misread: elements with lower-case names, attributes in double quotes, text
in UTF-8 without control characters, and only the five references that need no declaration. A child that holds elements goes
to the strict parser alone, unless the same text was read before: guides repeat their ratings and casts. If anything else is
in the programme, all of it goes to the strict parser, which gives the same values.

This takes half the time of lxml, which spends most of it on making an object for each element (docs/performance.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from ..core.text_bounds import LONG
from .child_values import TEXTS, Child, read_child, swallows
from .strict_parser import parse_one

_NAME = "[a-z]+(?:-[a-z]+)*"
#: a character of a text; `>` is left out, as XML allows it but not `]]>`
_CHARACTER = r"[^<>\x00-\x08\x0b-\x1f\x80-\x9f\ufffe\uffff]"
_VALUE = r'[^<>"\x00-\x1f\x80-\x9f\ufffe\uffff]*'
#: controls that XML allows and nobody means
_C1 = re.compile("[\x80-\x9f]")
#: The next child, in five groups. White space may precede it.
#: 1 and 2: its name and its attributes, up to `/>` or `>`.
#: 3: its text, up to its end tag (`</\1>`: the same name again) or to its first child.
#: 4: elements and the texts between them, up to the end tag. Here `<...>` is any tag but that end tag.
#: 5: if no child fits, all the rest, which is not plain: going on one character later would try the same again, and 64,000
#: blanks took 38 seconds. At the end of the programme all five are empty.
_CHILD = re.compile(
    rf"""[ \t\n]*<({_NAME})((?:\ {_NAME}="{_VALUE}")*)\ ?
    (?:/>|>({_CHARACTER}*)(?:</\1>|((?:<(?!/\1>)[^<>]*>[^<>]*)+)</\1>))|[ \t\n]*\Z|(.+)""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rf'({_NAME})="({_VALUE})"')
#: a `&` that begins none of the five references of XML
_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")
#: the attributes of an `<icon>` that has only its address, as most have
_ONLY_SRC = re.compile(rf'\ src="({_VALUE})"')
#: elements whose values hardly ever repeat
_UNIQUE = frozenset(("icon", "image", "url"))
#: values, and lists of attributes, that are kept for the next programmes
_KEPT = 4_000


class Leaf:
    """An element without children, with the part of lxml's interface that the readers of `details` use."""

    __slots__ = ("_attributes", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], text: str) -> None:
        self.tag, self._attributes, self.text = tag, attributes, text

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._attributes.get(name, default)

    def items(self) -> list[tuple[str, str]]:
        return list(self._attributes.items())

    def keys(self) -> Collection[str]:
        return self._attributes.keys()

    def find(self, _name: str) -> None:
        return None

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class PlainParser:
    """Reads the children of programmes, and keeps values and attributes that repeat."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, ...], Child] = {}
        self._lists: dict[str, dict[str, str] | None] = {"": {}}

    def children(self, body: str) -> list[Child] | None:
        """The children of a programme with their values, from the text between its tags; None if that is not plain."""
        if "\r" in body:
            body = body.replace("\r\n", "\n")  # XML 1.0, section 2.11; a CR alone is not plain
        refers = "&" in body
        if refers and _REFERENCE.search(body):
            return None
        found: list[Child] = []
        add, values, lists = found.append, self._values, self._lists
        for match in _CHILD.findall(body):
            tag, attributes, text, inner, other = match
            if tag in TEXTS and not inner:
                given = lists[attributes] if attributes in lists else self._attributes(attributes)
                if given is None:
                    return None
                text = text.strip()
                if text:
                    add((tag, (unescape(text) if refers else text, given.get("lang"))))
            elif tag == "icon" and not text and not inner and (only := _ONLY_SRC.fullmatch(attributes)):
                # Each programme may have its own picture: the general way takes a tenth of the time of all children.
                if src := unescape(only[1]).strip():
                    add((tag, {"src": src}))
            elif (known := values.get(match)) is not None:
                add(known)
            elif tag:
                if not self._read(match, found):
                    return None
            elif other:
                return None
        return found

    def _read(self, match: tuple[str, ...], found: list[Child]) -> bool:
        """Add a child with its value to `found`; False if it is not plain."""
        tag, attributes, text, inner, _ = match
        if inner:
            if _C1.search(inner):
                return False
            element = parse_one(f"<{tag}{attributes}>{text}{inner}</{tag}>".encode())
            if element is None or swallows(element):
                return False
        else:
            given = self._lists[attributes] if attributes in self._lists else self._attributes(attributes)
            if given is None:
                return False
            element = Leaf(tag, given, unescape(text))
        child = read_child(element)
        if tag not in _UNIQUE and len(text) + len(inner) <= LONG:
            if len(self._values) >= _KEPT:
                self._values.clear()
            self._values[match] = child
        found.append(child)
        return True

    def _attributes(self, text: str) -> dict[str, str] | None:
        """The attributes in the text after an element's name; None if one comes twice or declares a namespace."""
        pairs = _ATTRIBUTE.findall(text)
        given = {name: unescape(value) for name, value in pairs}
        found = None if len(given) < len(pairs) or "xmlns" in given else given
        if len(text) < 60:
            if len(self._lists) >= _KEPT:
                self._lists.clear()
            self._lists[text] = found
        return found


def unescape(text: str) -> str:
    """A text with the five references of XML replaced, `&amp;` last so that `&amp;lt;` becomes `&lt;`."""
    if "&" not in text:
        return text
    for reference, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(reference, character)
    return text.replace("&amp;", "&")
