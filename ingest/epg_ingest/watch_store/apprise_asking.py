"""Apprise in a process of its own, the only place where it is loaded: what it is asked, and the word that it answers.

That process gets the address through a pipe, and no secrets of this one in its environment. It is killed when it takes too
long. Under `deny` it may connect to public addresses only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ..core.errors import UsageError
from ..settings.environment import without_secrets
from ..watches.target_settings import APPRISE, AlertTarget

#: answers: an address that Apprise cannot read, and one that it can
UNKNOWN, KNOWN = "unknown", "known"
#: seconds that reading an address may take
SECONDS = 15.0


def ask_apprise(asked: Mapping[str, Any], seconds: float) -> str:
    """The answer of the process (see `apprise_process`), "" where it ended without one. Raises `subprocess.TimeoutExpired`."""
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.watch_store.apprise_process"],
        input=json.dumps(asked).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=without_secrets(),
        timeout=seconds,
        start_new_session=True,
        check=False,
    )
    return done.stdout.decode("ascii", "replace").strip()


def check_form(target: AlertTarget, seconds: float = SECONDS) -> None:
    """Raise `UsageError` for an address that Apprise cannot read. Nothing is sent.

    Where Apprise is not installed, or does not answer in time, nobody knows: then the message says what is wrong.
    """
    if target.kind != APPRISE or find_spec("apprise") is None:
        return
    try:
        word = ask_apprise({"url": target.url, "check": True}, seconds)
    except subprocess.TimeoutExpired:
        return
    if word == UNKNOWN:
        raise UsageError(
            "Apprise does not know this form of address; write one of its services, such as mailto://… or ntfy://…",
            "target",
        )
