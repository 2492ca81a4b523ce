"""The text of an element that may hold others: elements of HTML, or those of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..core.text_bounds import one_line
from .vocabulary import INLINE

#: children of a person that say something else than the name; the last two are of other dialects
_FACTS = ("image", "url", "role", "character")

#: how many elements of one kind are kept where the DTD allows none or one
MOST_OTHERS = 20
#: the attributes in which feeds write an address
_ADDRESSES = ("src", "url", "href", "link", "value")


def text_of(element: Any) -> str:
    """The text of an element and of all elements within it, without white space at both ends.

    Elements within it separate words (`First line.<br/>Second line.` becomes `First line. Second line.`), except those of HTML
    that do not (`<b>News</b>reel`).
    """
    if not len(element):
        text = element.text
        return text.strip() if text else ""
    return _joined(element, lambda _: True)


def line_of(element: Any) -> str:
    """The same in one line."""
    text = text_of(element)
    return one_line(text) if "\n" in text else text


def address_of(element: Any) -> str:
    """The address that an element gives, in an attribute, between its tags or in an element within it; "" if it gives none."""
    for name in _ADDRESSES:
        if address := (element.get(name) or "").strip():
            return address
    return text_of(element) or next(filter(None, map(address_of, element)), "")


def further_lines(element: Any, names: Iterable[str]) -> dict[str, list[str]]:
    """The texts of the second, third … child of each name, by name."""
    found = {}
    for name in names:
        several = [text for child in element.iterchildren(name) if (text := line_of(child))]
        if others := several[1 : MOST_OTHERS + 1]:
            found[name] = others
    return found


def has_text(element: Any) -> bool:
    """Whether there is text between the children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def own_text(element: Any) -> str:
    """A person's name, in one line: the text of an element without that of its children.

    Some feeds write the name in a child. Then it is the text of those children that say nothing else.
    """
    if not len(element):
        return one_line(element.text or "")
    return one_line(_joined(element, INLINE.__contains__) or _joined(element, lambda tag: tag not in _FACTS))


def _joined(element: Any, wanted: Callable[[str], bool]) -> str:
    """The texts of an element and of the children that are `wanted`."""
    parts: list[str] = []
    _gather(element, wanted, parts)
    pieces = "".join(parts).split("\0")
    return " ".join([text for piece in pieces if (text := piece.strip())])


def _gather(element: Any, wanted: Callable[[str], bool], parts: list[str]) -> None:
    """Add the texts in an element to `parts`, with a NUL, which no XML has, where words are separate."""
    parts.append(element.text or "")
    for child in element:
        between = "" if child.tag in INLINE else "\0"
        parts.append(between)
        if wanted(child.tag):
            _gather(child, wanted, parts)
            parts.append(between)
        parts.append(child.tail or "")
