"""Raw elements to lxml elements with a strict parser.

A well-formed batch is parsed in one call. In a broken batch each element is parsed alone, and repaired or given up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..unpack.character_encoding import mend_characters, to_utf8
from .batch import END
from .child_values import TEXTS, swallows
from .vocabulary import INLINE, KNOWN, canonical

#: No network, no DTD, no entities. White space between elements, comments and processing instructions are dropped. The
#: parser is made once, because making one takes longer than parsing a small element.
_OPTIONS: dict[str, Any] = {
    "encoding": "utf-8",
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}
_PARSER = etree.XMLParser(remove_blank_text=True, **_OPTIONS)
#: for texts in which white space stands between elements of HTML: `<b>One</b> <b>two</b>`
_KEEPING_PARSER = etree.XMLParser(**_OPTIONS)
_BLANK_IN_TEXT = re.compile(rf"</(?:{'|'.join(INLINE)})>\s".encode())
#: a name in another case, with a prefix or in a namespace; where this finds nothing, all names are as they should be
_OTHER_NAME = re.compile(rb"<(?![/!?]|[a-z-]+[\s/>])")
#: an attribute that has a capital letter in its name
_OTHER_ATTRIBUTE = re.compile(rb"""[A-Z][\w-]{0,60}\s{0,9}=\s{0,9}["']""")
#: prefixes of elements and attributes
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]{0,100}):|\s([A-Za-z_][\w.-]{0,100}):[\w.-]{1,100}\s*=")
#: elements with more attributes keep their prefixes: with lxml, each look-up goes through all of them
_MOST_ATTRIBUTES = 50
#: elements whose attributes are read in any case
_NAMED = KNOWN | {"programme", "channel"}
_ABOUT_DOCUMENTS = ("/XMLSchema-instance", "urn:xsi")


@dataclass
class ParsedElements:
    """The lxml elements of a batch in its order, None for one that was given up.

    `repairs` are problem codes with the index of the repaired element, `failed` the indexes of those given up.
    """

    elements: list[Any]
    repairs: list[tuple[str, int]] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def parse_one(raw: bytes) -> Any | None:
    """The element of these bytes, which are in UTF-8, with the names of the DTD whatever their case and namespace; None if
    they are not one well-formed element."""
    parser = _KEEPING_PARSER if _BLANK_IN_TEXT.search(raw) else _PARSER
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if _OTHER_NAME.search(raw) or b"xmlns" in raw or (b"=" in raw and _OTHER_ATTRIBUTE.search(raw)):
        for element in root.iter():
            _use_names_of_dtd(element)
    return root


def _use_names_of_dtd(element: Any) -> None:
    """Give an element and its attributes their local names."""
    tag = element.tag
    element.tag = canonical(tag[tag.index("}") + 1 :] if tag.startswith("{") else tag)
    if len(element.keys()) > _MOST_ATTRIBUTES:
        return
    for name in element.keys():  # noqa: SIM118 - elements are no dictionaries
        namespace, _, local = name.rpartition("}")
        # A prefix does not matter either, but `xsi:type` is about the document.
        local = local.lower() if element.tag in _NAMED else local
        if local != name and not namespace.endswith(_ABOUT_DOCUMENTS) and element.get(local) is None:
            element.set(local, element.get(name))


def _with_prefixes(raw: bytes) -> bytes | None:
    """An element within one that declares its prefixes, as the root of the document may have; None if it uses none.

    What a prefix stands for does not matter, as all is read by local name.
    """
    prefixes = {one or other for one, other in _PREFIX.findall(raw)} - {b"xml", b"xmlns"}
    if not prefixes or len(prefixes) > _MOST_ATTRIBUTES:
        return None
    declared = b"".join(b' xmlns:%b="urn:%b"' % (prefix, prefix) for prefix in sorted(prefixes))
    return b"<tv%b>%b</tv>" % (declared, raw)


def _parse_prefixed(raw: bytes) -> Any | None:
    """The element in `raw` if it needs prefixes that are declared outside of it."""
    wrapped = _with_prefixes(raw)
    root = parse_one(wrapped) if wrapped else None
    return root[0] if root is not None and len(root) == 1 else None


def parse_programmes(
    raws: Sequence[bytes], encoding: str, entities: Mapping[str, str], unclosed: frozenset[int] = frozenset()
) -> ParsedElements:
    """The elements of programmes, whose bytes come without end tags.

    `encoding` is the Python name of the feed's encoding, `entities` those of its DOCTYPE (name to text). `unclosed` are the
    indexes of programmes that had no end tag in the feed.
    """
    if not unclosed:
        blob = _joined(raws, encoding)
        clean = blob is not None and mend_characters(blob, "utf-8") is blob
        root = parse_one(blob) if blob is not None and clean else None
        if root is None and blob is not None and clean:
            root = _parse_prefixed(blob)
        if root is not None and len(root) == len(raws):
            parsed = ParsedElements([])
            parsed.elements += [_unswallowed(element, index, parsed) for index, element in enumerate(root)]
            return parsed
    parsed = ParsedElements([])
    for index, raw in enumerate(raws):
        if index in unclosed:
            # It may be cut off anywhere, so `repair` must not see an end tag that the feed did not have.
            parsed.elements.append(_parsed_or_repaired(raw, END, index, encoding, entities, parsed))
            if parsed.elements[-1] is not None:
                parsed.repairs.append(("notwell", index))
        else:
            parsed.elements.append(_parsed_or_repaired(raw + END, b"", index, encoding, entities, parsed))
    return parsed


def _joined(raws: Sequence[bytes], encoding: str) -> bytes | None:
    """One document of all programmes in UTF-8, None if one of them cannot be decoded."""
    blob = b"<tv>" + END.join(raws) + END + b"</tv>"
    if encoding == "utf-8" or blob.isascii():
        return to_utf8(blob, encoding)
    # Each element is decoded alone: the others in its batch must not change how it is read.
    texts = [text for raw in raws if (text := to_utf8(raw, encoding)) is not None]
    return b"<tv>" + END.join(texts) + END + b"</tv>" if len(texts) == len(raws) else None


def parse_channel(raw: bytes, encoding: str, entities: Mapping[str, str]) -> ParsedElements:
    """The element of a channel, whose bytes include the end tag."""
    parsed = ParsedElements([])
    parsed.elements.append(_parsed_or_repaired(raw, b"", 0, encoding, entities, parsed))
    return parsed


def _parsed_or_repaired(
    raw: bytes, end: bytes, index: int, encoding: str, entities: Mapping[str, str], parsed: ParsedElements
) -> Any | None:
    """One element: parsed with the end tag `end`, else repaired and then parsed. Notes the outcome in `parsed`."""
    mended = mend_characters(raw, encoding)
    codes = ["badutf8"] if mended is not raw else []
    text = to_utf8(mended, encoding)
    element = parse_one(text + end) if text is not None else None
    if element is None and text is not None:
        element = _parse_prefixed(text + end)
    if element is not None:
        parsed.repairs += [(code, index) for code in codes]
        return _unswallowed(element, index, parsed)
    from .repair.broken_element import repair  # only here: a sound feed need not wait for it to load

    repaired = repair(mended, encoding, entities)
    element = parse_one(repaired[0]) if repaired else None
    if element is None or repaired is None:
        parsed.failed.append(index)
        return None
    parsed.repairs += [(code, index) for code in dict.fromkeys([*codes, *repaired[1]])]
    return element


def _unswallowed(element: Any, index: int, parsed: ParsedElements) -> Any:
    """A well-formed element. If a text holds other elements of the programme, its end tag is in the wrong place: it is
    repaired."""
    if not any(child.tag in TEXTS and len(child) and swallows(child) for child in element):
        return element
    from .repair.broken_element import balanced

    apart = parse_one(balanced(etree.tostring(element, encoding="unicode")))
    if apart is None:
        return element
    parsed.repairs.append(("badmarkup", index))
    return apart
