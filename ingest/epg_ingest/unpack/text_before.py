"""Text before packed bytes: a byte order mark, blank lines, or a warning of the program that sent them."""

from __future__ import annotations

import re

from .byte_source import ByteSource
from .guide_member import looks_like_guide
from .signatures import kind_of
from .trials import TRIAL, proved

#: text that may stand before packed bytes, after any blanks
_MOST_TEXT = 64 * 1024
_MOST_BLANKS = 16 * 1024 * 1024
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_BEGINS = re.compile(
    rb"\x1f\x8b\x08[\0-\x1f]|\xfd7zXZ\0|\x28\xb5\x2f\xfd|PK\x03\x04|BZh[1-9](?:1AY&SY|\x17rE8P\x90)"
)
#: bytes that no text has, except in UTF-16 and UTF-32
_CONTROL = re.compile(rb"[\0-\x08\x0b\x0e-\x1f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0", b"<\0")
#: Packed bytes may begin with a few that are valid as text too. More than so many are unlikely.
_LIKE_TEXT = 16


def text_before(source: ByteSource) -> tuple[int, str] | None:
    """How many bytes of text stand before packed bytes, and the kind of those; None for anything else."""
    head = _window(source)
    blanks = len(head) - len(head.lstrip(_BLANKS))
    if blanks and (kind := kind_of(head[blanks : blanks + 512])):
        return blanks, kind
    found = _BEGINS.search(head, blanks)
    if found and _is_message(head[blanks : found.start()]):
        kind = kind_of(head[found.start() : found.start() + 512])
        return (found.start(), kind) if kind else None
    if head.startswith(_WIDE) or looks_like_guide(head[:512]):
        return None
    return _before_a_stream(head)


def _window(source: ByteSource) -> bytes:
    """The beginning of the file: its blanks, and what stands after them."""
    size = _MOST_TEXT
    while len(head := source.peek(size)) == size < _MOST_BLANKS and not head[-_MOST_TEXT:].strip(_BLANKS):
        size *= 2
    return source.peek(size + TRIAL)


def _is_message(text: bytes) -> bool:
    """Whether these bytes are text: valid UTF-8, or three quarters ASCII, and no control characters. The first bytes of a
    brotli stream, which holds a gzip file as it is, are not."""
    if _CONTROL.search(text):
        return False
    try:
        text.decode()
    except UnicodeDecodeError:
        return 4 * sum(byte < 128 for byte in text) >= 3 * len(text)
    return True


def _before_a_stream(head: bytes) -> tuple[int, str] | None:
    """The same for streams without a signature: each of the last bytes that may be text is tried as the first of a stream."""
    control = _CONTROL.search(head)
    end = control.start() if control else len(head)
    try:
        head[:end].decode()
    except UnicodeDecodeError as error:
        end = error.start
    if end == len(head):
        return None
    for start in range(end, max(0, end - _LIKE_TEXT), -1):
        if kind := proved(head[start : start + TRIAL]):
            return start, kind
    return None
