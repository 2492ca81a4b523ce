"""What cannot be unpacked: archives of other kinds, and packed bytes that a program has treated as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.errors import FeedError
from .signatures import kind_of

#: what follows the first byte of a signature once its bytes were decoded as UTF-8, ASCII, Latin-1 or windows-1252; nothing
#: where a program leaves out what it cannot decode
_LOST = rb"(?:\xef\xbf\xbd|\?)"
_AS_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?P<gzip>\x1f(?:" + _LOST + rb"|\xc2\x8b|\xe2\x80\xb9)?\x08(?![\x20-\xff]))"
    rb"|(?P<xz>(?:" + _LOST + rb"|\xc3\xbd)?7zXZ\0)"
    rb"|(?P<zstd>\((?:" + _LOST + rb"|\xc2\xb5)/(?:" + _LOST + rb"|\xc3\xbd))"
    rb"|(?P<zip>PK\x03\x04(?s:.){0,26}?\xef\xbf\xbd)|(?P<bzip2>BZh[1-9]1AY&SY(?s:.){0,40}?\xef\xbf\xbd))"
)
#: The first bytes of a gzip file as programs write bytes in text: `\x1f\x8b`, `&#139;`, `%1F%8B`, `1f8b08`
_WRITTEN = re.compile(
    rb"""(?:b?["'])?(?:\x1f|\\x1f|\\u001f|&#x?31;|%1f|1f)(?:\\x8b|\\u008b|\\udc8b|&#139;|&#x8b;|%8b|8b)"""
    rb"""(?:\x08|\\x08|\\b|\\u0008|%08|08)""",
    re.IGNORECASE,
)
#: encodings that give the bytes back which a program took for text in them
_UNDO = ("utf-16-le", "utf-16-be", "cp437", "cp850", "cp1251", "mac-roman")
_UNREADABLE = {
    b"\x1f\x9d": "compress (.Z)",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x5d\0\0": "LZMA (.lzma)",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x02\x21\x4c\x18": "LZ4",
    b"LZIP\x01": "lzip",
    b"\x89LZO\0": "lzop",
    b"\xff\x06\0\0sNaPpY": "Snappy",
    b"MSCF\0": "CAB",
    b"!<arch>\n": "ar",
    b"070701": "cpio",
}


def check_readable(head: bytes) -> None:
    """Raise `FeedError` for the first bytes of what cannot be unpacked: `mangled`, `packing`."""
    mangled = _mangled(head)
    if mangled:
        raise FeedError(
            f"the answer is {mangled} data that a program on the way has read as text, which destroys it; tell the"
            " provider, or use another URL",
            "mangled",
        )
    for signature, name in _UNREADABLE.items():
        if head.startswith(signature):
            raise FeedError(
                f"the feed is packed with {name}, which is not supported; ask the provider for gzip",
                "packing",
            )


def _mangled(head: bytes) -> str | None:
    """The packing whose bytes a program has read as text; None for anything else."""
    if found := _AS_TEXT.match(head):
        return found.lastgroup
    if head.lstrip().startswith(b"<") or head[:2] == b"\x1f\x8b":
        return None
    if _WRITTEN.match(head):
        return "gzip"
    # The signatures of bzip2 and zip are ASCII: found after an undoing they prove nothing.
    undone = next(filter(None, map(kind_of, _undone(head[:64]))), None)
    return undone if undone in ("gzip", "xz", "zstd") and not kind_of(head) else None


def _undone(head: bytes) -> Iterator[bytes]:
    """The bytes that a program may have taken for text when it made `head` of them."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield head.decode("utf-16", "ignore").encode("latin-1", "replace")
    text = head.decode("utf-8", "ignore").lstrip("\ufeff")
    for name in _UNDO:
        yield text.encode(name, "replace")
