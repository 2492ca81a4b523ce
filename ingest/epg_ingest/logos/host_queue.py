"""Addresses that wait to be fetched, so that a slow host takes the places of its own pictures only.

A host has at most `PER_HOST` downloads at once. One that was slow rests: for a while its addresses are given back at once, and
a later request asks for them again.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable

from .logo_address import host_of

#: downloads at once from one host
PER_HOST = 3
#: a download that took more seconds than this was slow
SLOW = 2.0
#: how many times as long a slow host rests, after a picture and after none
_AFTER_PICTURE, _AFTER_NONE = 4, 30


def rest(seconds: float, came: bool) -> float:
    """For how many seconds a host rests after a download that took `seconds`; `came` says whether it brought a picture."""
    if seconds <= SLOW:
        return 0.0
    return seconds * (_AFTER_PICTURE if came else _AFTER_NONE)


class HostQueue:
    """For any number of threads. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.changed = threading.Condition()
        self.waiting: dict[str, deque[str]] = {}
        self.busy: Counter[str] = Counter()
        self.resting: dict[str, float] = {}
        self.closed = False

    def put(self, address: str) -> None:
        with self.changed:
            self.waiting.setdefault(host_of(address), deque()).append(address)
            self.changed.notify()

    def take(self) -> tuple[str, bool] | None:
        """The next address, and whether it may be fetched: not from a host that rests. Waits for one; None when closed.

        Every address that may be fetched must be given to `done`.
        """
        with self.changed:
            while not self.closed:
                found = self._next()
                if found is not None:
                    return found
                self.changed.wait()
            return None

    def _next(self) -> tuple[str, bool] | None:
        now = self.clock()
        for host, addresses in self.waiting.items():
            rests = self.resting.get(host, 0.0) > now
            if not rests and self.busy[host] >= PER_HOST:
                continue
            address = addresses.popleft()
            del self.waiting[host]
            if addresses:
                self.waiting[host] = addresses  # at the end: the other hosts have their turn first
            if not rests:
                self.busy[host] += 1
            return address, not rests
        return None

    def done(self, address: str, seconds: float, came: bool) -> None:
        """The download of an address took `seconds`, and `came` says whether it brought a picture."""
        host = host_of(address)
        with self.changed:
            self.busy[host] -= 1
            if not self.busy[host]:
                del self.busy[host]
            now = self.clock()
            self.resting = {name: until for name, until in self.resting.items() if until > now}
            if pause := rest(seconds, came):
                self.resting[host] = now + pause
            self.changed.notify_all()

    def close(self) -> None:
        """Let all that wait for an address end."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
