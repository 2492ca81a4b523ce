"""Wait for signals and for other processes in one place, as the main loop of a service does."""

from __future__ import annotations

import os
import selectors
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from types import FrameType, TracebackType
from typing import Any

#: the signals that end a service
ENDING = frozenset((signal.SIGTERM, signal.SIGINT))


def stop_and_reload() -> tuple[frozenset[int], frozenset[int]]:
    """The signals that end this service, and those at which it reads its settings again.

    SIGHUP comes when the terminal of a process is closed, and ends it then. A service without one is sent it to reload.
    """
    hangup = frozenset((signal.SIGHUP,))
    return (ENDING | hangup, frozenset()) if _has_terminal() else (ENDING, hangup)


def _has_terminal() -> bool:
    """Whether the process has a controlling terminal, wherever its streams lead."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


class Signals:
    """While this is open, the signals `numbers` end `wait` instead of the process. Use it in the main thread only."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = tuple(numbers)
        self.before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self.writer, False)
        self.wakeup = signal.set_wakeup_fd(self.writer)
        for number in self.numbers:
            self.before[number] = signal.signal(number, _nothing)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self.wakeup)
        os.close(self.reader)
        os.close(self.writer)

    def wait(self, seconds: float | None, files: Sequence[int] = ()) -> tuple[set[int], set[int]]:
        """Wait up to `seconds` (None: without end) for a signal, or until one of `files` can be read.

        Returns the signals that came and the file descriptors that can be read. Both are empty when the time is over.
        """
        with selectors.DefaultSelector() as selector:
            for file in (self.reader, *files):
                selector.register(file, selectors.EVENT_READ)
            ready = {key.fd for key, _ in selector.select(seconds)}
        came = set(self._read()) if self.reader in ready else set()
        return came, ready - {self.reader}

    def _read(self) -> bytes:
        try:
            return os.read(self.reader, 4096)
        except BlockingIOError:
            return b""


def _nothing(number: int, frame: FrameType | None) -> None:
    """The handler of the signals: without one, a signal would be ignored or end the process."""


def when_closed(file: int, call: Callable[[], None]) -> None:
    """Call `call` on a thread once the other end of the pipe `file` (a file descriptor) is closed."""

    def watch() -> None:
        while os.read(file, 4096):
            pass
        call()

    threading.Thread(target=watch, name="epg-lifeline", daemon=True).start()
