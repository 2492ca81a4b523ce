"""So many at once, so many that wait, so long: what bounds the work that strangers can ask for."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ..base.answer import Refused
from ..base.http import Scope

#: seconds after which one is refused that may not even wait; at once, it would only ask again at once
PAUSE = 1.0
#: how many may pause in this way; more are refused at once
PAUSING = 100


class BoundedPlaces:
    """`at_once` places. `waiting` more wait for one, for `patience` seconds each; the rest get what `refusal` makes."""

    def __init__(self, at_once: int, waiting: int, patience: float, refusal: Callable[[], Refused]) -> None:
        self.free = asyncio.Semaphore(at_once)
        self.at_once, self.most_waiting, self.patience, self.refusal = at_once, waiting, patience, refusal
        self.waiting = self.pausing = 0
        #: those that have a place, or wait for one
        self.inside = 0

    async def enter(self) -> None:
        """Take a place; each needs its `leave`. Raises the refusal when none becomes free in time."""
        if self.free.locked() and self.waiting >= self.most_waiting:
            await self._pause()
            raise self.refusal()
        self.waiting += 1
        self.inside += 1
        try:
            await asyncio.wait_for(self.free.acquire(), self.patience)
        except BaseException as error:
            self.inside -= 1
            raise (self.refusal() if isinstance(error, asyncio.TimeoutError) else error) from None
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        self.inside -= 1
        self.free.release()

    async def _pause(self) -> None:
        if self.pausing < PAUSING:
            self.pausing += 1
            try:
                await asyncio.sleep(PAUSE)
            finally:
                self.pausing -= 1

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """A place for the block. Raises the refusal."""
        await self.enter()
        try:
            yield
        finally:
            self.leave()


class PlacesByAddress:
    """`BoundedPlaces` for each address of a client, made by `make` and kept only while somebody is inside."""

    def __init__(self, make: Callable[[], BoundedPlaces]) -> None:
        self.make = make
        self.known: dict[str, BoundedPlaces] = {}

    @asynccontextmanager
    async def taken(self, scope: Scope) -> AsyncIterator[None]:
        """A place of the client's for the block. Raises the refusal."""
        address = address_of(scope)
        places = self.known.get(address) or self.known.setdefault(address, self.make())
        try:
            async with places.taken():
                yield
        finally:
            if not places.inside:
                self.known.pop(address, None)


def address_of(scope: Scope) -> str:
    """The client's address, without the part of an IPv6 address that a client may choose (64 bits). "" without one, as on a
    Unix socket. Servers put the address in place that a trusted proxy has passed on.
    """
    client = scope.get("client")
    text = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if address.version == 4:
        return text
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((int(address) >> 64 << 64, 64)))
