"""The character encoding of a feed, found by its bytes first and by its XML declaration second."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: a `<` in encodings that use several bytes for it, in a document without a byte order mark
_BARE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
#: encodings in which `<`, `>` and quotes may have other bytes than in ASCII: such feeds are transcoded before splitting
_NOT_ASCII = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "cp500", "cp1140")
#: Python codecs that read ASCII but are no encodings of documents
_NO_TEXT = ("idna", "punycode", "unicode_escape", "raw_unicode_escape")
_SAMPLE = b"""<?xml version='1.0' encoding="x"?><tv>&#38;[]</tv>"""


def detect(head: bytes) -> tuple[str, int, str | None]:
    """The encoding of a feed, from its first bytes.

    Returns the Python codec name, the number of bytes in the byte order mark, and the declared encoding if it is ignored
    (unknown, or contradicted by the bytes), else None.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark), None
    for pattern, name in _BARE:
        if head.startswith(pattern):
            return name, 0, None
    found = _DECLARED.search(head[:1024])
    if not found:
        return "utf-8", 0, None
    declared = found.group(1).decode("ascii")
    try:
        name = codecs.lookup(declared).name
        # The declaration could be read as ASCII, so the markup must be ASCII too. `hex` and `zip` fail here as well.
        honest = _SAMPLE.decode(name) == _SAMPLE.decode("ascii") and name.replace("-", "_") not in _NO_TEXT
    except (LookupError, ValueError):
        honest = False
    return (name, 0, None) if honest else ("utf-8", 0, declared)


def ascii_compatible(encoding: str) -> bool:
    """Whether markup can be found in the raw bytes of this encoding."""
    return not encoding.startswith(_NOT_ASCII)


def transcode(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Blocks in UTF-8 from blocks in `encoding`. Bytes that cannot be decoded become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def to_utf8(raw: bytes, encoding: str) -> bytes | None:
    """`raw`, which is declared to be in `encoding`, as UTF-8; None if it cannot be decoded.

    Bytes that are valid UTF-8 are taken for UTF-8 whatever the declaration says. Wrong declarations are common, and text in a
    one-byte encoding is almost never valid UTF-8. (In ISO-8859-5 a few words in capitals are; a word that ends in a lower-case
    letter never is.)
    """
    if raw.isascii():
        return raw
    try:
        raw.decode("utf-8")
        return raw
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(encoding).encode("utf-8")
    except UnicodeError:
        return None
