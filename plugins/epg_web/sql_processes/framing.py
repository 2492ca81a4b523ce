"""Messages between the web server and its SQL processes: the length, then the values in `marshal`.

Not `pickle`: a process that a fault of SQLite has taken over could make the server run code with it.
"""

import marshal
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")
#: bytes of one answer; the rows of an ordinary page are a hundredth of it
MAX_ANSWER = 16_000_000


class TooLarge(Exception):
    """The values are more than `MAX_ANSWER` bytes."""


def send(end: socket.socket, values: Any) -> None:
    """Send None, numbers, texts, bytes, and tuples, lists and dictionaries of them.

    Raises `TooLarge`, ValueError for values of other types, and OSError when the other side is gone.
    """
    body = marshal.dumps(values)
    if len(body) > MAX_ANSWER:
        raise TooLarge
    end.sendall(_LENGTH.pack(len(body)) + body)


def receive(end: socket.socket) -> Any:
    """The next message. Raises EOFError when the other side is gone, TimeoutError when `end` has a time-out."""
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size))
    return marshal.loads(_exactly(end, length))  # noqa: S302 - from our own processes; marshal builds values only


def _exactly(end: socket.socket, count: int) -> bytearray:
    body = bytearray(count)
    view, got = memoryview(body), 0
    while got < count:
        try:
            more = end.recv_into(view[got:])
        except ConnectionError:
            more = 0
        if not more:
            raise EOFError
        got += more
    return body
