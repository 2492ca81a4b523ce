"""Why a feed without a single usable programme is refused, judged by its first bytes. Pure.

What an answer says of itself (the text of a JSON error, the title of a page) is quoted, one line of it. The caller takes
secrets out: a server may repeat the address that it was asked for.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from ..core.errors import FeedError
from ..core.models import Problems

#: characters that are quoted of an answer
_QUOTED = 160
#: fields of JSON answers that say what is wrong, in this order
_FIELDS = (
    "error_description", "error_message", "error", "errors", "message", "msg", "detail", "reason",
)  # fmt: skip
_STRING = r'"((?:[^"\\]|\\.){1,1000})'
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<script", b"<form", b"<div")
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_PASSWORD = re.compile(rb"""type\s{0,9}=\s{0,9}["']?password""", re.IGNORECASE)


def nothing_usable(head: bytes, skipped: int, problems: Problems, damage: str | None) -> FeedError:
    """The error for a feed that begins with `head`. `damage` is that of its packing."""
    start = head.lstrip().lower()
    unusable = sum(problems.total(code) for code in ("nochannel", "badstart", "emptytitle", "notwell"))
    if skipped > unusable:
        return FeedError(
            f"all {skipped} programmes of the feed are outside the retention window; check the feed's dates, or set"
            " retention.past_days and retention.future_days (none keeps all)",
            "outside",
        )
    if not start and damage:
        return FeedError(
            f"nothing can be read from the feed: {damage}; download it again, or check the URL", "empty"
        )
    if not start:
        return FeedError("the feed is empty; check the URL in a browser", "empty")
    return _something_else(head.lstrip()) or _no_programme(problems)


def _something_else(head: bytes) -> FeedError | None:
    """The error for an answer that is no guide at all; None if it may be one."""
    start = head.lower()
    if start.startswith(_HTML) or b"<html" in start[:1024]:
        return _page(head)
    if start.startswith((b"{", b"[")):
        return FeedError(
            f"the answer is JSON, not an XMLTV guide{_quoted(_json_error(head))}; check the URL and its"
            " credentials",
            "json",
        )
    if start.startswith((b"#extm3u", b"#extinf")):
        return FeedError(
            "the answer is an M3U playlist, not a guide; the address of its guide may be in its first line (url-tvg)",
            "m3u",
        )
    return None


def _page(head: bytes) -> FeedError:
    title = _TITLE.search(head)
    words = _quoted(unescape(title[1].decode("utf-8", "replace")) if title else "")
    if _PASSWORD.search(head):
        return FeedError(
            f"the answer is a login page (an HTML page), not a guide{words}; check the URL and its credentials",
            "html",
        )
    return FeedError(
        f"the answer is an HTML page, not a guide{words}; check the URL and its credentials", "html"
    )


def _no_programme(problems: Problems) -> FeedError:
    worst = max(problems, key=lambda problem: problems.total(problem.code), default=None)
    reason = f"; {problems.total(worst.code)} times {worst.code}: {worst.message}" if worst else ""
    return FeedError(
        f"the feed holds no programme with a channel, a start and a title{reason}; look at it with: epg-ingest check",
        "noprogrammes",
    )


def _quoted(text: str) -> str:
    """` ("text")` in one line, cut if it is long; nothing for an empty text."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f' ("{line[:_QUOTED]}{"…" if len(line) > _QUOTED else ""}")' if line else ""


def _json_error(head: bytes) -> str:
    """What a JSON answer says is wrong, "" if it says nothing. `head` may be only its beginning."""
    text = head.decode("utf-8", "replace")
    try:
        return _message(json.loads(text), 4)
    except (ValueError, RecursionError):
        pass
    for field in _FIELDS:
        found = re.search(rf'"{field}"\s{{0,9}}:\s{{0,9}}{_STRING}', text, re.IGNORECASE)
        if found:
            return found[1]
    return ""


def _message(value: Any, depth: int) -> str:
    """The text in the first field of `_FIELDS`, or in objects and lists up to `depth` levels below it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        inner = value[:3] if depth else []
    elif isinstance(value, dict):
        lower = {key.lower(): item for key, item in value.items()}
        inner = [lower[field] for field in _FIELDS if field in lower]
        inner += [item for item in value.values() if isinstance(item, dict)]
    else:
        return ""
    return next((text for item in inner if depth and (text := _message(item, depth - 1))), "")
