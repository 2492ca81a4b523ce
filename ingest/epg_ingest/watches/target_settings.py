"""Where alerts go: settings of a target as people give them, checked. The address and the secret are never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import UsageError
from ..core.times import zone
from .signing import key_of, new_secret
from .watch_settings import UNNAMED, check_text, minute_of

WEBHOOK, APPRISE = "webhook", "apprise"
#: what a person may set, with what a new target has
DEFAULTS: dict[str, Any] = {
    "name": None, "url": None, "secret": None, "private_addresses": "deny", "digest_at": None, "timezone": "UTC",
    "operator": False, "enabled": True,
}  # fmt: skip
SETTINGS = tuple(DEFAULTS)
LONGEST_NAME, LONGEST_URL = 60, 2000
_NAME = re.compile(r"[^\W_][\w .+-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]+")


@dataclass(frozen=True)
class AlertTarget:
    """A target of `owner`. `kind` follows from the address: http and https are webhooks, everything else is for Apprise.

    `digest_at` is the minute of the day, on the clock of `timezone`, at which the daily digest is sent; None: no digest.
    `operator`: it also gets alerts for the operator of the guide. `ended` says why it gets nothing any more, "" otherwise.
    """

    id: int
    owner: str
    name: str
    kind: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    private_addresses: str = "deny"
    digest_at: int | None = None
    timezone: str = "UTC"
    operator: bool = False
    enabled: bool = True
    ended: str = ""


def checked_target(
    settings: Mapping[str, Any], ident: int = 0, owner: str = "", names: Mapping[str, str] = UNNAMED
) -> AlertTarget:
    """The target of these `SETTINGS`; those that are missing have their defaults, and a webhook a new secret.

    Raises `UsageError` (`target`), one line without the address; `names` as for `watch_settings.checked_watch`.
    """
    if unknown := sorted(settings.keys() - set(SETTINGS)):
        raise _wrong(f"unknown setting {unknown[0][:40]!r}; known are: {', '.join(SETTINGS)}")
    values = {**DEFAULTS, **settings}
    url = checked_url(values["url"])
    kind = WEBHOOK if url.lower().startswith(("http:", "https:")) else APPRISE
    for name in ("operator", "enabled"):
        if not isinstance(values[name], bool):
            raise _wrong(f"{name} must be true or false")
    if values["private_addresses"] not in ("allow", "deny"):
        raise _wrong("private_addresses must be allow or deny")
    if not isinstance(values["timezone"], str):
        raise _wrong("timezone must be an IANA name such as Europe/London")
    zone(values["timezone"])
    return AlertTarget(
        ident, owner, _name(values["name"]), kind, url, _secret(kind, values["secret"]), values["private_addresses"],
        minute_of(values["digest_at"], names.get("digest_at", "digest_at")), values["timezone"], values["operator"],
        values["enabled"],
    )  # fmt: skip


def changed_target(
    target: AlertTarget, settings: Mapping[str, Any], names: Mapping[str, str] = UNNAMED
) -> AlertTarget:
    """The target with other settings. A new address has no access to private ones, and is tried anew."""
    from .watch_settings import clock

    before = {
        "name": target.name, "url": target.url, "secret": target.secret or None,
        "private_addresses": target.private_addresses, "digest_at": clock(target.digest_at), "timezone": target.timezone,
        "operator": target.operator, "enabled": target.enabled,
    }  # fmt: skip
    moved = settings.get("url", target.url) != target.url
    if moved:
        before |= {"private_addresses": "deny"}
    after = checked_target({**before, **settings}, target.id, target.owner, names)
    renewed = moved or settings.get("enabled") is True
    return replace(after, ended="" if renewed else target.ended)


def checked_url(url: Any) -> str:
    """An address that can be one. Raises `UsageError`, which does not repeat it."""
    if not isinstance(url, str) or not _SCHEME.fullmatch(url.strip()) or len(url) > LONGEST_URL:
        raise _wrong(
            "url must be an address: https://… for a webhook, or one of Apprise such as mailto://… or ntfy://…"
        )
    check_text(url.strip(), "url")
    text = url.strip()
    if text.lower().startswith(("http:", "https:")):
        try:
            parts = urlsplit(text)
            good = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            good = False
        if not good:
            raise _wrong("url must have a host name, as in https://example.com/hook")
    return text


def _secret(kind: str, secret: Any) -> str:
    if kind != WEBHOOK:
        if secret is not None:
            raise _wrong("only webhooks have a secret; leave it out")
        return ""
    if secret is None:
        return new_secret()
    try:
        key_of(secret if isinstance(secret, str) else "")
    except ValueError as error:
        raise _wrong(str(error)) from None
    return str(secret)


def _name(name: Any) -> str:
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or name.isdigit():
        raise _wrong(
            f"name must be 1 to {LONGEST_NAME} letters, digits, blanks, dots and hyphens, and not only digits"
        )
    return name


def _wrong(what: str) -> UsageError:
    return UsageError(what, "target")
