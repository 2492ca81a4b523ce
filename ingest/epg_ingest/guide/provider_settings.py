"""What may be set on a provider: values from the command line or a JSON body are checked here.

Each check returns the value as it is stored, or raises `UsageError` with one line that says what is allowed. No message
repeats an address: it may hold a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import UsageError
from ..storage.vault import ALLOW, DENY, Credentials
from .sourcing import import_times, source_settings
from .sourcing.provider_rows import PUBLIC as PUBLIC

PRIORITIES = range(10_000)
MAX_SHIFT_MINUTES = 7 * 24 * 60
MAX_URL = 8_000
POLICIES = ("all", "mapped")
#: settings that are kept in `epg.secrets` as they are
SECRET = ("url", "headers", "private_addresses")
#: the settings of a new provider where nothing else is said
DEFAULTS: dict[str, Any] = {
    "priority": 100,
    "timezone": None,
    "shift_minutes": 0,
    "language": (),
    "public_url": False,
    "channel_policy": "all",
    "repair_text": False,
    "enabled": True,
    "headers": {},
    "private_addresses": DENY,
    "schedule": None,
    "schedule_timezone": None,
    "downloads_per_day": None,
}


def name(value: Any) -> str:
    """1 to 100 characters. Not only digits, because such a name could be an id; no slash, because names go into URLs."""
    text = value.strip() if isinstance(value, str) else ""
    if (
        not 1 <= len(text) <= 100
        or not text.isprintable()
        or "/" in text
        or "\\" in text
        or text.startswith("-")
    ):
        raise UsageError(
            "a provider's name must have 1 to 100 characters, none of them a slash or a control character, "
            "and must not begin with a dash"
        )
    if text.isdigit():
        raise UsageError(f"a provider's name must not be only digits: {text} could be meant as an id")
    return text


def url(value: Any, *, local_files: bool = False) -> str | None:
    """An http or https address; with `local_files` also a `file:` address, or a path, which becomes a `file:` address."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise UsageError("the URL is empty; give an http:// or https:// address")
    text = value.strip()
    if len(text) > MAX_URL:
        raise UsageError(f"the URL is longer than {MAX_URL:,} characters")
    if (
        local_files
        and not re.match(r"(?i)[a-z][a-z0-9+.-]+://", text)
        and not text.lower().startswith("file:")
    ):
        return _existing(Path(text).expanduser()).as_uri()
    if any(c.isspace() or not c.isprintable() for c in text):
        raise UsageError("the URL holds a space or a control character; write a space as %20")
    return _checked(text, local_files)


def _checked(text: str, local_files: bool) -> str:
    try:
        parts = urlsplit(text)
        scheme, host, _ = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(
            "the URL has a host or port that cannot be read; check what follows http://"
        ) from error
    if scheme == "file" and local_files:
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            raise UsageError(
                "a file: URL must name a file of this machine; it begins with file: and three slashes"
            )
        return text
    if scheme not in ("http", "https"):
        kinds = "http:// or https:// or file:" if local_files else "http:// or https://"
        raise UsageError(f"the URL must begin with {kinds}")
    if not host:
        raise UsageError("the URL has no host; it follows http:// or https://")
    return text


def _existing(path: Path) -> Path:
    if path.is_dir():
        raise UsageError("that path is a folder; name a file in it, or an address with http:// or https://")
    if not path.is_file():
        raise UsageError("there is no file at that path, and an address begins with http:// or https://")
    return path.resolve()


def priority(value: Any) -> int:
    return _integer("priority", value, 0, PRIORITIES[-1])


def shift_minutes(value: Any) -> int:
    return _integer("shift_minutes", value, -MAX_SHIFT_MINUTES, MAX_SHIFT_MINUTES)


def _integer(key: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UsageError(f"{key} must be a whole number from {low} to {high}")
    return value


def timezone(value: Any) -> str | None:
    """An IANA zone; None or an empty text means UTC."""
    from ..core.times import zone

    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise UsageError("timezone must be the name of an IANA time zone, such as Europe/London")
    zone(value)
    return value


def language(value: Any) -> tuple[str, ...]:
    """Language codes in order of preference, without repetitions."""
    if not isinstance(value, (list, tuple)):
        raise UsageError("language must be a list of language codes such as en, de or pt-BR")
    for code in value:
        if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}", code):
            raise UsageError("language must be a list of language codes such as en, de or pt-BR")
    return tuple(dict.fromkeys(value))


def channel_policy(value: Any) -> str:
    if value not in POLICIES:
        raise UsageError("channel_policy must be all or mapped")
    return str(value)


def private_addresses(value: Any) -> str:
    if value not in (ALLOW, DENY):
        raise UsageError("private_addresses must be allow or deny")
    return str(value)


def headers(value: Any) -> dict[str, str]:
    """Request headers. A line break in a value would start another header (RFC 9110, section 5.5)."""
    if not isinstance(value, Mapping):
        raise UsageError("headers must map names to values")
    for key, content in value.items():
        if not isinstance(key, str) or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", key):
            raise UsageError("a header's name may hold letters, digits and dashes; the form is Name: value")
        if not isinstance(content, str) or not re.fullmatch(r"[\x20-\x7e\xa0-\xff]*", content):
            raise UsageError(f"the value of the header {key} must be one line of Latin-1 text")
    return {key: content.strip() for key, content in value.items()}


def _flag(key: str) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise UsageError(f"{key} must be true or false")
        return value

    return check


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": name,
    "priority": priority,
    "timezone": timezone,
    "shift_minutes": shift_minutes,
    "language": language,
    "public_url": _flag("public_url"),
    "channel_policy": channel_policy,
    "repair_text": _flag("repair_text"),
    "enabled": _flag("enabled"),
    "headers": headers,
    "private_addresses": private_addresses,
    "schedule": import_times.checked,
    "schedule_timezone": timezone,
    "downloads_per_day": source_settings.downloads_per_day,
    "username": partial(source_settings.account_text, "username"),
    "password": partial(source_settings.account_text, "password"),
}
#: those that depend on whether the command line asks
_LOCAL: dict[str, Callable[..., Any]] = {
    "url": url,
    "kind": source_settings.kind,
    "mirrors": lambda value, *, local_files: source_settings.mirrors(
        value, partial(url, local_files=local_files)
    ),
    "command": source_settings.command,
}


def validate(changes: Mapping[str, Any], *, local_files: bool = False) -> dict[str, Any]:
    """The settings as they are stored. Raises `UsageError` for the first one that is unknown or not allowed.

    `local_files` lets addresses be `file:` addresses or paths, and allows `command`.
    """
    for key in changes:
        if key not in _CHECKS and key not in _LOCAL:
            known = ", ".join(sorted({*_CHECKS, *_LOCAL}))
            raise UsageError(f"unknown setting {str(key)[:40]!r}; known are: {known}")
    clean = {key: _CHECKS[key](value) for key, value in changes.items() if key in _CHECKS}
    local = {
        key: _LOCAL[key](value, local_files=local_files) for key, value in changes.items() if key in _LOCAL
    }
    return clean | local


def changed_credentials(before: Credentials, clean: Mapping[str, Any]) -> Credentials:
    """What `epg.secrets` holds of a provider after a change of settings that `validate` returned.

    Headers were meant for one host: if the URL moves to another, they are dropped unless the change has new ones.
    """
    after = replace(before, **{key: clean[key] for key in SECRET if key in clean})
    if "headers" not in clean and not same_host(before.url, after.url):
        after = replace(after, headers={})
    return after


def same_host(old: str | None, new: str | None) -> bool:
    """Whether headers meant for `old` may go to `new`: same host and port, and not from https to http."""
    if old is None or old == new:
        return True
    a, b = urlsplit(old), urlsplit(new or "")
    return a.netloc.rpartition("@")[2] == b.netloc.rpartition("@")[2] and (a.scheme, b.scheme) != (
        "https",
        "http",
    )
