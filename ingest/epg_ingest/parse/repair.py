"""One element that a strict parser refuses, mended locally, or given up.

Steps go from mild to strong, and the strict parser is asked after each:

1. decode: UTF-8, else the declared encoding, else windows-1252 for the bytes that are not UTF-8 (`badutf8`)
2. characters that XML does not have are dropped (`badchar`)
3. entities of HTML and of the document become their text, references to characters that XML does not have go
   (`badchar`), unknown entities and bare `&` stay as text (`badentity`)
4. attributes are quoted and given a value, the first of duplicates is kept (`badattribute`)
5. a `<` that begins no tag becomes text, tags are made to pair, see `balance` (`badmarkup`)

libxml2's own recovery is not used: it nests what follows an unclosed child inside it, and ends a truncated
element anywhere. Nothing is invented: an element without its own end tag gets that and nothing of step 5, so half
a title stays broken. Comments and CDATA sections are not looked into.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lxml import etree

from .repair_balance import Hopeless, balance
from .repair_tags import Tag, scan

#: bytes of an element; more is an attack or a document whose boundaries were lost
MAX_BYTES = 8 << 20

_ROOT = re.compile(r"<(programme|channel)(?=[\s/>])")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: what surrogateescape makes of a byte, to what windows-1252 says it is
_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}

_REFERENCE = r"#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,7}|[A-Za-z_][A-Za-z0-9_.-]{0,63}"
_BARE_AMP = re.compile(f"&(?!(?:{_REFERENCE});)")
_ENTITY = re.compile(f"&(?!(?:amp|lt|gt|quot|apos);)({_REFERENCE});")
_SURROGATES = re.compile(r"&#([xX]?[0-9A-Fa-f]{4,5});&#([xX]?[0-9A-Fa-f]{4,5});")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_ELEMENTS = ("start", "empty")


def repair(
    raw: bytes, encoding: str = "utf-8", entities: Mapping[str, str] | None = None
) -> tuple[bytes, list[str]] | None:
    """A `<programme>` or `<channel>` element as UTF-8 that a strict parser accepts, and what had to be done.

    `raw` is the element alone, `encoding` the Python name of what the document declares, `entities` what its own
    DTD subset defines (name to text). Returns the bytes and the problem codes (`badutf8`, `badchar`, `badentity`,
    `badattribute`, `badmarkup`, each once, in order; none when the element was well-formed), or None when nothing
    sensible helps. Raises nothing, whatever the bytes. `balance` says how children are told apart.
    """
    if len(raw) > MAX_BYTES:
        return None
    for text, codes in _attempts(raw, encoding, entities or {}):
        if parse_strictly(text) is not None:
            return text.encode("utf-8"), list(dict.fromkeys(codes))
    return None


def parse_strictly(text: str) -> Any | None:
    """The element of this text, None when it is not one well-formed element."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return None


def _attempts(raw: bytes, encoding: str, entities: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """What the element may be, milder repairs first."""
    text, codes = _decoded(raw, encoding)
    text = text.strip("\ufeff \t\r\n")
    if not _ROOT.match(text):
        return
    yield text, codes
    text, dropped = _NOT_XML.subn("", text)
    codes += ["badchar"] * bool(dropped)
    yield text, codes
    pieces = scan(text)
    closed = _own_tags_pair(pieces)
    if closed is None:
        return
    if not closed:
        pieces.append(Tag("end", f"</{pieces[0].name}>", pieces[0].name))
        codes.append("badmarkup")
    mender = _Mender(entities, codes)
    pieces = [mender.references(piece) for piece in pieces]
    yield _joined(pieces), codes
    yield _with_attributes(pieces, codes)
    if closed:
        yield from _balanced(pieces, codes)


def _decoded(raw: bytes, encoding: str) -> tuple[str, list[str]]:
    for name in ("utf-8", encoding):
        with suppress(LookupError, ValueError):
            return raw.decode(name), []
    with suppress(LookupError, ValueError):
        if codecs.lookup(encoding).name not in ("utf-8", "ascii"):
            return raw.decode(encoding, "replace"), ["badutf8"]
    return raw.decode("utf-8", "surrogateescape").translate(_CP1252), ["badutf8"]


def _own_tags_pair(pieces: list[Tag]) -> bool | None:
    """Whether the element ends with its own end tag; None when it is not one element."""
    root = pieces[0]
    if root.kind not in _ELEMENTS or any(p.kind == "start" and p.name == root.name for p in pieces[1:]):
        return None
    last = len(pieces) - 1
    ends = [index for index, p in enumerate(pieces) if p.kind == "end" and p.name == root.name]
    if root.kind == "empty":
        return True if last == 0 else None
    return (True if ends == [last] else None) if ends else False


class _Mender:
    """References in text and tags. `codes` gets what was done; what entities may add in all is bounded."""

    def __init__(self, entities: Mapping[str, str], codes: list[str]) -> None:
        self.entities = entities
        self.codes = codes
        self.left = MAX_BYTES

    def references(self, piece: Tag) -> Tag:
        if piece.kind == "raw" or "&" not in piece.source:
            return piece
        attributes = [(name, self.mended(value)) for name, value in piece.attributes]
        return replace(piece, source=self.mended(piece.source), attributes=attributes)

    def mended(self, text: str) -> str:
        text = _SURROGATES.sub(self.pair, text)
        text, bare = _BARE_AMP.subn("&amp;", text)
        if bare:
            self.note("badentity")
        return _ENTITY.sub(self.entity, text)

    def note(self, code: str) -> None:
        if code not in self.codes:
            self.codes.append(code)

    def pair(self, found: re.Match[str]) -> str:
        """Two references that are the halves of one character, as programs thinking in UTF-16 write it."""
        high, low = _number(found[1]), _number(found[2])
        if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
            return found[0]
        self.note("badchar")
        return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)

    def entity(self, found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("#"):
            return self.character(name[1:])
        known = self.entities.get(name)
        if known is None:
            self.note("badentity")
        value = html.entities.html5.get(f"{name};") if known is None else known
        if value is None or len(value) > self.left:
            return f"&amp;{name};"
        self.left -= len(value)
        return _NOT_XML.sub("", value).translate(_ESCAPES)

    def character(self, digits: str) -> str:
        number = _number(digits)
        if number > 0x10FFFF or _NOT_XML.match(chr(number)):
            self.note("badchar")
            return ""
        if digits.startswith("X"):
            self.note("badentity")
        return f"&#{digits.lower()};"


def _number(digits: str) -> int:
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


def _joined(pieces: Iterable[Tag]) -> str:
    return "".join(piece.source for piece in pieces)


def _with_attributes(pieces: list[Tag], codes: list[str]) -> tuple[str, list[str]]:
    """The element with tags as XML wants them, and prefixes declared that its document may have declared."""
    codes = [*codes, *(["badattribute"] if any(not piece.well for piece in pieces) else [])]
    missing = _undeclared(pieces)
    first = pieces[0]
    if missing:
        codes.append("badmarkup")
        added = [(f"xmlns:{prefix}", f"urn:{prefix}") for prefix in missing]
        first = replace(first, attributes=first.attributes + added, well=False)
    return "".join(map(_tag, [first, *pieces[1:]])), codes


def _undeclared(pieces: list[Tag]) -> list[str]:
    elements = [piece for piece in pieces if piece.kind in _ELEMENTS]
    attributes = [name for piece in elements for name, _ in piece.attributes]
    declared = {name[6:] for name in attributes if name.startswith("xmlns:")} | {"xml", "xmlns"}
    used = dict.fromkeys(n.split(":")[0] for n in (*attributes, *(p.name for p in elements)) if ":" in n)
    return [prefix for prefix in used if prefix not in declared]


def _tag(piece: Tag) -> str:
    if piece.well:
        return piece.source
    if piece.kind == "end":
        return f"</{piece.name}>"
    kept: dict[str, str] = {}
    for name, value in piece.attributes:
        kept.setdefault(name, value.replace("<", "&lt;").replace('"', "&quot;"))
    quoted = "".join(f' {name}="{value}"' for name, value in kept.items())
    return f"<{piece.name}{quoted}{'/' if piece.kind == 'empty' else ''}>"


def _balanced(pieces: list[Tag], codes: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The element with its tags paired, unless a child had to be ended and it is no whole programme then."""
    try:
        paired, ended = balance(pieces)
    except Hopeless:
        return
    text, codes = _with_attributes(paired, codes)
    element = parse_strictly(text)
    if element is not None and (not ended or _is_whole(element)):
        yield text, [*codes, "badmarkup"]


def _is_whole(element: Any) -> bool:
    """A channel with its id, or a programme with channel, start and title; and no text outside its children."""
    if "".join([element.text or "", *(child.tail or "" for child in element)]).strip():
        return False
    if element.tag == "channel":
        return bool((element.get("id") or "").strip())
    title = "".join("".join(found.itertext()) for found in element.findall("title"))
    return all((text or "").strip() for text in (element.get("start"), element.get("channel"), title))
