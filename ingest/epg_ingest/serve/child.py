"""What a process of the supervisor and the supervisor tell each other.

Standard input of the process carries one line of JSON, its orders, and then nothing: its end means that the supervisor
is gone. Standard output carries one line back: that the process is ready, or why it cannot be.
"""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from typing import Any

from ..core.errors import EpgError
from ..core.signals import when_closed


class Parent:
    """The supervisor as seen from its process. From here on, standard output goes where standard error goes."""

    def __init__(self) -> None:
        self.status = os.dup(1)
        os.dup2(2, 1)

    def orders(self) -> dict[str, Any]:
        """The first line of standard input."""
        line = b""
        while not line.endswith(b"\n"):
            part = os.read(0, 1)
            if not part:
                raise SystemExit(1)
            line += part
        return dict(json.loads(line))

    def die_with_it(self) -> None:
        """Stop this process as SIGTERM does when the supervisor is gone, however it went."""
        when_closed(0, lambda: os.kill(os.getpid(), signal.SIGTERM))

    def ready(self) -> None:
        self._say({"ready": True})

    def failed(self, error: EpgError) -> None:
        self._say({"error": error.message, "status": error.exit_status})

    def _say(self, value: dict[str, Any]) -> None:
        with suppress(OSError):  # the supervisor is gone
            os.write(self.status, (json.dumps(value) + "\n").encode())
        with suppress(OSError):
            os.close(self.status)
