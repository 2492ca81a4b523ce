"""Accounts of Xtream panels: the addresses that they have, and what the panel says of an account. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ..core.errors import DownloadError, UsageError

#: what a panel calls an account that may not be used, and what to say of it
_STATES = {
    "expired": "has expired",
    "banned": "is banned",
    "disabled": "is disabled",
}


@dataclass(frozen=True)
class XtreamAccount:
    """An account of an Xtream panel. `origin` is `http://host:port`, perhaps with a path before `player_api.php`."""

    origin: str
    user: str
    password: str

    @property
    def _query(self) -> str:
        return f"username={quote(self.user, safe='')}&password={quote(self.password, safe='')}"

    @property
    def guide(self) -> str:
        """The address of the guide."""
        return f"{self.origin}/xmltv.php?{self._query}"

    @property
    def state(self) -> str:
        """The address at which the panel says how the account is."""
        return f"{self.origin}/player_api.php?{self._query}"

    def api(self, action: str) -> str:
        return f"{self.state}&action={action}"

    def stream(self, number: str) -> str:
        """The address of a live stream."""
        return f"{self.origin}/live/{quote(self.user, safe='')}/{quote(self.password, safe='')}/{quote(number, safe='')}.ts"

    def __repr__(self) -> str:
        return "XtreamAccount(…)"


def account_of(url: str) -> XtreamAccount:
    """The account in an address: `http://user:password@host`, or `get.php?username=…&password=…`. Raises `UsageError`."""
    user, password = credentials_in(url)
    if not user or not password:
        raise UsageError(
            "an Xtream account needs a user name and a password: http://USER:PASSWORD@HOST:PORT, or the address of its get.php"
        )
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    folder = parts.path.rpartition("/")[0]
    return XtreamAccount(f"{parts.scheme}://{host}{folder}", user, password)


def credentials_in(url: str) -> tuple[str, str]:
    """User name and password in an address; empty where it has none."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    user, password = query.get("username", [""])[0], query.get("password", [""])[0]
    if not user and parts.username and parts.password:
        user, password = unquote(parts.username), unquote(parts.password)
    return user, password


def with_credentials(url: str, user: str, password: str) -> str:
    """An address with this user name and password before its host, in place of those that are there."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}").geturl()


def refused(host: str, answer: Any, now: float) -> DownloadError | None:
    """Why an account gives nothing, judged by what `XtreamAccount.state` answered. `now` is epoch seconds.

    None if it may be used, or if nobody can tell.
    """
    info = answer.get("user_info") if isinstance(answer, Mapping) else None
    if not isinstance(info, Mapping):
        return None
    state = str(info.get("status") or "").strip().lower()
    ends = _moment(info.get("exp_date"))
    if str(info.get("auth", "1")) in ("0", "False", "false"):
        return _error(f"{host} does not know this user name and password; check the account")
    if state in _STATES and state != "expired":
        return _error(f"the account at {host} {_STATES[state]}; ask the provider")
    if state == "expired" or (ends is not None and ends <= now):
        since = f" since {datetime.fromtimestamp(ends, timezone.utc):%Y-%m-%d}" if ends else ""
        return _error(f"the account at {host} has expired{since}; renew it with the provider")
    return None


def _error(message: str) -> DownloadError:
    return DownloadError(message, "account")


def _moment(value: Any) -> int | None:
    """Epoch seconds, which panels write as a number or as text; None for an account without end."""
    text = str(value if value is not None else "").strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 12 and int(text) else None
