"""Which member of an archive is the guide, and the guide inside a tar archive as a stream of bytes.

No name from an archive is ever used as a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.errors import FeedError
from .compression import COMPRESSIONS, Damage, Feed, is_tar_header, kind_of

#: bytes of a member that are looked at
HEAD = 1024
_MAX_NAME = 64 * 1024
_GUIDE_NAME = re.compile(r"(^|/)[^./][^/]*\.(xml|xmltv)(\.(gz|xz|bz2|zst))?$", re.IGNORECASE)


def is_guide_name(name: str) -> bool:
    """Whether a member is called as guides are. Hidden files and macOS's copies of attributes are not
    guides.
    """
    return bool(_GUIDE_NAME.search(name)) and not name.startswith("__MACOSX/")


def looks_like_guide(head: bytes) -> bool:
    """Whether a member that begins with `head` is XML, or compressed; an HTML page is neither."""
    if kind_of(head) in COMPRESSIONS:
        return True
    # without the zero bytes of UTF-16 and the byte order marks
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith((b"<?xml", b"<tv", b"<!doctype tv", b"<!--")) and b"<html" not in text


def no_guide(kind: str) -> FeedError:
    return FeedError(f"the {kind} archive holds no XML file; check the URL of the provider", "noxml")


def from_tar(feed: Feed, notes: list[str]) -> Iterator[bytes]:
    """The first member that is called .xml or .xmltv or that looks like a guide. In one pass: it may be a
    stream.

    `notes` says when more were left out. Raises FeedError (`noxml`) and Damage.
    """
    found = False
    left_out = 0
    for name, content in _tar_members(feed):
        if found:
            left_out += is_guide_name(name)
        elif is_guide_name(name) or looks_like_guide(content.peek(HEAD)):
            found = True
            yield from content.rest()
    if not found:
        raise no_guide("tar")
    if left_out:
        notes.append(f"{left_out} more XML files in the tar archive were left out")


def _tar_members(feed: Feed) -> Iterator[tuple[str, Feed]]:
    """Name and content of each file. A long name stands in a member of its own before it (GNU `L`, pax
    `x`).
    """
    name = ""
    while feed.peek(512).strip(b"\0"):
        header = feed.exactly(512, "tar")
        if not is_tar_header(header):
            raise Damage("damaged tar")
        kind, size = header[156:157], _tar_number(header[124:136])
        content = Feed(feed.limited(size, "tar"))
        if kind in (b"L", b"x"):
            name = _long_name(kind, content.peek(min(size, _MAX_NAME)))
        elif kind in (b"0", b"\0", b"7"):
            yield name or _text(header[:100]), content
            name = ""
        for _ in content.rest():
            pass
        # a last member without padding is complete
        feed.skip(-size % 512)
    # all zeros: the end; nothing: the end, or damage, which this raises
    feed.piece()


def _long_name(kind: bytes, content: bytes) -> str:
    path = re.search(rb"\d+ path=([^\n]*)\n", content) if kind == b"x" else None
    return _text(path[1] if path else b"" if kind == b"x" else content)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _tar_number(field: bytes) -> int:
    """Octal digits, or for 8 GiB and more base 256 (GNU)."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise Damage("damaged tar") from None
