"""What may be set on a channel: values from the command line or a JSON body are checked here. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import UsageError
from .messages import quoted

#: the columns of `channels` that people may change
EDITABLE = ("name", "display_name", "icon_url", "number", "hidden")
#: the most characters of each text, 200 where nothing else is said
_LIMITS = {"number": 20, "icon_url": 2_000}


def validate(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are stored. Raises `UsageError` for the first one that is unknown or not allowed."""
    clean: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in EDITABLE:
            raise UsageError(f"unknown setting {quoted(str(key))}; known are: {', '.join(EDITABLE)}")
        clean[key] = _hidden(value) if key == "hidden" else _text(key, value)
    return clean


def _hidden(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError("hidden must be true or false")
    return value


def _text(key: str, value: Any) -> str | None:
    """A text on one line, an address for `icon_url`; an empty `icon_url` or `number` becomes None."""
    text = value.strip() if isinstance(value, str) else value
    if key in ("icon_url", "number") and text in (None, ""):
        return None
    limit = _LIMITS.get(key, 200)
    if not isinstance(text, str) or not 1 <= len(text) <= limit or not text.isprintable():
        raise UsageError(f"{key} must have 1 to {limit} characters on one line")
    if key == "icon_url" and not _is_web_address(text):
        raise UsageError("icon_url must be an http:// or https:// address")
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False
