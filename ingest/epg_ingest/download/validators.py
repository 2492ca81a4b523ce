"""What an answer says of itself in headers that are kept: ETag, Last-Modified, Content-Encoding, Content-Type, Date. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

#: Longer validators are not kept: they go to the import log, which is public, and back to the server with each request.
MOST_CHARACTERS = 500
#: names of encodings that are looked at
_MOST_ENCODINGS = 8
_TEXT = re.compile(r"\s*(?:text/|[\w.+-]+/[\w.+-]*xml\b)", re.IGNORECASE)
_CHARSET = re.compile(r""";\s{0,9}charset\s{0,9}=\s{0,9}["']?([\w.:+-]{1,60})""", re.IGNORECASE)


def usable(validator: str | None) -> str | None:
    """A validator as it may be stored and sent back; None for one that is empty, too long, or has control characters."""
    text = (validator or "").strip()
    return text if 0 < len(text) <= MOST_CHARACTERS and text.isprintable() else None


def content_encodings(header: str | None) -> tuple[str, ...]:
    """The names in a Content-Encoding header, in lower case, the innermost encoding first."""
    return tuple(name.strip().lower() for name in (header or "").split(",")[:_MOST_ENCODINGS])


def content_charset(header: str | None) -> str | None:
    """The `charset` in the Content-Type of text or XML; None without one, and for UTF-8, which is assumed anyway."""
    found = _CHARSET.search(header[:500]) if header and _TEXT.match(header[:500]) else None
    charset = found[1].lower() if found else None
    return None if charset in ("utf-8", "utf8") else charset


def clock_ahead(headers: Mapping[str, str], now: float) -> int | None:
    """By how many seconds a clock that says `now` (epoch seconds) is ahead of the server's; None without a usable Date.

    A cache sends the Date of the answer that it keeps, and says in Age for how many seconds it has kept it.
    """
    try:
        said = parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    age = headers.get("Age", "").strip()
    kept = int(age[:10]) if age.isascii() and age.isdigit() else 0
    return round(now - said - kept)
