"""How a child process of the supervisor talks to it.

Standard input carries the orders for the child, one line of JSON. When it ends, the supervisor has ended. On standard output
the child answers with one line: that it is ready, or why it cannot start.
"""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from typing import Any

from ..core.errors import EpgError
from ..core.signals import when_closed


class SupervisorLink:
    """The supervisor as its child process sees it. From here on, what the child prints goes to standard error."""

    def __init__(self) -> None:
        self.status = os.dup(1)
        os.dup2(2, 1)

    def orders(self) -> dict[str, Any]:
        """Wait for the first line of standard input. Raises `SystemExit` when the supervisor has ended."""
        line = b""
        while not line.endswith(b"\n"):
            part = os.read(0, 1)
            if not part:
                raise SystemExit(1)
            line += part
        return dict(json.loads(line))

    def stop_with_it(self) -> None:
        """Send this process a SIGTERM as soon as the supervisor has ended, whatever ended it."""
        when_closed(0, lambda: os.kill(os.getpid(), signal.SIGTERM))

    def ready(self) -> None:
        """Tell the supervisor that this process is ready."""
        self._say({"ready": True})

    def failed(self, error: EpgError) -> None:
        """Tell the supervisor why this process cannot start."""
        self._say({"error": error.message, "status": error.exit_status})

    def _say(self, value: dict[str, Any]) -> None:
        with suppress(OSError):  # the supervisor is gone
            os.write(self.status, (json.dumps(value) + "\n").encode())
        with suppress(OSError):
            os.close(self.status)
