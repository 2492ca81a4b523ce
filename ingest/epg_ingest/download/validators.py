"""What an answer says of itself in headers that are kept: ETag, Last-Modified, Content-Encoding. Pure."""

from __future__ import annotations

#: Longer validators are not kept: they go to the import log, which is public, and back to the server with each request.
MOST_CHARACTERS = 500
#: names of encodings that are looked at
_MOST_ENCODINGS = 8


def usable(validator: str | None) -> str | None:
    """A validator as it may be stored and sent back; None for one that is empty, too long, or has control characters."""
    text = (validator or "").strip()
    return text if 0 < len(text) <= MOST_CHARACTERS and text.isprintable() else None


def content_encodings(header: str | None) -> tuple[str, ...]:
    """The names in a Content-Encoding header, in lower case, the innermost encoding first."""
    return tuple(name.strip().lower() for name in (header or "").split(",")[:_MOST_ENCODINGS])
