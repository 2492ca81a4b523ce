"""What the bytes of a feed are encoded in, judged by the bytes first and the declaration second."""

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
#: a `<` in the encodings that need several bytes for it, without a byte order mark
_BARE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
#: encodings in which `<`, `>` and quotes may be other characters than in ASCII: these are transcoded before splitting
_NOT_ASCII = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "cp500", "cp1140")
#: codecs of Python that read ASCII and yet are no encodings of documents
_NO_TEXT = ("idna", "punycode", "unicode_escape", "raw_unicode_escape")
_SAMPLE = b"""<?xml version='1.0' encoding="x"?><tv>&#38;[]</tv>"""


def detect(head: bytes) -> tuple[str, int, str | None]:
    """The encoding of a feed from its first bytes.

    Returns the Python codec name, how many bytes of byte order mark to drop, and the name of a declared encoding that
    was not believed (unknown, or contradicted by the bytes), else None.
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
        # The declaration itself was readable as ASCII, so markup must be; and `hex` or `zip` are no encodings of text.
        honest = _SAMPLE.decode(name) == _SAMPLE.decode("ascii") and name.replace("-", "_") not in _NO_TEXT
    except (LookupError, ValueError):
        honest = False
    return (name, 0, None) if honest else ("utf-8", 0, declared)


def ascii_compatible(encoding: str) -> bool:
    """Whether markup can be found in the raw bytes of this encoding."""
    return not encoding.startswith(_NOT_ASCII)


def transcode(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-8 blocks from blocks in `encoding`; what cannot be decoded becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def to_utf8(raw: bytes, encoding: str) -> bytes | None:
    """`raw` (declared to be in a legacy `encoding`) as UTF-8, or None when it is not in that encoding.

    Bytes that are not ASCII and yet valid UTF-8 are UTF-8 whatever the declaration says: text in a one-byte encoding
    almost never forms a valid multi-byte sequence, and wrong declarations are common. (A few words of capitals alone in
    ISO-8859-5 do; a word that ends in a lower-case letter never.)
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
