"""Raw elements to elements as found (lxml), strictly; one by one, mended or given up, where a batch is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..unpack.encoding import to_utf8
from .batch import END
from .repair import repair

#: No network, no DTD, no entities; white space, comments and instructions never reach the caller. One parser is reused:
#: making one costs more than parsing a small element.
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
class Found:
    """The elements of a batch in its order, None where one was given up; what was mended, and which element it was."""

    elements: list[Any]
    repairs: list[tuple[str, int]] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def parse_one(raw: bytes) -> Any | None:
    """A complete element in UTF-8, parsed strictly; None when it is not well-formed."""
    try:
        return etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def parse_programmes(
    raws: Sequence[bytes], encoding: str, entities: Mapping[str, str], unclosed: frozenset[int] = frozenset()
) -> Found:
    """Programmes from their bytes without end tags. A batch that is well-formed is parsed in one call."""
    if not unclosed:
        blob = _joined(raws, encoding)
        root = parse_one(blob) if blob is not None else None
        if root is not None and len(root) == len(raws):
            return Found(list(root))
    found = Found([])
    for index, raw in enumerate(raws):
        if index in unclosed:
            # It may be cut off anywhere, so `repair` must not see an end tag it did not have.
            found.elements.append(_mended(raw, END, index, encoding, entities, found))
            if found.elements[-1] is not None:
                found.repairs.append(("notwell", index))
        else:
            found.elements.append(_mended(raw + END, b"", index, encoding, entities, found))
    return found


def _joined(raws: Sequence[bytes], encoding: str) -> bytes | None:
    """A document of the programmes in UTF-8, None when one of them is in no known encoding."""
    blob = b"<tv>" + END.join(raws) + END + b"</tv>"
    if encoding == "utf-8" or blob.isascii():
        return to_utf8(blob, encoding)
    # Each element is judged by itself: which others share its batch must not change how it is read.
    texts = [text for raw in raws if (text := to_utf8(raw, encoding)) is not None]
    return b"<tv>" + END.join(texts) + END + b"</tv>" if len(texts) == len(raws) else None


def parse_channel(raw: bytes, encoding: str, entities: Mapping[str, str]) -> Found:
    """A whole `<channel>` element."""
    found = Found([])
    found.elements.append(_mended(raw, b"", 0, encoding, entities, found))
    return found


def _mended(
    raw: bytes, end: bytes, index: int, encoding: str, entities: Mapping[str, str], found: Found
) -> Any | None:
    """One element, parsed strictly with the end tag `end`, else repaired and parsed strictly."""
    text = to_utf8(raw, encoding)
    element = parse_one(text + end) if text is not None else None
    if element is not None:
        return element
    mended = repair(raw, encoding, entities)
    element = parse_one(mended[0]) if mended else None
    if element is None or mended is None:
        found.failed.append(index)
        return None
    found.repairs += [(code, index) for code in mended[1]]
    return element
