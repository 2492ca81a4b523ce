"""What an answer is that is no guide, judged by its first bytes. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from html import unescape

from ..core.errors import FeedError
from .json_answer import is_json, json_error

#: characters that are kept of what an answer says
_QUOTED = 160
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<script", b"<form", b"<div")
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_PASSWORD = re.compile(rb"""type\s{0,9}=\s{0,9}["']?password""", re.IGNORECASE)
#: what may stand before the first tag of a document
_PROLOG = re.compile(rb"<\?(?s:.)*?\?>|<!--(?s:.)*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\])?[^>]*>", re.IGNORECASE)
_ROOT = re.compile(rb"\s*<((?:[\w.-]+:)?([\w.-]+))")
_OF_GUIDES = re.compile(rb"<(?:[\w.-]+:)?(?:tv|programme)[\s>/]", re.IGNORECASE)
#: elements and attributes in which XML says what is wrong, or what it is, in this order
_SAYINGS = (b"message", b"faultstring", b"text", b"reason", b"error", b"title", b"description", b"code")
_BASE64 = re.compile(rb"(?:data:[\w/.+-]{0,60};base64,)?\s*([A-Za-z0-9+/\r\n]{16,}={0,2})")
_IN_BASE64 = (b"\x1f\x8b\x08", b"\xfd7zXZ", b"BZh", b"PK\3\4", b"(\xb5/\xfd", b"<?xml", b"<tv")
_POINTER = b"version https://git-lfs.github.com/spec/"
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1f\ufffd]")


def other_answer(head: bytes) -> FeedError | None:
    """The error for an answer that begins with `head` (UTF-8, no blanks before) and is no guide; None if it may be one.

    What the server says (the text of a JSON error, the title of a page) is the `answer` of the error, not in its message.

    Codes: `html`, `json`, `m3u`, `otherxml`, `text`, `packing`, `mangled`, `binary`.
    """
    start = head.lower()
    if start.startswith(_HTML) or b"<html" in start[:1024]:
        return _page(head)
    if start.startswith((b"#extm3u", b"#extinf", b"[playlist]")):
        kind = "a PLS" if start.startswith(b"[") else "an M3U"
        return FeedError(
            f"the answer is {kind} playlist, not a guide; the address of its guide may be in its first line (url-tvg)",
            "m3u",
        )
    if is_json(head):
        return _refused("JSON", "json", json_error(head))
    if _OF_GUIDES.search(head):
        return None
    return _other_xml(head) if head.startswith(b"<") else _text(head)


def _page(head: bytes) -> FeedError:
    title = _TITLE.search(head)
    kind = "a login page (an HTML page)" if _PASSWORD.search(head) else "an HTML page"
    return _refused(kind, "html", unescape(title[1].decode("utf-8", "replace")) if title else "", "a guide")


def _other_xml(head: bytes) -> FeedError | None:
    root = _ROOT.match(_PROLOG.sub(b"", head))
    if not root or root[2].lower() == b"channel":
        return None
    name = root[1].decode("utf-8", "replace")[:60]
    said = _said(head)
    return _refused("XML of another kind", "otherxml", f"<{name}>{' ' if said else ''}{said}")


def _said(head: bytes) -> str:
    """What XML says in one of its elements or attributes; "" if it says nothing."""
    for name in _SAYINGS:
        found = re.search(
            rb"<(?:[\w.-]{1,60}:)?%b(?:\s[^<>]{0,300})?>\s{0,99}(?:<!\[CDATA\[)?([^<\s][^<]{0,1000})" % name
            + rb"|\s%b\s?=\s?[\"']([^\"'<]{1,1000})" % name,
            head,
            re.IGNORECASE,
        )
        if found:
            return unescape((found[1] or found[2]).decode("utf-8", "replace").removesuffix("]]>"))
    return ""


def _text(head: bytes) -> FeedError | None:
    """The error for what is neither markup nor JSON."""
    if head.startswith(_POINTER):
        return FeedError(
            "the answer is a pointer of Git LFS, not the guide itself; use the address from which the file is downloaded",
            "text",
        )
    if _is_base64(head):
        return FeedError(
            "the feed is encoded in base64, which is not supported; ask the provider for gzip", "packing"
        )
    text = head.decode("utf-8", "replace")
    strange = len(_NO_TEXT.findall(text))
    if strange * 50 <= len(text):
        return _refused("text", "text", next(filter(str.strip, text.splitlines()), ""))
    if "\ufffd".encode() in head:
        return FeedError(
            "the answer looks like packed data that a program on the way has read as text, which destroys it; tell the"
            " provider, or use another URL",
            "mangled",
        )
    return FeedError(
        "the answer is binary data of an unknown kind, not an XMLTV guide; check the URL", "binary"
    )


def _is_base64(head: bytes) -> bool:
    found = _BASE64.match(head)
    try:
        data = base64.b64decode(b"".join(found[1].split())[:16]) if found else b""
    except binascii.Error:
        return False
    return data.startswith(_IN_BASE64)


def _refused(kind: str, code: str, words: str, instead: str = "an XMLTV guide") -> FeedError:
    message = f"the answer is {kind}, not {instead}; check the URL and its credentials"
    return FeedError(message, code, _line(words))


def _line(text: str) -> str:
    """A text in one line, cut if it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:_QUOTED] + ("…" if len(line) > _QUOTED else "")
