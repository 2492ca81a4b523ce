"""A long answer, sent block by block to a client that has to take each of them in time."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from ..base.http import Receive, Send

#: seconds a client may take for a block, and for everything: an open snapshot keeps the write-ahead log from shrinking
STALL, LONGEST = 60.0, 900.0


class DocumentSource(Protocol):
    """What gives a document block by block: the next bytes, None after the last ones."""

    def block(self) -> bytes | None: ...


async def sent(
    receive: Receive, send: Send, run: Callable[[Callable[[], Any]], Awaitable[Any]], work: DocumentSource
) -> bool:
    """Send block after block until the end, or until the client is gone or too slow. Then the body has no end, so the
    server cuts the connection. `run` calls a function in a thread. Whether the client got everything.
    """
    end = time.monotonic() + LONGEST
    gone = asyncio.create_task(left(receive))
    try:
        while not gone.done() and time.monotonic() < end:
            block = await run(work.block)
            message = {"type": "http.response.body", "body": block or b"", "more_body": block is not None}
            await asyncio.wait_for(send(message), STALL)
            if block is None:
                return True
    except asyncio.TimeoutError:
        return False
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
    return False


async def left(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
