"""What may be set on a channel: values from the command line or a JSON body are checked here. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import UsageError
from ..core.redact import secret_part
from .follow import FOLLOWING
from .messages import quoted

#: the columns of `channels` that people may change
EDITABLE = ("name", "display_name", "icon_url", "number", "hidden", "pinned")
#: the most characters of each text, 200 where nothing else is said
_LIMITS = {"number": 20, "icon_url": 2_000}


def validate(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are stored. Raises `UsageError` for the first one that is unknown or not allowed."""
    clean: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in EDITABLE:
            raise UsageError(f"unknown setting {quoted(str(key))}; known are: {', '.join(EDITABLE)}")
        check = _CHECKS.get(key)
        clean[key] = check(value) if check else _text(key, value)
    return clean


def pin(pinned: Iterable[str], fields: Iterable[str]) -> tuple[str, ...]:
    """The fields that stay as they are: those that did, and those of `fields` that would follow the feeds."""
    wanted = {*pinned, *fields}
    return tuple(field for field in FOLLOWING if field in wanted)


def _hidden(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError("hidden must be true or false")
    return value


def _pinned(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(field in FOLLOWING for field in value):
        raise UsageError(f"pinned must be a list of {', '.join(FOLLOWING[:-1])} and {FOLLOWING[-1]}")
    return pin(value, ())


#: how settings are checked that are not texts
_CHECKS: dict[str, Callable[[Any], Any]] = {"hidden": _hidden, "pinned": _pinned}


def _text(key: str, value: Any) -> str | None:
    """A text on one line, an address for `icon_url`; an empty `icon_url` or `number` becomes None."""
    text = value.strip() if isinstance(value, str) else value
    if key in ("icon_url", "number") and text in (None, ""):
        return None
    limit = _LIMITS.get(key, 200)
    if not isinstance(text, str) or not 1 <= len(text) <= limit or not text.isprintable():
        raise UsageError(f"{key} must have 1 to {limit} characters on one line")
    if key == "icon_url":
        require_public(text)
    return text


def require_public(icon_url: str) -> None:
    """Raise `UsageError` for the address of a picture that is none, or that must not be shown to everybody."""
    if not _is_web_address(icon_url):
        raise UsageError("icon_url must be an http:// or https:// address")
    if found := secret_part(icon_url):
        raise UsageError(
            f"icon_url has {found}, and everybody can see it; give the address of a picture that needs no login"
        )


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False
