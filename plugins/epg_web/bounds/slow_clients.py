"""uvicorn's HTTP protocol with more bounds: a time for the head of a request, a pace for taking the answer, connections for
each address, and a time for what is under way when the server stops.

uvicorn ends connections that are idle between two requests. One that has not sent anything, or sends a header a byte at a
time, it keeps for ever, and a few hundred of these use up the files that a process may open. It also keeps one whose client
does not read, with the answer in memory, and it does not stop before such a client has everything.
"""

import asyncio
import resource
from collections import Counter
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from .pace import LATE, SLOWEST
from .peers import is_proxy
from .places import address_of

#: seconds from the connection, or from the first byte of a later request, until its headers have to be there
HEAD_SECONDS = 15.0
#: connections from one address to one process; a browser opens six
MOST = 200
#: files that a process may open where the system allows it
FILES = 65_536
#: open connections by address
_open: Counter[str] = Counter()

if TYPE_CHECKING:
    Protocol = Any
else:
    Protocol = AutoHTTPProtocol


class BoundedProtocol(Protocol):  # type: ignore[misc]
    """One connection. `cycle` is uvicorn's name for the request that is being answered."""

    #: how long answers may go on when the server stops; None is without end, as in uvicorn
    shutdown_seconds: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.late: asyncio.TimerHandle | None = None
        self.unread: asyncio.TimerHandle | None = None
        self.counted = address_of({"client": self.client})
        _open[self.counted] += 1
        if _open[self.counted] > MOST and not is_proxy(self.counted):
            transport.abort()
        else:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._is_read()
        _open[self.counted] -= 1
        if not _open[self.counted]:
            del _open[self.counted]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._stop()  # the head of a request is complete
        elif self.cycle is None or self.cycle.response_complete:
            self._start()  # a part of a head

    def pause_writing(self) -> None:
        """More is to be sent than the client takes at once. `pace` judges exports, this all answers."""
        super().pause_writing()
        seconds = LATE + self.transport.get_write_buffer_size() / SLOWEST
        self.unread = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._is_read()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._end()

    def shutdown(self) -> None:
        super().shutdown()
        if self.shutdown_seconds is not None:
            asyncio.get_running_loop().call_later(self.shutdown_seconds, self.transport.abort)

    def _end(self) -> None:
        """Close the connection. Without `abort`, it stays until the client has read what was sent."""
        self.transport.close()
        asyncio.get_running_loop().call_later(LATE, self.transport.abort)

    def _is_read(self) -> None:
        if self.unread is not None:
            self.unread.cancel()
            self.unread = None

    def _start(self) -> None:
        if self.late is None:
            self.late = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._end)

    def _stop(self) -> None:
        if self.late is not None:
            self.late.cancel()
            self.late = None


def allow_many_files() -> None:
    """Raise the soft limit of open files, often 1,024, as far as the system allows: each connection is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
