"""How a file is packed where its first bytes alone do not say it.

Deflate and brotli have no signature. An HTTP header may name them, truly or not, so a trial decides. It comes before the look
for text before packed bytes: brotli and deflate may hold a gzip file as it is, after a few bytes that look like text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.errors import FeedError
from . import libraries
from .byte_source import ByteSource
from .signatures import kind_of
from .text_before import text_before
from .trials import TRIAL, decoded, proved
from .unreadable import check_readable

#: bytes that no text has, except in UTF-16 and UTF-32
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
#: names in Content-Encoding, and the kinds that need a trial. Those with a signature need no name.
_NAMED: dict[str, tuple[str, ...]] = {"deflate": ("deflate", "raw deflate"), "br": ("br",)}
#: registered content codings that are not supported
_REGISTERED = frozenset(
    (
        "aes128gcm",
        "compress",
        "dcb",
        "dcz",
        "exi",
        "lz4",
        "lzma",
        "pack200-gzip",
        "snappy",
        "x-compress",
        "xz",
    )
)
_HARMLESS = frozenset(("", "gzip", "x-gzip", "zstd", "identity", "none", "utf-8", "binary", *_NAMED))


def packing_of(source: ByteSource, encodings: Sequence[str], notes: list[str]) -> str | None:
    """The packing of a file (such as `gzip` or `br`), None for plain bytes. Text before packed bytes is taken from `source`.

    `encodings` are the names in its Content-Encoding. Raises `FeedError`: `mangled`, `packing` and `encoding`.
    """
    head = source.peek(512)
    check_readable(head)
    if kind := kind_of(head):
        return kind
    named = [kind for name in encodings for kind in _NAMED.get(name, ())]
    head = source.peek(TRIAL)
    if (named or not is_text(head)) and (kind := proved(head, named)):
        return kind
    if before := text_before(source):
        size, kind = before
        source.exactly(size, "text")
        notes.append(f"{size} bytes of text before the {kind} data were left out")
        return kind
    return _as_named(head, named, encodings)


def _as_named(head: bytes, named: Sequence[str], encodings: Sequence[str]) -> str | None:
    """The kind that the header names, if its decoder takes these bytes and they are no text."""
    given = {kind: decoded(kind, head) for kind in named}
    for kind in named:
        if given[kind] == b"":
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
    """A name that is not registered is the server's own text, which may hold anything."""
    known = name in _REGISTERED
    return FeedError(
        f"the answer has {f'the Content-Encoding {name}' if known else 'a Content-Encoding of another name'}, which is not"
        " supported; ask the provider for gzip",
        "encoding",
        "" if known else f"Content-Encoding: {re.sub(r'[^ -~]', '', name)[:40]}",
    )
