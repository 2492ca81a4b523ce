"""The server's side of the forker: starts it, and asks it for SQL processes."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from .framing import send

PLUGINS = Path(__file__).resolve().parent.parent.parent
#: seconds to wait for a new process; the first one waits until the forker has loaded its modules
PATIENCE = 30.0


class Forker:
    """One forker. It is started when the first process is asked for, and again when it has died."""

    def __init__(self, options: dict[str, Any] | None) -> None:
        self.options = options
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.link: socket.socket | None = None

    def new(self) -> socket.socket:
        """The socket to a new process. Raises OSError when there can be none now."""
        with self.lock:
            if self.link is None or self.process is None or self.process.poll() is not None:
                self._start()
            assert self.link
            try:
                self.link.sendall(b"?")
                said, files, _, _ = socket.recv_fds(self.link, 1, 1)
            except OSError:
                self._stop()
                raise
            if said != b"+":
                self._stop()
                raise OSError("no SQL process could be started")
        return socket.socket(fileno=files[0])

    def _start(self) -> None:
        from epg_ingest.settings.environment import without_secrets

        self._stop()
        ours, its = socket.socketpair()
        ours.settimeout(PATIENCE)
        path = os.pathsep.join(filter(None, [str(PLUGINS), os.environ.get("PYTHONPATH")]))
        command = [sys.executable, "-m", "epg_web.sql_processes.forker", str(its.fileno())]
        with its:
            # Without the tokens: it runs what strangers send, and needs none.
            self.process = subprocess.Popen(  # noqa: S603 - this program
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[its.fileno()],
                env={**without_secrets(), "PYTHONPATH": path},
            )  # fmt: skip
        send(ours, self.options)
        self.link = ours

    def _stop(self) -> None:
        if self.link is not None:
            self.link.close()
        if self.process is not None:
            self.process.wait()
        self.link = self.process = None

    def close(self) -> None:
        with self.lock:
            self._stop()


_shared: dict[int, Forker] = {}


def shared_forker() -> Forker:
    """The forker of all instances of this process whose connections need nothing from other plugins."""
    pid = os.getpid()
    if pid not in _shared:
        _shared[pid] = Forker(None)
        atexit.register(_shared[pid].close)
    return _shared[pid]
