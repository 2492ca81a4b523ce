"""A programme in plain markup, read without a parser: what most elements of most feeds are.

Plain is a subset of XML 1.0 in which reading can go wrong in no way: elements of lower-case names with attributes in double
quotes, text in UTF-8 without control characters, and no references but the five that need no declaration. An element that
holds others goes to the strict parser by itself, unless the same bytes were read before: guides repeat their ratings and
casts. Everything else is not plain, and the whole programme goes to `xmltv`, which gives the same values for it.

It takes half the time of parsing with lxml and walking the tree (docs/performance.md): most of that goes into making an
object of each element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .strict import parse_one

#: what stands for a child: its name, and its value as `normalise.value` gives it
Child = tuple[str, Any]
_NAME = "[a-z]+(?:-[a-z]+)*"
#: characters of a text or an attribute value; `>` alone would be legal in a text, `]]>` is not
_CHARACTER = r"[^<>\x00-\x08\x0b-\x1f\ufffe\uffff]"
_VALUE = r'[^<>"\x00-\x1f\ufffe\uffff]*'
#: one child: name, attributes, text, text with elements; or a character that is not plain
_CHILD = re.compile(
    rf"""[ \t\n]*<({_NAME})((?:\ {_NAME}="{_VALUE}")*)\ ?
    (?:/>|>({_CHARACTER}*)(?:</\1>|((?:<(?!/\1>)[^<>]*>[^<>]*)+)</\1>))|[ \t\n]*\Z|(.)""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rf'({_NAME})="({_VALUE})"')
#: a reference that must be looked up, or none at all
_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")
_TEXTS = frozenset(("title", "sub-title", "desc", "category"))
#: values that hardly ever come again
_UNIQUE = frozenset(("icon", "image", "url"))
#: values kept for the next programme
_KEPT = 4_000


class Leaf:
    """An element without children, as far as the readers of `details` look at one."""

    __slots__ = ("_attributes", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], text: str) -> None:
        self.tag, self._attributes, self.text = tag, attributes, text

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._attributes.get(name, default)

    def items(self) -> list[tuple[str, str]]:
        return list(self._attributes.items())

    def keys(self) -> list[str]:
        return list(self._attributes)

    def find(self, _name: str) -> None:
        return None

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Plain:
    """Reads the contents of programmes. `value` gives the value of an element that is no plain text."""

    def __init__(self, value: Callable[[Any], Any]) -> None:
        self._value = value
        self._values: dict[tuple[str, ...], Any] = {}
        self._lists: dict[str, dict[str, str] | None] = {"": {}}

    def children(self, body: str) -> list[Child] | None:
        """The children of a programme from the text between its tags; None when it is not plain."""
        if "\r" in body:
            body = body.replace("\r\n", "\n")  # as XML 1.0 says in 2.11; one alone is not plain
        refers = "&" in body
        if refers and _REFERENCE.search(body):
            return None
        found: list[Child] = []
        add, values, lists = found.append, self._values, self._lists
        for match in _CHILD.findall(body):
            tag, attributes, text, inner, other = match
            if tag in _TEXTS and not inner:
                given = lists[attributes] if attributes in lists else self._attributes(attributes)
                if given is None:
                    return None
                text = text.strip()
                if text:
                    add((tag, (unescape(text) if refers else text, given.get("lang"))))
            elif match in values:
                add((tag, values[match]))
            elif tag:
                if not self._read(match, found):
                    return None
            elif other:
                return None
        return found

    def _read(self, match: tuple[str, ...], found: list[Child]) -> bool:
        """Put the value of a child into `found`; False when it is not plain."""
        tag, attributes, text, inner, _ = match
        if inner:
            element = parse_one(f"<{tag}{attributes}>{text}{inner}</{tag}>".encode())
            if element is None:
                return False
        else:
            given = self._lists[attributes] if attributes in self._lists else self._attributes(attributes)
            if given is None:
                return False
            element = Leaf(tag, given, unescape(text))
        value = self._value(element)
        if tag not in _UNIQUE:
            if len(self._values) >= _KEPT:
                self._values.clear()
            self._values[match] = value
        found.append((tag, value))
        return True

    def _attributes(self, text: str) -> dict[str, str] | None:
        """Attributes from what stands behind a name; None where one comes twice or declares a namespace."""
        pairs = _ATTRIBUTE.findall(text)
        given = {name: unescape(value) for name, value in pairs}
        found = None if len(given) < len(pairs) or "xmlns" in given else given
        if len(text) < 60:
            if len(self._lists) >= _KEPT:
                self._lists.clear()
            self._lists[text] = found
        return found


def unescape(text: str) -> str:
    """A text with the five references of XML replaced."""
    if "&" not in text:
        return text
    for reference, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(reference, character)
    return text.replace("&amp;", "&")
