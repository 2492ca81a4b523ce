"""A message sent by Apprise (mail, ntfy, Telegram, Discord, Matrix …), in a process of its own.

That process gets the address through a pipe, and no secrets of this one in its environment. It is killed when it takes too
long. Under `deny` it may connect to public addresses only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

from ..core.errors import UsageError
from ..settings.environment import without_secrets
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
        done = subprocess.run(
            [sys.executable, "-m", "epg_ingest.alerts.apprise_process"],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=without_secrets(),
            timeout=seconds,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(f"the service did not take the message within {seconds:g} s")
    return _told(done.stdout)


def _told(said: bytes) -> Outcome:
    """What the process printed. Apprise's own words are not passed on: they may quote the address."""
    word = said.decode("ascii", "replace").strip()
    if word == "sent":
        return Outcome()
    if word == "unknown":
        return Outcome("Apprise does not know this form of address", final=True)
    if word == "address":
        return Outcome("the service is not at a public address; set private_addresses to allow", final=True)
    return Outcome("the service did not take the message")
