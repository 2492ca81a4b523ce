"""How a file is packed where its first bytes alone do not say it.

- Text before the packed bytes: a byte order mark, blank lines, or a warning of the program that sent them.
- Deflate and brotli, which have no signature. An HTTP header may name them, truly or not, so a trial decides.
- What cannot be read: archives of other kinds, and packed bytes that a program has treated as text. `FeedError` says so.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

from ..core.errors import FeedError
from . import libraries
from .byte_source import ByteSource
from .guide_member import looks_like_guide
from .signatures import kind_of

#: packed bytes that a trial decodes, and bytes that it gives
_TRIAL, _GIVEN = 4096, 1024
#: text that may stand before packed bytes
_MOST_TEXT = 64 * 1024
_BEGINS = re.compile(
    rb"\x1f\x8b\x08[\0-\x1f]|\xfd7zXZ\0|\x28\xb5\x2f\xfd|PK\x03\x04|BZh[1-9](?:1AY&SY|\x17rE8P\x90)"
)
#: bytes that no text has, except in UTF-16 and UTF-32
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
#: what follows the first byte of a signature once its bytes were decoded as UTF-8, ASCII, Latin-1 or windows-1252
_LOST = rb"(?:\xef\xbf\xbd|\?)"
_AS_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?P<gzip>\x1f(?:" + _LOST + rb"|\xc2\x8b|\xe2\x80\xb9)\x08)"
    rb"|(?P<xz>(?:" + _LOST + rb"|\xc3\xbd)7zXZ\0)"
    rb"|(?P<zstd>\((?:" + _LOST + rb"|\xc2\xb5)/(?:" + _LOST + rb"|\xc3\xbd))"
    rb"|(?P<zip>PK\x03\x04(?s:.){0,26}?\xef\xbf\xbd)|(?P<bzip2>BZh[1-9]1AY&SY(?s:.){0,40}?\xef\xbf\xbd))"
)
_UNREADABLE = {b"\x1f\x9d": "compress (.Z)", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR"}
#: names in Content-Encoding, and the kinds that need a trial. Those with a signature need no name.
_NAMED: dict[str, tuple[str, ...]] = {"deflate": ("deflate", "raw deflate"), "br": ("br",)}
_HARMLESS = frozenset(("", "gzip", "x-gzip", "zstd", "identity", "none", "utf-8", "binary", *_NAMED))


def packing_of(source: ByteSource, encodings: Sequence[str], notes: list[str]) -> str | None:
    """The packing of a file (such as `gzip` or `br`), None for plain bytes. Text before packed bytes is taken from `source`.

    `encodings` are the names in its Content-Encoding. Raises `FeedError`: `mangled`, `packing` and `encoding`.
    """
    head = source.peek(512)
    _check_readable(head)
    kind = kind_of(head)
    if kind is None and (size := _text_before(source.peek(_MOST_TEXT))):
        source.exactly(size, "text")
        kind = kind_of(source.peek(512))
        notes.append(f"{size} bytes of text before the {kind} data were left out")
    return kind or _by_trial(source.peek(_TRIAL), encodings)


def _check_readable(head: bytes) -> None:
    mangled = _AS_TEXT.match(head)
    if mangled:
        raise FeedError(
            f"the answer is {mangled.lastgroup} data that a program on the way has read as text, which destroys it; tell the"
            " provider, or use another URL",
            "mangled",
        )
    for signature, name in _UNREADABLE.items():
        if head.startswith(signature):
            raise FeedError(
                f"the feed is packed with {name}, which is not supported; ask the provider for gzip",
                "packing",
            )


def _text_before(head: bytes) -> int:
    """How many bytes of text stand before packed bytes; 0 if none or if there are no packed bytes."""
    found = _BEGINS.search(head)
    return found.start() if found and not _CONTROL.search(head, 0, found.start()) else 0


def _by_trial(head: bytes, encodings: Sequence[str]) -> str | None:
    """The kind whose decoder makes a guide of `head`; of the kinds that the header names, the one whose decoder takes it."""
    named = [kind for name in encodings for kind in _NAMED.get(name, ())]
    given = {kind: trial(head) for kind, trial in _TRIALS.items() if kind in named or not is_text(head)}
    for kind in (*named, *given):
        data = given[kind]
        if data is not None and (kind_of(data) or looks_like_guide(data)):
            return kind
        if data == b"" and kind in named:
            return kind
    if not head or is_text(head):
        return None
    for kind in named:
        if given[kind] is not None:
            return kind
    for name in encodings:
        if name not in _HARMLESS:
            raise _unknown(name)
    if "br" in named:
        libraries.brotli()
    return None


def is_text(head: bytes) -> bool:
    """Whether these first bytes are those of a document in some encoding, and not of packed data."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"{", b"\xff\xfe", b"\xfe\xff", b"\0<", b"\0\0\0<")):
        return True
    try:
        head[:512].decode()
    except UnicodeDecodeError as error:
        if error.start < len(head[:512]) - 3:
            return False
    return _CONTROL.search(head, 0, 512) is None


def _unknown(name: str) -> FeedError:
    shown = re.sub(r"[^\w.+-]", "", name)[:40]
    return FeedError(
        f"the answer has the Content-Encoding {shown}, which is not supported; ask the provider for gzip",
        "encoding",
    )


def _inflated(head: bytes, wbits: int) -> bytes | None:
    """The first bytes of a deflate stream; None if `head` does not begin one."""
    decoder = zlib.decompressobj(wbits)
    try:
        data = decoder.decompress(head, _GIVEN)
    except zlib.error:
        return None
    return data if data or (decoder.eof and not decoder.unused_data) else None


def _unbrotlied(head: bytes) -> bytes | None:
    try:
        brotli = libraries.brotli()
    except FeedError:
        return None
    decoder = brotli.Decompressor()
    try:
        data: bytes = decoder.process(head, output_buffer_limit=_GIVEN)
    except brotli.error:
        return None
    return data if data or decoder.is_finished() else None


_TRIALS: dict[str, Callable[[bytes], bytes | None]] = {
    "deflate": lambda head: _inflated(head, 15),
    "raw deflate": lambda head: _inflated(head, -15),
    "br": _unbrotlied,
}
