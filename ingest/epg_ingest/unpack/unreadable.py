"""What cannot be unpacked: archives of other kinds, and packed bytes that a program has treated as text."""

from __future__ import annotations

import re

from ..core.errors import FeedError

#: what follows the first byte of a signature once its bytes were decoded as UTF-8, ASCII, Latin-1 or windows-1252
_LOST = rb"(?:\xef\xbf\xbd|\?)"
_AS_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?P<gzip>\x1f(?:" + _LOST + rb"|\xc2\x8b|\xe2\x80\xb9)\x08)"
    rb"|(?P<xz>(?:" + _LOST + rb"|\xc3\xbd)7zXZ\0)"
    rb"|(?P<zstd>\((?:" + _LOST + rb"|\xc2\xb5)/(?:" + _LOST + rb"|\xc3\xbd))"
    rb"|(?P<zip>PK\x03\x04(?s:.){0,26}?\xef\xbf\xbd)|(?P<bzip2>BZh[1-9]1AY&SY(?s:.){0,40}?\xef\xbf\xbd))"
)
_UNREADABLE = {b"\x1f\x9d": "compress (.Z)", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR"}


def check_readable(head: bytes) -> None:
    """Raise `FeedError` for the first bytes of what cannot be unpacked: `mangled`, `packing`."""
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
