"""Which members of an archive are guides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core.errors import FeedError
from .bounds import LayerSize
from .byte_source import ByteSource
from .decompress import COMPRESSIONS, decompressed
from .signatures import kind_of

#: bytes of a member that show what it is
HEAD = 4096
#: compressions that are removed to see what a member is
_MOST_LAYERS = 4
#: names that a remark lists
_MOST_NAMES = 5
_GUIDE_NAME = re.compile(r"(^|/)[^./][^/]*\.(xml|xmltv)(\.(gz|xz|bz2|zst))?$", re.IGNORECASE)
#: the first tag, after the declaration, comments and the like
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_OF_GUIDES = re.compile(rb"<(?:!doctype\s+|[\w.-]+:)?(?:tv|programme|channel)[\s>/]", re.IGNORECASE)


@dataclass
class Remarks:
    """What is to be said of a file that was unpacked; `guides_left_out` if it holds guides that are not read."""

    notes: list[str] = field(default_factory=list)
    guides_left_out: bool = False


def is_guide_name(name: str) -> bool:
    """Whether a member has the name of a guide. Hidden files and the attribute copies of macOS are no guides."""
    return bool(_GUIDE_NAME.search(name)) and not name.startswith("__MACOSX/")


def looks_like_guide(head: bytes) -> bool:
    """Whether a member that begins with `head` is XML, but no HTML page, or is compressed."""
    if kind_of(head) in COMPRESSIONS:
        return True
    text = _bare(head).lower()
    return text.startswith((b"<?xml", b"<tv", b"<!doctype tv", b"<!--")) and b"<html" not in text


def without_compressions(content: ByteSource, size: LayerSize) -> ByteSource:
    """The content of a member as it is when decompressed, which may still be an archive. It is counted in `size`.

    Raises `FeedError` (`encoding`).
    """
    for _ in range(_MOST_LAYERS):
        kind = kind_of(content.peek(512))
        if kind not in COMPRESSIONS:
            break
        content = ByteSource(size.counted(decompressed(kind, content, [])))
    return content


def may_hold_a_guide(name: str, head: bytes) -> bool:
    """Whether a member may be a guide, or an archive with one. `head` is of its content without compressions."""
    if kind_of(head):
        return True
    if is_guide_name(name):
        return bool(head) and not is_other_document(head)
    return looks_like_guide(head) and _OF_GUIDES.search(_bare(head)) is not None


def is_other_document(head: bytes) -> bool:
    """Whether a member that begins with `head` is XML of another kind: its first tag is not one of a guide."""
    text = _bare(head)
    return _ROOT.search(text) is not None and _OF_GUIDES.search(text) is None


def _bare(head: bytes) -> bytes:
    """The text without the zero bytes of UTF-16 and the byte order marks."""
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")


def no_guide(kind: str) -> FeedError:
    """The error for an archive without a guide."""
    return FeedError(f"the {kind} archive holds no XML file; check the URL of the provider", "noxml")


def left_out(kind: str, names: Sequence[str], count: int) -> str:
    """The remark on files of an archive that were not read: `count` of them, with the first `names`."""
    files = "XML files" if all(map(is_guide_name, names)) else "files with guides or archives"
    shown = ", ".join(printable(name) for name in names[:_MOST_NAMES])
    more = ", …" if count > _MOST_NAMES else ""
    return f"{count} more {files} in the {kind} archive were left out: {shown}{more}"


def printable(name: str) -> str:
    """A name from an archive as it may be shown: its last 100 characters."""
    return "".join(character for character in name if character.isprintable())[-100:]
