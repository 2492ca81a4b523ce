"""Raw elements to lxml elements with a strict parser.

A well-formed batch is parsed in one call. In a broken batch each element is parsed alone, and repaired or given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..unpack.character_encoding import mend_characters, to_utf8
from .batch import END
from .repair.broken_element import repair

#: No network, no DTD, no entities. White space between elements, comments and processing instructions are dropped. The
#: parser is made once, because making one takes longer than parsing a small element.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    remove_blank_text=True,
    remove_comments=True,
    remove_pis=True,
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
)


@dataclass
class ParsedElements:
    """The lxml elements of a batch in its order, None for one that was given up.

    `repairs` are problem codes with the index of the repaired element, `failed` the indexes of those given up.
    """

    elements: list[Any]
    repairs: list[tuple[str, int]] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def parse_one(raw: bytes) -> Any | None:
    """The element of these bytes, which are in UTF-8; None if they are not one well-formed element."""
    try:
        return etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


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
        if root is not None and len(root) == len(raws):
            return ParsedElements(list(root))
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
    if element is None:
        repaired = repair(mended, encoding, entities)
        element = parse_one(repaired[0]) if repaired else None
        if element is None or repaired is None:
            parsed.failed.append(index)
            return None
        codes += repaired[1]
    parsed.repairs += [(code, index) for code in dict.fromkeys(codes)]
    return element
