"""The main module of the process that fetches pictures (`python -m epg_ingest.logos.logo_process`); `logo_fetcher` starts it.

Pictures come from strangers, and decoders are written in C, so both stay out of the web server. The first message is the
folder, the networks that may be connected to besides public addresses, and the bytes that the folder may have. Each further
message is an address. The answer is its key and a code: "" for a picture, `disk` where the folder cannot be written to, `busy`
where its host was slow just now and was not asked, and otherwise why there is none. Answers come in any order.
"""

from __future__ import annotations

import logging
import threading
import time
import warnings
from pathlib import Path

from PIL import Image

from ..core.processes import Peer, run_child
from .host_queue import HostQueue
from .logo_address import key_of
from .logo_download import refresh
from .logo_folder import LogoFolder
from .logo_state import failed

#: downloads at once; most of them wait for their server
AT_ONCE = 8
#: downloads after which the folder is tidied even if more are waiting
_TIDY_AFTER = 50
logger = logging.getLogger("epg_ingest.logos")


class LogoWork:
    """The downloads of one process. `web` is the process that asks."""

    def __init__(self, web: Peer, folder: LogoFolder, networks: tuple[str, ...], limit: int) -> None:
        self.web, self.folder, self.networks, self.limit = web, folder, networks, limit
        self.queue = HostQueue()
        self.lock = threading.Lock()
        self.waiting = 0
        self.since_tidy = 0

    def begin(self, address: str) -> None:
        """Let one of the threads fetch this address."""
        with self.lock:
            self.waiting += 1
        self.queue.put(address)

    def run(self) -> None:
        """Fetch one address after the other until the queue is closed; for a thread of its own."""
        while (found := self.queue.take()) is not None:
            address, fetch = found
            code = self._fetch(address) if fetch else self._passed_over()
            with self.lock:
                self.web.send((key_of(address), code))

    def _passed_over(self) -> str:
        with self.lock:
            self.waiting -= 1
        return "busy"

    def _fetch(self, address: str) -> str:
        """Fetch one address; the code of the answer."""
        begun, code = time.monotonic(), "disk"
        try:
            try:
                code = self._fetched(key_of(address), address)
            finally:
                self.queue.done(address, time.monotonic() - begun, came=not code)
            if self._is_time_to_tidy():
                self.folder.tidy(self.limit, time.time())
        except OSError as error:
            logger.warning("pictures cannot be kept in %s: %s", self.folder.path, error.strerror)
            return "disk"
        return code

    def _fetched(self, key: str, address: str) -> str:
        """Why there is no new picture, "" if there is."""
        try:
            return refresh(self.folder, address, self.networks).code or ""
        except OSError:
            raise
        except Exception as error:
            # Its text may quote the address, which may hold a password.
            logger.error("a picture was not fetched: %s in %s", type(error).__name__, _place(error))
            self.folder.keep(key, failed(self.folder.state(key), "error", time.time()))
            return "error"

    def _is_time_to_tidy(self) -> bool:
        with self.lock:
            self.waiting -= 1
            self.since_tidy += 1
            if self.waiting and self.since_tidy < _TIDY_AFTER:
                return False
            self.since_tidy = 0
            return True


def _place(error: Exception) -> str:
    """The line of this code that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def work(web: Peer) -> None:
    """Fetch what the web server asks for until it has ended."""
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # such pictures are refused
    path, networks, limit = web.receive()
    own = LogoWork(web, LogoFolder(Path(path)), tuple(networks), limit)
    for number in range(AT_ONCE):
        threading.Thread(target=own.run, name=f"epg-logo-{number}", daemon=True).start()
    try:
        while True:
            own.begin(web.receive())
    finally:
        own.queue.close()


if __name__ == "__main__":
    run_child(work)
