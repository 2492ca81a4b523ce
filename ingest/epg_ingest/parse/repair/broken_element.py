"""Repairs one element that a strict parser refuses, or gives it up.

Steps go from mild to strong. After each step the strict parser tries the element again. In brackets, the problem code:

1. Decode: as UTF-8, else in the declared encoding, else as UTF-8 with the other bytes in windows-1252 (`badutf8`).
2. Drop characters that XML does not have (`badchar`).
3. Replace entities of HTML and of the document with their text (`badentity`), and drop references to characters that XML
   does not have (`badchar`). Unknown entities and a bare `&` become text (`badentity`).
4. Quote attributes, give a value to those without one, and keep the first of duplicates (`badattribute`).
5. Turn a `<` that begins no tag into text and make tags pair, see `balance` (`badmarkup`).

libxml2's own recovery is not used. It puts everything after an unclosed child inside that child, and ends a truncated
element anywhere. No text is made up here: of an element without its own end tag, which may be cut off within a line, a last
child without its end tag is left out, so half a title is no title. Comments and CDATA sections stay as they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lxml import etree

from ...unpack.character_encoding import decode
from ..vocabulary import canonical
from .balance import balance
from .odd_assignments import usual_assignments
from .references import MAX_BYTES, NOT_XML, ReferenceMender
from .tokens import MarkupToken, tokenise

_ROOT = re.compile(r"<(programme|channel)(?=[\s/>])")
#: For bytes that are not UTF-8: `surrogateescape` decodes the byte 0x80 as U+DC80 and so on. This maps such a code point to
#: the character that the byte is in windows-1252.
_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_ELEMENTS = ("start", "empty")


def repair(
    raw: bytes, encoding: str = "utf-8", entities: Mapping[str, str] | None = None
) -> tuple[bytes, list[str]] | None:
    """A `<programme>` or `<channel>` element that a strict parser accepts, and the codes of its problems.

    `raw` is the element alone, `encoding` the Python name of the declared encoding, `entities` are those that the DOCTYPE
    defines (name to text). Returns the element in UTF-8 and the problem codes (each once, in order, none for a well-formed
    element), or None if no sensible repair helps. Raises nothing, whatever the bytes.
    """
    if len(raw) > MAX_BYTES:
        return None
    last = ""
    for text, codes in _attempts(raw, encoding, entities or {}):
        if text != last and parse_strictly(text) is not None:
            return text.encode("utf-8"), list(dict.fromkeys(codes))
        last = text
    return None


def balanced(text: str) -> bytes:
    """A well-formed element in which texts hold no other elements of the DTD any more."""
    return _joined(balance(tokenise(text))).encode()


def parse_strictly(text: str) -> Any | None:
    """The element of this text, None if it is not one well-formed element."""
    try:
        return etree.fromstring(text.encode("utf-8"), _PARSER)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return None


def _attempts(raw: bytes, encoding: str, entities: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The element as repaired so far, with its problem codes, after each step."""
    text, codes = _decoded(raw, encoding)
    line_ends = text.rstrip(" \t").endswith("\n")
    text = text.strip("\ufeff \t\r\n")
    if not _ROOT.match(text):
        return
    yield text, codes
    text, dropped = NOT_XML.subn("", text)
    codes += ["badchar"] * bool(dropped)
    yield text, codes
    assigned = usual_assignments(text)
    codes += ["badattribute"] * (assigned != text)
    tokens = tokenise(assigned)
    closed = _own_tags_pair(tokens)
    if closed is None:
        return
    if not closed:
        tokens.append(MarkupToken("end", f"</{tokens[0].name}>", tokens[0].name))
        codes.append("badmarkup")
    mender = ReferenceMender(entities, codes)
    tokens = [mender.mend(token) for token in tokens]
    yield _joined(tokens), codes
    yield _with_attributes(tokens, codes)
    yield from _balanced(tokens, codes, closed, line_ends)


def _decoded(raw: bytes, encoding: str) -> tuple[str, list[str]]:
    """Step 1. If the declared encoding is known but does not fit, its bad bytes become U+FFFD."""
    for name in ("utf-8", encoding):
        with suppress(LookupError, ValueError):
            return decode(raw, name), []
    with suppress(LookupError, ValueError):
        if codecs.lookup(encoding).name not in ("utf-8", "ascii"):
            return decode(raw, encoding, "replace"), ["badutf8"]
    return raw.decode("utf-8", "surrogateescape").translate(_CP1252), ["badutf8"]


def _own_tags_pair(tokens: list[MarkupToken]) -> bool | None:
    """Whether the element ends with its own end tag; None if this is not one element."""
    root = tokens[0]
    if root.kind not in _ELEMENTS or any(p.kind == "start" and p.name == root.name for p in tokens[1:]):
        return None
    last = len(tokens) - 1
    ends = [index for index, p in enumerate(tokens) if p.kind == "end" and p.name == root.name]
    if root.kind == "empty":
        return True if last == 0 else None
    return (True if ends == [last] else None) if ends else False


def _joined(tokens: Iterable[MarkupToken]) -> str:
    return "".join(token.source for token in tokens)


def _with_attributes(tokens: list[MarkupToken], codes: list[str]) -> tuple[str, list[str]]:
    """Step 4. All is read by local name, so prefixes are declared anew: a declaration may be missing or not allowed."""
    broken = {token.kind for token in tokens if not token.well_formed}
    codes = [*codes, *["badmarkup"] * ("end" in broken), *["badattribute"] * (not broken <= {"end"})]
    declared = any(map(_is_declaration, _names(tokens)))
    first, *others = map(_undeclared, tokens) if declared else tokens
    prefixes = _prefixes([first, *others])
    if prefixes:
        added = [(f"xmlns:{prefix}", f"urn:{prefix}") for prefix in prefixes]
        first = replace(first, attributes=first.attributes + added, well_formed=False)
    codes += ["badmarkup"] * (declared or bool(prefixes))
    return "".join(map(_tag, [first, *others])), codes


def _names(tokens: Iterable[MarkupToken]) -> list[str]:
    """The names of the attributes of the elements."""
    return [name for token in tokens if token.kind in _ELEMENTS for name, _ in token.attributes]


def _is_declaration(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _undeclared(token: MarkupToken) -> MarkupToken:
    """The token without declarations of namespaces."""
    kept = [(name, value) for name, value in token.attributes if not _is_declaration(name)]
    return token if len(kept) == len(token.attributes) else replace(token, attributes=kept, well_formed=False)


def _prefixes(tokens: list[MarkupToken]) -> list[str]:
    """The namespace prefixes that the element uses."""
    names = [*_names(tokens), *(token.name for token in tokens if token.kind in _ELEMENTS)]
    used = dict.fromkeys(name.split(":")[0] for name in names if ":" in name)
    return [prefix for prefix in used if prefix not in ("xml", "xmlns")]


def _tag(token: MarkupToken) -> str:
    """The source of a token, of a broken tag with its attributes quoted."""
    if token.well_formed:
        return token.source
    if token.kind == "end":
        return f"</{token.name}>"
    kept: dict[str, str] = {}
    for name, value in token.attributes:
        kept.setdefault(name, value.replace("<", "&lt;").replace('"', "&quot;"))
    quoted = "".join(f' {name}="{value}"' for name, value in kept.items())
    return f"<{token.name}{quoted}{'/' if token.kind == 'empty' else ''}>"


def _balanced(
    tokens: list[MarkupToken], codes: list[str], closed: bool, line_ends: bool
) -> Iterator[tuple[str, list[str]]]:
    """Step 5. Nothing if the rest is no channel or programme that can be used."""
    named = [_named(token) if token.name else token for token in tokens]
    text, codes = _with_attributes(balance(named, closed, line_ends), codes)
    element = parse_strictly(text)
    if element is not None and _is_usable(element):
        yield text, [*codes, "badmarkup"]


def _named(token: MarkupToken) -> MarkupToken:
    """The tag with the name of the DTD that it means, whatever its case and prefix."""
    name = canonical(token.name.rpartition(":")[2])
    if name == token.name:
        return token
    start = token.source.index(token.name)
    source = token.source[:start] + name + token.source[start + len(token.name) :]
    return replace(token, name=name, source=source)


def _is_usable(element: Any) -> bool:
    """Whether this is a channel with an id, or a programme with channel, start and title."""
    if element.tag == "channel":
        return bool((element.get("id") or "").strip())
    titles = element.findall("title") or element.findall("sub-title")
    title = "".join("".join(found.itertext()) for found in titles)
    return all((text or "").strip() for text in (element.get("start"), element.get("channel"), title))
