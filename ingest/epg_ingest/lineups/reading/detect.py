"""Which kind of list the first bytes of an answer are, and what is no list at all."""

from __future__ import annotations

import codecs
import re

from ...core.errors import FeedError
from ..entry import SourceKind
from .channel_table import is_header

#: how much of an answer is looked at
HEAD = 65_536
_SPACE = "\ufeff \t\r\n\0"
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|script|h1|p|div|title)\b", re.IGNORECASE)
_LINE = re.compile(r"^[ \t]*#EXT(?:M3U|INF)", re.IGNORECASE | re.MULTILINE)
_JSON_KINDS: tuple[tuple[SourceKind, re.Pattern[str]], ...] = (
    ("hdhomerun", re.compile(r'"Guide(?:Number|Name)"\s*:')),
    ("xtream", re.compile(r'"(?:stream_id|stream_type|epg_channel_id)"\s*:')),
    ("tvheadend", re.compile(r'"(?:uuid|entries)"\s*:')),
)
#: a stream that is cut into files, which is what an address in a list leads to
_ONE_STREAM = re.compile(r"^#EXT-X-(?:TARGETDURATION|MEDIA-SEQUENCE|STREAM-INF)\b", re.MULTILINE)


def detect(body: bytes) -> SourceKind:
    """The kind of a list, from its beginning; raises `FeedError` for what is no list.

    An M3U of tvheadend is `m3u`, as it reads the same.
    """
    text = head_text(body)
    start = text.lstrip(_SPACE)
    refuse(start)
    if start[:1] in "[{":
        for kind, pattern in _JSON_KINDS:
            if pattern.search(start):
                return kind
        raise FeedError("the answer is JSON, but no list of channels; check the address", "notalist")
    if _LINE.search(text):
        return "m3u"
    if is_header(start.split("\n", 1)[0]):
        return "csv"
    raise FeedError(
        "the answer is no list of channels: it has no #EXTINF line, no JSON and no CSV header", "notalist"
    )


def refuse(start: str) -> None:
    """Raise for the beginning of an answer that is none of the kinds: empty, a page, a guide, binary, one stream."""
    if not start:
        raise FeedError("the list is empty; check the address in a browser", "empty")
    if _PAGE.match(start) or (start.startswith("<") and _PAGE.search(start[:2000])):
        raise FeedError(
            "the answer is a web page (HTML), not a list of channels; check the address and the password",
            "html",
        )
    if start.startswith("<"):
        what = "an XMLTV guide; add it with: epg-ingest providers add" if "<tv" in start[:4000] else "XML"
        raise FeedError(f"the answer is {what}, not a list of channels", "notalist")
    sample = start[:4000]
    if sum(c < " " and c not in "\t\r\n\f\x1b" for c in sample) > len(sample) // 50:
        raise FeedError("the answer is binary, not a list of channels; check the address", "binary")
    if _ONE_STREAM.search(start[:4000]):
        raise FeedError("the answer is one stream (HLS), not a list of channels", "onestream")


def encoding_of(head: bytes) -> tuple[str, int]:
    """The codec of a list and the length of its byte order mark. UTF-8 unless the first bytes say UTF-16."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8", len(codecs.BOM_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", 0
    if head[:2] in (b"#\0", b"[\0", b"{\0"):
        return "utf-16-le", 0
    return "utf-8", 0


def head_text(body: bytes) -> str:
    """The beginning of a list as text; what cannot be decoded becomes U+FFFD."""
    codec, mark = encoding_of(body[:4])
    return body[mark:HEAD].decode(codec, "replace").removesuffix("\ufffd")
