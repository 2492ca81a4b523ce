"""Answers kept in memory: bounded by bytes, one computation per key at a time, gzipped once.

All answers in the cache belong to one generation of the guide. The first request of a newer one empties it.

What a client writes becomes part of a key, so keys are bounded, too: a long one is replaced by its hash.
"""

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from .answer import Answer

MAX_BYTES = 64 * 1024 * 1024
#: bytes; a smaller body is sent as it is, because gzip would save less than a packet
MIN_GZIP = 1000
#: level 5 costs 4 ms for 270 kB and saves a few per cent over level 1
LEVEL = 5
#: characters of a key as text; a longer one is hashed
LONGEST_KEY = 300


def short(key: Hashable) -> Hashable:
    """`key`, or its hash where it is long: `channels=` may have a thousand ids, forty times an answer."""
    text = repr(key)
    return key if len(text) <= LONGEST_KEY else hashlib.sha256(text.encode("utf-8", "replace")).digest()


@dataclass
class CachedAnswer:
    """An answer and its gzipped body, made when first asked for."""

    answer: Answer
    gzipped: bytes | None = None

    @property
    def size(self) -> int:
        return len(self.answer.body) + len(self.gzipped or b"") + 1000

    def right_at(self, now: float) -> bool:
        return self.answer.until is None or now < self.answer.until


class Cache:
    """Used from the event loop only. Answers larger than an eighth of it are not kept."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.entries: OrderedDict[Hashable, CachedAnswer] = OrderedDict()
        self.flights: dict[Hashable, asyncio.Future[CachedAnswer]] = {}
        self.state: Hashable = None

    def clear(self) -> None:
        self.entries.clear()
        self.size = 0

    def get(self, key: Hashable, state: Hashable) -> CachedAnswer | None:
        """The answer for `key`, None where there is none that is still right. `state` is the database's state now."""
        if state != self.state:
            self.clear()
            self.state = state
        entry = self.entries.get(key)
        if entry is None:
            return None
        if not entry.right_at(time.time()):
            self.drop(key)
            return None
        self.entries.move_to_end(key)
        return entry

    async def make(
        self, key: Hashable, state: Hashable, compute: Callable[[], Awaitable[Answer]]
    ) -> CachedAnswer:
        """Compute the answer, or wait for a request that already does. All who wait get its exception, too."""
        flight = self.flights.get((key, state))
        if flight is None:
            flight = asyncio.ensure_future(self._compute(key, state, compute))
            self.flights[key, state] = flight
            flight.add_done_callback(lambda done: self.flights.pop((key, state), None))
        # A client that goes away must not cancel the work for the others.
        return await asyncio.shield(flight)

    async def _compute(
        self, key: Hashable, state: Hashable, compute: Callable[[], Awaitable[Answer]]
    ) -> CachedAnswer:
        entry = CachedAnswer(await compute())
        if state == self.state and entry.answer.max_age is not None and entry.size <= self.max_bytes // 8:
            self.keep(key, entry)
        return entry

    def keep(self, key: Hashable, entry: CachedAnswer) -> None:
        self.drop(key)
        self.entries[key] = entry
        self.size += entry.size
        while self.size > self.max_bytes:
            self.drop(next(iter(self.entries)))

    def drop(self, key: Hashable) -> None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.size -= entry.size

    async def gzip(self, key: Hashable, entry: CachedAnswer) -> bytes:
        """The gzipped body, made on a thread the first time. Its header has no time, so equal bodies give equal bytes."""
        if entry.gzipped is None:
            made = await asyncio.to_thread(gzip.compress, entry.answer.body, LEVEL, mtime=0)
            if entry.gzipped is None:
                kept = self.entries.get(key) is entry
                before = entry.size
                entry.gzipped = made
                self.size += entry.size - before if kept else 0
        return entry.gzipped
