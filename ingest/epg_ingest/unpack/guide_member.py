"""Which member of an archive is the guide."""

from __future__ import annotations

import re

from ..core.errors import FeedError
from .decompress import COMPRESSIONS
from .signatures import kind_of

#: bytes of a member that `looks_like_guide` needs
HEAD = 1024
_GUIDE_NAME = re.compile(r"(^|/)[^./][^/]*\.(xml|xmltv)(\.(gz|xz|bz2|zst))?$", re.IGNORECASE)


def is_guide_name(name: str) -> bool:
    """Whether a member has the name of a guide. Hidden files and the attribute copies of macOS are no guides."""
    return bool(_GUIDE_NAME.search(name)) and not name.startswith("__MACOSX/")


def looks_like_guide(head: bytes) -> bool:
    """Whether a member that begins with `head` is XML, but no HTML page, or is compressed."""
    if kind_of(head) in COMPRESSIONS:
        return True
    # without the zero bytes of UTF-16 and the byte order marks
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith((b"<?xml", b"<tv", b"<!doctype tv", b"<!--")) and b"<html" not in text


def no_guide(kind: str) -> FeedError:
    """The error for an archive without a guide."""
    return FeedError(f"the {kind} archive holds no XML file; check the URL of the provider", "noxml")
