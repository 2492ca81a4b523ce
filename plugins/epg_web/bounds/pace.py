"""A client that reads too slowly loses its answer, so that it does not keep a place among the exports for long."""

import asyncio
import time
from typing import Any

from ..base.http import Receive, Send

#: bytes a second that a client has to take; a guide of 50 MB then takes half an hour at most
SLOWEST = 32_000
#: seconds that it may be late; players stop reading while they store what they have
LATE = 30.0


class Paced:
    """`receive` and `send` of one request. When the client is too late, they behave as when it hangs up.

    What it took quickly counts for at most `late` seconds, so nobody can save up for a long pause.
    """

    def __init__(self, receive: Receive, send: Send, slowest: float = SLOWEST, late: float = LATE) -> None:
        self._receive, self._send = receive, send
        self.slowest, self.late = slowest, late
        self.spare = late
        self.over = asyncio.Event()

    async def send(self, message: dict[str, Any]) -> None:
        if self.over.is_set():
            return
        begun = time.monotonic()
        earned = len(message.get("body", b"")) / self.slowest
        try:
            await asyncio.wait_for(self._send(message), self.spare + earned)
        except asyncio.TimeoutError:
            self.over.set()
            return
        self.spare = min(self.late, self.spare + earned - (time.monotonic() - begun))

    async def receive(self) -> dict[str, Any]:
        """The next message of the client; `http.disconnect` also when it is too late."""
        message = asyncio.ensure_future(self._receive())
        over = asyncio.ensure_future(self.over.wait())
        try:
            await asyncio.wait((message, over), return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else {"type": "http.disconnect"}
        finally:
            message.cancel()
            over.cancel()
