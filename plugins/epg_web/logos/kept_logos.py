"""Pictures that are kept, and a bounded queue for those that are not.

A request never makes the server fetch more than the guide names, and one address is fetched once for all who wait:

    asked → known for a moment in memory → in the folder → else queued, and waited for a few seconds

The queue has a bound, and so has an hour. What does not fit is left out; a later request asks again. One host has at most half
of the places.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence

from epg_ingest.logos.logo_address import host_of, key_of
from epg_ingest.logos.logo_fetcher import LogoFetcher
from epg_ingest.logos.logo_folder import LogoFolder
from epg_ingest.logos.logo_state import LogoState, due

logger = logging.getLogger("datasette_epg")
#: addresses in the queue, and those that are fetched in an hour
MOST_QUEUED, HOURLY = 500, 2_000
#: seconds that a request waits for a picture, which takes a browser one of its few connections; and how many may wait at once
PATIENCE, MOST_WAITING = 3.0, 200
#: seconds for which a state is taken from memory, and states there
REMEMBERED, MOST_REMEMBERED = 30.0, 20_000
#: seconds without work after which the fetching process is ended, and those after which a full disk is tried again
IDLE, PAUSE = 60.0, 600.0


class KeptLogos:
    """The pictures of one Datasette instance. Used from its event loop only. `limit` is in bytes."""

    def __init__(self, folder: LogoFolder, networks: Sequence[str], limit: int) -> None:
        self.folder, self.networks, self.limit = folder, networks, limit
        self.remembered: dict[str, tuple[float, LogoState | None]] = {}
        self.queued: dict[str, asyncio.Future[None]] = {}
        self.hosts: dict[str, str] = {}
        self.queued_of, self.waiting_of = Counter[str](), Counter[str]()
        self.fetcher: LogoFetcher | None = None
        self.current: object = None
        self.idle: asyncio.TimerHandle | None = None
        self.paused_until = 0.0
        self.hour, self.asked_in_hour = 0, 0

    def state(self, address: str) -> LogoState | None:
        """What is known of an address; up to `REMEMBERED` seconds old if another process fetched it."""
        key, now = key_of(address), time.monotonic()
        known = self.remembered.get(key)
        if known is None or now - known[0] > REMEMBERED:
            if len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.clear()
            known = self.remembered[key] = (now, self.folder.state(key))
        return known[1]

    def hope(self, address: str) -> bool:
        """Whether the picture is there, or asking for it now may bring it."""
        state = self.state(address)
        return state is None or bool(state.pictures) or due(state, time.time())

    async def picture(self, address: str, size: int) -> tuple[str, bytes] | None:
        """The name and the content of a picture, None where it is not there. One that is due is asked for again, and only one
        that is missing is waited for.
        """
        state = self.state(address)
        if due(state, time.time()):
            future = self.ask(address)
            if future is not None and (state is None or not state.pictures):
                await self._wait(future, host_of(address))
                state = self.state(address)
        name = state.picture(size) if state else None
        body = await asyncio.to_thread(self._read, key_of(address), name) if name else None
        return (name, body) if name and body is not None else None

    def _read(self, key: str, name: str) -> bytes | None:
        self.folder.note(key, time.time())
        return self.folder.picture(name)

    async def _wait(self, future: asyncio.Future[None], host: str) -> None:
        if self.waiting_of.total() >= MOST_WAITING or self.waiting_of[host] >= MOST_WAITING // 2:
            return
        self.waiting_of[host] += 1
        try:
            await asyncio.wait([future], timeout=PATIENCE)
        finally:
            _one_less(self.waiting_of, host)

    def ask(self, address: str) -> asyncio.Future[None] | None:
        """Queue an address, once. The future is done when there was an answer; None where the address was left out."""
        key = key_of(address)
        if key in self.queued:
            return self.queued[key]
        host = host_of(address)
        full = len(self.queued) >= MOST_QUEUED or self.queued_of[host] >= MOST_QUEUED // 2
        if full or time.time() < self.paused_until or self._hour_is_full():
            return None
        try:
            self._started().ask(address)
        except (EOFError, OSError) as error:
            self._pause(f"the process for pictures did not start: {type(error).__name__}")
            return None
        future = self.queued[key] = asyncio.get_running_loop().create_future()
        self.hosts[key] = host
        self.queued_of[host] += 1
        return future

    def _hour_is_full(self) -> bool:
        """Whether this hour has all its downloads; otherwise one more is counted."""
        hour = int(time.time() // 3600)
        if hour != self.hour:
            self.hour, self.asked_in_hour = hour, 0
        self.asked_in_hour += 1
        return self.asked_in_hour > HOURLY

    def _started(self) -> LogoFetcher:
        """The fetching process, started if there is none. Raises `OSError` where the folder cannot be made."""
        if self.idle is not None:
            self.idle.cancel()
            self.idle = None
        if self.fetcher is None:
            self.folder.make()
            loop, number = asyncio.get_running_loop(), object()
            self.current = number
            self.fetcher = LogoFetcher(
                self.folder.path, self.networks, self.limit,
                lambda key, code: _call(loop, self._answered, key, code),
                lambda: _call(loop, self._ended, number),
            )  # fmt: skip
        return self.fetcher

    def _answered(self, key: str, code: str) -> None:
        if code == "disk":
            self._pause("pictures cannot be kept: the folder cannot be written to, or the disk is full")
        elif code:
            logger.info("a picture did not come: %s", code)
        self.remembered.pop(key, None)
        self._done(key)
        if not self.queued:
            self.idle = asyncio.get_running_loop().call_later(IDLE, self.end)

    def _done(self, key: str) -> None:
        future = self.queued.pop(key, None)
        if key in self.hosts:
            _one_less(self.queued_of, self.hosts.pop(key))
        if future is not None and not future.done():
            future.set_result(None)

    def _ended(self, number: object) -> None:
        """The process of this number has ended: nobody will answer what it was asked."""
        if number is self.current:
            if self.fetcher is not None:
                self._pause("the process for pictures has ended")
            self.fetcher = None
            for key in list(self.queued):
                self._done(key)

    def _pause(self, reason: str) -> None:
        logger.warning("%s; the next attempt is in %d minutes", reason, PAUSE // 60)
        self.paused_until = time.time() + PAUSE

    def end(self) -> None:
        """End the fetching process; it is started again at the next address."""
        fetcher, self.fetcher = self.fetcher, None
        if fetcher is not None:
            fetcher.end()


def _one_less(counts: Counter[str], name: str) -> None:
    """Count down, and forget what is at nothing: there is no end of hosts."""
    counts[name] -= 1
    if not counts[name]:
        del counts[name]


def _call(loop: asyncio.AbstractEventLoop, function: object, *values: object) -> None:
    """Call `function` on the loop, unless the server has stopped it."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(function, *values)  # type: ignore[arg-type]
