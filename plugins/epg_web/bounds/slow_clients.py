"""uvicorn's HTTP protocol with two more bounds: a time for the head of a request, and connections for each address.

uvicorn ends connections that are idle between two requests. One that has not sent anything, or sends a header a byte at a
time, it keeps for ever, and a few hundred of these use up the files that a process may open.
"""

import asyncio
import resource
from collections import Counter
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

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

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.late: asyncio.TimerHandle | None = None
        self.counted = address_of({"client": self.client})
        _open[self.counted] += 1
        if _open[self.counted] > MOST and not is_proxy(self.counted):
            transport.abort()
        else:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
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

    def _start(self) -> None:
        if self.late is None:
            self.late = asyncio.get_running_loop().call_later(HEAD_SECONDS, self.transport.close)

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
