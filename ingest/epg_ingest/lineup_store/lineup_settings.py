"""What may be set on a line-up and on its entries: values from the command line or a JSON body are checked here.

Each check returns the value as it is stored, or raises `UsageError` with one line that says what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..core.errors import UsageError
from ..guide import provider_settings
from ..guide.channel_settings import require_public

KINDS = ("tv", "radio", "vod")
SCHEMES = ("source", "guide", "number", "safe")
SOURCE_KINDS = ("m3u", "hdhomerun", "xtream", "tvheadend", "csv")
#: the kind of a line-up that has no source
BY_HAND = "hand"
#: a block of filler lasts a day at most
MAX_FILLER = 24 * 60
MAX_NAME, MAX_TEXT = 60, 1000
MAX_SHIFT = provider_settings.MAX_SHIFT_MINUTES
_NAME = re.compile(r"\w[\w-]*")
#: settings of a line-up that are kept in `epg.db`
PUBLIC = ("name", "title", "kinds", "id_scheme", "filler", "episode_ids")
#: where it is read from, kept in `epg.secrets`
SOURCE = ("url", "headers", "private_addresses")
#: columns of an entry that a person may set; each of them but the channel is pinned then
EDITABLE = ("name", "number", "group_name", "icon_url", "position", "output_id", "shift_minutes", "hidden")


def name(value: Any) -> str:
    """Letters, digits, `-` and `_`: it is a part of addresses, and an ending such as `.xml` follows it there."""
    text = value.strip() if isinstance(value, str) else ""
    if not _NAME.fullmatch(text) or len(text) > MAX_NAME or text.isdigit():
        raise UsageError(
            f"a line-up's name must have 1 to {MAX_NAME} letters, digits, hyphens or underscores, and not only digits"
        )
    return text


def title(value: Any) -> str:
    return _text("title", value)


def kinds(value: Any) -> tuple[str, ...]:
    """The kinds of entries to take from the source, in the order of `KINDS`."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)) or not given or any(kind not in KINDS for kind in given):
        raise UsageError(f"kinds must be one or more of {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in given)


def id_scheme(value: Any) -> str:
    if value not in SCHEMES:
        raise UsageError(f"id_scheme must be one of {', '.join(SCHEMES)}")
    return str(value)


def filler(value: Any) -> int:
    """Minutes of a block, 0 for no filler."""
    return _number("filler", value, 0, MAX_FILLER)


def episode_ids(value: Any) -> bool:
    return _flag("episode_ids", value)


def source_kind(value: Any) -> str | None:
    """The kind of the source, None to tell it from the answer."""
    if value is None or value in SOURCE_KINDS:
        return value if value is None else str(value)
    raise UsageError(f"the kind of a source must be one of {', '.join(SOURCE_KINDS)}")


def validated(settings: Mapping[str, Any], *, local_files: bool = False) -> dict[str, Any]:
    """The settings of a line-up as they are stored. `local_files` lets its address be a path."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if key in SOURCE:
            found |= provider_settings.validate({key: value}, local_files=local_files)
        else:
            found[key] = _LINEUP[key](value)
    return found


def validated_entry(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an entry that a person sets, as they are stored."""
    return {key: _ENTRY[key](value) for key, value in settings.items()}


def _text(key: str, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > MAX_TEXT or not text.isprintable():
        raise UsageError(f"{key} must be a text of 1 to {MAX_TEXT:,} characters")
    return text


def _optional(key: str) -> Callable[[Any], str | None]:
    return lambda value: None if value in (None, "") else _text(key, value)


def _icon(value: Any) -> str | None:
    text = _optional("icon_url")(value)
    if text is not None:
        require_public(text)
    return text


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{key} must be true or false")
    return value


def _number(key: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UsageError(f"{key} must be a whole number from {low} to {high}")
    return value


_LINEUP: dict[str, Callable[[Any], Any]] = {
    "name": name, "title": title, "kinds": kinds, "id_scheme": id_scheme, "filler": filler, "episode_ids": episode_ids,
    "source_kind": source_kind,
}  # fmt: skip
_ENTRY: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: _text("name", value),
    "number": _optional("number"),
    "group_name": _optional("group_name"),
    "icon_url": _icon,
    "position": lambda value: _number("position", value, 1, 10_000_000),
    "output_id": _optional("output_id"),
    "shift_minutes": lambda value: _number("shift_minutes", value, -MAX_SHIFT, MAX_SHIFT),
    "hidden": lambda value: _flag("hidden", value),
}
