"""The process that fetches pictures, as the web server sees it: started at the first address, ended when nothing was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from ..core.processes import ChildProcess
from ..settings.environment import without_secrets

_MODULE = "epg_ingest.logos.logo_process"


class LogoFetcher:
    """One such process. `answered` is called with a key and a code (see `logo_process`), and `ended` when the process has ended
    for whatever reason. Both are called on a thread of its own.
    """

    def __init__(
        self,
        folder: Path,
        networks: Sequence[str],
        limit: int,
        answered: Callable[[str, str], None],
        ended: Callable[[], None],
    ) -> None:
        self.answered, self.ended = answered, ended
        self.process = ChildProcess(_MODULE, without_secrets())
        self.process.send((str(folder), list(networks), limit))
        threading.Thread(target=self._listen, name="epg-logos", daemon=True).start()

    def ask(self, address: str) -> None:
        """Ask for the picture at `address`. Raises `EOFError` when the process has ended."""
        self.process.send(address)

    def end(self) -> None:
        """Kill the process. What it has not finished leaves no trace."""
        self.process.kill()

    def _listen(self) -> None:
        try:
            while True:
                key, code = self.process.receive()
                self.answered(key, code)
        except EOFError:
            self.process.end()
            self.ended()
