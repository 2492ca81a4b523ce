"""A message sent by Apprise (mail, ntfy, Telegram, Discord, Matrix …), in a process of its own."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec

from ..core.errors import UsageError
from ..watch_store.apprise_asking import UNKNOWN, ask_apprise
from ..watches.retries import Outcome
from ..watches.target_settings import AlertTarget

SECONDS = 30.0
MISSING = "this target needs Apprise; install it with: pip install 'datasette-epg[alerts]'"


def require_apprise() -> None:
    """Raise `UsageError`, which names the extra, where Apprise is not installed."""
    if find_spec("apprise") is None:
        raise UsageError(MISSING, "noapprise")


def notify(target: AlertTarget, title: str, text: str, seconds: float = SECONDS) -> Outcome:
    """Send a message once; how it ended."""
    if find_spec("apprise") is None:
        return Outcome(MISSING)
    asked = {"url": target.url, "title": title, "text": text, "private_addresses": target.private_addresses}
    try:
        return _told(ask_apprise(asked, seconds))
    except subprocess.TimeoutExpired:
        return Outcome(f"the service did not take the message within {seconds:g} s")


def _told(word: str) -> Outcome:
    """What the process printed. Apprise's own words are not passed on: they may quote the address."""
    if word == "sent":
        return Outcome()
    if word == UNKNOWN:
        return Outcome("Apprise does not know this form of address", final=True)
    if word == "address":
        return Outcome("the service is not at a public address; set private_addresses to allow", final=True)
    return Outcome("the service did not take the message")
